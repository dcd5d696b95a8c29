"""Trajectories between levels: Gillespie's algorithm for models whose populations obey a rate equation of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.numerics.scatter import begins
from thermokin.trajectories.jump_records import ChannelArray, Recorder, Records, last_resets

__all__ = ["LevelJumps", "level_jumps"]


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
