"""A long series as sums over short pieces of it, from which means of the series drawn anew are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray, IntArray

__all__ = ["BlockSums", "sums_of_labels", "sums_of_rows"]

MOST = 2048  # pieces: enough of them to draw from, however long the series is


@dataclass(frozen=True, eq=False)
class BlockSums:
    """Sums of numbers over successive pieces of a series.

    Args:
        sums: (m, k).
        sizes: (m,) how many members each piece has.
    """

    sums: FloatArray
    sizes: FloatArray

    @property
    def count(self) -> int:
        """Members of the series."""
        return int(self.sizes.sum())

    @property
    def means(self) -> FloatArray:
        """(k,)."""
        return np.asarray(self.sums.sum(axis=0) / self.sizes.sum())

    def beside(self, other: BlockSums) -> BlockSums:
        """Both of them, of one series (m, k + k')."""
        return BlockSums(np.concatenate([self.sums, other.sums], axis=1), self.sizes)


def sums_of_rows(rows: FloatArray) -> BlockSums:
    """Sums of the rows of a series.

    Args:
        rows: (n, k).

    Returns:
        The sums.
    """
    begins = _begins(len(rows))
    return BlockSums(np.add.reduceat(rows, begins, axis=0), np.diff(np.append(begins, len(rows))).astype(np.float64))


def sums_of_labels(labels: IntArray, kinds: int) -> BlockSums:
    """How often each label occurs.

    Args:
        labels: (n,) from 0 to k - 1.
        kinds: k.

    Returns:
        The sums.
    """
    begins = _begins(labels.size)
    sizes = np.diff(np.append(begins, labels.size))
    place = np.repeat(np.arange(begins.size), sizes) * kinds + labels
    counts = np.bincount(place, minlength=begins.size * kinds).reshape(begins.size, kinds)
    return BlockSums(counts.astype(np.float64), sizes.astype(np.float64))


def _begins(size: int) -> IntArray:
    return np.arange(0, size, -(-size // MOST))
