"""Grids of times."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.model.bath import real_numbers

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
    grid = real_numbers(times, "times")
    if grid.ndim == 0 or grid.shape[-1] == 0:
        raise ValueError(f"`times` must have shape (..., t) with t >= 1, got shape {grid.shape}.")
    if not np.isfinite(grid).all() or (grid < 0.0).any():
        raise ValueError("`times` must be finite and >= 0.")
    if (np.diff(grid, axis=-1) <= 0.0).any():
        raise ValueError("`times` must be strictly ascending.")
    return grid
