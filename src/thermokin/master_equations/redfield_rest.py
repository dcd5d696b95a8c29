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
SINGULAR = 1e-14  # smallest over largest singular value, below which there is a second solution
RELATIVE = 1e-12
ITERATIONS = 400
TOO_MANY = "the Bloch-Redfield equation keeps more than one state at rest{}: the baths do not link all levels."


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
    lost = np.asarray(values[..., -1] <= SINGULAR * values[..., 0])
    if lost.all():
        raise DegenerateSteadyStateError(TOO_MANY.format(""), [range(size)])
    right = np.zeros((*matrix.shape[:-1], 1), dtype=np.complex128)
    right[..., 0, 0] = generator.fastest
    with few_threads(size**2):
        found = np.linalg.solve(np.where(lost[..., None, None], np.eye(size**2), matrix), right)[..., 0]
    state = found.reshape(*found.shape[:-1], size, size)
    state = 0.5 * (state + state.conj().swapaxes(-1, -2))
    return np.where(lost[..., None, None], np.nan, state), lost


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
    flow[0] = scale
    values = np.linalg.svd(flow, compute_uv=False)
    if values[-1] <= SINGULAR * values[0]:
        raise DegenerateSteadyStateError(TOO_MANY.format(""), [range(size)])
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
        found = given / decay
        found[level, level] = inverse @ given[level, level]
        return found.reshape(-1)

    whole = (size**2, size**2)
    right = np.zeros(size**2, dtype=np.complex128)
    right[0] = scale
    found, _ = gmres(
        LinearOperator(whole, matvec=action, dtype=np.complex128),
        right,
        x0=nearly(right),
        M=LinearOperator(whole, matvec=nearly, dtype=np.complex128),
        rtol=RELATIVE,
        restart=60,
        maxiter=ITERATIONS // 60,
    )
    left = float(np.linalg.norm(action(found) - right)) / scale
    if not left <= 100.0 * RELATIVE:
        raise NotConvergedError(
            f"the state at rest of the Bloch-Redfield equation of {size} levels stops {left:.2g} short.",
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
