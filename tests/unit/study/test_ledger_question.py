"""The question [ledger] of a study: what it answers, of models and between leads, and along a sweep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import thermokin as tk
from data_files import read_dataset
from thermokin.errors import StudyError
from thermokin.report.folder import Refuse
from thermokin.study.read import read_study
from thermokin.study.run import run_study

MASER = """
[model]
name = "three_level_maser"
drive = 0.02
hot = 6.0

[ledger]
"""
JUNCTION = """
[model]
name = "resonant_level"
energy = 0.2
left = 0.05
right = 0.05

[[leads]]
name = "left"
temperature = 0.2
chemical_potential = 0.5
statistics = "fermi"

[[leads]]
name = "right"
temperature = 0.1
statistics = "fermi"

[ledger]
"""
SWEEP = '[sweep]\n"model.drive" = [0.01, 0.02]\n'


def answered(tmp_path: Path, text: str) -> dict[str, object]:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return read_study(path).study.answer(lambda what, share: None).answers


def test_a_study_answers_what_python_does(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(MASER, encoding="utf-8")
    file = read_study(tmp_path / "study.toml")
    run_study(file, tmp_path / "out", Refuse(), lambda what, share: None)
    data, found = read_dataset(tmp_path / "out" / "data.nc"), tk.ledger(tk.library.three_level_maser(0.02, 6.0))
    assert data["heat"].values == pytest.approx(found.heat, rel=1e-10)
    assert float(data["total_activity"]) == pytest.approx(float(found.total_activity), rel=1e-10)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "engine" in page
    assert "jumps of all channels" in page


def test_it_is_asked_of_a_junction(tmp_path: Path) -> None:
    (found,) = answered(tmp_path, JUNCTION).values()
    assert "chemical_power" in repr(found)
    assert "activity" not in repr(found)


def test_along_a_sweep_every_entry_of_every_bath_is_a_column_beside_those_of_the_machine(tmp_path: Path) -> None:
    alone = answered(tmp_path, MASER.replace("drive = 0.02\n", "") + SWEEP)["sweep"]
    found = tk.ledger(tk.library.three_level_maser(np.array([0.01, 0.02]), 6.0))
    assert alone["heat hot"].values == pytest.approx(found.heat[:, 1], rel=1e-10)  # type: ignore[index]
    assert alone["activity cold"].attrs["long_name"] == "jumps of cold"  # type: ignore[index]
    both = answered(tmp_path, MASER.replace("drive = 0.02\n", "") + "[machine]\n" + SWEEP)["sweep"]
    assert "heat hot" not in both  # type: ignore[operator]
    assert both["heat from hot"].values == pytest.approx(found.heat[:, 1], rel=1e-10)  # type: ignore[index]


def test_its_table_has_no_keys(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"ledger\.noise: is no key of this table"):
        answered(tmp_path, MASER + "noise = true\n")
