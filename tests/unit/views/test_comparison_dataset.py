"""The labelled data of a comparison: every number with its unit, sweeps with their axes."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import oracles
import systems
import thermokin as tk
from thermokin.quench.comparison import Comparison, leading_shape

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TIMES = np.array([0.0, 0.2, 1.0])
HEATING = systems.TwoStateQuench()
QUENCHES = (HEATING, HEATING.reversed())


@functools.cache
def qubit_pair() -> tk.QuenchPair:
    return tk.reciprocal(lambda t: tk.library.qubit(1.0, 1.0, t), 0.5, 2.0)


@functools.cache
def compared() -> Comparison:
    return tk.compare(qubit_pair(), TIMES)


def test_the_labelled_data_hold_every_number_with_its_unit() -> None:
    data = compared().to_xarray()
    assert data.sizes["process"] == 2
    np.testing.assert_array_equal(data["time"], TIMES)
    for name in data.data_vars:
        assert data[name].attrs["units"], name
        assert data[name].attrs["long_name"], name
    units = {name: data[f"distance_{name}"].attrs["units"] for name in ("relative_entropy", "Bures_angle")}
    assert units == {"relative_entropy": "nats", "Bures_angle": "radians"}
    fields: dict[str, Any] = {
        "energy": "population",
        "entropy_production_rate": "entropy_production_rate",
        "entropy_production": "entropy_production",
        "heat_rate": "heat_rate",
        "heat_mean": "heat_mean",
        "heat_variance": "heat_variance",
        "activity_rate": "activity_rate",
        "activity": "activity",
        "velocity": "velocity",
        "length": "length",
        "completion": "completion",
        "distance_relative_entropy": "divergence",
    }
    for process, quench in zip(("heating", "cooling"), QUENCHES, strict=True):
        chosen = data.sel(process=process)
        for name, key in fields.items():
            np.testing.assert_allclose(chosen[name], getattr(quench, key)(TIMES), rtol=1e-11, err_msg=name)
        np.testing.assert_allclose(chosen["populations"][:, 1], quench.population(TIMES), rtol=1e-13)
        assert float(chosen["gap"]) == pytest.approx(quench.relaxation, rel=1e-13)
        assert float(chosen["total_length"]) == pytest.approx(quench.total_length, rel=1e-12)
        total = float(quench.entropy_production(np.inf))
        assert float(chosen["total_entropy_production"]) == pytest.approx(total, rel=1e-12)
        p = quench.population(TIMES)
        np.testing.assert_allclose(chosen["entropy"], -(p * np.log(p) + (1 - p) * np.log(1 - p)), rtol=1e-12)
    for name, value in compared().crossings.items():
        found = data["crossing_" + name.replace(" ", "_").replace("-", "_")]
        np.testing.assert_array_equal(found, value)
    for verdict in compared().verdicts:
        found = data["verdict_" + verdict.name.replace(" ", "_").replace("-", "_")]
        assert bool(found) == bool(verdict.holds)
        assert found.attrs["long_name"] == verdict.statement
    assert "reciprocal" in data.attrs["title"]


def test_the_labelled_data_of_a_sweep_carry_its_axes(tmp_path: Path) -> None:
    pair = tk.reciprocal(lambda t: tk.library.qubit(1.0, 1.0, t), [[0.5], [0.7]], [1.0, 1.5, 2.0])
    comparison = tk.compare(pair, TIMES)
    assert leading_shape(comparison) == (2, 3)
    data = comparison.to_xarray()
    assert data["heat_mean"].dims == ("process", "cold", "hot", "time")
    assert data["gap"].dims == ("process", "cold", "hot")
    assert data["verdict_gap"].dims == ("cold", "hot")
    np.testing.assert_array_equal(data["cold"], [0.5, 0.7])
    np.testing.assert_array_equal(data["hot"], [1.0, 1.5, 2.0])
    assert data["hot"].attrs["units"] == "energy"
    assert data["populations"].sizes["level"] == 2
    data.to_netcdf(tmp_path / "data.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "data.nc", engine="h5netcdf") as read:
        xr.testing.assert_allclose(read["heat_mean"].load(), data["heat_mean"])
        assert read["heat_mean"].attrs["units"] == "energy"


def test_times_of_their_own_for_each_point_are_a_coordinate_of_two_axes() -> None:
    pair = tk.reciprocal(lambda t: tk.library.qubit(1.0, 1.0, t), [0.5, 0.7], 2.0)
    data = tk.compare(pair, [[0.0, 1.0], [0.5, 2.0]]).to_xarray()
    assert data["times"].dims == ("cold", "time")
    np.testing.assert_array_equal(data["times"], [[0.0, 1.0], [0.5, 2.0]])
    assert "time" not in data.coords


def test_what_is_not_defined_between_two_baths_is_left_out_of_the_data() -> None:
    contacts = [
        tk.Contact(tk.Bath(name, temperature), np.array([[0.0, 1.0], [1.0, 0.0]]), tk.Flat(0.5))
        for name, temperature in (("cold", 0.5), ("hot", 1.5))
    ]
    model = tk.davies(np.diag([0.0, 1.0]), contacts)
    one, two = (tk.Quench(name, model, tk.Gibbs(t)) for name, t in (("a", 0.2), ("b", 3.0)))
    data = tk.compare(tk.QuenchPair(one, two, "by hand", {}), TIMES).to_xarray()
    assert "total_entropy_production" not in data
    assert "verdict_total" not in data
    system = systems.TwoBathQubit(1.0, (1.5, 0.5), (0.5, 0.5))
    start = oracles.gibbs_populations([0.0, 1.0], 0.2)[1]
    assert float(data["total_heat"].sel(process="heating")) == pytest.approx(system.excited - start, rel=1e-11)
