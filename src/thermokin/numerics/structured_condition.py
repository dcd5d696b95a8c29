"""What errors of a generator's own kind do to a number: relative to each element, and such that the trace is kept."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._typing import FloatArray, IntArray

__all__ = ["flow_error", "plain_error"]

Array = NDArray[Any]
Matrix: TypeAlias = Array | sparse.csr_array


def flow_error(size: Array, places: IntArray, left: Array, right: Array) -> FloatArray:
    """The largest change of y L x where every element of L changes by a part of itself and the trace is still kept.

    What a rate takes from one population it gives to another, so that it counts by the difference of y between them:
    parts that weak links join have nearly equal y inside, and lose nothing by strong links however weak the others.

    Args:
        size: of the elements of L, or of what is added in each of them (..., n, n).
        places: (k,) where the populations stand.
        left: y (..., n).
        right: x (..., n).

    Returns:
        (...), to be multiplied by the relative error of the elements.
    """
    x, y = np.abs(right), left
    others = np.delete(np.arange(size.shape[-1]), places)
    here = y[..., places]
    between = size[..., places[:, None], places] * np.abs(here[..., :, None] - here[..., None, :])
    total = np.einsum("...ab,...b->...", between, x[..., places])
    if others.size:
        out = size[..., places[:, None], others]
        given = out.sum(axis=-2)
        mean = np.einsum("...ac,...a->...c", out, here) / np.where(given > 0.0, given, 1.0)
        apart = np.abs(here[..., :, None] - mean[..., None, :])
        total = total + np.einsum("...ac,...c->...", out * apart, x[..., others])
        total = total + np.einsum("...c,...cb,...b->...", np.abs(y[..., others]), size[..., others, :], x)
    return np.asarray(total)


def plain_error(size: Matrix, left: Array, right: Array, frequency: float = 0.0) -> FloatArray:
    """The largest change of y (L - i w) x where every element changes by a part of itself, whatever the trace.

    This is what a factorisation does to its matrix.

    Args:
        size: of the elements of L, or of what is added in each of them (..., n, n), dense or sparse.
        left: y (..., n).
        right: x (..., n).
        frequency: w [1/time].

    Returns:
        (...), to be multiplied by the relative error of the elements.
    """
    long = np.abs(right)[..., None]
    moved = (size @ long + abs(frequency) * long)[..., 0]
    return np.asarray((np.abs(left) * moved).sum(axis=-1))
