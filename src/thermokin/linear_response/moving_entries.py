"""The elements of all jumps, those that parameters bring in among them, and how each of them moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import FloatArray, IntArray
from thermokin.linear_response.jump_algebra import Entries
from thermokin.linear_response.table_change import TableChange
from thermokin.model.jump_table import JumpTable

__all__ = ["Moved", "MovingEntries"]

MANY = 1 << 18  # numbers, from which the sum of the sizes of products is told from above, by the lengths of both


@dataclass(frozen=True, eq=False)
class Moved:
    """Derivatives of a number of each entry with respect to some of the parameters.

    Args:
        values: (q, m).
        places: (q,) which parameters they are; the others move none of them.
        count: how many parameters there are.
    """

    values: NDArray[Any]
    places: IntArray
    count: int

    @classmethod
    def of(cls, rows: Sequence[NDArray[Any]]) -> Moved:
        """Those of all parameters.

        Args:
            rows: for each of them (m,).

        Returns:
            The same without what is zero.
        """
        places = [place for place, row in enumerate(rows) if row.any()]
        held = [rows[place] for place in places]
        values = np.stack(held) if held else np.zeros((0, rows[0].size))
        return cls(values, np.array(places, dtype=np.int64), len(rows))

    def along(self, rows: NDArray[Any]) -> FloatArray:
        """Re sum conj(G) d of rows G (s, m), for each parameter (s, p)."""
        found = np.zeros((len(rows), self.count))
        if np.iscomplexobj(rows) and np.iscomplexobj(self.values):
            found[:, self.places] = (rows.conj() @ self.values.T).real
        else:
            found[:, self.places] = rows.real @ self.values.real.T
        return found

    def size(self, row: NDArray[Any]) -> FloatArray:
        """The sum of the sizes of the terms of one row (m,), for each parameter (p,), or more than that."""
        found = np.zeros(self.count)
        if self.values.size > MANY:
            found[self.places] = self.lengths * float(np.linalg.norm(row))
        else:
            found[self.places] = np.abs(self.values) @ np.abs(row)
        return found

    @cached_property
    def lengths(self) -> FloatArray:
        """Of the rows (q,)."""
        return np.asarray(np.linalg.norm(self.values, axis=-1))


@dataclass(frozen=True, eq=False)
class MovingEntries:
    """The entries of a jump table with their changes.

    Args:
        table: the table.
        changes: for each parameter.
        closed: whether populations are closed: then amplitudes are taken without their phases, which move nothing.
    """

    table: JumpTable
    changes: Sequence[TableChange]
    closed: bool

    @cached_property
    def entries(self) -> Entries:
        """All of them, by channel."""
        channel, row, column = (part[self._order] for part in self._every)
        own = self.table.amplitude
        if self.closed and np.iscomplexobj(own):
            own = np.abs(own)
        amplitude = np.concatenate([own, np.zeros(channel.size - own.size)])
        return Entries(self.table.dimension, channel, row, column, amplitude[self._order])

    @cached_property
    def amplitudes(self) -> Moved:
        """How the amplitudes move (p, m)."""
        return Moved.of(self.every)

    @property
    def every(self) -> list[NDArray[Any]]:
        """How the amplitudes move with each parameter (m,)."""
        return [self._amplitude(change) for change in self.changes]

    @cached_property
    def own(self) -> IntArray | None:
        """Where the entries of the table stand among all; None where they are all."""
        entries = self.table.entries
        return None if self._order.size == entries else np.argsort(self._order, kind="stable")[:entries]

    @cached_property
    def _every(self) -> IntArray:
        """Channel, row and column (3, m), those of the table first."""
        table = self.table
        extras = [one.extra for one in self.changes if one.extra.channel.size and not self.closed]
        own = np.stack([table.channel, table.row, table.column]).astype(np.int64)
        if not extras:
            return own
        brought = np.concatenate([np.stack([one.channel, one.row, one.column]) for one in extras], axis=1)
        return np.concatenate([own, np.unique(brought, axis=1).astype(np.int64)], axis=1)

    @cached_property
    def _order(self) -> IntArray:
        channel = self._every[0]
        return np.argsort(channel, kind="stable") if channel.size > self.table.entries else np.arange(channel.size)

    def _amplitude(self, change: TableChange) -> NDArray[Any]:
        if self.closed:
            return self._of_sizes(change.amplitude)
        channel, row, column = self._every
        if channel.size == self.table.entries:
            return change.amplitude
        found = np.zeros(channel.size, dtype=np.complex128)
        found[: self.table.entries] = change.amplitude
        extra, size = change.extra, np.int64(self.table.dimension)
        brought = ((channel * size + row) * size + column)[self.table.entries :]  # ascending, since they are distinct
        wanted = (extra.channel * size + extra.row) * size + extra.column
        np.add.at(found, self.table.entries + np.searchsorted(brought, wanted), extra.amplitude)
        return found[self._order]

    def _of_sizes(self, change: NDArray[Any]) -> FloatArray:
        """How the sizes of the amplitudes of the table move (m,)."""
        base = self.table.amplitude
        if not np.iscomplexobj(base):
            return np.asarray(change.real)
        size = np.abs(base)
        return np.asarray((np.conj(base) * change).real / np.where(size > 0.0, size, 1.0))
