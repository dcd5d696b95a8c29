"""A rate matrix with one steady state, its likeliest level pinned and all others eliminated without subtraction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import FloatArray, IntArray
from thermokin.solvers.positive_elimination import PositiveElimination, positive_elimination

__all__ = ["EliminatedGenerator", "eliminated_generator"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class EliminatedGenerator:
    """The steady state and the inverses of a rate matrix, to digits that no ratio of rates takes away.

    Made by `eliminated_generator`.

    Args:
        place: (..., n) the levels, the pinned one and the first one exchanged.
        factors: of all levels but the pinned one.
        fed: rates out of the pinned level into the others (..., n - 1) [1/time].
    """

    place: IntArray
    factors: PositiveElimination
    fed: Array

    @cached_property
    def stationary(self) -> Array:
        """The p with W p = 0 and sum p = 1 (..., n), each population to its own relative accuracy."""
        weights = self.factors.solve(self.fed[..., None])
        weights = _with_first(1.0, weights)
        return self._exchanged(weights / weights.sum(axis=-2, keepdims=True))[..., 0]

    def solve(self, right: Array) -> Array:
        """The x with W x = b that is zero at the pinned level.

        Args:
            right: b (..., n, m), whose columns sum to zero; the element of the pinned level is not read.

        Returns:
            (..., n, m).
        """
        return self._exchanged(_with_first(0.0, -self.factors.solve(self._exchanged(right)[..., 1:, :])))

    def solve_transposed(self, right: Array) -> Array:
        """The y with y W = c that is zero at the pinned level.

        Args:
            right: c (..., n, m) whose columns vanish in the mean over p; the element of the pinned level is not read.

        Returns:
            (..., n, m).
        """
        return self._exchanged(_with_first(0.0, -self.factors.solve_transposed(self._exchanged(right)[..., 1:, :])))

    def drazin(self, right: Array) -> Array:
        """The x with W x = b - p sum b and sum x = 0.

        Args:
            right: b (..., n, m).

        Returns:
            (..., n, m).
        """
        rest = self.stationary[..., None]
        pinned = self.solve(right - rest * right.sum(axis=-2, keepdims=True))
        return np.asarray(pinned - rest * pinned.sum(axis=-2, keepdims=True))

    def drazin_transposed(self, right: Array) -> Array:
        """The y with y W = c - (c p) and y p = 0.

        Args:
            right: c (..., n, m).

        Returns:
            (..., n, m).
        """
        rest = self.stationary[..., None]
        pinned = self.solve_transposed(right - (rest * right).sum(axis=-2, keepdims=True))
        return np.asarray(pinned - (rest * pinned).sum(axis=-2, keepdims=True))

    def _exchanged(self, vectors: Array) -> Array:
        return _taken(vectors, self.place)


def _with_first(first: float, others: Array) -> Array:
    """Vectors (..., n, m) from what stands in the first level and in the others."""
    head = np.broadcast_to(first, (*others.shape[:-2], 1, others.shape[-1]))
    return np.concatenate([head, others], axis=-2)


def _taken(vectors: Array, place: IntArray) -> Array:
    """Rows of (..., n, m) in the order (..., n)."""
    if place.ndim == 1:
        return np.asarray(vectors[..., place, :])
    batch = np.broadcast_shapes(place.shape[:-1], vectors.shape[:-2])
    whole = np.broadcast_to(vectors, (*batch, *vectors.shape[-2:]))
    return np.take_along_axis(whole, np.broadcast_to(place, (*batch, place.shape[-1]))[..., None], axis=-2)


def eliminated_generator(
    rates: Array, likely: FloatArray, shift: complex = 0.0, signed: bool = False
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
    size = rates.shape[-1]
    pin = np.argmax(likely, axis=-1)
    if pin.size and (pin == pin.flat[0]).all():
        pin = pin.flat[0]  # one order for all points
    level = np.arange(size)
    place = np.where(level == np.asarray(pin)[..., None], 0, np.broadcast_to(level, (*np.shape(pin), size)))
    place[..., 0] = pin
    ordered = _taken(_taken(rates, place).swapaxes(-1, -2), place).swapaxes(-1, -2)
    factors = positive_elimination(ordered[..., 1:, 1:], ordered[..., 0, 1:] + shift, signed)
    return EliminatedGenerator(place, factors, ordered[..., 1:, 0])
