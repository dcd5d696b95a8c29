"""An evolution at many times up to very late ones, where one eigendecomposition pays for itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thermokin._typing import FloatArray
from thermokin.motion.evolution import Evolution
from thermokin.motion.population_motion import PopulationMotion

__all__ = ["at_many_times"]

LARGE = 150  # levels up to which any engine is quick
NOISE = 1e3 * np.finfo(float).eps  # populations must stand this far above the rounding of a sum over modes
SOON = 100.0  # jumps of the fastest level up to which polynomials in the rate matrix are cheap
MODES_UP_TO = 4000  # levels up to which all modes are affordable


def at_many_times(evolution: Evolution, times: FloatArray) -> Evolution:
    """The same evolution at other times.

    One large system's late populations are summed over its modes, which are found once; `Evolution.at` would choose
    for each call alone what is cheapest.

    Args:
        evolution: the evolution.
        times: (t,) ascending [time].

    Returns:
        The evolution at those times.

    Cost:
        For one large system the first late time costs an eigendecomposition, O(n^3).
    """
    motion = evolution.motion
    if motion is None or not evolution.population_only or not _worthwhile(evolution, motion, times):
        return evolution.at(times)
    spectrum, start = motion.spectrum, evolution.initial.populations
    if spectrum is None:
        return evolution.at(times)
    final = motion.limit.stationary[0]
    first = start - final if evolution.away is None else evolution.away
    later = spectrum.relaxation(first[:, None], times)[..., 0]
    early = start + spectrum.increase(first[:, None], times)[..., 0]
    from_start = final + later < 0.5 * final
    populations = np.where(from_start, early, final + later)
    # A sum over modes is rounded in proportion to their joint weight, which falls as they decay.
    overlaps = spectrum.overlaps(first[:, None])[:, 0]
    overlaps[0] = 0.0
    whole = np.linalg.norm(overlaps)
    left = np.linalg.norm(overlaps * np.exp(spectrum.values * times[:, None]), axis=-1, keepdims=True)
    poor = (populations <= NOISE * spectrum.root * np.where(from_start, whole, left)).any(axis=-1)
    if poor.any():
        # Levels that are nearly empty are drowned by the rounding of the sum; they are so at early times only.
        exact = evolution.at(times[poor])
        populations[poor], later[poor] = exact.populations, exact.deviation
    return replace(evolution, times=times, populations=populations, deviation=later)


def _worthwhile(evolution: Evolution, motion: PopulationMotion, times: FloatArray) -> bool:
    size = evolution.populations.shape[-1]
    if evolution.populations.ndim > 2 or motion.rates.ndim > 2 or not LARGE < size <= MODES_UP_TO:
        return False
    if not motion.limit.unique or (motion.limit.stationary[0] <= 0.0).any():
        return False
    return float(motion.fastest) * float(times.max(initial=0.0)) > SOON
