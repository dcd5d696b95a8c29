"""The jump table: all jump operators of a model as arrays of (channel, row, column, amplitude)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.numerics.level_sums import begins, equal_pairs, over_levels
from thermokin.operators.as_numbers import LARGEST
from thermokin.operators.elements import Elements

__all__ = ["NO_BATH", "JumpTable", "joined", "require_moderate_rates"]

NO_BATH = -1  # the position of the bath of jumps without one
SMALLEST = 1.0 / LARGEST  # of the largest rate, so that quotients of two are numbers
STRIP = 2**17  # entries looked at together, in the cache

Index = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class JumpTable:
    """Entry e says that channel `channel[e]` has the matrix element `amplitude[..., e]` at (row, column).

    A thermal N-level system has up to N^2 jumps of one element each; the table holds them in O(N^2) numbers where
    N^2 matrices would hold N^4. Entries are sorted by channel.

    Args:
        dimension: d, of the Hilbert space.
        channel: (m,) ascending.
        row: (m,).
        column: (m,).
        amplitude: (..., m), real or complex [1/sqrt(time)].
        bath: (k,) position of each channel's bath in the model's baths, `NO_BATH` for none.
        energy: (..., k) energy that a jump gives to the system.
        particles: (..., k) particles that a jump gives to the system.
        reverse: (k,) the channel that undoes it, itself if self-paired, -1 for none.
    """

    dimension: int
    channel: Index
    row: Index
    column: Index
    amplitude: FloatArray | ComplexArray
    bath: Index
    energy: FloatArray
    particles: FloatArray
    reverse: Index

    @classmethod
    def stack(cls, tables: Sequence[JumpTable]) -> JumpTable:
        """The channels of several tables of one space, one table after the other.

        Args:
            tables: one or more.

        Returns:
            The table.
        """
        offsets = np.cumsum([0, *(table.size for table in tables[:-1])])
        amplitude = joined([table.amplitude for table in tables])
        return cls(
            dimension=tables[0].dimension,
            channel=np.concatenate([t.channel + o for t, o in zip(tables, offsets, strict=True)]).astype(np.int32),
            row=np.concatenate([table.row for table in tables]),
            column=np.concatenate([table.column for table in tables]),
            amplitude=amplitude if amplitude.imag.any() else np.ascontiguousarray(amplitude.real),
            bath=np.concatenate([table.bath for table in tables]),
            energy=joined([table.energy for table in tables]),
            particles=joined([table.particles for table in tables]),
            reverse=np.concatenate(
                [np.where(t.reverse < 0, -1, t.reverse + o) for t, o in zip(tables, offsets, strict=True)]
            ).astype(np.int32),
        )

    def with_jumps(self, jumps: Sequence[ComplexArray]) -> JumpTable:
        """The same channels with other jump operators.

        Args:
            jumps: L (..., d, d) of each channel [1/sqrt(time)].

        Returns:
            The table.
        """
        places = [np.nonzero((jump != 0.0).reshape(-1, *jump.shape[-2:]).any(axis=0)) for jump in jumps]
        amplitudes = [jump[..., rows, columns] for jump, (rows, columns) in zip(jumps, places, strict=True)]
        return replace(
            self,
            dimension=int(jumps[0].shape[-1]),
            channel=np.repeat(np.arange(len(jumps), dtype=np.int32), [rows.size for rows, _ in places]),
            row=np.concatenate([rows for rows, _ in places]).astype(np.int32),
            column=np.concatenate([columns for _, columns in places]).astype(np.int32),
            amplitude=np.concatenate(amplitudes, axis=-1),
        )

    @property
    def size(self) -> int:
        """Number of channels."""
        return int(self.bath.size)

    @property
    def entries(self) -> int:
        """Number of matrix elements of all jump operators."""
        return int(self.channel.size)

    @cached_property
    def bathless(self) -> BoolArray:
        """(k,) which channels have no bath."""
        return np.asarray(self.bath == NO_BATH)

    @property
    def idle(self) -> BoolArray:
        """(k,) which channels undo themselves: they feel no force."""
        return np.asarray(self.reverse == np.arange(self.size))

    @cached_property
    def strength(self) -> FloatArray:
        """|amplitude|^2 (..., m) [1/time]."""
        if np.iscomplexobj(self.amplitude):
            return np.asarray(self.amplitude.real**2 + self.amplitude.imag**2)
        return np.asarray(self.amplitude**2)

    @cached_property
    def one_element_each(self) -> bool:
        """Whether every channel is a single matrix element."""
        if self.entries != self.size:
            return False
        strips = (self.channel[first : first + STRIP + 1] for first in range(0, self.entries - 1, STRIP))
        return all((strip[1:] - strip[:-1] == 1).all() for strip in strips)

    @cached_property
    def starts(self) -> IntArray:
        """(k + 1,) where each channel's entries begin."""
        return begins(self.channel, self.size)

    @cached_property
    def partner(self) -> IntArray:
        """(m,) the entry that undoes each: (column, row) of the reverse channel; -1 where there is none."""
        size = np.int64(self.dimension)
        back = self.reverse[self.channel].astype(np.int64)
        own = (self.channel.astype(np.int64) * size + self.row) * size + self.column
        wanted = (back * size + self.column) * size + self.row
        order = np.argsort(own, kind="stable")
        place = order[np.minimum(np.searchsorted(own, wanted, sorter=order), max(own.size - 1, 0))]
        return np.where((back >= 0) & (own[place] == wanted), place, -1)

    @cached_property
    def identity_part(self) -> FloatArray | ComplexArray:
        """The mean diagonal element of each channel (..., k); 0 where one is missing: taking it off brings none in."""
        live = (self.amplitude != 0.0).any(axis=tuple(range(self.amplitude.ndim - 1)))
        loops = np.flatnonzero((self.row == self.column) & live)
        whole = np.bincount(self.channel[loops], minlength=self.size) == self.dimension
        part = np.zeros((*self.amplitude.shape[:-1], self.size), dtype=self.amplitude.dtype)
        loops = loops[whole[self.channel[loops]]]
        if loops.size and self.dimension > 1:
            diagonal = self.amplitude[..., loops].reshape(*self.amplitude.shape[:-1], -1, self.dimension)
            first = diagonal[..., 0]
            # Of equal ones exactly what they are.
            part[..., whole] = first + (diagonal - first[..., None]).mean(axis=-1)
        return part

    @cached_property
    def meets(self) -> bool:
        """Whether some channel leads from two levels to one."""
        return not self.one_element_each and bool(self.meeting_pairs[0].size)

    @cached_property
    def meeting_pairs(self) -> tuple[IntArray, IntArray]:
        """Ordered pairs of different entries of one channel that lead to one level, as two index arrays."""
        place = self.channel.astype(np.int64) * self.dimension + self.row
        order = np.argsort(place, kind="stable")
        first, second = equal_pairs(place[order])
        apart = first != second
        return order[first[apart]], order[second[apart]]

    @cached_property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """All ordered pairs of entries of one channel, as two index arrays.

        Cost: the sum over channels of (elements in it)^2.
        """
        if self.one_element_each:
            every = np.arange(self.entries)
            return every, every
        return equal_pairs(self.channel)

    def elements(self, channel: int) -> Elements:
        """The jump operator of one channel in the model's frame.

        Args:
            channel: which one.

        Returns:
            Its elements.
        """
        entries = slice(int(self.starts[channel]), int(self.starts[channel + 1]))
        order = np.lexsort((self.column[entries], self.row[entries]))
        places = np.stack([self.row[entries][order], self.column[entries][order]], axis=-1).astype(np.int64)
        return Elements(self.dimension, places, self.amplitude[..., entries][..., order].astype(np.complex128))

    @cached_property
    def channel_strength(self) -> FloatArray:
        """tr(L_k^+ L_k) (..., k) [1/time]."""
        if self.one_element_each:
            return self.strength
        total = np.zeros((*self.strength.shape[:-1], self.size))
        held = np.diff(self.starts) > 0  # a jump without elements would take its neighbour's
        if held.any():
            total[..., held] = np.add.reduceat(self.strength, self.starts[:-1][held], axis=-1)
        return total

    def jump(self, channel: int) -> ComplexArray:
        """The jump operator of one channel as a matrix (..., d, d) in the model's frame."""
        return self.elements(channel).dense


def joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Arrays (..., m) one after the other along the last axis; their leading axes broadcast."""
    batch = np.broadcast_shapes(*(array.shape[:-1] for array in arrays))
    return np.concatenate([np.broadcast_to(array, batch + array.shape[-1:]) for array in arrays], axis=-1)


def require_moderate_rates(table: JumpTable) -> None:
    """Refuse jumps whose largest rate is too large or too small.

    Args:
        table: the jumps.

    Raises:
        ValueError: if it is.
    """
    if table.entries == 0:
        return
    amplitude = np.abs(table.amplitude) if np.iscomplexobj(table.amplitude) else table.amplitude
    # The ends of the amplitudes say it without a copy of them; NaN fails every comparison.
    with np.errstate(over="ignore", under="ignore"):
        largest = np.maximum(over_levels(np.maximum, amplitude), -over_levels(np.minimum, amplitude)) ** 2
    wrong = ~((largest == 0.0) | ((largest >= SMALLEST) & (largest <= LARGEST)))
    if wrong.any():
        raise ValueError(
            f"the largest of the rates of the model must lie between {SMALLEST:g} and {LARGEST:g}, or be 0, "
            f"got {largest[wrong][0]:g}; choose other units, or other temperatures beside the gaps."
        )
