"""The generator of one point in ball arithmetic, over the elements that populations feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sectors import sector_map
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.numerics.ball_numbers import Ball, complex_ball, flint

__all__ = ["MOST", "BallGenerator", "ball_generators"]

MOST = 256  # unknowns
Vector = list[Ball]


@dataclass(frozen=True, eq=False)
class BallGenerator:
    """One point of a model whose doubles are taken as the rational numbers that they are.

    Args:
        hamiltonian: (d, d) in the frame.
        table: the jumps, with the amplitudes (m,) of this point.
        rows: (n,) of the elements rho[rows, columns] that populations feed.
        columns: (n,).
        group: (m,) the jump that each entry of the table belongs to: its channel, or of closed populations itself.
    """

    hamiltonian: ComplexArray
    table: JumpTable
    rows: IntArray
    columns: IntArray
    group: IntArray

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return int(self.rows.size)

    @cached_property
    def place(self) -> IntArray:
        """(d, d) where each element stands; -1 for those that populations do not feed."""
        size = self.table.dimension
        place = np.full((size, size), -1, dtype=np.int64)
        place[self.rows, self.columns] = np.arange(self.size)
        return place

    @cached_property
    def populations(self) -> IntArray:
        """(d,) places of the populations."""
        return np.asarray(np.diagonal(self.place))

    @cached_property
    def gains(self) -> list[tuple[int, int, int, Ball]]:
        """Each term of L_k rho L_k^+: the element that it feeds, the one that feeds it, the jump, the number."""
        table, (one, two) = self.table, self.table.pairs
        target, source = (self.place[each[one], each[two]] for each in (table.row, table.column))
        kept = np.flatnonzero((target >= 0) & (source >= 0))
        amplitudes = [complex_ball(complex(value)) for value in table.amplitude]
        conjugates = [value.conjugate() for value in amplitudes]
        return [
            (int(target[k]), int(source[k]), int(self.group[one[k]]), amplitudes[one[k]] * conjugates[two[k]])
            for k in kept.tolist()
        ]

    @cached_property
    def losses(self) -> list[tuple[int, int, int, Ball]]:
        """Each element of L_k^+ L_k: row, column, the jump, the number."""
        table = self.table
        every, (first, second) = np.arange(table.entries), table.meeting_pairs
        pairs = zip(np.concatenate([every, first]).tolist(), np.concatenate([every, second]).tolist(), strict=True)
        amplitudes = [complex_ball(complex(value)) for value in table.amplitude]
        return [
            (
                int(table.column[one]),
                int(table.column[two]),
                int(self.group[one]),
                amplitudes[one].conjugate() * amplitudes[two],
            )
            for one, two in pairs
        ]

    @cached_property
    def terms(self) -> list[tuple[int, int, Ball]]:
        """All elements of the generator that are not zero: target, source, number; the same place may come again."""
        zero = flint().acb(0)
        size = self.table.dimension
        inward = [[zero] * size for _ in range(size)]
        row, column = np.nonzero(self.hamiltonian)
        for i, j in zip(row.tolist(), column.tolist(), strict=True):
            inward[i][j] = complex_ball(complex(self.hamiltonian[i, j])) * flint().acb(0, -1)
        for i, j, _, value in self.losses:
            inward[i][j] = inward[i][j] - value / 2
        linked = np.zeros((size, size), dtype=bool)
        linked[row, column] = True
        for i, j, _, _ in self.losses:
            linked[i, j] = True
        steps = [(i, j, inward[i][j]) for i, j in zip(*(each.tolist() for each in np.nonzero(linked)), strict=True)]
        found = [(target, source, value) for target, source, _, value in self.gains]
        for i, j, value in steps:
            for level in range(size):
                found += self._term(i, level, j, level, value)
                found += self._term(level, i, level, j, value.conjugate())
        return found

    def _term(self, i: int, j: int, k: int, m: int, value: Ball) -> list[tuple[int, int, Ball]]:
        target, source = int(self.place[i, j]), int(self.place[k, m])
        return [(target, source, value)] if target >= 0 and source >= 0 else []

    @cached_property
    def matrix(self) -> Ball:
        """The generator (n, n) over real coordinates: populations, real parts above the diagonal, imaginary below."""
        found = flint()
        matrix = [[found.arb(0)] * self.size for _ in range(self.size)]
        rows, columns = self.rows.tolist(), self.columns.tolist()
        mirror = self.place[self.columns, self.rows].tolist()
        for target, source, value in self.terms:
            if rows[target] > columns[target]:
                continue
            real, imaginary = value.real, value.imag
            above = rows[source] <= columns[source]
            first, second = (source, mirror[source]) if above else (mirror[source], source)
            turned = imaginary if above else -imaginary
            into = matrix[target]
            into[first] += real
            if first != second:
                into[second] -= turned
            if rows[target] < columns[target]:
                into = matrix[mirror[target]]
                into[first] += imaginary
                if first != second:
                    into[second] += real if above else -real
        return found.arb_mat(matrix)

    @cached_property
    def fixed(self) -> Ball:
        """The matrix with the trace in the place of the first population's row: regular where one state rests."""
        entries = self.matrix.tolist()
        entries[self.populations[0]] = [flint().arb(0)] * self.size
        for place in self.populations.tolist():
            entries[self.populations[0]][place] = flint().arb(1)
        return flint().arb_mat(entries)

    def solved(self, source: Vector, trace: int) -> Vector:
        """The elements X of trace 0 or 1 with L X = source.

        Args:
            source: complex balls (n,), of trace 0 and Hermitian.
            trace: of the solution.

        Returns:
            Complex balls (n,).

        Raises:
            ZeroDivisionError: if the generator is not proven to have one zero alone.
        """
        found = flint()
        right = [
            value.real if row <= column else source[mirror].imag
            for value, row, column, mirror in zip(
                source,
                self.rows.tolist(),
                self.columns.tolist(),
                self.place[self.columns, self.rows].tolist(),
                strict=True,
            )
        ]
        right[self.populations[0]] = found.arb(trace)
        real = [row[0] for row in self.fixed.solve(found.arb_mat([[one] for one in right])).tolist()]
        return self._complex(real)

    def _complex(self, real: Vector) -> Vector:
        found = flint()
        vector = []
        for place, (row, column) in enumerate(zip(self.rows.tolist(), self.columns.tolist(), strict=True)):
            other = int(self.place[column, row])
            if row == column:
                vector.append(found.acb(real[place]))
            elif row < column:
                vector.append(found.acb(real[place], real[other]))
            else:
                vector.append(found.acb(real[other], -real[place]))
        return vector

    def stationary(self) -> Vector:
        """The steady state: complex balls (n,)."""
        return self.solved([flint().acb(0)] * self.size, 1)

    def gained(self, weights: Sequence[Ball], vector: Vector) -> Vector:
        """The sum over jumps of weight times L_k X L_k^+.

        Args:
            weights: one for each jump.
            vector: X (n,).

        Returns:
            Complex balls (n,).
        """
        result = [flint().acb(0)] * self.size
        for target, source, jump, value in self.gains:
            result[target] += weights[jump] * value * vector[source]
        return result

    def lost(self, weights: Sequence[Ball], vector: Vector) -> Vector:
        """The sum over jumps of weight times {L_k^+ L_k, X}/2, as `gained`."""
        result = [flint().acb(0)] * self.size
        for i, j, jump, value in self.losses:
            part = weights[jump] * value / 2
            for level in range(self.table.dimension):
                for target, source, number in self._term(i, level, j, level, part):
                    result[target] += number * vector[source]
                for target, source, number in self._term(level, i, level, j, part.conjugate()):
                    result[target] += number * vector[source]
        return result

    def rates(self, state: Vector) -> Vector:
        """How often each jump happens: real balls, one for each jump."""
        found = [flint().arb(0)] * (int(self.group.max(initial=-1)) + 1)
        levels = set(self.populations.tolist())
        for target, source, jump, value in self.gains:
            if target in levels:
                found[jump] += (value * state[source]).real
        return found

    def trace(self, vector: Vector) -> Ball:
        """The trace of a vector, a real ball."""
        return sum((vector[place].real for place in self.populations.tolist()), flint().arb(0))


def ball_generators(model: Model) -> Iterator[BallGenerator]:
    """The generators of all points of a sweep, in the order of its flattened axes.

    Args:
        model: the model.

    Yields:
        One for each point.

    Raises:
        ArgumentError: if there are more than 256 unknowns.
    """
    liouvillian = Liouvillian(model)
    size, batch, table = model.dimension, model.batch_shape, model.table
    if liouvillian.populations_closed:
        rows = columns = np.arange(size)
        group = np.arange(table.entries)
    else:
        label = sector_map(liouvillian).label
        rows, columns = np.nonzero(np.isin(label, np.unique(np.diagonal(label))))
        group = table.channel.astype(np.int64)
    if rows.size > MOST:
        raise ArgumentError(
            f"`certify` takes models of up to {MOST} unknowns, this one has {rows.size}; leave `certify` out.",
            "certify",
        )
    hamiltonians = np.broadcast_to(model.generator.dense, (*batch, size, size)).reshape(-1, size, size)
    amplitudes = np.broadcast_to(table.amplitude, (*batch, table.entries)).reshape(-1, table.entries)
    for hamiltonian, amplitude in zip(hamiltonians, amplitudes, strict=True):
        yield BallGenerator(hamiltonian, _with_amplitudes(table, amplitude), rows, columns, group)


def _with_amplitudes(table: JumpTable, amplitude: np.ndarray) -> JumpTable:
    return JumpTable(
        table.dimension,
        table.channel,
        table.row,
        table.column,
        amplitude,
        table.bath,
        table.energy,
        table.particles,
        table.reverse,
    )
