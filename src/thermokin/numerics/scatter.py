"""Table entries by their place: sums of those that fall on the same, and where those of each begin."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import IntArray

__all__ = ["begins", "scatter"]


def scatter(values: NDArray[Any], place: NDArray[Any], size: int) -> NDArray[Any]:
    """Array whose element n is the sum of all values whose place is n.

    Args:
        values: (..., m), real or complex.
        place: (m,) integers in 0 .. size - 1.
        size: length of the result.

    Returns:
        (..., size).
    """
    if values.ndim == 1 and not np.iscomplexobj(values):
        return np.bincount(place, weights=values, minlength=size)
    out = np.zeros((*values.shape[:-1], size), dtype=values.dtype)
    if place.size:
        order = np.argsort(place, kind="stable")
        ordered = place[order]
        first = np.flatnonzero(np.concatenate([[True], np.diff(ordered) != 0]))
        out[..., ordered[first]] = np.add.reduceat(values[..., order], first, axis=-1)
    return out


def begins(place: NDArray[Any], size: int) -> IntArray:
    """Where the entries of each place begin in a table sorted by place.

    Args:
        place: (m,) integers in 0 .. size - 1, ascending.
        size: number of places.

    Returns:
        (size + 1,), the last one m.
    """
    return np.searchsorted(place, np.arange(size + 1)).astype(np.int64)
