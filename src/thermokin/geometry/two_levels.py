"""How fast and how far two populations move in the statistical metric, in closed form."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.numerics.level_sums import in_blocks
from thermokin.numerics.two_level import decay_rate

__all__ = ["logarithm_left", "statistical_length", "velocity"]


def velocity(rates: FloatArray, populations: FloatArray, deviation: FloatArray, times: FloatArray) -> FloatArray:
    """The statistical velocity (u + d) |p - pi| / sqrt(p_0 p_1): few passes over many points.

    Args:
        rates: W (..., 2, 2) [1/time].
        populations: p(t) (..., t, 2).
        deviation: p(t) - pi (..., t, 2).
        times: (..., t).

    Returns:
        (..., t) [1/time]; inf at time 0 where an empty level is being filled.
    """
    change = np.abs(decay_rate(rates)[..., None] * deviation[..., 1])
    product = populations[..., 0] * populations[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        velocity = change / np.sqrt(product)
    lost = product <= 0.0
    if lost.any():
        velocity = np.where(lost, np.where((times == 0.0) & (change > 0.0), np.inf, 0.0), velocity)
    return np.asarray(velocity)


def statistical_length(p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
    """The statistical length between two-level populations, 2 |arcsin sqrt p_1 - arcsin sqrt q_1|.

    Evaluated as 4 arcsin(c / 2), c^2 = sum_n [(p_n - q_n) / (sqrt p_n + sqrt q_n)]^2, which keeps the digits of the
    difference.

    Args:
        p: populations (..., 2).
        q: populations (..., 2).
        difference: p_1 - q_1 (...), to all its digits.

    Returns:
        (...), 0 to pi.
    """
    # Roots of what is the same at all times are taken before it is written out for each.
    roots = (np.sqrt(q[..., level]) for level in (0, 1))
    return in_blocks(_length, p[..., 0], p[..., 1], *roots, difference)


def _length(p_0: FloatArray, p_1: FloatArray, q_0: FloatArray, q_1: FloatArray, difference: FloatArray) -> FloatArray:
    """From populations p, and the roots of q."""
    square = _squared_chord(p_0, q_0, difference)
    square += _squared_chord(p_1, q_1, difference)
    np.sqrt(square, out=square)
    square *= 0.5
    np.arcsin(square, out=square)
    square *= 4.0
    return square


def _squared_chord(p: FloatArray, root: FloatArray, difference: FloatArray) -> FloatArray:
    roots = np.sqrt(p)
    roots += root
    np.maximum(roots, np.finfo(float).tiny, out=roots)
    np.divide(difference, roots, out=roots)
    roots *= roots
    return roots


def logarithm_left(start: FloatArray, end: FloatArray, whole: FloatArray, completion: FloatArray) -> FloatArray:
    """Logarithm of what is left of a deviation when a part of the statistical length is covered.

    With p = sin^2 of an angle, which moves from a_0 to a_f, the angle is a = a_f + (1 - C)(a_0 - a_f) at a
    completion C. What is left of the deviation is sin(a + a_f) sin(a - a_f) / [sin(a_0 + a_f) sin(a_0 - a_f)], and
    what is gone sin(a_0 + a) sin(a_0 - a) over the same: the smaller of the two knows its digits.

    Args:
        start: p(0) (..., 2).
        end: p at rest (..., 2).
        whole: the length from one to the other (...).
        completion: C (...), from 0 to 1.

    Returns:
        (...), nan where nothing moves.
    """
    # Of the two levels the one with less in it: the angles then add up to no more than a right one.
    emptier = start[..., 1] + end[..., 1] <= 1.0
    one, other = (np.where(emptier, both[..., 1], both[..., 0]) for both in (start, end))
    turn, rest = 0.5 * np.where(one >= other, whole, -whole), np.arcsin(np.sqrt(other))
    ahead = (1.0 - completion) * turn
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sin(2.0 * rest + turn) * np.sin(turn)
        left = np.sin(2.0 * rest + ahead) * np.sin(ahead) / deviation
        gone = np.sin(2.0 * rest + turn + ahead) * np.sin(completion * turn) / deviation
        logarithm = np.where(gone < 0.5, np.log1p(-gone), np.log(left))
    return np.where(turn == 0.0, np.nan, logarithm)
