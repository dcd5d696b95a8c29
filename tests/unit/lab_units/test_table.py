"""The table of units."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import constants as si

from thermokin.errors import ArgumentError
from thermokin.lab_units.dimension import dimension_of, quantity_of
from thermokin.lab_units.table import UNITS, size_of


@pytest.mark.parametrize(
    ("measured", "unit", "size"),
    [
        ("energy", "GHz", 1e9 * si.h),
        ("energy", "rad/ns", 1e9 * si.hbar),
        ("energy", "ueV", 1e-6 * si.e),
        ("energy", "mK", 1e-3 * si.k),
        ("temperature", "mK", 1e-3),
        ("temperature", "GHz", 1e9 * si.h / si.k),
        ("time", "us", 1e-6),
        ("rate", "1/us", 1e6),
        ("rate", "rad/us", 1e6),
        ("rate", "2 pi MHz", 2e6 * np.pi),
        ("power", "aW", 1e-18),
        ("entropy", "nats", si.k),
        ("entropy", "bits", si.k * np.log(2.0)),
        ("current", "nA", 1e-9),
        ("current", "e/us", 1e6 * si.e),
        ("voltage", "uV", 1e-6),
        ("conductance", "e^2/h", si.e**2 / si.h),
    ],
)
def test_units_have_the_sizes_that_the_constants_of_scipy_give(measured: str, unit: str, size: float) -> None:
    np.testing.assert_allclose(size_of(measured, unit), size, rtol=1e-15)


def test_the_greek_letter_is_the_prefix() -> None:
    assert size_of("time", "µs") == size_of("time", "μs") == size_of("time", "us")


@pytest.mark.parametrize(
    ("measured", "unit", "said"),
    [
        ("energy", "ghz", r'did you mean "GHz"\?'),
        ("energy", "GHZz", r'did you mean "GHz"\?'),
        ("power", "GHz", "that measures energy or temperature"),
        ("time", 3, "got 3"),
        ("rate", "MHz", r'"1/us" is so many per us, "2 pi MHz" 2 pi times as many'),
        ("rate", "GHz", r'"1/ns" is so many per ns, "2 pi GHz" 2 pi times as many'),
    ],
)
def test_what_is_no_unit_is_refused_with_what_was_meant(measured: str, unit: object, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        size_of(measured, unit)


def test_no_name_of_a_unit_hides_another() -> None:
    """Only Hz, J and the like are both energies and temperatures."""
    for one in ("time", "rate", "power", "entropy", "current", "voltage", "conductance"):
        others = {unit for other, known in UNITS.items() if other != one for unit in known}
        assert set(UNITS[one]) & others <= {unit for unit in others if unit.startswith("rad/")}


@pytest.mark.parametrize(
    ("unit", "powers"),
    [
        ("energy^2/time", {"energy": 2, "time": -1}),
        ("1/(energy time)", {"energy": -1, "time": -1}),
        ("(energy/time)/(energy)", {"time": -1}),
        ("(nats/time)/(1/time)", {"nats": 1}),
        ("(energy)^3/time", {"energy": 3, "time": -1}),
        ("1", {}),
        ("radians", None),
        ("energy)", None),
        ("(energy", None),
        ("energy + time", None),
    ],
)
def test_a_unit_in_words_is_read_as_powers(unit: str, powers: dict[str, int] | None) -> None:
    assert dimension_of(unit) == powers


def test_an_energy_is_a_temperature_or_a_voltage_by_its_name() -> None:
    assert quantity_of("baths.hot.temperature", "energy") == "temperature"
    assert quantity_of("left_chemical_potential", "energy") == quantity_of("model.bias", "energy") == "voltage"
    assert quantity_of("model.hot", "energy", "temperature") == "temperature"
    assert quantity_of("model.gap", "energy") == "energy"
    assert quantity_of("model.rate", "1/time") == "1/time"
