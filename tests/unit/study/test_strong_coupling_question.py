"""The questions [strong_coupling] and [mean_force] of a study: what they answer, along a sweep too, and refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin._result import shown_by
from thermokin.errors import StudyError
from thermokin.study.read import read_study

FLIP = np.array([[0.0, 1.0], [1.0, 0.0]])
BATH = """
[model]
energies = [0.0, 1.0]

[[baths]]
name = "hot"
temperature = 0.6
coupling = [[0.0, 1.0], [1.0, 0.0]]

[baths.spectrum]
kind = "brownian"
coupling = 0.3
frequency = 1.3
width = 0.001
"""
COLD = """
[[baths]]
name = "cold"
temperature = 0.3
coupling = [[0.0, 1.0], [1.0, 0.0]]
rate = 0.001
"""
SWEEP = '\n[sweep]\n"baths.hot.spectrum.coupling" = [0.1, 0.4]\n'
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def answered(tmp_path: Path, text: str) -> dict[str, Any]:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return dict(read_study(path).study.answer(lambda what, share: None).answers)


def contacts(coupling: Any) -> list[tk.Contact]:
    strong = tk.Contact(tk.Bath("hot", 0.6), FLIP, tk.Brownian(coupling, 1.3, 0.001))
    return [strong, tk.Contact(tk.Bath("cold", 0.3), FLIP, tk.Flat(0.001))]


def test_a_study_answers_what_python_does(tmp_path: Path) -> None:
    (found,) = answered(tmp_path, BATH + COLD + "[strong_coupling]\nlevels = 8\n").values()
    expected = tk.reaction_coordinate(np.diag([0.0, 1.0]), contacts(0.3), levels=8)
    np.testing.assert_allclose(found.heat, expected.heat, rtol=1e-9)
    (mean,) = answered(tmp_path, BATH + "[mean_force]\ncounterterm = 0.0\n").values()
    one = tk.mean_force(np.diag([0.0, 1.0]), contacts(0.3)[:1], tolerance=1e-6, counterterm=0.0)
    np.testing.assert_allclose(mean.free_energy, one.free_energy, rtol=1e-9)


def test_along_a_sweep_all_points_are_answered(tmp_path: Path) -> None:
    swept = answered(tmp_path, BATH + COLD + "[strong_coupling]\nlevels = 8\n" + SWEEP)["sweep"]
    expected = tk.reaction_coordinate(np.diag([0.0, 1.0]), contacts([0.1, 0.4]), levels=8)
    np.testing.assert_allclose(swept["heat cold"].values, expected.heat[:, 1], rtol=1e-9)
    swept = answered(tmp_path, BATH + "[mean_force]\nlevels = 9\n" + SWEEP)["sweep"]
    found = tk.mean_force(np.diag([0.0, 1.0]), contacts([0.1, 0.4])[:1], levels=9)
    np.testing.assert_allclose(swept["distance second order"].values, found.distances[:, 1], rtol=1e-7)


def test_a_system_without_a_strong_bath_or_one_temperature_is_refused(tmp_path: Path) -> None:
    weak = BATH.partition("[baths.spectrum]")[0] + "rate = 0.01\n"
    with pytest.raises(StudyError, match="strong_coupling: must be asked of a system with a bath whose spectrum is"):
        answered(tmp_path, weak + "[strong_coupling]\n")
    other = BATH[BATH.index("[[baths]]") :].replace('"hot"', '"b"').replace("0.6", "0.5")
    with pytest.raises(StudyError, match="mean_force: cannot be answered: contacts must have baths of one temperature"):
        answered(tmp_path, BATH + other + "[mean_force]\n")
    with pytest.raises(StudyError, match=r"strong_coupling\.levels: must be >= 2, got 1"):
        answered(tmp_path, BATH + "[strong_coupling]\nlevels = 1\n")


def test_a_report_tells_who_heats_whom_and_how_far_an_equilibrium_is(tmp_path: Path) -> None:
    (found,) = answered(tmp_path, BATH + COLD + "[strong_coupling]\nlevels = 8\n").values()
    view = shown_by(type(found))
    heat = tk.ledger(found.model).heat[0]
    said, *rows = view.findings(found)
    flows = f"{heat:.4g} from hot and {heat:.4g} to cold"
    assert said == f"With 8 levels of a mode of hot in the system, heat flows at rest at {flows}."
    assert rows[:2] == [f"  heat from hot: {heat:.6g} energy/time", f"  heat from cold: {-heat:.6g} energy/time"]
    (alone,) = answered(tmp_path, BATH + "[strong_coupling]\nlevels = 8\n").values()
    assert view.findings(alone)[0] == "With 8 levels of a mode of hot in the system, no heat flows at rest."
    (mean,) = answered(tmp_path, BATH + "[mean_force]\nlevels = 12\n").values()
    told = shown_by(type(mean)).findings(mean)
    away = tk.distances.trace_distance(mean.state, tk.operators.gibbs(np.diag([0.0, 1.0]), 0.6))
    assert told[0].startswith(f"The state is, in trace distance, {away:.4g} from its own Gibbs state, ")
    assert told[1] == f"  trace distance to its own Gibbs state: {away:.6g}"


def test_along_a_sweep_the_least_and_the_largest_are_told() -> None:
    found = tk.reaction_coordinate(np.diag([0.0, 1.0]), contacts(np.array([0.1, 0.4])), levels=8)
    low, high = np.sort(tk.ledger(found.model).heat[:, 0])
    said = shown_by(type(found)).findings(found)[0]
    assert said.startswith("With 8 levels of a mode of hot in the system, heat at rest is ")
    assert f"{low:.4g} to {high:.4g} from hot and {-high:.4g} to {-low:.4g} from cold." in said
    mean = tk.mean_force(np.diag([0.0, 1.0]), contacts(np.array([0.1, 0.4]))[:1], levels=12)
    free = f"{mean.free_energy.min():.4g} to {mean.free_energy.max():.4g}"
    assert shown_by(type(mean)).findings(mean)[0].endswith(f"its free energy is {free}.")
