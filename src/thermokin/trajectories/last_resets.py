"""The last reset of each trajectory before given times."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.trajectories.block import Block, ChannelArray

__all__ = ["last_resets"]


def last_resets(
    block: Block, times: FloatArray, after: Callable[[IntArray, ChannelArray], IntArray]
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
