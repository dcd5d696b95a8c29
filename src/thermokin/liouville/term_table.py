"""The elements of a small sector's generator as sums of what a model is made of, the same at every point of a sweep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.numerics.components import components
from thermokin.numerics.level_sums import anywhere

__all__ = ["TermTable", "Terms", "term_table"]

LARGEST_SECTOR = 40  # elements of a sector whose terms are worked out one by one
MOST_INPUTS = 256  # what its elements are made of


@dataclass(frozen=True, eq=False)
class Terms:
    """Matrix elements that are sums of a number times an input.

    Args:
        target: (m,) row.
        source: (m,) column.
        which: (m,) the input; of jumps, the pair.
        factor: (m,) what it is multiplied by.
    """

    target: IntArray
    source: IntArray
    which: IntArray
    factor: FloatArray


@dataclass(frozen=True, eq=False)
class TermTable:
    """A sector of Hermitian operators in the coordinates rho_ii, Re rho_ij and Im rho_ij (i < j).

    Inputs are real numbers of each point: first parts of elements of H, then parts of products a b* of two amplitudes
    of one channel. Every factor is a small whole number or a half: nothing is rounded but the inputs.

    Args:
        hamiltonian: (h, 3) row and column of an element of H, and 1 for its imaginary part.
        pairs: (p, 3) two entries of the jump table, and 1 for the imaginary part of a b*.
        channel: (p,) of each pair.
        generator: all of L.
        jumps: the part that jumps lead to, with weight one for every channel.
        elements: (n, 2) row and column of the element that each coordinate is a part of.
        imaginary: (n,) whether it is the imaginary part.
    """

    hamiltonian: IntArray
    pairs: IntArray
    channel: IntArray
    generator: Terms
    jumps: Terms
    elements: IntArray
    imaginary: BoolArray

    @property
    def size(self) -> int:
        """Number of coordinates n."""
        return int(self.imaginary.size)

    @property
    def places(self) -> IntArray:
        """(k,) which coordinates are populations."""
        return np.flatnonzero(self.elements[:, 0] == self.elements[:, 1])

    @property
    def pairs_of_parts(self) -> dict[int, int]:
        """The imaginary part of each coherence by its real part, and the other way, where both are there."""
        found: dict[int, int] = {}
        seen: dict[tuple[int, int], int] = {}
        for number, (row, column) in enumerate(self.elements.tolist()):
            other = seen.setdefault((row, column), number)
            if other != number:
                found[number], found[other] = other, number
        return found


def term_table(liouvillian: Liouvillian) -> TermTable | None:
    """The terms of the sector that holds all populations.

    Args:
        liouvillian: the generator.

    Returns:
        The terms; None where populations fall into several sectors, or there are too many terms.
    """
    if liouvillian.populations_closed:
        return _of_populations(liouvillian)
    sectors = sector_map(liouvillian).of_populations()
    if len(sectors) != 1 or sectors[0].size > LARGEST_SECTOR:
        return None
    hamiltonian, pairs = _live_elements(liouvillian), _live_pairs(liouvillian)
    if len(hamiltonian) + len(pairs) > MOST_INPUTS:
        return None
    return _of_sector(liouvillian, sectors[0], hamiltonian, pairs)


def _of_populations(liouvillian: Liouvillian) -> TermTable | None:
    """Of closed populations: an entry of the jump table is a rate."""
    table = liouvillian.table
    live = np.flatnonzero(anywhere(table.amplitude != 0.0, 1)).astype(np.int64)
    if live.size > MOST_INPUTS:
        return None
    row, column = table.row[live].astype(np.int64), table.column[live].astype(np.int64)
    moves = np.flatnonzero(row != column)
    number, one = np.arange(live.size), np.ones(live.size)
    generator = Terms(
        np.concatenate([row[moves], column[moves]]),
        np.concatenate([column[moves], column[moves]]),
        np.concatenate([moves, moves]),
        np.concatenate([one[moves], -one[moves]]),
    )
    level = np.arange(liouvillian.dimension)
    return TermTable(
        np.zeros((0, 3), dtype=np.int64),
        np.stack([live, live, np.zeros_like(live)], axis=-1),
        table.channel[live].astype(np.int64),
        generator,
        Terms(row, column, number, one),
        np.stack([level, level], axis=-1),
        np.zeros(level.size, dtype=bool),
    )


def _live_elements(liouvillian: Liouvillian) -> IntArray:
    """The parts of elements of H, row <= column, that are nonzero somewhere; the diagonal first (h, 3)."""
    row, column, imaginary = np.nonzero(liouvillian.model.generator.held)
    here = (row < column) | ((row == column) & (imaginary == 0))
    found = np.stack([row, column, imaginary], axis=-1)[here].astype(np.int64)
    return np.asarray(found[np.argsort(found[:, 0] != found[:, 1], kind="stable")])


def _live_pairs(liouvillian: Liouvillian) -> IntArray:
    """The parts of products of two amplitudes of a channel, each pair once (p, 3)."""
    table = liouvillian.table
    live = anywhere(table.amplitude != 0.0, 1)
    one, two = table.pairs
    wanted = np.flatnonzero((one <= two) & live[one] & live[two])
    one, two = one[wanted].astype(np.int64), two[wanted].astype(np.int64)
    real = np.stack([one, two, np.zeros_like(one)], axis=-1)
    if not np.iscomplexobj(table.amplitude):
        return real
    apart = one < two
    return np.concatenate([real, np.stack([one, two, np.ones_like(one)], axis=-1)[apart]])


def _of_sector(liouvillian: Liouvillian, sector: Sector, hamiltonian: IntArray, pairs: IntArray) -> TermTable:
    table, size = liouvillian.table, liouvillian.dimension
    row, column = table.row.astype(np.int64), table.column.astype(np.int64)
    no_jump = _between_jumps(row, column, hamiltonian, pairs, size)
    jumps = _jumped(sector, row, column, pairs)
    same_row, same_column = np.equal.outer(sector.rows, sector.rows), np.equal.outer(sector.columns, sector.columns)
    on_rows = no_jump[:, sector.rows[:, None], sector.rows]
    on_columns = no_jump[:, sector.columns[:, None], sector.columns]
    motion = on_rows * same_column + same_row * on_columns.conj()
    motion[len(hamiltonian) :] += jumps
    into, out_of = _real_parts(sector)
    whole, part = (into @ motion @ out_of).real, (into @ jumps @ out_of).real
    kept = _linked(whole, sector)
    whole, part = whole[:, kept[:, None], kept], part[:, kept[:, None], kept]
    above, below = sector.rows[kept], sector.columns[kept]
    return TermTable(
        hamiltonian,
        pairs,
        table.channel[pairs[:, 0]].astype(np.int64),
        _listed(whole),
        _listed(part),
        np.stack([np.minimum(above, below), np.maximum(above, below)], axis=-1),
        np.asarray(above > below),
    )


def _between_jumps(row: IntArray, column: IntArray, hamiltonian: IntArray, pairs: IntArray, size: int) -> ComplexArray:
    """-i K for each input alone (u, d, d)."""
    out = np.zeros((len(hamiltonian) + len(pairs), size, size), dtype=np.complex128)
    number = np.arange(len(hamiltonian))
    one, two, imaginary = hamiltonian.T
    unit = np.where(imaginary == 1, 1j, 1.0)
    out[number, two, one] = -1j * unit.conj()
    out[number, one, two] = -1j * unit
    number = np.arange(len(hamiltonian), len(out))
    one, two, imaginary = pairs.T
    # L^+ L holds a_one a_two* at (c_two, c_one), and its adjoint, where both lead to one level.
    unit = np.where(imaginary == 1, 1j, 1.0) * (row[one] == row[two])
    out[number, column[two], column[one]] += -0.5 * unit
    out[number, column[one], column[two]] += -0.5 * unit.conj() * (one != two)
    return out


def _jumped(sector: Sector, row: IntArray, column: IntArray, pairs: IntArray) -> ComplexArray:
    """The jumps of each pair alone (p, m, m): a_one a_two* |r_one><c_one| rho |c_two><r_two|, and its adjoint."""
    one, two, imaginary = pairs.T
    unit = np.where(imaginary == 1, 1j, 1.0)
    there = _at(sector, row[one], row[two])[:, :, None] & _at(sector, column[one], column[two])[:, None, :]
    back = _at(sector, row[two], row[one])[:, :, None] & _at(sector, column[two], column[one])[:, None, :]
    apart = unit.conj() * (one != two)
    return np.asarray(unit[:, None, None] * there + apart[:, None, None] * back)


def _at(sector: Sector, rows: IntArray, columns: IntArray) -> BoolArray:
    """Which element of a sector each of some elements (p,) is (p, m)."""
    return np.asarray((sector.rows == rows[:, None]) & (sector.columns == columns[:, None]))


def _real_parts(sector: Sector) -> tuple[ComplexArray, ComplexArray]:
    """What makes coordinates of elements, and elements of coordinates (m, m).

    Coordinate e stands for element e: the population or real part where row <= column, the imaginary part of its
    transpose where row > column.

    Returns:
        Both matrices.
    """
    size = sector.size
    number = np.arange(size)
    place = {(int(r), int(c)): int(e) for r, c, e in zip(sector.rows, sector.columns, number, strict=True)}
    partner = np.array([place[int(c), int(r)] for r, c in zip(sector.rows, sector.columns, strict=True)])
    upper, lower = sector.rows < sector.columns, sector.rows > sector.columns
    into, out_of = np.zeros((size, size), dtype=np.complex128), np.zeros((size, size), dtype=np.complex128)
    into[number, number] = np.where(upper, 0.5, np.where(lower, 0.5j, 1.0))
    into[number[upper], partner[upper]] = 0.5
    into[number[lower], partner[lower]] = -0.5j
    out_of[number, number] = np.where(lower, -1j, 1.0)
    out_of[number[upper], partner[upper]] = 1j
    out_of[number[lower], partner[lower]] = 1.0
    return into, out_of


def _linked(matrices: FloatArray, sector: Sector) -> IntArray:
    """The coordinates that are linked to populations."""
    target, source = np.nonzero((matrices != 0.0).any(axis=0))
    label = components(target, source, sector.size)
    return np.flatnonzero(np.isin(label, label[sector.diagonal]))


def _listed(matrices: FloatArray) -> Terms:
    """The nonzero elements of matrices (u, n, n), one for each input."""
    which, target, source = np.nonzero(matrices)
    return Terms(target, source, which, matrices[which, target, source])
