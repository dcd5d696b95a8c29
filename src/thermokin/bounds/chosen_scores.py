"""The bound by the response to any change of the jumps that one cares to choose."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import HypothesisError
from thermokin._threads import few_threads
from thermokin.bounds.bound import BoundAtRest
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Limit, Part, Theorem
from thermokin.counting.counting import cumulants
from thermokin.model.current import Current, own
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.operators.as_numbers import as_real

__all__ = ["response_bound"]

NAMES = {
    False: (
        "chosen scores",
        "Var J >= (d<J>/dtheta)^2 / sum_k b_k^2 a_k per time, L_k -> exp(theta b_k / 2) L_k",
        "any steady state and any count",
        "scores in proportion to v_k / a_k, where populations obey a rate equation",
    ),
    True: (
        "chosen symmetric scores",
        "Var J >= (d<J>/dtheta)^2 / sum_e b_e^2 j_e^2 / tau_e per time, both rates of edge e times exp(theta b_e), j_e "
        "its net flux and tau_e its traffic",
        "steady states of rate equations, counts that change sign with the jump",
        "scores in proportion to (d<J>/dB_e) tau_e / j_e^2",
    ),
}


def response_bound(
    model: Model, current: Current, scores: ArrayLike, *, symmetric: bool = False, initial: Initial | None = None
) -> BoundAtRest:
    """The bound on the noise at rest by what the mean answers to a change of the jumps.

    The rate of channel k changes as exp(theta b_k), the Hamiltonian does not. With `symmetric`, both jumps of a pair
    have one b and each transition carries its own net flux, which makes the cost that of the forces alone.

    Args:
        model: the model.
        current: the current, of that model.
        scores: b_k (k,), one for each channel in the order of `model.channels`.
        symmetric: whether the tightened form for changes that pairs have in common is meant.
        initial: says which steady state is meant, where the model keeps more than one.

    Returns:
        The bound; its `response` is d<J>/dtheta and its `cost` the information.

    Raises:
        HypothesisError: if the symmetric form is no theorem here.
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        ValueError: if the current belongs to another model, or there is not one score for each channel, or symmetric
            scores of a pair differ.
        TypeError: if an argument is of the wrong type.

    Cost:
        One factorisation and two solves.

    Reference:
        vanvu2024, gammelmark2014.

    Example:
        >>> import thermokin as tk
        >>> ring = tk.rates([[0, 1, 2], [1.5, 0, 0.4], [1, 2, 0]])
        >>> bound = tk.bounds.response_bound(ring, tk.activity(ring), [1.0] * 6)
        >>> bool(bound.holds)
        True
    """
    own(current, model)
    given = as_real(scores, "scores")
    if given.shape != (model.table.size,):
        raise ValueError(f"`scores` must hold one number for each of {model.table.size} channels, got {given.shape}.")
    case = RestCase(cumulants(model, current, initial=initial), initial=initial)
    with few_threads(model.dimension), np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        per_jump = given[case.jumps.channel]
        if symmetric:
            _require_symmetric(case, per_jump)
            per_jump = per_jump * case.forces
        value, error = case.response(per_jump)
        cost = (per_jump**2 * case.jumps.rates).sum(axis=-1)
        part = Part("response to the chosen scores", value)
        limit: Limit = case.limit((part, error), cost, "information in them")
    theorem = Theorem(*NAMES[symmetric], "vanvu2024, gammelmark2014", rest=lambda _: limit)
    missed = np.asarray(case.cumulants.error[..., 1] + limit.error)
    parts = limit.hypotheses, missed, limit.cost, limit.response
    return BoundAtRest(theorem, case.noise, limit.value, case.mean, *parts, case.steady_state, limit_error=limit.error)


def _require_symmetric(case: RestCase, scores: np.ndarray) -> None:
    reverse = case.jumps.reverse
    if not (scores == np.where(reverse >= 0, scores[reverse], scores)).all():
        raise ValueError("`scores` must be equal for the two jumps of a pair, where `symmetric` is asked for.")
    for hypothesis in (case.classical, *case.paired):
        if not hypothesis.everywhere:
            raise HypothesisError(
                f"the symmetric form is no theorem here, since this does not hold: {hypothesis}. Leave `symmetric` out."
            )
