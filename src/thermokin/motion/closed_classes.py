"""The sets of levels that nothing leaves."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from thermokin._typing import BoolArray, IntArray
from thermokin.liouville.rate_matrix import RateMatrix

__all__ = ["closed_classes", "strongly_joined"]


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
