"""Models whose dissipation is weak beside their Hamiltonian, in the frame in which that costs no digits."""

from __future__ import annotations

import numpy as np

from thermokin._typing import BoolArray, ComplexArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.operators.in_sectors import eigh_by_sector

__all__ = ["in_eigenframe", "mixes_levels", "weakly_damped"]

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


def mixes_levels(liouvillian: Liouvillian) -> BoolArray:
    """Whether the Hamiltonian moves populations of the frame faster than dissipation does, so that they say little.

    Between two levels at distance D a link g makes motion of size g^2 / D. Where rates are larger than that the levels
    are as good as eigenstates, and small populations are better known among them.

    Args:
        liouvillian: the generator.

    Returns:
        (...) at each point of a sweep.
    """
    energies, links, rates = _scales(liouvillian)
    distance = np.abs(energies[..., :, None] - energies[..., None, :])
    return np.asarray((links**2 > rates[..., None, None] * (distance + rates[..., None, None])).any(axis=(-2, -1)))


def _scales(liouvillian: Liouvillian) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Diagonal of H (..., d), absolute values off it (..., d, d), and the largest rate out of a level (...)."""
    links = np.abs(liouvillian.model.generator.dense)
    level = np.arange(liouvillian.dimension)
    links[..., level, level] = 0.0
    return liouvillian.model.generator.diagonal, links, liouvillian.decay.diagonal.max(axis=-1)


def in_eigenframe(liouvillian: Liouvillian) -> Liouvillian:
    """The same motion between eigenstates of the Hamiltonian, where populations move by dissipation alone.

    Its channels are those of the model, in the same order, so that weights of currents apply. Blocks of levels that
    nothing joins stay apart.

    Args:
        liouvillian: the generator.

    Returns:
        The generator; its frame is that of the model, turned.
    """
    model = liouvillian.model
    values, turn, _ = eigh_by_sector(model.generator.dense)

    def turned(operator: FrameOperator) -> FrameOperator:
        matrix = turn.conj().swapaxes(-1, -2) @ operator.dense @ turn
        return FrameOperator.from_matrix(0.5 * (matrix + matrix.conj().swapaxes(-1, -2)))

    frame = turn if model.frame is None else model.frame @ turn
    table = _turned(model.table, turn)
    return Liouvillian(Model.from_table(FrameOperator(values), turned(model.energy), table, model.baths, frame=frame))


def _turned(table: JumpTable, turn: ComplexArray) -> JumpTable:
    parts = []
    for number in range(table.size):
        jump = turn.conj().swapaxes(-1, -2) @ table.jump(number) @ turn
        rows, columns = np.nonzero((jump != 0.0).reshape(-1, *jump.shape[-2:]).any(axis=0))
        parts.append((np.full(rows.size, number), rows, columns, jump[..., rows, columns]))
    channel, row, column, amplitude = zip(*parts, strict=True)
    return JumpTable(
        dimension=table.dimension,
        channel=np.concatenate(channel).astype(np.int32),
        row=np.concatenate(row).astype(np.int32),
        column=np.concatenate(column).astype(np.int32),
        amplitude=np.concatenate(amplitude, axis=-1),
        bath=table.bath,
        energy=table.energy,
        particles=table.particles,
        reverse=table.reverse,
    )
