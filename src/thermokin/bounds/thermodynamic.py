"""The thermodynamic bound: a precision that entropy production limits."""

from __future__ import annotations

from thermokin.bounds.bound import Limit, Theorem
from thermokin.bounds.relaxation_case import RelaxationCase

__all__ = ["THERMODYNAMIC"]


def _limit(case: RelaxationCase) -> Limit:
    return case.by_entropy(0.5 * case.ledger.entropy_production)


THERMODYNAMIC = Theorem(
    "thermodynamic",
    "Var J >= [<J>(1+delta)]^2 / (Sigma/2); <J>(1+delta) = t d<J>/dt where populations obey a rate equation",
    "as thermo-kinetic; weaker, and close to it where the forces are small",
    "near equilibrium",
    "dechant2020, liu2020",
    _limit,
)
