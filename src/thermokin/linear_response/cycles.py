"""The simple cycles of a network of states, and the affinity of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray, IntArray

__all__ = ["Cycles", "simple_cycles"]

MOST = 2_000  # cycles, beyond which nothing is enumerated
PATHS = 50_000  # the same of paths that may or may not close


@dataclass(frozen=True, eq=False)
class Cycles:
    """Every simple cycle, once, in one of its two directions.

    Args:
        edges: the edges of each cycle, in order.
        signs: +1 where an edge is passed along its own direction, -1 against it.
    """

    edges: tuple[IntArray, ...]
    signs: tuple[IntArray, ...]

    @property
    def lengths(self) -> IntArray:
        """Number of edges of each (c,)."""
        return np.array([cycle.size for cycle in self.edges], dtype=np.int64)

    def affinities(self, forces: FloatArray) -> FloatArray:
        """Sum of the forces along each cycle.

        Args:
            forces: ln of the rate along each edge over that against it (..., e).

        Returns:
            (..., c), in size.
        """
        if not self.edges:
            return np.zeros((*forces.shape[:-1], 0))
        sums = [_around(forces[..., cycle] * sign) for cycle, sign in zip(self.edges, self.signs, strict=True)]
        return np.asarray(np.abs(np.stack(sums, axis=-1)))

    def largest_through(self, affinities: FloatArray, edges: int) -> FloatArray:
        """The largest affinity of a cycle through each edge; 0 for an edge on none.

        Args:
            affinities: of each cycle (..., c).
            edges: their number.

        Returns:
            (..., e).
        """
        largest = np.zeros((*affinities.shape[:-1], edges))
        for place, cycle in enumerate(self.edges):
            largest[..., cycle] = np.maximum(largest[..., cycle], affinities[..., place, None])
        return largest


def _around(forces: FloatArray) -> FloatArray:
    """The sum around a cycle: infinite with one-way links, 0 where these block both directions."""
    forth, back = np.isposinf(forces).any(axis=-1), np.isneginf(forces).any(axis=-1)
    total = np.where(np.isfinite(forces), forces, 0.0).sum(axis=-1)
    # A link that is not there at a point of a sweep closes no cycle.
    gone = np.isnan(forces).any(axis=-1) | (forth & back)
    return np.where(gone, 0.0, np.where(forth | back, np.inf, total))


def simple_cycles(sources: IntArray, targets: IntArray, size: int) -> Cycles | None:
    """All simple cycles of an undirected graph that may have several edges between two vertices.

    Args:
        sources: where each edge begins (e,).
        targets: where it ends (e,).
        size: number of vertices.

    Returns:
        The cycles; None if there are more than two thousand, or many paths that close nowhere.
    """
    leaving: list[list[tuple[int, int, int]]] = [[] for _ in range(size)]
    for edge, (source, target) in enumerate(zip(sources.tolist(), targets.tolist(), strict=True)):
        leaving[source].append((edge, target, 1))
        leaving[target].append((edge, source, -1))
    found: list[tuple[list[int], list[int]]] = []
    paths = 0
    for first in range(size):
        # A path from its smallest vertex; each cycle is met in both directions, of which one is kept.
        pending: list[tuple[int, list[int], list[int], frozenset[int]]] = [(first, [], [], frozenset([first]))]
        while pending:
            vertex, edges, signs, visited = pending.pop()
            paths += 1
            if paths > PATHS:
                return None
            for edge, target, sign in leaving[vertex]:
                if target == first and edges and edge > edges[0]:
                    found.append(([*edges, edge], [*signs, sign]))
                    if len(found) > MOST:
                        return None
                elif target > first and target not in visited:
                    pending.append((target, [*edges, edge], [*signs, sign], visited | {target}))
    every = [(np.array(edges, dtype=np.int64), np.array(signs, dtype=np.int64)) for edges, signs in found]
    return Cycles(tuple(edges for edges, _ in every), tuple(signs for _, signs in every))
