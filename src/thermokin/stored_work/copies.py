"""The passive energy of several copies of one state together: permutations of products of their eigenvalues."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray, IntArray

__all__ = ["passive_energy_of_copies"]

EXACT = 2.0**53  # levels up to which doubles count them
MOST_KINDS = 4_000_000  # of levels that differ, at all points of a sweep


def passive_energy_of_copies(populations: FloatArray, energies: FloatArray, copies: int) -> FloatArray:
    """The lowest energy that a unitary of all copies reaches.

    Eigenvalues of the product and sums of energies are the same within a kind, n_k copies of each level k; what is
    sorted are the kinds, with as many levels as there are orders of the copies.

    Args:
        populations: eigenvalues of one copy (..., d).
        energies: of one copy (..., d) [energy].
        copies: N.

    Returns:
        (...) [energy], of all copies together.

    Raises:
        ArgumentError: if there are more kinds of levels than memory holds, or more levels than doubles count.

    Cost:
        Sorting (N + d - 1)! / N! (d - 1)! kinds.
    """
    size = populations.shape[-1]
    points = np.broadcast_shapes(populations.shape[:-1], energies.shape[:-1])
    require_few_copies(copies, size, points)
    numbers = _occupations(copies, size)
    many = _orders(numbers)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(populations)
    held = np.where(np.isneginf(logs), -1e4, logs) @ numbers.T.astype(float)  # e^-1e4 is 0
    sums = energies @ numbers.T.astype(float)
    high, first = _sorted(-held, many)
    low, second = _sorted(sums, many)
    return _paired(np.exp(-high), first, low, second, points)


def require_few_copies(copies: int, size: int, points: tuple[int, ...]) -> None:
    """See to it that the levels of copies can be sorted.

    Args:
        copies: N.
        size: levels of one copy.
        points: leading axes, those of times among them.

    Raises:
        ArgumentError: if there are more kinds of levels than memory holds, or more levels than doubles count.
    """
    kinds = np.exp(gammaln(copies + size) - gammaln(copies + 1) - gammaln(size))
    if copies * np.log(size) > np.log(EXACT) or kinds * max(np.prod(points), 1.0) > MOST_KINDS:
        raise ArgumentError(
            f"`copies` must be so few that their levels can be sorted: {copies} copies of {size} levels"
            f"{f' at {int(np.prod(points))} points' if points else ''} are too many; `asymptotic` is the limit of "
            "many.",
            "copies",
        )


def _orders(numbers: IntArray) -> FloatArray:
    """N! / n_1! ... n_d! (k,), in whole numbers, as a product of binomials."""
    most = int(numbers.sum(axis=-1).max())
    binomial = np.zeros((most + 1, most + 1), dtype=np.int64)
    binomial[:, 0] = 1
    for row in range(1, most + 1):
        binomial[row, 1:] = binomial[row - 1, :-1] + binomial[row - 1, 1:]
    return np.asarray(binomial[np.cumsum(numbers, axis=-1), numbers].prod(axis=-1), dtype=np.float64)


def _sorted(keys: FloatArray, many: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Keys ascending (..., k), and how many levels there are up to each."""
    order = np.argsort(keys, axis=-1, kind="stable")
    return np.take_along_axis(keys, order, axis=-1), np.cumsum(many[order], axis=-1)


def _paired(
    values: FloatArray, first: FloatArray, sums: FloatArray, second: FloatArray, points: tuple[int, ...]
) -> FloatArray:
    """The sum of values times sums over levels, both in their order; `first` and `second` say where each ends."""
    kinds = values.shape[-1]
    values, first, sums, second = (np.broadcast_to(one, (*points, kinds)) for one in (values, first, sums, second))
    ends = np.concatenate([first, second], axis=-1)
    order = np.argsort(ends, axis=-1, kind="stable")
    ends = np.take_along_axis(ends, order, axis=-1)
    widths = np.diff(ends, axis=-1, prepend=0.0)
    mine: IntArray = (order < kinds).astype(np.int64)
    place = np.cumsum(mine, axis=-1) - mine  # how many of the first kind ended before this stretch
    other = np.cumsum(1 - mine, axis=-1) - (1 - mine)
    taken = np.take_along_axis(values, np.minimum(place, kinds - 1), axis=-1)
    paired = np.take_along_axis(sums, np.minimum(other, kinds - 1), axis=-1)
    return np.asarray((widths * taken * paired).sum(axis=-1))


def _occupations(copies: int, size: int) -> IntArray:
    """All n (k, d) with n_1 + ... + n_d = N."""
    found = np.zeros((1, 0), dtype=np.int64)
    for place in range(size):
        left = copies - found.sum(axis=-1)
        if place == size - 1:
            return np.concatenate([found, left[:, None]], axis=-1)
        each = left + 1
        rows = np.repeat(np.arange(len(found)), each)
        start = np.repeat(np.cumsum(each) - each, each)
        found = np.concatenate([found[rows], (np.arange(rows.size) - start)[:, None]], axis=-1)
    return found
