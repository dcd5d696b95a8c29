"""The jump table: all jump operators of a model as arrays of (channel, row, column, amplitude)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.operators.elements import Elements

__all__ = ["NO_BATH", "JumpTable"]

NO_BATH = -1
"""The position of the bath of jumps without one."""

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

    @property
    def size(self) -> int:
        """Number of channels."""
        return int(self.bath.size)

    @property
    def entries(self) -> int:
        """Number of matrix elements of all jump operators."""
        return int(self.channel.size)

    @property
    def bathless(self) -> BoolArray:
        """(k,) which channels have no bath."""
        return np.asarray(self.bath == NO_BATH)

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
        return bool((np.diff(self.channel) == 1).all()) if self.entries > 1 else True

    @cached_property
    def starts(self) -> IntArray:
        """(k + 1,) where each channel's entries begin."""
        return np.searchsorted(self.channel, np.arange(self.size + 1)).astype(np.int64)

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
    def meeting_pairs(self) -> tuple[IntArray, IntArray]:
        """Ordered pairs of different entries of one channel that lead to one level, as two index arrays."""
        place = self.channel.astype(np.int64) * self.dimension + self.row
        order = np.argsort(place, kind="stable")
        begin = np.flatnonzero(np.diff(place[order], prepend=-1))
        count = np.diff(np.append(begin, place.size))
        partners = np.repeat(count, count)
        first = np.repeat(np.arange(place.size), partners)
        offset = np.arange(first.size) - np.repeat(np.cumsum(partners) - partners, partners)
        second = np.repeat(np.repeat(begin, count), partners) + offset
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
        count = np.diff(self.starts)
        partners = np.repeat(count, count)  # how many partners each entry has
        first = np.repeat(np.arange(self.entries), partners)
        begin = np.repeat(np.repeat(self.starts[:-1], count), partners)
        offset = np.arange(first.size) - np.repeat(np.cumsum(partners) - partners, partners)
        return first, begin + offset

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
