"""The noise at finite frequency, right and left, and what rounding has done to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.counting.counted_series import ROUNDINGS, CountedSeries, after
from thermokin.solvers.krylov import KrylovResolvent
from thermokin.solvers.resolvent import Gain, Resolvent, Vectors

__all__ = ["SpectrumSeries"]


@dataclass(frozen=True, eq=False)
class SpectrumSeries:
    """S(w) = sum_k c_k^2 a_k + 2 Re <<1|J x(w) with (i w - L) x = J rho - c rho in the space without trace.

    Args:
        resolvent: of L.
        weights: c_k (..., k).
        frequencies: w (f,) [1/time].
    """

    resolvent: Resolvent
    weights: FloatArray
    frequencies: FloatArray

    @property
    def _state(self) -> Vectors:
        return self.resolvent.stationary[..., None]

    @cached_property
    def _row(self) -> Vectors:
        return self.resolvent.block.rate_row(self.weights)[..., None]

    @cached_property
    def _gain(self) -> Gain:
        return self.resolvent.gain(self.weights)

    @cached_property
    def _mean(self) -> FloatArray:
        return np.asarray((self._row * self._state).sum(axis=-2, keepdims=True).real)

    @cached_property
    def shot(self) -> FloatArray:
        """sum_k c_k^2 a_k (...), the limit of high frequencies."""
        row = self.resolvent.block.rate_row(self.weights**2)
        return np.asarray((row * self.resolvent.stationary).sum(axis=-1).real)

    @property
    def fastest(self) -> float:
        """The largest rate of jumps, of all levels and channels [1/time]."""
        row = self.resolvent.block.rate_row(np.ones(self.resolvent.block.liouvillian.table.size))
        return float(np.abs(row).max(initial=0.0))

    @cached_property
    def _right(self) -> ComplexArray:
        """X (f, ..., n, 1)."""
        return self.resolvent.shifted(self._gain @ self._state - self._mean * self._state, self.frequencies)

    @property
    def values(self) -> FloatArray:
        """S (..., f)."""
        return np.moveaxis(self.shot + 2.0 * (self._row * self._right).sum(axis=(-2, -1)).real, 0, -1)

    @cached_property
    def error(self) -> FloatArray:
        """An estimate from above of the error of each by rounding (..., f), as in `CountedSeries`."""
        return self.error_at(np.arange(self.frequencies.size))

    def error_at(self, chosen: IntArray) -> FloatArray:
        """The same at some frequencies.

        Args:
            chosen: their positions (g,).

        Returns:
            (..., g).
        """
        frequencies = self.frequencies[chosen]
        if isinstance(self.resolvent, KrylovResolvent):
            powers = (self.weights, self.weights**2)
            gains = tuple(self.resolvent.gain(one) for one in powers)
            return np.broadcast_to(CountedSeries(self.resolvent, gains, powers).error[..., 1], frequencies.shape)
        try:
            rows = self.resolvent.shifted_adjoint(self._row, frequencies)
        except NotConvergedError:
            return np.full((*self.shot.shape, chosen.size), np.inf)
        found = zip(frequencies, rows, self._right[chosen], strict=True)
        return np.stack([self._error_of(float(w), left, right) for w, left, right in found], axis=-1)

    def _error_of(self, frequency: float, left: Vectors, right: Vectors) -> FloatArray:
        """Of one frequency (...), with y (i w - L) = <<1|J on what has no trace."""
        state, size = self._state, np.abs(self._state)
        gain, twice = self._gain, self.resolvent.block.rate_row(self.weights**2)[..., None]
        every: Any = abs(gain)  # type: ignore[arg-type]
        inward = (every @ size) + np.abs(self._mean) * size
        moved = 2.0 * self.resolvent.flow_error(left[..., 0], right[..., 0], frequency)
        moved = moved + 2.0 * (np.abs(left) * inward).sum(axis=(-2, -1))
        moved = moved + 2.0 * (np.abs(self._row * right)).sum(axis=(-2, -1)) + np.abs(twice * state).sum(axis=(-2, -1))
        by_state = twice + 2.0 * (after(left, gain) - self._mean * left).real
        moved = moved + self.resolvent.flow_error(self.resolvent.adjoint(by_state)[..., 0], state[..., 0])
        other = (left * (gain @ state - self._mean * state)).sum(axis=(-2, -1)) - (self._row * right).sum(axis=(-2, -1))
        return np.asarray(ROUNDINGS * moved + 2.0 * np.abs(other))
