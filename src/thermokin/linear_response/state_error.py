"""How far rounding may have moved the elements of a steady state."""

from __future__ import annotations

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.resolvent import Resolvent

__all__ = ["state_error"]

EPSILON = float(np.finfo(np.float64).eps)
SAMPLES = 3  # random roundings of the generator's elements that are followed
ABOVE = 4.0  # times the largest of them, and each of their averages over elements
DENSE_UP_TO = 900  # coordinates


def state_error(steady_state: SteadyState) -> FloatArray:
    """An estimate from above of the error of each element of a steady state.

    A solver's errors are those of a generator whose elements are rounded; some such roundings are followed.

    Args:
        steady_state: rho.

    Returns:
        (..., d, d) in the frame.

    Cost:
        One solve for some vectors.
    """
    state = np.abs(steady_state.matrix)
    resolvent = steady_state.resolvent
    if resolvent is None:
        return np.asarray(state.shape[-1] * EPSILON * state.max(axis=(-2, -1), keepdims=True) + 0.0 * state)
    prepared = resolvent() if callable(resolvent) else resolvent
    if prepared.known is not None:  # each population to some roundings of itself
        return np.asarray((state.shape[-1] + 1) * EPSILON * state)
    try:
        return np.asarray(EPSILON * state + _followed(prepared))
    except NotConvergedError:
        return np.full(state.shape, np.inf)


def _followed(resolvent: Resolvent) -> FloatArray:
    block, random = resolvent.block, np.random.default_rng(0)
    size = np.abs(resolvent.stationary)
    thin = block.size > DENSE_UP_TO
    flow = abs(block.sparse) @ size[:, None] if thin else np.abs(block.matrix) @ size[..., None]
    pushes = EPSILON * flow * random.choice([-1.0, 1.0], size=(block.size, SAMPLES))
    moved = np.moveaxis(resolvent.drazin(pushes), -1, 0)
    states = np.abs(block.frame_state(moved))
    if not block.liouvillian.populations_closed:
        typical = np.sqrt((states**2).mean(axis=(-2, -1), keepdims=True))
        return np.asarray(ABOVE * (states.max(axis=0) + typical.max(axis=0)))
    found = states.max(axis=0)
    return np.asarray(ABOVE * found[..., None] * np.eye(found.shape[-1]))
