"""exp(W t) v of one dense rate matrix under detailed balance, however stiff: Lanczos on a shifted inverse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from thermokin._errors import NotConvergedError
from thermokin._threads import one_thread
from thermokin._typing import FloatArray, IntArray
from thermokin.numerics.symmetric_spectrum import strips

__all__ = ["CONVERGED", "EVERY", "RationalKrylov", "coordinates", "extend", "unresolved", "windows"]

CONVERGED = 2e-14  # of the vector at time 0: what more vectors may still change, which is ten times the error
RELATIVE = 1e-11  # of what is left at a late time: slow modes are the largest of the inverse and are found first
PARTS = 60.0  # last time over the shift, measured: rounding of the inverse grows with it, the number of vectors falls
MOST = 100  # vectors of one space: what they leave open is early, and has a space of its own
EVERY = 6  # vectors between two looks at the convergence
REACH = 2e3  # last time over the first that one space serves: what moves earlier is rounding of the inverse
PARTS_OF_FEW, REACH_OF_FEW = 8.0, 50.0  # the same where the space is soon complete, and any shift does


def windows(times: FloatArray) -> int:
    """How many shifts, each with a factorisation, a grid of times takes.

    Args:
        times: (t,) ascending.

    Returns:
        The number, estimated.
    """
    first = times[times > 0.0]
    return 1 if not first.size else 1 + int(np.log(first[-1] / first[0]) / np.log(REACH))


@dataclass(frozen=True, eq=False)
class RationalKrylov:
    """exp(W t) v by the Krylov spaces of (1 - g S)^-1, S = pi^-1/2 W pi^1/2.

    What decays fast beside the shift is nothing to the inverse, so the number of vectors does not grow with the
    fastest rate: some fifty serve all times of a grid. The stationary vector pi^1/2, which is known, is taken out of
    each of them, so that late times keep their relative accuracy.

    Args:
        rates: W (n, n), under detailed balance with respect to pi [1/time].
        root: pi^1/2 (n,).
    """

    rates: FloatArray
    root: FloatArray
    _made: dict[float, FloatArray] = field(default_factory=dict, repr=False)

    def relax(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        """exp(W t) v of a vector without a stationary part.

        Args:
            vector: v (n,).
            times: (t,) ascending, >= 0 [time].

        Returns:
            (t, n).

        Raises:
            NotConvergedError: if a hundred vectors do not resolve the latest time.

        Cost:
            One Cholesky factorisation, n^3 / 3, for each three decades of times, and some fifty solves with it; the
            factor of the last grid is kept.

        Reference:
            eshof2006.
        """
        out = np.zeros((times.size, vector.size))
        start = self._decaying(vector / self.root)
        still = int(np.searchsorted(times, 0.0, side="right"))
        out[:still] = start
        left = times.size
        while left > still and start.any():
            left = still + self._latest(start, times[still:left], out[still:left])
        out *= self.root
        return out

    def _latest(self, start: FloatArray, times: FloatArray, out: FloatArray) -> int:
        """Write the late part of exp(S t) v (t, n) that one space resolves; how many early times are left."""
        parts, reach = (PARTS, REACH) if start.size > MOST else (PARTS_OF_FEW, REACH_OF_FEW)
        shift, size = float(times[-1]) / parts, float(np.linalg.norm(start))
        factor, most = self._factor(shift), min(MOST, start.size - 1)
        space, inverse = np.empty((most + 2, start.size)), np.zeros((most, most))
        space[0], space[1] = self.root, start / size
        soon = int(np.searchsorted(times, times[-1] / reach))
        before = np.zeros((0, times.size))
        with one_thread():  # a solve with one vector waits for memory: a second thread only costs
            for count in range(1, most + 1):
                ended = extend(lambda last: dpotrs(factor, last, lower=1)[0], space, inverse, count)
                if not ended and count % EVERY:
                    continue
                now = coordinates(inverse[:count, :count], lambda found: _decays(found, shift), times)
                left = max(soon, 0 if ended else unresolved(before, now))
                if left == soon or (count + EVERY > most and left < times.size):
                    out[left:] = size * (now[:, left:].T @ space[1 : count + 1])
                    return left
                before = now
        raise NotConvergedError(
            f"{MOST} vectors do not resolve the relaxation of {start.size} levels at time {times[-1]:g};",
            float(np.abs(now[:, -1] - _padded(before, len(now))[:, -1]).max()),
            "Ask for fewer or earlier times.",
        )

    def _decaying(self, vector: FloatArray) -> FloatArray:
        return np.asarray(vector - self.root * (self.root @ vector))

    def _factor(self, shift: float) -> FloatArray:
        """The Cholesky factor of 1 - g S: its lower triangle, with anything above; the last one made is kept."""
        factor = self._made.get(shift)
        if factor is None:
            self._made.clear()
            factor, info = dpotrf(self._shifted(shift).T, lower=1, clean=0, overwrite_a=1)
            if info:
                raise NotConvergedError(
                    f"{self.root.size} levels relax too fast beside a time of {shift:g};",
                    float(info),
                    "rounding of the fastest rates hides the slow ones. Ask for shorter times.",
                )
            self._made[shift] = factor
        return factor

    def _shifted(self, shift: float) -> FloatArray:
        """1 - g S, of which only the upper triangle is right."""
        size, root = self.root.size, self.root
        out = np.empty((size, size))
        for row, strip, mirror in strips(self.rates, root):
            np.multiply(strip + mirror, -0.5 * shift, out=out[row : row + len(strip), row:])
        out[np.arange(size), np.arange(size)] += 1.0
        return out


def extend(apply: Callable[[FloatArray], FloatArray], space: FloatArray, inner: FloatArray, count: int) -> bool:
    """One more vector, at right angles to all before it, and a column of the symmetric matrix between them.

    Args:
        apply: the matrix to a vector (n,).
        space: (m + 2, n) the stationary vector, the vectors so far, and room.
        inner: the matrix between them (m, m) likewise.
        count: how many vectors there are beside the stationary one.

    Returns:
        Whether there is no other one.
    """
    known = space[: count + 1]
    ahead = apply(known[-1])
    along = np.zeros(count + 1)
    for _ in range(2):  # rounding lets back in what the first pass has taken out
        part = known @ ahead
        ahead -= part @ known
        along += part
    inner[:count, count - 1] = inner[count - 1, :count] = along[1:]
    length = float(np.linalg.norm(ahead))
    if count == len(inner) and count == space.shape[1] - 1:
        return True
    if length <= CONVERGED * np.abs(inner[:count, :count]).max():
        return True
    if count < len(space) - 1:
        space[count + 1] = ahead / length
    return False


def _decays(found: FloatArray, shift: float) -> FloatArray:
    """Rates of decay from eigenvalues of the inverse."""
    # What is far faster than the shift has no inverse but rounding, of either sign, and has decayed.
    seen = found > np.finfo(float).tiny
    return np.where(seen, np.maximum(1.0 / np.where(seen, found, 1.0) - 1.0, 0.0) / shift, np.inf)


def coordinates(inner: FloatArray, decays: Callable[[FloatArray], FloatArray], times: FloatArray) -> FloatArray:
    """Where exp(S t) v / |v| is in a space that begins with v.

    Args:
        inner: a function of S within the space (m, m).
        decays: rates of decay from its eigenvalues.
        times: (t,).

    Returns:
        (m, t).
    """
    found, turn = np.linalg.eigh(inner)
    return np.asarray(turn @ (np.exp(-decays(found)[:, None] * times) * turn[0][:, None]))


def unresolved(before: FloatArray, now: FloatArray) -> int:
    """The number of first times up to the last at which coordinates still change.

    Args:
        before: (k, t) in a smaller space.
        now: (m, t).

    Returns:
        The number.
    """
    change = np.linalg.norm(now - _padded(before, len(now)), axis=0)
    unsure = change > np.minimum(CONVERGED, RELATIVE * np.linalg.norm(now, axis=0))
    places: IntArray = np.flatnonzero(unsure)
    return int(places[-1]) + 1 if places.size else 0


def _padded(weights: FloatArray, count: int) -> FloatArray:
    return np.concatenate([weights, np.zeros((count - len(weights), weights.shape[1]))])
