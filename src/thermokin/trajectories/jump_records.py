"""Starts from which trajectories are drawn, and a block of trajectories sampled together from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.motion.initial import InitialState
from thermokin.numerics.sector_eigenvectors import eigh_by_sector

__all__ = ["ChannelArray", "Recorder", "Records", "Starts", "joined", "last_resets", "starts"]

ChannelArray: TypeAlias = NDArray[np.int32]
EMPTY = 1e-14  # eigenvalues of a state up to which rounding alone makes them; their eigenstates are never drawn


@dataclass(frozen=True, eq=False)
class Records:
    """Jump records of n trajectories, one after the other.

    Args:
        start: (n,) which of the starting kets each began in.
        counts: (n,) number of jumps of each.
        times: (m,) of all jumps, ascending within a trajectory [time].
        channels: (m,).
    """

    start: IntArray
    counts: IntArray
    times: FloatArray
    channels: ChannelArray

    @property
    def size(self) -> int:
        """Number of trajectories."""
        return int(self.start.size)

    @cached_property
    def first(self) -> IntArray:
        """(n + 1,) where the jumps of each trajectory begin."""
        return np.concatenate([[0], np.cumsum(self.counts)])

    @cached_property
    def trajectory(self) -> IntArray:
        """(m,) the trajectory of each jump."""
        return np.repeat(np.arange(self.size), self.counts)

    def amounts(self, times: FloatArray, weights: FloatArray | None = None) -> FloatArray:
        """Sums of a weight over the jumps up to given times.

        Args:
            times: (t,) ascending [time].
            weights: of each channel; 1 if None.

        Returns:
            (n, t).
        """
        slots = times.size + 1
        place = self.trajectory * slots + np.searchsorted(times, self.times, side="left")
        each = None if weights is None else weights[self.channels]
        sums = np.bincount(place, weights=each, minlength=self.size * slots).reshape(self.size, slots)
        return np.cumsum(sums[:, :-1], axis=1).astype(np.float64)

    def numbers(self, times: FloatArray) -> IntArray:
        """Numbers of jumps up to given times (n, t)."""
        return self.amounts(times).astype(np.int64)

    def part(self, begin: int, end: int) -> Records:
        """Some of the trajectories.

        Args:
            begin: the first.
            end: the one after the last.

        Returns:
            Their records.
        """
        jumps = slice(int(self.first[begin]), int(self.first[end]))
        return Records(self.start[begin:end], self.counts[begin:end], self.times[jumps], self.channels[jumps])


@dataclass(eq=False)
class Recorder:
    """Collects jumps in the order in which they are sampled: the first of every trajectory, the second, ...

    Args:
        size: number of trajectories.
    """

    size: int
    who: list[IntArray] = field(default_factory=list)
    times: list[FloatArray] = field(default_factory=list)
    channels: list[IntArray] = field(default_factory=list)

    def note(self, who: IntArray, times: FloatArray, channels: IntArray) -> None:
        """One more jump of some trajectories.

        Args:
            who: (n,) which trajectories.
            times: (n,) [time].
            channels: (n,).
        """
        self.who.append(who)
        self.times.append(times)
        self.channels.append(channels)

    def block(self, start: IntArray) -> Records:
        """All of it, sorted by trajectory.

        Args:
            start: (n,) where each trajectory began.

        Returns:
            The block.
        """
        counts = np.zeros(self.size, dtype=np.int64)
        for who in self.who:
            counts[who] += 1
        first = np.cumsum(counts) - counts
        total = int(counts.sum())
        times, channels = np.empty(total), np.empty(total, dtype=np.int32)
        for number, (who, when, which) in enumerate(zip(self.who, self.times, self.channels, strict=True)):
            place = first[who] + number
            times[place], channels[place] = when, which
        return Records(start, counts, times, channels)


def joined(blocks: list[Records]) -> Records:
    """Blocks one after the other.

    Args:
        blocks: at least one.

    Returns:
        One block.
    """
    if len(blocks) == 1:
        return blocks[0]
    return Records(
        np.concatenate([block.start for block in blocks]),
        np.concatenate([block.counts for block in blocks]),
        np.concatenate([block.times for block in blocks]),
        np.concatenate([block.channels for block in blocks]),
    )


def last_resets(
    block: Records, times: FloatArray, after: Callable[[IntArray, ChannelArray], IntArray]
) -> tuple[IntArray, FloatArray]:
    """On which ket the last jump left each trajectory, and how long ago.

    Args:
        block: jump records.
        times: (t,) ascending [time].
        after: the ket on which a jump lands, from the kets before and the channels, both (n,).

    Returns:
        Kets (n, t), and times since (n, t) [time].
    """
    landed = np.empty(block.times.size, dtype=np.int64)
    ket, who = block.start, np.arange(block.size)
    for number in range(int(block.counts.max(initial=0))):
        going = block.counts[who] > number
        who, ket = who[going], ket[going]
        jump = block.first[who] + number
        ket = after(ket, block.channels[jump])
        landed[jump] = ket
    numbers = block.numbers(times)
    last = np.maximum(block.first[:-1, None] + numbers - 1, 0)
    none = numbers == 0
    if not block.times.size:
        return np.repeat(block.start[:, None], times.size, axis=1), np.broadcast_to(times, numbers.shape)
    kets = np.where(none, block.start[:, None], landed[np.minimum(last, landed.size - 1)])
    since = times - np.where(none, 0.0, block.times[np.minimum(last, landed.size - 1)])
    return kets, since


@dataclass(frozen=True, eq=False)
class Starts:
    """Kets with their probabilities.

    Args:
        kets: (s, d), normalised.
        probabilities: (s,).
    """

    kets: ComplexArray
    probabilities: FloatArray

    def drawn(self, count: int, random: np.random.Generator) -> IntArray:
        """Which ket each of some trajectories starts in.

        Args:
            count: number of trajectories.
            random: source of randomness.

        Returns:
            (count,).
        """
        ladder = np.cumsum(self.probabilities)
        place = np.searchsorted(ladder / ladder[-1], random.random(count), side="right")
        return np.minimum(place, ladder.size - 1).astype(np.int64)


def starts(state: InitialState) -> Starts:
    """The eigenstates of an initial state that carry weight; the levels where it is diagonal in the frame.

    Args:
        state: without leading axes.

    Returns:
        The kets in the frame. Levels without a coherence between them are never mixed.
    """
    size = state.populations.size
    if state.matrix is None:
        held = np.flatnonzero(state.populations > 0.0)
        return Starts(np.eye(size, dtype=np.complex128)[held], state.populations[held])
    values, vectors, label = eigh_by_sector(state.matrix)
    order = np.argsort(label, kind="stable")
    drawn = order[values[order] > EMPTY]
    return Starts(np.ascontiguousarray(vectors[:, drawn].T), values[drawn])
