"""exp(L t) v of a stiff sparse matrix from Krylov spaces of (1 - g L)^-1, window by window."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._typing import FloatArray
from thermokin.numerics.factorised import sparse_factor
from thermokin.numerics.krylov_exponential import (
    EPS,
    VANISHED,
    Apply,
    GrowingSpace,
    VectorPath,
    krylov_exponential,
)
from thermokin.numerics.propagator_ladder import PropagatorLadder

__all__ = ["BY_POLYNOMIALS", "shift_invert_exponential"]

BY_POLYNOMIALS = 300.0  # norm times time up to which polynomials are cheaper than any factor
SPACE = 72  # vectors of one window at most
LOOK_EVERY = 3
AGREEMENT = 1e-11  # of two spaces, three vectors apart, beside the state
GROWN = float(np.exp(5.0))  # of a state: spurious Ritz values have positive real parts
WIDER = 1.5  # by how much a window may grow beyond one that has failed, after each that has not


@dataclass(eq=False)
class _Factors:
    """Factors of 1 - g L: few values of g, each a power of two, so that windows of equal size share one."""

    matrix: sparse.csc_array
    made: dict[float, Any] = field(default_factory=dict)

    def of(self, shift: float) -> Any:
        if shift not in self.made:
            while len(self.made) > 2:
                del self.made[next(iter(self.made))]
            system = sparse.csc_array(sparse.eye_array(self.matrix.shape[0]) - shift * self.matrix)
            self.made[shift] = sparse_factor(system)
        return self.made[shift]


def shift_invert_exponential(
    matrix: sparse.csr_array, vector: NDArray[Any], times: FloatArray, project: Apply
) -> VectorPath:
    """exp(L t) v at all times: polynomials at first, then windows each of which one factor of 1 - g L serves.

    A Krylov space of (1 - g L)^-1 holds slow motion however fast the rest of L is. Of a matrix that is not normal, a
    space that grows past convergence shows spurious growth: it is looked at every third vector and left at once.

    Args:
        matrix: L (n, n) [1/time].
        vector: v (n,), without a stationary part.
        times: (t,) ascending, >= 0 [time].
        project: takes out of vectors (n, ...) the stationary part that rounding lets in.

    Returns:
        The states with their error: of polynomials as there, of each window the difference of two spaces.

    Cost:
        2 to 6 factorisations and 100 to 350 solves where fast motion dies out; where nothing does, windows shrink
        until polynomials serve them.

    Reference:
        eshof2006.
    """
    norm = float(np.max(abs(matrix).sum(axis=0), initial=0.0))
    factors = _Factors(sparse.csc_array(matrix))
    short = BY_POLYNOMIALS / norm if norm else np.inf
    states, error = np.zeros((times.size, vector.size), dtype=vector.dtype), np.zeros(times.size)
    state, now, lost, place, products, failed = vector, 0.0, 0.0, 0, 0, np.inf
    window = short
    while place < times.size:
        if times[place] > now and not np.linalg.norm(state) > VANISHED:
            break
        if now > 0.0:
            window = min(max(10.0 * (float(times[place]) - now), short), max(failed / 2.0, short))
        window = min(window, float(times[-1]) - now)
        until = int(np.searchsorted(times, (now + window) * (1.0 + 4.0 * EPS), side="right"))
        wanted = np.append(np.minimum(times[place:until] - now, window), window)
        moved = None if window <= short else _window(factors, state, wanted, project)
        if moved is None and window > short:
            failed, products = window, products + SPACE
            continue
        if moved is None:
            moved = krylov_exponential(matrix.__matmul__, state, wanted, project)
        failed *= WIDER
        states[place:until], error[place:until] = moved.states[:-1], lost + moved.error[:-1]
        state, lost = moved.states[-1], lost + float(moved.error[-1])
        now, place, products = now + window, until, products + moved.products
    error[place:] = lost
    return VectorPath(states, error, products)


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # spurious growth is looked for, and left
def _window(factors: _Factors, state: NDArray[Any], times: FloatArray, project: Apply) -> VectorPath | None:
    """One window up to the last of the times (t,), or None if its space does not converge."""
    length, end = float(np.linalg.norm(state)), float(times[-1])
    shift = 2.0 ** np.floor(np.log2(end / 10.0))
    solve = factors.of(shift).solve
    grown = GrowingSpace(lambda one: project(solve(one)), state / length, min(SPACE, state.size))
    ends = np.array([times[0], end])
    before: NDArray[Any] | None = None
    while grown.size < grown.length and not grown.complete:
        grown.grow()
        if grown.size % LOOK_EVERY and not grown.complete:
            continue
        ladder = _inner(grown.inside[: grown.size, : grown.size], shift)
        if ladder is None:
            continue
        first = np.zeros(grown.size, dtype=state.dtype)
        first[0] = 1.0
        now = ladder.along(first, ends)
        size = np.linalg.norm(now, axis=-1)
        if not (size < GROWN).all():
            before = None
            continue
        if before is not None:
            apart = np.linalg.norm(now - np.pad(before, ((0, 0), (0, grown.size - before.shape[1]))), axis=-1)
            if (apart <= AGREEMENT * size).all():
                weights = ladder.along(first, times)
                moved = project(grown.basis[: grown.size].T @ weights.T * length).T
                rounded = EPS * np.sqrt(grown.size) * (1.0 + end / shift) * length
                return VectorPath(moved, np.full(times.size, float(apart.max()) * length + rounded), grown.size)
        before = now
    return None


def _inner(inside: NDArray[Any], shift: float) -> PropagatorLadder | None:
    """L in the space, (1 - H^-1) / g; None where H cannot be inverted."""
    try:
        inverse = np.linalg.inv(inside)
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(inverse).all():
        return None
    return PropagatorLadder((np.eye(len(inside)) - inverse) / shift)
