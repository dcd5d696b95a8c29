"""The occupation bound: no average of a state observable over time is steadier than the stays in its states allow."""

from __future__ import annotations

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._threads import few_threads
from thermokin._typing import OperatorLike
from thermokin.bounds.bound import BoundAtRest
from thermokin.bounds.theorem import Bounded, Hypothesis, Part, Theorem
from thermokin.linear_response.observed import observed
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.motion.steady_state import steady_state

__all__ = ["occupation_bound"]

EPSILON = float(np.finfo(np.float64).eps)
OCCUPATION = Theorem(
    "occupation",
    "Var int O dt >= sum_i p_i (O_i - <O>)^2 / k_i per time, O_i the value in level i and k_i what leaves it",
    "steady states of rate equations, any observable that is a number of each level",
    "rings of one-way jumps",
    "macieszczak2024",
    bounded=Bounded("variance of the observable integrated over time", "observable^2 time", per_time=False),
)


def occupation_bound(
    model: Model, observable: OperatorLike, *, outside: bool = False, initial: Initial | None = None
) -> BoundAtRest:
    """The bound on the noise of a state observable that is integrated over time.

    Args:
        model: the model.
        observable: O (..., d, d) in the user's basis, Hermitian.
        outside: whether it is computed where it is no theorem too, marked by `applies`.
        initial: says which steady state is meant, where the model keeps more than one.

    Returns:
        The bound: value is lim d Var(int O dt) / dt, the correlations of O summed over all times.

    Raises:
        HypothesisError: if it is no theorem here, since coherences feed populations or O has elements between levels.
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        ValueError: if the observable has another dimension, or is not Hermitian.
        TypeError: if it does not hold numbers.

    Cost:
        A steady state and one solve.

    Reference:
        macieszczak2024.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ring = tk.rates([[0, 0, 1.0], [2.0, 0, 0], [0, 0.5, 0]])
        >>> bound = tk.bounds.occupation_bound(ring, np.diag([1.0, 0.0, 0.0]))
        >>> bool(np.isclose(bound.ratio, 1.0))
        True
    """
    state = steady_state(model, initial=initial)
    seen = observed(state, observable, "observable")
    if (np.abs(seen.matrix - seen.adjoint.matrix) > 1e-12 * np.abs(seen.matrix).max(initial=0.0)).any():
        raise ValueError("`observable` must be Hermitian.")
    levels = np.diagonal(seen.matrix, axis1=-2, axis2=-1).real
    between = np.abs(seen.matrix - levels[..., None] * np.eye(levels.shape[-1])).max(initial=0.0)
    share = float(between / (np.abs(seen.matrix).max(initial=0.0) or 1.0))
    liouvillian = Liouvillian(model)
    hypotheses = (
        Hypothesis("populations obey a rate equation", liouvillian.closed_points),
        Hypothesis("the observable is a number of each level", share <= 1e-12, share, "largest element between levels"),
    )
    with few_threads(model.dimension):
        found, missed, _ = seen.followed_by(seen).at(np.zeros(1))
    value, error = 2.0 * found[..., 0].real, 2.0 * missed[..., 0]
    leaving = liouvillian.decay.diagonal
    apart = levels - seen.mean.real[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(state.populations > 0.0, state.populations * apart**2 / leaving, 0.0)
    limit = np.asarray(np.where(apart == 0.0, 0.0, terms).sum(axis=-1))
    of_limit = np.asarray(levels.shape[-1] * EPSILON * 4.0 * limit)
    mean = seen.mean.real
    parts = hypotheses, error + of_limit, None, Part("mean", mean)
    bound = BoundAtRest(OCCUPATION, value, limit, mean, *parts, state, limit_error=of_limit)
    if not bound.applies_everywhere and not outside:
        unmet = "; ".join(str(one) for one in hypotheses if not one.everywhere)
        raise HypothesisError(
            f"the occupation bound is no theorem here, since this does not hold: {unmet}. Ask with `outside=True` to "
            "see it all the same."
        )
    return bound
