"""Which way of sampling serves a model: jumps between levels, or kets carried from jump to jump, which serve any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.initial import InitialState
from thermokin.numerics.level_sums import begins
from thermokin.trajectories.jump_records import ChannelArray, Recorder, Records, Starts, last_resets, starts
from thermokin.trajectories.no_jump_motion import NoJumpMotion, no_jump_motion
from thermokin.trajectories.renewal import CELLS, Renewal, waiting_table
from thermokin.trajectories.reset_kets import JumpOperators, ResetKets, jump_operators, reset_kets

__all__ = ["JumpProcess", "KetJumps", "LevelJumps", "jump_process", "level_jumps"]

MOST_MOVING = 16  # kets that move between jumps up to which tables are made: each takes ten milliseconds or so
TABLE = 2**25  # bytes that tables may take
NUMBERS = 2**20  # complex numbers that a block of kets may hold at a time


class JumpProcess(Protocol):
    """A way of sampling jump records, and of telling from a record which ket the system is in."""

    @property
    def block_size(self) -> int:
        """Trajectories that are sampled together."""
        ...

    def block(self, count: int, random: np.random.Generator) -> Records:
        """Jump records of `count` trajectories from time 0 to the horizon."""
        ...

    def kets_at(self, block: Records, times: FloatArray) -> ComplexArray:
        """Kets of recorded trajectories at times (t,): (n, t, d) in the frame, normalised."""
        ...


@dataclass(frozen=True, eq=False)
class KetJumps:
    """Every trajectory carries its ket from jump to jump, under jumps of any rank; many at a time, by waiting times.

    Args:
        starts: initial kets.
        motion: between jumps.
        jumps: the jump operators.

    Reference:
        dalibard1992; dum1992.
    """

    starts: Starts
    motion: NoJumpMotion
    jumps: JumpOperators

    @property
    def block_size(self) -> int:
        """Trajectories of a block: fewer where kets or channels are many."""
        return max(64, min(8192, NUMBERS // int(max(self.jumps.rows.shape))))

    def block(self, count: int, random: np.random.Generator) -> Records:
        """Jump records of `count` trajectories from time 0 to the horizon."""
        start, recorder = self.starts.drawn(count, random), Recorder(count)
        for who, clock, _, channels in self.followed(start, random):
            recorder.note(who, clock, channels)
        return recorder.block(start)

    def followed(
        self, start: IntArray, random: np.random.Generator
    ) -> Iterator[tuple[IntArray, FloatArray, ComplexArray, IntArray]]:
        """The jumps of many trajectories up to the horizon: the first of each, the second of each, ...

        Args:
            start: (n,) the ket in which each begins.
            random: source of randomness.

        Yields:
            Which trajectories jump (m,), when (m,) [time], their kets just before (m, d), not normalised, and the
            channels (m,).
        """
        who, kets, clock = np.arange(start.size), self.starts.kets[start], np.zeros(start.size)
        while who.size:
            survival = 1.0 - np.maximum(random.random(who.size), 0.5**53)
            waits, there = self.motion.waits(kets, survival)
            clock = clock + waits
            going = np.flatnonzero(clock <= self.motion.horizon)
            who, clock, kets = who[going], clock[going], there[going]
            channels, possible = self._drawn(kets, random)
            who, clock, kets, channels = who[possible], clock[possible], kets[possible], channels[possible]
            yield who, clock, kets, channels
            kets = self.jumps.after_jumps(kets, channels)

    def _drawn(self, kets: ComplexArray, random: np.random.Generator) -> tuple[IntArray, IntArray]:
        """Channels by their rates, and which kets can jump at all (a survival of 1 may be met by rounding)."""
        odds = self.jumps.odds(kets)
        summed = odds.cumsum(axis=1)
        total = summed[:, -1] if odds.shape[1] else np.zeros(kets.shape[0])
        choice = np.minimum(random.random(kets.shape[0]) * total, np.nextafter(total, 0.0))
        channels = (summed <= choice[:, None]).sum(axis=1)
        return channels, np.flatnonzero(total > 0.0)

    def kets_at(self, block: Records, times: FloatArray) -> ComplexArray:
        """Kets of recorded trajectories at times (t,): (n, t, d) in the frame, normalised; records determine them."""
        kets, clock = self.starts.kets[block.start], np.zeros(block.size)
        found = np.zeros((block.size, times.size, kets.shape[1]), dtype=np.complex128)
        numbers, who = block.numbers(times), np.arange(block.size)
        for number in range(int(block.counts.max(initial=0)) + 1):
            row, column = np.nonzero(numbers[who] == number)
            found[who[row], column] = self.motion.moved(kets[row], times[column] - clock[row])
            going = block.counts[who] > number
            who, kets, clock = who[going], kets[going], clock[going]
            jump = block.first[who] + number
            kets = self.motion.moved(kets, block.times[jump] - clock)
            kets, clock = self.jumps.after_jumps(kets, block.channels[jump]), block.times[jump]
        return np.asarray(found / np.linalg.norm(found, axis=2, keepdims=True))


def jump_process(liouvillian: Liouvillian, state: InitialState, horizon: float) -> JumpProcess:
    """The cheapest exact way of sampling.

    Gillespie's algorithm where populations are closed and the start has no coherence; a renewal process with tabulated
    waiting times where every jump resets the system to one of few kets; else kets carried from jump to jump.

    Args:
        liouvillian: of a model without leading axes.
        state: initial state without leading axes.
        horizon: the longest time that counts [time].

    Returns:
        The process.
    """
    if state.matrix is None and liouvillian.populations_closed:
        return level_jumps(liouvillian, state.populations, horizon)
    begin, motion, jumps = starts(state), no_jump_motion(liouvillian, horizon), jump_operators(liouvillian)
    found = reset_kets(liouvillian, begin.kets)
    if found is None or jumps.size == 0 or not _fits(found):
        return KetJumps(begin, motion, jumps)
    return Renewal(begin, found, motion, jumps, waiting_table(found, motion, jumps))


def _fits(found: ResetKets) -> bool:
    kets, outcomes = found.channel.shape
    return int((~found.still).sum()) <= MOST_MOVING and kets * CELLS * (48 + 8 * (outcomes - 1)) <= TABLE


@dataclass(frozen=True, eq=False)
class LevelJumps:
    """Exponential waiting times, and jumps drawn by their rates.

    Args:
        populations: initial (d,).
        rate: total rate out of each level (d,) [1/time].
        ladder: (e,) number of the level left plus the summed odds of its jumps up to this one, ascending.
        channel: (e,) of each jump.
        source: (e,) level it leaves.
        target: (e,) level it reaches.
        size: number of channels.
        horizon: the longest time that counts [time].

    Reference:
        gillespie1977.
    """

    populations: FloatArray
    rate: FloatArray
    ladder: FloatArray
    channel: IntArray
    source: IntArray
    target: IntArray
    size: int
    horizon: float

    block_size: ClassVar[int] = 16384

    def block(self, count: int, random: np.random.Generator) -> Records:
        """Jump records of `count` trajectories from time 0 to the horizon; `start` counts levels."""
        summed = np.cumsum(self.populations)
        start = np.searchsorted(summed / summed[-1], random.random(count), side="right")
        start = np.minimum(start, np.flatnonzero(self.populations)[-1]).astype(np.int64)
        mean_wait = np.full(self.rate.size, np.inf)
        np.divide(1.0, self.rate, out=mean_wait, where=self.rate > 0.0)
        who, level, clock, recorder = np.arange(count), start, np.zeros(count), Recorder(count)
        while who.size:
            clock = clock + random.standard_exponential(who.size) * mean_wait[level]
            going = np.flatnonzero(clock <= self.horizon)
            who, clock, level = who[going], clock[going], level[going]
            # Rounding at the top of a level's odds must not lead to the next level's jumps.
            choice = np.minimum(level + random.random(who.size), np.nextafter(level + 1.0, 0.0))
            place = np.searchsorted(self.ladder, choice, side="right")
            recorder.note(who, clock, self.channel[place])
            level = self.target[place]
        return recorder.block(start)

    def after(self, level: IntArray, channels: ChannelArray) -> IntArray:
        """The level (n,) that a jump of each channel (n,) reaches, from the level before (n,)."""
        return self.target[np.searchsorted(self._keys, level * self.size + channels)]

    @cached_property
    def _keys(self) -> IntArray:
        """(e,) level and channel in one number, ascending since a level's jumps are sorted by channel."""
        return self.source * self.size + self.channel

    def levels_at(self, block: Records, times: FloatArray) -> IntArray:
        """Levels (n, t) of recorded trajectories at times (t,) up to the horizon [time]."""
        return last_resets(block, times, self.after)[0]

    def kets_at(self, block: Records, times: FloatArray) -> ComplexArray:
        """Kets of recorded trajectories at times (t,), up to their phases: (n, t, d) in the frame."""
        return np.eye(self.rate.size, dtype=np.complex128)[self.levels_at(block, times)]


def level_jumps(liouvillian: Liouvillian, populations: FloatArray, horizon: float) -> LevelJumps:
    """The process of closed populations.

    Args:
        liouvillian: a generator whose populations are closed, without leading axes.
        populations: initial (d,).
        horizon: the longest time that counts [time].

    Returns:
        The process.

    Cost:
        O(entries of the jump table).
    """
    table, size = liouvillian.table, liouvillian.dimension
    order = np.lexsort((table.channel, table.column))
    order = order[table.strength[order] > 0.0]
    source, strength = table.column[order].astype(np.int64), table.strength[order]
    rate = np.bincount(source, weights=strength, minlength=size).astype(np.float64)
    ladder = np.cumsum(strength / rate[source])
    begin = begins(source, size)[:-1]
    before = np.concatenate([[0.0], ladder])[begin]
    ladder = np.asarray(source + (ladder - before[source]), dtype=np.float64)
    last = np.append(source[1:] != source[:-1], np.ones(min(source.size, 1), dtype=bool))
    ladder[last] = source[last] + 1.0
    channel, target = table.channel[order].astype(np.int64), table.row[order].astype(np.int64)
    return LevelJumps(populations, rate, ladder, channel, source, target, table.size, horizon)
