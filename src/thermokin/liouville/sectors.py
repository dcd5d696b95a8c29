"""Sectors: sets of density-matrix elements that the generator does not leave, found on its sparsity graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.numerics.components import components
from thermokin.numerics.level_sums import anywhere, equal_pairs

__all__ = ["Sector", "SectorMap", "ket_blocks", "sector_map"]


@dataclass(frozen=True, eq=False)
class Sector:
    """Elements rho[rows[e], columns[e]] that evolve among themselves.

    Args:
        rows: (n,).
        columns: (n,).
    """

    rows: IntArray
    columns: IntArray

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(self.rows.size)

    @property
    def diagonal(self) -> BoolArray:
        """(n,) which elements are populations."""
        return np.asarray(self.rows == self.columns)


@dataclass(frozen=True, eq=False)
class SectorMap:
    """The sector of every element of the density matrix.

    Args:
        label: (d, d) number of each element's sector.
    """

    label: IntArray

    def sectors(self, support: BoolArray) -> tuple[list[Sector], Sector]:
        """The sectors that a set of elements populates.

        Args:
            support: (d, d), which elements are populated.

        Returns:
            The sectors of two and more elements, and all populated elements that are sectors of their own.
        """
        needed, counts = np.unique(self.label[support]), np.bincount(self.label.ravel())
        alone = np.flatnonzero((counts[self.label] == 1).ravel() & support.ravel())
        single = Sector(alone // self.label.shape[0], alone % self.label.shape[0])
        order = np.argsort(self.label, axis=None, kind="stable")
        ends = np.cumsum(counts)
        groups = [order[ends[n] - counts[n] : ends[n]] for n in needed if counts[n] > 1]
        return [Sector(group // self.label.shape[0], group % self.label.shape[0]) for group in groups], single

    def of_populations(self) -> list[Sector]:
        """The sectors that hold populations: any steady state lives there."""
        size = self.label.shape[0]
        labels = np.flatnonzero(np.bincount(np.diagonal(self.label)))
        places = [np.flatnonzero((self.label == n).ravel()) for n in labels]
        return [Sector(place // size, place % size) for place in places]


def sector_map(liouvillian: Liouvillian) -> SectorMap:
    """The connected components of the generator's sparsity graph.

    K joins kets into blocks; a graph on pairs of blocks, linked by the jumps, then gives the sectors: n + 1 blocks
    instead of 4^n elements for a chain of n spins that conserves magnetisation.

    Args:
        liouvillian: the generator.

    Returns:
        The sector of every element.

    Cost:
        O(d^2) memory, and the sum over channels of (block transitions)^2.
    """
    label = ket_blocks(liouvillian)
    blocks = int(label.max(initial=-1)) + 1
    component = components(*_pair_links(liouvillian, label, blocks), blocks**2)
    return SectorMap(component[label[:, None] * blocks + label])


def ket_blocks(liouvillian: Liouvillian) -> IntArray:
    """The block of K that each level belongs to (d,).

    Args:
        liouvillian: the generator.

    Returns:
        Numbers from 0.
    """
    return components(*_ket_links(liouvillian), liouvillian.dimension)


def _ket_links(liouvillian: Liouvillian) -> tuple[IntArray, IntArray]:
    size = liouvillian.dimension
    pattern = np.zeros((size, size), dtype=bool)
    operators = [liouvillian.model.generator]
    if liouvillian.table.meets:  # else what leaves a level leads to no other
        operators.append(liouvillian.decay)
    for operator in operators:
        if operator.matrix is not None:
            pattern |= operator.held.any(axis=-1)
    row, column = np.nonzero(pattern)
    return row, column


def _pair_links(liouvillian: Liouvillian, label: IntArray, blocks: int) -> tuple[IntArray, IntArray]:
    table = liouvillian.table
    live = anywhere(table.amplitude != 0.0, 1)
    # Every step of a channel from block to block once, as one number each.
    channel = table.channel[live].astype(np.int64)
    steps = np.sort((channel * blocks + label[table.row[live]]) * blocks + label[table.column[live]])
    steps = steps[np.diff(steps, prepend=-1) > 0]
    out, steps = steps % blocks, steps // blocks
    channel, into = steps // blocks, steps % blocks
    first, second = equal_pairs(channel)
    return out[first] * blocks + out[second], into[first] * blocks + into[second]
