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

__all__ = ["MovingEntries"]


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
        own = np.abs(self.table.amplitude) if self.closed else self.table.amplitude
        amplitude = np.concatenate([own, np.zeros(channel.size - own.size)])
        return Entries(self.table.dimension, channel, row, column, amplitude[self._order])

    @cached_property
    def amplitudes(self) -> tuple[NDArray[Any], FloatArray]:
        """How the amplitudes move (p, m), and the sizes of that."""
        found = np.stack([self._amplitude(change) for change in self.changes])
        return found, np.abs(found)

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
        if not np.iscomplexobj(base) and not np.iscomplexobj(change):
            return np.asarray(np.sign(base) * change)
        size = np.abs(base)
        return np.asarray((np.conj(base) * change).real / np.where(size > 0.0, size, 1.0))
