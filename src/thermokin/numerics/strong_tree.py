"""Counts of links written as differences of a level, exactly along the tree of the strongest links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.level_sums import scatter

__all__ = ["StrongTree", "dense_links", "strong_tree"]

SNAP = 8.0 * float(np.finfo(np.float64).eps)  # of a count, by which a mean of counts that are all the same may miss it


@dataclass(frozen=True, eq=False)
class StrongTree:
    """Levels Phi whose differences are what the links of a tree count, in the mean over both ways.

    Args:
        level: Phi (..., n).
        before: (..., n) the coordinate by which the tree reaches each, -1 where it begins.
        reach: (..., n) the sum of the sizes of what Phi adds on the way.
    """

    level: FloatArray
    before: IntArray
    reach: FloatArray

    def holds(self, target: IntArray, source: IntArray) -> BoolArray:
        """Which links (..., m) between these coordinates the tree goes along, either way."""
        return np.asarray((self.before[..., target] == source) | (self.before[..., source] == target))


def strong_tree(target: IntArray, source: IntArray, flow: FloatArray, counts: FloatArray, size: int) -> StrongTree:
    """The tree of the strongest links, each point of a sweep with its own.

    Args:
        target: (m,) where each link leads.
        source: (m,) whence.
        flow: (..., m) what passes it, >= 0.
        counts: (..., m) what one passage counts.
        size: n, of coordinates.

    Returns:
        The tree, or trees of parts that no link joins.

    Cost:
        That of sorting the links; n^2 numbers for each point of a sweep.
    """
    if flow.ndim == 1 and counts.ndim == 1:
        return _of_point(target, source, flow, counts, size)
    return _of_sweep(target, source, flow, counts, size)


def _of_point(target: IntArray, source: IntArray, flow: FloatArray, counts: FloatArray, size: int) -> StrongTree:
    """Phi (n,) by the spanning tree of the strongest links."""
    shape = (size, size)
    forward = sparse.csr_array((flow, (target, source)), shape=shape)
    carried = sparse.csr_array((flow * counts, (target, source)), shape=shape)
    strength, carried = sparse.csr_array(forward + forward.T), sparse.csr_array(carried - carried.T)
    strength.setdiag(0.0)
    strength.eliminate_zeros()
    distance, logarithms = strength.copy(), np.log(strength.data)
    distance.data = 1.0 + logarithms.max(initial=-np.inf) - logarithms
    tree = minimum_spanning_tree(distance)
    level, seen, parent, reach = np.zeros(size), np.zeros(size, dtype=bool), np.full(size, -1), np.zeros(size)
    for root in range(size):
        if seen[root]:
            continue
        order, before = breadth_first_order(tree, root, directed=False)
        seen[order] = True
        parent[order[1:]] = before[order[1:]]
        gained = np.asarray(carried[order[1:], before[order[1:]]]) / np.asarray(strength[order[1:], before[order[1:]]])
        for place, count in zip(order[1:], _snapped(np.ravel(gained), counts), strict=True):
            level[place] = level[before[place]] - count
            reach[place] = reach[before[place]] + np.abs(count)
    return StrongTree(level, parent, reach)


def _of_sweep(target: IntArray, source: IntArray, flow: FloatArray, counts: FloatArray, size: int) -> StrongTree:
    """Phi (..., n), each point with its own tree, grown from coordinate 0 link by link."""
    forward, carried = dense_links(flow, target, source, size), dense_links(flow * counts, target, source, size)
    shape = np.broadcast_shapes(forward.shape, carried.shape)
    strength = np.broadcast_to(forward + forward.swapaxes(-1, -2), shape).reshape(-1, size, size)
    carried = np.broadcast_to(carried - carried.swapaxes(-1, -2), shape).reshape(-1, size, size)
    gained = _snapped(np.divide(carried, strength, out=np.zeros_like(carried), where=strength > 0.0), counts)
    points = np.arange(len(strength))
    level, reach = np.zeros((len(strength), size)), np.zeros((len(strength), size))
    best, near = strength[:, 0].copy(), np.zeros((len(strength), size), dtype=np.intp)
    parent = np.full((len(strength), size), -1)
    best[:, 0] = -1.0  # in the tree
    for _ in range(size - 1):
        place = best.argmax(axis=-1)
        start = near[points, place]
        level[points, place] = level[points, start] - gained[points, place, start]
        reach[points, place] = reach[points, start] + np.abs(gained[points, place, start])
        parent[points, place] = start
        links = strength[points, place]
        nearer = links > best
        nearer &= best >= 0.0
        best, near = np.where(nearer, links, best), np.where(nearer, place[:, None], near)
        best[points, place] = -1.0
    whole = (*shape[:-2], size)
    return StrongTree(level.reshape(whole), parent.reshape(whole), reach.reshape(whole))


def _snapped(means: FloatArray, counts: FloatArray) -> FloatArray:
    """Means of counts, those that are one of the counts but for rounding exactly that one."""
    listed = np.unique(np.abs(counts))
    size = np.abs(means)
    after = np.minimum(np.searchsorted(listed, size), listed.size - 1)
    above, below = listed[after], listed[np.maximum(after - 1, 0)]
    near = np.where(above - size < size - below, above, below)
    return np.where(np.abs(size - near) <= SNAP * near, np.copysign(near, means), means)


def dense_links(values: FloatArray, target: NDArray[Any], source: NDArray[Any], size: int) -> FloatArray:
    """The matrix of links that are listed.

    Args:
        values: (..., m).
        target: (m,) the row of each.
        source: (m,) its column.
        size: n.

    Returns:
        (..., n, n); links of one place add.
    """
    flat = scatter(values, target.astype(np.int64) * size + source, size * size)
    return np.asarray(flat.reshape(*flat.shape[:-1], size, size))
