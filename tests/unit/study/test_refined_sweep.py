"""A study's sweep that gets more values where what it finds bends: in a run, and into a store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.report.folder import Refuse
from thermokin.study.read import read_study
from thermokin.study.run import run_study
from thermokin.study.stored_sweep import sweep_of_study
from thermokin.sweeps.options import Options

STUDY = """\
[model]
name = "qubit"
rate = 0.001
[bath]
temperature = 0.1
[sweep]
"model.gap" = { start = 0.05, stop = 2.0, points = 7 }
[sweep.refine]
tolerance = 0.02
most = 60
by = ["c1 activity"]
[counting]
currents = ["activity"]
order = 2
"""


def study(folder: Path, text: str = STUDY) -> Any:
    """A study read from a file."""
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.toml")


def ran(file: Any, out: Path) -> Any:
    """The data of a run."""
    return run_study(file, out, Refuse(), lambda what, fraction: None).answers["sweep"]


def test_a_run_has_more_values_where_an_output_bends_and_its_study_finds_them_again(tmp_path: Path) -> None:
    file = study(tmp_path)
    data = ran(file, tmp_path / "out")
    gaps = data["model.gap"].values
    assert set(np.linspace(0.05, 2.0, 7)) < set(gaps)
    assert gaps.size <= 60
    assert np.diff(gaps).min() < 0.5 * np.diff(gaps).max()
    model = file.study.system.family.at({"model.gap": gaps})
    assert np.allclose(data["c1 activity"], tk.activity(model).mean(tk.steady_state(model)), rtol=1e-12)
    again = ran(read_study(tmp_path / "out" / "study.toml"), tmp_path / "again")
    assert np.array_equal(again["model.gap"], gaps)
    assert np.array_equal(again["c1 activity"], data["c1 activity"])


def test_a_store_of_rounds_holds_what_a_run_finds_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    xr = pytest.importorskip("xarray")
    pytest.importorskip("zarr")
    file = study(tmp_path)
    data, run = sweep_of_study(file, Options(tmp_path / "rounds")).run(), ran(file, tmp_path / "out")
    assert np.array_equal(data["model.gap"], run["model.gap"])
    assert np.allclose(data["c1 activity"], run["c1 activity"], rtol=1e-12)
    with xr.open_dataset(tmp_path / "rounds" / "refined.nc", engine="h5netcdf") as kept:
        assert np.array_equal(kept["c1 activity"], data["c1 activity"])
    monkeypatch.setattr("thermokin.sweeps.job.evaluated", None)  # nothing is computed again
    assert sweep_of_study(file, Options(tmp_path / "rounds")).run().identical(data)
    said = sweep_of_study(file, Options(tmp_path / "rounds")).said()
    assert said.startswith("7 points, ")
    assert said.endswith("that is the first round; then more where an output bends, up to 60 points")


def test_parts_and_unknown_outputs_are_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(tk.errors.SweepError, match=r"leave it out beside \[sweep\.refine\]"):
        sweep_of_study(study(tmp_path), Options(tmp_path / "store", shard=(1, 2)))
    file = study(tmp_path, STUDY.replace('["c1 activity"]', '["c1 activty"]'))
    said = r"must name outputs of the sweep, got 'c1 activty'; did you mean 'c1 activity'\?"
    with pytest.raises(tk.errors.SweepError, match=said):
        sweep_of_study(file, Options()).run()
    with pytest.raises(tk.errors.StudyError, match=f"cannot be run: .*{said}"):
        ran(file, tmp_path / "out")
