"""The columns of a data set over a sweep, filled piece by piece where the sweep is large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns", "Entry"]


@dataclass(frozen=True, eq=False)
class Entry:
    """One variable of a data set, at some points of a sweep.

    Args:
        name: of the variable.
        first: the axis before the leading axes, if there is one: as long as there are values.
        own: length of each axis after the leading axes, by name.
        values: one for each place on the first axis (..., own...), or one alone; they broadcast.
        attributes: long name and units.
    """

    name: str
    first: tuple[str, ...]
    own: Mapping[str, int]
    values: tuple[NDArray[Any], ...]
    attributes: Mapping[str, str]


class Columns:
    """Arrays over all points of a sweep, which several threads may fill: each point is written once.

    Args:
        lead: leading axes of the sweep.
        axes: their names.
        pieces: how many pieces of the sweep are to be written.
    """

    def __init__(self, lead: tuple[int, ...], axes: tuple[str, ...], pieces: int) -> None:
        self._lead, self._axes, self._pieces, self._lock = lead, axes, pieces, Lock()
        self._arrays: dict[str, NDArray[Any]] = {}
        self._first: dict[str, Entry] = {}  # without its values: the arrays of a piece go when it is written
        self._written: Counter[str] = Counter()

    def write(self, entry: Entry, points: slice, lead: tuple[int, ...]) -> None:
        """Write one variable of one piece.

        Args:
            entry: the variable at these points.
            points: their stretch of the flattened leading axes.
            lead: leading axes of the entry's values.
        """
        count, own = len(entry.values), tuple(entry.own.values())
        with self._lock:
            if entry.name not in self._arrays:
                kind = np.result_type(*entry.values)
                self._arrays[entry.name] = np.empty((count, int(np.prod(self._lead)), *own), dtype=kind)
                self._first[entry.name] = replace(entry, values=())
            array = self._arrays[entry.name]
            self._written[entry.name] += 1
        for place, value in zip(array[:, points], entry.values, strict=True):
            place.reshape((*lead, *own))[...] = value

    @property
    def variables(self) -> dict[str, tuple[tuple[str, ...], NDArray[Any], Mapping[str, str]]]:
        """Axes, array and attributes of every variable that all pieces have, by name."""
        found = {}
        for name, array in self._arrays.items():
            entry = self._first[name]
            shape = (*array.shape[: len(entry.first)], *self._lead, *entry.own.values())
            if self._written[name] == self._pieces:
                found[name] = ((*entry.first, *self._axes, *entry.own), array.reshape(shape), entry.attributes)
        return found
