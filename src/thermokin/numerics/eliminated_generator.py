"""A rate matrix whose levels are eliminated without subtraction, for solves and for stationary populations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.positive_elimination import CACHED, PositiveElimination, positive_elimination, taken_out

__all__ = ["EliminatedGenerator", "eliminated", "eliminated_by_logarithms", "eliminated_generator", "pinned_generator"]

Array = NDArray[Any]
SMALLEST = 1e-280  # a way out or a weight below this may have lost digits to underflow, above its inverse to overflow
BLOCKS_ABOVE = 48  # levels up to which one by one is quicker than in blocks, measured


@dataclass(frozen=True, eq=False)
class EliminatedGenerator:
    """The steady state and the inverses of a rate matrix, to digits that no ratio of rates takes away.

    Made by `eliminated_generator` or `pinned_generator`.

    Args:
        place: (..., n) the levels, pinned ones first.
        back: (..., n) where each level stands among them.
        factors: of all levels but the pinned ones.
        fed: rates out of the pinned levels into the others (..., n - c, c) [1/time].
    """

    place: IntArray
    back: IntArray
    factors: PositiveElimination
    fed: Array

    @cached_property
    def stationary(self) -> Array:
        """The p with W p = 0 and sum p = 1 (..., n), each population to its own relative accuracy; for one pin."""
        weights = self.factors.solve(self.fed)
        weights = np.concatenate([np.ones((*weights.shape[:-2], 1, 1)), weights], axis=-2)
        return _taken(weights / weights.sum(axis=-2, keepdims=True), self.back)[..., 0]

    def solve(self, right: Array) -> Array:
        """The x with W x = b that is zero at the pinned levels.

        Args:
            right: b (..., n, m), without a part that stays for ever; elements of pinned levels are not read.

        Returns:
            (..., n, m).
        """
        return self._whole(self.factors.solve(self._others(right)))

    def solve_transposed(self, right: Array) -> Array:
        """The y with y W = c that is zero at the pinned levels.

        Args:
            right: c (..., n, m) whose columns vanish in the mean over p; elements of pinned levels are not read.

        Returns:
            (..., n, m).
        """
        return self._whole(self.factors.solve_transposed(self._others(right)))

    def drazin(self, right: Array) -> Array:
        """The x with W x = b - p sum b and sum x = 0; for one pin.

        Args:
            right: b (..., n, m).

        Returns:
            (..., n, m).
        """
        rest = self.stationary[..., None]
        pinned = self.solve(right - rest * right.sum(axis=-2, keepdims=True))
        return np.asarray(pinned - rest * pinned.sum(axis=-2, keepdims=True))

    def _others(self, vectors: Array) -> Array:
        """What vectors (..., n, m) have in the levels that are not pinned."""
        return _taken(vectors, self.place[..., self.place.shape[-1] - self.factors.size :])

    def _whole(self, solved: Array) -> Array:
        """Minus vectors of those levels (..., n - c, m), with nothing at the pins."""
        pins = np.zeros((*solved.shape[:-2], self.place.shape[-1] - self.factors.size, solved.shape[-1]))
        return _taken(np.concatenate([pins, -solved], axis=-2), self.back)


def _taken(vectors: Array, place: IntArray) -> Array:
    """Rows of (..., n, m) in the order (..., n)."""
    if place.ndim == 1:
        return np.asarray(vectors[..., place, :])
    batch = np.broadcast_shapes(place.shape[:-1], vectors.shape[:-2])
    whole = np.broadcast_to(vectors, (*batch, *vectors.shape[-2:]))
    return np.take_along_axis(whole, np.broadcast_to(place, (*batch, place.shape[-1]))[..., None], axis=-2)


def eliminated_generator(
    rates: Array, likely: FloatArray, shift: complex = 0.0, *, signed: bool = False
) -> EliminatedGenerator:
    """Pin the likeliest level of a rate matrix and eliminate the others.

    Args:
        rates: W (..., n, n), off the diagonal >= 0; the diagonal is not read [1/time].
        likely: (..., n) a number per level, largest where the level is likeliest: populations, or energies with a
            minus. Where another level than the likeliest is pinned, a solve that sums to zero loses as many digits as
            decades lie between the two.
        shift: z, for W - z in place of W; the steady state is then the vector that a source at the pinned level keeps.
        signed: whether elements may be negative or complex, see `positive_elimination`.

    Returns:
        The generator, prepared.

    Raises:
        NoWayOutError: if some level never reaches the pinned one, so that the steady state is another or not unique.

    Cost:
        O(n^3), about twice that of a factorisation by LAPACK.

    Reference:
        grassmann1985.
    """
    pin = np.argmax(likely, axis=-1)
    if pin.size and (pin == pin.flat[0]).all():
        pin = pin.flat[0]  # one order for all points
    return pinned_generator(rates, np.asarray(pin)[..., None], shift, signed=signed)


def pinned_generator(
    rates: Array, pins: IntArray, shift: complex | FloatArray = 0.0, *, signed: bool = False
) -> EliminatedGenerator:
    """Pin some levels of a rate matrix and eliminate the others.

    Args:
        rates: W (..., n, n), off the diagonal >= 0; the diagonal is not read [1/time].
        pins: (..., c) one level of each closed class, best the likeliest; none where a shift keeps W - z regular.
        shift: z (...), for W - z in place of W.
        signed: whether elements may be negative or complex, see `positive_elimination`.

    Returns:
        The generator, prepared.

    Raises:
        NoWayOutError: if some level never reaches a pinned one.

    Cost:
        O(n^3), about twice that of a factorisation by LAPACK.
    """
    pinned = (np.arange(rates.shape[-1])[:, None] == pins[..., None, :]).any(axis=-1)
    place = np.argsort(~pinned, axis=-1, kind="stable")
    ordered = _taken(_taken(rates, place).swapaxes(-1, -2), place).swapaxes(-1, -2)
    ahead, others = slice(pins.shape[-1]), slice(pins.shape[-1], None)
    out = ordered[..., ahead, others].sum(axis=-2) + np.asarray(shift)[..., None]
    factors = positive_elimination(ordered[..., others, others], out, signed=signed)
    return EliminatedGenerator(place, np.argsort(place, axis=-1), factors, ordered[..., others, ahead])


def eliminated(rates: FloatArray, order: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Stationary populations; no subtraction, so every population keeps its own relative accuracy.

    Args:
        rates: W (..., n, n) of a class in which every level leads to every other, or will by its logarithms.
        order: (..., n) a number per level, lower for levels that are eliminated later.

    Returns:
        Populations (..., n), and where they are lost (...) because products of rates underflow.

    Reference:
        grassmann1985.
    """
    size = rates.shape[-1]
    rank, back = _ranked(order, size)
    ordered = rates[..., rank[:, None], rank]
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):  # seen by what comes out
        if size > BLOCKS_ABOVE:
            state, smallest = _in_blocks(ordered)
        else:
            state, smallest = _one_by_one(ordered)
        smallest = np.minimum(smallest, np.minimum(state.min(axis=-1) / state[..., 0], state[..., 0]))
    return state[..., back], np.asarray(~(smallest > SMALLEST))


def _in_blocks(rates: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Populations (..., n) and the smallest way out of a level (...), the first level pinned."""
    made = eliminated_generator(rates, -np.arange(rates.shape[-1], dtype=np.float64), signed=True)
    longest = np.array([_diagonal(block.inside).max(axis=-1) for block in made.factors.taken])
    return made.stationary, 1.0 / longest.max(axis=0)


def _one_by_one(rates: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The same, as many points at a time as the cache holds."""
    size = rates.shape[-1]
    if rates.ndim == 2:
        return _of_points(rates)
    points = rates.reshape(-1, size, size)
    state, smallest = np.empty((len(points), size)), np.empty(len(points))
    together = max(1, CACHED // size**2)
    for first in range(0, len(points), together):
        part = slice(first, first + together)
        found, smallest[part] = _of_points(np.ascontiguousarray(np.moveaxis(points[part], 0, -1)))
        state[part] = found.T
    return state.reshape(rates.shape[:-1]), smallest.reshape(rates.shape[:-2])


def _of_points(flow: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The same, points last (n, ...); the rates are overwritten."""
    way_out = taken_out(flow, kept=1)
    weights = np.ones(flow.shape[1:])
    for level in range(1, len(flow)):
        weights[level] = (flow[level, :level] * weights[:level]).sum(axis=0) / way_out[level]
    return weights / weights.sum(axis=0), way_out[1:].min(axis=0)


def _diagonal(matrices: FloatArray) -> FloatArray:
    return np.diagonal(matrices, axis1=-2, axis2=-1)


def eliminated_by_logarithms(logs: FloatArray, order: FloatArray) -> FloatArray:
    """The same from logarithms, whatever their range; populations below all doubles are 0.

    Args:
        logs: ln W (m, n, n), -inf where there is no jump.
        order: (..., n) as above.

    Returns:
        Populations (m, n).
    """
    size = logs.shape[-1]
    rank, back = _ranked(order, size)
    flow = logs[..., rank[:, None], rank].copy()
    for last in range(size - 1, 0, -1):
        out = np.logaddexp.reduce(flow[..., :last, last], axis=-1)[..., None]
        flow[..., last, :last] -= out
        through = flow[..., :last, last, None] + flow[..., None, last, :last]
        flow[..., :last, :last] = np.logaddexp(flow[..., :last, :last], through)
    weights = np.zeros((*logs.shape[:-2], size))
    for level in range(1, size):
        weights[..., level] = np.logaddexp.reduce(flow[..., level, :level] + weights[..., :level], axis=-1)
    weights -= np.logaddexp.reduce(weights, axis=-1)[..., None]
    return np.asarray(np.exp(weights[..., back]))


def _ranked(order: FloatArray, size: int) -> tuple[IntArray, IntArray]:
    """The levels in ascending order, and where each stands in it."""
    rank = np.argsort(np.asarray(order).reshape(-1, size)[0], kind="stable")
    back = np.empty_like(rank)
    back[rank] = np.arange(size)
    return rank, back
