"""The statistical velocity: how fast a state becomes distinguishable from itself, by its information about time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray
from thermokin.geometry import two_levels
from thermokin.geometry.unitary_part import UnitaryPart
from thermokin.motion.evolution import Evolution
from thermokin.motion.population_change import LOST, move
from thermokin.motion.population_motion import PopulationMotion

__all__ = ["shortest_filling_time", "statistical_velocity"]

CHUNK = 4_000_000  # numbers held at once by one intermediate array
FILLING = 1e-15  # of the largest rate: one this small fills an empty level by rounding alone
FILLING_SQUARED = 1e-24  # the same of squared elements in an eigenbasis, which an eigensolver rounds


def statistical_velocity(evolution: Evolution, rotation: UnitaryPart) -> FloatArray:
    """The square root of the SLD quantum Fisher information about time, v = sqrt(F_Q).

    F_Q = 2 sum_mn |<m|rho'|n>|^2 / (p_m + p_n) over the eigenstates of rho = sum_n p_n |n><n|; for populations
    sum_n p'_n^2 / p_n. Pairs of states that are empty and stay so do not count.

    Args:
        evolution: the evolution.
        rotation: which derivative rho' counts.

    Returns:
        (..., t) [1/time]; inf at time 0 where an empty state is being filled.

    Cost:
        One product with the rate matrix, or one eigendecomposition of the state a time where there are coherences.

    Reference:
        braunstein1994.
    """
    pieces = []
    count, size = evolution.populations.shape[-2:]
    per_time = evolution.populations[..., 0, :].size * (1 if evolution.population_only else size)
    step = max(1, CHUNK // per_time)
    for first in range(0, count, step):
        part = evolution if step >= count else _window(evolution, slice(first, first + step))
        pieces.append(_of_populations(part) if part.population_only else _of_states(part, rotation))
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-1)


def _window(evolution: Evolution, times: slice) -> Evolution:
    return replace(
        evolution,
        times=evolution.times[..., times],
        populations=evolution.populations[..., times, :],
        known_deviation=evolution.deviation[..., times, :],
        paths=tuple(
            replace(path, values=path.values[..., times, :], known_deviation=path.deviation[..., times, :])
            for path in evolution.paths
        ),
    )


def _of_populations(evolution: Evolution) -> FloatArray:
    motion, populations = evolution.motion, evolution.populations
    if motion is None:
        return _from(populations, evolution.population_rates, evolution)
    if populations.shape[-1] == 2 and isinstance(motion.rates, np.ndarray):
        return two_levels.velocity(motion.rates, populations, evolution.deviation, evolution.times)
    return _from(populations, _population_rates(evolution, motion), evolution)


def _population_rates(evolution: Evolution, motion: PopulationMotion) -> FloatArray:
    """W p from p where a level is far below its final population, else from the deviation, whichever cancels less."""
    populations, deviation = evolution.populations, evolution.deviation
    rates = evolution.population_rates
    filling = 2.0 * populations < populations - deviation
    if not filling.any():
        return rates
    rows = filling.any(axis=-1).reshape(-1, filling.shape[-2]).any(axis=0)
    early = slice(None) if rows.all() else np.flatnonzero(rows)
    direct = move(motion.rates, populations[..., early, :])
    # What leaves a level and comes back at once, while all of its part fills slowly, has cancelled in W p.
    kept = np.abs(direct) > LOST * motion.exits[..., None, :] * populations[..., early, :]
    rates = rates.copy()
    rates[..., early, :] = np.where(filling[..., early, :] & kept, direct, rates[..., early, :])
    return rates


def _from(populations: FloatArray, rates: FloatArray, evolution: Evolution) -> FloatArray:
    """sqrt(sum_n rates_n^2 / p_n), (..., t)."""
    started = np.broadcast_to(evolution.times == 0.0, populations.shape[:-1])
    # Once the clock runs, a level that is still empty has underflowed, and so has what it contributes.
    empty = populations <= 0.0
    with np.errstate(over="ignore", under="ignore"):
        terms = np.where(empty, 0.0, (rates / np.sqrt(np.where(empty, 1.0, populations))) ** 2)
        velocity = np.sqrt(terms.sum(axis=-1))
    if started.any():
        scale = np.abs(rates).max(axis=-1, keepdims=True)
        filled = (empty & (rates > FILLING * scale)).any(axis=-1)
        velocity = np.where(started & filled, np.inf, velocity)
    return np.asarray(velocity)


def _of_states(evolution: Evolution, rotation: UnitaryPart) -> FloatArray:
    with few_threads(evolution.model.dimension):
        values, vectors = np.linalg.eigh(evolution.frame_states)
        rates = _in_eigenbasis(rotation.rates(evolution), vectors)
    size = values.shape[-1]
    # Eigenvalues this small are an eigensolver's zeros; what stands on them is known to no better than its presence.
    rounding = 8.0 * size * np.finfo(float).eps
    pairs = values[..., :, None] + values[..., None, :]
    known = pairs > rounding
    square = rates.real**2 + rates.imag**2
    information = 2.0 * np.where(known, square / np.where(known, pairs, 1.0), 0.0).sum(axis=(-2, -1))
    started = evolution.times == 0.0
    if started.any():
        largest = square.max(axis=(-2, -1), keepdims=True)
        filled = (~known & (square > FILLING_SQUARED * largest)).any(axis=(-2, -1))
        information = np.where(started & filled, np.inf, information)
    return np.asarray(np.sqrt(information))


def _in_eigenbasis(operator: ComplexArray, vectors: ComplexArray) -> ComplexArray:
    return np.asarray(vectors.conj().swapaxes(-1, -2) @ operator @ vectors)


def shortest_filling_time(evolution: Evolution, rotation: UnitaryPart) -> float:
    """The shortest time p/p' in which a state of the start that is nearly empty doubles its probability.

    Args:
        evolution: the evolution.
        rotation: which derivative counts.

    Returns:
        [time]; inf where none is being filled. States that are exactly empty do not count: there the velocity is a
        smooth function of sqrt(t) divided by it.
    """
    start = evolution.at(np.zeros(1))
    if start.population_only and start.motion is not None:
        values, rates = start.populations, _population_rates(start, start.motion)
    else:
        values, vectors = np.linalg.eigh(start.frame_states)
        rates = np.real(np.diagonal(_in_eigenbasis(rotation.rates(start), vectors), axis1=-2, axis2=-1))
        values = np.where(values <= 8.0 * values.shape[-1] * np.finfo(float).eps, 0.0, values)
    filling = (values > 0.0) & (rates > 0.0)
    if not filling.any():
        return np.inf
    with np.errstate(over="ignore"):
        return float((values[filling] / rates[filling]).min())
