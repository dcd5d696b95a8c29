"""Trajectories of systems that every jump resets: a renewal process on few kets, with tabulated waiting times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.trajectories.jump_records import ChannelArray, Recorder, Records, Starts, last_resets
from thermokin.trajectories.no_jump_motion import NoJumpMotion
from thermokin.trajectories.reset_kets import JumpOperators, ResetKets

__all__ = ["CELLS", "NOTHING", "Renewal", "WaitingTable", "cells_of", "waiting_table"]

SMALLEST = 0.5**53  # draws of 0 become this, half the spacing of the others
BITS = 7  # 128 cells an octave: a quintic piece is then exact to rounding where the inverse survival is smooth
OCTAVES = 16  # below 2^-17 from either end of (0, 1) no table is kept; one draw in 65536 falls there
HALF = (OCTAVES << BITS) + 1  # cells on one side of 1/2; number 0 stands for what lies below the octaves
CELLS = 2 * HALF
SHIFT = 52 - BITS
LOWEST = ((1022 - OCTAVES) << BITS) - 1  # leading bits of the smallest number in the octaves, less one
MASK = (1 << SHIFT) - 1
UNIT = 0.5**SHIFT
TOLERANCE = 1e-14  # largest difference of the survival at a tabulated time from the one drawn
NOTHING = -1.0  # in place of a lower bound: the cell is not certified
INSIDE = np.array([0.0, 0.25, 0.5, 0.75, 1.0])  # where in its cell a piece is tried
MARGIN = 0.5  # by which the range of odds seen at those places is widened
ROUNDING = 1e-12  # of summed odds


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


@dataclass(frozen=True, eq=False)
class WaitingTable:
    """Waiting times and odds of the channels over cells of the survival; row ket * CELLS + cell.

    Args:
        pieces: (rows, 6) coefficients of the waiting time in the place within the cell.
        lower: (rows, o - 1) no survival of the cell has the odds summed up to a channel below these.
        upper: (rows, o - 1) nor above these. Where nothing is certified, -1 and 2.
    """

    pieces: FloatArray
    lower: NDArray[np.float32]
    upper: NDArray[np.float32]


def cells_of(survival: FloatArray) -> tuple[IntArray, FloatArray]:
    """The cell of each survival and its place in it.

    The distance w from the nearer end of (0, 1) is cut into octaves and these into equal cells, so that cell and place
    are the leading and the other bits of w.

    Args:
        survival: (n,) in (0, 1).

    Returns:
        Cells (n,) and places (n,) in [0, 1).
    """
    bits = np.minimum(survival, 1.0 - survival).view(np.int64)
    cell = np.clip((bits >> SHIFT) - LOWEST, 0, HALF - 1)
    cell += HALF * (survival >= 0.5)
    return cell.astype(np.int64, copy=False), np.asarray((bits & MASK) * UNIT, dtype=np.float64)


def _edges() -> tuple[FloatArray, FloatArray]:
    """Survivals at both ends of the cells from number 1 on, both halves (2, HALF - 1), from w = 2^-17 to 1/2."""
    bits = (np.arange(1, HALF + 1) + LOWEST) << SHIFT
    distance = bits.view(np.float64)
    low, high = distance[:-1], distance[1:]
    return np.stack([low, 1.0 - low]), np.stack([high, 1.0 - high])


def waiting_table(found: ResetKets, motion: NoJumpMotion, jumps: JumpOperators) -> WaitingTable:
    """The table of a closed set of kets.

    Args:
        found: the kets.
        motion: between jumps.
        jumps: the jump operators.

    Returns:
        The table.

    Cost:
        About 4000 waiting times and 20000 propagations of each ket that moves between jumps.
    """
    size, outcomes = found.channel.shape
    pieces = np.zeros((size, 2, HALF, 6))
    lower = np.full((size, 2, HALF, outcomes - 1), NOTHING)
    upper = np.full((size, 2, HALF, outcomes - 1), 2.0)
    for place in range(size):
        piece, low, high, right = _of_ket(found, place, motion, jumps)
        pieces[place, :, 1:] = piece
        lower[place, :, 1:][right] = low[right]
        upper[place, :, 1:][right] = high[right]
    return WaitingTable(
        pieces.reshape(-1, 6),
        _rounded(lower.reshape(-1, outcomes - 1), -np.inf),
        _rounded(upper.reshape(-1, outcomes - 1), np.inf),
    )


def _rounded(bounds: FloatArray, towards: float) -> NDArray[np.float32]:
    return np.nextafter(bounds.astype(np.float32), np.float32(towards))


def _of_ket(
    found: ResetKets, place: int, motion: NoJumpMotion, jumps: JumpOperators
) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
    """Pieces (2, HALF - 1, 6), bounds of odds (2, HALF - 1, o - 1), and which cells are certified."""
    ket = found.kets[place]
    low, high = _edges()
    nodes = np.concatenate([low, high[:, -1:]], axis=1)
    times, kets = motion.waits(np.broadcast_to(ket, (nodes.size, ket.size)), nodes.ravel())
    finite = np.isfinite(times)
    slopes, bends = _derivatives(motion, kets, finite)
    value, slope, bend = (x.reshape(nodes.shape) for x in (times, slopes, bends))
    width = high - low  # signed: the survival falls along a cell of the upper half
    pieces = _quintic(value[:, :-1], value[:, 1:], slope[:, :-1] * width, slope[:, 1:] * width,
                      bend[:, :-1] * width**2, bend[:, 1:] * width**2)  # fmt: skip
    right = np.asarray(np.isfinite(pieces).all(axis=-1))
    pieces[~right] = 0.0
    # Where the survival never falls so low before the horizon, no jump comes.
    never = ~(finite.reshape(nodes.shape)[:, :-1] | finite.reshape(nodes.shape)[:, 1:])
    trial = _polynomial(pieces[..., None, :], INSIDE)
    inside = right & (trial >= 0.0).all(axis=-1) & (trial <= motion.horizon).all(axis=-1)
    there = motion.moved(np.broadcast_to(ket, (trial.size, ket.size)), np.where(inside[..., None], trial, 0.0).ravel())
    survival = (there.real**2 + there.imag**2).sum(axis=1).reshape(trial.shape)
    wanted = low[..., None] + INSIDE * width[..., None]
    right = inside & (np.abs(survival - wanted) <= TOLERANCE).all(axis=-1)
    bottom, top = _bounds(found.channel[place], jumps, there, trial.shape)
    pieces[never, 0] = np.inf
    bottom[never], top[never] = 0.5, 0.5  # whichever: it is never asked
    return pieces, bottom, top, right | never


def _derivatives(motion: NoJumpMotion, kets: ComplexArray, finite: BoolArray) -> tuple[FloatArray, FloatArray]:
    """First and second derivatives of the waiting time by the survival, inf where no jump can happen."""
    rate, change = motion.fall(kets)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(finite, -1.0 / rate, np.inf)
        bend = np.where(finite, -change / rate**3, np.inf)
    return slope, bend


def _quintic(
    start: FloatArray, end: FloatArray, slope: FloatArray, slope_end: FloatArray, bend: FloatArray, bend_end: FloatArray
) -> FloatArray:
    """Coefficients (..., 6) of the polynomial on [0, 1] with given values, slopes, bends at both ends."""
    with np.errstate(invalid="ignore"):
        rise = end - start
        return np.stack(
            [
                start,
                slope,
                0.5 * bend,
                10.0 * rise - 6.0 * slope - 4.0 * slope_end - 1.5 * bend + 0.5 * bend_end,
                -15.0 * rise + 8.0 * slope + 7.0 * slope_end + 1.5 * bend - bend_end,
                6.0 * rise - 3.0 * (slope + slope_end) - 0.5 * (bend - bend_end),
            ],
            axis=-1,
        )


def _polynomial(pieces: FloatArray, place: FloatArray) -> FloatArray:
    value = pieces[..., 5]
    for power in range(4, -1, -1):
        value = value * place + pieces[..., power]
    return np.asarray(value)


def _bounds(
    channels: IntArray, jumps: JumpOperators, kets: ComplexArray, shape: tuple[int, ...]
) -> tuple[FloatArray, FloatArray]:
    """Between which numbers the summed odds of the first 1, 2, ... channels lie in each cell."""
    odds = jumps.odds(kets)[:, channels] * (channels >= 0)
    total = odds.sum(axis=1, keepdims=True)
    summed = odds.cumsum(axis=1)[:, :-1] / np.where(total > 0.0, total, 1.0)
    summed = summed.reshape(*shape, channels.size - 1)
    low, high = summed.min(axis=-2), summed.max(axis=-2)
    pad = MARGIN * (high - low) + ROUNDING
    return low - pad, high + pad
