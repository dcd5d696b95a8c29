"""The thermo-kinetic bound: a precision that entropy production and activity limit together."""

from __future__ import annotations

import numpy as np

from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Hypothesis, Kind, Limit, Part, Theorem

__all__ = ["BARE_THERMO_KINETIC", "THERMO_KINETIC"]

COST = "information of entropy production and activity"


def _limit(case: RelaxationCase) -> Limit:
    return case.by_entropy(case.information, COST)


def _bare(case: RelaxationCase) -> Limit:
    evolution = case.evolution
    rest = False if evolution.motion is None else np.asarray(~evolution.deviation.any(axis=(-2, -1)))
    steady = Hypothesis("populations obey a rate equation and are at rest", rest)
    limit = case.over(np.asarray(case.exchanged.mean**2), case.information)
    return Limit(limit, (*case.paired, steady), 0.0, Part(COST, case.information), Part("mean", case.exchanged.mean))


def _at_rest(case: RestCase) -> Limit:
    return case.by_entropy(case.forced, case.information, COST)


def _bare_at_rest(case: RestCase) -> Limit | None:
    if case.jumps.classical:
        return None  # as the one above
    return case.by_entropy(case.itself, case.information, COST, case.classical)


THERMO_KINETIC = Theorem(
    "thermo-kinetic",
    "Var J >= [<J>(1+delta)]^2 / I(Sigma, A), I = A tanh^2 Phi(Sigma/2A), Phi the inverse of x tanh x; "
    "<J>(1+delta) = t d<J>/dt where populations obey a rate equation, which is <J> at rest",
    "any initial state; jumps in pairs that obey local detailed balance; counts that change sign with the jump",
    "one thermodynamic force for all jumps and times, and a count that estimates it best: a qubit at short times",
    "vo2022, vanvu2024",
    _limit,
    rest=_at_rest,
)
BARE_THERMO_KINETIC = Theorem(
    "bare thermo-kinetic",
    "Var J >= <J>^2 / I(Sigma, A), the thermo-kinetic bound without delta",
    "steady states of rate equations; false for relaxation, and coherence breaks it",
    "one thermodynamic force for all jumps",
    "vo2022",
    _bare,
    Kind.COMPARISON,
    rest=_bare_at_rest,
)
