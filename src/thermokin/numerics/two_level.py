"""The motion of two populations in closed form: where they are, and when."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["change", "decay_rate", "flows", "path", "relaxation", "time_of"]


def decay_rate(rates: FloatArray) -> FloatArray:
    """The rate u + d at which any deviation from rest decays, u and d the rates up and down.

    Args:
        rates: W (..., 2, 2) [1/time].

    Returns:
        (...) [1/time].
    """
    return np.asarray(rates[..., 0, 1] + rates[..., 1, 0])


def relaxation(rates: FloatArray, vector: FloatArray, times: FloatArray) -> FloatArray:
    """exp(W t) v for a vector that sums to zero: v exp(-(u + d) t), u and d the rates up and down.

    Args:
        rates: W (..., 2, 2) [1/time].
        vector: v (..., 2), of sum 0.
        times: (..., t).

    Returns:
        (..., t, 2).
    """
    left = np.exp(_passed(rates, times))
    return _levels(left * vector[..., 0, None], left * vector[..., 1, None])


def change(rates: FloatArray, away: FloatArray, times: FloatArray) -> FloatArray:
    """p(t) - p(0) = [p(0) - pi] expm1(-(u + d) t).

    Args:
        rates: W (..., 2, 2) [1/time].
        away: p(0) - pi (..., 2).
        times: (..., t).

    Returns:
        (..., t, 2).
    """
    gone = np.expm1(_passed(rates, times))
    return _levels(gone * away[..., 0, None], gone * away[..., 1, None])


def path(
    rates: FloatArray, start: FloatArray, stationary: FloatArray, deviation: FloatArray, times: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Populations, and what is left of their deviation from rest.

    p(t) = p(0) exp(-(u + d) t) + pi (1 - exp(-(u + d) t)): a sum of positive terms, accurate however small.

    Args:
        rates: W (..., 2, 2) [1/time].
        start: p(0) (..., 2).
        stationary: pi (..., 2).
        deviation: p(0) - pi (..., 2), to all its digits.
        times: (..., t).

    Returns:
        p(t) and p(t) - pi, both (..., t, 2).
    """
    passed = _passed(rates, times)
    left, done = np.exp(passed), -np.expm1(passed)
    populations = _levels(*(left * start[..., n, None] + done * stationary[..., n, None] for n in (0, 1)))
    return populations, _levels(*(left * deviation[..., n, None] for n in (0, 1)))


def flows(rates: FloatArray, vectors: FloatArray) -> FloatArray:
    """W v of many vectors, a pass for each element of W.

    Args:
        rates: W (..., 2, 2) [1/time].
        vectors: v (..., t, 2).

    Returns:
        (..., t, 2).
    """
    lower, upper = vectors[..., 0], vectors[..., 1]
    return _levels(*(rates[..., n, 0, None] * lower + rates[..., n, 1, None] * upper for n in (0, 1)))


def time_of(rates: FloatArray, logarithm: FloatArray) -> FloatArray:
    """When the deviation is what is left of it by its logarithm.

    Args:
        rates: W (..., 2, 2) [1/time].
        logarithm: of what is left over what there was (...).

    Returns:
        (...) [time]; nan where it never is.
    """
    speed = decay_rate(rates)
    moving = (speed > 0.0) & np.isfinite(logarithm)
    return np.where(moving, -logarithm / np.where(moving, speed, 1.0), np.nan)


def _passed(rates: FloatArray, times: FloatArray) -> FloatArray:
    return np.asarray(-decay_rate(rates)[..., None] * times)


def _levels(lower: FloatArray, upper: FloatArray) -> FloatArray:
    # The level is the last axis but the slowest in memory: what follows runs along times, not along two levels.
    return np.moveaxis(np.stack([lower, upper]), 0, -1)
