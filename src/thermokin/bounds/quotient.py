"""A squared response over a cost, where both may be 0 to rounding."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["quotient"]


def quotient(
    response: FloatArray,
    missed: FloatArray,
    cost: FloatArray,
    cost_missed: FloatArray | float,
    floor: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """R^2 / C and its error: 0 where both are 0 within rounding, and below it where the cost has no digit.

    Args:
        response: R (...).
        missed: its error (...); not a number where nothing is known.
        cost: C (...).
        cost_missed: its error (...), likewise.
        floor: a response that is none (...).

    Returns:
        Both (...).
    """
    size, unsure, doubt = np.abs(response), _or_all(missed), _or_all(cost_missed)
    # A cost within its error may be as large as that.
    doubt = np.where(np.broadcast_to(np.isposinf(cost), size.shape), 0.0, doubt)
    known = np.broadcast_to(cost > doubt, size.shape)
    taken = np.where(known, cost, np.maximum(cost, 0.0) + doubt)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = np.asarray(response**2 / taken)
        error = 2.0 * size * unsure / taken + value * (doubt / taken)
    none = np.broadcast_to(size <= np.maximum(unsure, floor), value.shape)
    return np.where(none & ~known, 0.0, value), np.where(known, error, 0.0)


def _or_all(error: FloatArray | float) -> FloatArray:
    """An error, infinite where it is not known."""
    return np.where(np.isnan(error), np.inf, error)
