"""Amounts that are equal to rounding, gathered under one value."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray, IntArray

__all__ = ["distinct_amounts"]

ROUNDING = 1e-9  # distance of amounts, relative to the largest, below which they are one


def distinct_amounts(amounts: FloatArray, scale: FloatArray | None = None) -> tuple[FloatArray, IntArray]:
    """The different values among amounts, ascending, and which of them each amount is.

    Args:
        amounts: (..., m).
        scale: (...) beside which 1e-9 is rounding; the largest amount if None.

    Returns:
        Values (..., v) and places (m,).

    Raises:
        ValueError: if amounts that differ at one point of a sweep coincide or swap at another.
    """
    points = amounts.reshape(-1, amounts.shape[-1])
    size = np.abs(points).max(axis=-1) if scale is None else np.broadcast_to(scale, amounts.shape[:-1]).reshape(-1)
    slack = ROUNDING * size
    order = np.argsort(points[0], kind="stable")
    steps = np.diff(points[:, order], axis=-1)
    apart = steps[0] > slack[0]
    if ((steps > slack[:, None]) != apart).any() or (steps < -slack[:, None]).any():
        raise ValueError(
            "the exchanged amounts coincide or change their order at some points of the sweep, so that they have no "
            "common list; evaluate the points one by one."
        )
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.concatenate([[0], np.cumsum(apart)])
    first = np.concatenate([[True], apart])
    values = points[:, order][:, first]
    # Jumps back and forth leave a zero of 1e-17.
    values = np.where(np.abs(values) <= slack[:, None], 0.0, values)
    return values.reshape(*amounts.shape[:-1], -1), place
