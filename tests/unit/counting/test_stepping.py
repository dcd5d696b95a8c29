"""Counting over times very long beside the fastest rate."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import thermokin as tk

# A fast pair beside a slow link, so that columns do not sum to zero exactly in doubles.
RATES = np.array([[0.0, 0.3, 1.1], [0.7, 0.0, 1e-9], [0.1, 0.7, 0.0]])
START = [0.2, 0.3, 0.5]


@pytest.mark.parametrize("time", [1e12, 1e16, 1e22])
def test_counts_over_a_time_that_rounding_of_exponentials_outgrows_grow_as_the_steady_state_says(time: float) -> None:
    model = tk.rates(RATES, weights={"count": np.triu(np.ones((3, 3)))})
    current = tk.current(model, "count")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        counted = tk.integrated_cumulants(model, current, START, [time])
        covariance = tk.integrated_covariance(model, [current], START, [time])
        at_rest = tk.cumulants(model, current).values
    np.testing.assert_allclose(counted.values[0] / time, at_rest, rtol=1e-11)  # and a constant, of 1e12
    np.testing.assert_allclose(covariance.values[0, 0, 0] / time, at_rest[1], rtol=1e-11)


def test_counts_over_a_time_that_rounding_does_not_reach_grow_as_the_steady_state_says() -> None:
    model = tk.rates(RATES, weights={"count": np.triu(np.ones((3, 3)))})
    current = tk.current(model, "count")
    early, late = tk.integrated_cumulants(model, current, START, [1e4, 2e5])
    expected = tk.cumulants(model, current).values
    np.testing.assert_allclose((late - early) / 1.9e5, expected, rtol=1e-9)  # eps times 2e5 jumps
