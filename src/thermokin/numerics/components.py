"""Connected components of a graph given by its links."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from thermokin._typing import IntArray

__all__ = ["components"]

FEW = 20000  # links up to which the conversions of scipy take longer than everything here


def components(one: IntArray, other: IntArray, size: int) -> IntArray:
    """The component of each vertex of an undirected graph, numbered by their smallest vertices.

    Args:
        one: (m,) where each link starts.
        other: (m,) where it ends.
        size: number of vertices.

    Returns:
        (size,).
    """
    if one.size > FEW:
        graph = coo_array((np.ones(one.size, dtype=bool), (one, other)), shape=(size, size))
        return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
    root = np.arange(size)
    while True:
        one, other = root[one], root[other]
        apart = one != other
        if not apart.any():
            break
        one, other = one[apart], other[apart]
        # Roots hang themselves below smaller neighbours, so that no ring can close.
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        above = root[root]
        while (above != root).any():
            root, above = above, above[above]
    return np.asarray(np.cumsum(root == np.arange(size))[root] - 1)
