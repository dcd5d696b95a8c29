"""The moments of any current at finite time: from moment-resolved states, or from what each level has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import comb
from typing import TypeAlias

import numpy as np
from scipy import sparse
from scipy.linalg import expm

from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.block import Block
from thermokin.liouville.population_block import population_blocks
from thermokin.motion.evolution import Evolution
from thermokin.motion.population_change import population_change
from thermokin.motion.time_grid import set_at_start
from thermokin.numerics import two_level
from thermokin.numerics.grid_walk import dense_steps, sparse_steps, walk
from thermokin.numerics.level_sums import mean_over_levels, over_levels
from thermokin.numerics.rounding_guard import require_probability

__all__ = ["hierarchy_moments", "level_difference_moments", "level_difference_sizes"]

DENSE_UP_TO = 900  # rows of the hierarchy up to which one dense exponential serves
_Term: TypeAlias = tuple[float, FloatArray, FloatArray]


def hierarchy_moments(
    evolution: Evolution, weights: FloatArray, order: int, drift: FloatArray | None = None
) -> FloatArray:
    """<(N - v t)^m> for m = 1 .. order of N = sum_k c_k N_k.

    d rho_m / dt = L rho_m - m v rho_(m-1) + sum_l C(m, l) J^(l) rho_(m-l), with J^(l) rho = sum_k c_k^l L_k rho L_k^+
    and <(N - v t)^m> = tr rho_m. All moments form one block-triangular linear system, whose exponential is exact also
    where the generator's eigenvectors are not a basis. A drift v near the mean current keeps the moments small, so
    that their cumulants lose few digits however long the time.

    Args:
        evolution: any evolution; its initial state and times are used.
        weights: c_k (..., k).
        order: largest m.
        drift: v (...) [amount/time]; 0 if None.

    Returns:
        (..., t, order).

    Raises:
        ValueError: if there are leading axes where the system is too large for dense matrices.
        NotConvergedError: if times are so long that rounding shows in the probability.

    Cost:
        Exponentials of matrices of (order + 1) n rows, n the coordinates of each block that holds populations;
        products with sparse ones where that is large.

    Reference:
        landi2024.
    """
    velocity = np.zeros(()) if drift is None else np.asarray(drift)
    total: FloatArray | None = None
    for block in population_blocks(evolution.liouvillian):
        start = block.elements(evolution.initial.populations, evolution.initial.matrix)
        if not start.any():
            continue
        if (order + 1) * block.size > DENSE_UP_TO:
            states = _by_products(block, weights, velocity, start, evolution.times, order)
        else:
            system, first = _system(block, weights, velocity, order), _first(start, order)
            states = walk(dense_steps(expm, system), first, evolution.times, system.shape[:-2])
        traced = np.asarray((states.reshape(*states.shape[:-1], order + 1, block.size) @ block.trace).real)
        require_probability(traced[..., 0], (start @ block.trace).real)
        part = traced[..., 1:]
        total = part if total is None else total + part
    assert total is not None  # noqa: S101 - some block holds the populations that sum to one
    return total


def _first(start: FloatArray | ComplexArray, order: int) -> FloatArray | ComplexArray:
    return np.concatenate([start, np.zeros((*start.shape[:-1], order * start.shape[-1]))], axis=-1)


def _system(block: Block, weights: FloatArray, drift: FloatArray, order: int) -> FloatArray | ComplexArray:
    generator, size = block.matrix, block.size
    gains = [block.jumps(weights**power) for power in range(1, order + 1)]
    gains[0] = gains[0] - drift[..., None, None] * np.eye(size)
    batch = np.broadcast_shapes(generator.shape[:-2], *(gain.shape[:-2] for gain in gains))
    kind = np.result_type(generator.dtype, *(gain.dtype for gain in gains))
    system = np.zeros((*batch, (order + 1) * size, (order + 1) * size), dtype=kind)
    for row in range(order + 1):
        here = slice(row * size, (row + 1) * size)
        system[..., here, here] = generator
        for column in range(row):
            system[..., here, column * size : (column + 1) * size] = comb(row, column) * gains[row - column - 1]
    return system


def _by_products(
    block: Block,
    weights: FloatArray,
    drift: FloatArray,
    start: FloatArray | ComplexArray,
    times: FloatArray,
    order: int,
) -> FloatArray | ComplexArray:
    lead = (block.liouvillian.model.batch_shape, weights.shape[:-1], drift.shape, start.shape[:-1], times.shape[:-1])
    if any(lead):
        raise ValueError("a system this large is counted for one point; evaluate the points of the sweep one by one.")
    gains = [block.sparse_jumps(weights**power) for power in range(1, order + 1)]
    gains[0] = sparse.csr_array(gains[0] - float(drift) * sparse.eye_array(block.size))
    generator = block.sparse
    blocks: list[list[sparse.csr_array | None]] = [[None] * (order + 1) for _ in range(order + 1)]
    for row in range(order + 1):
        blocks[row][row] = generator
        for column in range(row):
            blocks[row][column] = sparse.csr_array(comb(row, column) * gains[row - column - 1])
    system = sparse.csr_array(sparse.block_array(blocks))
    return walk(sparse_steps(system), _first(start, order), times)


def level_difference_moments(evolution: Evolution, numbers: FloatArray, order: int) -> FloatArray:
    """<(f_end - f_start)^m> for m = 1 .. order, from the propagation of f^m p(0) alone.

    <(f - f')^m> = sum_{l < m} C(m, l) (-1)^l f^(m-l) . [exp(W t) - 1] (f^l p(0)), each from nothing:
    early moments keep their digits.

    Args:
        evolution: an evolution of populations.
        numbers: f (..., d).
        order: largest m.

    Returns:
        (..., t, order).
    """
    motion, away = evolution.motion, evolution.away
    if motion is not None and motion.size == 2 and motion.limit.unique and away is not None:
        gone = -np.expm1(-two_level.decay_rate(motion.dense)[..., None] * evolution.times)
        step = numbers[..., 1] - numbers[..., 0]
        return two_level.moments(gone, evolution.initial.populations, away, step, order)
    terms = _terms(evolution, numbers, order)
    return _stacked(evolution, [_sum(c * mean_over_levels(gained, powers) for c, gained, powers in m) for m in terms])


def level_difference_sizes(evolution: Evolution, numbers: FloatArray, order: int) -> FloatArray:
    """The sizes (..., t, order) of the terms whose sum each of `level_difference_moments` is, added up."""
    terms = _terms(evolution, numbers, order)
    sizes = ((abs(c) * mean_over_levels(np.abs(gained), np.abs(powers)) for c, gained, powers in m) for m in terms)
    return _stacked(evolution, [_sum(size) for size in sizes])


def _sum(terms: Iterable[FloatArray]) -> FloatArray:
    return np.asarray(sum(terms, start=np.zeros(())))


def _stacked(evolution: Evolution, moments: list[FloatArray]) -> FloatArray:
    begun = [set_at_start(moment, evolution.times, 0.0) for moment in moments]
    return np.stack(np.broadcast_arrays(*begun), axis=-1)


def _terms(evolution: Evolution, numbers: FloatArray, order: int) -> Iterator[list[_Term]]:
    """The terms of each moment: a factor, what each level gained, and what a level's number weighs it with."""
    assert evolution.motion is not None  # noqa: S101 - level_numbers has asked
    start = evolution.initial.populations
    # The moments do not change when f shifts; about its mean they cancel least, and far from zero f has few digits.
    numbers = numbers - over_levels(np.minimum, numbers)[..., None]
    numbers = numbers - over_levels(np.add, numbers * start)[..., None]
    gained = [evolution.change]
    gained += [_gained(evolution, numbers**power * start) for power in range(1, order)]
    for power in range(1, order + 1):
        yield [((-1.0) ** used * comb(power, used), gained[used], numbers ** (power - used)) for used in range(power)]


def _gained(evolution: Evolution, vector: FloatArray) -> FloatArray:
    """[exp(W t) - 1] v (..., t, d)."""
    motion = evolution.motion
    assert motion is not None  # noqa: S101 - the caller has asked
    staying = motion.limit.of(vector[..., None])[..., 0]
    later = motion.carry(vector, evolution.times) - staying[..., None, :]
    return population_change(motion, vector - staying, later, evolution.times)
