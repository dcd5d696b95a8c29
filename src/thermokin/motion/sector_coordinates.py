"""Coordinates in which a sector that holds coherences moves, and what of it stays for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, eye_array
from scipy.sparse.linalg import LinearOperator, onenormest

from thermokin._cached import cached_property
from thermokin._errors import DegenerateSteadyStateError, NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.population_block import REAL_UP_TO
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.motion.stationary_projector import Stationary, stationary_projector
from thermokin.numerics.factorised import sparse_factor
from thermokin.numerics.propagator_ladder import PropagatorLadder
from thermokin.solvers.choice import prepared
from thermokin.solvers.method import Auto

__all__ = ["DENSE_UP_TO", "MovingPart", "SectorCoordinates"]

DENSE_UP_TO = 900  # elements up to which several stationary states are told apart, by a singular value decomposition
SMALL = 64  # elements up to which that is as quick as anything
SURE = 1e11  # condition number up to which a solve tells that nothing else stays


@dataclass(frozen=True, eq=False)
class MovingPart:
    """What moves a vector: one matrix, or a stack of them, and what it keeps for ever.

    Args:
        matrix: L, dense (..., n, n) or sparse (n, n) [1/time].
        kept: finds what stays, when it is asked for.
    """

    matrix: NDArray[Any] | csr_array
    kept: Callable[[], Stationary]

    @cached_property
    def stationary(self) -> Stationary:
        """What stays for ever."""
        return self.kept()

    @property
    def stacked(self) -> bool:
        """Whether it is a stack of matrices."""
        return self.matrix.ndim > 2

    @property
    def size(self) -> int:
        """Number of coordinates n."""
        return int(self.matrix.shape[-1])

    @cached_property
    def dense(self) -> NDArray[Any]:
        """L (..., n, n) [1/time]."""
        return self.matrix.toarray() if isinstance(self.matrix, csr_array) else self.matrix

    @cached_property
    def sparse(self) -> csr_array:
        """L of one point (n, n) [1/time]."""
        return self.matrix if isinstance(self.matrix, csr_array) else csr_array(self.matrix)

    @cached_property
    def norm(self) -> FloatArray:
        """The largest sum of a column's magnitudes (...) [1/time]."""
        if isinstance(self.matrix, csr_array):
            return np.asarray(abs(self.matrix).sum(axis=0).max(initial=0.0))
        return np.asarray(np.abs(self.matrix).sum(axis=-2).max(axis=-1, initial=0.0))

    @cached_property
    def largest(self) -> FloatArray:
        """The largest element (...) [1/time]."""
        if isinstance(self.matrix, csr_array):
            return np.asarray(abs(self.matrix).max())
        return np.asarray(np.abs(self.matrix).max(axis=(-2, -1), initial=0.0))

    @cached_property
    def ladder(self) -> PropagatorLadder:
        """Its dense propagators."""
        return PropagatorLadder(self.dense, self.stationary.projector if self.stationary.count else None)

    def points(self) -> Iterator[MovingPart]:
        """Each point of a stack on its own."""
        size = self.size
        stays = self.stationary
        for place in np.ndindex(*self.dense.shape[:-2]):
            vectors = np.broadcast_to(stays.vectors, (*self.dense.shape[:-2], size, stays.count))[place]
            covectors = np.broadcast_to(stays.covectors, (*self.dense.shape[:-2], stays.count, size))[place]
            one = Stationary(vectors, covectors, np.zeros(()))
            yield MovingPart(csr_array(self.dense[place]), one.itself)


@dataclass(frozen=True, eq=False)
class SectorCoordinates:
    """Real coordinates of Hermitian matrices where the sector holds (j, i) with (i, j), else its elements.

    Elements of other sectors turn together: their mean frequency is taken out, since every method pays for it.

    Args:
        generator: the sector's generator.
    """

    generator: SectorGenerator

    @cached_property
    def block(self) -> HermitianBlock | SectorGenerator:
        """The sector in its coordinates."""
        sector = self.generator.sector
        paired = (self.generator.positions(sector.columns, sector.rows) >= 0).all()
        if paired and sector.size <= REAL_UP_TO:
            return HermitianBlock(self.generator, whole=True)
        return self.generator

    @cached_property
    def turning(self) -> FloatArray:
        """The mean frequency (...) at which all elements turn [1/time]."""
        if isinstance(self.block, HermitianBlock):
            return np.zeros(())
        model = self.generator.liouvillian.model
        sector, energies = self.generator.sector, model.generator.diagonal
        return np.asarray((energies[..., sector.rows] - energies[..., sector.columns]).mean(axis=-1))

    @cached_property
    def part(self) -> MovingPart:
        """The generator in these coordinates."""
        size, turning = self.generator.size, self.turning
        if self.generator.liouvillian.model.batch_shape or size <= SMALL:
            dense: NDArray[Any] = self.block.matrix
            if turning.any():
                dense = dense + 1j * turning[..., None, None] * np.eye(size)
            return MovingPart(dense, lambda: self.stationary)
        thin = self.block.sparse
        if turning.any():
            thin = csr_array(thin + 1j * float(turning) * eye_array(size))
        return MovingPart(thin, lambda: self.stationary)

    @cached_property
    def scale(self) -> FloatArray:
        """The largest element of the generator (...), whose rounding is known to nobody [1/time]."""
        return np.asarray(self.part.largest + np.abs(self.turning))

    @cached_property
    def stationary(self) -> Stationary:
        """What stays for ever, in these coordinates."""
        block = self.block
        if self.generator.liouvillian.model.batch_shape or block.size <= SMALL:
            return stationary_projector(block)
        one = self._only_one() if block.trace.any() else self._nothing()
        if one is not None:
            return one
        if block.size <= DENSE_UP_TO:
            return stationary_projector(block)
        return Stationary.none(block.size)  # not known without the spectrum

    def _only_one(self) -> Stationary | None:
        """The steady state where it is the only thing that stays."""
        resolvent = prepared(self.block, Auto())
        small = self.block.size <= DENSE_UP_TO
        try:
            vector = resolvent.stationary
            sure = not small or float(resolvent.condition) < SURE
        except (DegenerateSteadyStateError, NotConvergedError):
            if not small:
                raise
            return None
        kind = np.float64 if isinstance(self.block, HermitianBlock) else np.complex128
        column = np.asarray(vector, dtype=kind)[:, None]
        return Stationary(column, self.block.trace[None, :], np.zeros(())) if sure else None

    def _nothing(self) -> Stationary | None:
        """Nothing, where the generator of coherences is surely invertible."""
        matrix = csc_array(self.block.sparse)
        try:
            factor = sparse_factor(matrix)
        except RuntimeError:  # SuperLU's word for an exactly singular matrix
            return None
        inverse = LinearOperator(
            matrix.shape, dtype=matrix.dtype, matvec=factor.solve, rmatvec=lambda one: factor.solve(one, "H")
        )
        sure = onenormest(inverse) * abs(matrix).sum(axis=0).max() < SURE
        return Stationary.none(self.block.size) if sure else None

    def from_elements(self, values: ComplexArray) -> NDArray[Any]:
        """The coordinates (..., n) of elements (..., n); a matrix is Hermitian where they are real."""
        return self.block.from_elements(values) if isinstance(self.block, HermitianBlock) else values

    def to_elements(self, vectors: NDArray[Any]) -> ComplexArray:
        """The elements (..., n) of coordinates (..., n)."""
        if isinstance(self.block, HermitianBlock):
            return self.block.to_elements(vectors)
        return np.asarray(vectors, dtype=np.complex128)

    def turned(self, vectors: ComplexArray, times: FloatArray) -> ComplexArray:
        """Elements (..., t, n) with the frequency put back at which all of them turn."""
        if not self.turning.any():
            return vectors
        return np.asarray(np.exp(-1j * self.turning[..., None] * times)[..., None] * vectors)
