"""Grids of times."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.operators.numbers import as_extended, require_moderate

__all__ = ["checked_times"]


def checked_times(times: ArrayLike) -> FloatArray:
    """Times as an array.

    Args:
        times: (..., t), finite, strictly ascending and >= 0 [time].

    Returns:
        (..., t).

    Raises:
        ValueError: if they are not.
    """
    grid = as_extended(times, "times")
    if grid.ndim == 0 or grid.size == 0:
        raise ValueError(f"`times` must have shape (..., t) with t >= 1, got shape {grid.shape}.")
    if not np.isfinite(grid).all() or (grid < 0.0).any():
        raise ValueError("`times` must be finite and >= 0.")
    require_moderate(grid, "times")
    if (np.diff(grid, axis=-1) <= 0.0).any():
        raise ValueError("`times` must be strictly ascending.")
    grid.flags.writeable = False
    return grid
