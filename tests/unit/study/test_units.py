"""The unit of a column is the power of the energy scale with which it grows: all energies and rates twice as large."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import thermokin as tk
from data_files import read_dataset
from thermokin.model.current_words import unit_of
from thermokin.report.folder import Refuse
from thermokin.study.read import read_study
from thermokin.study.run import run_study

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

POWERS = {"energy": 1, "time": -1, "nats": 0, "radians": 0, "1": 0}
EXACT = 1e-9  # a factor of two is exact; iterations to a root are not
COARSE = 0.2  # of an error, which is what rounding may do: far below the factor of a wrong unit
TIES = "defect", "residual", "mismatch", "condition", "deviation"  # of rounding, which has no scale


def power(unit: str) -> int:
    """The power of energy that a unit is worth where hbar = k_B = 1: energy^2/time is worth 3."""
    above, _, below = unit.partition("/")
    return _product(above) - _product(below)


def _product(unit: str) -> int:
    factors = [factor.partition("^") for factor in unit.replace("(", "").replace(")", "").split()]
    return sum(POWERS[name] * int(exponent or 1) for name, _, exponent in factors)


def compared(scale: float) -> xr.Dataset:
    def family(temperature: np.ndarray) -> tk.Model:
        energies = np.array([0.0, 1.0, 2.3]) * scale
        return tk.library.levels(energies, np.ones((3, 3)), rate=0.02 * scale, temperature=temperature)

    pair = tk.reciprocal(family, 0.5 * scale, 2.0 * scale)
    return tk.compare(pair, np.linspace(0.0, 80.0, 9) / scale).to_xarray()


def test_every_column_of_a_comparison_grows_with_the_energies_as_its_unit_says() -> None:
    one, two = compared(1.0), compared(2.0)
    assert set(one.variables) == set(two.variables)
    for name in one.data_vars:
        unit = one[name].attrs["units"]
        assert two[name].attrs["units"] == unit
        grown = one[name].values * 2.0 ** power(unit)
        np.testing.assert_allclose(two[name].values, grown, rtol=EXACT, atol=1e-13, err_msg=f"{name} [{unit}]")
    np.testing.assert_allclose(two["time"], one["time"].values * 2.0 ** power(one["time"].attrs["units"]))


STUDY = """
[model]
energies = [0.0, {0}, {3}]
[[baths]]
name = "hot"
temperature = {2}
rate = {0:.17g}e-2
coupling = [[0, 1, 0.5], [1, 0, 1], [0.5, 1, 0]]
[[baths]]
name = "cold"
temperature = {1}
rate = {1:.17g}e-2
[counting]
currents = ["heat from hot", "activity from cold", "entropy_flow"]
order = 3
[spectrum]
currents = ["heat from hot", "activity from cold"]
stop = {2}
points = 5
[distribution]
currents = ["heat from hot"]
times = [{4}]
[rate_function]
currents = ["heat from hot"]
start = -{5}
stop = {5}
points = 5
[report]
figures = false
"""


def counted(scale: float, folder: Path) -> xr.Dataset:
    numbers = [scale, 0.5 * scale, 2.0 * scale, 3.0 * scale, 20.0 / scale, 0.3 / scale]
    folder.mkdir()
    (folder / "study.toml").write_text(STUDY.format(*numbers), encoding="utf-8")
    run_study(read_study(folder / "study.toml"), folder / "out", Refuse(), lambda what, fraction: None)
    return read_dataset(folder / "out" / "data.nc")


def grown(data: xr.Dataset, name: str) -> np.ndarray:
    """A column times the powers of two that its unit stands for, those of currents and orders row by row."""
    values, unit = data[name], data[name].attrs["units"]
    ours = np.array([power(unit_of(str(words))) for words in data["current"].values])
    if "current_unit" not in unit and "exchanged_order" not in unit:
        return np.asarray(values * 2.0 ** power(unit))
    rate = power("1/time") if unit.endswith("/time") else 0
    if unit == "current_unit other_unit/time":
        powers = ours[:, None] + ours + rate
    elif unit == "current_unit^order/time":
        powers = ours[:, None] * data["order"].values + rate
    elif unit == "current_unit/time":
        powers = ours + rate
    else:
        inner = re.fullmatch(r"\((.*)\)\^exchanged_order", unit)
        assert inner is not None, unit
        powers = power(inner[1]) * data["exchanged_order"].values
    return np.asarray(values * 2.0**powers)


def test_every_column_of_a_counting_study_grows_with_the_energies_as_its_unit_says(tmp_path: Path) -> None:
    one, two = counted(1.0, tmp_path / "one"), counted(2.0, tmp_path / "two")
    assert set(one.variables) == set(two.variables)
    numbers = [name for name in one.variables if "units" in one[name].attrs]
    assert len(numbers) > 25
    for name in numbers:
        if not any(word in str(name) for word in (*TIES, "factorial")):  # factorial cumulants of energies mix units
            wanted = grown(one, str(name))
            scale = np.abs(wanted).max()
            within = COARSE if str(name).endswith("_error") else EXACT
            np.testing.assert_allclose(two[name].values, wanted, rtol=within, atol=1e-13 * scale, err_msg=str(name))


@pytest.mark.parametrize(("unit", "worth"), [("1", 0), ("energy^2/time", 3), ("nats/time", 1), ("1/energy", -1)])
def test_a_unit_is_worth_a_power_of_energy(unit: str, worth: int) -> None:
    assert power(unit) == worth
