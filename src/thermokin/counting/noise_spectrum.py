"""Noise of a current against frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._threads import one_thread
from thermokin._typing import FloatArray
from thermokin.counting.counted import Counted
from thermokin.counting.cumulants import Cumulants, cumulants_of
from thermokin.counting.digits import given
from thermokin.counting.spectrum_series import SpectrumSeries
from thermokin.model.current import Current
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.resolvent import Resolvent

__all__ = ["NoiseSpectrum", "spectrum_of"]


@dataclass(frozen=True, eq=False)
class NoiseSpectrum(Counted):
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
            error[..., slow] = series.error_at(np.flatnonzero(slow))
        names = [f"the noise of {current.name} at the frequency {frequency:g}" for frequency in frequencies]
        values = given(values, error, series.shot[..., None], names)
    return NoiseSpectrum(values, steady_state, current, series)
