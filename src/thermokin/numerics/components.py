"""Connected components of a graph given by its links, and the closed classes that nothing leaves."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from thermokin._errors import out_of_reach
from thermokin._typing import BoolArray, FloatArray, IntArray, RateMatrix
from thermokin.numerics.positive_elimination import NoWayOutError, PositiveElimination, positive_elimination

__all__ = ["absorption", "closed_classes", "components", "strongly_joined"]

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


def closed_classes(links: RateMatrix | BoolArray) -> list[IntArray]:
    """The strongly connected classes that nothing leaves.

    Args:
        links: (n, n), not zero in row i and column j where j -> i happens.

    Returns:
        The levels of each.
    """
    graph = sparse.csr_array(links.T)
    graph.setdiag(0)
    graph.eliminate_zeros()
    count, labels = connected_components(graph, directed=True, connection="strong")
    source, target = graph.nonzero()
    leaving = np.zeros(count, dtype=bool)
    crossing = labels[source] != labels[target]
    leaving[labels[source[crossing]]] = True
    return [np.flatnonzero(labels == label) for label in np.flatnonzero(~leaving)]


def strongly_joined(linked: BoolArray) -> bool:
    """Whether every level leads to every other.

    Args:
        linked: (n, n) as in `closed_classes`.

    Returns:
        True for one class.
    """
    size = len(linked)
    if linked.sum() >= size * (size - 1) and not linked.diagonal().any():  # at once
        return True
    return int(connected_components(sparse.csr_array(linked), directed=True, connection="strong")[0]) == 1


def absorption(rates: FloatArray, closed: list[IntArray]) -> FloatArray:
    """Probability to end in each closed class: 1 inside it; levels outside all of them are eliminated.

    Args:
        rates: W (..., n, n) [1/time].
        closed: the levels of each closed class.

    Returns:
        (c, ..., n), from each level.

    Raises:
        NotConvergedError: if what leaves a level outside all classes is smaller than doubles hold.
    """
    size, classes = rates.shape[-1], len(closed)
    inside = np.isin(np.arange(size), np.concatenate(closed))
    transient = np.flatnonzero(~inside)
    ends_in = np.zeros((classes, *rates.shape[:-2], size))
    for number, levels in enumerate(closed):
        ends_in[number][..., levels] = 1.0
    if not transient.size:
        return ends_in
    into = np.stack([rates[..., levels[:, None], transient].sum(axis=-2) for levels in closed], axis=-1)
    factors = _factors(rates[..., transient[:, None], transient], into.sum(axis=-1))
    ends_in[..., transient] = np.moveaxis(factors.solve_transposed(into), -1, 0)
    return ends_in


def _factors(rates: FloatArray, excess: FloatArray) -> PositiveElimination:
    try:
        return positive_elimination(rates, excess)
    except NoWayOutError as error:
        raise out_of_reach(
            "where populations end is",
            "what leaves some level is smaller than doubles hold",
            "Leave out the levels that hardly anything leaves, or the rates that are too slow to matter.",
        ) from error
