"""Solves with i w - L for dense generators, at frequencies far below all rates and at those among them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.numerics.singular_points import pointwise
from thermokin.solvers.resolvent import SLOW, Vectors
from thermokin.solvers.trace_exact import TraceExact
from thermokin.solvers.uniqueness import resonant

__all__ = ["SLOW", "ShiftedDense"]


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
