"""What martingales of the record of jumps have in common with a current: averages over conditional states."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtr, stdtrit

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray
from thermokin.counting.lost_digits import marked
from thermokin.linear_response.current_answer import CurrentAnswer
from thermokin.linear_response.relaxation_time import relaxation_time
from thermokin.linear_response.reset_noise import reset_noise
from thermokin.linear_response.sampled_record import Sampled, sampled_gains
from thermokin.linear_response.sampling import Sampling
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.chosen_points import ChosenPoints

__all__ = ["RecordResponses", "record_responses"]

DEVIATIONS = 3.0  # standard errors that an error from above as a rule holds


@dataclass(frozen=True, eq=False)
class RecordResponses:
    """E[lambda_k (c_k + tr Y (psi_k - psi))] over the conditional states at rest.

    Args:
        values: (..., k) [amount/time].
        error: of rounding and quadrature (..., k).
        known: whether they could be averaged; they are NaN where some jump does not reset the system and no runs are
            wished for.
        runs: how many trajectories were sampled, 0 for none.
        covariance: of the statistical errors of `values` (..., k, k).
        apart: half the difference between runs of two kinds of start (..., k).
    """

    values: FloatArray
    error: FloatArray
    known: bool = True
    runs: int = 0
    covariance: FloatArray = field(default_factory=lambda: np.zeros(()))
    apart: FloatArray = field(default_factory=lambda: np.zeros(()))

    def standard_error(self, scores: FloatArray) -> FloatArray:
        """Of sum_e b_e v_e: from the spread of the runs, or from half the difference of their two kinds if larger.

        Args:
            scores: b_e (..., e).

        Returns:
            (...); 0 where nothing is sampled.
        """
        if not self.runs:
            return np.zeros(np.broadcast_shapes(scores.shape, self.values.shape)[:-1])
        spread = np.sqrt(np.maximum((scores * (self.covariance @ scores[..., None])[..., 0]).sum(axis=-1), 0.0))
        return np.asarray(np.maximum(spread, np.abs((scores * self.apart).sum(axis=-1))))

    def margin(self, scores: FloatArray) -> FloatArray:
        """How far sum_e b_e v_e may be off by chance: three standard errors, or what is as rare where runs are few.

        Args:
            scores: b_e (..., e).

        Returns:
            (...); 0 where nothing is sampled.
        """
        far = stdtrit(self.runs - 1, ndtr(DEVIATIONS)) if self.runs else 0.0
        return np.asarray(far * self.standard_error(scores))


@dataclass(frozen=True, eq=False)
class _Point:
    """What is found at one point of a sweep.

    Args:
        values: (k,).
        error: (k,).
        sampled: what was sampled, if that.
    """

    values: FloatArray
    error: FloatArray
    sampled: Sampled | None = None


def record_responses(
    answer: CurrentAnswer, noise: FloatArray, wish: Sampling | None = None, noise_error: FloatArray | float = 0.0
) -> RecordResponses:
    """The responses v_k = c_k a_k - <<1|J_1 L^D (L_k rho L_k^+ - E[lambda_k rho_c])>> of the record's martingales.

    M_k = N_k - int lambda_k dt has no mean and the variance int a_k dt, whatever the conditional states rho_c are; what
    the count has in common with it is v_k t. Where populations obey a rate equation that is the response to the rate.

    Args:
        answer: what the current answers to its jumps.
        noise: of the current (...).
        wish: for trajectories, where jumps do not reset.
        noise_error: of the noise (...).

    Returns:
        The responses; NaN at the points of a sweep at which they were not found, of which a warning tells.

    Raises:
        NotConvergedError: if some state between jumps turns or lasts too long for its average, or runs remember their
            start, at every point.
        ValueError: if more jumps are wished for than end within hours.

    Reference:
        landi2024.
    """
    if answer.jumps.classical:
        return RecordResponses(answer.to_jumps, answer.to_jumps_error)
    batch, count = answer.to_jumps.shape[:-1], answer.jumps.table.size
    values, errors, aparts = (
        np.full((*batch, count), np.nan),
        np.full((*batch, count), np.nan),
        np.zeros((*batch, count)),
    )
    covariances = np.zeros((*batch, count, count) if wish is not None else ())
    runs, size = 0, max(int(np.prod(batch)), 1)
    hidden, refusal = np.zeros((*batch, count), dtype=bool), None
    silent = np.broadcast_to(noise <= noise_error, batch)
    for number, place in enumerate(np.ndindex(*batch)):
        if silent[place]:  # each v_k^2 / a_k is no more than the noise
            values[place], errors[place] = 0.0, 0.0
            continue
        part = None if wish is None else wish.part(number / size, 1.0 / size)
        try:
            found = _of_point(answer, noise, place, batch, part)
        except NotConvergedError as missed:
            hidden[place], refusal = True, missed
            continue
        if found is None:
            return RecordResponses(np.full_like(values, np.nan), np.full_like(values, np.nan), known=False)
        values[place], errors[place] = found.values, found.error
        if found.sampled is not None and wish is not None:
            runs, covariances[place], aparts[place] = wish.runs, found.sampled.covariance, found.sampled.apart
    if refusal is not None:
        values = marked(values, hidden, refusal, "the average over the record of jumps was not found")
    return RecordResponses(values, errors + answer.to_jumps_error, runs=runs, covariance=covariances, apart=aparts)


def _of_point(
    answer: CurrentAnswer, noise: FloatArray, place: tuple[int, ...], batch: tuple[int, ...], wish: Sampling | None
) -> _Point | None:
    model, weights = answer.steady_state.model, answer.current.weights
    state, solution = (
        np.broadcast_to(each, (*batch, *each.shape[-2:]))[place]
        for each in (answer.steady_state.matrix, answer.operator)
    )
    if batch:
        points = ChosenPoints(batch, np.asarray(np.ravel_multi_index(place, batch)))
        model, weights = points.model(model), points.of(weights, 1)
    count = weights.size
    if not np.isfinite(state).all():
        return _Point(np.full(count, np.nan), np.full(count, np.nan))
    liouvillian = Liouvillian(model)
    exact = reset_noise(liouvillian, state, -solution, weights, else_sampled=wish is not None)
    if exact is not None:
        return _Point(exact.gains, exact.gains_error)
    if wish is None:
        return None
    here = float(np.broadcast_to(noise, batch)[place])
    relaxation = relaxation_time(answer.resolvent, batch, place)
    found = sampled_gains(liouvillian, state, -solution, weights, here, relaxation, wish)
    return _Point(found.values, np.zeros(count), found)
