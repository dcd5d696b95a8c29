"""Sums along short axes and of scattered entries, where NumPy is slow, block by block where a cache is small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, FloatArray, IntArray

__all__ = ["anywhere", "at_points", "begins", "equal_pairs", "flattened", "in_blocks", "scatter"]

FEW_LEVELS = 8  # levels up to which a pass for each beats a product for each point of a sweep
Number = TypeVar("Number", bound=np.generic)
TOGETHER = 64  # points that are looked at as one: a long row of truths is much quicker than many short ones
BLOCK = 1 << 15  # passes over fewer elements hand the interpreter from thread to thread too often


def sum_over_levels(terms: FloatArray) -> FloatArray:
    """The sum over the last axis.

    Args:
        terms: finite or infinite numbers of one sign, or finite ones (..., d).

    Returns:
        Sums (...).
    """
    if terms.ndim > 1 and abs(terms.strides[-1]) > abs(terms.strides[-2]):
        # The levels lie outermost in memory: the reduction adds whole blocks, and a product would first copy them.
        blocks: FloatArray = terms.sum(axis=-1)
        return blocks
    levels = terms.shape[-1]
    sums: FloatArray = (terms.reshape(-1, levels) @ np.ones(levels)).reshape(terms.shape[:-1])
    return sums


def mean_over_levels(values: FloatArray, numbers: FloatArray) -> FloatArray:
    """The sum over levels of values over time, each times a number of its level.

    Args:
        values: (..., t, d).
        numbers: (..., d); leading axes broadcast.

    Returns:
        (..., t).
    """
    levels = values.shape[-1]
    if levels > FEW_LEVELS or values.ndim == 2:
        return np.asarray((values @ numbers[..., :, None])[..., 0])
    total = values[..., 0] * numbers[..., 0, None]
    for level in range(1, levels):
        total += values[..., level] * numbers[..., level, None]
    return np.asarray(total)


def over_levels(function: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
    """A reduction over the last axis, such as np.maximum's or np.add's: a pass for each level where levels are few.

    Args:
        function: takes two arrays to one.
        values: (..., d), d >= 1.

    Returns:
        (...).
    """
    levels = values.shape[-1]
    if levels > FEW_LEVELS or levels < 2 or values.ndim == 1:
        return np.asarray(function.reduce(values, axis=-1))
    found = function(values[..., 0], values[..., 1])
    for level in range(2, levels):
        function(found, values[..., level], out=found)
    return np.asarray(found)


def flattened(values: NDArray[Number], axes: int, batch: tuple[int, ...]) -> NDArray[Number]:
    """Numbers at the points of a sweep, one axis for all of them.

    Args:
        values: (..., own), leading axes broadcasting to those of the sweep.
        axes: how many axes are its own.
        batch: the shape of the sweep.

    Returns:
        (n, own), or (1, own) if all points have the same.
    """
    own: tuple[Any, ...] = values.shape[values.ndim - axes :]
    if values.ndim == axes:
        return values[None]
    return np.broadcast_to(values, (*batch, *own)).reshape(int(np.prod(batch)), *own)


def at_points(values: NDArray[Number], points: IntArray) -> NDArray[Number]:
    """Some points (p, own) of `flattened` numbers, which are the same for all points where there is one row of them."""
    return np.asarray(values[np.zeros_like(points) if len(values) == 1 else points])


def anywhere(held: BoolArray, own: int) -> BoolArray:
    """Whether something holds at some point.

    Args:
        held: (..., own axes).
        own: how many axes, the last ones, a single point has.

    Returns:
        (own axes).
    """
    shape = held.shape[held.ndim - own :]
    size = int(np.prod(shape))
    rows = held.reshape(int(np.prod(held.shape[: held.ndim - own])), size)
    whole = len(rows) // TOGETHER * TOGETHER
    found = rows[whole:].any(axis=0)
    if whole:
        found = found | rows[:whole].reshape(-1, TOGETHER * size).any(axis=0).reshape(TOGETHER, size).any(axis=0)
    return np.asarray(found.reshape(shape))


def in_blocks(function: Callable[..., FloatArray], *arrays: FloatArray) -> FloatArray:
    """A function of arrays of one shape, element by element.

    Args:
        function: takes one-dimensional arrays of equal length and returns one more.
        arrays: they broadcast against each other.

    Returns:
        Of the common shape.
    """
    common = np.broadcast_arrays(*arrays) if len(arrays) > 1 else arrays
    shape = common[0].shape
    found = np.empty(shape)
    if found.size <= BLOCK or not shape:
        return np.asarray(function(*(array.ravel() for array in common))).reshape(shape)
    # By rows: what is the same along the last axis is written out for a block alone, and stays in the cache.
    width = shape[-1] if shape[-1] <= BLOCK else 1
    rows = [array.reshape(-1, width) for array in (*common, found)]
    step = BLOCK // width
    for first in range(0, len(rows[0]), step):
        *given, into = (array[first : first + step] for array in rows)
        into[...] = function(*(array.ravel() for array in given)).reshape(into.shape)
    return found


def scatter(values: NDArray[Any], place: NDArray[Any], size: int) -> NDArray[Any]:
    """Array whose element n is the sum of all values whose place is n.

    Args:
        values: (..., m), real or complex.
        place: (m,) integers in 0 .. size - 1.
        size: length of the result.

    Returns:
        (..., size).
    """
    if not np.iscomplexobj(values) and all(axis == 1 for axis in values.shape[:-1]):  # of one point
        found = np.bincount(place, weights=values.reshape(-1), minlength=size)
        return found.reshape(*values.shape[:-1], size)
    out = np.zeros((*values.shape[:-1], size), dtype=values.dtype)
    if place.size:
        order = np.argsort(place, kind="stable")
        ordered = place[order]
        first = np.flatnonzero(np.concatenate([[True], np.diff(ordered) != 0]))
        out[..., ordered[first]] = np.add.reduceat(values[..., order], first, axis=-1)
    return out


def begins(place: NDArray[Any], size: int) -> IntArray:
    """Where the entries of each place begin in a table sorted by place.

    Args:
        place: (m,) integers in 0 .. size - 1, ascending.
        size: number of places.

    Returns:
        (size + 1,), the last one m.
    """
    return np.searchsorted(place, np.arange(size + 1)).astype(np.int64)


def equal_pairs(numbers: NDArray[Any]) -> tuple[IntArray, IntArray]:
    """All ordered pairs of positions with equal entries, each with itself among them.

    Args:
        numbers: (m,) integers >= 0, ascending.

    Returns:
        Two index arrays.
    """
    begin = np.flatnonzero(np.diff(numbers, prepend=-1))
    count = np.diff(np.append(begin, numbers.size))
    partners = np.repeat(count, count)  # how many each position has
    first = np.repeat(np.arange(numbers.size), partners)
    offset = np.arange(first.size) - np.repeat(np.cumsum(partners) - partners, partners)
    return first, np.repeat(np.repeat(begin, count), partners) + offset
