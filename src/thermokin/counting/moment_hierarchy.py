"""The moments of any current at finite time, by the hierarchy of moment-resolved states."""

from __future__ import annotations

from math import comb
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import expm
from scipy.sparse.linalg import expm_multiply

from thermokin._typing import ComplexArray, FloatArray
from thermokin.dynamics.evolution import Evolution
from thermokin.dynamics.positive_exponential import powers, step_kinds
from thermokin.liouville.rate_matrix import transition_rates
from thermokin.liouville.scatter import scatter
from thermokin.liouville.sector_generator import SectorGenerator

__all__ = ["hierarchy_moments"]

DENSE_UP_TO = 900  # rows of the hierarchy up to which one dense exponential serves

Matrix: TypeAlias = NDArray[Any] | sparse.csr_array


def hierarchy_moments(evolution: Evolution, weights: FloatArray, order: int) -> FloatArray:
    """<N^m> for m = 1 .. order of N = sum_k c_k N_k, from d rho_m / dt = L rho_m + sum_l C(m, l) J^(l) rho_(m-l).

    J^(l) rho = sum_k c_k^l L_k rho L_k^+ and <N^m> = tr rho_m. All moments form one block-triangular linear system,
    whose exponential is exact also where the generator's eigenvectors are not a basis.

    Args:
        evolution: any evolution; its initial state and times are used.
        weights: c_k (..., k).
        order: largest m.

    Returns:
        (..., t, order).

    Cost:
        Exponentials of matrices of (order + 1) n rows, n the elements of the sectors that hold populations; products
        with sparse ones where that is large.

    Reference:
        landi2024.
    """
    total: FloatArray | None = None
    if evolution.motion is not None:
        start = evolution.initial.populations
        trace = np.ones(start.shape[-1])
        gains = [_population_gain(evolution, weights**power) for power in range(1, order + 1)]
        total = _of_system(evolution.motion.rates, gains, start, trace, evolution.times)
    for path in evolution.paths:
        if path.motion is None or not path.sector.diagonal.any():
            continue
        generator = path.motion.generator
        elements = _start(evolution, generator)
        gains = [_sector_gain(generator, weights**power) for power in range(1, order + 1)]
        part = _of_system(_sector_matrix(generator), gains, elements, generator.trace, evolution.times)
        total = part if total is None else total + part
    assert total is not None  # noqa: S101 - some sector always holds populations
    return total


def _population_gain(evolution: Evolution, weights: FloatArray) -> Matrix:
    return _thin(transition_rates(evolution.liouvillian, slice(None), weights), loops=_loops(evolution, weights))


def _loops(evolution: Evolution, weights: FloatArray) -> FloatArray:
    """Jumps that leave a level where it is still count: their rates stand on the diagonal of a gain."""
    table = evolution.model.table
    here = np.flatnonzero(table.row == table.column)
    if here.size == 0:
        return np.zeros(table.dimension)
    rates = table.strength[..., here] * weights[..., table.channel[here]]
    return np.asarray(scatter(rates, table.column[here], table.dimension))


def _thin(gain: Matrix, loops: FloatArray) -> Matrix:
    if not loops.any():
        return gain
    if isinstance(gain, sparse.csr_array):
        return sparse.csr_array(gain + sparse.diags_array(loops))
    return np.asarray(gain + loops[..., None] * np.eye(loops.shape[-1]))


def _sector_matrix(generator: SectorGenerator) -> Matrix:
    return generator.sparse if generator.sector.size > DENSE_UP_TO else generator.matrix


def _sector_gain(generator: SectorGenerator, weights: FloatArray) -> Matrix:
    if generator.sector.size > DENSE_UP_TO:
        return generator.sparse_jumps(weights)
    return generator.jumps(weights)


def _start(evolution: Evolution, generator: SectorGenerator) -> ComplexArray:
    sector, initial = generator.sector, evolution.initial
    if initial.matrix is not None:
        return np.asarray(initial.matrix[..., sector.rows, sector.columns])
    return np.where(sector.diagonal, initial.populations[..., sector.rows], 0.0).astype(np.complex128)


def _of_system(
    generator: Matrix, gains: list[Matrix], start: FloatArray | ComplexArray, trace: FloatArray, times: FloatArray
) -> FloatArray:
    order, size = len(gains), start.shape[-1]
    if isinstance(generator, sparse.csr_array) or (order + 1) * size > DENSE_UP_TO:
        states = _by_products(generator, gains, start, times)
    else:
        states = _by_exponentials(generator, gains, start, times)
    traced = states.reshape(*states.shape[:-1], order + 1, size) @ trace
    return np.asarray(traced[..., 1:].real)


def _by_exponentials(
    generator: Matrix, gains: list[Matrix], start: FloatArray | ComplexArray, times: FloatArray
) -> ComplexArray:
    order, size = len(gains), start.shape[-1]
    batch = np.broadcast_shapes(
        generator.shape[:-2], *(gain.shape[:-2] for gain in gains), start.shape[:-1], times.shape[:-1]
    )
    kind = np.result_type(generator.dtype, *(gain.dtype for gain in gains), start.dtype)
    system = np.zeros((*batch, (order + 1) * size, (order + 1) * size), dtype=kind)
    for row in range(order + 1):
        here = slice(row * size, (row + 1) * size)
        system[..., here, here] = generator
        for column in range(row):
            system[..., here, column * size : (column + 1) * size] = comb(row, column) * gains[row - column - 1]
    state = np.zeros((*batch, (order + 1) * size, 1), dtype=kind)
    state[..., :size, 0] = start
    steps = np.diff(times, axis=-1, prepend=0.0)
    kinds = step_kinds(steps, times)
    out, position, made = [], 0, {}
    while position < kinds.size:
        kind_here = int(kinds[position])
        run = int(np.argmin(np.append(kinds[position:] == kind_here, False)))
        if kind_here not in made:
            made[kind_here] = expm(system * steps[..., position][..., None, None])
        block = powers(made[kind_here], state, run)
        state = block[..., -1:]
        out.append(block)
        position += run
    return np.concatenate(out, axis=-1).swapaxes(-1, -2)


def _by_products(
    generator: Matrix, gains: list[Matrix], start: FloatArray | ComplexArray, times: FloatArray
) -> ComplexArray:
    if generator.ndim > 2 or start.ndim > 1 or times.ndim > 1:
        raise ValueError("a system this large is counted for one point; evaluate the points of the sweep one by one.")
    order, size = len(gains), start.shape[-1]
    blocks: list[list[Matrix | None]] = [[None] * (order + 1) for _ in range(order + 1)]
    for row in range(order + 1):
        blocks[row][row] = sparse.csr_array(generator)
        for column in range(row):
            blocks[row][column] = sparse.csr_array(comb(row, column) * gains[row - column - 1])
    system = sparse.csr_array(sparse.block_array(blocks))
    state = np.concatenate([start, np.zeros(order * size, dtype=start.dtype)])
    out, now = [], 0.0
    for time in times:
        state = expm_multiply(system * (time - now), state) if time > now else state
        now = float(time)
        out.append(state)
    return np.stack(out)
