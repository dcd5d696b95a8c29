"""Moments of currents that are the change of a level's own number: they need no tilted generator."""

from __future__ import annotations

from math import comb

import numpy as np

from thermokin._typing import FloatArray
from thermokin.motion.evolution import Evolution
from thermokin.motion.population_change import population_change
from thermokin.motion.time_grid import set_at_start
from thermokin.numerics.level_sums import mean_over_levels, over_levels

__all__ = ["state_function_moments"]


def state_function_moments(evolution: Evolution, numbers: FloatArray, order: int) -> FloatArray:
    """<(f_end - f_start)^m> for m = 1 .. order, from the propagation of f^m p(0) alone.

    <(f - f')^m> = sum_{l < m} C(m, l) (-1)^l f^(m-l) . [exp(W t) - 1] (f^l p(0)), each from nothing:
    early moments keep their digits.

    Args:
        evolution: an evolution of populations.
        numbers: f (..., d).
        order: largest m.

    Returns:
        (..., t, order).
    """
    assert evolution.motion is not None  # noqa: S101 - level_numbers has asked
    start = evolution.initial.populations
    # The moments do not change when f shifts; about its mean they cancel least, and far from zero f has few digits.
    numbers = numbers - over_levels(np.minimum, numbers)[..., None]
    numbers = numbers - over_levels(np.add, numbers * start)[..., None]
    gained = [evolution.change]
    gained += [_gained(evolution, numbers**power * start) for power in range(1, order)]
    moments = []
    for power in range(1, order + 1):
        total = np.zeros(())
        for used in range(power):
            weight = (-1.0) ** used * comb(power, used)
            total = total + weight * mean_over_levels(gained[used], numbers ** (power - used))
        moments.append(set_at_start(total, evolution.times, 0.0))
    return np.stack(np.broadcast_arrays(*moments), axis=-1)


def _gained(evolution: Evolution, vector: FloatArray) -> FloatArray:
    """[exp(W t) - 1] v (..., t, d)."""
    motion = evolution.motion
    assert motion is not None  # noqa: S101 - the caller has asked
    staying = motion.limit.of(vector[..., None])[..., 0]
    later = motion.carry(vector, evolution.times) - staying[..., None, :]
    return population_change(motion, vector - staying, later, evolution.times)
