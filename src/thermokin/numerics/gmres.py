"""One cycle of GMRES, in the precision of its right side, and where to start it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

__all__ = ["gmres_cycle", "shifted_start"]

LOST = 0.5  # a vector that orthogonalisation shortens below this part is orthogonalised again
Array = NDArray[Any]
DEPENDENT = 1e-10  # singular values below this part of the largest are left out: close frequencies have like solutions


def gmres_cycle(operator: Callable[[Array], Array], right: Array, tolerance: float, length: int) -> tuple[Array, int]:
    """The x = p(A) b with the smallest |b - A x| in a growing Krylov space.

    Args:
        operator: A.
        right: b (N,).
        tolerance: the part of |b| at which it stops.
        length: products at most.

    Returns:
        x (N,), and the products used.
    """
    size = float(np.linalg.norm(right))
    space = _KrylovSpace(operator, right / right.dtype.type(size), length)
    coefficients = space.reduced(size, tolerance * size)
    return np.asarray(coefficients.astype(right.dtype) @ space.basis[: len(coefficients)]), len(coefficients)


class _KrylovSpace:
    """An orthonormal basis of span{b, A b, A^2 b, ...} by Arnoldi's recurrence."""

    def __init__(self, operator: Callable[[Array], Array], first: Array, length: int) -> None:
        wide = np.complex128 if np.iscomplexobj(first) else np.float64
        self._operator, self._length = operator, length
        self._smallest = 4.0 * float(np.finfo(first.dtype).eps)
        self.basis = np.empty((length + 1, first.size), dtype=first.dtype)  # touched only as far as it grows
        self.basis[0] = first
        self._triangle = np.zeros((length, length), dtype=wide)

    def reduced(self, size: float, goal: float) -> Array:
        """The coefficients of the least-squares solution, once its residual is at the goal; by Givens rotations."""
        turns: list[tuple[float, Any]] = []
        right = np.zeros(self._length + 1, dtype=self._triangle.dtype)
        right[0] = size
        for step in range(self._length):
            column = self._extended(step)
            for row, (cosine, sine) in enumerate(turns):
                upper, lower = column[row], column[row + 1]
                column[row], column[row + 1] = cosine * upper + sine * lower, cosine * lower - np.conj(sine) * upper
            last, rest = column[step], column[step + 1]
            length = float(np.hypot(abs(last), abs(rest))) or 1.0
            phase = last / abs(last) if last else 1.0
            cosine, sine = float(abs(last) / length), phase * np.conj(rest) / length
            turns.append((cosine, sine))
            self._triangle[:step, step] = column[:step]
            self._triangle[step, step] = phase * length
            right[step], right[step + 1] = cosine * right[step], -np.conj(sine) * right[step]
            if abs(right[step + 1]) <= goal or rest == 0.0:
                break
        count = step + 1
        return np.asarray(solve_triangular(self._triangle[:count, :count], right[:count], check_finite=False))

    def _extended(self, step: int) -> Array:
        """One more basis vector; the column of A in the basis."""
        vector = self._operator(self.basis[step])
        before = first = float(np.linalg.norm(vector))
        column = np.zeros(step + 2, dtype=self._triangle.dtype)
        for _ in range(2):
            inside = _overlap(self.basis[: step + 1], vector)
            vector -= inside @ self.basis[: step + 1]
            column[:-1] += inside
            after = float(np.linalg.norm(vector))
            if after > LOST * before:
                break
            before = after
        # What is left of a vector inside the space is rounding, and the solution exact.
        column[-1] = after if after > self._smallest * first else 0.0
        self.basis[step + 1] = vector / vector.dtype.type(after) if column[-1] else 0.0
        return column


def _overlap(rows: Array, vector: Array) -> Array:
    return np.asarray((rows @ vector.conj()).conj() if np.iscomplexobj(vector) else rows @ vector)


def shifted_start(
    right: NDArray[Any], frequency: float, known: Sequence[tuple[float, NDArray[Any]]]
) -> NDArray[Any] | None:
    """The combination of earlier solutions with the smallest residual of (i w - L) x = b.

    A solution x' at w' has (i w - L) x' = b + i(w - w') x': no product with L is needed.

    Args:
        right: b (N,).
        frequency: w.
        known: frequencies and their solutions (N,).

    Returns:
        x (N,), None if nothing is known.
    """
    if not known:
        return None
    found = np.stack([solution for _, solution in known], axis=1)
    images = right[:, None] + 1j * np.array([frequency - other for other, _ in known]) * found
    basis, triangle = np.linalg.qr(images)
    weights, *_ = np.linalg.lstsq(triangle, basis.conj().T @ right, rcond=DEPENDENT)
    return np.asarray(found @ weights)
