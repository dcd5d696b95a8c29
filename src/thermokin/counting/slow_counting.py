"""Amounts exchanged over times so late that of closed populations only the slow modes still move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from thermokin._typing import FloatArray, IntArray
from thermokin.counting.slow_orders import ROUNDING, FastInverse, SlowOrders, slow_orders
from thermokin.motion.population_motion import PopulationMotion
from thermokin.numerics.eliminated_generator import pinned_generator

__all__ = ["OfMoments", "SlowCounting"]

Array: TypeAlias = NDArray[Any]
OfMoments: TypeAlias = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

FAST = 60.0  # decay times after which a mode is gone
STILL = 1e4  # decay times up to which a mode is followed by an exponential that keeps twelve digits
APART = 2.0  # times as fast is the next mode where slow and fast ones are told apart, if any is
ABOVE = 0.05  # of the slowest fast mode: so far above the slow ones lies the shift of the inverse


@dataclass(frozen=True, eq=False)
class SlowCounting:
    """Cumulants of the amount exchanged by closed populations, from the slow modes of the tilted generator.

    Once the fast modes are gone, <exp(x N)> = (1|R(x) exp(M(x) t) P(x), with as many rows as there are slow modes. R
    and M follow order by order from inverses on the fast modes, by eliminations that subtract nothing, so that slow
    modes keep their digits however much faster the others are.

    Args:
        motion: of the populations of points (p,).
        gains: J_1, J_2, ..., the jumps with powers of what they count (p, n, n).
        sizes: the same with the sizes of all that is added.
        start: p(0) (p, n).
    """

    motion: PopulationMotion
    gains: Sequence[FloatArray]
    sizes: Sequence[FloatArray]
    start: FloatArray

    def cumulants(self, points: IntArray, times: FloatArray, of_moments: OfMoments) -> tuple[FloatArray, FloatArray]:
        """The cumulants at some points and times.

        Args:
            points: (q,) numbers of points.
            times: (q,) [time].
            of_moments: cumulants and their errors (q, m) from moments and theirs.

        Returns:
            Cumulants and what rounding may have made of them (q, m); no numbers where no mode is fast.
        """
        decays = -self.motion.modes[0].real
        kept = _kept(decays[points] * times[:, None])
        found, error = (np.full((points.size, len(self.gains)), np.nan) for _ in range(2))
        for count in np.unique(kept[kept > 0]):
            pairs = np.flatnonzero(kept == count)
            chosen, place = np.unique(points[pairs], return_inverse=True)
            found[pairs], error[pairs] = self._of(chosen, int(count)).cumulants(place, times[pairs], of_moments)
        return found, error

    def _of(self, chosen: IntArray, count: int) -> _Reduced:
        """The reduced generator of some points, with so many slow modes."""
        values, right, left = (part[chosen] for part in self.motion.modes)
        base, dual, slow = right[..., :count], left[..., :count].conj(), values[..., :count]
        gains, sizes = ([part[chosen] for part in parts] for parts in (self.gains, self.sizes))
        fast: tuple[FastInverse, FastInverse] | tuple[None, None] = (None, None)
        if count < values.shape[-1]:
            edges = [np.abs(values[..., place].real)[..., None, None] for place in (count - 1, count)]
            shift = edges[0] + ABOVE * edges[1]
            made = pinned_generator(self.motion.dense[chosen], np.zeros(0, dtype=np.int64), shift[..., 0, 0])
            ratio = (shift + edges[0]) / (shift + edges[1])
            one, other = (FastInverse(made, shift, ratio, transposed=side) for side in (False, True))
            fast = one, other
            base = one.cleared(base, dual, slow)
            dual = other.cleared(dual, base, slow)
        turned = [[part.swapaxes(-1, -2) for part in parts] for parts in (gains, sizes)]
        ahead = slow_orders(gains, sizes, base, dual, slow, fast[0])
        back = slow_orders(turned[0], turned[1], dual, base, slow, fast[1])
        still = slow == 0.0
        return _Reduced(ahead, *_shares(ahead, back, self.start[chosen]), np.where(still, base.sum(axis=-2).real, 0.0))


def _kept(steps: FloatArray) -> IntArray:
    """How many modes are slow (q,), from how often each of them decays in the time (q, n); 0 where that tells none."""
    size = steps.shape[-1]
    ahead = np.concatenate([steps[:, 1:], np.full((len(steps), 1), np.inf)], axis=1)
    allowed = (steps <= STILL) & (ahead >= FAST)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.where(allowed, ahead / np.where(steps > 0.0, steps, 0.0), 0.0)
    clear = gap >= APART
    first = np.where(clear.any(axis=1), np.argmax(clear, axis=1), np.argmax(gap, axis=1))
    return np.where(allowed.any(axis=1), np.minimum(first + 1, size), 0)


def _shares(ahead: SlowOrders, back: SlowOrders, start: FloatArray) -> tuple[list[Array], list[FloatArray]]:
    """The P_0, P_1, ... (p, k) of a start, and their errors."""
    state = start[..., None]
    shares, blur = list[Array](), list[FloatArray]()
    for order in range(len(back.vectors)):
        share = back.vectors[order].swapaxes(-1, -2) @ state
        doubt = (back.blur[order] + ROUNDING * len(state[0]) * np.abs(back.vectors[order])).swapaxes(-1, -2) @ state
        for part in range(1, order + 1):
            overlap, size, missed = _overlap(ahead, back, part)
            share = share - comb(order, part) * (overlap @ shares[order - part])
            doubt = doubt + comb(order, part) * (
                missed @ np.abs(shares[order - part])
                + size @ (blur[order - part] + ROUNDING * np.abs(shares[order - part]))
            )
        shares.append(share)
        blur.append(doubt)
    return [share[..., 0] for share in shares], [part[..., 0] for part in blur]


def _overlap(ahead: SlowOrders, back: SlowOrders, order: int) -> tuple[Array, FloatArray, FloatArray]:
    """Order n >= 1 of the overlap of left and right vectors (p, k, k), its size and its error."""
    total, size, missed = (np.zeros(ahead.within[0].shape) for _ in range(3))
    for part in range(1, order):
        one, two = back.vectors[part].swapaxes(-1, -2), ahead.vectors[order - part]
        blurs = back.blur[part].swapaxes(-1, -2), ahead.blur[order - part]
        total = total + comb(order, part) * (one @ two)
        size = size + comb(order, part) * (np.abs(one) @ np.abs(two))
        missed = missed + comb(order, part) * (blurs[0] @ np.abs(two) + np.abs(one) @ blurs[1])
    return total, size, missed


@dataclass(frozen=True, eq=False)
class _Reduced:
    """M(x) and P(x) of points, and what the trace reads of each slow mode (p, k)."""

    orders: SlowOrders
    shares: list[Array]
    blur: list[FloatArray]
    row: FloatArray

    def cumulants(self, points: IntArray, times: FloatArray, of_moments: OfMoments) -> tuple[FloatArray, FloatArray]:
        within, doubt = ([part[points] for part in parts] for parts in (self.orders.within, self.orders.doubt))
        shares, blur = ([part[points] for part in parts] for parts in (self.shares, self.blur))
        row, level = self.row[points], np.arange(self.row.shape[-1])
        if level.size == 1:  # nothing decays any more: all cumulants grow with time
            steady, moved = (np.concatenate([part[..., 0] for part in parts[1:]], axis=-1) for parts in (within, doubt))
            moments, errors = (row * np.concatenate(parts[1:], axis=-1) for parts in (shares, blur))
            found, error = of_moments(moments.real, errors)
            return found + steady.real * times[:, None], error + (moved + ROUNDING * np.abs(steady)) * times[:, None]
        # Of the modes that last: N less this drift stays as small as its fluctuations.
        stays = np.where(within[0][:, level, level] == 0.0, shares[0], 0.0)
        velocity = (row[:, None] @ within[1] @ stays[..., None])[:, 0, 0].real
        within[1] = within[1].copy()
        within[1][:, level, level] -= velocity[:, None]
        grown = [part * times[:, None, None] for part in within]
        doubt = [part * times[:, None, None] for part in doubt]
        unit = _scale(grown, shares)[:, None] ** np.arange(len(shares))
        system, blurred = (_stacked(parts, unit) for parts in (grown, doubt))
        first, lacking = (_side_by_side(parts, unit) for parts in (shares, blur))
        moved, missed = _moved(system, blurred, first, lacking)
        moments, errors = (
            unit * (part.reshape(*unit.shape, -1) * row[:, None]).sum(axis=-1).real for part in (moved, missed)
        )
        found, error = of_moments(moments[:, 1:], errors[:, 1:])
        found[:, 0] += velocity * times
        return found, error


def _scale(grown: list[Array], shares: list[Array]) -> FloatArray:
    """A power of two for each (q,) by which amounts are divided, so that all orders are of the size of one."""
    sizes = [
        np.maximum(np.abs(one).max(axis=(-2, -1)), np.abs(two).max(axis=-1)) ** (1.0 / order)
        for order, (one, two) in enumerate(zip(grown[1:], shares[1:], strict=True), 1)
    ]
    largest = np.max(sizes, axis=0)
    return np.asarray(np.exp2(np.round(np.log2(np.where(largest > 0.0, largest, 1.0)))))


def _side_by_side(parts: list[Array], unit: FloatArray) -> Array:
    return np.concatenate([part / unit[:, order, None] for order, part in enumerate(parts)], axis=-1)


def _stacked(parts: list[Array], unit: FloatArray) -> Array:
    """The block-triangular systems of all orders (q, m, m), whose exponentials move them together."""
    size, count = parts[0].shape[-1], len(parts)
    system = np.zeros((len(unit), count * size, count * size), dtype=parts[0].dtype)
    for row in range(count):
        for column in range(row + 1):
            block = comb(row, column) * parts[row - column] / unit[:, row - column, None, None]
            system[:, row * size : (row + 1) * size, column * size : (column + 1) * size] = block
    return system


def _moved(system: Array, doubt: FloatArray, first: Array, lacking: FloatArray) -> tuple[Array, FloatArray]:
    """All orders after the time, and from above their errors."""
    size, level = first.shape[-1], np.arange(first.shape[-1])
    majorant = np.abs(system)
    majorant[:, level, level] = system[:, level, level].real
    # The derivative of an exponential stands beside it in that of a doubled system.
    norm = 1.0 + np.abs(majorant).sum(axis=-2).max(axis=-1)[:, None, None]
    doubt = doubt + ROUNDING * norm * np.abs(majorant)
    spread = expm(np.block([[majorant, doubt], [np.zeros_like(majorant), majorant]]))
    around, changed = spread[:, :size, :size], spread[:, :size, size:]
    held = np.abs(first)[..., None]
    missed = changed @ held + around @ (lacking[..., None] + ROUNDING * held)
    return (expm(system) @ first[..., None])[..., 0], np.asarray(missed[..., 0])
