from __future__ import annotations

import numpy as np
import pytest

import builders
import thermokin as tk
from counted_systems import MASER_AFFINITY, heat_engine, poisson, transistor
from systems import TwoBathQubit

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def test_a_poisson_process_has_its_rate_function() -> None:
    model = poisson(0.7)
    found = tk.cumulant_generating_function(model, tk.activity(model), np.linspace(-3.0, 2.0, 51)).rate_function()
    expected = found.currents * np.log(found.currents / 0.7) - found.currents + 0.7
    np.testing.assert_allclose(found.values, expected, atol=1e-13)
    between = np.geomspace(0.05, 4.0, 30)
    # A cubic through values and slopes is off by h^4/384 times the fourth derivative 2/j^3, h = j/10.
    np.testing.assert_allclose(found.at(between), between * np.log(between / 0.7) - between + 0.7, atol=3e-6)


def test_it_is_convex_and_zero_at_the_mean_only() -> None:
    model = heat_engine()
    heat = tk.heat(model, "hot")
    rate = tk.cumulant_generating_function(model, heat, np.linspace(-1.0, 1.0, 41)).rate_function()
    assert (np.diff(rate.currents) > 0.0).all()
    assert (np.diff(np.diff(rate.values) / np.diff(rate.currents)) > 0.0).all()
    lowest = int(np.argmin(rate.values))
    np.testing.assert_allclose(rate.currents[lowest], tk.cumulants(model, heat, order=1).mean, rtol=1e-12)
    assert abs(rate.values[lowest]) < 1e-15
    assert np.delete(rate.values, lowest).min() > 0.0


def test_convexity_brackets_it_between_the_computed_currents() -> None:
    model = transistor()
    rate = tk.cumulant_generating_function(model, tk.current(model, "out"), np.linspace(-2.0, 2.0, 9)).rate_function()
    between = np.linspace(rate.currents[0], rate.currents[-1], 50)
    low, high = rate.bracket(between)
    found = rate.at(between)
    assert (low <= found + 1e-15).all()
    assert (found <= high + 1e-15).all()
    for limit in rate.bracket(rate.currents):
        np.testing.assert_allclose(limit, rate.values, atol=1e-15)


@pytest.mark.parametrize("name", ["qubit", "maser"])
def test_currents_against_the_affinity_are_exponentially_rarer(name: str) -> None:
    qubit = TwoBathQubit()
    model = builders.two_bath_qubit(qubit) if name == "qubit" else heat_engine()
    affinity = qubit.affinity if name == "qubit" else MASER_AFFINITY
    # A grid that is its own mirror image about -A/2, so that the computed currents are mirrored too.
    s = -0.5 * affinity + np.linspace(-2.0, 2.0, 41)
    rate = tk.cumulant_generating_function(model, tk.heat(model, "hot"), s).rate_function()
    np.testing.assert_allclose(rate.currents, -rate.currents[::-1], atol=1e-13)
    np.testing.assert_allclose(rate.values[::-1] - rate.values, affinity * rate.currents, atol=1e-13)


def test_currents_that_no_field_reaches_are_refused() -> None:
    model = transistor()
    rate = tk.cumulant_generating_function(model, tk.current(model, "out"), [-1.0, 0.0, 1.0]).rate_function()
    with pytest.raises(ValueError, match="ask for a wider grid"):
        rate.at([10.0])
    with pytest.raises(ValueError, match="ask for a wider grid"):
        rate.bracket([0.0])


def test_a_sweep_reads_each_point_by_itself() -> None:
    rates = np.array([0.5, 1.0])
    matrix = np.array([[0.0, 1.0], [1.0, 0.0]]) * rates[:, None, None]
    model = tk.rates(matrix)
    rate = tk.cumulant_generating_function(model, tk.activity(model), np.linspace(-1.0, 1.0, 41)).rate_function()
    asked = np.array([0.6, 0.9, 1.2])
    expected = asked * np.log(asked / rates[:, None]) - asked + rates[:, None]
    np.testing.assert_allclose(rate.at(asked), expected, atol=1e-7)
