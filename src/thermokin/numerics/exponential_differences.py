"""Divided differences of the exponential function, to their own accuracy however close the places are."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["first_difference", "second_difference"]

TERMS = 20  # of the series, whose k-th is below 1 / (2 k!)


def first_difference(time: FloatArray, one: FloatArray, two: FloatArray) -> FloatArray:
    """int_0^t ds e^(-s a - (t - s) b) = (e^(-t a) - e^(-t b)) / (b - a).

    Args:
        time: t (...) >= 0.
        one: a (...).
        two: b (...); all broadcast.

    Returns:
        (...), to its own accuracy.
    """
    low, gap = np.minimum(one, two), np.abs(two - one)
    apart = time * gap
    share = np.where(apart == 0.0, 1.0, -np.expm1(-apart) / np.where(apart == 0.0, 1.0, apart))
    return np.asarray(time * np.exp(-time * low) * share)


def second_difference(time: FloatArray, one: FloatArray, two: FloatArray, three: FloatArray) -> FloatArray:
    """The integral of e^(-s a - u b - v c) over s, u, v >= 0 with s + u + v = t.

    It is the second divided difference of e^(-t x) at a, b and c.

    Args:
        time: t (...) >= 0.
        one: a (...).
        two: b (...).
        three: c (...); all broadcast.

    Returns:
        (...), to its own accuracy.
    """
    places = np.sort(np.stack(np.broadcast_arrays(one, two, three), axis=-1), axis=-1)
    low, middle, high = places[..., 0], places[..., 1], places[..., 2]
    wide = time * (high - low) > 1.0
    over = np.where(wide, high - low, 1.0)
    apart = (first_difference(time, low, middle) - first_difference(time, middle, high)) / over
    # Close together: t^2 e^(-t a) sum_k h_k(x, y) / (k + 2)! with the complete symmetric sums of x = t (a - b), y.
    x, y = (np.where(wide, 0.0, -time * (place - low)) for place in (middle, high))
    total = power = symmetric = np.ones_like(x)
    total = total / 2.0
    factor = 2.0
    for order in range(1, TERMS):
        power = power * y
        symmetric = symmetric * x + power
        factor *= order + 2.0
        total = total + symmetric / factor
    return np.where(wide, apart, time**2 * np.exp(-time * low) * total)
