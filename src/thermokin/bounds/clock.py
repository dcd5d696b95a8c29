"""The clock bound: no count is steadier than the waits between jumps allow."""

from __future__ import annotations

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Limit, Theorem
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.current import Current, current
from thermokin.model.model import Model
from thermokin.numerics.level_sums import scatter

__all__ = ["CLOCK", "residual_time", "steadiest_count"]

SAME = 1e-12  # of two mean stays: what differs by less are the same sum in another order
SMALL = 8  # levels up to which one linear system for all elements is quicker along a sweep


def steadiest_count(model: Model) -> Current:
    """The count that reaches the clock bound: each jump counts the mean stay in the level that it leaves.

    A jump out of level i counts 1/k_i, k_i the rate at which jumps leave it, so that the count estimates the time that
    has passed: its mean is 1 per time, and its noise the mean residual time sum_i p_i / k_i, less than which no count
    of that mean has. Jumps that undo themselves and move no population count nothing, and leave no level.

    Args:
        model: the model, whose populations obey a rate equation.

    Returns:
        The current [time]; its weights are arrays (..., k) along a sweep.

    Raises:
        HypothesisError: if coherences feed populations, or a channel leaves levels of different mean stay, so that its
            jumps would have to be told apart.
        TypeError: if it is no model.

    Cost:
        A sum over all jumps.

    Reference:
        prech2024clock, macieszczak2024.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ring = tk.rates([[0, 2, 0.5], [0.3, 0, 1.5], [1.1, 0.4, 0]])
        >>> bound = tk.bounds.evaluate(ring, tk.bounds.steadiest_count(ring))["clock"]
        >>> bool(np.isclose(bound.ratio, 1.0, rtol=1e-12))
        True
    """
    liouvillian, table = Liouvillian(model), model.table
    if not liouvillian.populations_closed:
        raise HypothesisError(
            "a count reaches the clock bound only where populations obey a rate equation; here coherences feed them."
        )
    strength = np.where((table.row == table.column) & table.idle[table.channel], 0.0, table.strength)
    leaving = scatter(strength, table.column, table.dimension)
    stays = np.where(leaving > 0.0, 1.0 / np.where(leaving > 0.0, leaving, 1.0), 0.0)[..., table.column]
    longest = np.zeros((*stays.shape[:-1], table.size))
    shortest = np.full(longest.shape, np.inf)
    np.maximum.at(longest.T, table.channel, np.where(strength > 0.0, stays, 0.0).T)
    np.minimum.at(shortest.T, table.channel, np.where(strength > 0.0, stays, np.inf).T)
    if (longest > shortest * (1.0 + SAME)).any():
        raise HypothesisError(
            "a count that reaches the clock bound tells jumps out of different levels apart, but one channel of the "
            "model holds several of different mean stay; write the process down with `tk.rates`, a channel for each."
        )
    return current(model, longest, name="steadiest count")


def residual_time(case: RestCase) -> FloatArray:
    """The mean time from any moment at rest to the next jump that takes part (...) [time].

    sum_i p_i / k_i where populations obey a rate equation, with k_i what leaves level i by jumps; in general tr X with
    K X + X K^+ = rho, i times K the effective Hamiltonian between jumps.

    Args:
        case: the case.

    Returns:
        The time; inf where some state at rest never jumps.

    Reference:
        prech2024clock, macieszczak2024.
    """
    state, jumps = case.steady_state, case.jumps
    if jumps.classical:
        strength = np.asarray(jumps.table.strength * case.taking_part)
        rates = scatter(strength, jumps.table.column, jumps.table.dimension)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(state.populations > 0.0, state.populations / rates, 0.0).sum(axis=-1))
    decay = Liouvillian(case.model).observable(case.taking_part)
    drift, matrix = 1j * case.model.generator.dense + 0.5 * decay.dense, state.matrix
    batch = np.broadcast_shapes(drift.shape[:-2], matrix.shape[:-2])
    own = matrix.shape[-2:]
    drifts, states = (np.broadcast_to(each, (*batch, *own)).reshape(-1, *own) for each in (drift, matrix))
    values = np.linalg.eigvals(drifts)
    rounding = np.finfo(float).eps * own[0] * np.abs(values).max(axis=-1, initial=0.0)
    # Some state never jumps, or as good as never.
    leaves = (values.real.min(axis=-1) > rounding) & np.isfinite(states).all(axis=(-2, -1))
    times = np.where(np.isfinite(states).all(axis=(-2, -1)), np.inf, np.nan)
    times[leaves] = _until_a_jump(drifts[leaves], states[leaves])
    return np.asarray(times).reshape(batch)


def _until_a_jump(drifts: ComplexArray, states: ComplexArray) -> FloatArray:
    """Tr X with K X + X K^+ = rho for some points (n, d, d)."""
    from scipy.linalg import solve_continuous_lyapunov

    size = drifts.shape[-1]
    if len(drifts) == 1 or size > SMALL:
        found = (solve_continuous_lyapunov(one, two) for one, two in zip(drifts, states, strict=True))
        return np.array([float(np.trace(one).real) for one in found])
    unit = np.eye(size)
    system = np.einsum("nij,kl->nikjl", drifts, unit) + np.einsum("ij,nkl->nikjl", unit, drifts.conj())
    square = size * size
    solved = np.linalg.solve(system.reshape(-1, square, square), states.reshape(-1, square, 1))
    return np.asarray(np.trace(solved.reshape(-1, size, size), axis1=-2, axis2=-1).real)


def _at_rest(case: RestCase) -> Limit:
    time = residual_time(case)
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = np.where(np.isinf(time), 0.0, 1.0 / time)
    return case.limit(case.itself, cost, "jumps in a mean residual time, per time", (case.classical,))


CLOCK = Theorem(
    "clock",
    "Var J >= <J>^2 T per time, T = sum_i p_i / k_i the mean time to the next jump, k_i what leaves level i",
    "steady states of rate equations, any count; above the kinetic bound; coherence breaks it",
    "a count that adds 1/k_i on leaving level i; any count of a ring of one-way jumps",
    "prech2024clock, macieszczak2024",
    rest=_at_rest,
)
