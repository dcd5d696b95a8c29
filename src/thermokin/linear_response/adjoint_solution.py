"""The adjoint solution of a current or an observable: what a state adds to all that is counted from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.linear_response.steady_jumps import SteadyJumps
from thermokin.liouville.population_block import PopulationBlock
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.resolvent import LeftSolves, Resolvent

__all__ = ["AdjointSolution"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class AdjointSolution:
    """Y, the adjoint solution of a current J: tr(Y rho_0) = int_0^inf dt [J(t) - J] from a state rho_0, tr(Y rho) = 0.

    Y = -(L^D)^+ sum_k c_k L_k^+ L_k. At a frequency w it is what solves for modulations that go as exp(-i w t), and is
    not Hermitian.

    Args:
        resolvent: of the generator, by a method with a matrix.
        steady_state: rho.
        weights: c_k (..., k).
        observable: what is observed of the state in addition to what jumps count, (..., d, d) in the user's basis.
        frequency: w [1/time].
    """

    resolvent: Resolvent
    steady_state: SteadyState
    weights: FloatArray
    observable: ComplexArray | None = None
    frequency: float = 0.0

    @cached_property
    def jumps(self) -> SteadyJumps:
        """The jumps at rest, of closed populations from level to level."""
        return SteadyJumps(self.steady_state)

    @property
    def table(self) -> JumpTable:
        """The channels, in the frame of the resolvent."""
        return self.jumps.table

    @property
    def closed(self) -> bool:
        """Whether jumps lead from level to level and coherences do not matter."""
        return isinstance(self.resolvent.block, PopulationBlock)

    @cached_property
    def _solves(self) -> LeftSolves:
        left = self.resolvent.left
        if left is None:
            raise NotConvergedError(
                "the response to single jumps needs a solve for row vectors, which an iteration without a matrix does "
                "not have.",
                float("nan"),
                "Ask for method=Dense() or Sparse().",
            )
        return left

    @cached_property
    def _row(self) -> Array:
        block = self.resolvent.block
        row = np.asarray(block.rate_row(self.weights))
        if self.observable is not None:
            seen = block.liouvillian.model.to_frame(self.observable)
            row = row + block.elements(np.diagonal(seen, axis1=-2, axis2=-1).real, seen)
        return row[..., None]

    @cached_property
    def vector(self) -> Array:
        """Y in the coordinates of the block (..., n)."""
        return self._solved(self._row)[..., 0]

    def _solved(self, rows: Array) -> Array:
        if not self.frequency:
            return -self._solves.adjoint(rows)
        return np.asarray(self._solves.shifted_adjoint(rows, np.array([-self.frequency]))[0])

    @property
    def frame_state(self) -> Array:
        """Y in the frame of the resolvent: numbers of levels (..., d) of closed populations, else (..., d, d)."""
        return self._frame_state(self.vector)

    def matrix_of(self, model: Model) -> ComplexArray:
        """Y in the frame of a model (..., d, d) [amount]; zero where nothing is at rest.

        Args:
            model: the one that the resolvent is of, in any frame.

        Returns:
            The operator.
        """
        return self._in_frame(self._operator(self.vector), model)

    def state_of(self, model: Model) -> ComplexArray:
        """The steady state in the frame of a model (..., d, d), likewise."""
        return self._in_frame(self._operator(self.resolvent.stationary), model)

    def _in_frame(self, operator: ComplexArray, model: Model) -> ComplexArray:
        solved = self.resolvent.block.liouvillian.model
        same = model.frame is solved.frame and model.dimension == solved.dimension
        return operator if same else model.to_frame(solved.from_frame(operator))

    def _operator(self, vector: Array) -> ComplexArray:
        """What coordinates stand for (..., d, d)."""
        found = self._frame_state(vector)
        whole = found[..., None] * np.eye(found.shape[-1]) if self.closed else found
        return whole.astype(np.complex128)

    def _frame_state(self, vector: Array) -> Array:
        """Numbers of all levels (..., d) where populations are closed, else (..., d, d)."""
        block = self.resolvent.block
        if np.iscomplexobj(vector) and vector.imag.any():
            return np.asarray(block.frame_state(vector.real) + 1j * block.frame_state(vector.imag))
        return block.frame_state(vector)
