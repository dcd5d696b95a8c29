"""The resolvent at many frequencies from one Krylov space of the generator's inverse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.numerics.factorised import sparse_factor
from thermokin.solvers.resolvent import Vectors
from thermokin.solvers.uniqueness import resonant

__all__ = ["shift_inverted"]

LARGEST_SPACE = 120
TOLERANCE = 1e-11  # residual relative to the right side
CHECK_EVERY = 10
CLOSED = 1e-14  # of the largest overlap: what rounding leaves of a vector that the space already holds


def shift_inverted(
    matrix: sparse.csc_array, inverse: Callable[[Vectors], Vectors], right: Vectors, frequencies: FloatArray
) -> ComplexArray:
    """The x with (i w - L) x = b in the space without trace, for all w at once.

    With A the inverse of L there and y = A b, x = -(1 - i w A)^-1 y: one Krylov space of A from y holds x for every w,
    in few steps where w is not far above the rates that matter. A frequency that the space does not reach is solved by
    a factorisation of its own.

    Args:
        matrix: L (n, n).
        inverse: A on vectors (n, m) without trace.
        right: b (n, 1) without trace.
        frequencies: w (f,).

    Returns:
        x (f, n, 1).

    Raises:
        NotConvergedError: if a frequency is the generator's own to rounding.

    Cost:
        Up to 120 solves with the factor of L, n numbers each; one factorisation for each frequency left.
    """
    size, count = right.shape[0], frequencies.size
    out = np.zeros((count, size, 1), dtype=np.complex128)
    first = inverse(right)
    length = float(np.linalg.norm(first))
    if length == 0.0:
        return out
    # In real coordinates a space from a real vector is real; x alone is complex.
    basis = np.zeros((LARGEST_SPACE + 1, size), dtype=first.dtype)
    basis[0] = first[:, 0] / length
    hessenberg = np.zeros((LARGEST_SPACE + 1, LARGEST_SPACE), dtype=first.dtype)
    left: IntArray = np.arange(count)
    wanted = float(np.linalg.norm(right))
    for step in range(min(LARGEST_SPACE, size)):
        vector = inverse(basis[step][:, None])[:, 0]
        for _ in range(2):  # twice is enough for orthogonality
            overlap = basis[: step + 1].conj() @ vector
            hessenberg[: step + 1, step] += overlap
            vector = vector - overlap @ basis[: step + 1]
        rest = float(np.linalg.norm(vector))
        hessenberg[step + 1, step] = rest
        ended = rest <= CLOSED * float(np.abs(hessenberg[: step + 1, step]).max(initial=0.0))
        if ended or (step + 1) % CHECK_EVERY == 0 or step + 1 == min(LARGEST_SPACE, size):
            left = _accept(matrix, right, frequencies, left, basis, hessenberg, step + 1, length, wanted, out)
            if left.size == 0:
                return out
        if ended:
            break
        basis[step + 1] = vector / rest
    for number in left:
        out[number] = _directly(matrix, right, float(frequencies[number]))
    return out


def _accept(
    matrix: sparse.csc_array,
    right: Vectors,
    frequencies: FloatArray,
    left: IntArray,
    basis: Vectors,
    hessenberg: Vectors,
    size: int,
    length: float,
    wanted: float,
    out: ComplexArray,
) -> IntArray:
    """Fill in the frequencies whose residual is small; the others are returned."""
    w = frequencies[left]
    systems = np.eye(size) - 1j * w[:, None, None] * hessenberg[:size, :size]
    start = np.zeros((left.size, size, 1), dtype=np.complex128)
    start[:, 0] = length
    inside = _solved(systems, start)[..., 0]
    found = -(inside @ basis[:size])
    miss = 1j * w[:, None] * found - (matrix @ found.T).T - right[:, 0]
    done = np.linalg.norm(miss, axis=1) <= TOLERANCE * wanted
    out[left[done], :, 0] = found[done]
    return np.asarray(left[~done])


def _solved(systems: ComplexArray, right: ComplexArray) -> ComplexArray:
    """The solutions; of a singular system, numbers that are none."""
    try:
        return np.asarray(np.linalg.solve(systems, right))
    except np.linalg.LinAlgError:
        if len(systems) == 1:
            return np.full_like(right, np.nan)
        return np.concatenate([_solved(systems[[one]], right[[one]]) for one in range(len(systems))])


def _directly(matrix: sparse.csc_array, right: Vectors, frequency: float) -> ComplexArray:
    system = sparse.csc_array(1j * frequency * sparse.eye_array(matrix.shape[0]) - matrix)
    try:
        factor = sparse_factor(system)
    except RuntimeError:  # SuperLU's word for an exactly singular matrix
        raise resonant(frequency) from None
    column = np.ascontiguousarray(right.astype(np.complex128))
    solution = factor.solve(column)
    return np.asarray(solution + factor.solve(column - system @ solution))
