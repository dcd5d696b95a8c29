"""Jumps split into what they do on levels and between levels, so that equal numbers on levels do not cancel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.numerics.level_sums import scatter

if TYPE_CHECKING:
    from thermokin.liouville.sector_generator import SectorGenerator

__all__ = ["diagonal_terms", "entries_of_rows", "lone_rates", "off_diagonal"]

LARGE = 1e4  # ratio of two rates from which adding them costs the smaller one digits that matter
Terms = tuple[IntArray, IntArray, ComplexArray]


def off_diagonal(model: Model) -> Model:
    """The motion that jumps make without their diagonal elements, L = A + O with A diagonal.

    The rest is `diagonal_terms`. In L rho L^+ and {L^+ L, rho}/2 the squares of A cancel wherever two levels have the
    same element, and take with them the digits of what is small beside them. With Delta = (A_i - A_k)/2 and
    S = (A_i + A_k)/2, the part of both that turns states is the Hamiltonian
    i/2 (Delta^* O_ik + Delta O_ki^* + S^* O_ik - S O_ki^*).

    Args:
        model: the model.

    Returns:
        The model with this Hamiltonian besides its own, and jumps O; itself where the squares of no diagonal element
        are large beside what would be lost in them.

    Cost:
        O(entries); d^2 numbers where H changes.
    """
    table = model.table
    if not _cancels(table):
        return model
    between = np.flatnonzero(table.row != table.column)
    moving = replace(
        table,
        channel=table.channel[between],
        row=table.row[between],
        column=table.column[between],
        amplitude=table.amplitude[..., between],
    )
    hamiltonian = _with_drive(model.generator, table, moving)
    return Model.from_table(hamiltonian, model.energy, moving, model.baths, frame=model.frame)


def _cancels(table: JumpTable) -> bool:
    """Whether squares of diagonal elements are large beside other jumps, or beside squares of their differences."""
    loop = table.row == table.column
    if not loop.any():
        return False
    one, two = table.pairs
    here = np.flatnonzero(loop[one] & loop[two] & (one < two))
    apart = np.abs(table.amplitude[..., one[here]] - table.amplitude[..., two[here]]) ** 2
    small = np.concatenate([table.strength[..., ~loop], apart], axis=-1)
    least = np.where(small > 0.0, small, np.inf).min(axis=-1, initial=np.inf)
    return bool((table.strength[..., loop].max(axis=-1) > LARGE * least).any())


def _with_drive(hamiltonian: FrameOperator, table: JumpTable, moving: JumpTable) -> FrameOperator:
    """H and what diagonal elements of jumps turn by way of their other elements."""
    size, drive = table.dimension, np.zeros((), dtype=np.complex128)
    for channel in _with_levels(table):
        entries = slice(int(moving.starts[channel]), int(moving.starts[channel + 1]))
        row, column = moving.row[entries], moving.column[entries]
        if not row.size:
            continue
        level, jump = _levels(table, channel), moving.amplitude[..., entries]
        half, mean = 0.5 * (level[..., row] - level[..., column]), 0.5 * (level[..., row] + level[..., column])
        place = row.astype(np.int64) * size + column
        # Of one element and its transpose; what cancels in a Hermitian L does so exactly.
        differing = _matrix(0.5j * np.conj(half) * jump, place, size)
        turning = _matrix(0.5j * np.conj(mean) * jump, place, size)
        drive = drive + differing + turning
        drive = drive + differing.conj().swapaxes(-1, -2) + turning.conj().swapaxes(-1, -2)
    return FrameOperator.from_matrix(hamiltonian.dense + drive) if drive.any() else hamiltonian


def _matrix(values: ComplexArray, place: IntArray, size: int) -> ComplexArray:
    return scatter(values, place, size * size).reshape(*values.shape[:-1], size, size)


def _with_levels(table: JumpTable) -> IntArray:
    """The channels that have diagonal elements."""
    return np.unique(table.channel[table.row == table.column]).astype(np.int64)


def _levels(table: JumpTable, channel: int) -> FloatArray | ComplexArray:
    """The diagonal elements (..., d) of one channel."""
    entries = np.arange(table.starts[channel], table.starts[channel + 1])
    entries = entries[table.row[entries] == table.column[entries]]
    levels = np.zeros((*table.amplitude.shape[:-1], table.dimension), dtype=table.amplitude.dtype)
    levels[..., table.row[entries]] = table.amplitude[..., entries]
    return levels


def lone_rates(table: JumpTable, rows: IntArray, columns: IntArray) -> ComplexArray:
    """What the diagonal elements A of jumps do to density-matrix elements, each by itself.

    A_i A_j^* less half of |A_i|^2 + |A_j|^2, without taking equal numbers from one another.

    Args:
        table: the jumps.
        rows: i (n,).
        columns: j (n,).

    Returns:
        (..., n) [1/time].
    """
    total = np.zeros((*table.amplitude.shape[:-1], rows.size), dtype=np.complex128)
    for channel in _with_levels(table):
        level = _levels(table, channel)
        apart, mean = level[..., rows] - level[..., columns], 0.5 * (level[..., rows] + level[..., columns])
        total += 1j * (apart * np.conj(mean)).imag - 0.5 * np.abs(apart) ** 2
    return total


def diagonal_terms(generator: SectorGenerator, into: IntArray) -> Terms:
    """What the motion of `off_diagonal` lacks, as terms: dephasing, and rho -> [O rho, A^+] with its adjoint.

    Args:
        generator: of one sector, with all elements of its jumps.
        into: (w,) the elements whose terms are wanted, as positions.

    Returns:
        Position of target, of source (m,), and value (..., m) [1/time].
    """
    table, sector = generator.liouvillian.table, generator.sector
    rows, columns = sector.rows[into], sector.columns[into]
    parts: list[Terms] = [(into, into, lone_rates(table, rows, columns))]
    for channel in _with_levels(table):
        entries = np.arange(table.starts[channel], table.starts[channel + 1])
        entries = entries[table.row[entries] != table.column[entries]]
        if not entries.size:
            continue
        level = _levels(table, channel)
        entries = entries[np.argsort(table.row[entries], kind="stable")]
        degree = np.bincount(table.row[entries], minlength=table.dimension)
        apart = level[..., rows] - level[..., columns]
        left, ket = entries_of_rows(degree, rows)
        right, bra = entries_of_rows(degree, columns)
        ket, bra = entries[ket], entries[bra]
        sources = (
            generator.positions(table.column[ket], columns[left]),
            generator.positions(rows[right], table.column[bra]),
        )
        gained = -np.conj(apart[..., left]) * table.amplitude[..., ket]
        carried = apart[..., right] * np.conj(table.amplitude[..., bra])
        parts.append((into[left], sources[0], gained.astype(np.complex128)))
        parts.append((into[right], sources[1], carried.astype(np.complex128)))
    target, source, values = zip(*parts, strict=True)
    every = np.concatenate(source)
    # Terms from outside the sector add up to nothing.
    here = np.flatnonzero(every >= 0)
    return np.concatenate(target)[here], every[here], np.concatenate(values, axis=-1)[..., here]


def entries_of_rows(degree: IntArray, level: IntArray) -> tuple[IntArray, IntArray]:
    """All entries in the rows of a matrix whose entries are sorted by row.

    Args:
        degree: (d,) the number of entries in each row.
        level: (w,) the rows that are asked about.

    Returns:
        Which of the rows (m,) each belongs to, and where it stands (m,).
    """
    begin = np.cumsum(degree) - degree
    count = degree[level]
    which = np.repeat(np.arange(level.size), count)
    first = begin[level] - (np.cumsum(count) - count)
    return which, np.arange(which.size) + first[which]
