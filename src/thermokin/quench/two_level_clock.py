"""When two populations are a given part of their way on, in closed form."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.geometry.two_level_length import TwoLevelLength, closed_rates
from thermokin.quench.branch import Branch

__all__ = ["time_of_completion", "time_of_heat"]


def time_of_completion(branch: Branch, completion: FloatArray) -> FloatArray | None:
    """The time at which two populations have covered a part of their statistical length.

    With p = sin^2 of an angle, which moves from a_0 to a_f, the angle is a = a_f + (1 - C)(a_0 - a_f) at a
    completion C. What is left of the deviation is sin(a + a_f) sin(a - a_f) / [sin(a_0 + a_f) sin(a_0 - a_f)], and
    what is gone sin(a_0 + a) sin(a_0 - a) over the same: the smaller of the two knows its digits.

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
    start, final = branch.evolution.initial.populations, branch.final_populations
    # Of the two levels the one with less in it: the angles then add up to no more than a right one.
    emptier = start[..., 1] + final[..., 1] <= 1.0
    one, other = (np.where(emptier, both[..., 1], both[..., 0]) for both in (start, final))
    total = TwoLevelLength(branch.evolution, rates).total
    whole, end = 0.5 * np.where(one >= other, total, -total), np.arcsin(np.sqrt(other))
    ahead = (1.0 - completion) * whole
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sin(2.0 * end + whole) * np.sin(whole)
        left = np.sin(2.0 * end + ahead) * np.sin(ahead) / deviation
        gone = np.sin(2.0 * end + whole + ahead) * np.sin(completion * whole) / deviation
        logarithm = np.where(gone < 0.5, np.log1p(-gone), np.log(left))
    return _after(rates, np.where(whole == 0.0, np.nan, logarithm))


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
        return np.where(reached, _after(rates, np.log1p(-part)), np.nan)


def _after(rates: FloatArray, logarithm: FloatArray) -> FloatArray:
    """When the deviation is what is left of it by its logarithm; nan where it never is."""
    speed = rates[..., 0, 1] + rates[..., 1, 0]
    moving = (speed > 0.0) & np.isfinite(logarithm)
    return np.where(moving, -logarithm / np.where(moving, speed, 1.0), np.nan)
