"""Sweeps of driven models and of junctions into stores: the numbers of a run, and what a kill leaves is completed."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from malformed_cycle_studies import OTTO
from malformed_transport_studies import DOT
from thermokin.report.folder import Refuse
from thermokin.study.read import read_study
from thermokin.study.run import run_study
from thermokin.study.stored_sweep import sweep_of_study
from thermokin.sweeps.options import Options

pytest.importorskip("zarr")
MACHINE = """\
[model]
name = "three_level_maser"
rate_hot = 0.001
rate_cold = 0.001
[sweep]
"model.hot" = [0.7, 2.0, 4.0]
"model.drive" = [0.01, 0.02]
[machine]
"""
STUDIES = {
    "machine": MACHINE,
    "cycle": OTTO + '[sweep]\n"baths.hot.temperature" = [1.5, 2.0, 2.5]\n"cycle.stretch" = [0.5, 1.0]\n',
    "junction": DOT + '[sweep]\n"model.energy" = [0.2, 0.6, 0.9]\n"leads.hot.temperature" = [0.3, 0.4]\n',
}


@pytest.mark.parametrize("kind", STUDIES)
def test_a_store_holds_what_a_run_finds_and_a_broken_one_is_completed(tmp_path: Path, kind: str) -> None:
    (tmp_path / "study.toml").write_text(STUDIES[kind], encoding="utf-8")
    file = read_study(tmp_path / "study.toml")
    run = run_study(file, tmp_path / "out", Refuse(), lambda what, fraction: None).answers["sweep"]
    options = Options(tmp_path / "store", "serial", chunk=2)
    data = sweep_of_study(file, options).run().load()
    left_out = {
        name for name, one in data.data_vars.items() if "optional" in one.attrs and not np.nan_to_num(one).any()
    }
    assert set(data.data_vars) - left_out == {*run.data_vars, "error"}
    assert (data["error"] == 0).all()
    for name, column in run.data_vars.items():
        assert data[name].dims == column.dims
        assert {**data[name].attrs, "optional": "yes"} == {**column.attrs, "optional": "yes"}
        # Cumulants are the derivatives of sums, whose terms may be added in another order for a point alone.
        size = float(np.abs(column.values[np.isfinite(column.values)]).max(initial=0.0))
        assert np.allclose(data[name], column, rtol=1e-8, atol=1e-10 * size, equal_nan=True), name
    whole = {path: path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()}
    shutil.rmtree(tmp_path / "store" / "commits" / "1")
    shutil.rmtree(tmp_path / "store" / "error" / "c" / "2")
    told: list[int] = []
    again = sweep_of_study(file, options).run(lambda progress: told.append(progress.points))
    assert told == [2, 4, 6]
    assert again.load().identical(data)
    assert {path: path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()} == whole
