"""The state at rest of a hierarchy: an iteration that knows how each auxiliary matrix turns and decays by itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermokin._errors import DegenerateSteadyStateError, NotConvergedError
from thermokin._typing import ComplexArray, FloatArray

__all__ = ["hierarchy_rest"]

RELATIVE = 1e-12
SOLVED = 1e-9
RESTART, ROUNDS = 80, 25
SINGULAR = 1e-13  # smallest over largest singular value of what moves the state, below which it has two at rest
SEVERAL = "the hierarchy keeps more than one state at rest: the baths do not link all levels. Follow a start over time."


def hierarchy_rest(matrix: Any, hamiltonian: ComplexArray, decays: ComplexArray, first: list[int]) -> ComplexArray:
    """All auxiliary matrices at rest.

    GMRES, preconditioned: each matrix by its own turning and decay, and the state by what remains of the equation once
    the first tier follows it, which is its equation to second order in the coupling, memory included.

    Args:
        matrix: the hierarchy's, sparse (n d^2, n d^2), on matrices read column by column; the state is the first.
        hamiltonian: H (d, d) [energy].
        decays: what each auxiliary matrix decays with (n,) [1/time].
        first: where the first tier stands.

    Returns:
        The matrices (n, d, d).

    Raises:
        DegenerateSteadyStateError: if there is more than one state at rest, to second order in the coupling.
        NotConvergedError: if the iteration stalls.
    """
    from scipy.sparse.linalg import LinearOperator, gmres

    size = hamiltonian.shape[-1]
    levels, vectors = np.linalg.eigh(hamiltonian)
    turning = -1j * (levels[:, None] - levels[None, :])
    block = size * size
    scale = float(np.abs(matrix.data).max())
    trace = np.eye(size).reshape(-1) * scale

    def alone(given: ComplexArray, which: Any) -> ComplexArray:
        """(L_S - v)^-1 of auxiliary matrices (k, d^2)."""
        states = given.reshape(-1, size, size).swapaxes(-1, -2)
        inside = (vectors.conj().T @ states @ vectors) / (turning - decays[which][:, None, None])
        return np.asarray((vectors @ inside @ vectors.conj().T).swapaxes(-1, -2).reshape(-1, block))

    tier = np.array(first)
    down = [matrix[:block, place * block : (place + 1) * block] for place in first]
    up = [matrix[place * block : (place + 1) * block, :block] for place in first]
    whole = np.asarray(matrix[:block, :block].todense())
    for place, below, above in zip(first, down, up, strict=True):
        fed = np.asarray(above.todense()).T  # what each element of the state makes of this matrix
        whole = whole - below @ alone(fed, np.full(block, place)).T
    inverse = _inverse(whole, trace, size)

    def action(vector: Any) -> ComplexArray:
        changed = np.asarray(matrix @ vector)
        changed[0] = trace @ vector[:block]
        return changed

    def nearly(vector: Any) -> ComplexArray:
        given = np.asarray(vector).reshape(-1, block)
        found = np.empty_like(given)
        found[1:] = alone(given[1:], slice(1, None))
        right = given[0] - sum(below @ found[place] for place, below in zip(first, down, strict=True))
        right[0] = given[0, 0]
        found[0] = inverse @ right
        found[tier] -= alone(np.array([above @ found[0] for above in up]), tier)
        return found.reshape(-1)

    shape = matrix.shape
    right = np.zeros(shape[0], dtype=np.complex128)
    right[0] = scale
    found, _ = gmres(
        LinearOperator(shape, matvec=action, dtype=np.complex128),
        right,
        x0=nearly(right),
        M=LinearOperator(shape, matvec=nearly, dtype=np.complex128),
        rtol=RELATIVE,
        restart=RESTART,
        maxiter=ROUNDS,
    )
    _require_solved(float(np.abs(action(found) - right).max()) / scale, float(np.abs(found).max()))
    return np.asarray(found.reshape(-1, size, size).swapaxes(-1, -2))


def _inverse(whole: ComplexArray, trace: FloatArray, size: int) -> ComplexArray:
    """Of the equation of the state alone, the trace in its first row."""
    bordered = whole.copy()
    bordered[0] = trace
    values = np.linalg.svd(bordered, compute_uv=False)
    if values[-1] <= SINGULAR * values[0]:
        raise DegenerateSteadyStateError(SEVERAL, [range(size)])
    return np.asarray(np.linalg.inv(bordered))


def _require_solved(left: float, largest: float) -> None:
    if not left <= SOLVED * max(1.0, largest):
        raise NotConvergedError(
            f"the hierarchy at rest is solved to {left:.2g} alone.", left, "Follow it over time with `tk.evolve`."
        )
