"""Solves with i w - L at frequencies far below the fastest rate of an ill-conditioned generator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin.numerics.factorised import Factorised
from thermokin.numerics.trace_conserving import TraceConserving
from thermokin.solvers.refined_dense import RefinedDense
from thermokin.solvers.trace_exact import TraceExact

__all__ = ["RefinedShift"]

Array = NDArray[Any]


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
