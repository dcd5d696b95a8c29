"""The bounds by the record of jumps itself: martingales of the jumps that a conditional state makes likely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Hypothesis, Limit, Part, Theorem
from thermokin.linear_response.reset_noise import reset_noise
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.chosen_points import ChosenPoints

__all__ = ["OPTIMAL_RECORD", "RECORD", "RECORD_INFORMATION", "RECORD_KINETIC", "RecordResponses", "record_responses"]

OF_FORCES = "what the martingale of the forces and the count have in common"
OF_JUMPS = "what the number of jumps and the count have in common"
RESETS = "every jump resets the system to one of few states"


@dataclass(frozen=True, eq=False)
class RecordResponses:
    """E[lambda_k (c_k + tr Y (psi_k - psi))] over the conditional states at rest.

    Args:
        values: (..., k) [amount/time].
        error: (..., k).
        hypotheses: that they could be averaged at all; NaN where not.
    """

    values: FloatArray
    error: FloatArray
    hypotheses: tuple[Hypothesis, ...] = ()


def record_responses(case: RestCase) -> RecordResponses:
    """The responses v_k = c_k a_k - <<1|J_1 L^D (L_k rho L_k^+ - E[lambda_k rho_c])>> of the record's martingales.

    M_k = N_k - int lambda_k dt has no mean and the variance int a_k dt, whatever the conditional states rho_c are; what
    the count has in common with it is v_k t. Where populations obey a rate equation that is the response to the rate.

    Args:
        case: the case.

    Returns:
        The responses.

    Raises:
        NotConvergedError: if some state between jumps turns or lasts too long for its average.

    Reference:
        landi2024.
    """
    if case.jumps.classical:
        return RecordResponses(case.answer.to_jumps, case.answer.to_jumps_error)
    batch = np.broadcast_shapes(case.mean.shape, case.answer.operator.shape[:-2])
    count = case.jumps.table.size
    values, errors = np.full((*batch, count), np.nan), np.full((*batch, count), np.nan)
    for place in np.ndindex(*batch):
        found = _of_point(case, place, batch)
        if found is None:
            return RecordResponses(values, errors, (Hypothesis(RESETS, holds=False),))
        values[place], errors[place] = found
    rounding = case.answer.to_jumps_error
    return RecordResponses(values, errors + rounding)


def _of_point(case: RestCase, place: tuple[int, ...], batch: tuple[int, ...]) -> tuple[FloatArray, FloatArray] | None:
    model, weights = case.model, case.current.weights
    state, answer = (
        np.broadcast_to(each, (*batch, *each.shape[-2:]))[place]
        for each in (case.steady_state.matrix, case.answer.operator)
    )
    if batch:
        points = ChosenPoints(batch, np.asarray(np.ravel_multi_index(place, batch)))
        model, weights = points.model(model), points.of(weights, 1)
    if not np.isfinite(state).all():
        nothing = np.full(weights.shape[-1], np.nan)
        return nothing, nothing
    found = reset_noise(Liouvillian(model), state, -answer, weights)
    return None if found is None else (found.gains, found.gains_error)


def _with(case: RestCase, scores: FloatArray, name: str, symbol: str) -> tuple[Part, FloatArray, RecordResponses]:
    found = case.once("record", record_responses)
    value = scores * found.values
    error = np.abs(scores) * found.error + case.forces_error[..., None] * np.abs(found.values)
    return Part(name, value.sum(axis=-1), symbol), error.sum(axis=-1), found


def _information(case: RestCase) -> Limit:
    response, error, found = _with(case, case.forces, OF_FORCES, "delta")
    cost, missed = case.forces_information
    return case.limit((response, error), cost, "variance of the martingale", found.hypotheses, missed)


def _thermo_kinetic(case: RestCase) -> Limit:
    response, error, found = _with(case, case.forces, OF_FORCES, "delta")
    cost = "information of entropy production and activity"
    return case.by_entropy((response, error), case.information, cost, *found.hypotheses)


def _kinetic(case: RestCase) -> Limit:
    response, error, found = _with(case, case.taking_part, OF_JUMPS, "psi")
    return case.limit((response, error), case.activity, "number of jumps", found.hypotheses)


def _optimal(case: RestCase) -> Limit:
    found, rates = case.once("record", record_responses), case.jumps.rates
    happens = rates > np.finfo(float).tiny
    inverse = np.where(happens, 1.0 / np.where(happens, rates, 1.0), 0.0)
    value = (found.values**2 * inverse).sum(axis=-1)
    return Limit(value, found.hypotheses, (2.0 * np.abs(found.values) * found.error * inverse).sum(axis=-1))


DOMAIN = "steady states whose jumps reset the system, or whose populations obey a rate equation; any count"
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
