"""The bound by the response to a change of all thermodynamic forces together."""

from __future__ import annotations

import numpy as np

from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Limit, Part, Theorem
from thermokin.model.jump_entropy import jump_entropy

__all__ = ["SCALED_FORCES"]


def _at_rest(case: RestCase) -> Limit:
    entropies = jump_entropy(case.model)[..., case.jumps.channel]
    halves = np.where(np.isfinite(entropies), 0.5 * entropies, 0.0)
    value, error = case.response(halves)
    cost = (halves**2 * case.jumps.rates).sum(axis=-1)
    return case.limit((Part("response to the scale of all forces", value), error), cost, "information in that scale")


SCALED_FORCES = Theorem(
    "scaled forces",
    "Var J >= (d<J>/dtheta)^2 / (1/4 sum_k s_k^2 a_k) per time, L_k -> exp(theta s_k / 4) L_k, s_k the entropy that "
    "jump k puts into its surroundings",
    "any steady state and any count; jumps that nothing undoes do not change",
    "a count that estimates the forces best",
    "gammelmark2014",
    rest=_at_rest,
)
