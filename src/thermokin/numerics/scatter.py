"""Sums of table entries that fall on the same place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["scatter"]


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
