"""Driven Floquet states: second law, closure of heat and power, and what choice of zone, origin and period changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk

FEW = settings(max_examples=12, deadline=None)
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
Array = Any


def drawn(seed: int) -> tuple[list[Any], list[tk.Contact], float]:
    """Two or three levels, two harmonics, two baths."""
    rng = np.random.default_rng(seed)
    size, frequency = int(rng.integers(2, 4)), float(rng.uniform(0.7, 3.0))

    def hermitian(scale: float) -> Array:
        matrix = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
        return scale * (matrix + matrix.conj().T)

    terms = [
        hermitian(0.5),
        [hermitian(0.3), lambda t: np.cos(frequency * t)],
        [hermitian(0.2), lambda t: np.sin(2.0 * frequency * t)],
    ]
    baths = [tk.Bath(name, float(rng.uniform(0.2, 2.0))) for name in ("one", "two")]
    return terms, [tk.Contact(bath, hermitian(1.0), tk.Ohmic(1e-5)) for bath in baths], 2.0 * np.pi / frequency


def shifted(terms: list[Any], by: float) -> list[Any]:
    return [terms[0], *([operator, lambda t, f=f: f(np.asarray(t) + by)] for operator, f in terms[1:])]


def apart(one: Array, two: Array, frequency: float) -> float:
    """Of two sets of quasi-energies, modulo the frequency."""
    difference = (one[:, None] - two) / frequency
    return float(np.abs(np.remainder(difference + 0.5, 1.0) - 0.5).min(axis=0).max())


@FEW
@given(st.integers(0, 2**31))
def test_entropy_is_produced_and_heat_closes_with_power(seed: int) -> None:
    terms, contacts, period = drawn(seed)
    found = tk.floquet(terms, contacts, period)
    unit = np.abs(found.jump_rates).sum() * found.frequency
    temperatures = np.array([float(bath.temperature) for bath in found.model.baths])
    assert found.entropy_production >= 0.0
    assert abs(found.power - found.heat.sum()) <= 1e-12 * unit
    assert abs(found.power - found.jump_rates @ found.model.table.energy) <= 1e-12 * unit
    flow = -(found.heat / temperatures).sum()
    assert abs(found.entropy_production - flow) <= 1e-11 * unit / temperatures.min()


@FEW
@given(st.integers(0, 2**31), st.floats(0.0, 1.0))
def test_neither_origin_of_time_nor_zero_of_energy_nor_two_periods_for_one_change_heat(seed: int, share: float) -> None:
    terms, contacts, period = drawn(seed)
    found, size = tk.floquet(terms, contacts, period), len(terms[0])
    unit, frequency = np.abs(found.jump_rates).sum() * found.frequency, found.frequency
    later = tk.floquet(shifted(terms, share * period), contacts, period)
    lifted = tk.floquet([terms[0] + 0.37 * np.eye(size), *terms[1:]], contacts, period)
    double = tk.floquet(terms, contacts, 2.0 * period)
    for other in (later, lifted, double):
        np.testing.assert_allclose(other.heat, found.heat, rtol=0, atol=1e-9 * unit)
    assert apart(later.quasienergies, found.quasienergies, frequency) < 1e-10
    assert apart(lifted.quasienergies - 0.37, found.quasienergies, frequency) < 1e-10
    assert apart(double.quasienergies, found.quasienergies, frequency / 2.0) < 1e-10
    np.testing.assert_allclose(later.state(0.0), found.state(share * period), rtol=0, atol=1e-8)


@FEW
@given(st.integers(0, 2**31))
def test_noise_of_one_bath_obeys_the_fluctuation_theorem(seed: int) -> None:
    terms, contacts, period = drawn(seed)
    found = tk.floquet(terms, contacts[:1], period)
    current = tk.heat(found.model, "one")
    temperature = float(found.model.baths[0].temperature)
    rate = np.abs(found.jump_rates).sum()
    exponents = np.array([-0.3, 0.1]) / temperature
    here = tk.cumulant_generating_function(found.model, current, exponents).values
    there = tk.cumulant_generating_function(found.model, current, (1.0 / temperature - exponents)[::-1]).values[::-1]
    np.testing.assert_allclose(here, there, rtol=1e-9, atol=1e-9 * rate)
