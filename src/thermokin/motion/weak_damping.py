"""Models whose dissipation is weak beside H: their frame, and what they would keep were it strong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.log_strength import log_strength, phases
from thermokin.liouville.population_block import population_blocks
from thermokin.liouville.sectors import ket_blocks
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.numerics.level_sums import at_points, flattened
from thermokin.numerics.sector_eigenvectors import eigh_by_sector
from thermokin.solvers.dense import DenseResolvent

__all__ = ["in_eigenframe", "several_when_strengthened", "slow_mixtures", "weakly_damped"]

WEAK = 1e-6  # of the Hamiltonian's spread: rates below it lose digits beside frequencies


def weakly_damped(liouvillian: Liouvillian) -> BoolArray:
    """Whether all rates are small beside the Hamiltonian.

    Args:
        liouvillian: the generator.

    Returns:
        (...) at each point of a sweep.
    """
    energies, links, rates = _scales(liouvillian)
    spread = np.ptp(energies, axis=-1) + links.max(axis=(-2, -1))
    return np.asarray((rates > 0.0) & (rates < WEAK * spread))


def slow_mixtures(liouvillian: Liouvillian) -> BoolArray:
    """Which blocks of levels are left far more slowly than the Hamiltonian mixes them.

    In the frame what leaves such a mixture is a small difference of frequencies, and its digits are lost; between
    eigenstates it is a sum of rates. Where rates are larger than what H does, levels are as good as eigenstates; and
    where some levels are left fast, a dark state among them is known by the small elements of H, which eigenstates
    round off.

    Args:
        liouvillian: the generator.

    Returns:
        (..., b) at each point of a sweep, for each block of levels that the Hamiltonian or the decay joins.
    """
    blocks = ket_blocks(liouvillian)
    inside = [blocks == block for block in range(int(blocks.max(initial=-1)) + 1)]
    centred = liouvillian.centred
    rates = _in_each(centred.decay.diagonal, inside)
    energies, links, _ = _scales(liouvillian)
    reach = np.abs(energies) + links.sum(axis=-1)  # no eigenvalue is larger
    if not (rates < 2.0 * WEAK * _in_each(reach, inside)).any():
        return np.zeros(rates.shape, dtype=bool)
    values, turn, _ = eigh_by_sector(centred.model.generator.dense)
    size = np.abs(turn)
    left = np.einsum("...ia,...ij,...ja->...a", size, np.abs(centred.decay.dense), size, optimize=True)
    spread = np.stack([np.ptp(values[..., levels], axis=-1) for levels in inside], axis=-1)
    moved = (1.0 - (size**2).max(axis=-2)) * spread[..., blocks]
    return np.asarray((rates < WEAK * spread) & (_in_each(moved - left, inside) > 0.0))


def _in_each(values: FloatArray, blocks: list[BoolArray]) -> FloatArray:
    """The largest of values (..., d) in each block (..., b)."""
    return np.stack([values[..., levels].max(axis=-1) for levels in blocks], axis=-1)


def _scales(liouvillian: Liouvillian) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Diagonal of H (..., d), absolute values off it (..., d, d), and the largest rate out of a level (...)."""
    liouvillian = liouvillian.centred
    links = np.abs(liouvillian.model.generator.dense)
    level = np.arange(liouvillian.dimension)
    links[..., level, level] = 0.0
    return liouvillian.model.generator.diagonal, links, liouvillian.decay.diagonal.max(axis=-1)


def in_eigenframe(liouvillian: Liouvillian, turned_blocks: BoolArray) -> Liouvillian:
    """The same motion between eigenstates of the Hamiltonian, where populations move by dissipation alone.

    Its channels are those of the model, in the same order, so that weights of currents apply. Blocks of levels that
    nothing joins stay apart.

    Args:
        liouvillian: the generator.
        turned_blocks: (..., b) which blocks of levels are turned at which points of a sweep; the others stay.

    Returns:
        The generator; its frame is that of the model, turned.
    """
    model, blocks = liouvillian.model, ket_blocks(liouvillian)
    values, turn, _ = eigh_by_sector(model.generator.dense)
    chosen = turned_blocks[..., blocks]
    turn = np.where(chosen[..., None, :], turn, np.eye(liouvillian.dimension))
    # Blocks that stay keep their Hamiltonian as it is.
    staying = np.where(chosen[..., None, :] | chosen[..., :, None], 0.0, model.generator.dense)
    level = np.arange(liouvillian.dimension)
    staying[..., level, level] = np.where(chosen, values, model.generator.diagonal)

    def turned(operator: FrameOperator) -> FrameOperator:
        matrix = turn.conj().swapaxes(-1, -2) @ operator.dense @ turn
        return FrameOperator.from_matrix(0.5 * (matrix + matrix.conj().swapaxes(-1, -2)))

    frame = turn if model.frame is None else model.frame @ turn
    table = _turned(model.table, turn)
    generator = FrameOperator.from_matrix(staying)
    return Liouvillian(Model.from_table(generator, turned(model.energy), table, model.baths, frame=frame))


def _turned(table: JumpTable, turn: ComplexArray) -> JumpTable:
    jumps = []
    for number in range(table.size):
        # What is a multiple of 1 in every frame would round off the rest.
        part = table.identity_part[..., number, None, None] * np.eye(table.dimension)
        jumps.append(turn.conj().swapaxes(-1, -2) @ (table.jump(number) - part) @ turn + part)
    return table.with_jumps(jumps)


def several_when_strengthened(liouvillian: Liouvillian, points: BoolArray) -> BoolArray:
    """What a steady state is kept apart by does not depend on how strong jumps are, only on where they lead.

    Args:
        liouvillian: the generator.
        points: (...) the points of the sweep to be looked at.

    Returns:
        (...) at which of them several states stay for ever whatever the strength of the jumps.

    Cost:
        One dense elimination for each point.
    """
    model, table = liouvillian.centred.model, liouvillian.centred.table
    chosen = np.flatnonzero(points.ravel())
    if not chosen.size:
        return np.zeros_like(points)
    hamiltonian = at_points(flattened(model.generator.dense, 2, points.shape), chosen)
    spread = np.ptp(np.linalg.eigvalsh(hamiltonian), axis=-1)
    amplitude = at_points(flattened(_relative(model), 1, points.shape), chosen)
    unit = np.sqrt(np.where(spread > 0.0, spread, 1.0))
    generator = FrameOperator.from_matrix(hamiltonian)
    none = np.zeros(table.size)
    stronger = replace(
        table,
        amplitude=amplitude * unit[..., None],
        bath=np.full(table.size, -1, dtype=np.int32),
        energy=none,
        particles=none,
    )
    made = Liouvillian(Model.from_table(generator, generator, stronger, (), frame=None))
    found = np.zeros_like(points)
    found[points] = _several(made)
    return found


def _several(liouvillian: Liouvillian) -> BoolArray:
    blocks = population_blocks(liouvillian)
    if len(blocks) > 1 or liouvillian.populations_closed:
        return np.ones((), dtype=bool)
    return DenseResolvent(blocks[0]).several


def _relative(model: Model) -> NDArray[Any]:
    """Amplitudes (..., m) beside the largest of their channel, also where they underflow."""
    table, logs = model.table, log_strength(model)
    largest = np.full((table.size, *logs.shape[:-1]), -np.inf)
    np.maximum.at(largest, table.channel, np.moveaxis(logs, -1, 0))
    top = np.moveaxis(largest, 0, -1)[..., table.channel]
    size = np.exp(0.5 * (logs - np.where(np.isfinite(top), top, 0.0)))
    return np.asarray(size * phases(table))
