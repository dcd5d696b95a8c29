"""The stationary bootstrap: series drawn anew in blocks of random length, so that what follows what is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import IntArray

__all__ = ["Blocks", "block_length", "blocks_drawn"]


@dataclass(frozen=True, eq=False)
class Blocks:
    """Of which blocks of a series, closed to a circle, other series of its length are made.

    Args:
        series: (b,) which of them each block belongs to, ascending.
        start: (b,) where it begins.
        length: (b,) of it.
        first: (count,) the first block of each series.
    """

    series: IntArray
    start: IntArray
    length: IntArray
    first: IntArray


def blocks_drawn(size: int, block: float, count: int, random: np.random.Generator) -> Blocks:
    """Series drawn anew, as blocks of geometric length.

    Args:
        size: n, of the series.
        block: mean length of the blocks, >= 1.
        count: how many series.
        random: source of randomness.

    Returns:
        The blocks.

    Reference:
        politis1994.
    """
    fresh = random.random((count, size)) < 1.0 / block
    fresh[:, 0] = True
    begins = np.flatnonzero(fresh)
    series = begins // size
    return Blocks(
        series,
        random.integers(0, size, begins.size),
        np.diff(np.append(begins, count * size)),
        np.searchsorted(series, np.arange(count)),
    )


def block_length(size: int) -> float:
    """A mean length of blocks for a series whose memory is not known.

    Args:
        size: n, of the series.

    Returns:
        3 n^(1/3), at most n/8.
    """
    return float(max(1.0, min(3.0 * size ** (1.0 / 3.0), size / 8.0)))
