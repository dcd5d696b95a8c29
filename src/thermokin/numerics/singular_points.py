"""LAPACK on stacks of matrices of which some may be singular."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["pointwise"]

Array = NDArray[Any]


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
