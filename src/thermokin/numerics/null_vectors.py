"""How many stationary vectors a generator has, by its singular values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, IntArray

__all__ = ["null_vectors"]

ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors


def null_vectors(matrix: NDArray[Any], suspect: BoolArray) -> IntArray:
    """The number of null vectors at suspect points, 1 at the others.

    Args:
        matrix: L (..., n, n).
        suspect: (...) which points to look at.

    Returns:
        (...), to rounding: at least one.

    Cost:
        One singular value decomposition for each suspect point.
    """
    found = np.ones(suspect.shape, dtype=np.int64)
    if not suspect.any():
        return found
    size = matrix.shape[-1]
    points = np.broadcast_to(matrix, (*suspect.shape, size, size))[suspect]
    # Each equation in units of its own: a slow one is no zero beside a fast one.
    rows = np.abs(points).max(axis=-1, keepdims=True)
    values = np.linalg.svd(points / np.where(rows > 0.0, rows, 1.0), compute_uv=False)
    found[suspect] = (values <= ZERO * size * values[..., :1]).sum(axis=-1)
    return found
