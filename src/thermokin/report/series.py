"""A series to be drawn: one row of numbers over one grid, for a single point of a sweep."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin._typing import FloatArray

MARKED_LENGTH = 1
"""Series up to this length are drawn as markers, since a line through one point shows nothing."""


def as_grid(values: ArrayLike, name: str) -> FloatArray:
    """A grid to draw over: finite numbers in strictly ascending order.

    Args:
        values: numbers (t,), t at least 1.
        name: the argument's name, for the error.

    Returns:
        The numbers (t,).

    Raises:
        TypeError: if the argument does not hold real numbers.
        ValueError: if the shape is not (t,), a number is not finite, or the order is not strictly ascending.
    """
    grid = _as_row(values, name)
    if grid.size == 0:
        raise ValueError(f"`{name}` must hold at least one number, got none.")
    if not np.all(np.isfinite(grid)):
        raise ValueError(f"`{name}` must be finite, got {grid[~np.isfinite(grid)][0]}.")
    falls = np.flatnonzero(np.diff(grid) <= 0.0)
    if falls.size:
        first = int(falls[0])
        raise ValueError(f"`{name}` must ascend strictly, got {grid[first]} before {grid[first + 1]}; sort it first.")
    return grid


def as_series(values: ArrayLike, name: str, length: int) -> FloatArray:
    """Numbers over a grid; infinities are numbers here, NaN is not.

    Args:
        values: numbers (t,).
        name: the argument's name, for the error.
        length: t, the length of the grid.

    Returns:
        The numbers (t,).

    Raises:
        TypeError: if the argument does not hold real numbers.
        ValueError: if the shape is not (t,), or a number is NaN.
    """
    series = _as_row(values, name)
    if series.size != length:
        raise ValueError(f"`{name}` must have shape ({length},), the grid's, got {series.shape}.")
    if np.any(np.isnan(series)):
        raise ValueError(f"`{name}` must not hold NaN, got it at index {int(np.flatnonzero(np.isnan(series))[0])}.")
    return series


def finite(series: FloatArray) -> FloatArray:
    """A series with gaps where it is infinite.

    Args:
        series: numbers (t,).

    Returns:
        The numbers (t,), NaN in place of each infinity: matplotlib leaves a gap there.
    """
    gapped: FloatArray = np.where(np.isfinite(series), series, np.nan)
    return gapped


def marker(series: FloatArray) -> str:
    """The marker of a series' line.

    Args:
        series: numbers (t,).

    Returns:
        A dot for a series of one point, otherwise nothing.
    """
    return "o" if series.size <= MARKED_LENGTH else ""


def as_row(values: ArrayLike, name: str, kinds: str, what: str) -> NDArray[Any]:
    """Numbers along one axis, as they were given.

    Args:
        values: (n,).
        name: the argument's name, for the error.
        kinds: of dtypes that are numbers here.
        what: these are called.

    Returns:
        (n,).

    Raises:
        TypeError: if they are not such numbers.
        ValueError: if they have no axis or several.
    """
    array = np.asarray(values)
    if array.dtype.kind not in kinds:
        raise TypeError(f"`{name}` must hold {what}, got dtype {array.dtype}.")
    if array.ndim != 1:
        raise ValueError(
            f"`{name}` must have one axis, got shape {array.shape}; "
            "a figure shows one point of a sweep: select it first, as in `values[0]`."
        )
    return array


def _as_row(values: ArrayLike, name: str) -> FloatArray:
    row: FloatArray = as_row(values, name, "iuf", "real numbers").astype(np.float64)
    return row
