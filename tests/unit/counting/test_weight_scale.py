"""Weights of ninety and more decades: powers that leave double precision on the way, or for good."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import thermokin as tk

RATES = np.array([[0.0, 0.3, 1.1], [0.7, 0.0, 0.2], [0.4, 0.5, 0.0]])
UNIT = 2.0**330  # 2e99
WEIGHTS = np.array([[0.0, 1.0, -0.5], [0.25, 0.0, 2.0], [1.5, -1.0, 0.0]])


def test_cumulants_in_units_of_a_googol_are_those_of_one_times_a_power() -> None:
    model = tk.rates(np.ldexp(RATES, -330), weights={"one": WEIGHTS, "unit": WEIGHTS * UNIT})
    plain = tk.cumulants(model, tk.current(model, "one"), order=4).values
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = tk.cumulants(model, tk.current(model, "unit"), order=4).values
    # 2^330 to the fourth is beyond all doubles, but not times a rate of 2^-330.
    np.testing.assert_array_equal(made, np.ldexp(plain, 330 * np.arange(1, 5)))


def test_exchanged_amounts_in_units_of_a_googol_are_those_of_one_times_a_power() -> None:
    model = tk.rates(RATES, weights={"one": WEIGHTS, "unit": WEIGHTS * UNIT})
    plain = tk.integrated_cumulants(model, tk.current(model, "one"), [0.2, 0.3, 0.5], [0.5, 2.0], order=3)
    made = tk.integrated_cumulants(model, tk.current(model, "unit"), [0.2, 0.3, 0.5], [0.5, 2.0], order=3)
    np.testing.assert_allclose(made, plain * UNIT ** np.arange(1.0, 4.0), rtol=1e-14)  # the drift's roundings


def test_a_cumulant_beyond_double_precision_is_refused_by_its_number() -> None:
    model = tk.rates(RATES, weights={"unit": WEIGHTS * UNIT})
    current = tk.current(model, "unit")
    with pytest.raises(ValueError, match=r"cumulant 4 is beyond double precision; .* `order` below 4"):
        tk.cumulants(model, current, order=5)
    with pytest.raises(ValueError, match=r"cumulant 4 is beyond double precision; .* `order` below 4"):
        tk.integrated_cumulants(model, current, [0.2, 0.3, 0.5], [2.0], order=5)


def test_factorial_cumulants_of_huge_weights_are_refused_where_they_leave_double_precision() -> None:
    model = tk.rates(RATES, weights={"unit": WEIGHTS * UNIT})
    made = tk.cumulants(model, tk.current(model, "unit"), order=3)
    assert np.isfinite(made.factorial).all()
    slow = tk.rates(np.ldexp(RATES, -330), weights={"unit": WEIGHTS * UNIT})
    scaled = tk.cumulants(slow, tk.current(slow, "unit"), order=4)
    with pytest.raises(ValueError, match="cumulant 4 is beyond double precision"):
        _ = scaled.factorial
