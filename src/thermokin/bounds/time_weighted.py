"""The time-weighted bound on a count between two levels, in closed form."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.theorem import Limit, Theorem
from thermokin.motion.population_motion import PopulationMotion

__all__ = ["TIME_WEIGHTED", "two_level_limit"]


def two_level_limit(motion: PopulationMotion, start: FloatArray, step: FloatArray, times: FloatArray) -> FloatArray:
    """Limit (w Gam (p_f - p_i))^2 exp(-2 Gam t) int_0^t ds a/j^2 of a count between two levels.

    It is w^2 x {(1-x) [(p_f-p_i)^2 + p_i(1-p_i)] + p_f(1-p_f)}.

    p is the population of the upper level, from p_i to p_f at the rate Gam, x = 1 - exp(-Gam t), w the count of one
    jump, a = Gam [p_f (1-p) + (1-p_f) p] the activity and j = Gam (p_f - p) the current. The integral follows from
    dp = j ds; what it misses of the variance is (w x)^2 p_i (1-p_i), the uncertainty of the start. All terms of the
    closed form are positive, and it stays finite at p_i = p_f.

    Args:
        motion: of the two populations.
        start: p(0) (..., 2).
        step: w (...) [amount].
        times: (..., t).

    Returns:
        (..., t) [amount^2].

    Reference:
        dechant2020.
    """
    rates = np.asarray(motion.rates)
    final = motion.end(start)
    spread = (final[..., 1] - start[..., 1]) ** 2 + start[..., 0] * start[..., 1]
    speed = rates[..., 0, 1] + rates[..., 1, 0]
    passed = np.asarray(-speed[..., None] * times)
    np.negative(np.expm1(passed, out=passed), out=passed)
    square = np.asarray(step**2)[..., None]
    lasting = square * (final[..., 0] * final[..., 1])[..., None]
    left = square * spread[..., None]
    limit = np.asarray((1.0 - passed) * left)
    limit += lasting
    limit *= passed
    return limit


def _limit(case: RelaxationCase) -> Limit | None:
    motion, levels = case.evolution.motion, case.levels
    if motion is None or levels is None or case.model.dimension != 2:
        return None
    step = levels[..., 1] - levels[..., 0]
    return Limit(two_level_limit(motion, case.evolution.initial.populations, step, case.evolution.times))


TIME_WEIGHTED = Theorem(
    "time-weighted",
    "Var Q >= [w Gam (p_f - p_i)]^2 e^(-2 Gam t) int_0^t a/j^2 ds = Var Q - (w x)^2 p_i (1 - p_i), a the jumps and j "
    "the net jumps per time, w the count of one, x = 1 - e^(-Gam t)",
    "two levels whose populations obey a rate equation; a count that is the change of a number each level has",
    "a start in one of the two levels",
    "dechant2020",
    _limit,
)
