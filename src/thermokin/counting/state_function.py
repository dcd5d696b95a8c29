"""Moments of currents that are the change of a level's own number: they need no tilted generator."""

from __future__ import annotations

from math import comb

import numpy as np

from thermokin._typing import FloatArray
from thermokin.dynamics.evolution import Evolution
from thermokin.dynamics.time_grid import set_at_start
from thermokin.operators.sums import mean_over_levels, over_levels

__all__ = ["state_function_moments"]


def state_function_moments(evolution: Evolution, numbers: FloatArray, order: int) -> FloatArray:
    """<(f_end - f_start)^m> for m = 1 .. order, from the propagation of f^m p(0) alone.

    <(f - f')^m> = sum_l C(m, l) (-1)^l f^(m-l) . exp(W t) (f^l p(0)).

    Args:
        evolution: an evolution of populations.
        numbers: f (..., d).
        order: largest m.

    Returns:
        (..., t, order).
    """
    assert evolution.motion is not None  # noqa: S101 - level_numbers has asked
    start = evolution.initial.populations
    # The moments do not change when f shifts; about its mean they cancel least.
    numbers = numbers - over_levels(np.add, numbers * start)[..., None]
    carried = [evolution.populations]
    carried += [evolution.motion.carry(numbers**power * start, evolution.times) for power in range(1, order)]
    conserved = [over_levels(np.add, numbers**power * start) for power in range(order + 1)]
    moments = []
    for power in range(1, order + 1):
        total = (-1.0) ** power * conserved[power][..., None]
        for used in range(power):
            weight = (-1.0) ** used * comb(power, used)
            total = total + weight * mean_over_levels(carried[used], numbers ** (power - used))
        moments.append(set_at_start(total, evolution.times, 0.0))
    return np.stack(np.broadcast_arrays(*moments), axis=-1)
