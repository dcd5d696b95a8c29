"""When two populations are a given part of their way on, in closed form."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.quench.branch import Branch
from thermokin.quench.two_level_length import TwoLevelLength

__all__ = ["time_of_completion", "time_of_heat"]


def time_of_completion(branch: Branch, completion: FloatArray) -> FloatArray | None:
    """The time at which two populations have covered a part of their statistical length.

    With p = sin^2 of an angle, which moves from a_0 to a_f, the angle is a = a_f + (1 - C)(a_0 - a_f) at a completion C
    and (p - p_f) / (p_0 - p_f) = sin(a + a_f) sin(a - a_f) / [sin(a_0 + a_f) sin(a_0 - a_f)]: no digits are lost.

    Args:
        branch: the quench.
        completion: C (...), from 0 to 1.

    Returns:
        (...) [time], nan where nothing moves; None where there are not two closed populations.
    """
    path = branch.kinematics.path
    if not isinstance(path, TwoLevelLength):
        return None
    start, final = branch.evolution.initial.populations, branch.final_populations
    # Of the two levels the one with less in it: the angles then add up to no more than a right one.
    emptier = (start[..., 1] + final[..., 1] <= 1.0).astype(np.int64)
    one, other = (np.where(emptier, both[..., 1], both[..., 0]) for both in (start, final))
    whole = 0.5 * np.where(one >= other, path.total, -path.total)
    end = np.arcsin(np.sqrt(other))
    ahead = (1.0 - completion) * whole
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.sin(2.0 * end + ahead) * np.sin(ahead) / (np.sin(2.0 * end + whole) * np.sin(whole))
    return _after(path, np.log(np.where(whole == 0.0, np.nan, left)))


def time_of_heat(branch: Branch, heat: FloatArray) -> FloatArray | None:
    """The time at which two populations have exchanged a heat Q of Q_f in all, -ln(1 - Q / Q_f) over their decay rate.

    Args:
        branch: the quench.
        heat: the absolute amount (...) [energy].

    Returns:
        (...) [time], nan where it is not reached; None where there are not two closed populations, or where the heat of
        a jump is not the change of a number of its levels.
    """
    path, levels = branch.kinematics.path, branch.evolution.liouvillian.heat_levels
    if not isinstance(path, TwoLevelLength) or levels is None:
        return None
    whole = np.abs((levels * (branch.final_populations - branch.evolution.initial.populations)).sum(axis=-1))
    reached = heat <= whole
    part = np.where(reached & (whole > 0.0), heat, 0.0) / np.where(whole > 0.0, whole, 1.0)
    with np.errstate(divide="ignore"):
        return np.where(reached, _after(path, np.log1p(-part)), np.nan)


def _after(path: TwoLevelLength, logarithm: FloatArray) -> FloatArray:
    """When the deviation is what is left of it by its logarithm: never where nothing decays."""
    speed = path.rates[..., 0, 1] + path.rates[..., 1, 0]
    moving = speed > 0.0
    return np.where(moving, -logarithm / np.where(moving, speed, 1.0), np.nan)
