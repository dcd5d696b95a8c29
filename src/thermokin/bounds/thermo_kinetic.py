"""The thermo-kinetic bound: a precision that entropy production and activity limit together."""

from __future__ import annotations

import numpy as np

from thermokin.bounds.bound import Hypothesis, Kind, Limit, Theorem
from thermokin.bounds.relaxation_case import RelaxationCase

__all__ = ["BARE_THERMO_KINETIC", "THERMO_KINETIC"]


def _limit(case: RelaxationCase) -> Limit:
    return case.by_entropy(case.information)


def _bare(case: RelaxationCase) -> Limit:
    evolution = case.evolution
    rest = evolution.motion is not None and not evolution.deviation.any()
    steady = Hypothesis("populations obey a rate equation and are at rest", rest)
    return Limit(case.over(np.asarray(case.exchanged.mean**2), case.information), (*case.paired, steady))


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
