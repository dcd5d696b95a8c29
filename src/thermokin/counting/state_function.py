"""Moments of currents that are the change of a level's own number: they need no tilted generator."""

from __future__ import annotations

from math import comb

import numpy as np

from thermokin._typing import FloatArray
from thermokin.dynamics.evolution import Evolution
from thermokin.operators.sums import mean_over_levels

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
    numbers = numbers - (numbers * start).sum(axis=-1, keepdims=True)
    carried = [evolution.populations]
    carried += [evolution.motion.carry(numbers**power * start, evolution.times) for power in range(1, order)]
    conserved = [(numbers**power * start).sum(axis=-1) for power in range(order + 1)]
    moments = []
    for power in range(1, order + 1):
        total = (-1.0) ** power * conserved[power][..., None]
        for used in range(power):
            weight = (-1.0) ** used * comb(power, used)
            total = total + weight * mean_over_levels(carried[used], numbers ** (power - used))
        moments.append(np.where(evolution.times == 0.0, 0.0, total))
    return np.stack(np.broadcast_arrays(*moments), axis=-1)
