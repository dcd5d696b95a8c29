"""Noise of a current against frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._threads import one_thread
from thermokin._typing import FloatArray
from thermokin.counting.counted import Counted
from thermokin.counting.cumulants import Cumulants, cumulants_of, required
from thermokin.counting.digits import require_digits
from thermokin.counting.spectrum_series import SpectrumSeries
from thermokin.dynamics.steady_state import SteadyState
from thermokin.model.current import Current
from thermokin.solvers.resolvent import Resolvent

__all__ = ["NoiseSpectrum", "spectrum_of"]

SLOW = 1e-4  # of the largest rate: at frequencies below it slow modes may cost digits


@dataclass(frozen=True, eq=False)
class NoiseSpectrum(Counted):
    """S(w) = int dt exp(i w t) <<I(t) I(0)>> in the steady state, even in w.

    Args:
        values: (..., f) [amount^2/time].
        steady_state: where it was counted.
        defect: what the linear solve at zero frequency left, relative to its right side (...).
        current: what was counted.
        frequencies: w (f,) [1/time].
        shot_noise: S(inf) = sum_k c_k^2 a_k, a_k the jumps of channel k per time (...); for weights +-1 the activity.
        cumulants: the limit of zero frequency.
        series: what the values came from.
    """

    current: Current
    frequencies: FloatArray
    shot_noise: FloatArray
    cumulants: Cumulants
    series: SpectrumSeries

    @property
    def zero_frequency(self) -> FloatArray:
        """S(0), the second cumulant per time (...) [amount^2/time].

        Raises:
            NotConvergedError: if rounding leaves fewer than six digits of it.
        """
        return required(self.cumulants).noise

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each value, from above as a rule (..., f) [amount^2/time].

        Cost:
            One solve for each frequency.
        """
        with one_thread():
            return np.where(self.frequencies == 0.0, self.cumulants.error[..., 1:2], self.series.error)


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
        NotConvergedError: if fewer than six digits of a value at zero or slow frequencies are left.
    """
    zero = cumulants_of(resolvent, steady_state, current, 2)
    series = SpectrumSeries(resolvent, current.weights, frequencies)
    resting = frequencies == 0.0
    values = np.where(resting, required(zero).noise[..., None], series.values) if resting.any() else series.values
    slow = (np.abs(frequencies) < SLOW * series.fastest) & ~resting
    if resolvent.delicate and slow.any():
        error, shot = series.error_at(np.flatnonzero(slow)), series.shot[..., None]
        require_digits(values[..., slow], error, shot, f"the noise of {current.name} at a slow frequency")
    return NoiseSpectrum(values, steady_state, zero.defect, current, frequencies, series.shot, zero, series)
