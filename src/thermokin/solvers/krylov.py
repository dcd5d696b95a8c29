"""The Krylov method: GMRES without a matrix, preconditioned by the motion between jumps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.block import Block
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.numerics.gmres import shifted_start
from thermokin.solvers.hamiltonian_frame import hamiltonian_frame
from thermokin.solvers.method import Krylov
from thermokin.solvers.packed_generator import PackedGenerator, real_model
from thermokin.solvers.refined_solver import RefinedSolver, slowest_time
from thermokin.solvers.resolvent import EPSILON, Gain, PreparedSolves, Vectors
from thermokin.solvers.superblocks import PackedVectors
from thermokin.solvers.uniqueness import SINGULAR, degenerate_within

__all__ = ["KrylovResolvent", "in_units_of", "natural_unit"]

LOST_BY_CYCLES = 20.0  # roundings that a solve leaves, for each unit of a condition estimated from below
REMEMBERED = 6  # solutions at other frequencies that a start is made of
NATURAL = 2.0**40  # largest rate, or its inverse, up to which single precision holds squares and products


@dataclass(frozen=True, eq=False)
class KrylovResolvent(PreparedSolves):
    """Solutions by matrix-free cycles in single precision, refined to double.

    Args:
        block: the block, of a model without leading axes.
        method: tolerance and the number of products that one solve may take.
    """

    block: Block
    method: Krylov

    @property
    def _scale(self) -> float:
        return self.generator.scale

    @property
    def _generator(self) -> Gain:
        return _Packed(self._vectors, self.generator.apply)

    @cached_property
    def _vectors(self) -> PackedVectors:
        return PackedVectors(self.block, real_model(self.block.liouvillian))

    @cached_property
    def _solver(self) -> RefinedSolver:
        """In units in which the largest rate or energy is of order one where single precision needs it."""
        generator, unit = self.generator, self._unit
        if unit != 1.0:
            model = in_units_of(self.block.liouvillian.model, unit)
            generator = PackedGenerator(Liouvillian(model), self._vectors.blocks, self._vectors.real)
        return RefinedSolver(hamiltonian_frame(generator), self.method)

    @cached_property
    def generator(self) -> PackedGenerator:
        """The generator on packed superblocks."""
        return PackedGenerator(self.block.liouvillian, self._vectors.blocks, self._vectors.real)

    @cached_property
    def _unit(self) -> float:
        """A power of four [1/time]."""
        return natural_unit(self.block.liouvillian.centred.model)

    @property
    def iterations(self) -> int:
        """Products with the generator in all solves so far."""
        return self._solver.iterations

    @property
    def double(self) -> bool:
        """Whether a cycle in single precision stalled, so that those after it ran in double precision."""
        return self._solver.double

    @cached_property
    def _slowest(self) -> float:
        return slowest_time(self._solver) / self._unit

    @cached_property
    def stationary(self) -> FloatArray | ComplexArray:
        """The stationary vector (n,), of trace one.

        Raises:
            DegenerateSteadyStateError: if there is a second one.
            NotConvergedError: if the cycles stall, the products are used up, or rates differ by twelve decades.
        """
        return self._vectors.unpack(self._packed)

    @cached_property
    def _packed(self) -> NDArray[Any]:
        solver, blocks, frame = self._solver, self.generator.blocks, self._solver.frame
        if np.isinf(self._slowest):
            raise degenerate_within([int(level) for level in np.sort(blocks.levels)])
        mixed: NDArray[Any] = np.zeros(blocks.packed, dtype=self.generator.kind)
        mixed[blocks.diagonal] = frame.rate / blocks.diagonal.size
        start = frame.diagonal_state(frame.likely)
        found = solver.solve(mixed, start / start[blocks.diagonal].sum())
        condition = float(self.condition)
        if condition >= SINGULAR:  # a residual of rounding then says little of the state
            raise NotConvergedError(
                f"rates differ by a factor of {condition:.0e}: more than an iteration resolves.",
                condition,
                "Ask for Dense() or Sparse(), or work in a frame that rotates with the fast part.",
            )
        return np.asarray(found / found[blocks.diagonal].sum())

    @cached_property
    def residual(self) -> FloatArray:
        """Largest element of L rho over the largest rate times the largest element of rho ()."""
        flow = np.abs(self.generator.apply(self._packed)).max()
        return np.asarray(flow / (self.generator.scale * np.abs(self._packed).max()))

    @property
    def condition(self) -> FloatArray:
        """The largest rate times the longest time met in the solves so far (): a lower estimate."""
        return np.asarray(max(1.0, self.generator.scale * max(self._slowest, self._solver.longest / self._unit)))

    def gain(self, weights: FloatArray) -> Gain:
        """The jump part with weights c_k (k,): what multiplies vectors (n, m)."""
        return _Packed(self._vectors, self.generator.weighted(weights).__matmul__)

    def drazin(self, vectors: Vectors) -> Vectors:
        """See `Resolvent.drazin`."""
        columns = [-self._solved(self._vectors.pack(column)) for column in vectors.T]
        return np.stack([self._vectors.unpack(column) for column in columns], axis=1)

    @property
    def known(self) -> None:
        """The steady state is always solved for."""

    @property
    def delicate(self) -> bool:
        """One point is always looked at."""
        return True

    @property
    def left(self) -> None:
        """No row vectors are solved for without a matrix."""

    @property
    def solution_error(self) -> FloatArray:
        """How far a solution may be off, relative to its size: what cycles leave, times the condition ()."""
        return np.asarray(max(LOST_BY_CYCLES * EPSILON, 0.5 * self.method.tolerance) * self.condition)

    def shifted(self, vectors: Vectors, frequencies: FloatArray) -> ComplexArray:
        """See `Resolvent.shifted`; each solve starts from those at the frequencies before."""
        out = np.empty((frequencies.size, *vectors.shape), dtype=np.complex128)
        for column in range(vectors.shape[1]):
            right = self._traceless(self._vectors.pack(vectors[:, column]))
            known: list[tuple[float, NDArray[Any]]] = []
            for number, frequency in enumerate(frequencies):
                found = self._at(right, float(frequency), known)
                known = [*known[1 - REMEMBERED :], (float(frequency), found)]
                out[number, :, column] = self._vectors.unpack(found)
        return out

    def _at(self, right: NDArray[Any], frequency: float, known: list[tuple[float, NDArray[Any]]]) -> NDArray[Any]:
        if frequency == 0.0:
            return self._solved(right)
        unit = self._unit
        solver = RefinedSolver(self._solver.frame, self.method, frequency / unit)
        before = [(other / unit, solution * unit) for other, solution in known]
        found = solver.solve(right, shifted_start(right, frequency / unit, before))
        self._solver.iterations += solver.iterations
        return self._traceless(found / unit)

    def _solved(self, packed: NDArray[Any]) -> NDArray[Any]:
        """-L x = b without trace."""
        if self.generator.real and np.iscomplexobj(packed):
            return np.asarray(self._solved(packed.real.copy()) + 1j * self._solved(packed.imag.copy()))
        return self._traceless(self._solver.solve(self._traceless(packed)) / self._unit)

    def _traceless(self, packed: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(packed - self._packed * packed[self.generator.blocks.diagonal].sum())


@dataclass(frozen=True, eq=False)
class _Packed:
    """A map of packed vectors, on those of the block.

    Args:
        vectors: the change of coordinates.
        action: the map.
    """

    vectors: PackedVectors
    action: Callable[[NDArray[Any]], NDArray[Any]]

    def __matmul__(self, vectors: Vectors) -> Vectors:
        """The images of vectors (n, m)."""
        return np.stack([self.vectors.unpack(self._one(self.vectors.pack(column))) for column in vectors.T], axis=1)

    def _one(self, packed: NDArray[Any]) -> NDArray[Any]:
        if self.vectors.real and np.iscomplexobj(packed):
            return np.asarray(self._one(packed.real.copy()) + 1j * self._one(packed.imag.copy()))
        return self.action(packed)


def natural_unit(model: Model) -> float:
    """A power of four near the largest rate or energy of a model; 1 where that is no extreme number.

    Args:
        model: the model, of one point.

    Returns:
        The unit [1/time].
    """
    parts = [model.generator.diagonal, np.square(np.abs(model.table.amplitude))]
    if model.generator.matrix is not None:
        parts.append(np.abs(model.generator.matrix))
    largest = max(float(np.abs(part).max(initial=0.0)) for part in parts)
    if largest == 0.0 or 1.0 / NATURAL <= largest <= NATURAL:
        return 1.0
    return float(4.0 ** round(np.log2(largest) / 2.0))


def in_units_of(model: Model, unit: float) -> Model:
    """The same model with all energies and rates divided by a power of four, which rounds nothing.

    Args:
        model: the model.
        unit: the unit [1/time].

    Returns:
        The model.
    """
    generator = model.generator
    matrix = None if generator.matrix is None else generator.matrix / unit
    table = replace(model.table, amplitude=model.table.amplitude / np.sqrt(unit))
    return Model.from_table(
        FrameOperator(generator.diagonal / unit, matrix), model.energy, table, model.baths, frame=model.frame
    )
