"""Array operations on the rows of one buffer, run over stretches of many points that fit into the cache."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thermokin._typing import FloatArray, IntArray

__all__ = ["BufferProgram"]

IN_CACHE = 1 << 20  # numbers that all rows of one stretch hold together: 8 MB, which the last cache keeps
FEWEST, MOST = 512, 12_288  # points of a stretch: the call of an operation is dear below, the cache is left above
TILE = 1 << 15  # numbers of a table that are turned into rows at a time, so that no line of the cache is fetched twice


@dataclass(frozen=True, eq=False)
class BufferProgram:
    """Operations on the rows of one buffer.

    Args:
        inputs: arrays (points, m) that are read, and which columns of each, ascending: they take the first rows.
        steps: an operation and its operands, of which a whole number is a row and any other a constant; and the row
            that takes the result.
        outputs: the rows that are given, or constants.
        rows: of the buffer.
    """

    inputs: tuple[tuple[FloatArray, IntArray], ...]
    steps: tuple[tuple[Any, tuple[int | np.float64, ...], int], ...]
    outputs: tuple[int | np.float64, ...]
    rows: int

    def at(self, points: slice) -> BufferProgram:
        """The program of some points.

        Args:
            points: a stretch of them.

        Returns:
            The program.
        """
        return replace(self, inputs=tuple((table[points], columns) for table, columns in self.inputs))

    def run(self, count: int) -> FloatArray:
        """What the program gives.

        Args:
            count: of points.

        Returns:
            (outputs, count).

        Cost:
            Half a nanosecond for each operation and point.
        """
        most = min(MOST, max(FEWEST, IN_CACHE // max(self.rows, 1)))
        width = -(-count // max(1, -(-count // most)))  # stretches of one length
        buffer = np.ones((self.rows, width))
        rows = list(buffer)
        steps = [
            (operation, [rows[one] if isinstance(one, int) else np.asarray(one) for one in operands], rows[target])
            for operation, operands, target in self.steps
        ]
        found = np.empty((len(self.outputs), count))
        with np.errstate(all="ignore"):  # points at which a pivot vanishes are told by what comes out
            for start in range(0, count, width):
                stop = min(start + width, count)
                self._read(buffer, start, stop)
                for operation, arguments, row in steps:
                    operation(*arguments, out=row)
                for number, one in enumerate(self.outputs):
                    found[number, start:stop] = rows[one][: stop - start] if isinstance(one, int) else one
        return found

    def _read(self, buffer: FloatArray, start: int, stop: int) -> None:
        """Inputs of a stretch."""
        first = 0
        for table, columns in self.inputs:
            step = max(1, TILE // table.shape[1])
            for one in range(start, stop, step):
                tile = table[one : min(one + step, stop)].T
                into = buffer[first : first + columns.size, one - start : one - start + tile.shape[1]]
                if columns.size == len(tile):
                    into[...] = tile
                else:
                    for row, column in zip(into, columns, strict=True):
                        row[:] = tile[column]
            first += columns.size
