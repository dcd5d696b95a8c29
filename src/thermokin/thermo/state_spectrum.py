"""The eigenvalues and eigenstates of a state over time; which of them are empty is decided by its preparation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray
from thermokin.motion.evolution import Evolution
from thermokin.motion.initial import InitialState
from thermokin.motion.time_grid import set_at_start
from thermokin.numerics.sector_eigenvectors import eigh_by_sector

__all__ = ["StateSpectrum", "log_populations", "resolution", "state_spectrum", "with_logarithms_at_start"]

GAP = 1e4  # of the resolution: a smallest eigenvalue above this is followed by empty states


@dataclass(frozen=True, eq=False)
class StateSpectrum:
    """rho = sum_n p_n |n><n| over time.

    Args:
        probabilities: (..., t, d); exactly 0 where the initial state has no rank.
        logarithms: (..., t, d); -inf there.
        vectors: (..., t, d, d), in columns.
    """

    probabilities: FloatArray
    logarithms: FloatArray
    vectors: ComplexArray


def resolution(size: int) -> float:
    """The eigenvalue of a state of that many levels, relative to the largest, below which an eigensolver rounds."""
    return float(8.0 * size * np.finfo(float).eps)


def state_spectrum(evolution: Evolution) -> StateSpectrum:
    """The spectrum of a state over time.

    Args:
        evolution: any evolution.

    Returns:
        The spectrum. At time 0 it is that of the preparation, to all its digits; later an eigenvalue below the
        resolution of the solver stands at the resolution, which bounds what it contributes by about 1e-13 of the
        largest rate.

    Cost:
        One eigendecomposition of the state a time; none for populations.
    """
    size = evolution.model.dimension
    if evolution.population_only:
        vectors = np.broadcast_to(np.eye(size, dtype=np.complex128), (*evolution.populations.shape, size))
        return StateSpectrum(evolution.populations, log_populations(evolution), vectors)
    with few_threads(size):
        values, vectors = np.linalg.eigh(evolution.frame_states)
    probabilities = np.maximum(values, resolution(size))
    logarithms = np.log(probabilities)
    if (evolution.times[..., 0] == 0.0).any():
        start = _prepared(evolution.initial)
        set_at_start(probabilities, evolution.times, start.probabilities, own=1)
        set_at_start(logarithms, evolution.times, start.logarithms, own=1)
        vectors = _at_start(vectors, evolution.times, start.vectors)
    return StateSpectrum(probabilities, logarithms, vectors)


def _at_start(vectors: ComplexArray, times: FloatArray, first: ComplexArray) -> ComplexArray:
    begun = (times == 0.0)[..., None, None]
    return np.where(begun, first[..., None, :, :], vectors)


def _prepared(start: InitialState) -> StateSpectrum:
    """The spectrum of an initial state, without an axis of time."""
    if start.matrix is None:
        identity = np.eye(start.populations.shape[-1], dtype=np.complex128)
        return _with_logarithms(start.populations, start.logarithms, identity)
    if start.vectors is not None and start.logarithms is not None:
        return _with_logarithms(np.exp(start.logarithms), start.logarithms, start.vectors)
    return _of_matrix(start.matrix)


def _with_logarithms(probabilities: FloatArray, logarithms: FloatArray | None, vectors: ComplexArray) -> StateSpectrum:
    if logarithms is None:
        with np.errstate(divide="ignore"):
            logarithms = np.log(probabilities)
    return StateSpectrum(probabilities, logarithms, vectors)


def _of_matrix(matrix: ComplexArray) -> StateSpectrum:
    """Block by block of elements that hang together, each resolved relative to its own largest eigenvalue."""
    values, vectors, label = eigh_by_sector(matrix)
    order, size = np.argsort(label, kind="stable"), np.bincount(label)
    first = np.cumsum(size) - size
    largest = np.maximum.reduceat(values[..., order], first, axis=-1)
    least = (resolution(1) * size * largest)[..., label]
    resolved = values > least
    # What follows small eigenvalues without a gap is not known to be empty; it stands where it does at later times.
    near = (resolved & (values < GAP * least))[..., order]
    faint = np.logical_or.reduceat(near, first, axis=-1)[..., label]
    return _with_logarithms(np.where(resolved, values, np.where(faint, least, 0.0)), None, vectors)


def log_populations(evolution: Evolution) -> FloatArray:
    """Ln p of the populations in the frame over time.

    Args:
        evolution: an evolution with closed populations.

    Returns:
        (..., t, d) [nats]; -inf for a level that is empty at time 0. A level that has underflowed later gives 0, since
        its contribution p ln p has.
    """
    with np.errstate(divide="ignore"):
        logarithms = np.log(np.maximum(evolution.populations, 0.0))
    return with_logarithms_at_start(evolution, logarithms, np.zeros(()))


def with_logarithms_at_start(evolution: Evolution, ratio: FloatArray, log_reference: FloatArray) -> FloatArray:
    """Ln(p / q) over time, exact at time 0, in place.

    Args:
        evolution: an evolution with closed populations.
        ratio: ln(p / q) (..., t, d), not shared with anybody.
        log_reference: ln q (..., d).

    Returns:
        The same, 0 for levels that have underflowed.
    """
    empty = evolution.populations <= 0.0
    if empty.any():
        ratio[empty] = 0.0
    if not (evolution.times[..., 0] == 0.0).any():
        return ratio
    initial = evolution.initial.logarithms
    if initial is None or evolution.initial.matrix is not None:
        with np.errstate(divide="ignore"):
            initial = np.log(evolution.initial.populations)
    with np.errstate(invalid="ignore"):
        first = initial - log_reference
    return set_at_start(ratio, evolution.times, first, own=1)
