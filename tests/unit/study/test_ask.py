"""Studies answered in Python: the objects that Python calls give, and the folder that a run writes."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import thermokin as tk

MASER: dict[str, Any] = {"model": {"name": "three_level_maser", "drive": 0.1, "hot": 5.0}}
HOT = {"currents": ["heat from hot"]}


def test_each_answer_is_what_the_verb_of_its_question_gives() -> None:
    found = tk.ask({**MASER, "machine": {}, "counting": HOT})
    model = tk.library.three_level_maser(0.1, 5.0)
    assert list(found) == ["machine", "counting"]
    assert type(found["machine"]) is type(tk.figures_of_merit(model))
    np.testing.assert_array_equal(found["machine"].power, tk.figures_of_merit(model).power)
    counted = found["counting"].cumulants["heat from hot"].values
    np.testing.assert_array_equal(counted[:2], tk.cumulants(model, tk.heat(model, "hot")).values)


def test_tables_take_arrays_and_a_sweep_gives_data_of_all_questions() -> None:
    drives = np.array([0.05, 0.1])
    tables = {**MASER, "counting": HOT, "sweep": {"model.drive": drives}}
    found = tk.ask(tables)
    assert isinstance(found["sweep"], xr.Dataset)
    model = tk.library.three_level_maser(drives, 5.0)
    np.testing.assert_allclose(
        found["sweep"]["c1 heat from hot"], tk.cumulants(model, tk.heat(model, "hot")).mean, rtol=1e-12
    )


def test_a_file_is_answered_and_its_report_is_a_run_that_runs_again(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(
        '[model]\nname = "three_level_maser"\ndrive = 0.0005\nhot = 400.0\ncold = 30.0\ngap_hot = 7.0\n'
        'gap_cold = 2.0\nrate_hot = 1.5\nrate_cold = 1.0\n[machine]\n[report]\ntitle = "In the lab"\n'
        '[units]\nenergy = "GHz"\ntemperature = "mK"\ntime = "us"\npower = "aW"\n',
        encoding="utf-8",
    )
    found = tk.ask(path)
    assert repr(found).startswith("In the lab: answers to machine\n")
    assert found.units is not None
    shown = found.to_xarray()["power"]
    assert shown.attrs["units"] == "aW"
    np.testing.assert_allclose(shown, found.units.of(found["machine"].power, "energy/time"), rtol=1e-12)
    # Other units have another time of 1: they gave a million times the power, without a word.
    others = tk.units(energy="GHz", time="us", power="aW")
    swept = tk.ask({**tomllib.loads(path.read_text(encoding="utf-8")), "sweep": {"model.drive": [0.0004, 0.0005]}})
    for wrong in (
        lambda: others.show(found["machine"]),
        lambda: found["machine"].in_units(others),
        lambda: others.show(swept["sweep"]),
        lambda: others.of(swept["sweep"]["power"]),
    ):
        with pytest.raises(tk.errors.ArgumentError, match=r"time of 1 is 1e-06 s, here 1e-09 s: .* found.units.show"):
            wrong()
    assert swept.units is not None
    assert swept.units.of(swept["sweep"]["power"])[1] == pytest.approx(float(shown), rel=1e-12)
    assert "aW" in str(found.units.show(found["machine"]))
    folder = found.report(tmp_path / "out")
    assert {one.name for one in folder.iterdir()} >= {"report.html", "figures", "data.nc", "study.toml"}
    assert (folder / "study.toml").read_text(encoding="utf-8") == found.text()
    np.testing.assert_array_equal(tk.ask(folder / "study.toml")["machine"].power, found["machine"].power)
    assert found.plot().axes
    with pytest.raises(ValueError, match="`name` must be one of machine, got 'levels'"):
        found.plot("levels")


def test_what_is_wrong_is_said_at_once_and_what_is_in_doubt_is_a_warning() -> None:
    with pytest.raises(tk.errors.StudyError, match=r"(?s)^study: model\.hot: must be >= 0.*\nstudy: counting\.order: "):
        tk.ask({"model": {**MASER["model"], "hot": -1.0}, "counting": {**HOT, "order": 0}})
    with pytest.raises(TypeError, match="must be a file, the name of a built-in study, or tables, got int"):
        tk.ask(3)  # type: ignore[arg-type]
    with pytest.warns(tk.errors.ValidityWarning, match="the local assumption is in doubt"):
        tk.ask({"model": {**MASER["model"], "drive": 0.9}, "machine": {}})
