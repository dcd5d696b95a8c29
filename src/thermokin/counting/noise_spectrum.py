"""Noise of a current against frequency, and what rounding has done to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._threads import one_thread
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.counting.count_gauge import jump_sizes
from thermokin.counting.counted_series import ROUNDINGS, CountedSeries, after
from thermokin.counting.cumulants import Cumulants, cumulants_of, series_of
from thermokin.counting.lost_digits import given
from thermokin.counting.steady_counts import SteadyCounts
from thermokin.model.current import Current
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.resolvent import Gain, LeftSolves, Resolvent, Vectors

__all__ = ["NoiseSpectrum", "SpectrumSeries", "spectrum_of"]


@dataclass(frozen=True, eq=False)
class NoiseSpectrum(SteadyCounts):
    """S(w) = int dt exp(i w t) <<I(t) I(0)>> in the steady state, even in w.

    Args:
        values: (..., f) [amount^2/time].
        steady_state: where it was counted.
        current: what was counted.
        series: what the values came from.
    """

    current: Current
    series: SpectrumSeries

    @property
    def frequencies(self) -> FloatArray:
        """The frequencies w (f,) [1/time]."""
        return self.series.frequencies

    @property
    def shot_noise(self) -> FloatArray:
        """S(inf) = sum_k c_k^2 a_k (...), a_k the jumps of channel k per time; for weights +-1 the activity."""
        return self.series.shot

    @cached_property
    def cumulants(self) -> Cumulants:
        """The limit of zero frequency: mean and noise.

        Raises:
            NotConvergedError: if rounding leaves fewer than six digits of one; in a sweep, at every point.
        """
        with one_thread():
            return cumulants_of(self.series.resolvent, self.steady_state, self.current, 2)

    @property
    def zero_frequency(self) -> FloatArray:
        """S(0), the second cumulant per time (...) [amount^2/time].

        Raises:
            NotConvergedError: if rounding leaves fewer than six digits of it; in a sweep, at every point.
        """
        return self.cumulants.noise

    @property
    def defect(self) -> FloatArray:
        """What the linear solve at zero frequency left, relative to its right side (...)."""
        return self.cumulants.defect

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each value, from above as a rule (..., f) [amount^2/time].

        Cost:
            One solve for each frequency.
        """
        with one_thread():
            return self.series.error


def spectrum_of(
    resolvent: Resolvent, steady_state: SteadyState, current: Current, frequencies: FloatArray
) -> NoiseSpectrum:
    """The spectrum of a current from a prepared generator; at zero frequency its second cumulant.

    Args:
        resolvent: the generator.
        steady_state: its steady state.
        current: the current.
        frequencies: w (f,).

    Returns:
        The spectrum.

    Raises:
        NotConvergedError: if rounding leaves fewer than six digits of a value at zero or slow frequencies, at every
            point, or a frequency is the generator's own.
        ValueError: if a value is beyond double precision, at every point.
    """
    series = SpectrumSeries(resolvent, current.weights, frequencies)
    with np.errstate(over="ignore", invalid="ignore"):
        values, error = series.values, None
        slow = resolvent.slow(frequencies)
        if resolvent.delicate and slow.any():
            error = np.zeros_like(values)
            error[..., slow] = series.lost_at(np.flatnonzero(slow))
        names = [f"the noise of {current.name} at the frequency {frequency:g}" for frequency in frequencies]
        values = given(values, error, series.shot[..., None], names)
    return NoiseSpectrum(values, steady_state, current, series)


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
        shot = np.asarray((row * self.resolvent.stationary).sum(axis=-1).real)
        return np.where(self._dark, 0.0, shot) if self._dark.any() else shot

    @property
    def _dark(self) -> BoolArray:
        """Where nothing is counted at rest (...), at no frequency."""
        return self._resting.dark

    @cached_property
    def _resting(self) -> CountedSeries:
        """Without a frequency: the first two cumulants."""
        return series_of(self.resolvent, self.weights, 2)

    @cached_property
    def _right(self) -> ComplexArray:
        """X (g, ..., n, 1) at the frequencies that are not zero."""
        moving = self.frequencies[self.frequencies != 0.0]
        return self.resolvent.shifted(self._gain @ self._state - self._mean * self._state, moving)

    @cached_property
    def values(self) -> FloatArray:
        """S (..., f)."""
        resting = self.frequencies == 0.0
        batch = np.broadcast_shapes(self.shot.shape, self._mean.shape[:-2])
        out = np.zeros((*batch, self.frequencies.size))
        if self._dark.all():
            return out
        if resting.any():
            out[..., resting] = self._resting.values[..., 1:2]
        if not resting.all():
            swing = 2.0 * (self._row * self._right).sum(axis=(-2, -1)).real
            out[..., ~resting] = np.moveaxis(self.shot + swing, 0, -1)
        return np.where(self._dark[..., None], 0.0, out) if self._dark.any() else out

    @cached_property
    def error(self) -> FloatArray:
        """An estimate from above of the error of each by rounding (..., f), as in `CountedSeries`."""
        lost = self.lost_at(np.arange(self.frequencies.size))
        if not self._dark.any():
            return lost
        return np.where(self._dark[..., None], self._resting.error[..., 1:2], lost)  # at rest it is largest

    def lost_at(self, chosen: IntArray) -> FloatArray:
        """What solves may have lost at some frequencies; nothing in the dark.

        Args:
            chosen: their positions (g,).

        Returns:
            (..., g).
        """
        out = np.zeros((*self.values.shape[:-1], chosen.size))
        if self._dark.all():
            return out
        resting = self.frequencies[chosen] == 0.0
        if resting.any():
            out[..., resting] = self._resting.lost[..., 1:2]
        if not resting.all():
            out[..., ~resting] = self._moving_error(chosen[~resting])
        return np.where(self._dark[..., None], 0.0, out) if self._dark.any() else out

    def _moving_error(self, chosen: IntArray) -> FloatArray:
        frequencies, left = self.frequencies[chosen], self.resolvent.left
        if left is None:
            return np.asarray(self._resting.error[..., 1:2])
        try:
            rows = left.shifted_adjoint(self._row, frequencies)
        except NotConvergedError:
            return np.full((*self.shot.shape, chosen.size), np.inf)
        places = np.cumsum(self.frequencies != 0.0)[chosen] - 1
        found = zip(frequencies, rows, self._right[places], strict=True)
        return np.stack([self._error_of(left, float(w), row, right) for w, row, right in found], axis=-1)

    def _error_of(self, solves: LeftSolves, frequency: float, left: Vectors, right: Vectors) -> FloatArray:
        """Of one frequency (...), with y (i w - L) = <<1|J on what has no trace."""
        state, size = self._state, np.abs(self._state)
        gain, twice = self._gain, self.resolvent.block.rate_row(self.weights**2)[..., None]
        inward = (jump_sizes(self.resolvent, self.weights) @ size) + np.abs(self._mean) * size
        moved = 2.0 * solves.flow_error(left[..., 0], right[..., 0], frequency)
        moved = moved + 2.0 * (np.abs(left) * inward).sum(axis=(-2, -1))
        moved = moved + 2.0 * (np.abs(self._row * right)).sum(axis=(-2, -1)) + np.abs(twice * state).sum(axis=(-2, -1))
        by_state = twice + 2.0 * (after(left, gain) - self._mean * left).real
        moved = moved + self._by_state(solves, by_state)
        other = (left * (gain @ state - self._mean * state)).sum(axis=(-2, -1)) - (self._row * right).sum(axis=(-2, -1))
        return np.asarray(ROUNDINGS * moved + 2.0 * np.abs(other))

    def _by_state(self, solves: LeftSolves, row: Vectors) -> FloatArray:
        """What errors of the steady state do to the product with a row vector (...)."""
        state = self._state
        if self.resolvent.known is not None:  # each population to some n roundings of itself
            return np.asarray((self.resolvent.block.size + 1) * (np.abs(row) * np.abs(state)).sum(axis=(-2, -1)))
        return solves.flow_error(solves.adjoint(row)[..., 0], state[..., 0])
