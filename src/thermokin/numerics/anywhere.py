"""Which of the numbers that every point of a sweep has are there at some point."""

from __future__ import annotations

import numpy as np

from thermokin._typing import BoolArray

__all__ = ["anywhere"]

TOGETHER = 64  # points that are looked at as one: a long row of truths is much quicker than many short ones


def anywhere(held: BoolArray, own: int) -> BoolArray:
    """Whether something holds at some point.

    Args:
        held: (..., own axes).
        own: how many axes, the last ones, a single point has.

    Returns:
        (own axes).
    """
    shape = held.shape[held.ndim - own :]
    size = int(np.prod(shape))
    rows = held.reshape(int(np.prod(held.shape[: held.ndim - own])), size)
    whole = len(rows) // TOGETHER * TOGETHER
    found = rows[whole:].any(axis=0)
    if whole:
        found = found | rows[:whole].reshape(-1, TOGETHER * size).any(axis=0).reshape(TOGETHER, size).any(axis=0)
    return np.asarray(found.reshape(shape))
