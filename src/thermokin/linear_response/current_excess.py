"""What a state is expected to count in excess of the mean current, and what single jumps do to a current by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.linear_response.state_error import state_error
from thermokin.liouville.population_block import PopulationBlock
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.motion.steady_state import SteadyState
from thermokin.numerics.level_sums import scatter
from thermokin.solvers.resolvent import LeftSolves, Resolvent

__all__ = ["CurrentExcess", "Jumps"]

EPSILON = float(np.finfo(np.float64).eps)
SAMPLES = 8  # random roundings of the generator's elements that are followed
ROUNDINGS = 4.0  # of a rate, which is kept as the square of an amplitude
ABOVE = 4.0  # times the largest of them

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Jumps:
    """Closed populations: every jump from a level to a level.

    Args:
        target: (m,) position among the block's levels.
        source: (m,) likewise.
        channel: (m,).
        flow: a (..., m), how often each happens [1/time].
        weight: what each counts (..., m).
    """

    target: IntArray
    source: IntArray
    channel: IntArray
    flow: FloatArray
    weight: FloatArray

    def gained(self, excess: Array) -> Array:
        """What a jump is expected to count from now on: by itself, and by where it leads.

        Args:
            excess: Y (..., n).

        Returns:
            c + Y_target - Y_source (..., m).
        """
        return np.asarray(self.weight + excess[..., self.target] - excess[..., self.source])


@dataclass(frozen=True, eq=False)
class CurrentExcess:
    """Y, the adjoint solution of a current J: tr(Y rho_0) = int_0^inf dt [J(t) - J] from a state rho_0, tr(Y rho) = 0.

    Y = -(L^D)^+ sum_k c_k L_k^+ L_k. The mean current then answers to d ln(rate of k), that is L_k -> exp(x/2) L_k at
    fixed H, by v_k = c_k a_k + tr(Y D[L_k] rho), one solve for all jumps together.

    Args:
        resolvent: of the generator, by a method with a matrix.
        steady_state: rho.
        weights: c_k (..., k).
    """

    resolvent: Resolvent
    steady_state: SteadyState
    weights: FloatArray

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
        return np.asarray(self.resolvent.block.rate_row(self.weights))[..., None]

    @cached_property
    def vector(self) -> Array:
        """Y in the coordinates of the block (..., n)."""
        return np.asarray(-self._solves.adjoint(self._row)[..., 0])

    def matrix_of(self, model: Model) -> ComplexArray:
        """Y in the frame of a model (..., d, d), a Hermitian operator [amount]; zero where nothing is at rest.

        Args:
            model: the one that the resolvent is of, in any frame.

        Returns:
            The operator.
        """
        return self._in_frame(self._operator(self.vector), model)

    def state_of(self, model: Model) -> ComplexArray:
        """The steady state in the frame of a model (..., d, d), likewise."""
        return self._in_frame(self._state, model)

    def _in_frame(self, found: Array, model: Model) -> ComplexArray:
        solved = self.resolvent.block.liouvillian.model
        whole = found[..., None] * np.eye(found.shape[-1]) if self.closed else found
        operator: ComplexArray = whole.astype(np.complex128)
        same = model.frame is solved.frame and model.dimension == solved.dimension
        return operator if same else model.to_frame(solved.from_frame(operator))

    def vector_at(self, frequencies: FloatArray) -> Array:
        """Y of a current's answer to what goes as exp(-i w t).

        Args:
            frequencies: w (f,) [1/time].

        Returns:
            (f, ..., n).
        """
        return np.asarray(self._solves.shifted_adjoint(self._row, -frequencies)[..., 0])

    @cached_property
    def rates(self) -> FloatArray:
        """a_k (..., k) [1/time], how often each channel jumps."""
        if self.closed:
            return self._per_channel(self.jumps.flow)
        size = self.table.dimension
        return self._products(np.eye(size), self._state, landing=True)

    @cached_property
    def jumps(self) -> Jumps:
        """The jumps between levels of closed populations."""
        block = self.resolvent.block
        assert isinstance(block, PopulationBlock)  # noqa: S101 - asked for where populations are closed
        target, source, values, channel = block.links()
        flow = values * self.resolvent.stationary.real[..., source]
        return Jumps(target, source, channel, flow, self.weights[..., channel])

    @cached_property
    def responses(self) -> FloatArray:
        """v_k (..., k) [amount/time]."""
        return self._of(self.vector)

    def _of(self, vector: Array) -> Array:
        if self.closed:
            return self._per_channel(self.jumps.flow * self.jumps.gained(vector))
        moved = self._products(self._operator(vector), self._state)
        return np.asarray(self.weights * self.rates + moved)

    def responses_at(self, frequencies: FloatArray) -> Array:
        """v_k of modulations of the rates that go as exp(-i w t), of closed populations.

        Args:
            frequencies: w (f,) [1/time].

        Returns:
            (f, ..., k) [amount/time], complex.
        """
        return self._of(self.vector_at(frequencies))

    @cached_property
    def scale(self) -> FloatArray:
        """What v_k would be if nothing in it cancelled (..., k)."""
        if self.closed:
            return self._per_channel(self.jumps.flow * self._sizes)
        operator, state = np.abs(self._operator(self.vector)), np.abs(self._state)
        return np.asarray(np.abs(self.weights) * self.rates + self._products(operator, state, sizes=True))

    @property
    def noise(self) -> FloatArray:
        """Noise of the current by channel, of closed populations (..., k): a (c + Y_target - Y_source)^2 of each jump.

        By the fluctuation-response identity D = sum (dJ/d ln rate)^2 / rate.
        """
        return self._per_channel(self.jumps.flow * self.jumps.gained(self.vector) ** 2)

    @property
    def noise_scale(self) -> FloatArray:
        """What the same would be if nothing in it cancelled (..., k)."""
        return self._per_channel(self.jumps.flow * self._sizes**2)

    @cached_property
    def noise_error(self) -> FloatArray:
        """An estimate from above of the error of the same by rounding (..., k)."""
        jumps, gained = self.jumps, np.abs(self.jumps.gained(self.vector))
        moved = np.abs(np.stack([jumps.gained(push) - jumps.weight for push in self._pushes])).max(axis=0)
        moved = ABOVE * moved + EPSILON * self._sizes
        by_state = gained**2 * self._unsure_flow
        return self._per_channel(jumps.flow * ((2.0 * gained + moved) * moved + by_state))

    @cached_property
    def error(self) -> FloatArray:
        """An estimate from above of the error of each v_k by rounding (..., k)."""
        moved = np.abs(np.stack([self._of(push) - self._direct for push in self._pushes])).max(axis=0)
        rounding = self.resolvent.block.size * EPSILON * self.scale
        if self.closed:
            by_state = self._per_channel(self.jumps.flow * np.abs(self.jumps.gained(self.vector)) * self._unsure_flow)
        else:
            blur, operator = state_error(self.steady_state), np.abs(self._operator(self.vector))
            by_state = self._products(operator, blur, sizes=True)
            by_state = by_state + np.abs(self.weights) * self._products(np.eye(blur.shape[-1]), blur, sizes=True)
        return np.asarray(ABOVE * moved + by_state + rounding)

    @cached_property
    def _unsure_flow(self) -> FloatArray:
        """How far the rate of each jump, population times strength, may be off relative to itself (..., m)."""
        block, state = self.resolvent.block, self.resolvent.stationary.real
        blur = np.diagonal(state_error(self.steady_state), axis1=-2, axis2=-1)[..., block.levels]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(state > 0.0, blur / state, 0.0)
        return np.asarray(share[..., self.jumps.source] + ROUNDINGS * EPSILON)

    @property
    def _sizes(self) -> FloatArray:
        """What the gain of each jump would be if nothing in it cancelled (..., m)."""
        jumps, size = self.jumps, np.abs(self.vector)
        return np.asarray(np.abs(jumps.weight) + size[..., jumps.target] + size[..., jumps.source])

    @property
    def _direct(self) -> Array:
        return self.weights * self.rates

    @cached_property
    def _pushes(self) -> list[Array]:
        """By how much Y may be off (..., n), for some random roundings of the generator."""
        flow, random = EPSILON * self._flow, np.random.default_rng(0)
        signs = random.choice([-1.0, 1.0], size=(flow.shape[-1], SAMPLES))
        moved = self._solves.adjoint(flow[..., None] * signs)
        return [moved[..., number] for number in range(SAMPLES)]

    @property
    def _flow(self) -> FloatArray:
        """Sizes of what a rounding of each element of L adds to Y L (..., n)."""
        size = np.abs(self._row[..., 0])
        if self.closed:
            jumps, block = self.jumps, self.resolvent.block
            _, _, values, _ = block.links()  # type: ignore[attr-defined]
            apart = np.abs(self.vector[..., jumps.target] - self.vector[..., jumps.source]) * values
            return np.asarray(size + scatter(apart, jumps.source, block.size))
        block, length = self.resolvent.block, np.abs(self.vector)
        if self._solves.thin:
            return np.asarray(size + length @ abs(block.sparse))
        return np.asarray(size + (length[..., None, :] @ np.abs(block.matrix))[..., 0, :])

    @property
    def _state(self) -> Array:
        return np.asarray(self.resolvent.block.frame_state(self.resolvent.stationary))

    def _operator(self, vector: Array) -> Array:
        return np.asarray(self.resolvent.block.frame_state(vector))

    def _per_channel(self, values: Array) -> Array:
        return np.asarray(scatter(values, self.jumps.channel, self.table.size))

    def _products(self, operator: Array, state: Array, *, landing: bool = False, sizes: bool = False) -> FloatArray:
        """tr(Y D[L_k] rho) of each channel (..., k), its landing part tr(Y L rho L^+) alone, or its sizes added up."""
        table = self.table
        one, two = table.pairs
        left, right = table.amplitude[..., one], np.conj(table.amplitude[..., two])
        channel = table.channel[one]
        values = left * right * operator[..., table.row[two], table.row[one]]
        values = values * state[..., table.column[one], table.column[two]]
        if sizes:
            values = np.abs(values)
        found = scatter(np.asarray(values.real), channel, table.size)
        if landing:
            return np.asarray(found)
        # tr(L^+ L (rho Y + Y rho)) / 2 of Hermitian operators.
        same = np.flatnonzero(table.row[one] == table.row[two])
        product = state @ operator
        lost = left[..., same] * right[..., same] * product[..., table.column[one[same]], table.column[two[same]]]
        if sizes:
            return np.asarray(found + scatter(np.abs(lost), channel[same], table.size))
        return np.asarray(found - scatter(np.asarray(lost.real), channel[same], table.size))
