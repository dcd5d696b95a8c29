"""Trajectories of systems that every jump resets: a renewal process on few kets, with tabulated waiting times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.trajectories.jump_operators import JumpOperators
from thermokin.trajectories.jump_records import ChannelArray, Recorder, Records, last_resets
from thermokin.trajectories.no_jump_motion import NoJumpMotion
from thermokin.trajectories.reset_kets import ResetKets
from thermokin.trajectories.start import Starts
from thermokin.trajectories.waiting_table import CELLS, NOTHING, WaitingTable, cells_of

__all__ = ["Renewal"]

SMALLEST = 0.5**53  # draws of 0 become this, half the spacing of the others


@dataclass(frozen=True, eq=False)
class Renewal:
    """Waiting times and channels from tables; exactly solved where a table cannot decide.

    Args:
        starts: initial kets; the first of the landings.
        landings: the closed set of kets.
        motion: between jumps.
        jumps: the jump operators.
        table: of waiting times and odds.
    """

    starts: Starts
    landings: ResetKets
    motion: NoJumpMotion
    jumps: JumpOperators
    table: WaitingTable

    block_size: ClassVar[int] = 16384

    def block(self, count: int, random: np.random.Generator) -> Records:
        """Jump records of `count` trajectories from time 0 to the horizon."""
        start = self.starts.drawn(count, random)
        who, ket, clock = np.arange(count), start, np.zeros(count)
        recorder = Recorder(count)
        outcomes = self.landings.channel.shape[1]
        while who.size:
            waits, outcome = self._next(ket, random)
            clock = clock + waits
            going = np.flatnonzero(clock <= self.motion.horizon)
            who, clock = who[going], clock[going]
            place = ket[going] * outcomes + outcome[going]
            recorder.note(who, clock, self.landings.channel.ravel().take(place))
            ket = self.landings.target.ravel().take(place)
        return recorder.block(start)

    def _next(self, ket: IntArray, random: np.random.Generator) -> tuple[FloatArray, IntArray]:
        """Waiting times and the number of the outcome among those of each ket."""
        survival = 1.0 - np.maximum(random.random(ket.size), SMALLEST)
        choice = random.random(ket.size)
        cell, place = cells_of(survival)
        cell += ket * CELLS
        pieces = self.table.pieces.take(cell, axis=0)
        waits = pieces[:, 5]
        for power in range(4, -1, -1):
            waits = waits * place + pieces[:, power]
        lower, upper = self.table.lower.take(cell, axis=0), self.table.upper.take(cell, axis=0)
        least, most = np.zeros(ket.size, dtype=np.int64), np.zeros(ket.size, dtype=np.int64)
        for column in range(lower.shape[1]):
            least += choice >= upper[:, column]
            most += choice >= lower[:, column]
        close = np.flatnonzero(least != most)
        if close.size:
            bare = lower[close, 0] < 0.5 * NOTHING
            waits[close[bare]] = self.motion.waits(self.landings.kets[ket[close[bare]]], survival[close[bare]])[0]
            most[close] = self._weighed(ket[close], waits[close], choice[close])
            waits[close[most[close] < 0]] = np.inf
        return waits, most

    def _weighed(self, ket: IntArray, waits: FloatArray, choice: FloatArray) -> IntArray:
        """Outcomes from the odds at the waiting times; -1 where there are none, so that no jump can happen."""
        within = waits <= self.motion.horizon
        there = self.motion.moved(self.landings.kets[ket], np.where(within, waits, 0.0))
        channel = self.landings.channel[ket]
        odds = np.take_along_axis(self.jumps.odds(there), channel, axis=1) * (channel >= 0)
        summed = odds.cumsum(axis=1)
        total = summed[:, -1]
        outcome = (summed <= np.minimum(choice * total, np.nextafter(total, 0.0))[:, None]).sum(axis=1)
        return np.where(within & (total > 0.0), outcome, -1)

    def after(self, ket: IntArray, channels: ChannelArray) -> IntArray:
        """The ket (n,) on which a jump of each channel (n,) lands, from the ket before (n,)."""
        outcome = (self.landings.channel[ket] == channels[:, None]).argmax(axis=1)
        return np.asarray(self.landings.target[ket, outcome])

    def kets_at(self, block: Records, times: FloatArray) -> ComplexArray:
        """Kets of recorded trajectories at times (t,): (n, t, d) in the frame, normalised."""
        ket, ages = last_resets(block, times, self.after)
        moved = self.motion.moved(self.landings.kets[ket.ravel()], ages.ravel())
        moved /= np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved.reshape(*ket.shape, -1))
