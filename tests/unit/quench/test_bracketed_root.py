"""Roots between two known ends: found to the tolerance asked for, and nothing where there is none."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.quench.bracketed_root import Bracket, bracketed_roots

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
