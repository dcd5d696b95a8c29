"""Fluctuations on three clocks: the relative variance of the heat at equal time, equal completion and equal heat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.quench.both import both
from thermokin.quench.branch import FAR, Branch
from thermokin.quench.crossings import time_when, time_when_costly
from thermokin.quench.two_level_clock import time_of_completion, time_of_heat

__all__ = ["Matched", "matched_completion", "matched_heat"]


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

    one, two = both(noise, heating, cooling)
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
