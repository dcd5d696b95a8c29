"""The parts of a record that are walked side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, IntArray
from thermokin.inference.timeline import Timeline

__all__ = ["RecordParts", "record_parts"]

LONG = 512  # steps, beyond which a part is walked in blocks: what a block does to any state costs more than to one


@dataclass(frozen=True, eq=False)
class RecordParts:
    """Consecutive parts of a record.

    Args:
        begins: (k,) the first step of each, ascending.
        lengths: (k,) their numbers of steps.
        follows: (k,) which go on from the state that the part before them ends in, rather than from one that is known.
    """

    begins: IntArray
    lengths: IntArray
    follows: BoolArray

    @property
    def chained(self) -> BoolArray:
        """(k,) which parts hand a state on, or take one."""
        return np.asarray(self.follows | np.append(self.follows, np.zeros(1, dtype=bool))[1:])


def record_parts(line: Timeline, first: IntArray, resets: BoolArray) -> RecordParts:
    """Cut a record where the state is known: where runs begin, and behind clicks that leave one state.

    Long parts are cut into about as many blocks as each has steps.

    Args:
        line: the steps.
        first: (r,) the first of each run.
        resets: (l,) which detectors' clicks leave one state behind.

    Returns:
        The parts.
    """
    cuts = np.zeros(line.run.size, dtype=bool)
    cuts[first] = True
    known = np.append(resets, [False, False])  # ENDED and REVIVED count from the end
    cuts[1:] |= known[line.event][:-1]
    begins = np.flatnonzero(cuts)
    lengths = np.diff(np.append(begins, cuts.size))
    blocks = np.where(lengths > LONG, np.round(np.sqrt(lengths)).astype(np.int64), 1)
    size = -(-lengths // blocks)
    blocks = -(-lengths // size)
    number = np.arange(int(blocks.sum())) - np.repeat(np.cumsum(blocks) - blocks, blocks)
    whole = np.repeat(size, blocks)
    every = np.repeat(begins, blocks) + number * whole
    return RecordParts(every, np.diff(np.append(every, cuts.size)), number > 0)
