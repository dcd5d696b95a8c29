"""Functions of time as Chebyshev series on pieces, to be differentiated, or to be asked for again at little cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import FloatArray

__all__ = ["DEGREE", "RESOLVED", "ChebyshevPieces", "chebyshev_pieces", "chebyshev_times"]

DEGREE = 24
RESOLVED = 1e-13  # of the largest value: what the last coefficients of a resolved piece are
ROUNDING = 1e-15  # of the largest value
DEEPEST = 30  # halvings of a piece
MOST = 2**11  # pieces of a level
AT_ONCE = 64 * (DEGREE + 1)  # times that are asked for together


@dataclass(frozen=True, eq=False)
class ChebyshevPieces:
    """A series on each of several consecutive pieces.

    Args:
        edges: (m + 1,) ascending [time].
        series: per piece its coefficients (n, ...), n <= 25.
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
        return self._summed(times, slopes=True)

    def value(self, times: FloatArray) -> NDArray[Any]:
        """The function itself.

        Args:
            times: (k,) between the first and the last edge [time].

        Returns:
            (k, ...).
        """
        return self._summed(times, slopes=False)

    def _summed(self, times: FloatArray, *, slopes: bool) -> NDArray[Any]:
        series = self._slopes if slopes else self.series
        if len(series) == 1:
            return self._of_piece(series[0], 0, times)
        piece = np.clip(np.searchsorted(self.edges, times, side="right") - 1, 0, len(series) - 1)
        found = np.empty((times.size, *series[0].shape[1:]), dtype=series[0].dtype)
        for number in np.flatnonzero(np.bincount(piece)):
            here = np.flatnonzero(piece == number)
            found[here] = self._of_piece(series[number], int(number), times[here])
        return found

    def _of_piece(self, series: NDArray[Any], number: int, times: FloatArray) -> NDArray[Any]:
        low, high = self.edges[number], self.edges[number + 1]
        place = (2.0 * times - (low + high)) / (high - low)
        # T_n = 2 x T_(n-1) - T_(n-2)
        powers = np.empty((len(series), times.size))
        powers[0] = 1.0
        if len(series) > 1:
            powers[1] = place
        for degree in range(2, len(series)):
            np.multiply(place, powers[degree - 1], out=powers[degree])
            powers[degree] += powers[degree]
            powers[degree] -= powers[degree - 2]
        # A product of real matrices, of complex series too.
        flat = series.reshape(len(series), -1).view(np.float64)
        return np.asarray((powers.T @ flat).view(series.dtype).reshape(times.size, *series.shape[1:]))

    @cached_property
    def _slopes(self) -> tuple[NDArray[Any], ...]:
        """The series of the derivatives."""
        widths = np.diff(self.edges)
        return tuple(chebyshev.chebder(one, scl=2.0 / width) for one, width in zip(self.series, widths, strict=True))

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


def chebyshev_pieces(
    function: Callable[[FloatArray], NDArray[Any]],
    edges: FloatArray,
    *,
    noise: float = 0.0,
    deepest: int = DEEPEST,
    at_once: int = AT_ONCE,
    most: int = MOST,
) -> ChebyshevPieces:
    """A function of time as Chebyshev series of degree 24 on pieces, halved until the last coefficients are rounding.

    Args:
        function: values (k, ...) at times (k,), smooth between edges.
        edges: (m + 1,) ascending [time].
        noise: what is rounding of its values.
        deepest: how often a piece is halved at most.
        at_once: for how many times the function is asked together.
        most: pieces of a level, beyond which the function is taken for noise and halved no more.

    Returns:
        The series. Where the function has a jump or a kink that no edge names, its `floor` says so.

    Cost:
        25 values a piece; all pieces of a level are asked for together.
    """
    _, change = _transform()
    low, high, largest = edges[:-1], edges[1:], 0.0
    kept: list[tuple[float, float, NDArray[Any], float]] = []
    for depth in range(deepest + 1):
        every = _times(low, high)
        times = every.reshape(low.size, -1)
        parts = [function(every[at : at + at_once]) for at in range(0, every.size, at_once)]
        values = parts[0] if len(parts) == 1 else np.concatenate(parts)
        largest = max(largest, float(np.abs(values).max(initial=0.0)))
        coefficients = (change @ values.reshape(*times.shape, -1)).reshape(*times.shape, *values.shape[1:])
        tails = np.abs(coefficients[:, -3:]).reshape(low.size, -1).max(axis=-1) / (largest or 1.0)
        # A function that is noise has as many pieces that are not resolved as it is given.
        done = (tails <= max(RESOLVED, noise / (largest or 1.0))) | (depth == deepest) | (low.size > most)
        places = np.flatnonzero(done)
        kept.extend((float(low[at]), float(high[at]), coefficients[at], float(tails[at])) for at in places)
        if done.all():
            break
        low, high = low[~done], high[~done]
        middle = 0.5 * (low + high)
        low, high = np.stack([low, middle], axis=-1).reshape(-1), np.stack([middle, high], axis=-1).reshape(-1)
    kept.sort(key=lambda one: one[0])
    ends = np.array([edges[0], *(one[1] for one in kept)])
    return ChebyshevPieces(
        ends, tuple(_cleared(one[2], max(ROUNDING * largest, noise)) for one in kept), max(one[3] for one in kept)
    )


def chebyshev_times(edges: FloatArray) -> FloatArray:
    """The times at which a function is asked for first, 25 on each piece.

    Args:
        edges: (m + 1,) ascending [time].

    Returns:
        (25 m,) [time].
    """
    return _times(edges[:-1], edges[1:])


def _times(low: FloatArray, high: FloatArray) -> FloatArray:
    return np.asarray((0.5 * (low + high)[:, None] + 0.5 * (high - low)[:, None] * _transform()[0]).reshape(-1))


def _cleared(series: NDArray[Any], least: float) -> NDArray[Any]:
    """A series up to its last coefficient that is no rounding, which would count with the square of the degree."""
    small = np.abs(series) < least
    series[small] = 0.0
    there = np.flatnonzero(~small.reshape(len(series), -1).all(axis=-1))
    return series[: there[-1] + 1 if there.size else 1]


@lru_cache(maxsize=1)
def _transform() -> tuple[FloatArray, FloatArray]:
    """Chebyshev's points of a piece, and values to coefficients: a discrete cosine transform, as one small matrix."""
    # Whole numbers of half turns are exact; the recursion of the polynomials would leave 20 roundings in the last rows.
    turns = np.arange(DEGREE + 1)[:, None] * (2 * np.arange(DEGREE + 1) + 1) % (4 * (DEGREE + 1))
    cosines = np.cos(np.pi / (2 * (DEGREE + 1)) * turns)
    nodes, change = cosines[1], cosines * (2.0 / (DEGREE + 1))
    change[0] *= 0.5
    return nodes, np.ascontiguousarray(change)
