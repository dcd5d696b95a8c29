"""Fluctuations on three clocks: the relative variance of the heat at equal time, equal completion and equal heat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.quench.both import both
from thermokin.quench.branch import Branch
from thermokin.quench.crossings import Quantity, time_when, time_when_costly

__all__ = ["Matched", "matched_completion", "matched_heat"]

FAR = 45.0  # decay times of the slowest mode after which a quench is over to rounding


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


def _completion(branch: Branch) -> FloatArray:
    return branch.kinematics.completion


def _heat(branch: Branch) -> FloatArray:
    return np.asarray(np.abs(np.sum(list(branch.ledger.heat.values()), axis=0)))


def matched_completion(heating: Branch, cooling: Branch, completion: float = 0.5) -> Matched:
    """The relative variances where both have completed one fraction of their statistical length.

    Args:
        heating: one branch.
        cooling: the other.
        completion: the fraction, between 0 and 1.

    Returns:
        The matched moments.
    """
    level = np.asarray(completion)
    return _matched("completion", heating, cooling, _completion, (level, level))


def matched_heat(heating: Branch, cooling: Branch, fraction: float = 0.5) -> Matched:
    """The relative variances where both have exchanged one amount of heat.

    Args:
        heating: one branch.
        cooling: the other.
        fraction: the amount as a fraction of the smaller of the two total heats.

    Returns:
        The matched moments.
    """
    level = fraction * np.minimum(np.abs(heating.total_heat), np.abs(cooling.total_heat))
    return _matched("heat", heating, cooling, _heat, (level, level))


def _matched(
    clock: str, heating: Branch, cooling: Branch, quantity: Quantity, levels: tuple[FloatArray, FloatArray]
) -> Matched:
    def moment(branch: Branch, level: FloatArray) -> tuple[FloatArray, FloatArray]:
        # The length of two levels has a closed form; of more it is a quadrature, as dear at one time as at many.
        costly = clock == "completion" and branch.evolution.model.dimension > 2
        search = time_when_costly if costly else time_when
        time = search(branch, quantity, level, FAR / branch.modes.gap)
        safe = np.where(np.isnan(time), 1.0 / branch.modes.gap, time)
        ratio = branch.at(safe[..., None]).heat.relative_variance[..., 0]
        return time, np.where(np.isnan(time), np.nan, ratio)

    one, two = both(lambda side: moment(side, levels[0] if side is heating else levels[1]), heating, cooling)
    return Matched(clock, levels[0], (one[0], two[0]), (one[1], two[1]))
