"""The engines that move populations: one way each to compute exp(W t) v, with what it costs and what it cannot resolve.

An engine is three functions of a task; it chooses no other engine and mends nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import sparse

from thermokin._typing import BoolArray, FloatArray
from thermokin.motion.prepared_populations import LIGHTEST, PreparedPopulations, Task
from thermokin.numerics import two_level
from thermokin.numerics.polynomial_exponential import (
    chebyshev,
    chebyshev_terms,
    lanczos,
    lanczos_vectors,
    relax,
    uniformisation,
    uniformisation_terms,
)
from thermokin.numerics.positive_exponential import FEW_STEPS, step_through
from thermokin.numerics.rational_krylov import CONVERGED, windows

__all__ = ["ENGINES", "Engine", "Moved"]

ROUNDED_OFF = 1e8  # jumps of the fastest level after which polynomials in W keep eight digits of what is slow
SAFE = 1e8 * np.finfo(float).eps  # populations must stand this far above the rounding of a sum over modes
SAFE_LARGE = 1e3 * np.finfo(float).eps  # the same for many levels, where another engine costs seconds
ROUNDING = 16.0 * np.finfo(float).eps  # of each mode in a sum over modes
RESTARTS = 3.0  # passes that a sum of positive terms takes to follow a decay over the usual decades
RESTARTS_OF_CHEBYSHEV = 2.0  # the same for Chebyshev polynomials, measured
THIN = 10.0  # products with a thin rate matrix in the time of one with a full one
FOLLOWED = 1e4  # jumps of the fastest level up to which the rounding of its rate leaves slow ones twelve digits
BALANCED = 64.0 * float(np.finfo(float).eps)  # asymmetry up to which one triangle of the rates tells the other one
WANDERING = 1e6  # jumps of a level at rest after which a shifted inverse keeps ten digits of what is slow

Moved: TypeAlias = tuple[FloatArray | None, FloatArray, BoolArray | None]


@dataclass(frozen=True)
class Engine:
    """One way to compute exp(W t) v.

    Args:
        name: by which it can be asked for.
        needs: what it serves, in words.
        serves: whether it can do a task at all.
        cost: of a task that it serves, the work in products of W with a vector for one large system, a rank for few
            levels and sweeps. Infinite where digits would not last.
        move: the populations (..., t, n) or None, the vector over time (..., t, n), and where (..., t) the smallest
            populations are not resolved, None for nowhere.
        lacking: what populations (..., t, n) lack beyond their own digits (..., t, n), or of one number for all levels.
        prepares: whether it can be prepared, which is as dear as to move: looked at where it is chosen.
        positive: whether it adds what is not negative, so that it resolves every population.
        for_few: whether it is one of those between which few levels and sweeps choose.
        for_many: whether one large system is prepared for it where late times will be asked for again and again.
    """

    name: str
    needs: str
    serves: Callable[[Task], bool]
    cost: Callable[[Task], float]
    move: Callable[[Task], Moved]
    lacking: Callable[[Task, FloatArray], FloatArray]
    prepares: Callable[[PreparedPopulations], bool] = lambda _: True
    positive: bool = False
    for_few: bool = False
    for_many: bool = False


def _nothing(task: Task, _: FloatArray) -> FloatArray:
    return np.zeros((*task.times.shape, 1))


# In closed form, for two levels.


def _of_two(task: Task) -> bool:
    return task.prepared.size == 2 and task.prepared.limit.unique


def _closed(task: Task) -> Moved:
    rates, final = task.prepared.dense, task.prepared.limit.stationary[0]
    if task.start is None:
        return None, two_level.relaxation(rates, task.vector, task.times), None
    populations, later = two_level.path(rates, task.start, final, task.vector, task.times)
    return populations, later, None


# One exponential for each distinct step: every population to its own relative accuracy.


def _affordable(task: Task) -> bool:
    return task.prepared.affordable


def _stepping_cost(task: Task) -> float:
    prepared = task.prepared
    distinct = int(prepared.kinds(task.times).max()) + 1
    if not task.single:
        return distinct / FEW_STEPS
    filling = THIN if isinstance(prepared.rates, sparse.csr_array) else 1.0
    return float(filling * (7.0 + np.log2(max(task.reach, 1.0))) * distinct * prepared.size / 4.0)


def _stepping(task: Task) -> Moved:
    kinds = task.prepared.kinds(task.times)
    return *step_through(task.prepared.propagators, task.start, task.vector, task.times, kinds), None


# The sum over modes.


def _with_modes(task: Task) -> bool:
    return task.prepared.affordable and task.prepared.limit.unique


def _summable(prepared: PreparedPopulations) -> bool:
    return prepared.summable


def _modes_cost(task: Task) -> float:
    if not task.single:
        return 1.5
    # One eigendecomposition, measured.
    return 12.0 * task.prepared.size if task.balanced else np.inf


def _summed(task: Task) -> Moved:
    prepared, start, times = task.prepared, task.start, task.times
    modes, vector = prepared.spectrum, task.vector
    assert modes is not None  # noqa: S101 - chosen only under detailed balance
    later = modes.relaxation(vector[..., None], times)[..., 0]
    if start is None:
        poor = ~prepared.well_scaled(vector)
        return None, later, np.broadcast_to(poor[..., None], later.shape[:-1]) if poor.any() else None
    final = prepared.limit.stationary[0][..., None, :]
    early = start[..., None, :] + modes.increase(vector[..., None], times)[..., 0]
    # Below half of its final value a population is better known from where it started.
    populations = np.where(final + later < 0.5 * final, early, final + later)
    poor = _unresolved(task, populations)
    return np.where((times == 0.0)[..., None], start[..., None, :], populations), later, poor


def _unresolved(task: Task, populations: FloatArray) -> BoolArray:
    """Where (..., t) the sum over modes does not resolve populations."""
    modes, weight = task.prepared.spectrum, task.prepared.weight(task.vector)[..., None]
    assert modes is not None  # noqa: S101 - asked after a sum over modes
    if not task.single:
        rounding = SAFE * modes.root * np.maximum(weight, LIGHTEST)
        return np.asarray((populations <= rounding[..., None, :]).any(axis=-1))
    # What is rounded is the modes' joint weight, which falls as they decay, except where the start counts.
    overlaps = modes.overlaps(task.vector[:, None])[1:, 0]
    left = np.linalg.norm(overlaps * np.exp(modes.values[1:] * task.times[:, None]), axis=-1, keepdims=True)
    rising = populations < 0.5 * task.prepared.limit.stationary[0]
    rounding = SAFE_LARGE * modes.root * np.where(rising, np.maximum(weight, LIGHTEST), left)
    return np.asarray((populations <= rounding).any(axis=-1))


def _modes_lacking(task: Task, populations: FloatArray) -> FloatArray:
    modes = task.prepared.spectrum
    assert modes is not None  # noqa: S101 - asked after a sum over modes
    slowest = np.exp(np.minimum(modes.values[..., 1, None] * task.times, 0.0))[..., None]
    weight = task.prepared.weight(task.vector)[..., None, None]
    lacking = ROUNDING * task.prepared.size * modes.root[..., None, :] * weight * slowest
    return np.where(_unresolved(task, populations)[..., None], 0.0, lacking)


# For one system under detailed balance, from the deviation alone: polynomials, or inverses, of the symmetric form.


def _about_the_end(task: Task, later: FloatArray, begun: FloatArray | None = None) -> Moved:
    if task.start is None:
        return None, later, None
    final = task.prepared.limit.stationary[0]
    populations = np.where((task.times == 0.0)[:, None], task.start, final + later)
    weight = task.prepared.weight(task.start)
    if begun is not None:  # the rounding of what a late time was reached from has decayed with it
        weight = np.minimum(weight, task.prepared.weight(begun) + LIGHTEST)[:, None]
    rounding = SAFE_LARGE * np.sqrt(final) * weight
    return populations, later, (populations <= rounding).any(axis=-1) & (task.times > 0.0)


def _lacking(rounding: float) -> Callable[[Task, FloatArray], FloatArray]:
    def lacking(task: Task, populations: FloatArray) -> FloatArray:
        root = np.sqrt(task.prepared.limit.stationary[0])
        return np.broadcast_to(rounding * root * task.prepared.weight(task.vector), populations.shape)

    return lacking


def _one_reversible(task: Task) -> bool:
    return task.alone and task.prepared.reversible


def _chebyshev_cost(task: Task) -> float:
    if task.reach > ROUNDED_OFF or not task.balanced:
        return np.inf
    return RESTARTS_OF_CHEBYSHEV * chebyshev_terms(2.0 * task.reach)


def _chebyshev(task: Task) -> Moved:
    begun = np.zeros((task.times.size, task.prepared.size))
    later = _restarted(task, chebyshev, 2.0 * float(task.prepared.fastest), begun)
    return _about_the_end(task, later, begun)


def _restarted(
    task: Task, polynomial: Callable[..., FloatArray], fastest: float, begun: FloatArray | None = None
) -> FloatArray:
    """The vector over time by polynomials in the rates, without the stationary part that rounding lets in."""
    rates, limit = task.prepared.rates, task.prepared.limit
    return relax(
        lambda vectors, ahead: polynomial(rates, fastest, vectors, ahead),
        task.vector[:, None],
        task.times,
        lambda vectors: np.asarray(vectors - limit.of(vectors)),
        None if begun is None else begun[..., None],
    )[..., 0]


def _one_dense_reversible(task: Task) -> bool:
    return not isinstance(task.prepared.rates, sparse.csr_array) and _one_reversible(task)


def _one_balanced(task: Task) -> bool:
    return _one_dense_reversible(task) and task.prepared.asymmetry <= BALANCED


def _lanczos_cost(task: Task) -> float:
    if task.reach > FOLLOWED or not task.balanced:
        return np.inf
    vectors = lanczos_vectors(task.prepared.exits, float(task.times.max(initial=0.0)))
    return vectors * (1.0 + 2.0 * vectors / task.prepared.size)


def _lanczos(task: Task) -> Moved:
    root = np.sqrt(task.prepared.limit.stationary[0])
    return _about_the_end(task, lanczos(task.prepared.dense, root, task.vector, task.times))


def _krylov_cost(task: Task) -> float:
    prepared, times = task.prepared, task.times
    wandering = float(prepared.exits @ prepared.limit.stationary[0]) * float(times.max(initial=0.0)) > WANDERING
    if not task.balanced or wandering:
        return np.inf
    return windows(times) * (40.0 + prepared.size / 100.0) + 150.0  # a factorisation and sixty solves, measured


def _by_inverses(task: Task) -> Moved:
    return _about_the_end(task, task.prepared.krylov.relax(task.vector, task.times))


# A Poisson mixture of powers of the jump chain, for one system.


def _terms(task: Task) -> float:
    return RESTARTS * uniformisation_terms(task.reach) if task.reach <= ROUNDED_OFF else np.inf


def _uniformised(task: Task) -> Moved:
    rates, fastest, start = task.prepared.rates, float(task.prepared.fastest), task.start
    populations = None if start is None else uniformisation(rates, fastest, start[:, None], task.times)[..., 0]
    return populations, _restarted(task, uniformisation, fastest), None


TWO, ONE, FILLED = "two levels with one end", "one system without a sweep", "a rate matrix that is filled or can be"
MODES, BALANCED_ONE = f"detailed balance and {FILLED}", f"detailed balance and {ONE}"
FILLED_ONE = f"{BALANCED_ONE}, whose rate matrix is filled"
ENGINES: dict[str, Engine] = {
    engine.name: engine
    for engine in (
        Engine("closed form", TWO, _of_two, lambda _: 0.0, _closed, _nothing, positive=True, for_few=True),
        Engine("stepping", FILLED, _affordable, _stepping_cost, _stepping, _nothing, positive=True, for_few=True),
        Engine(
            "modes", MODES, _with_modes, _modes_cost, _summed, _modes_lacking, _summable, for_few=True, for_many=True
        ),
        Engine("Chebyshev", BALANCED_ONE, _one_reversible, _chebyshev_cost, _chebyshev, _lacking(ROUNDING)),
        Engine("Lanczos", FILLED_ONE, _one_balanced, _lanczos_cost, _lanczos, _lacking(CONVERGED)),
        Engine("rational Krylov", FILLED_ONE, _one_dense_reversible, _krylov_cost, _by_inverses, _lacking(CONVERGED)),
        Engine("uniformisation", ONE, lambda task: task.alone, _terms, _uniformised, _nothing, positive=True),
    )
}
