"""How fast populations change when only slow modes are left, where W times a deviation is rounding."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.motion.population_motion import PopulationMotion
from thermokin.numerics.level_sums import over_levels

__all__ = ["LOST", "with_slow_rates"]

LOST = 1e-8  # of the fastest rate: populations that change more slowly are known to fewer than eight digits from W p


def with_slow_rates(
    rates: FloatArray, motion: PopulationMotion, first: FloatArray, deviation: FloatArray, times: FloatArray
) -> FloatArray:
    """Rates of populations, those of slow relaxation from the modes: sum_j value_j exp(value_j t) c_j R_j.

    Levels that exchange at fast rates cancel in W p to rounding, however slowly they relax together.

    Args:
        rates: W (p - limit) (..., t, n) [1/time].
        motion: of the populations.
        first: p(0) - limit (..., n).
        deviation: p(t) - limit (..., t, n).
        times: (..., t) [time].

    Returns:
        (..., t, n); as they came where nothing is slow, or the modes know less.

    Cost:
        The modes, O(n^3), where something is slow.
    """
    if first.shape[-1] == 2:  # one mode, and nothing that cancels
        return rates
    fastest = motion.fastest[..., None] * over_levels(np.maximum, np.abs(deviation))
    lost = over_levels(np.maximum, np.abs(rates)) < LOST * fastest
    if not lost.any() or not motion.affordable:
        return rates
    values, right, left = motion.modes
    overlap = (left.conj().swapaxes(-1, -2) @ first[..., None])[..., 0]
    weights = values[..., None, :] * np.exp(values[..., None, :] * times[..., None]) * overlap[..., None, :]
    summed = (weights @ right.swapaxes(-1, -2)).real
    rounding = (np.abs(weights) * over_levels(np.maximum, np.abs(right).swapaxes(-1, -2))[..., None, :]).sum(axis=-1)
    better = lost & (rounding < fastest)
    return np.where(better[..., None], summed, rates)
