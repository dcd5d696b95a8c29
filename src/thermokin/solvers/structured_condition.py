"""What errors of a generator's own kind do to a number: relative to each element, and such that the trace is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._typing import FloatArray, IntArray

__all__ = ["flow_error", "sparse_flow_error"]

Array = NDArray[Any]


def flow_error(matrix: Array, places: IntArray, left: Array, right: Array) -> FloatArray:
    """The largest change of y L x where every element of L changes by a part of itself and the trace is still kept.

    What a rate takes from one population it gives to another, so that it counts by the difference of y between them:
    parts that weak links join have nearly equal y inside, and lose nothing by strong links however weak the others.

    Args:
        matrix: L (..., n, n).
        places: (k,) where the populations stand.
        left: y (..., n).
        right: x (..., n).

    Returns:
        (...), to be multiplied by the relative error of the elements.
    """
    size = np.abs(matrix)
    x, y = np.abs(right), left
    others = np.delete(np.arange(matrix.shape[-1]), places)
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


def sparse_flow_error(matrix: sparse.csr_array, places: IntArray, left: Array, right: Array) -> FloatArray:
    """The same for one point of a sparse generator.

    Args:
        matrix: L (n, n).
        places: (k,) where the populations stand.
        left: y (n,).
        right: x (n,).

    Returns:
        ().
    """
    entries = sparse.coo_array(matrix)
    target, source, size = entries.row, entries.col, np.abs(entries.data)
    held = np.zeros(matrix.shape[0], dtype=bool)
    held[places] = True
    into = held[target]
    given = np.bincount(source[into], weights=size[into], minlength=held.size)
    drawn = np.bincount(source[into], weights=size[into] * left.real[target[into]], minlength=held.size)
    # From a population what leaves is that population's loss; from a coherence what it gives to some others lose.
    origin = np.where(held, left.real, drawn / np.where(given > 0.0, given, 1.0))
    weight = np.where(into, np.abs(left[target] - origin[source]), np.abs(left[target]))
    return np.asarray((weight * size * np.abs(right[source])).sum())
