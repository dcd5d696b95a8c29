"""The time integral of an expectation value along an evolution, without quadrature."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._errors import NotConvergedError, out_of_reach
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.model.frame_operator import FrameOperator
from thermokin.motion.evolution import Evolution
from thermokin.motion.population_motion import PopulationMotion
from thermokin.motion.sector_coordinates import DENSE_UP_TO
from thermokin.motion.sector_path import SectorPath
from thermokin.motion.time_grid import set_at_start
from thermokin.numerics.eliminated_generator import eliminated_generator, pinned_generator
from thermokin.numerics.factorised import sparse_factor
from thermokin.numerics.integrated_exponential import integrated_exponential
from thermokin.numerics.level_sums import mean_over_levels, over_levels
from thermokin.numerics.positive_elimination import NoWayOutError

__all__ = ["time_integral"]

SLOW = 1e4  # first times of relaxation beyond which the difference of two states keeps fewer than twelve digits
SLOW_OF_MANY = 1e8  # the same for eight digits, where levels are so many that other ways cost seconds
MANY = 150


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
    total = np.zeros(evolution.populations.shape[:-1])
    if evolution.motion is not None:
        total = _of_populations(evolution, evolution.motion, operator.diagonal)
    for path in evolution.paths:
        row = _row(path, operator)
        if row is not None:
            total = total + _of_path(path, row, evolution)
    # Exactly nothing at time 0: two integrals compared from there must start even, not at two roundings.
    return set_at_start(total, evolution.times, 0.0)


def _of_populations(evolution: Evolution, motion: PopulationMotion, diagonal: FloatArray) -> FloatArray:
    start = evolution.initial.populations
    limit = motion.end(start) if evolution.final is None else evolution.final
    steady = over_levels(np.add, diagonal * limit)
    rest = _dual(motion, diagonal)
    first = start - limit
    if not isinstance(motion.rates, sparse.csr_array) and _cancels(rest, diagonal, evolution.times):
        if motion.summable and motion.spectrum is not None and motion.well_scaled(first).all():
            grown = motion.spectrum.accumulated(first[..., None], evolution.times)[..., 0]
            return np.asarray(steady[..., None] * evolution.times + mean_over_levels(grown, diagonal))
        populations = evolution.populations
        return integrated_exponential(motion.rates, start, populations, diagonal, evolution.times)
    return np.asarray(steady[..., None] * evolution.times + mean_over_levels(evolution.change, rest))


def _cancels(dual: FloatArray, diagonal: FloatArray, times: FloatArray) -> bool:
    """Whether a level decays so slowly beside the first time that its part of the change is lost in rounding."""
    slow = SLOW if dual.shape[-1] <= MANY else SLOW_OF_MANY
    first = np.where(times > 0.0, times, np.inf).min(axis=-1)
    first = np.where(np.isfinite(first), first, 0.0)
    largest = [over_levels(np.maximum, np.abs(numbers)) for numbers in (dual, diagonal)]
    return bool((largest[0] > slow * largest[1] * first).any() and (first > 0).any())


def _dual(motion: PopulationMotion, diagonal: FloatArray) -> FloatArray:
    """Solve y W = m - (m|limit): pinned to 0 at the likeliest level of each class, where W without it is regular."""
    limit, rates = motion.limit, motion.rates
    size = rates.shape[-1]
    if limit.several is not None:
        return _of_each(motion, diagonal)
    if limit.unique:
        decaying = diagonal - over_levels(np.add, diagonal * limit.stationary[0])[..., None]
    else:
        lasting = limit.of(np.eye(size))
        decaying = diagonal - (lasting.swapaxes(-1, -2) @ diagonal[..., None])[..., 0]
    if limit.unique and not isinstance(rates, sparse.csr_array):
        # Each point of a sweep at its own likeliest level: another one's may be out of reach there.
        try:
            return eliminated_generator(rates, limit.stationary[0]).solve_transposed(decaying[..., None])[..., 0]
        except NoWayOutError as error:
            raise _unsolvable() from error
    likeliest = np.moveaxis(np.argmax(limit.stationary, axis=-1), 0, -1)
    if not isinstance(rates, sparse.csr_array):
        return _eliminated_dual(rates, decaying, likeliest)
    rest = np.delete(np.arange(size), likeliest)
    solved = _factorised(sparse.csc_array(rates[rest][:, rest].T)).solve(decaying[rest])
    dual = np.zeros((*solved.shape[:-1], size))
    dual[..., rest] = solved
    return dual


def _of_each(motion: PopulationMotion, diagonal: FloatArray) -> FloatArray:
    """The dual where points of a sweep end in different numbers of classes."""
    shape = np.broadcast_shapes(motion.limit.stationary.shape[1:], diagonal.shape)
    diagonal, dual = np.broadcast_to(diagonal, shape), np.empty(shape)
    rates = np.broadcast_to(motion.dense, (*shape, shape[-1]))
    for points, limit in motion.limit.alike(shape[:-1]):
        dual[points] = _dual(PopulationMotion(rates[points], limit), diagonal[points])
    return dual


def _eliminated_dual(rates: FloatArray, right: FloatArray, pins: IntArray) -> FloatArray:
    try:
        return np.asarray(pinned_generator(rates, pins).solve_transposed(right[..., None])[..., 0])
    except NoWayOutError as error:
        raise _unsolvable() from error


def _solved(matrix: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    try:
        return np.asarray(np.linalg.solve(matrix, right[..., None])[..., 0])
    except np.linalg.LinAlgError as error:
        raise _unsolvable() from error


def _factorised(matrix: sparse.csc_array) -> Any:
    try:
        return sparse_factor(matrix)
    except RuntimeError as error:  # SuperLU's word for an exactly singular matrix
        raise _unsolvable() from error


def _unsolvable() -> NotConvergedError:
    return out_of_reach(
        "the time integral is",
        "levels decay so slowly beside the fastest rate that the generator is singular in double precision",
        "Integrate the rate over times with a quadrature, or leave out the slowest rates.",
    )


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
    start = evolution.initial.elements(path.sector)
    if path.motion is None:
        assert path.exponents is not None  # noqa: S101 - one of the two is always there
        phase = path.exponents[..., None, :] * evolution.times[..., None]
        still = path.exponents == 0.0
        safe = np.where(still, 1.0, path.exponents)[..., None, :]
        # After many turns only the values know the phase.
        early = np.abs(phase) < 1.0
        moved = np.where(
            early, np.expm1(np.where(early, phase, 0.0)) * start[..., None, :], path.values - start[..., None, :]
        )
        grown = np.where(still[..., None, :], evolution.times[..., None] * start[..., None, :], moved / safe)
        return np.asarray((grown * row[..., None, :]).sum(axis=-1).real)
    staying = path.values - path.deviation
    steady = (staying * row[..., None, :]).sum(axis=-1)
    change = path.deviation - (start[..., None, :] - staying)
    dual = _sector_dual(path, row)
    return np.asarray((steady * evolution.times + np.einsum("...tn,...n->...t", change, dual)).real)


def _sector_dual(path: SectorPath, row: ComplexArray) -> ComplexArray:
    assert path.motion is not None  # noqa: S101 - only sectors that move come here
    if path.sector.size > DENSE_UP_TO:
        return _sparse_dual(path, row)
    matrix, limit = path.motion.generator.matrix, path.motion.limit
    decaying = row - (row[..., None, :] @ limit)[..., 0, :]
    shifted = (matrix - _scale(matrix) * limit).swapaxes(-1, -2)
    return _solved(shifted, decaying)


def _sparse_dual(path: SectorPath, row: ComplexArray) -> ComplexArray:
    assert path.motion is not None  # noqa: S101 - only sectors that move come here
    generator = path.motion.generator
    matrix = sparse.csc_array(generator.sparse)
    if not generator.trace.any():
        return np.asarray(_factorised(sparse.csc_array(matrix.T)).solve(row))
    staying = path.values[-1] - path.deviation[-1]
    decaying = row - (row @ staying) / (generator.trace @ staying) * generator.trace
    pin = int(np.flatnonzero(generator.sector.diagonal)[0])
    rest = np.delete(np.arange(row.size), pin)
    dual = np.zeros_like(row)
    dual[rest] = _factorised(sparse.csc_array(matrix[rest][:, rest].T)).solve(decaying[rest])
    return dual
