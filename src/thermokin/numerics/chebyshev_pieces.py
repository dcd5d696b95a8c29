"""Functions of time as Chebyshev series on pieces, to be differentiated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from thermokin._typing import FloatArray

__all__ = ["ChebyshevPieces", "chebyshev_pieces"]

DEGREE = 24
RESOLVED = 1e-13  # of the largest value: what the last coefficients of a resolved piece are
ROUNDING = 1e-15  # of the largest value
DEEPEST = 30  # halvings of a piece


@dataclass(frozen=True, eq=False)
class ChebyshevPieces:
    """A series on each of several consecutive pieces.

    Args:
        edges: (m + 1,) ascending [time].
        series: per piece its coefficients (n, ...).
        floor: the last coefficients of the worst piece, relative to the largest value.
    """

    edges: FloatArray
    series: tuple[NDArray[Any], ...]
    floor: float

    def derivative(self, times: FloatArray) -> NDArray[Any]:
        """The derivative with respect to time.

        Args:
            times: (k,) between the first and the last edge [time].

        Returns:
            (k, ...).
        """
        piece = np.clip(np.searchsorted(self.edges, times, side="right") - 1, 0, len(self.series) - 1)
        found = np.zeros((times.size, *self.series[0].shape[1:]), dtype=self.series[0].dtype)
        for number in np.unique(piece):
            here = np.flatnonzero(piece == number)
            low, high = self.edges[number], self.edges[number + 1]
            slopes = chebyshev.chebder(self.series[number], scl=2.0 / (high - low))
            place = (2.0 * times[here] - low - high) / (high - low)
            found[here] = np.moveaxis(chebyshev.chebval(place, slopes), -1, 0)
        return found

    def largest_jump(self) -> tuple[float, NDArray[Any]]:
        """Where the function jumps most: between two pieces, or across one that halving could not resolve.

        Returns:
            The time, and by how much (...).
        """
        first = np.stack([chebyshev.chebval(-1.0, one) for one in self.series])
        last = np.stack([chebyshev.chebval(1.0, one) for one in self.series])
        widths = np.diff(self.edges)
        narrow = (widths < 2.0 ** (1 - DEEPEST) * np.ptp(self.edges)).reshape(-1, *[1] * (first.ndim - 1))
        changes = np.concatenate([np.where(narrow, last - first, 0.0), first[1:] - last[:-1]])
        place = int(np.argmax(np.abs(changes).reshape(changes.shape[0], -1).max(axis=-1)))
        return float(np.concatenate([self.edges[:-1], self.edges[1:-1]])[place]), changes[place]


def chebyshev_pieces(function: Callable[[FloatArray], NDArray[Any]], edges: FloatArray) -> ChebyshevPieces:
    """A function of time as Chebyshev series of degree 24 on pieces, halved until the last coefficients are rounding.

    Args:
        function: values (k, ...) at times (k,), smooth between edges.
        edges: (m + 1,) ascending [time].

    Returns:
        The series. Where the function has a jump or a kink that no edge names, its `floor` says so.

    Cost:
        25 values a piece.
    """
    nodes = np.cos(np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1))
    # Values to coefficients: a discrete cosine transform, as one small matrix.
    change = chebyshev.chebvander(nodes, DEGREE).T * (2.0 / (DEGREE + 1))
    change[0] *= 0.5
    ends, series, floor, largest = [float(edges[0])], [], 0.0, 0.0
    waiting = [(float(low), float(high), 0) for low, high in pairwise(edges)][::-1]
    while waiting:
        low, high, depth = waiting.pop()
        values = function(0.5 * (low + high) + 0.5 * (high - low) * nodes)
        largest = max(largest, float(np.abs(values).max(initial=0.0)))
        coefficients = np.tensordot(change, values, axes=1)
        tail = float(np.abs(coefficients[-3:]).max(initial=0.0)) / (largest or 1.0)
        if tail > RESOLVED and depth < DEEPEST:
            middle = 0.5 * (low + high)
            waiting += [(middle, high, depth + 1), (low, middle, depth + 1)]
            continue
        floor = max(floor, tail)
        # Rounding of a coefficient would count in the derivative with up to the square of the degree.
        coefficients[np.abs(coefficients) < ROUNDING * largest] = 0.0
        series.append(coefficients)
        ends.append(high)
    return ChebyshevPieces(np.array(ends), tuple(series), floor)
