"""Superblocks: groups of levels such that a sector's elements join only levels of one group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from thermokin._cached import cached_property
from thermokin._typing import IntArray
from thermokin.liouville.sectors import Sector

__all__ = ["Superblocks"]


@dataclass(frozen=True, eq=False)
class Superblocks:
    """A sector's density matrix is block diagonal in them: one square matrix for each, stored one after the other.

    Superblocks of equal size stand side by side, so that one batched product serves them all. The chain of n spins
    that conserves magnetisation has n + 1 of them; a model without symmetry has one.

    Args:
        sector: elements closed under transposition.
        dimension: d of the Hilbert space.
    """

    sector: Sector
    dimension: int

    @cached_property
    def _labels(self) -> tuple[IntArray, IntArray, IntArray]:
        """The levels, their superblocks in ascending size, and those sizes."""
        sector = self.sector
        links = np.ones(sector.size, dtype=bool)
        graph = coo_array((links, (sector.rows, sector.columns)), shape=(self.dimension, self.dimension))
        levels = np.unique(sector.rows)
        _, label = connected_components(graph, directed=False)
        label = np.unique(label[levels], return_inverse=True)[1]
        count = np.bincount(label)
        rank = np.argsort(count, kind="stable")
        place = np.empty_like(rank)
        place[rank] = np.arange(rank.size)
        label = place[label]
        order = np.argsort(label, kind="stable")
        return levels[order].astype(np.int64), label[order].astype(np.int64), count[rank].astype(np.int64)

    @property
    def levels(self) -> IntArray:
        """(k,) the levels, superblock after superblock."""
        return self._labels[0]

    @property
    def sizes(self) -> IntArray:
        """(b,) levels of each superblock, ascending."""
        return self._labels[2]

    @cached_property
    def first(self) -> IntArray:
        """(b + 1,) where each superblock's levels begin among `levels`."""
        return np.concatenate([[0], np.cumsum(self.sizes)])

    @cached_property
    def begin(self) -> IntArray:
        """(b + 1,) where each superblock's matrix begins in a packed vector."""
        return np.concatenate([[0], np.cumsum(self.sizes**2)])

    @property
    def packed(self) -> int:
        """Length N of a packed vector: all elements of all superblocks."""
        return int(self.begin[-1])

    @cached_property
    def of_level(self) -> tuple[IntArray, IntArray]:
        """(d,) the superblock of each level, -1 outside, and the level's number in it."""
        levels, label, _ = self._labels
        block, number = np.full(self.dimension, -1, dtype=np.int64), np.zeros(self.dimension, dtype=np.int64)
        block[levels] = label
        number[levels] = np.arange(levels.size) - self.first[label]
        return block, number

    @cached_property
    def groups(self) -> tuple[tuple[int, int, int], ...]:
        """Superblocks of equal size: their size, the first of them, and how many."""
        sizes, first, count = np.unique(self.sizes, return_index=True, return_counts=True)
        return tuple((int(s), int(f), int(c)) for s, f, c in zip(sizes, first, count, strict=True))

    @cached_property
    def diagonal(self) -> IntArray:
        """(k,) where the populations stand in a packed vector, in the order of `levels`."""
        return self.places(self.levels, self.levels)

    def places(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Where elements stand in a packed vector.

        Args:
            rows: (m,) levels.
            columns: (m,) levels of the same superblock each.

        Returns:
            (m,).
        """
        block, number = self.of_level
        label = block[rows]
        return np.asarray(self.begin[label] + number[rows] * self.sizes[label] + number[columns])

    def views(self, vector: NDArray[Any]) -> list[NDArray[Any]]:
        """A packed vector as stacks of matrices, one (c, s, s) for each group, without a copy.

        Args:
            vector: (N,).

        Returns:
            The stacks.
        """
        return [
            vector[self.begin[first] : self.begin[first + count]].reshape(count, size, size)
            for size, first, count in self.groups
        ]

    def level_views(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        """Numbers of levels, in the order of `levels`, as stacks (c, s).

        Args:
            values: (k,).

        Returns:
            The stacks, without a copy.
        """
        return [
            values[self.first[first] : self.first[first + count]].reshape(count, size)
            for size, first, count in self.groups
        ]

    def stacks(self, matrix: NDArray[Any]) -> list[NDArray[Any]]:
        """The parts of an operator that lie inside superblocks.

        Args:
            matrix: (d, d).

        Returns:
            A stack (c, s, s) for each group.
        """
        groups = self.level_views(self.levels)
        return [np.stack([matrix[np.ix_(these, these)] for these in levels]) for levels in groups]
