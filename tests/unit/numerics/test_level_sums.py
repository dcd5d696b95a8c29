"""Reductions over levels, pass by pass where levels are few, against NumPy's own."""

from __future__ import annotations

import numpy as np
import pytest

from thermokin.numerics.level_sums import FEW_LEVELS, equal_pairs, over_levels


@pytest.mark.parametrize("levels", [1, 2, 3, FEW_LEVELS, FEW_LEVELS + 1])
@pytest.mark.parametrize("function", [np.add, np.maximum, np.minimum])
def test_few_levels_and_many_are_reduced_alike(levels: int, function: np.ufunc) -> None:
    values = np.random.default_rng(0).normal(size=(4, 3, levels))
    kept = values.copy()
    for given in (values, np.moveaxis(np.moveaxis(values, -1, 0).copy(), 0, -1), values[0, 0]):
        np.testing.assert_allclose(over_levels(function, given), function.reduce(given, axis=-1), rtol=1e-14)
    np.testing.assert_array_equal(values, kept)


def test_what_is_no_number_shows() -> None:
    assert np.isnan(over_levels(np.maximum, np.array([[1.0, np.nan], [np.nan, 1.0]]))).all()


@pytest.mark.parametrize("numbers", [[], [3], [0, 0, 2, 2, 2, 10**12]])
def test_equal_entries_pair_up_in_either_order_and_each_with_itself(numbers: list[int]) -> None:
    first, second = equal_pairs(np.array(numbers, dtype=np.int64))
    places = range(len(numbers))
    expected = [(one, two) for one in places for two in places if numbers[one] == numbers[two]]
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == expected
