"""The motion of two populations, in closed form."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["populations", "relaxation"]


def relaxation(rates: FloatArray, vectors: FloatArray, times: FloatArray) -> FloatArray:
    """exp(W t) v for vectors that sum to zero: v exp(-(u + d) t), u and d the rates up and down.

    Args:
        rates: W (..., 2, 2) [1/time].
        vectors: v (..., 2, m), each of sum 0.
        times: (..., t).

    Returns:
        (..., t, 2, m).
    """
    speed = rates[..., 0, 1] + rates[..., 1, 0]
    return np.asarray(np.exp(-speed[..., None] * times)[..., None, None] * vectors[..., None, :, :])


def populations(rates: FloatArray, start: FloatArray, stationary: FloatArray, times: FloatArray) -> FloatArray:
    """p(t) = p(0) exp(-(u + d) t) + pi (1 - exp(-(u + d) t)): a sum of positive terms, accurate however small.

    Args:
        rates: W (..., 2, 2) [1/time].
        start: p(0) (..., 2).
        stationary: pi (..., 2).
        times: (..., t).

    Returns:
        (..., t, 2).
    """
    passed = -(rates[..., 0, 1] + rates[..., 1, 0])[..., None] * times
    return np.asarray(
        np.exp(passed)[..., None] * start[..., None, :] - np.expm1(passed)[..., None] * stationary[..., None, :]
    )
