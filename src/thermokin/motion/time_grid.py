"""Grids of times and of frequencies."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.model.bath import real_numbers
from thermokin.operators.as_numbers import as_extended, require_moderate

__all__ = ["checked_frequencies", "checked_times", "set_at_start"]


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


def checked_frequencies(frequencies: ArrayLike) -> FloatArray:
    """Angular frequencies as an array.

    Args:
        frequencies: (f,) or one, finite [1/time].

    Returns:
        (f,).

    Raises:
        ValueError: if they are not.
    """
    grid = real_numbers(frequencies, "frequencies")
    if grid.ndim > 1 or not np.isfinite(grid).all():
        raise ValueError(f"`frequencies` must be finite and have shape (f,), got shape {grid.shape}.")
    return np.atleast_1d(grid)


def set_at_start(values: FloatArray, times: FloatArray, first: FloatArray | float, own: int = 0) -> FloatArray:
    """Numbers over time, with their value at time 0 replaced in place: only the first of ascending times can be 0.

    Args:
        values: (..., t, own...), not shared with anybody.
        times: (..., t).
        first: what stands at time 0 (..., own...).
        own: number of axes after the one of time.

    Returns:
        The values.
    """
    started = times[..., 0] == 0.0
    if started.any():
        # Time last, so that what stands at time 0 is one place whatever axes follow.
        place = np.moveaxis(values, -1 - own, -1)[..., 0]
        np.copyto(place, first, where=started.reshape(started.shape + (1,) * own))
    return values
