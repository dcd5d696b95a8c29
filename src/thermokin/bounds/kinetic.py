"""The kinetic bound: a precision that the number of jumps limits."""

from __future__ import annotations

import numpy as np

from thermokin.bounds.bound import Limit, Theorem
from thermokin.bounds.relaxation_case import RelaxationCase

__all__ = ["KINETIC"]


def _limit(case: RelaxationCase) -> Limit:
    limit, response = case.over(case.squared_response_to_speed, case.activity), case.response
    if response is None:
        return Limit(limit)
    error = case.over(2.0 * np.abs(response.to_speed) * response.to_speed_error, case.activity)
    return Limit(limit, error=error)


KINETIC = Theorem(
    "kinetic",
    "Var J >= [d<J>/dtheta]^2 / A, theta the speed-up of all jumps; d<J>/dtheta = t d<J>/dt where populations obey "
    "a rate equation",
    "any initial state and any count; the Hamiltonian is not sped up",
    "jumps that never reverse and a Poisson count",
    "garrahan2017, diterlizzi2019, prech2025",
    _limit,
)
