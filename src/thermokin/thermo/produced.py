"""An amount of entropy with what rounding may make of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, FloatArray
from thermokin.motion.evolution import Evolution
from thermokin.motion.population_change import EARLY

__all__ = ["ROUNDING", "Produced", "change_is_difference", "change_sizes", "end_is_known", "of_motion"]

ROUNDING = 16.0 * np.finfo(float).eps  # of the terms of a sum, some operations each


@dataclass(frozen=True, eq=False)
class Produced:
    """An amount of entropy with its rounding.

    Args:
        amount: (..., t) [nats].
        error: (..., t) [nats].
    """

    amount: FloatArray
    error: FloatArray


def change_is_difference(evolution: Evolution) -> BoolArray:
    """Where the change of populations is a difference, each of them to its own digits.

    Args:
        evolution: any evolution.

    Returns:
        (..., t).
    """
    motion = evolution.motion
    if motion is None:
        return np.ones(evolution.times.shape, dtype=bool)
    if evolution.model.dimension == 2:
        return np.zeros(evolution.times.shape, dtype=bool)
    return np.asarray(motion.fastest[..., None] * evolution.times > EARLY)


def end_is_known(evolution: Evolution) -> bool:
    """Whether it is known to more digits than populations have how far the start is from its end, as of Gibbs states.

    Args:
        evolution: any evolution.

    Returns:
        The answer.
    """
    away, final = evolution.away, evolution.final
    return away is not None and final is not None and not np.array_equal(away, evolution.initial.populations - final)


def change_sizes(evolution: Evolution) -> FloatArray:
    """The sizes of what the change of populations since time 0 is a sum of.

    Args:
        evolution: any evolution.

    Returns:
        (..., t, d).
    """
    late, start = change_is_difference(evolution)[..., None], evolution.initial.populations
    if evolution.final is None or evolution.away is None:
        ends = start[..., None, :] + np.abs(evolution.populations)
    else:
        first = np.abs(evolution.away) if end_is_known(evolution) else start + evolution.final
        ends = first[..., None, :] + np.abs(evolution.deviation)
    return np.where(late, ends, np.abs(evolution.change))


def of_motion(evolution: Evolution, slopes: FloatArray) -> FloatArray:
    """What the rounding of the motion makes of an amount that changes by a slope with each population.

    Args:
        evolution: an evolution with closed populations.
        slopes: (..., t, d) [nats].

    Returns:
        (..., t) [nats].
    """
    motion, away, start = evolution.motion, evolution.away, evolution.initial.populations
    if motion is None or away is None:
        return np.zeros(evolution.times.shape)
    lacking = motion.rounding(start, evolution.populations, away, evolution.times)
    return np.asarray((lacking * np.abs(slopes)).sum(axis=-1))
