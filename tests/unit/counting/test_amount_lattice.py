"""Weights as whole numbers of units, and amounts gathered under one value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermokin.counting.listed_amounts import distinct_amounts, quanta_of

ROOT = np.sqrt(2.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-12, 12), min_size=1, max_size=8), st.floats(1e-6, 1e6))
def test_whole_numbers_of_a_quantum_have_that_quantum(whole: list[int], quantum: float) -> None:
    found = quanta_of(np.array(whole) * quantum)
    if not any(whole):
        assert found.units.shape == (0,)
        return
    assert found.units.shape == (1,)
    # The common divisor of the whole numbers belongs to the unit.
    divisor = np.gcd.reduce(np.abs(whole))
    np.testing.assert_allclose(found.units, quantum * divisor, rtol=1e-12)
    np.testing.assert_array_equal(found.counts[:, 0] * divisor, whole)


def test_gaps_without_common_measure_have_a_unit_each_and_their_sums_have_none() -> None:
    found = quanta_of(np.array([1.0, -ROOT, 1.0 + ROOT, ROOT - 1.0, -1.0]))
    assert found.units.shape == (2,)
    np.testing.assert_allclose(found.counts @ found.units, [1.0, -ROOT, 1.0 + ROOT, ROOT - 1.0, -1.0], rtol=1e-14)


def test_rounding_of_gaps_makes_no_new_unit() -> None:
    noisy = np.array([0.3, 0.1 + 0.2, 0.1, 0.7 - 0.6]) * (1.0 + 1e-13 * np.arange(4))
    assert quanta_of(noisy).units.shape == (1,)


def test_gaps_that_differ_by_a_part_in_a_thousand_are_counted_apart() -> None:
    """A lattice of thousandths would hold a thousand times the sites of a plane of two units."""
    found = quanta_of(np.array([1.0, 1.001]))
    assert found.units.shape == (2,)
    np.testing.assert_array_equal(found.counts, np.eye(2))


def test_many_units_are_given_up_for_a_fine_one() -> None:
    weights = np.array([1.0, 1.007, 1.011, 1.013, 1.019])
    found = quanta_of(weights)
    assert found.units.shape == (1,)
    np.testing.assert_allclose(found.counts @ found.units, weights, rtol=1e-12)


def test_a_sweep_has_units_of_its_own_at_each_point_and_the_same_counts() -> None:
    gaps = np.array([0.5, 1.0, 3.0])
    found = quanta_of(gaps[:, None] * np.array([2.0, -3.0, 0.0]))
    np.testing.assert_allclose(found.units[:, 0], gaps, rtol=1e-14)
    np.testing.assert_array_equal(found.counts[:, 0], [2, -3, 0])
    # Proportional at the first point only: two units.
    crossing = quanta_of(np.array([[1.0, 2.0], [1.0, 2.5]]))
    assert crossing.units.shape == (2, 2)


def test_equal_amounts_are_one_value_and_rounding_about_zero_is_zero() -> None:
    values, place = distinct_amounts(np.array([0.3, 0.1 + 0.2, -1.0, 1e-17, 0.0]))
    np.testing.assert_array_equal(values, [-1.0, 0.0, 0.3])
    np.testing.assert_array_equal(place, [2, 2, 0, 1, 1])


@pytest.mark.parametrize("amounts", [[[0.0, 1.0, 2.0], [0.0, 2.0, 1.0]], [[0.0, 1.0, 2.0], [0.0, 1.0, 1.0]]])
def test_amounts_that_meet_or_swap_along_a_sweep_have_no_common_list(amounts: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="coincide or change their order"):
        distinct_amounts(np.array(amounts))
