"""Room for numbers on a drawing: rectangles that are taken, and the first of several places that is free."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["FreeRoom", "printed_half"]

Points = NDArray[np.float64]
LETTER, TALL = 1.35, 2.4  # mm: of small print
STEP = 2.0  # mm along lines


class FreeRoom:
    """What is taken of a sheet, as rectangles about middles."""

    def __init__(self) -> None:
        self._middles: list[Points] = []
        self._halves: list[Points] = []
        self._owners: list[int] = []

    def take(self, middle: Points, half: Sequence[float] | Points, owner: int = -1) -> None:
        """Take a rectangle.

        Args:
            middle: of it [mm].
            half: its width and its height [mm].
            owner: for whom it is no hindrance; -1 for nobody.
        """
        self._middles.append(np.asarray(middle, dtype=np.float64))
        self._halves.append(np.asarray(half, dtype=np.float64))
        self._owners.append(owner)

    def take_line(self, begin: Points, end: Points, half: float, owner: int) -> None:
        """Take a line.

        Args:
            begin: of it [mm].
            end: of it [mm].
            half: of its width [mm].
            owner: for whom it is no hindrance.
        """
        count = max(2, int(np.linalg.norm(end - begin) / STEP) + 1)
        for share in np.linspace(0.0, 1.0, count):
            self.take(begin + share * (end - begin), (half, half), owner)

    def first_free(self, places: Sequence[Points], half: Points, owner: int) -> int:
        """The first place where a rectangle meets nothing, else where it meets least.

        Args:
            places: middles [mm].
            half: its width and height [mm].
            owner: whose lines it may meet.

        Returns:
            Number of the place.
        """
        theirs = np.array([one != owner or one == -1 for one in self._owners])
        middles, halves = np.stack(self._middles)[theirs], np.stack(self._halves)[theirs]
        if not middles.size:
            return 0
        shared = [np.clip(halves + half - np.abs(middles - place), 0.0, None).prod(axis=1).sum() for place in places]
        return int(np.argmin(shared))


def printed_half(words: str) -> Points:
    """Half of the width and of the height of small print [mm].

    Args:
        words: what is printed.

    Returns:
        Both.
    """
    return np.array([0.5 * LETTER * max(len(words), 1), 0.5 * TALL])
