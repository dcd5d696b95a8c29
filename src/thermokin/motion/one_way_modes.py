"""The modes of a rate matrix without detailed balance, slow ones to their own digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.motion.long_time_limit import LongTimeLimit
from thermokin.numerics.eliminated_generator import EliminatedGenerator, pinned_generator
from thermokin.numerics.level_sums import over_levels
from thermokin.numerics.slow_modes import SEEN, apart, next_cluster, one_after_the_other

__all__ = ["eigenmodes", "one_way_modes"]

SLOW = 1e-4  # of the fastest mode: an eigensolver keeps twelve digits of modes above it


@dataclass(frozen=True, eq=False)
class _Slow:
    """Right and left modes (..., n, k), values (..., k), slowest first, and how many of them are known (...)."""

    right: ComplexArray
    left: ComplexArray
    values: ComplexArray
    known: IntArray


@dataclass(frozen=True, eq=False)
class _Inverse:
    """(s - W)^-1 of what decays, from both sides."""

    generator: EliminatedGenerator
    limit: LongTimeLimit

    def right(self, vectors: ComplexArray) -> ComplexArray:
        solved = -self.generator.solve(vectors)
        return np.asarray(solved - self.limit.of(solved))

    def left(self, vectors: ComplexArray) -> ComplexArray:
        solved = -self.generator.solve_transposed(vectors)
        return np.asarray(solved - self.limit.transposed(solved))


def eigenmodes(matrix: ComplexArray) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
    """Values, right and left eigenvectors of a matrix, by descending real part.

    Args:
        matrix: (..., n, n).

    Returns:
        Values (..., n); right and left eigenvectors in columns (..., n, n), the left ones conjugated in overlaps.
    """
    values, right = np.linalg.eig(matrix)
    order = np.argsort(-values.real, axis=-1, kind="stable")
    values = np.take_along_axis(values, order, axis=-1)
    right = np.take_along_axis(right, order[..., None, :], axis=-1)
    return values, right, np.linalg.inv(right).conj().swapaxes(-1, -2)


def one_way_modes(rates: FloatArray, limit: LongTimeLimit) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
    """Values, right and left modes of a rate matrix: those that last come first, slow ones keep their digits.

    Args:
        rates: W (..., n, n) [1/time].
        limit: where populations end, in the same number of classes at all points; so many modes never decay.

    Returns:
        As `eigenmodes`; the values of the modes that last are exactly zero.

    Raises:
        NotConvergedError: if rates lie so many decades apart that doubles do not hold what passes between levels.

    Reference:
        grassmann1985.
    """
    values, right, left = eigenmodes(np.asarray(rates, dtype=np.complex128))
    lasting = len(limit.classes)
    speed = np.abs(values)
    many = (speed < SLOW * over_levels(np.maximum, speed)[..., None]).sum(axis=-1)
    slow = many > lasting
    values[..., :lasting] = np.where(slow[..., None], values[..., :lasting], 0.0)
    if not slow.any():
        return values, right, left
    whole = np.broadcast_to(rates, right.shape)[slow]
    there = limit.at(slow)
    values[slow], right[slow], left[slow] = _with_slow_modes(whole, there, int(many.max()))
    return values, right, left


def _with_slow_modes(
    rates: FloatArray, limit: LongTimeLimit, count: int
) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
    """Modes with the slowest of an eigensolver's replaced by those that last and by the slow ones found anew."""
    lasting = len(limit.classes)
    values, right = _by_speed(rates)
    left = _by_speed(rates.swapaxes(-1, -2))[1].conj()
    # Slow modes that lie below rounding come out nearly parallel; what stands across the fast ones of the other side
    # holds all of them.
    across = [np.linalg.qr(fast[..., count:], mode="complete")[0][..., -count:] for fast in (left, right)]
    slow = _slow_modes(rates, limit, *_decaying(limit, *across))
    still = np.zeros((*values.shape[:-1], lasting))
    rest = right[..., count:], left[..., count:]
    rest = rest[0], rest[1] @ np.linalg.inv(rest[1].conj().swapaxes(-1, -2) @ rest[0]).conj().swapaxes(-1, -2)
    kept = np.moveaxis(limit.stationary, 0, -1), np.moveaxis(limit.absorption, 0, -1)
    known = [np.concatenate([np.broadcast_to(k, s.shape[:-1] + k.shape[-1:]), s], axis=-1)
             for k, s in zip(kept, slow[1:], strict=True)]  # fmt: skip
    rest = (
        rest[0] - known[0] @ (known[1].conj().swapaxes(-1, -2) @ rest[0]),
        rest[1] - known[1] @ (known[0].conj().swapaxes(-1, -2) @ rest[1]),
    )
    values = np.concatenate([still, slow[0], values[..., count:]], axis=-1)
    right, left = (np.concatenate(pair, axis=-1) for pair in zip(known, rest, strict=True))
    # Modes that last stay in front; the others by how fast they decay, whatever they turn.
    rank = np.where(np.arange(values.shape[-1]) < lasting, -np.inf, -values.real)
    order = np.argsort(rank, axis=-1, kind="stable")
    place = order[..., None, :]
    return (
        np.take_along_axis(values, order, axis=-1),
        np.take_along_axis(right, place, axis=-1),
        np.take_along_axis(left, place, axis=-1),
    )


def _by_speed(matrix: FloatArray) -> tuple[ComplexArray, ComplexArray]:
    """Eigenvalues (..., n), the slowest first, and right eigenvectors in columns (..., n, n)."""
    values, vectors = np.linalg.eig(np.asarray(matrix, dtype=np.complex128))
    order = np.argsort(np.abs(values), axis=-1, kind="stable")
    return np.take_along_axis(values, order, axis=-1), np.take_along_axis(vectors, order[..., None, :], axis=-1)


def _decaying(limit: LongTimeLimit, right: ComplexArray, left: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
    """Of the space of slow modes the part that decays: bases (..., n, k) from the right and from the left."""
    count = right.shape[-1] - len(limit.classes)
    moving = right - limit.of(right)
    onto, _, from_ = np.linalg.svd(left.conj().swapaxes(-1, -2) @ moving)
    right = right @ from_.conj().swapaxes(-1, -2)[..., :count]
    left = left @ onto[..., :count]
    right, left = right - limit.of(right), left - limit.transposed(left)
    return right, left @ np.linalg.inv(left.conj().swapaxes(-1, -2) @ right).conj().swapaxes(-1, -2)


def _slow_modes(
    rates: FloatArray, limit: LongTimeLimit, right: ComplexArray, left: ComplexArray
) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
    """Values (..., k) and modes in a slow subspace, by inverses of W that subtract nothing (see `slow_modes`)."""
    points, count = right.shape[:-2], right.shape[-1]
    blank = np.zeros((*points, count), dtype=np.complex128)
    first = _Slow(*_biorthonormal(right, left), blank, np.zeros(points, dtype=np.int64))
    found = one_after_the_other(first, count, lambda now, shift: _resolved(now, _inverse(rates, limit, shift), shift))
    return found.values, found.right, found.left


def _resolved(found: _Slow, inverse: _Inverse, shift: FloatArray) -> tuple[_Slow, FloatArray]:
    """The next cluster of modes becomes known, and a shift for the one after it."""
    old = np.arange(found.values.shape[-1]) < found.known[..., None]
    ahead = inverse.right(found.right)
    within, scale = apart(found.left.conj().swapaxes(-1, -2) @ ahead, old)
    times, turn = np.linalg.eig(within)
    order = np.argsort(-np.abs(times), axis=-1, kind="stable")
    times = np.take_along_axis(times, order, axis=-1)
    turn = np.take_along_axis(turn, order[..., None, :], axis=-1)
    back = np.linalg.inv(turn).conj().swapaxes(-1, -2)
    seen = np.where(np.abs(times) > SEEN * scale, times, SEEN * scale)
    values = np.where(old, found.values, shift[..., None] - 1.0 / seen)
    known, following = next_cluster(np.abs(values), old, shift)
    new = (known & ~old)[..., None, :]
    right = np.where(new, ahead @ turn / seen[..., None, :], found.right @ turn)
    left = np.where(new, inverse.left(found.left) @ back / seen.conj()[..., None, :], found.left @ back)
    return _Slow(*_biorthonormal(right, left), values, known.sum(axis=-1)), following


def _biorthonormal(right: ComplexArray, left: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
    """Right and left vectors (..., n, k) made biorthonormal from the first on."""
    right, left = right.copy(), left.copy()
    for place in range(right.shape[-1]):
        right[..., place] /= np.abs(right[..., place]).max(axis=-1, keepdims=True)
        one, other = right[..., :, place, None], left[..., :, place, None]
        other /= one.conj().swapaxes(-1, -2) @ other
        later = slice(place + 1, None)
        right[..., later] -= one @ (other.conj().swapaxes(-1, -2) @ right[..., later])
        left[..., later] -= other @ (one.conj().swapaxes(-1, -2) @ left[..., later])
    return right, left


def _inverse(rates: FloatArray, limit: LongTimeLimit, shift: FloatArray) -> _Inverse:
    # The likeliest level of each class is pinned: what enters it has arrived. A shift needs no pin.
    pins = np.zeros(0, dtype=np.int64) if shift.any() else np.moveaxis(limit.stationary.argmax(axis=-1), 0, -1)
    return _Inverse(pinned_generator(rates, pins, shift), limit)
