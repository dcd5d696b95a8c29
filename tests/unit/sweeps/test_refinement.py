"""Refinement: more values where an output bends, so that lines between points lie where the output does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.sweeps.refinement import Refine, _between, _grows

QUBIT = tk.Family(tk.library.qubit, {"rate": 0.001})


def step(model: tk.Model) -> Any:
    """Bends sharply where the gap is 2."""
    gap = model.parameters["gap"].numbers
    return np.tanh(40.0 * (gap - 2.0)) + 0.0 * model.parameters["temperature"].numbers


def test_values_gather_where_the_output_bends_and_nowhere_else() -> None:
    begin = {"gap": np.linspace(1.0, 3.0, 11), "temperature": [1.0]}
    data = tk.sweep(QUBIT, begin, {"step": step}, refine=Refine(tolerance=0.01))
    gaps = data["gap"].values
    assert (np.diff(gaps) > 0.0).all()
    assert set(begin["gap"]) <= set(gaps)
    assert ((gaps > 1.7) & (gaps < 2.3)).sum() > 0.6 * gaps.size
    fine = np.linspace(1.0, 3.0, 2001)
    off = np.interp(fine, gaps, data["step"].values[:, 0]) - np.tanh(40.0 * (fine - 2.0))
    assert np.abs(off).max() < 0.02
    plain = np.interp(fine, np.linspace(1.0, 3.0, gaps.size), np.tanh(40.0 * (np.linspace(1.0, 3.0, gaps.size) - 2.0)))
    assert np.abs(plain - np.tanh(40.0 * (fine - 2.0))).max() > 2.0 * np.abs(off).max()
    assert (data["error"] == 0).all()


def test_every_point_is_what_a_sweep_of_all_values_gives() -> None:
    begin = {"gap": np.geomspace(0.5, 20.0, 7), "temperature": np.array([0.5, 1.0, 3.0])}
    wanted = {"heat": "heat", "noise of heat": "noise of heat", "slowest": "gap"}
    data = tk.sweep(QUBIT, begin, wanted, refine=Refine(tolerance=0.01, by=("noise of heat", "slowest")))
    assert data.sizes["gap"] > 7
    assert data.sizes["temperature"] > 3
    whole = tk.sweep(QUBIT, {name: data[name].values for name in begin}, wanted)
    for name in wanted:
        assert np.allclose(data[name].values, whole[name].values, rtol=1e-12, atol=1e-18)


def test_a_jump_is_not_refined_without_end() -> None:
    def jump(model: tk.Model) -> Any:
        return (
            np.where(model.parameters["gap"].numbers > 1.234, 1.0, 0.0) + 0.0 * model.parameters["temperature"].numbers
        )

    data = tk.sweep(QUBIT, {"gap": np.linspace(1.0, 3.0, 5), "temperature": [1.0]}, {"jump": jump}, refine=Refine())
    assert data.sizes["gap"] < 100
    assert np.diff(data["gap"].values).min() > 1e-7


def test_points_end_it_too() -> None:
    begin = {"gap": np.linspace(1.0, 3.0, 11), "temperature": [1.0]}
    assert tk.sweep(QUBIT, begin, {"step": step}, refine=Refine(1e-9, most=100))["error"].size <= 100


def test_rounds_are_stores_from_which_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("zarr")
    begin = {"gap": np.linspace(1.0, 3.0, 11), "temperature": [1.0]}
    first = tk.sweep(QUBIT, begin, {"step": step}, refine=Refine(), store=tmp_path / "rounds")
    assert len(list((tmp_path / "rounds").iterdir())) > 3
    monkeypatch.setattr("thermokin.sweeps.job.evaluated", None)  # nothing is computed again
    again = tk.sweep(QUBIT, begin, {"step": step}, refine=Refine(), store=tmp_path / "rounds")
    assert again.identical(first)
    with pytest.raises(tk.errors.SweepError, match="holds a sweep that is not refined"):
        tk.sweep(QUBIT, begin, {"step": step}, refine=Refine(), store=tmp_path / "rounds" / "round_00")


def test_what_cannot_be_refined_is_refused() -> None:
    begin = {"gap": [1.0, 2.0, 3.0], "temperature": [1.0]}
    with pytest.raises(ValueError, match=r"`refine\.by` must name outputs of the sweep, got 'stp'"):
        tk.sweep(QUBIT, begin, {"step": step}, refine=Refine(by=("stp",)))
    with pytest.raises(ValueError, match="`shard` is for grids that are known beforehand"):
        tk.sweep(QUBIT, begin, {"step": step}, refine=Refine(), shard=(1, 2), store="x")
    with pytest.raises(ValueError, match="`tolerance` must be > 0, got 0"):
        Refine(0.0)


def test_both_steps_beside_a_bend_are_halved_and_no_others() -> None:
    import xarray as xr

    kink = xr.Dataset({"y": ("x", [0.0, 0.0, 0.0, 1.0, 2.0])}, coords={"x": [0.0, 1.0, 2.0, 3.0, 4.0]})
    assert _between(kink, "x", Refine(), logarithmic=False).tolist() == [1.5, 2.5]
    decades = kink.assign_coords(x=[1.0, 10.0, 100.0, 1e3, 1e4])
    assert np.allclose(_between(decades, "x", Refine(), logarithmic=True), [10**1.5, 10**2.5])


def test_two_values_have_no_bend_and_lost_points_no_say() -> None:
    import xarray as xr

    two = xr.Dataset({"y": ("x", [0.0, 1.0])}, coords={"x": [0.0, 1.0]})
    assert _between(two, "x", Refine(), logarithmic=False).size == 0
    lost = xr.Dataset({"y": ("x", [0.0, np.nan, 2.0, 3.0])}, coords={"x": [0.0, 1.0, 2.0, 3.0]})
    assert _between(lost, "x", Refine(), logarithmic=False).size == 0
    assert _grows(np.geomspace(1.0, 100.0, 5))
    assert not _grows(np.linspace(1.0, 100.0, 5))
