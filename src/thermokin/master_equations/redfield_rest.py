"""The stationary solution of a Bloch-Redfield equation: directly, or by iteration from its secular part."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermokin._errors import DegenerateSteadyStateError, NotConvergedError
from thermokin._threads import few_threads
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.master_equations.redfield_generator import RedfieldGenerator

__all__ = ["DENSE_UP_TO", "bordered", "iterated_rest", "solved_rest"]

DENSE_UP_TO = 20  # levels: of more the matrix of d^4 numbers is not made
SINGULAR = 1e-14  # smallest over largest singular value, below which a second solution is looked for
ALIKE = 1e-8  # by how much solutions may differ that leave out one equation each, if they are one
RELATIVE = 1e-12
REFINED = 1e-4
ACCURATE = 1e-10  # what the last refinement of an iteration changes
REFINEMENTS = 8
ITERATIONS = 400
TOO_MANY = (
    "the Bloch-Redfield equation keeps more than one state at rest: the baths do not link all levels, or by less than "
    "rounding. Follow a start with `tk.evolve`."
)


def bordered(generator: RedfieldGenerator) -> ComplexArray:
    """The generator with the trace, times its size, in place of its first equation (..., d^2, d^2), which others imply.

    Args:
        generator: of up to `DENSE_UP_TO` levels.

    Returns:
        The matrix.
    """
    matrix = generator.matrix.copy()
    scale = np.asarray(generator.fastest)
    matrix[..., 0, :] = scale[..., None] * np.eye(generator.size).reshape(-1)
    return matrix


def solved_rest(generator: RedfieldGenerator) -> tuple[ComplexArray, BoolArray]:
    """The stationary solution, by elimination.

    Args:
        generator: of up to `DENSE_UP_TO` levels.

    Returns:
        rho (..., d, d) in the eigenbasis, NaN where there are several; and where that is (...).

    Raises:
        DegenerateSteadyStateError: if there are several at every point.
    """
    matrix, size = bordered(generator), generator.size
    with few_threads(size**2):
        values = np.linalg.svd(matrix, compute_uv=False)
    lost = np.array(values[..., -1] <= SINGULAR * values[..., 0])
    if lost.any():
        whole = generator.matrix
        for point in np.argwhere(lost):
            lost[tuple(point)] = not _is_graded(whole[tuple(point)], size)
    if lost.all():
        raise DegenerateSteadyStateError(TOO_MANY, [range(size)])
    right = np.zeros((*matrix.shape[:-1], 1), dtype=np.complex128)
    right[..., 0, 0] = generator.fastest
    with few_threads(size**2):
        found = np.linalg.solve(np.where(lost[..., None, None], np.eye(size**2), matrix), right)[..., 0]
    state = found.reshape(*found.shape[:-1], size, size)
    state = 0.5 * (state + state.conj().swapaxes(-1, -2))
    return np.where(lost[..., None, None], np.nan, state), lost


def _is_graded(matrix: ComplexArray, size: int) -> bool:
    """Whether what looks singular has one solution, the same whichever equation of a population is left out."""
    # Elimination loses no digits to rates of very different sizes.
    trace, found = np.eye(size).reshape(-1), []
    for left_out in range(0, size**2, size + 1):
        one = matrix.copy()
        one[left_out] = trace
        one /= np.maximum(np.abs(one).max(axis=1, keepdims=True), 1e-300)
        try:
            found.append(np.linalg.solve(one, np.where(np.arange(size**2) == left_out, 1.0, 0.0)))
        except np.linalg.LinAlgError:
            return False
    return bool(np.ptp(np.real(found), axis=0).max() <= ALIKE)


def iterated_rest(generator: RedfieldGenerator) -> ComplexArray:
    """The stationary solution by GMRES, preconditioned by what the secular approximation keeps; d^2 numbers.

    Args:
        generator: at one point.

    Returns:
        rho (d, d) in the eigenbasis.

    Raises:
        DegenerateSteadyStateError: if the populations alone have several.
        NotConvergedError: if the iteration stalls.
    """
    from scipy.sparse.linalg import LinearOperator, gmres

    size, scale = generator.size, float(generator.fastest)
    flow, decay = _secular(generator)
    fast = max(float(np.abs(flow).max()), 1e-300)
    flow[0] = fast
    values = np.linalg.svd(flow, compute_uv=False)
    if values[-1] <= SINGULAR * values[0]:
        raise DegenerateSteadyStateError(TOO_MANY, [range(size)])
    inverse, level = np.linalg.inv(flow), np.arange(size)

    def action(vector: Any) -> ComplexArray:
        # Of any matrix, as the sum of a Hermitian and an anti-Hermitian one.
        given = np.asarray(vector).reshape(size, size)
        real, imaginary = 0.5 * (given + given.conj().T), -0.5j * (given - given.conj().T)
        changed = generator.change(real) + 1j * generator.change(imaginary)
        changed[0, 0] = scale * np.trace(given)
        return changed.reshape(-1)

    def nearly(vector: Any) -> ComplexArray:
        given = np.asarray(vector).reshape(size, size)
        found, populations = given / decay, given[level, level]
        populations[0] *= fast / scale
        found[level, level] = inverse @ populations
        return found.reshape(-1)

    whole = (size**2, size**2)
    right = np.zeros(size**2, dtype=np.complex128)
    right[0] = scale
    linear, guess = (LinearOperator(whole, matvec=one, dtype=np.complex128) for one in (action, nearly))
    many = {"restart": 60, "maxiter": ITERATIONS // 60}
    found, _ = gmres(linear, right, x0=nearly(right), M=guess, rtol=RELATIVE, **many)
    left = float(np.linalg.norm(action(found) - right)) / scale
    moved = np.inf
    for _ in range(REFINEMENTS if left <= 100.0 * RELATIVE else 0):
        # A small residual is a small error only where nothing is slow: what is left is solved for in its turn.
        rest, _ = gmres(linear, right - action(found), M=guess, rtol=REFINED, **many)
        found, moved = found + rest, float(np.abs(rest).max())
        if moved <= ACCURATE:
            break
    if not moved <= 10.0 * ACCURATE:
        raise NotConvergedError(
            f"the state at rest of the Bloch-Redfield equation of {size} levels stops {left:.2g} short"
            + (f", and still changes by {moved:.2g}: it has motions that are too slow." if np.isfinite(moved) else "."),
            left,
            f"Take up to {DENSE_UP_TO} levels, which are solved directly, or `tk.unified`.",
        )
    state = found.reshape(size, size)
    return np.asarray(0.5 * (state + state.conj().T))


def _secular(generator: RedfieldGenerator) -> tuple[FloatArray, ComplexArray]:
    """The rates between populations (d, d), and what each coherence turns and decays with (d, d)."""
    size = generator.size
    flow = np.zeros((size, size))
    decay = 1j * generator.gaps
    for parts in generator.parts:
        for part in parts:
            flow += 2.0 * (part.weighed * part.operator.conj()).real
            lost = np.einsum("ji,ji->i", part.operator.conj(), part.weighed)
            here, there = np.diagonal(part.operator), np.diagonal(part.weighed)
            decay = decay + np.outer(there, here.conj()) + np.outer(here, there.conj())
            decay = decay - lost[:, None] - lost.conj()[None, :]
    flow -= np.diag(flow.sum(axis=0))
    return flow, np.where(decay == 0.0, 1.0, decay)
