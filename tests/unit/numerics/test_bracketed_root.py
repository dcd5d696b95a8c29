"""Roots between two known ends: found to the tolerance asked for, and nothing where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from thermokin._typing import FloatArray, IntArray
from thermokin.numerics.bracketed_root import Bracket, bracketed_roots

RELATIVE = 1e-11


def test_roots_of_many_functions_are_found_at_once() -> None:
    power = np.array([1.0, 3.0, 9.0, 31.0])
    wanted = np.array([0.3, 0.5, 1e-6, 1.9])
    sizes: list[int] = []

    def function(x: FloatArray, numbers: IntArray) -> FloatArray:
        sizes.append(x.size)
        return np.sign(x - wanted[numbers]) * np.abs(x - wanted[numbers]) ** (1.0 / power[numbers])

    every, low, high = np.arange(4), np.zeros(4), np.full(4, 2.0)
    bracket = Bracket(low, high, function(low, every), function(high, every))
    # The bracket is narrowed to the tolerance, whatever the slope.
    np.testing.assert_allclose(bracketed_roots(function, bracket, RELATIVE), wanted, rtol=2 * RELATIVE)
    assert sizes == sorted(sizes, reverse=True)


def test_a_smooth_function_takes_few_steps() -> None:
    calls = 0

    def function(x: FloatArray, numbers: IntArray) -> FloatArray:
        nonlocal calls
        calls += 1
        return np.exp(-x) - 0.5

    bracket = Bracket(np.zeros(1), np.ones(1), np.array([0.5]), np.exp([-1.0]) - 0.5)
    np.testing.assert_allclose(bracketed_roots(function, bracket, RELATIVE), np.log(2.0), rtol=2 * RELATIVE)
    assert calls < 10


def test_an_end_that_is_a_root_is_taken_without_a_search() -> None:
    def function(x: FloatArray, numbers: IntArray) -> FloatArray:
        raise AssertionError("nothing is left to search")

    bracket = Bracket(np.array([1.0, 1.0]), np.array([2.0, 2.0]), np.array([0.0, -3.0]), np.array([5.0, 0.0]))
    np.testing.assert_array_equal(bracketed_roots(function, bracket, RELATIVE), [1.0, 2.0])


def test_one_sign_at_both_ends_and_what_is_no_number_have_no_root() -> None:
    def function(x: FloatArray, numbers: IntArray) -> FloatArray:
        return np.full(x.shape, np.nan)

    bracket = Bracket(np.zeros(3), np.ones(3), np.array([1.0, -1.0, np.nan]), np.array([2.0, 1.0, 1.0]))
    assert np.isnan(bracketed_roots(function, bracket, RELATIVE)).all()


def test_an_infinite_end_is_halved_away_from() -> None:
    def function(x: FloatArray, numbers: IntArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            return np.asarray(1.0 / x - 4.0)

    bracket = Bracket(np.zeros(1), np.ones(1), np.array([np.inf]), np.array([-3.0]))
    np.testing.assert_allclose(bracketed_roots(function, bracket, RELATIVE), 0.25, rtol=2 * RELATIVE)


def test_roots_of_curves_of_every_bend_are_found_to_the_tolerance() -> None:
    """No check of the last step is made where two interpolations agree: that may cost steps, never digits."""
    random = np.random.default_rng(0)
    wanted, bend = random.uniform(0.01, 1.9, 5000), random.uniform(0.0, 40.0, 5000)
    shapes = (
        lambda x, w, b: np.exp(-b * x) - np.exp(-b * w) + (w - x),
        lambda x, w, b: np.tanh(b * (x - w)) + 0.1 * (x - w),
        lambda x, w, b: (x - w) * (1.2 + np.sin(b * x)),
        lambda x, w, b: (x - w) / (np.abs(x) + np.abs(w)),
    )
    low = np.where(random.random(5000) < 0.5, 0.0, random.uniform(0.01, 0.99, 5000) * wanted)
    high = wanted + random.uniform(0.01, 1.0, 5000)
    for shape in shapes:

        def function(x: FloatArray, numbers: IntArray, shape: Any = shape) -> FloatArray:
            return np.asarray(shape(x, wanted[numbers], bend[numbers]))

        every = np.arange(5000)
        bracket = Bracket(low, high, function(low, every), function(high, every))
        np.testing.assert_allclose(bracketed_roots(function, bracket, RELATIVE), wanted, rtol=2 * RELATIVE)


def test_a_root_decades_before_the_end_is_found_in_the_logarithm() -> None:
    calls = 0

    def function(x: FloatArray, numbers: IntArray) -> FloatArray:
        nonlocal calls
        calls += 1
        return np.sign(x - 3e-9)  # nothing but the side of the root

    bracket = Bracket(np.full(1, 1e-12), np.ones(1), -np.ones(1), np.ones(1))
    np.testing.assert_allclose(bracketed_roots(function, bracket, RELATIVE), 3e-9, rtol=2 * RELATIVE)
    assert calls < 48  # halving [1e-12, 1] itself takes more than 65


@pytest.mark.parametrize(
    ("shape", "root"),
    [
        (lambda x: np.where(x < 1.0, x - 1.0, 4.0 * (x - 1.0)), "a kink"),
        (lambda x: np.cbrt(x - 1.0), "upright"),
        (lambda x: (x - 1.0) * np.abs(x - 1.0), "flat"),
        (lambda x: (x - 1.0) ** 3, "flat"),
    ],
)
def test_kinks_are_found_to_the_tolerance_and_flat_roots_to_where_nothing_is_left(shape: Any, root: str) -> None:
    random = np.random.default_rng(0)
    low, high = random.uniform(0.5, 0.99, 5000), random.uniform(1.01, 2.0, 5000)
    found = bracketed_roots(lambda x, _: np.asarray(shape(x)), Bracket(low, high, shape(low), shape(high)), RELATIVE)
    if root == "flat":
        assert np.abs(shape(found)).max() < 1e-12
    else:
        np.testing.assert_allclose(found, 1.0, rtol=2 * RELATIVE)
