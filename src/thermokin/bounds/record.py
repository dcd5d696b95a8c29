"""The bounds by the record of jumps itself: martingales of the jumps that a conditional state makes likely."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Hypothesis, Limit, Part, Theorem
from thermokin.bounds.thermo_kinetic import COST

__all__ = ["OPTIMAL_RECORD", "RECORD", "RECORDS", "RECORD_INFORMATION", "RECORD_KINETIC"]

OF_FORCES = "what the martingale of the forces and the count have in common"
OF_JUMPS = "what the number of jumps and the count have in common"
REMEDY = "Pass `trajectories=1000` to sample what is averaged over, with its error."
RESETS = "every jump resets the system to one of few states, or `trajectories` are asked for"


def _known(case: RestCase) -> tuple[Hypothesis, ...]:
    """That conditional states could be averaged over, where that fails."""
    return () if case.record.known else (Hypothesis(RESETS, holds=False, remedy=REMEDY),)


def _with(case: RestCase, scores: FloatArray, name: str, symbol: str) -> tuple[Part, FloatArray]:
    found = case.record
    value = scores * found.values
    error = np.abs(scores) * found.error + case.forces_error[..., None] * np.abs(found.values)
    error = error.sum(axis=-1) + found.margin(scores)
    said = f"{name}, from {found.runs} trajectories" if found.runs else name
    return Part(said, value.sum(axis=-1), symbol), error


def _information(case: RestCase) -> Limit:
    cost, missed = case.forces_information
    response = _with(case, case.forces, OF_FORCES, "delta")
    return case.limit(response, cost, "variance of the martingale", _known(case), missed)


def _thermo_kinetic(case: RestCase) -> Limit:
    response = _with(case, case.forces, OF_FORCES, "delta")
    return case.by_entropy(response, case.information, COST, *_known(case))


def _kinetic(case: RestCase) -> Limit:
    response = _with(case, case.taking_part, OF_JUMPS, "psi")
    return case.limit(response, case.activity, "number of jumps", _known(case))


def _optimal(case: RestCase) -> Limit:
    found, rates = case.record, case.jumps.rates
    happens = rates > np.finfo(float).tiny
    inverse = np.where(happens, 1.0 / np.where(happens, rates, 1.0), 0.0)
    shares = 2.0 * found.values * inverse
    value = (found.values**2 * inverse).sum(axis=-1)
    error = (np.abs(shares) * found.error).sum(axis=-1) + found.margin(shares)
    return Limit(value, _known(case), error)


DOMAIN = "any steady state, by trajectories where jumps do not reset the system; any count"
RECORD = Theorem(
    "record, thermo-kinetic",
    "Var J >= [<J>(1+delta)]^2 / I(sigma, A) per time, <J>(1+delta) = sum_k l_k v_k, v_k = c_k a_k - tr J_1 L^D (L_k "
    "rho L_k^+ - E[lambda_k rho_c]), J_1 X = sum_k c_k L_k X L_k^+, rho_c the conditional states of the record",
    f"{DOMAIN} that changes sign with the jump; jumps in pairs",
    "as thermo-kinetic; often far sharper than it with coherence",
    "vo2022, vanvu2024",
    rest=_thermo_kinetic,
    costly=True,
)
RECORD_INFORMATION = Theorem(
    "record, exact information",
    "Var J >= [<J>(1+delta)]^2 / sum_k l_k^2 a_k per time, with the responses of the record",
    DOMAIN,
    "as record, thermo-kinetic",
    "vo2022, vanvu2024",
    rest=_information,
    costly=True,
)
RECORD_KINETIC = Theorem(
    "record, kinetic",
    "Var J >= [<J>(1+psi)]^2 / A per time, <J>(1+psi) = sum_k v_k with the responses of the record",
    DOMAIN,
    "as kinetic",
    "garrahan2017, vanvu2024",
    rest=_kinetic,
    costly=True,
)
OPTIMAL_RECORD = Theorem(
    "record, optimal scores",
    "Var J >= sum_k v_k^2 / a_k per time, with the responses of the record: the best of all martingales of jumps",
    DOMAIN,
    "where populations obey a rate equation, always",
    "vanvu2024",
    rest=_optimal,
    costly=True,
)
RECORDS = (RECORD, RECORD_INFORMATION, RECORD_KINETIC, OPTIMAL_RECORD)
