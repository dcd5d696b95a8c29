"""What populations have gained since time 0, to all digits however early the time."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from thermokin._typing import FloatArray, RateMatrix
from thermokin.motion.population_motion import PopulationMotion
from thermokin.numerics import two_level

__all__ = ["population_change"]

EARLY = 0.25  # of the shortest lifetime: up to there the series, from there the difference of two deviations
TERMS = 14  # of the series at that time: what follows is below rounding


def population_change(
    motion: PopulationMotion, away: FloatArray, deviation: FloatArray, times: FloatArray
) -> FloatArray:
    """p(t) - p(0) = (exp(W t) - 1)(p(0) - p(inf)): by expm1 for two levels, by its series at early times of more.

    Args:
        motion: of the populations.
        away: p(0) - p(inf) (..., n).
        deviation: p(t) - p(inf) (..., t, n).
        times: (..., t) [time].

    Returns:
        (..., t, n); at early times each to its own digits, later to those of p(0).

    Cost:
        Where a time is early, fourteen products of W with a vector.
    """
    rates = motion.rates
    if rates.shape[-1] == 2 and motion.limit.unique and not isinstance(rates, sparse.csr_array):
        return two_level.change(rates, away, times)
    late = deviation - away[..., None, :]
    reach = motion.fastest[..., None] * times
    early = (reach <= EARLY)[..., None]
    if not early.any():
        return late
    # In units of the fastest rate, so that no power of the rates leaves the range of doubles.
    fastest = np.where(motion.fastest > 0.0, motion.fastest, 1.0)[..., None]
    ahead = np.where(early, reach[..., None], 0.0)
    vector, grown = away, np.zeros(())
    factor = np.ones(())
    for term in range(1, TERMS + 1):
        vector, factor = _product(rates, vector) / fastest, factor * ahead / term
        grown = grown + factor * vector[..., None, :]
    return np.where(early, grown, late)


def _product(rates: RateMatrix, vector: FloatArray) -> FloatArray:
    if isinstance(rates, sparse.csr_array):
        return np.asarray(rates @ vector)
    return np.asarray((rates @ vector[..., None])[..., 0])
