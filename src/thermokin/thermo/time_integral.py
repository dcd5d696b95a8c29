"""The time integral of an expectation value along an evolution, without quadrature."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from thermokin._typing import ComplexArray, FloatArray
from thermokin.dynamics.evolution import Evolution, SectorPath
from thermokin.dynamics.population_motion import PopulationMotion
from thermokin.dynamics.sector_motion import DENSE_UP_TO
from thermokin.model.frame_operator import FrameOperator
from thermokin.operators.sums import mean_over_levels

__all__ = ["time_integral"]


def time_integral(evolution: Evolution, operator: FrameOperator) -> FloatArray:
    """The integral of tr(M rho(s)) from 0 to t, exact up to one linear solve.

    With (y| L = (m| - (m|limit) the decaying part of rho integrates to (y|rho(t) - rho(0)); what stays grows as t.

    Args:
        evolution: the evolution, from time 0.
        operator: M, Hermitian, in the frame.

    Returns:
        (..., t).

    Cost:
        One solve with the generator of each sector, O(n^3).
    """
    total = np.zeros(())
    if evolution.motion is not None:
        total = _of_populations(evolution, evolution.motion, operator.diagonal)
    for path in evolution.paths:
        row = _row(path, operator)
        if row is not None:
            total = total + _of_path(path, row, evolution)
    # Exactly nothing at time 0: two integrals compared from there must start even, not at two roundings.
    nothing = np.broadcast_to(evolution.times == 0.0, evolution.populations.shape[:-1])
    return np.where(nothing, 0.0, total)


def _of_populations(evolution: Evolution, motion: PopulationMotion, diagonal: FloatArray) -> FloatArray:
    start = evolution.initial.populations
    limit = motion.end(start) if evolution.final is None else evolution.final
    steady = (diagonal * limit).sum(axis=-1)
    rest = _dual(motion, diagonal)
    change = evolution.deviation - (start - limit)[..., None, :]
    return np.asarray(steady[..., None] * evolution.times + mean_over_levels(change, rest))


def _dual(motion: PopulationMotion, diagonal: FloatArray) -> FloatArray:
    """Solve y W = m - (m|limit): pinned to 0 at the likeliest level, where W without it is regular."""
    limit, rates = motion.limit, motion.rates
    size = rates.shape[-1]
    if not limit.unique:
        dense = rates.toarray() if isinstance(rates, sparse.csr_array) else rates
        lasting = limit.of(np.eye(size))
        decaying = diagonal - (lasting.swapaxes(-1, -2) @ diagonal[..., None])[..., 0]
        shifted = dense - _scale(dense) * lasting
        return np.asarray(np.linalg.solve(shifted.swapaxes(-1, -2), decaying[..., None])[..., 0])
    stationary = limit.stationary[0]
    decaying = diagonal - (diagonal * stationary).sum(axis=-1, keepdims=True)
    pin = int(np.argmax(stationary.reshape(-1, size)[0]))
    rest = np.delete(np.arange(size), pin)
    if isinstance(rates, sparse.csr_array):
        solved = splu(sparse.csc_array(rates[rest][:, rest].T)).solve(decaying[rest])
    else:
        inner = np.delete(np.delete(rates, pin, axis=-1), pin, axis=-2).swapaxes(-1, -2)
        solved = np.linalg.solve(inner, decaying[..., rest, None])[..., 0]
    dual = np.zeros((*solved.shape[:-1], size))
    dual[..., rest] = solved
    return dual


def _scale(matrix: FloatArray | ComplexArray) -> FloatArray:
    """The largest rate (..., 1, 1), which keeps what lasts apart from what decays; any number where nothing moves."""
    largest = np.abs(matrix).max(axis=(-2, -1), keepdims=True)
    return np.where(largest == 0.0, 1.0, largest)


def _row(path: SectorPath, operator: FrameOperator) -> ComplexArray | None:
    """The vector with tr(M rho) = row . rho on the sector's elements, None if the sector does not count."""
    sector = path.sector
    if operator.matrix is not None:
        return np.asarray(operator.matrix[..., sector.columns, sector.rows])
    if not sector.diagonal.any():
        return None
    return np.where(sector.diagonal, operator.diagonal[..., sector.rows], 0.0).astype(np.complex128)


def _of_path(path: SectorPath, row: ComplexArray, evolution: Evolution) -> FloatArray:
    start = _start(path, evolution)
    if path.motion is None:
        assert path.exponents is not None  # noqa: S101 - one of the two is always there
        phase = path.exponents[..., None, :] * evolution.times[..., None]
        still = path.exponents == 0.0
        safe = np.where(still, 1.0, path.exponents)[..., None, :]
        grown = np.where(still[..., None, :], evolution.times[..., None], np.expm1(phase) / safe)
        return np.asarray((grown * start[..., None, :] * row[..., None, :]).sum(axis=-1).real)
    staying = path.values - path.deviation
    steady = (staying * row[..., None, :]).sum(axis=-1)
    change = path.deviation - (start[..., None, :] - staying)
    dual = _sector_dual(path, row)
    return np.asarray((steady * evolution.times + np.einsum("...tn,...n->...t", change, dual)).real)


def _start(path: SectorPath, evolution: Evolution) -> ComplexArray:
    rows, columns = path.sector.rows, path.sector.columns
    if evolution.initial.matrix is not None:
        return np.asarray(evolution.initial.matrix[..., rows, columns])
    return np.where(path.sector.diagonal, evolution.initial.populations[..., rows], 0.0).astype(np.complex128)


def _sector_dual(path: SectorPath, row: ComplexArray) -> ComplexArray:
    assert path.motion is not None  # noqa: S101 - only sectors that move come here
    if path.sector.size > DENSE_UP_TO:
        return _sparse_dual(path, row)
    matrix, limit = path.motion.generator.matrix, path.motion.limit
    decaying = row - (row[..., None, :] @ limit)[..., 0, :]
    shifted = (matrix - _scale(matrix) * limit).swapaxes(-1, -2)
    return np.asarray(np.linalg.solve(shifted, decaying[..., None])[..., 0])


def _sparse_dual(path: SectorPath, row: ComplexArray) -> ComplexArray:
    assert path.motion is not None  # noqa: S101 - only sectors that move come here
    generator = path.motion.generator
    matrix = sparse.csc_array(generator.sparse)
    if not generator.trace.any():
        return np.asarray(splu(sparse.csc_array(matrix.T)).solve(row))
    staying = path.values[-1] - path.deviation[-1]
    decaying = row - (row @ staying) / (generator.trace @ staying) * generator.trace
    pin = int(np.flatnonzero(generator.sector.diagonal)[0])
    rest = np.delete(np.arange(row.size), pin)
    dual = np.zeros_like(row)
    dual[rest] = splu(sparse.csc_array(matrix[rest][:, rest].T)).solve(decaying[rest])
    return dual
