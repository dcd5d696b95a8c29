"""Noise of a current against frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.counted import Counted
from thermokin.dynamics.steady_state import SteadyState
from thermokin.model.current import Current
from thermokin.solvers.resolvent import Resolvent

__all__ = ["NoiseSpectrum", "spectrum_of"]


@dataclass(frozen=True, eq=False)
class NoiseSpectrum(Counted):
    """S(w) = int dt exp(i w t) <<I(t) I(0)>> in the steady state, even in w.

    Args:
        values: (..., f) [amount^2/time].
        steady_state: where it was counted.
        defect: what the linear solve at zero frequency left, relative to its right side (...).
        current: what was counted.
        frequencies: w (f,) [1/time].
        zero_frequency: S(0), the second cumulant per time, by the Drazin inverse (...).
        shot_noise: S(inf) = sum_k c_k^2 a_k, a_k the jumps of channel k per time (...); for weights +-1 the activity.
    """

    current: Current
    frequencies: FloatArray
    zero_frequency: FloatArray
    shot_noise: FloatArray


def spectrum_of(
    resolvent: Resolvent, steady_state: SteadyState, current: Current, frequencies: FloatArray
) -> NoiseSpectrum:
    """S(w) = sum_k c_k^2 a_k + 2 Re <<1|J (i w - L)^-1 (J rho - c rho), the inverse in the space without trace.

    Args:
        resolvent: the generator.
        steady_state: its steady state.
        current: the current.
        frequencies: w (f,).

    Returns:
        The spectrum.
    """
    block, state = resolvent.block, resolvent.stationary
    row = block.rate_row(current.weights)
    shot = np.asarray((block.rate_row(current.weights**2) * state).sum(axis=-1).real)
    mean = (row * state).sum(axis=-1).real
    right = resolvent.gain(current.weights) @ state[..., None] - mean[..., None, None] * state[..., None]
    at_rest = resolvent.drazin(-right)
    zero = shot + 2.0 * (row * at_rest[..., 0]).sum(axis=-1).real
    moving = resolvent.shifted(right, frequencies)[..., 0]
    values = np.moveaxis(shot + 2.0 * (row * moving).sum(axis=-1).real, 0, -1)
    defect = resolvent.backward_error(-right, at_rest)
    return NoiseSpectrum(values, steady_state, defect, current, frequencies, np.asarray(zero), shot)
