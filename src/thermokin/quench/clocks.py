"""Fluctuations on three clocks: the relative variance of the heat at equal time, equal completion and equal heat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._threads import both_at_once
from thermokin._typing import FloatArray
from thermokin.geometry.kinematics import TwoLevelLength, closed_rates
from thermokin.geometry.two_levels import logarithm_left
from thermokin.numerics.two_level import time_of
from thermokin.quench.branch import FAR, Branch
from thermokin.quench.crossings import time_when, time_when_costly

__all__ = ["Matched", "matched_completion", "matched_heat", "time_of_completion", "time_of_heat"]


@dataclass(frozen=True, eq=False)
class Matched:
    """The two quenches at the moments at which they are equally far on.

    Args:
        clock: what is equal.
        level: its value (...).
        times: the moment of heating and of cooling (...) each [time].
        relative_variances: Var Q / <Q>^2 of heating and of cooling (...) each.
    """

    clock: str
    level: FloatArray
    times: tuple[FloatArray, FloatArray]
    relative_variances: tuple[FloatArray, FloatArray]


def matched_completion(heating: Branch, cooling: Branch, completion: float = 0.5) -> Matched:
    """The relative variances where both have completed one fraction of their statistical length.

    Args:
        heating: one branch.
        cooling: the other.
        completion: the fraction, between 0 and 1.

    Returns:
        The matched moments.
    """
    return _matched("completion", heating, cooling, np.asarray(completion), _completed)


def matched_heat(heating: Branch, cooling: Branch, fraction: float = 0.5) -> Matched:
    """The relative variances where both have exchanged one amount of heat.

    Args:
        heating: one branch.
        cooling: the other.
        fraction: the amount as a fraction of the smaller of the two total heats.

    Returns:
        The matched moments; nan where heat flows on at rest, and there is no total to take a fraction of.

    Raises:
        HypothesisError: if no jump of one of the two exchanges heat with a bath.
    """
    level = fraction * np.minimum(np.abs(heating.total_heat), np.abs(cooling.total_heat))
    return _matched("heat", heating, cooling, level, _exchanged)


def _matched(
    clock: str, heating: Branch, cooling: Branch, level: FloatArray, moment: Callable[[Branch, FloatArray], FloatArray]
) -> Matched:
    def noise(branch: Branch) -> tuple[FloatArray, FloatArray]:
        found = moment(branch, level)
        time = np.broadcast_to(found, np.broadcast_shapes(found.shape, branch.evolution.populations.shape[:-2]))
        safe = np.where(np.isnan(time), branch.latest / FAR, time)
        ratio = branch.at(safe[..., None]).heat.relative_variance[..., 0]
        return time, np.where(np.isnan(time), np.nan, ratio)

    one, two = both_at_once(noise, heating, cooling)
    return Matched(clock, level, (one[0], two[0]), (one[1], two[1]))


def _completed(branch: Branch, completion: FloatArray) -> FloatArray:
    """When a branch has covered that part of its length."""
    closed = time_of_completion(branch, completion)
    if closed is not None:
        return closed
    # The length is a quadrature, as dear at one time as at many.
    return time_when_costly(branch, lambda side: side.kinematics.completion, completion, branch.latest)


def _exchanged(branch: Branch, heat: FloatArray) -> FloatArray:
    """When a branch has exchanged that much heat."""
    closed = time_of_heat(branch, heat)
    return time_when(branch, _heat, heat, branch.latest) if closed is None else closed


def _heat(branch: Branch) -> FloatArray:
    return np.asarray(np.abs(branch.heat_so_far))


def time_of_completion(branch: Branch, completion: FloatArray) -> FloatArray | None:
    """The time at which two populations have covered a part of their statistical length, in closed form.

    Args:
        branch: the quench.
        completion: C (...), from 0 to 1.

    Returns:
        (...) [time], nan where nothing moves and where it is never reached; None where there are not two closed
        populations.
    """
    rates = closed_rates(branch.evolution)
    if rates is None:
        return None
    start, total = branch.evolution.initial.populations, TwoLevelLength(branch.evolution, rates).total
    return time_of(rates, logarithm_left(start, branch.final_populations, total, completion))


def time_of_heat(branch: Branch, heat: FloatArray) -> FloatArray | None:
    """The time at which two populations have exchanged a heat Q of Q_f in all, -ln(1 - Q / Q_f) over their decay rate.

    Args:
        branch: the quench.
        heat: the absolute amount (...) [energy].

    Returns:
        (...) [time], nan where it is not reached; None where there are not two closed populations, or where the heat of
        a jump is not the change of a number of its levels.
    """
    rates, levels = closed_rates(branch.evolution), branch.evolution.liouvillian.heat_levels
    if rates is None or levels is None:
        return None
    # Two populations change by opposite amounts, whatever the zero of the levels' numbers.
    gap, away = levels[..., 1] - levels[..., 0], branch.evolution.away
    gained = branch.evolution.initial.populations - branch.final_populations if away is None else away
    whole = np.abs(gap * gained[..., 1])
    reached = heat <= whole
    part = np.where(reached & (whole > 0.0), heat, 0.0) / np.where(whole > 0.0, whole, 1.0)
    with np.errstate(divide="ignore"):
        return np.where(reached, time_of(rates, np.log1p(-part)), np.nan)
