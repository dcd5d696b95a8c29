"""The thermo-kinetic bound: a precision that entropy production and activity limit together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.bounds.bound import Hypothesis, Kind, Limit, Theorem
from thermokin.bounds.inverse_x_tanh_x import roots
from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.numerics.elementwise import in_blocks
from thermokin.operators.as_numbers import as_extended

__all__ = ["BARE_THERMO_KINETIC", "THERMO_KINETIC", "information", "thermo_kinetic_information"]

ROUNDING = 1e-12  # an entropy production that far below zero, in units of the activity, is a rounded zero


def thermo_kinetic_information(entropy_production: ArrayLike, activity: ArrayLike) -> FloatArray:
    """I = A tanh^2 Phi(S / 2A), with Phi the inverse of x tanh x: below both S/2 and A.

    Args:
        entropy_production: S (...) [nats]; inf included. Below zero by less than 1e-12 A it is a rounded zero.
        activity: A (...), the number of jumps, >= 0.

    Returns:
        (...); A where S is infinite, 0 where S or A is 0.

    Raises:
        ValueError: if the activity is negative or infinite, or the entropy production negative beyond rounding.
        TypeError: if they do not hold real numbers.

    Reference:
        vo2022.
    """
    produced, jumps = as_extended(entropy_production, "entropy_production"), as_extended(activity, "activity")
    if not ((jumps >= 0.0) & (jumps < np.inf)).all():
        raise ValueError("`activity` must be finite and >= 0.")
    if not (produced >= -ROUNDING * jumps).all():
        raise ValueError(f"`entropy_production` must be >= 0, got {produced.min():g}.")
    return in_blocks(information, produced, jumps)


def information(produced: FloatArray, jumps: FloatArray) -> FloatArray:
    """A tanh^2 Phi(S / 2A) of numbers not checked; 0 where S is negative: no force can be told from its opposite."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = produced / (2.0 * jumps)
        ratio = np.where(ratio > 0.0, ratio, 0.0)  # S <= 0, or A = 0
        root = roots(ratio)
        # tanh Phi(z) = z / Phi(z), and 1 from where Phi(z) = z on, inf included.
        slope = np.where(root == ratio, ratio > 0.0, ratio / root)
    return np.asarray(slope * slope * jumps)


def _spent(case: RelaxationCase) -> FloatArray:
    return in_blocks(information, case.ledger.entropy_production, case.activity)


def _limit(case: RelaxationCase) -> Limit:
    return case.by_entropy(_spent(case))


def _bare(case: RelaxationCase) -> Limit:
    evolution = case.evolution
    rest = evolution.motion is not None and not evolution.deviation.any()
    steady = Hypothesis("populations obey a rate equation and are at rest", rest)
    return Limit(case.over(np.asarray(case.exchanged.mean**2), _spent(case)), (*case.paired, steady))


THERMO_KINETIC = Theorem(
    "thermo-kinetic",
    "Var J >= [<J>(1+delta)]^2 / I(Sigma, A), I = A tanh^2 Phi(Sigma/2A), Phi the inverse of x tanh x; "
    "<J>(1+delta) = t d<J>/dt where populations obey a rate equation",
    "any initial state; jumps in pairs that obey local detailed balance; counts that change sign with the jump",
    "one thermodynamic force for all jumps and times, and a count that estimates it best: a qubit at short times",
    "vo2022, vanvu2024",
    _limit,
)
BARE_THERMO_KINETIC = Theorem(
    "bare thermo-kinetic",
    "Var J >= <J>^2 / I(Sigma, A), the thermo-kinetic bound without delta",
    "steady states of rate equations; false for relaxation",
    "one thermodynamic force for all jumps",
    "vo2022",
    _bare,
    Kind.COMPARISON,
)
