"""The kinetic bound: a precision that the number of jumps limits."""

from __future__ import annotations

from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Limit, Part, Theorem

__all__ = ["BARE_KINETIC", "KINETIC"]

COST = "number of jumps"


def _limit(case: RelaxationCase) -> Limit:
    limit, response = case.over(case.squared_response_to_speed, case.activity), case.response
    parts = Part(COST, case.activity), case.sped_up
    missed = case.end_point_error if response is None else response.to_speed_error
    return Limit(limit, (), case.error_over(case.response_to_speed, missed, case.activity), *parts)


def _at_rest(case: RestCase) -> Limit:
    return case.limit(case.sped_up, case.activity, COST)


def _bare(case: RestCase) -> Limit | None:
    if case.jumps.classical:
        return None  # as the one above
    return case.limit(case.itself, case.activity, COST, (case.classical,))


KINETIC = Theorem(
    "kinetic",
    "Var J >= [d<J>/dtheta]^2 / A, theta the speed-up of all jumps; d<J>/dtheta = t d<J>/dt where populations obey "
    "a rate equation, which is <J> at rest, and <J>(1 + psi) elsewhere",
    "any initial state and any count; the Hamiltonian is not sped up",
    "jumps that never reverse and a Poisson count",
    "garrahan2017, diterlizzi2019, prech2025",
    _limit,
    rest=_at_rest,
)
BARE_KINETIC = Theorem(
    "bare kinetic",
    "Var J >= <J>^2 / A, the kinetic uncertainty relation of rate equations, without psi",
    "steady states of rate equations; coherence breaks it",
    "jumps that never reverse and a Poisson count",
    "garrahan2017, diterlizzi2019",
    rest=_bare,
)
