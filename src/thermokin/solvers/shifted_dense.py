"""Solves with i w - L for dense generators, at frequencies far below all rates and at those among them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.numerics.factorised import Factorised, pointwise
from thermokin.numerics.trace_conserving import TraceConserving
from thermokin.solvers.refined_dense import RefinedDense
from thermokin.solvers.resolvent import SLOW, Vectors
from thermokin.solvers.trace_exact import TraceExact
from thermokin.solvers.uniqueness import resonant

__all__ = ["SLOW", "RefinedShift", "ShiftedDense"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class ShiftedDense:
    """The inverse of i w - L among vectors without trace.

    Args:
        exact: the elimination that keeps the trace.
        stationary: p (..., n).
        scale: the largest element of L (...).
        pin: the population whose equation is dropped where elimination is not needed.
        eliminated: whether elimination is stable at all points.
    """

    exact: TraceExact
    stationary: Vectors
    scale: FloatArray
    pin: int
    eliminated: bool

    def slow(self, frequency: float) -> bool:
        """Whether elimination serves a frequency.

        Args:
            frequency: w [1/time].

        Returns:
            The verdict.
        """
        return self.eliminated and abs(frequency) < SLOW * float(self.scale.max(initial=0.0))

    @property
    def _places(self) -> IntArray:
        return self.exact.places

    @property
    def _trace(self) -> FloatArray:
        trace = np.zeros((self.exact.matrix.shape[-1], 1))
        trace[self._places] = 1.0
        return trace

    def _at(self, frequency: float) -> TraceExact:
        return replace(self.exact, likely=np.abs(self.stationary[..., self._places]), shift=1j * frequency)

    def solve(self, right: Vectors, frequency: float) -> ComplexArray:
        """The x with (i w - L) x = b and tr x = 0.

        Args:
            right: b (..., n, m) without trace.
            frequency: w [1/time], not zero.

        Returns:
            x (..., n, m).

        Raises:
            NotConvergedError: if the frequency is the generator's own to rounding.
        """
        if self.slow(frequency):
            return self._at(frequency).solve(right)
        matrix = self.exact.matrix
        system = 1j * frequency * np.eye(matrix.shape[-1]) - matrix
        system[..., self.pin, :] = self.scale[..., None] * self._trace[:, 0]
        right = right.copy()
        right[..., self.pin, :] = 0.0
        return _solved(system, right, frequency)

    def solve_transposed(self, rows: Vectors, frequency: float) -> ComplexArray:
        """The y with y (i w - L) = c - (c p) <<1| and y p = 0.

        Args:
            rows: c (..., n, m), each column a row vector of its own.
            frequency: w [1/time], not zero.

        Returns:
            y (..., n, m), likewise.

        Raises:
            NotConvergedError: if the frequency is the generator's own to rounding.
        """
        state, trace = self.stationary[..., None], self._trace
        if self.slow(frequency):
            exact = self._at(frequency)
            right = rows - trace * (exact.null[..., None] * rows).sum(axis=-2, keepdims=True)
            left = exact.solve_transposed(right)
        else:
            system = 1j * frequency * np.eye(self.exact.matrix.shape[-1]) - self.exact.matrix
            right = rows - trace * (state * rows).sum(axis=-2, keepdims=True)
            left = _solved(system.swapaxes(-1, -2), right, frequency)
        return np.asarray(left - trace * (state * left).sum(axis=-2, keepdims=True))


def _solved(system: Vectors, right: Vectors, frequency: float) -> ComplexArray:
    try:
        return pointwise(np.linalg.solve, system, right)
    except np.linalg.LinAlgError:
        raise resonant(frequency) from None


@dataclass(frozen=True, eq=False)
class RefinedShift:
    """The inverse of i w - L among vectors without trace, by the way that serves without w.

    Args:
        still: the generator at rest.
        frequency: w [1/time], not zero.
    """

    still: RefinedDense
    frequency: float

    @cached_property
    def _turning(self) -> Array:
        return np.asarray(1j * self.frequency * np.eye(self.still.matrix.shape[-1]))

    @cached_property
    def _generator(self) -> TraceConserving:
        """The system i w - L itself."""
        resting = self.still.generator
        return TraceConserving(self._turning - resting.matrix, -resting.rest + 0j)

    @cached_property
    def _pinned(self) -> Factorised:
        system, pin = self._turning - self.still.pinned.matrix, self.still.pin
        system[..., pin, :] = self.still.pinned.matrix[..., pin, :]
        return Factorised(system)

    @cached_property
    def _exact(self) -> TraceExact:
        likely = np.abs(self.still.stationary[..., self.still.places])
        return replace(self.still.exact, likely=likely, shift=1j * self.frequency)

    def solve(self, right: Array) -> Array:
        """The x with (i w - L) x = b and tr x = 0.

        Args:
            right: b (..., n, m), without trace.

        Returns:
            x (..., n, m).
        """
        found = self.still.mended(right + 0j, self._solved, self._generator.miss)
        traces = found[..., self.still.places, :].sum(axis=-2, keepdims=True)
        return np.asarray(found - self.still.stationary[..., None] * traces)

    def solve_transposed(self, right: Array) -> Array:
        """The y with y (i w - L) = c - (c p) <<1| and y p = 0.

        Args:
            right: c (..., n, m), each column a row vector of its own.

        Returns:
            y (..., n, m), likewise.
        """
        still = self.still
        found = still.mended(still.without_mean(right) + 0j, self._solved_transposed, self._generator.miss_transposed)
        return still.without_mean(found)

    def _solved(self, right: Array) -> Array:
        return self.still.by_either(right, self._by_factor, self._exact.solve)

    def _by_factor(self, right: Array) -> Array:
        right = right.copy()
        right[..., self.still.pin, :] = 0.0
        return self._pinned.solve(right)

    def _solved_transposed(self, right: Array) -> Array:
        return self.still.by_either(right, self._by_factor_transposed, self._by_elimination_transposed)

    def _by_factor_transposed(self, right: Array) -> Array:
        found = self._pinned.solve_transposed(right)
        found[..., self.still.pin, :] = 0.0
        return self.still.without_mean(found)

    def _by_elimination_transposed(self, right: Array) -> Array:
        return self.still.without_mean(self._exact.solve_transposed(right))
