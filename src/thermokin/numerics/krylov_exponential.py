"""exp(L t) v of a large sparse matrix from Krylov spaces of its powers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.numerics.propagator_ladder import climbed, one_norm, shortest_step, stacked_exponential

__all__ = ["Apply", "KrylovSpace", "VectorPath", "krylov_exponential"]

LONG, SHORT = 60, 40  # vectors of one space: what is dear is calls for few coordinates, and orthogonalising for many
FEW = 1000  # coordinates up to which a space is long
TOLERANCE = (
    1e-12  # of the first neglected term of a step, beside the state: the error itself is hundreds of times smaller
)
KEPT = 1e-3  # a step ends before the state has shrunk to this fraction, so that it keeps its relative accuracy
ENDED = 1e-13  # of all overlaps: what is left of a new direction is rounding, and the space is complete
CANCELLED = 0.1  # of a new vector: less is left than this, and a digit of orthogonality with it
VANISHED = 1e-290  # norm below which doubles lose digits
EPS = float(np.finfo(float).eps)

Apply = Callable[[NDArray[Any]], NDArray[Any]]


@dataclass(frozen=True, eq=False)
class VectorPath:
    """A vector along a grid of times.

    Args:
        states: (t, n).
        error: estimate of the norm of what the states lack, from above (t,).
        products: of the matrix with a vector, or solves with its factor.
    """

    states: NDArray[Any]
    error: FloatArray
    products: int


@dataclass(frozen=True, eq=False)
class KrylovSpace:
    """An orthonormal basis of v, A v, A^2 v, ... and what A does in it.

    Args:
        basis: (m + 1, n), one row less where the space is complete.
        inside: A in the basis (m + 1, m).
        complete: whether A does not lead out of the space.
    """

    basis: NDArray[Any]
    inside: NDArray[Any]
    complete: bool

    @classmethod
    def of(cls, apply: Apply, vector: NDArray[Any], length: int) -> KrylovSpace:
        """The space of a vector of norm one.

        Args:
            apply: A on a vector (n,).
            vector: (n,).
            length: m.

        Returns:
            The space, smaller than asked for where it is complete.
        """
        grown = GrowingSpace(apply, vector, min(length, vector.size))
        while grown.size < grown.length and not grown.complete:
            grown.grow()
        return grown.space()


class GrowingSpace:
    """A Krylov space that grows vector by vector, each orthogonalised twice where the first time cancels digits."""

    def __init__(self, apply: Apply, vector: NDArray[Any], length: int) -> None:
        self.apply, self.length, self.size, self.complete = apply, length, 0, False
        self.basis = np.empty((length + 1, vector.size), dtype=vector.dtype)
        self.inside = np.zeros((length + 1, length), dtype=vector.dtype)
        self.basis[0] = vector
        self.real = not np.iscomplexobj(vector)

    def grow(self) -> None:
        """One vector more."""
        step, real = self.size, self.real
        vector = self.apply(self.basis[step])
        known = self.basis[: step + 1]
        overlap = known @ vector if real else (known @ vector.conj()).conj()
        vector = vector - overlap @ known
        rest, found = _length(vector), _length(overlap)
        if rest <= CANCELLED * found:
            again = known @ vector if real else (known @ vector.conj()).conj()
            vector -= again @ known
            overlap += again
            rest = _length(vector)
        self.inside[: step + 1, step] = overlap
        self.size += 1
        self.complete = rest <= ENDED * found or self.size == vector.size
        if not self.complete:
            self.inside[step + 1, step] = rest
            np.divide(vector, rest, out=self.basis[step + 1])

    def space(self) -> KrylovSpace:
        """What has grown so far."""
        rows = self.size if self.complete else self.size + 1
        return KrylovSpace(self.basis[:rows], self.inside[:rows, : self.size], self.complete)


def _length(vector: NDArray[Any]) -> float:
    return float(np.sqrt(np.vdot(vector, vector).real))


def krylov_exponential(
    apply: Apply,
    vector: NDArray[Any],
    times: FloatArray,
    project: Apply,
    tolerance: float = TOLERANCE,
) -> VectorPath:
    """exp(L t) v at all times, step by step, each step as long as one Krylov space serves.

    In the space exp(h L) v is exp(h H) on its first vector, H augmented by one row, so that the first neglected term is
    part of the answer and its size the estimate. The step is found in the small matrix alone: no trial costs a product.

    Args:
        apply: L on a vector (n,).
        vector: v (n,), without a stationary part.
        times: (t,) ascending, >= 0 [time].
        project: takes out of vectors (n, ...) the stationary part that rounding lets in.
        tolerance: of the first neglected term of a step, beside the state at the end of it.

    Returns:
        The states with their error: the sum of all steps' first neglected terms.

    Cost:
        0.6 to 1.6 products for each unit of norm of L times the last time.

    Reference:
        saad1992.
    """
    states = np.zeros((times.size, vector.size), dtype=vector.dtype)
    error = np.zeros(times.size)
    state, now, lost, place, products = vector, 0.0, 0.0, 0, 0
    longest = LONG if vector.size <= FEW else SHORT
    while place < times.size:
        length = float(np.linalg.norm(state))
        if times[place] > now and not length > VANISHED:
            break
        space = KrylovSpace.of(apply, state / length if length else state, longest)
        products += space.inside.shape[1]
        inner = _InnerMotion.of(space, float(times[-1]) - now, tolerance)
        until = int(np.searchsorted(times, now + inner.step * (1.0 + 4.0 * EPS), side="right"))
        wanted = np.append(np.minimum(times[place:until] - now, inner.step), inner.step)
        weights = inner.at(wanted)
        moved = project((space.basis.T @ weights[: len(space.basis)]) * length)
        rounded = EPS * np.sqrt(longest) * (1.0 + inner.norm * wanted) * length
        estimate = lost + np.abs(weights[-1]) * length + rounded if not space.complete else lost + rounded
        states[place:until], error[place:until] = moved[:, :-1].T, estimate[:-1]
        state, lost = np.ascontiguousarray(moved[:, -1]), float(estimate[-1])
        now, place = now + inner.step, until
    error[place:] = lost
    return VectorPath(states, error, products)


@dataclass(frozen=True, eq=False)
class _InnerMotion:
    """exp(h H) on the first vector of a space, and how long h may be."""

    matrix: NDArray[Any]
    rungs: list[NDArray[Any]]
    base: FloatArray
    norm: float
    step: float

    @classmethod
    def of(cls, space: KrylovSpace, longest: float, tolerance: float) -> _InnerMotion:
        rows, columns = space.inside.shape
        matrix = np.zeros((rows, rows), dtype=space.inside.dtype)
        matrix[:, :columns] = space.inside
        norm = one_norm(matrix)
        base = shortest_step(norm)
        inner = cls(matrix, [stacked_exponential(matrix * base)], base, float(norm), longest)
        limit = tolerance if not space.complete else np.inf
        if longest <= float(base):
            return inner
        return cls(matrix, inner.rungs, base, float(norm), min(longest, inner._steps(longest, limit) * float(base)))

    def _steps(self, longest: float, tolerance: float) -> float:
        """How many first rungs long the step may be; rungs are added up to it."""
        column = self.rungs[0][:, 0]
        count, last = 1.0, column
        while count * float(self.base) < longest:
            rung = self.rungs[-1] @ self.rungs[-1]
            column = rung[:, 0]
            if not _served(column, tolerance):
                break
            self.rungs.append(rung)
            count, last = 2.0 * count, column
        # Half and a quarter of the last rung on top of it.
        done = count
        for rung in self.rungs[-2:-4:-1]:
            done /= 2.0
            column = rung @ last
            if count * float(self.base) < longest and _served(column, tolerance):
                count, last = count + done, column
        return count

    def at(self, times: FloatArray) -> NDArray[Any]:
        """exp(t H) on the first vector (m + 1, t)."""
        first = np.zeros(len(self.matrix), dtype=self.matrix.dtype)
        first[0] = 1.0
        return climbed(self.matrix, self.rungs, first, times, self.base)


def _served(column: NDArray[Any], tolerance: float) -> bool:
    """Whether a step ends with a small first neglected term, and before its state has all but vanished."""
    size = float(np.linalg.norm(column))
    if not np.isfinite(size) or size < KEPT:
        return False
    return tolerance == np.inf or abs(column[-1]) <= tolerance * size
