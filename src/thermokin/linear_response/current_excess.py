"""What a state is expected to count in excess of the mean current, and what single jumps do to a current by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.linear_response.channel_products import dissipated, dissipated_sizes, jump_rates
from thermokin.linear_response.population_jumps import PopulationJumps, population_jumps
from thermokin.linear_response.state_error import state_error
from thermokin.liouville.population_block import PopulationBlock
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.motion.steady_state import SteadyState
from thermokin.numerics.level_sums import scatter
from thermokin.solvers.resolvent import LeftSolves, Resolvent

__all__ = ["CurrentExcess"]

EPSILON = float(np.finfo(np.float64).eps)
SAMPLES = 8  # random roundings of the generator's elements that are followed
ROUNDINGS = 4.0  # of a rate, kept as the square of an amplitude; and of Y, from which its mean is taken
ABOVE = 4.0  # times the largest of them

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class CurrentExcess:
    """Y, the adjoint solution of a current J: tr(Y rho_0) = int_0^inf dt [J(t) - J] from a state rho_0, tr(Y rho) = 0.

    Y = -(L^D)^+ sum_k c_k L_k^+ L_k. The mean current then answers to d ln(rate of k), that is L_k -> exp(x/2) L_k at
    fixed H, by v_k = c_k a_k + tr(Y D[L_k] rho), one solve for all jumps together. At a frequency w, Y is what solves
    for modulations that go as exp(-i w t), and is not Hermitian.

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

    @property
    def table(self) -> JumpTable:
        """The jumps, in the frame of the resolvent."""
        return self.resolvent.block.liouvillian.table

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
        if np.iscomplexobj(vector) and vector.imag.any():
            return self._operator(vector.real) + 1j * self._operator(vector.imag)
        found = self.resolvent.block.frame_state(vector)
        whole = found[..., None] * np.eye(found.shape[-1]) if self.closed else found
        return whole.astype(np.complex128)

    @cached_property
    def rates(self) -> FloatArray:
        """a_k (..., k) [1/time], how often each channel jumps."""
        if self.closed:
            return self.jumps.per_channel(self.jumps.flow)
        return jump_rates(self.table, self._operator(self.resolvent.stationary))

    @cached_property
    def jumps(self) -> PopulationJumps:
        """The jumps between levels of closed populations."""
        return population_jumps(self.resolvent, self.weights)

    @cached_property
    def responses(self) -> Array:
        """v_k (..., k) [amount/time], complex at a frequency."""
        return np.asarray(self.weights * self.rates + self._moved(self.vector))

    def _moved(self, vector: Array) -> Array:
        """tr(Y D[L_k] rho) (..., k)."""
        if self.closed:
            return self.jumps.per_channel(self.jumps.flow * self.jumps.across(vector))
        if np.iscomplexobj(vector) and vector.imag.any():
            return self._moved(vector.real) + 1j * self._moved(vector.imag)
        return dissipated(self.table, self._operator(vector), self._operator(self.resolvent.stationary))

    @cached_property
    def scale(self) -> FloatArray:
        """What v_k would be if nothing in it cancelled (..., k)."""
        if self.closed:
            return self.jumps.per_channel(self.jumps.flow * self.jumps.sizes(self.vector))
        sizes = [np.abs(self._operator(part)) for part in (self.vector, self.resolvent.stationary)]
        return np.asarray(np.abs(self.weights) * self.rates + dissipated_sizes(self.table, *sizes))

    @cached_property
    def error(self) -> FloatArray:
        """An estimate from above of the error of each v_k by rounding (..., k)."""
        moved = np.abs(np.stack([self._moved(push) for push in self._pushes])).max(axis=0)
        moved = moved + self.resolvent.block.size * EPSILON * self.scale
        if self.closed:
            jumps = self.jumps
            gained = np.abs(jumps.gained(self.vector))
            return np.asarray(moved + jumps.per_channel(jumps.flow * gained * self._unsure_flow))
        blur = state_error(self.steady_state)
        moved = moved + dissipated_sizes(self.table, np.abs(self._operator(self.vector)), blur)
        return np.asarray(moved + np.abs(self.weights) * jump_rates(self.table, blur.astype(np.complex128)))

    @property
    def noise(self) -> FloatArray:
        """Noise of the current by channel, of closed populations (..., k): a |c + Y_target - Y_source|^2 of each jump.

        By the fluctuation-response identity D = sum |dJ/d ln rate|^2 / rate.
        """
        return self.jumps.per_channel(self.jumps.flow * np.abs(self.jumps.gained(self.vector)) ** 2)

    @property
    def noise_scale(self) -> FloatArray:
        """What the same would be if nothing in it cancelled (..., k)."""
        return self.jumps.per_channel(self.jumps.flow * self.jumps.sizes(self.vector) ** 2)

    @cached_property
    def noise_error(self) -> FloatArray:
        """An estimate from above of the error of the same by rounding (..., k)."""
        jumps, gained = self.jumps, np.abs(self.jumps.gained(self.vector))
        moved = np.abs(np.stack([jumps.across(push) for push in self._pushes])).max(axis=0)
        moved = moved + ROUNDINGS * EPSILON * jumps.sizes(self.vector)
        return jumps.per_channel(jumps.flow * ((2.0 * gained + moved) * moved + gained**2 * self._unsure_flow))

    @cached_property
    def _unsure_flow(self) -> FloatArray:
        """How far the rate of each jump, population times strength, may be off relative to itself (..., m)."""
        block, state = self.resolvent.block, self.resolvent.stationary.real
        blur = np.diagonal(state_error(self.steady_state), axis1=-2, axis2=-1)[..., block.levels]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(state > 0.0, blur / state, 0.0)
        return np.asarray(share[..., self.jumps.source] + ROUNDINGS * EPSILON)

    @cached_property
    def _pushes(self) -> list[Array]:
        """By how much Y may be off (..., n), for some random roundings of the generator."""
        # Elimination rounds an element as often as a level is taken out; random ones add up as a root.
        above = ABOVE * np.sqrt(self.resolvent.block.size)
        flow, random = above * EPSILON * self._flow, np.random.default_rng(0)
        signs = random.choice([-1.0, 1.0], size=(flow.shape[-1], SAMPLES))
        moved = self._solved(flow[..., None] * signs)
        return [moved[..., number] for number in range(SAMPLES)]

    @property
    def _flow(self) -> FloatArray:
        """Sizes of what a rounding of each element of L adds to Y L (..., n)."""
        block, length = self.resolvent.block, np.abs(self.vector)
        size = np.abs(self._row[..., 0])
        if self.closed:
            apart = np.abs(self.jumps.across(self.vector)) * self.jumps.rate
            return np.asarray(size + scatter(apart, self.jumps.source, block.size))
        if self._solves.thin:
            return np.asarray(size + length @ abs(block.sparse))
        return np.asarray(size + (length[..., None, :] @ np.abs(block.matrix))[..., 0, :])
