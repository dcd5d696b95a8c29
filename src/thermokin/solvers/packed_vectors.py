"""From the coordinates of a block to packed superblocks and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, IntArray
from thermokin.liouville.block import Block
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.population_block import PopulationBlock
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector
from thermokin.solvers.superblocks import Superblocks

__all__ = ["PackedVectors"]

ROOT = float(np.sqrt(2.0))
ROUNDING = 1e-14  # imaginary parts below this fraction of a vector are rounding


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
