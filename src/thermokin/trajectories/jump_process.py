"""Which way of sampling serves a model and its start."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.initial import InitialState
from thermokin.trajectories.jump_operators import jump_operators
from thermokin.trajectories.jump_records import Records
from thermokin.trajectories.ket_jumps import KetJumps
from thermokin.trajectories.level_jumps import level_jumps
from thermokin.trajectories.no_jump_motion import no_jump_motion
from thermokin.trajectories.renewal import Renewal
from thermokin.trajectories.reset_kets import ResetKets, reset_kets
from thermokin.trajectories.start import starts
from thermokin.trajectories.waiting_table import CELLS, waiting_table

__all__ = ["JumpProcess", "jump_process"]

MOST_MOVING = 16  # kets that move between jumps up to which tables are made: each takes ten milliseconds or so
TABLE = 2**25  # bytes that tables may take


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
