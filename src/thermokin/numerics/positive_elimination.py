"""Solves with a rate matrix that subtract nothing: every rate keeps its digits beside rates of any other size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["CACHED", "NoWayOutError", "PositiveElimination", "positive_elimination", "taken_out"]

BLOCK = 48  # levels of one point taken out at once, measured: products of matrices carry the rest
BLOCK_OF_MANY = 10  # the same for a sweep of points
CACHED = 2**15  # elements of all points that are eliminated together, measured


class NoWayOutError(ArithmeticError):
    """A level from which nothing leads to the levels that are left, nor out: the matrix has no inverse."""


Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class _Taken:
    """One block of levels that was taken out.

    Args:
        first: its first level; those before it were still there.
        inside: time spent in each of its levels before leaving the block, for each level of entry (..., k, k) [time].
        into: where what starts in the block goes among the levels before it (..., first, k).
        fed: rates from the levels before it into the block (..., k, first) [1/time].
    """

    first: int
    inside: Array
    into: Array
    fed: Array


@dataclass(frozen=True, eq=False)
class PositiveElimination:
    """The factors of M = D - W, D_j = excess_j + sum_i W_ij: what leaves a level is a sum and never a difference.

    No factor is negative, so the error of a solve is at most a few n roundings of M^-1 |b|, level by level, whatever
    the condition number of M. Made by `positive_elimination`.

    Args:
        taken: the blocks, the first levels first.
        size: n.
    """

    taken: tuple[_Taken, ...]
    size: int

    def solve(self, right: Array) -> Array:
        """The x with M x = b.

        Args:
            right: b (..., n, m).

        Returns:
            (..., n, m).
        """
        rest = self._own(right)
        for block in reversed(self.taken):
            here = slice(block.first, block.first + block.inside.shape[-1])
            rest[..., : block.first, :] += block.into @ rest[..., here, :]
        for block in self.taken:
            here = slice(block.first, block.first + block.inside.shape[-1])
            fed = rest[..., here, :] + block.fed @ rest[..., : block.first, :]
            rest[..., here, :] = block.inside @ fed
        return rest

    def solve_transposed(self, right: Array) -> Array:
        """The y with y M = c.

        Args:
            right: c (..., n, m), each column a row vector of its own.

        Returns:
            y (..., n, m), likewise.
        """
        rest = self._own(right)
        for block in reversed(self.taken):
            here = slice(block.first, block.first + block.inside.shape[-1])
            rest[..., here, :] = block.inside.swapaxes(-1, -2) @ rest[..., here, :]
            rest[..., : block.first, :] += block.fed.swapaxes(-1, -2) @ rest[..., here, :]
        for block in self.taken:
            here = slice(block.first, block.first + block.inside.shape[-1])
            rest[..., here, :] += block.into.swapaxes(-1, -2) @ rest[..., : block.first, :]
        return rest

    def _own(self, right: Array) -> Array:
        """A copy of a right-hand side that has all leading axes."""
        points = self.taken[0].inside.shape[:-2] if self.taken else ()
        batch = np.broadcast_shapes(points, right.shape[:-2])
        kind = np.result_type(right, self.taken[0].inside) if self.taken else right.dtype
        return np.broadcast_to(right, (*batch, *right.shape[-2:])).astype(kind)


def positive_elimination(rates: Array, excess: Array, *, signed: bool = False) -> PositiveElimination:
    """Take the levels out one by one, what passes through them added to the rates between the others.

    Args:
        rates: W_ij (..., n, n) from level j to level i, off the diagonal >= 0; the diagonal is not read [1/time].
        excess: what leaves each level to elsewhere (..., n), >= 0 [1/time]: rates to levels left out, or the s of the
            resolvent (s + D - W)^-1.
        signed: whether elements may be negative or complex. What leaves a level is then still the sum of what arrives
            elsewhere, but digits may cancel in that sum, and a level without a way out shows as elements that are not
            finite.

    Returns:
        The factors.

    Raises:
        NoWayOutError: if from some level nothing leads outside, or a rate is not finite.

    Cost:
        O(n^3), about twice that of a factorisation by LAPACK.

    Reference:
        grassmann1985.
    """
    size = rates.shape[-1]
    batch = np.broadcast_shapes(rates.shape[:-2], excess.shape[:-1])
    kind = np.result_type(rates, excess)
    flow = np.broadcast_to(rates, (*batch, size, size)).astype(kind)
    out = np.broadcast_to(excess, (*batch, size)).astype(kind)
    taken: list[_Taken] = []
    width = BLOCK_OF_MANY if batch else BLOCK
    for first in range(width * ((size - 1) // width), -1, -width):
        here, before = slice(first, min(first + width, size)), slice(0, first)
        leaving = flow[..., before, here]
        inside = _inverse(flow[..., here, here], out[..., here] + leaving.sum(axis=-2), signed=signed)
        into, fed = leaving @ inside, flow[..., here, before]
        if first:
            flow[..., before, before] += into @ fed
            out[..., before] += ((out[..., None, here] @ inside) @ fed)[..., 0, :]
        taken.insert(0, _Taken(first, inside, into, fed))
    return PositiveElimination(tuple(taken), size)


def _inverse(rates: Array, excess: Array, *, signed: bool) -> Array:
    """(D - W)^-1 of a few levels (..., k, k), as many points at a time as the cache holds."""
    size = rates.shape[-1]
    if rates.ndim == 2:
        return _inverse_of_points(rates, excess, signed=signed)
    points, outs = rates.reshape(-1, size, size), excess.reshape(-1, size)
    inverse = np.empty_like(points)
    together = max(1, CACHED // size**2)
    for first in range(0, len(points), together):
        part = slice(first, first + together)
        found = _inverse_of_points(np.moveaxis(points[part], 0, -1), outs[part].T, signed=signed)
        inverse[part] = np.moveaxis(found, -1, 0)
    return inverse.reshape(rates.shape)


def _inverse_of_points(rates: Array, excess: Array, *, signed: bool) -> Array:
    """(D - W)^-1 (k, k, ...), level by level; points come last, so that sums run along them."""
    size = len(rates)
    flow = np.concatenate([excess[None], rates])
    pivot = taken_out(flow)
    if not signed and not (pivot > 0.0).all():
        raise NoWayOutError("some level does not lead to those that are left, nor out")
    flow = flow[1:]
    inverse = np.zeros_like(flow)
    for level in range(size):
        known = inverse[:level, :level]
        fed = flow[level, :level] / pivot[level]
        inverse[:level, level] = (known * flow[:level, level]).sum(axis=1)
        inverse[level, :level] = (fed[:, None] * known).sum(axis=0)
        inverse[level, level] = 1.0 / pivot[level] + (fed * inverse[:level, level]).sum(axis=0)
    return inverse


def taken_out(flow: Array, kept: int = 0) -> Array:
    """Take levels out one by one, the last first; what passes through each is added to the rates that are left.

    Args:
        flow: rates (l + k, k, ...) from k levels to l places outside and to one another, points last; overwritten in
            place: above the diagonal by the share of what leaves a level that goes to each place still there.
        kept: how many of the first levels stay.

    Returns:
        What leaves each level to all that was still there when it was taken out (k, ...), 1 for those that stay; not
        above zero where nothing does, and all that follows is then no number.
    """
    outside = len(flow) - flow.shape[1]
    pivot = np.ones(flow.shape[1:], flow.dtype)
    with np.errstate(divide="ignore", invalid="ignore"):
        for last in range(flow.shape[1] - 1, kept - 1, -1):
            row = outside + last
            way = flow[:row, last]
            pivot[last] = way.sum(axis=0)
            way /= pivot[last]
            flow[:row, :last] += way[:, None] * flow[row, :last]
    return pivot
