"""The engines that move a sector with coherences, with their costs, and the choice between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray
from thermokin.motion.sector_coordinates import MovingPart
from thermokin.numerics.krylov_exponential import VectorPath, krylov_exponential
from thermokin.numerics.rounding_guard import EPS, LOST, require_phase
from thermokin.numerics.shift_invert_exponential import BY_POLYNOMIALS, shift_invert_exponential
from thermokin.solvers.choice import banded_work

__all__ = ["ENGINES", "STACKED_UP_TO", "CoherentEngine", "cheapest", "moved_along", "moved_whole", "one_space_pays"]

STACKED_UP_TO = 64  # coordinates up to which all points of a sweep are moved at once
LADDER_UP_TO = 600  # coordinates up to which a ladder of dense propagators is kept
FAST = 3e10  # real multiplications a second in products of large dense matrices
CALL = 2e-5  # seconds of a product with a vector and of its orthogonalisation, of any size
ENTRY = 1.5e-9  # seconds for an entry of a sparse matrix or factor in a product
BASIS = 1.5e-8  # seconds for a coordinate in an orthogonalisation
COMPLEX = 3.0  # of complex numbers, in times of real ones
WINDOWS, SOLVES, LOOKS = 4, 350, 100  # of the windows of one motion: factors, solves with them, and small exponentials
FACTOR = 5e-10  # seconds for an operation of a banded factorisation
FILLED_UP_TO = 2e8  # entries of a factor that memory holds
LOOK = 3e-4  # seconds of a small exponential
HOPELESS = 1e5  # seconds beyond which nothing is begun


class CoherentEngine(NamedTuple):
    """One way to compute exp(L t) v of a vector without a stationary part, at one point or, if stacked, at many.

    Args:
        cost: estimate of its time [s] for times (..., t).
        move: the states (..., t, n), with their error.
    """

    cost: Callable[[MovingPart, FloatArray], float]
    move: Callable[[MovingPart, NDArray[Any], FloatArray], VectorPath]


def _reach(part: MovingPart, times: FloatArray) -> float:
    """Norm times the last time, on which the cost of following a motion depends."""
    return float(np.max(part.norm * times[..., -1]))


def _heavier(part: MovingPart) -> float:
    return COMPLEX if np.iscomplexobj(part.matrix) else 1.0


def _by_ladder(part: MovingPart, vector: NDArray[Any], times: FloatArray) -> VectorPath:
    """Squarings of a short dense exponential; what is not known of the matrix is watched from doubling to doubling."""
    ladder = part.ladder
    lost = EPS * part.largest
    largest = np.abs(vector).max(axis=-1, initial=0.0)
    if float(np.max(lost * times[..., -1] * largest, initial=0.0)) > LOST:
        # Rounding that has grown or decayed on its own would look like motion.
        for time, state in ladder.doubled(vector, times):
            require_phase(lost, time[..., None], np.abs(state).max(axis=-1)[..., None])
    states = ladder.along(vector, times)
    size = np.linalg.norm(vector, axis=-1)[..., None]
    now = np.linalg.norm(states, axis=-1)
    error = EPS * (part.size * size + part.norm[..., None] * times * np.maximum(now, EPS * size))
    return VectorPath(states, error, ladder.height(times))


def _cost_of_ladder(part: MovingPart, times: FloatArray) -> float:
    if part.size > LADDER_UP_TO:
        return np.inf
    rungs = max(float(np.log2(max(_reach(part, times), 1.0))), 0.0)
    making = 2.0 * (6 + rungs) * float(part.size) ** 3
    serving = rungs * times.shape[-1] * float(part.size) ** 2
    return float(_heavier(part) * (making + serving) / FAST)


def _product(part: MovingPart) -> float:
    return float(CALL + _heavier(part) * (ENTRY * part.sparse.nnz + BASIS * part.size))


def _by_polynomials(part: MovingPart, vector: NDArray[Any], times: FloatArray) -> VectorPath:
    return krylov_exponential(part.sparse.__matmul__, vector, times, part.stationary.taken_out)


def _cost_of_polynomials(part: MovingPart, times: FloatArray) -> float:
    return (_reach(part, times) + 30.0) * _product(part)


def _by_windows(part: MovingPart, vector: NDArray[Any], times: FloatArray) -> VectorPath:
    return shift_invert_exponential(part.sparse, vector, times, part.stationary.taken_out)


def _cost_of_windows(part: MovingPart, times: FloatArray) -> float:
    reach = _reach(part, times)
    first = (min(reach, BY_POLYNOMIALS) + 30.0) * _product(part)
    if reach <= BY_POLYNOMIALS:
        return first
    work = banded_work(part.sparse)
    filled = np.sqrt(work * part.size)  # entries of a factor, within a factor of two wherever measured
    if filled > FILLED_UP_TO:
        return np.inf
    solve = CALL + _heavier(part) * (ENTRY * filled + BASIS * part.size)
    return float(first + _heavier(part) * WINDOWS * FACTOR * work + SOLVES * solve + LOOKS * LOOK)


ENGINES: dict[str, CoherentEngine] = {
    "ladder": CoherentEngine(_cost_of_ladder, _by_ladder),
    "polynomials": CoherentEngine(_cost_of_polynomials, _by_polynomials),
    "windows": CoherentEngine(_cost_of_windows, _by_windows),
}
"""By name, so that laws can be asked of each."""


def moved_along(part: MovingPart, vector: NDArray[Any], times: FloatArray, engine: str | None = None) -> VectorPath:
    """exp(L t) v at all times, by the engine that takes least.

    Args:
        part: L and what it keeps for ever.
        vector: v (..., n), without a stationary part.
        times: (..., t) ascending, >= 0 [time].
        engine: its name; the cheapest if None.

    Returns:
        The states (..., t, n), with an estimate from above of the norm of their error (..., t).

    Raises:
        NotConvergedError: if what decays slowly is lost in rounding, or nothing is cheap.
    """
    stacked = part.stacked or vector.ndim > 1 or times.ndim > 1
    if stacked and engine is None and part.size > STACKED_UP_TO:
        return _one_by_one(part, vector, times)
    if stacked and engine not in {None, "ladder"}:
        return _one_by_one(part, vector, times, engine)
    return ENGINES[engine or cheapest(part, times)].move(part, vector, times)


def cheapest(part: MovingPart, times: FloatArray) -> str:
    """The name of the engine that takes least.

    Args:
        part: what moves.
        times: (..., t) ascending, >= 0 [time].

    Returns:
        The name.

    Raises:
        NotConvergedError: if nothing is cheap.
    """
    if part.size <= STACKED_UP_TO:
        return "ladder"
    costs = {name: engine.cost(part, times) for name, engine in ENGINES.items()}
    least = min(costs, key=lambda name: costs[name])
    if costs[least] > HOPELESS:
        raise NotConvergedError(
            f"{part.size} coherent elements would take about {costs[least] / 3600.0:.0f} hours to follow through "
            f"{_reach(part, times):.1e} turns of the fastest of them:",
            _reach(part, times),
            "ask for shorter times or for the steady state, or work in the rotating frame.",
        )
    return least


def one_space_pays(parts: Sequence[MovingPart], size: int, whole: Callable[[], MovingPart], times: FloatArray) -> bool:
    """Whether polynomials move several sectors as one in less time than each by the engine that takes least.

    Args:
        parts: the sectors, at one point.
        size: real coordinates of all of them and of their transposes.
        whole: makes the part that moves them as one.
        times: (t,) ascending, >= 0 [time].

    Returns:
        True if it does; nothing is made of the whole where its size alone decides.
    """
    apart = sum(min(_cost_of_ladder(part, times), _cost_of_polynomials(part, times)) for part in parts)
    longest = max(_reach(part, times) for part in parts)
    if (longest + 30.0) * (CALL + BASIS * size) > apart:
        return False
    least = sum(min(engine.cost(part, times) for engine in ENGINES.values()) for part in parts)
    return _cost_of_polynomials(whole(), times) < least


def moved_whole(part: MovingPart, vector: NDArray[Any], times: FloatArray) -> VectorPath:
    """exp(L t) v at one point by polynomials, whatever stays of the vector: it need not be known.

    Args:
        part: L.
        vector: v (n,).
        times: (t,) ascending, >= 0 [time].

    Returns:
        The states (t, n), with an estimate from above of the norm of their error (t,).
    """
    return krylov_exponential(part.sparse.__matmul__, vector, times, np.asarray)


def _one_by_one(part: MovingPart, vector: NDArray[Any], times: FloatArray, engine: str | None = None) -> VectorPath:
    batch = np.broadcast_shapes(part.dense.shape[:-2], vector.shape[:-1], times.shape[:-1])
    vectors, grids = (np.broadcast_to(one, (*batch, one.shape[-1])) for one in (vector, times))
    whole = MovingPart(np.broadcast_to(part.dense, (*batch, part.size, part.size)), part.kept)
    found = [
        moved_along(point, np.ascontiguousarray(vectors[place]), grids[place], engine)
        for place, point in zip(np.ndindex(*batch), whole.points(), strict=True)
    ]
    shape = (*batch, times.shape[-1])
    return VectorPath(
        np.stack([one.states for one in found]).reshape(*shape, part.size),
        np.stack([one.error for one in found]).reshape(shape),
        sum(one.products for one in found),
    )
