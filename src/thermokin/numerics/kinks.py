"""Where a function of time bends or jumps, read off the pieces into which its series had to be halved."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.numerics.chebyshev_pieces import ChebyshevPieces

__all__ = ["kinks"]

NARROW = 2.0**-18  # of the whole: pieces that narrow close in on a point at which the function is not smooth


def kinks(pieces: ChebyshevPieces) -> FloatArray:
    """Times about which pieces had to become very narrow.

    An integrator that halves its own panels can place all its nodes on one side of such a point, agree with itself and
    stop; cut there, it meets smooth functions alone.

    Args:
        pieces: the series of the function.

    Returns:
        (m,) ascending: of each such point the time at which the functions before and after meet, or the ends of the
        narrowest pieces about it where they do not [time].
    """
    widths = np.diff(pieces.edges)
    step = np.diff(np.concatenate([[0], (widths < NARROW * np.ptp(pieces.edges)).astype(np.int64), [0]]))
    found: list[float] = []
    for first, after in zip(np.flatnonzero(step == 1), np.flatnonzero(step == -1), strict=True):
        narrowest = first + np.flatnonzero(widths[first:after] < 1.5 * widths[first:after].min())
        about = np.union1d(pieces.edges[narrowest], pieces.edges[narrowest + 1])
        meeting = _meeting(pieces, int(first) - 1, int(after)) if first > 0 and after < widths.size else np.nan
        beside = 2.0 * float(widths[narrowest[0]])
        # Functions that do not meet there jump, or end in a power that no series follows.
        found += [meeting] if about[0] - beside <= meeting <= about[-1] + beside else about.tolist()
    return np.unique(np.array(found)) if found else np.zeros(0)


def _meeting(pieces: ChebyshevPieces, before: int, after: int) -> float:
    """When the functions of two pieces meet, by the element whose slope differs most; between the two if none does."""
    low, high = float(pieces.edges[before + 1]), float(pieces.edges[after])
    begin, end = low, high
    for _ in range(3):
        ends = np.array([begin, end])
        apart = (_extended(pieces, after, ends) - _extended(pieces, before, ends)).reshape(2, -1)
        bends = apart[1] - apart[0]
        most = int(np.argmax(np.abs(bends)))
        if bends[most] == 0.0:
            break
        place = begin - (end - begin) * float((apart[0, most] / bends[most]).real)
        place = float(np.clip(place, low, high))
        begin, end = place, place + 0.1 * (end - begin)
    return begin


def _extended(pieces: ChebyshevPieces, number: int, times: FloatArray) -> NDArray[Any]:
    """The series of one piece at times beside it."""
    one = ChebyshevPieces(pieces.edges[number : number + 2], pieces.series[number : number + 1], pieces.floor)
    return one.value(times)
