"""How populations change, to all digits: since time 0 however early, and per time however slowly."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from thermokin._typing import BoolArray, FloatArray, RateMatrix
from thermokin.motion.population_motion import PopulationMotion
from thermokin.motion.preparation import Preparation
from thermokin.numerics import two_level
from thermokin.numerics.level_sums import over_levels

__all__ = ["LOST", "change_is_difference", "known_change", "move", "population_change", "with_slow_rates"]

EARLY = 0.25  # of the shortest lifetime: up to there the series, from there the difference of two deviations
TERMS = 14  # of the series at that time: what follows is below rounding
LOST = 1e-8  # of the fastest rate: populations that change more slowly are known to fewer than eight digits from W p


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
    if _of_two_levels(motion):
        return two_level.change(motion.dense, away, times)
    late = deviation - away[..., None, :]
    reach = motion.fastest[..., None] * times
    early = reach <= EARLY
    count = int(early.sum(axis=-1).max(initial=0))  # times ascend: at every point the first ones
    if not count:
        return late
    early, reach = early[..., :count, None], reach[..., :count, None]
    # In units of the fastest rate, so that no power of the rates leaves the range of doubles.
    fastest = np.where(motion.fastest > 0.0, motion.fastest, 1.0)[..., None]
    ahead = np.where(early, reach, 0.0)
    vector, grown, factor = away, np.zeros(()), np.ones(())
    for term in range(1, TERMS + 1 if ahead.any() else 1):  # at time 0 nothing has changed, which takes no products
        vector, factor = _product(rates, vector) / fastest, factor * ahead / term
        grown = grown + factor * vector[..., None, :]
    np.copyto(late[..., :count, :], grown, where=early)
    return late


def _of_two_levels(motion: PopulationMotion) -> bool:
    return motion.size == 2 and motion.limit.unique


def known_change(
    start: Preparation, populations: FloatArray, deviation: FloatArray | None, times: FloatArray
) -> tuple[FloatArray, FloatArray | None]:
    """p(t) - p(0) from whichever knows more of it, and the sizes of what that is a sum of.

    A sum over modes knows p(t) - p(inf) to the rounding of the largest modes. Where populations are small beside how
    far from their end they are, their own difference is free of it.

    Args:
        start: what the evolution starts from.
        populations: p(t) (..., t, n).
        deviation: p(t) - p(inf) (..., t, n), where populations are closed.
        times: (..., t) [time].

    Returns:
        Both (..., t, n); None for the sizes where they are those of the change itself, as in long sweeps of two levels.
    """
    first, away, sizes = start.initial.populations[..., None, :], start.away, start.away_sizes
    if start.motion is None or away is None or sizes is None or deviation is None:
        return populations - first, first + np.abs(populations)
    late = change_is_difference(start.motion, times)[..., None]
    if not late.any():
        return population_change(start.motion, away, deviation, times), None
    gained, whole, apart = populations - first, first + np.abs(populations), np.abs(deviation)
    small = late & (whole < np.abs(away)[..., None, :] + apart)
    change = np.where(small, gained, population_change(start.motion, away, deviation, times))
    return change, np.where(late, np.where(small, whole, sizes[..., None, :] + apart), np.abs(change))


def change_is_difference(motion: PopulationMotion | None, times: FloatArray) -> BoolArray:
    """Where the change of populations is a difference, so that it keeps the digits of its terms alone.

    Args:
        motion: of the populations where they are closed, else None.
        times: (..., t) [time].

    Returns:
        (..., t).
    """
    if motion is None:
        return np.ones(times.shape, dtype=bool)
    if _of_two_levels(motion):
        return np.zeros(times.shape, dtype=bool)
    return np.asarray(motion.fastest[..., None] * times > EARLY)


def move(rates: RateMatrix, vectors: FloatArray) -> FloatArray:
    """W v of vectors (..., t, d) that stand in rows."""
    if isinstance(rates, sparse.csr_array):
        return np.asarray((rates @ vectors.reshape(-1, vectors.shape[-1]).T).T.reshape(vectors.shape))
    if rates.shape[-1] == 2 and rates.ndim > 2:
        return two_level.flows(rates, vectors)
    return np.asarray(vectors @ rates.swapaxes(-1, -2))


def _product(rates: RateMatrix, vector: FloatArray) -> FloatArray:
    if isinstance(rates, sparse.csr_array):
        return np.asarray(rates @ vector)
    return np.asarray((rates @ vector[..., None])[..., 0])


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
