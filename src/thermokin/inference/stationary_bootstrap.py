"""The stationary bootstrap: series drawn anew in blocks of random length, so that what follows what is kept."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from thermokin._typing import IntArray

__all__ = ["block_length", "resampled"]


def resampled(size: int, block: float, count: int, random: np.random.Generator) -> Iterator[IntArray]:
    """Indices of series drawn anew from a series, which is closed to a circle.

    Args:
        size: n, of the series.
        block: mean length of the blocks, whose lengths are geometric, >= 1.
        count: how many series.
        random: source of randomness.

    Yields:
        Indices (n,).

    Reference:
        politis1994.
    """
    for _ in range(count):
        fresh = random.random(size) < 1.0 / block
        fresh[0] = True
        begins = np.flatnonzero(fresh)
        since = np.arange(size) - np.repeat(begins, np.diff(np.append(begins, size)))
        starts = np.repeat(random.integers(0, size, begins.size), np.diff(np.append(begins, size)))
        yield (starts + since) % size


def block_length(size: int) -> float:
    """A mean length of blocks for a series whose memory is a few members long.

    Args:
        size: n, of the series.

    Returns:
        3 n^(1/3), at most n/4.
    """
    return float(max(1.0, min(3.0 * size ** (1.0 / 3.0), size / 4.0)))
