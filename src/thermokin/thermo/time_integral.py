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

__all__ = ["time_integral", "time_integral_and_error"]

ROUNDING = 4.0 * np.finfo(float).eps  # of an element that is made of a few products
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
    return _integral(evolution, operator, doubted=False)[0]


def time_integral_and_error(evolution: Evolution, operator: FrameOperator) -> tuple[FloatArray, FloatArray]:
    """The same, and what rounding makes of the part that sectors with coherences have in it.

    An element of L that is off by d changes the integral by |y_i| d times the integral of |rho_j|: where levels are so
    near that dissipation is slow beside what turns their coherence, far more than the integral's own last digit.

    Args:
        evolution: the evolution, from time 0.
        operator: M, Hermitian, in the frame.

    Returns:
        Both (..., t).

    Cost:
        As `time_integral`; products of the sizes, and one more solve for each sector.
    """
    return _integral(evolution, operator, doubted=True)


def _integral(evolution: Evolution, operator: FrameOperator, *, doubted: bool) -> tuple[FloatArray, FloatArray]:
    total = error = np.zeros(evolution.populations.shape[:-1])
    if evolution.motion is not None:
        total = _of_populations(evolution, evolution.motion, operator.diagonal)
    for path in evolution.paths:
        row = _row(path, operator)
        if row is None:
            continue
        if path.motion is None:
            grown = _of_lone(path, row, evolution)
            total, error = total + grown.sum(axis=-1).real, error + ROUNDING * np.abs(grown).sum(axis=-1)
            continue
        dual = _sector_dual(path, row)
        total = total + _of_path(path, row, dual, evolution)
        if doubted:
            error = error + _lacking(path, row, dual, evolution)
    # Exactly nothing at time 0: two integrals compared from there must start even, not at two roundings.
    return set_at_start(total, evolution.times, 0.0), error


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
        return np.asarray(np.linalg.solve(matrix, right))
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


def _of_lone(path: SectorPath, row: ComplexArray, evolution: Evolution) -> ComplexArray:
    """Of each element (..., t, n) that turns and decays alone."""
    assert path.exponents is not None  # noqa: S101 - they have them where there is no motion
    start, times = evolution.initial.elements(path.sector), evolution.times
    phase = path.exponents[..., None, :] * times[..., None]
    still = path.exponents == 0.0
    safe = np.where(still, 1.0, path.exponents)[..., None, :]
    # After many turns only the values know the phase.
    early = np.abs(phase) < 1.0
    moved = np.where(
        early, np.expm1(np.where(early, phase, 0.0)) * start[..., None, :], path.values - start[..., None, :]
    )
    grown = np.where(still[..., None, :], times[..., None] * start[..., None, :], moved / safe)
    return np.asarray(grown * row[..., None, :])


def _of_path(path: SectorPath, row: ComplexArray, dual: ComplexArray, evolution: Evolution) -> FloatArray:
    staying, change = _parts(path, evolution)
    # What is found to stay may still move by a rounding, of which the dual vector knows what it adds.
    steady = (staying * row[..., None, :]).sum(axis=-1) - _product(path, dual, staying)
    return np.asarray((steady * evolution.times + np.einsum("...tn,...n->...t", change, dual)).real)


def _parts(path: SectorPath, evolution: Evolution) -> tuple[ComplexArray, ComplexArray]:
    """What stays, and how the rest has changed since time 0 (..., t, n)."""
    staying = path.values - path.deviation
    return staying, path.deviation - (evolution.initial.elements(path.sector)[..., None, :] - staying)


def _product(path: SectorPath, dual: ComplexArray, vectors: ComplexArray) -> ComplexArray:
    """Y L x of vectors x (..., t, n)."""
    assert path.motion is not None  # noqa: S101 - only sectors that move come here
    generator = path.motion.generator
    if path.sector.size > DENSE_UP_TO:
        return np.asarray((generator.sparse @ vectors.T).T @ dual)
    return np.asarray(np.einsum("...tn,...n->...t", vectors @ generator.matrix.swapaxes(-1, -2), dual))


def _lacking(path: SectorPath, row: ComplexArray, dual: ComplexArray, evolution: Evolution) -> FloatArray:
    """|y| |L| |the integral of rho|, in roundings of an element (..., t)."""
    assert path.motion is not None  # noqa: S101 - only sectors that move come here
    generator, times = path.motion.generator, evolution.times[..., None]
    staying, change = _parts(path, evolution)
    spent = np.abs(staying) * times + np.abs(_solved_for(path, change))
    levels = generator.liouvillian.model.generator.diagonal
    above = levels - over_levels(np.minimum, levels)[..., None]
    # The difference of two levels is known to the rounding of both.
    turning = np.where(path.sector.diagonal, 0.0, above[..., path.sector.rows] + above[..., path.sector.columns])
    if path.sector.size > DENSE_UP_TO:
        flow = np.asarray((abs(generator.sparse) @ spent.T).T)
    else:
        flow = spent @ np.abs(generator.matrix).swapaxes(-1, -2)
    flow = flow + turning[..., None, :] * spent
    # Before anything relaxes a dual vector counts no more than the row itself has until then.
    reached = times * np.abs(row).max(axis=-1, initial=0.0)[..., None, None]
    return np.asarray(ROUNDING * (np.minimum(np.abs(dual)[..., None, :], reached) * flow).sum(axis=-1))


def _shifted(path: SectorPath) -> tuple[ComplexArray, ComplexArray]:
    """The generator regular beside what stays, and the projector on that (..., n, n)."""
    assert path.motion is not None  # noqa: S101 - only sectors that move come here
    matrix, limit = path.motion.generator.matrix, path.motion.limit
    return np.asarray(matrix - _scale(matrix) * limit), limit


def _sector_dual(path: SectorPath, row: ComplexArray) -> ComplexArray:
    """The y with y L = row less its mean."""
    if path.sector.size > DENSE_UP_TO:
        return _sparse_solved(path, row[:, None], transposed=True)[:, 0]
    shifted, limit = _shifted(path)
    decaying = row - (row[..., None, :] @ limit)[..., 0, :]
    return _solved(shifted.swapaxes(-1, -2), decaying[..., None])[..., 0]


def _solved_for(path: SectorPath, change: ComplexArray) -> ComplexArray:
    """The x with L x = change (..., t, n)."""
    if path.sector.size > DENSE_UP_TO:
        return _sparse_solved(path, change.T, transposed=False).T
    return _solved(_shifted(path)[0], change.swapaxes(-1, -2)).swapaxes(-1, -2)


def _sparse_solved(path: SectorPath, right: ComplexArray, *, transposed: bool) -> ComplexArray:
    assert path.motion is not None  # noqa: S101 - only sectors that move come here
    generator = path.motion.generator
    matrix = sparse.csc_array(generator.sparse.T if transposed else generator.sparse)
    if not generator.trace.any():
        return np.asarray(_factorised(matrix).solve(right))
    if transposed:
        staying = path.values[-1] - path.deviation[-1]
        right = right - generator.trace[:, None] * (staying @ right) / (generator.trace @ staying)
    pin = int(np.flatnonzero(generator.sector.diagonal)[0])
    rest = np.delete(np.arange(len(right)), pin)
    found = np.zeros_like(right)
    found[rest] = _factorised(sparse.csc_array(matrix[rest][:, rest])).solve(right[rest])
    return found
