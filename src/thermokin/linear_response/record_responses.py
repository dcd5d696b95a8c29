"""What martingales of the record of jumps have in common with a current: averages over conditional states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.linear_response.current_answer import CurrentAnswer
from thermokin.linear_response.reset_noise import reset_noise
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.chosen_points import ChosenPoints

__all__ = ["RecordResponses", "record_responses"]


@dataclass(frozen=True, eq=False)
class RecordResponses:
    """E[lambda_k (c_k + tr Y (psi_k - psi))] over the conditional states at rest.

    Args:
        values: (..., k) [amount/time].
        error: (..., k).
        known: whether they could be averaged; they are NaN where some jump does not reset the system.
    """

    values: FloatArray
    error: FloatArray
    known: bool = True


def record_responses(answer: CurrentAnswer) -> RecordResponses:
    """The responses v_k = c_k a_k - <<1|J_1 L^D (L_k rho L_k^+ - E[lambda_k rho_c])>> of the record's martingales.

    M_k = N_k - int lambda_k dt has no mean and the variance int a_k dt, whatever the conditional states rho_c are; what
    the count has in common with it is v_k t. Where populations obey a rate equation that is the response to the rate.

    Args:
        answer: what the current answers to its jumps.

    Returns:
        The responses.

    Raises:
        NotConvergedError: if some state between jumps turns or lasts too long for its average.

    Reference:
        landi2024.
    """
    if answer.jumps.classical:
        return RecordResponses(answer.to_jumps, answer.to_jumps_error)
    batch, count = answer.to_jumps.shape[:-1], answer.jumps.table.size
    values, errors = np.full((*batch, count), np.nan), np.full((*batch, count), np.nan)
    for place in np.ndindex(*batch):
        found = _of_point(answer, place, batch)
        if found is None:
            return RecordResponses(values, errors, known=False)
        values[place], errors[place] = found
    return RecordResponses(values, errors + answer.to_jumps_error)


def _of_point(
    answer: CurrentAnswer, place: tuple[int, ...], batch: tuple[int, ...]
) -> tuple[FloatArray, FloatArray] | None:
    model, weights = answer.steady_state.model, answer.current.weights
    state, solution = (
        np.broadcast_to(each, (*batch, *each.shape[-2:]))[place]
        for each in (answer.steady_state.matrix, answer.operator)
    )
    if batch:
        points = ChosenPoints(batch, np.asarray(np.ravel_multi_index(place, batch)))
        model, weights = points.model(model), points.of(weights, 1)
    if not np.isfinite(state).all():
        nothing = np.full(weights.shape[-1], np.nan)
        return nothing, nothing
    found = reset_noise(Liouvillian(model), state, -solution, weights)
    return None if found is None else (found.gains, found.gains_error)
