"""Stacks of matrices of which some may be singular: LAPACK on all of them, and how many null vectors each has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, IntArray

__all__ = ["null_vectors", "pointwise"]

Array = NDArray[Any]
ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors


def pointwise(task: Callable[..., Array], matrix: Array, *others: Array) -> Array:
    """A stacked task of linear algebra; NaN at the points where the matrix is singular.

    Args:
        task: such as `np.linalg.inv` or `np.linalg.solve`.
        matrix: (..., n, n).
        others: what else it takes (..., n, m).

    Returns:
        What the task returns (..., n, m).

    Raises:
        LinAlgError: if the matrix is singular at every point.
    """
    try:
        return np.asarray(task(matrix, *others))
    except np.linalg.LinAlgError:
        batch = np.broadcast_shapes(*(part.shape[:-2] for part in (matrix, *others)))
        if not batch:
            raise
    parts = [np.broadcast_to(part, (*batch, *part.shape[-2:])) for part in (matrix, *others)]
    last = parts[-1].shape[-1]
    out = np.full((*batch, matrix.shape[-1], last), np.nan, dtype=np.result_type(*parts))
    failed = 0
    for point in np.ndindex(*batch):
        try:
            out[point] = task(*(part[point] for part in parts))
        except np.linalg.LinAlgError:
            failed += 1
    if failed == int(np.prod(batch)):
        raise np.linalg.LinAlgError("singular at every point")
    return out


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
