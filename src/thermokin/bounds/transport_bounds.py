"""Bounds on what is carried coherently between leads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._verbs import answers
from thermokin.bounds.asked import of_name, require_answers, require_domain
from thermokin.bounds.bound import BoundInTransport, BoundsInTransport
from thermokin.bounds.catalogue import catalogue
from thermokin.bounds.theorem import Limit, Situation, Theorem
from thermokin.bounds.transport_case import TransportCase
from thermokin.transport.answers import Junction
from thermokin.transport.transport_current import TransportCurrent

__all__ = ["BoundsInTransport", "evaluate"]


@answers(Junction, "evaluate")
def evaluate(
    junction: Junction,
    current: TransportCurrent,
    *,
    theorems: Sequence[Theorem | str] | Theorem | str = (),
    outside: bool = False,
) -> BoundsInTransport:
    """The bounds of the catalogue on the noise of a current between leads, see `thermokin.bounds.evaluate`.

    Args:
        junction: the junction.
        current: a current of it.
        theorems: which bound or bounds, by themselves or by name; all that speak of coherent transport unless given.
        outside: whether those that are given are computed outside their domain too, marked by `applies`.

    Returns:
        The bounds.

    Raises:
        HypothesisError: if a bound that was asked for by itself is no theorem here.
        NotConvergedError: if an integral over energy does not converge.
        ValueError: if the current belongs to another junction.
        TypeError: if an argument is of the wrong type.
    """
    case = TransportCase(junction, current)
    asked = [of_name(one, catalogue()) for one in ([theorems] if isinstance(theorems, Theorem | str) else theorems)]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        wanted = asked or catalogue(Situation.TRANSPORT)
        limits = [(theorem, theorem.transport(case)) for theorem in wanted if theorem.transport is not None]
        found = BoundsInTransport(_bound(case, theorem, limit) for theorem, limit in limits if limit is not None)
    if asked and not outside:
        require_domain(found)
        require_answers(found, asked)
    return found


def _bound(case: TransportCase, theorem: Theorem, limit: Limit) -> BoundInTransport:
    error = np.asarray(case.cumulants.error[..., 1] + limit.error)
    value, stated = np.broadcast_arrays(case.noise, limit.value)
    parts = limit.hypotheses, error, limit.cost, limit.response
    return BoundInTransport(theorem, value, stated, case.mean, *parts, case.junction)
