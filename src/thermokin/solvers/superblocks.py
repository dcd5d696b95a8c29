"""Superblocks: groups of levels whose elements join only one another; coordinates packed into them and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, IntArray
from thermokin.liouville.block import Block
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.population_block import PopulationBlock
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector

__all__ = ["PackedVectors", "Superblocks"]

ROOT = float(np.sqrt(2.0))
ROUNDING = 1e-14  # imaginary parts below this fraction of a vector are rounding


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


@dataclass(frozen=True, eq=False)
class PackedVectors:
    """The linear map between a block's vectors and packed ones.

    Args:
        block: populations, matrix elements, or real coordinates of Hermitian matrices.
        real: whether packed vectors of Hermitian matrices are real, rho = A + iB kept as A + B.
    """

    block: Block
    real: bool

    @cached_property
    def sector(self) -> Sector:
        """The elements that the block stands on."""
        if isinstance(self.block, HermitianBlock):
            return self.block.generator.sector
        if isinstance(self.block, SectorGenerator):
            return self.block.sector
        if isinstance(self.block, PopulationBlock):
            return Sector(self.block.levels, self.block.levels)
        raise TypeError(f"a matrix-free solver knows populations, elements and Hermitian blocks, got {self.block!r}.")

    @cached_property
    def blocks(self) -> Superblocks:
        """The superblocks of those elements."""
        return Superblocks(self.sector, self.block.liouvillian.dimension)

    @cached_property
    def _places(self) -> tuple[IntArray, IntArray]:
        """Where each element and its transpose stand in a packed vector."""
        rows, columns = self.sector.rows, self.sector.columns
        return self.blocks.places(rows, columns), self.blocks.places(columns, rows)

    @cached_property
    def _sides(self) -> tuple[BoolArray, BoolArray]:
        """Which elements stand below and above the diagonal."""
        return self.sector.rows > self.sector.columns, self.sector.rows < self.sector.columns

    def pack(self, vector: NDArray[Any]) -> NDArray[Any]:
        """A vector of the block as a packed one; real if it is Hermitian and packing is real.

        Args:
            vector: (n,).

        Returns:
            (N,).
        """
        here, there = self._places
        kind = np.complex128 if not self.real or np.iscomplexobj(vector) else np.float64
        packed = np.zeros(self.blocks.packed, dtype=kind)
        if isinstance(self.block, PopulationBlock):
            packed[here] = vector
        elif isinstance(self.block, SectorGenerator):
            packed[here] = vector
            if self.real:
                straight, turned = packed[here], packed[there]
                packed[here] = 0.5 * (straight + turned) - 0.5j * (straight - turned)
        else:
            packed[here] = self._whole(vector)
            first, second = packed[here], packed[there]
            packed[here] = self._between(first, second, 1.0 if self.real else 1j)
        if self.real and np.iscomplexobj(packed):
            largest = float(np.abs(packed.real).max(initial=0.0))
            if float(np.abs(packed.imag).max(initial=0.0)) <= ROUNDING * largest:
                return packed.real.copy()
        return packed

    def unpack(self, packed: NDArray[Any]) -> NDArray[Any]:
        """The block's vector of a packed one: real for a real block where the matrix is Hermitian.

        Args:
            packed: (N,).

        Returns:
            (n,).
        """
        here, there = self._places
        if isinstance(self.block, PopulationBlock):
            return self._real_if_hermitian(packed[here], packed)
        straight, turned = packed[here], packed[there]
        if isinstance(self.block, SectorGenerator):
            if not self.real:
                return np.asarray(straight)
            return np.asarray(0.5 * (straight + turned) + 0.5j * (straight - turned))
        whole = self._between(straight, turned, 1.0 if self.real else -1j)
        return self._real_if_hermitian(np.asarray(whole[self.block.kept]), packed)  # type: ignore[attr-defined]

    def _whole(self, vector: NDArray[Any]) -> NDArray[Any]:
        whole = np.zeros(self.sector.size, dtype=vector.dtype)
        whole[self.block.kept] = vector  # type: ignore[attr-defined]
        return whole

    def _between(self, first: NDArray[Any], second: NDArray[Any], unit: complex) -> NDArray[Any]:
        """Coordinates x above and y below the diagonal, against elements (x + u y)/sqrt2 above and (x - u y)/sqrt2."""
        lower, upper = self._sides
        out = first.copy()
        if unit == -1j:  # back from elements: x = (above + below)/sqrt2, y = -i(above - below)/sqrt2
            out[upper] = (first[upper] + second[upper]) / ROOT
            out[lower] = unit * (second[lower] - first[lower]) / ROOT
            return out
        out[upper] = (first[upper] + unit * second[upper]) / ROOT
        out[lower] = (second[lower] - unit * first[lower]) / ROOT
        return out

    def _real_if_hermitian(self, vector: NDArray[Any], packed: NDArray[Any]) -> NDArray[Any]:
        """Real coordinates of a Hermitian matrix have imaginary parts from rounding only."""
        if np.iscomplexobj(vector):
            largest = float(np.abs(packed).max(initial=0.0))
            if float(np.abs(vector.imag).max(initial=0.0)) <= ROUNDING * largest:
                return vector.real.copy()
        return vector
