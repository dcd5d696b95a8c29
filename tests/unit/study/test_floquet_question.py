"""The question [floquet] of a study: one leg that swings, answered as Python does, at a point and along a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from data_files import read_dataset
from malformed_cycle_studies import SHAKEN
from thermokin.report.folder import Refuse
from thermokin.study.read import check_study, read_study
from thermokin.study.run import run_study

X = np.array([[0.0, 1.0], [1.0, 0.0]])
LEVEL = np.diag([0.0, 1.0])


def answers(tmp_path: Path, text: str) -> dict[str, Any]:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return dict(read_study(path).study.answer(lambda what, share: None).answers)


def shaken(period: float = 4.0, amplitude: float = 0.2) -> Any:
    drive = tk.Drive([LEVEL, [LEVEL, lambda t: amplitude * np.sin(2.0 * np.pi * t / period)]])
    return tk.floquet(drive, [tk.Contact(tk.Bath("hot", 2.0), X, tk.Flat(0.001))], period)


def test_a_leg_that_swings_has_the_floquet_states_of_its_drive(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(SHAKEN, encoding="utf-8")
    run_study(read_study(tmp_path / "study.toml"), tmp_path / "out", Refuse(), lambda what, share: None)
    data, found = read_dataset(tmp_path / "out" / "data.nc"), shaken()
    np.testing.assert_allclose(data["quasienergies"], found.quasienergies, atol=1e-14)
    np.testing.assert_allclose(data["heat"], found.heat, rtol=1e-12)
    assert float(data["power"]) == pytest.approx(float(found.power), rel=1e-12)
    heat = tk.cumulants(found.model, tk.heat(found.model, "hot"), order=2)
    assert float(data["c2 heat from hot"]) == pytest.approx(float(heat.noise), rel=1e-12)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "In the periodic state the drive at frequency 1.571 pays" in page
    assert (tmp_path / "out" / "figures" / "sidebands.svg").exists()


def test_several_periods_of_a_leg_are_one_drive(tmp_path: Path) -> None:
    found = answers(tmp_path, SHAKEN.replace("duration = 4.0", "duration = 12.0\nperiods = 3"))["floquet"]
    assert found.states.period == 4.0
    np.testing.assert_allclose(found.states.heat, shaken().heat, rtol=1e-11)


def test_a_matrix_that_swings_is_a_drive(tmp_path: Path) -> None:
    text = SHAKEN.replace('name = "qubit"\ngap = 1.0', "hamiltonian = [[0.0, 0.0], [0.0, 1.0]]")
    text = text.replace("rate = 0.001", "rate = 0.001\ncoupling = [[0, 1], [1, 0]]")
    text = text.replace('swing = { "model.gap" = 0.2 }', "swing_hamiltonian = [[0, 0], [0, 0.2]]")
    np.testing.assert_allclose(answers(tmp_path, text)["floquet"].states.heat, shaken().heat, rtol=1e-11)


def test_along_a_sweep_of_the_period_every_drive_is_its_own(tmp_path: Path) -> None:
    data = answers(tmp_path, SHAKEN + '[sweep]\n"legs.shaking.duration" = [3.0, 4.0]\n')["sweep"]
    for place, period in enumerate((3.0, 4.0)):
        found = shaken(period)
        assert float(data["power"][place]) == pytest.approx(float(found.power), rel=1e-12)
        assert float(data["heat hot"][place]) == pytest.approx(float(found.heat[0]), rel=1e-12)
        assert float(data["c1 heat from hot"][place]) == pytest.approx(float(found.heat[0]), rel=1e-9)
    assert data["mean_energies 0"].attrs["shown"] == "no"


def test_a_resonance_of_sidebands_is_a_remark(tmp_path: Path) -> None:
    text = SHAKEN.replace("duration = 4.0", "duration = 5.9").replace("rate = 0.001", "rate = 0.2")
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    said = check_study(tmp_path / "study.toml", "s")
    assert any("secular" in line and "(lower the rates, or use [cycle])" in line for line in said)


def test_quasienergies_of_the_size_of_rounding_are_none() -> None:
    drive = tk.Drive([np.diag([0.0, 1.0]), [np.diag([0.0, 0.5]), lambda t: np.cos(1.7 * t)]])
    contact = tk.Contact(tk.Bath("bath", 0.5), np.array([[0.0, 1.0], [1.0, 0.0]]), tk.Ohmic(1e-3))
    shown = tk.floquet(drive, [contact], 2.0 * np.pi / 1.7).to_xarray()
    np.testing.assert_allclose(shown["quasienergies"], [0.0, 1.0], rtol=1e-10, atol=0.0)
    np.testing.assert_allclose(shown["mean_energies"], [0.0, 1.0], rtol=1e-10, atol=0.0)
