"""Rates over many decades, whose steady state elimination finds where a factorisation sees two."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

METHODS = [tk.Auto(), tk.Dense(), tk.Sparse()]


@pytest.mark.parametrize("method", METHODS)
def test_a_link_of_twenty_decades_still_makes_one_steady_state(method: tk.Auto) -> None:
    rates = np.array([[0.0, 1.0, 3e-7, 0.0], [0.0, 0.0, 0.0, 2.5e-19], [0.0] * 4, [0.0, 0.7, 0.0, 0.0]])
    np.testing.assert_array_equal(tk.steady_state(tk.rates(rates), method=method).populations, [1.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize("method", METHODS)
def test_a_single_level_is_at_rest_and_counts_nothing(method: tk.Auto) -> None:
    model = tk.rates([[0.0]])
    made = tk.cumulants(model, tk.activity(model), order=2, method=method)
    np.testing.assert_array_equal(made.values, [0.0, 0.0])


def test_a_damped_motion_too_long_for_its_slow_part_is_refused() -> None:
    jump = np.array([[1.0, 1e3], [1e3, 1e3]])
    model = tk.Model([[1.0, 0.25], [0.25, 0.0]], [tk.Channel(jump, None, 1.0)])
    with pytest.raises(tk.errors.NotConvergedError, match="rounding of its fastest rate makes errors"):
        tk.evolve(model, np.full((2, 2), 0.5), [1e9])
