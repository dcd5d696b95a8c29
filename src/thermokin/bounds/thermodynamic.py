"""The thermodynamic bound: a precision that entropy production limits."""

from __future__ import annotations

from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Limit, Theorem

__all__ = ["BARE_THERMODYNAMIC", "THERMODYNAMIC"]

COST = "half the entropy production"


def _limit(case: RelaxationCase) -> Limit:
    return case.by_entropy(0.5 * case.ledger.entropy_production, COST)


def _at_rest(case: RestCase) -> Limit:
    return case.by_entropy(case.forced, 0.5 * case.entropy_production, COST)


def _bare(case: RestCase) -> Limit | None:
    if case.jumps.classical:
        return None  # as the one above
    return case.by_entropy(case.itself, 0.5 * case.entropy_production, COST, case.classical)


THERMODYNAMIC = Theorem(
    "thermodynamic",
    "Var J >= [<J>(1+delta)]^2 / (Sigma/2); <J>(1+delta) = t d<J>/dt where populations obey a rate equation, which is "
    "<J> at rest",
    "as thermo-kinetic; weaker, and close to it where the forces are small",
    "near equilibrium",
    "dechant2020, liu2020, barato2015",
    _limit,
    rest=_at_rest,
)
BARE_THERMODYNAMIC = Theorem(
    "bare thermodynamic",
    "Var J >= <J>^2 / (Sigma/2), the thermodynamic uncertainty relation of rate equations, without delta",
    "steady states of rate equations; coherence breaks it",
    "near equilibrium",
    "barato2015, gingrich2016",
    rest=_bare,
)
