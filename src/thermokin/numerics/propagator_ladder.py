"""exp(L t) v at any times from squarings of one short exponential."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import FloatArray

__all__ = ["PropagatorLadder", "climbed", "one_norm", "shortest_step", "stacked_exponential"]

TERMS = 17  # of the series for what is shorter than the first rung: REACH^17 / 17! is below rounding
KEPT_UP_TO = 2**24  # numbers of all rungs together up to which they are kept from call to call
TAYLOR = 1.0 / np.array([[factorial(4 * row + column) for column in range(4)] for row in range(4)])
REACHES = (0.053, 0.27)  # norms up to which eight and twelve terms of the series do, as sixteen do below:
REACH = 0.78  # norm up to which sixteen terms of the series leave less than rounding: 0.78^17 / 17! = 4e-17


def one_norm(matrix: NDArray[Any]) -> FloatArray:
    """The largest sum of a column's magnitudes (...) of dense matrices (..., n, n)."""
    return np.asarray(np.abs(matrix).sum(axis=-2).max(axis=-1, initial=0.0))


def shortest_step(norm: FloatArray) -> FloatArray:
    """The largest powers of two h (...) with |L| h within reach of a short series; 1 for a norm of zero."""
    safe = np.where(norm > 0.0, norm, REACH)
    return np.asarray(2.0 ** np.floor(np.log2(REACH / safe)))


def climbed(
    matrix: NDArray[Any],
    rungs: Iterator[NDArray[Any]] | Sequence[NDArray[Any]],
    vector: NDArray[Any],
    times: FloatArray,
    base: FloatArray,
) -> NDArray[Any]:
    """exp(L t) v, t as a sum of powers of two times the base, and a rest for which the series of exp(L r) v serves.

    Args:
        matrix: L (..., n, n) [1/time].
        rungs: exp(L h 2^k) on what v holds, k = 0, 1, ..., as many as the times need.
        vector: v (..., n).
        times: t (..., t) >= 0 [time]; any order.
        base: h (...), a power of two with |L| h <= 0.78 [time].

    Returns:
        (..., n, t).

    Cost:
        17 products of the matrix with one vector, and one product of a rung with the vectors of half the times for
        each binary digit.
    """
    counts = np.floor(times / base[..., None])
    rest = times - counts * base[..., None]
    # A power of the matrix on the vector serves all times.
    terms = [vector[..., None]]
    for power in range(1, TERMS):
        terms.append(matrix @ terms[-1] * (base[..., None, None] / power))
    share = (rest / base[..., None])[..., None, :] ** np.arange(TERMS)[:, None]
    found = np.concatenate(np.broadcast_arrays(*terms), axis=-1) @ share
    for rung, odd in zip(rungs, _digits(counts), strict=False):
        if found.ndim == 2:
            place = np.flatnonzero(odd)
            if place.size == odd.size:
                found = rung @ found
            elif place.size:
                found[:, place] = rung @ found[:, place]
        elif odd.any():
            found = np.where(odd[..., None, :], rung @ found, found)
    return np.asarray(found)


def _digits(counts: FloatArray) -> Iterator[NDArray[np.bool_]]:
    """The binary digits of whole numbers (...), the smallest first."""
    left = counts
    while left.any():
        half = np.floor(0.5 * left)
        yield left > 2.0 * half
        left = half


@dataclass(frozen=True, eq=False)
class PropagatorLadder:
    """Dense propagators exp(L h 2^k) less their limit, made when first needed and kept while they are few.

    Squaring the decaying part alone lets no stationary part in, so that a decaying vector keeps its relative accuracy
    however late. What is not known of L, eps times its norm, grows with time as in any other way to follow it.

    Args:
        matrix: L (..., n, n) [1/time].
        limit: of exp(L t) on the eigenvalue zero (..., n, n), or None if there is none.
    """

    matrix: NDArray[Any]
    limit: NDArray[Any] | None = None
    _made: list[NDArray[Any]] = field(default_factory=list, repr=False)

    @cached_property
    def base(self) -> FloatArray:
        """The time h of the first rung (...)."""
        return shortest_step(one_norm(self.matrix))

    def height(self, times: FloatArray) -> int:
        """How many rungs the times (..., t) need."""
        longest = float(np.max(times.max(axis=-1, initial=0.0) / self.base, initial=0.0))
        return int(np.floor(np.log2(longest))) + 1 if longest >= 1.0 else 0

    def rungs(self, height: int) -> Iterator[NDArray[Any]]:
        """exp(L h 2^k) less the limit (..., n, n), k = 0 .. height - 1."""
        kept = height * self.matrix.size <= KEPT_UP_TO
        rung: NDArray[Any] | None = None
        for number in range(height):
            if number < len(self._made):
                rung = self._made[number]
            else:
                with np.errstate(over="ignore", invalid="ignore"):  # growth by rounding shows as numbers that are none
                    rung = self._first() if rung is None else rung @ rung
                if kept:
                    self._made.append(rung)
            yield rung

    def _first(self) -> NDArray[Any]:
        short = stacked_exponential(self.matrix * self.base[..., None, None])
        return short if self.limit is None else short - self.limit

    def along(self, vector: NDArray[Any], times: FloatArray) -> NDArray[Any]:
        """exp(L t) v of a vector without a stationary part.

        Args:
            vector: v (..., n).
            times: (..., t) >= 0 [time].

        Returns:
            (..., t, n); leading axes broadcast.
        """
        found = climbed(self.matrix, self.rungs(self.height(times)), vector, times, self.base)
        return np.asarray(found.swapaxes(-1, -2))

    def doubled(self, vector: NDArray[Any], times: FloatArray) -> Iterator[tuple[FloatArray, NDArray[Any]]]:
        """The vector at each doubling of the first rung's time up to the last of the times.

        Args:
            vector: v (..., n) without a stationary part.
            times: (..., t) >= 0 [time].

        Yields:
            h 2^k (...) [time] and exp(L h 2^k) v (..., n).
        """
        for number, rung in enumerate(self.rungs(self.height(times))):
            yield np.asarray(self.base * 2.0**number), (rung @ vector[..., None])[..., 0]


def stacked_exponential(matrices: NDArray[Any]) -> NDArray[Any]:
    """exp(A) of a stack, by its Taylor series, to the sixteenth power at most, and squaring, all in stacked products.

    Args:
        matrices: A (..., n, n).

    Returns:
        (..., n, n).

    Cost:
        6 + log2(norm of A) products of n x n matrices; for small n a tenth of a loop over the stack.

    Reference:
        higham2005.
    """
    size = matrices.shape[-1]
    flat = matrices.reshape(-1, size, size)
    norm = np.abs(flat).sum(axis=-2).max(axis=-1, initial=0.0)
    with np.errstate(divide="ignore"):
        halvings = np.maximum(np.ceil(np.log2(norm / REACH)), 0.0)
    halvings = np.where(np.isfinite(halvings), halvings, 0.0)
    # Of short matrices a shorter series leaves less than rounding.
    longest = float((norm * 2.0**-halvings).max(initial=0.0))
    blocks = 2 + sum(longest > reach for reach in REACHES)
    powers = np.empty((4, *flat.shape), dtype=np.result_type(flat, np.float64))
    powers[0], powers[1] = np.eye(size), flat * 2.0 ** -halvings[:, None, None]
    np.matmul(powers[1], powers[1], out=powers[2])
    np.matmul(powers[2], powers[1], out=powers[3])
    four = powers[2] @ powers[2]
    # All sums of four terms are one product of real matrices.
    sums = TAYLOR[:blocks] @ powers.reshape(4, flat.size).view(np.float64)
    sums = sums.view(powers.dtype).reshape(blocks, *flat.shape)
    power = sums[-1]
    power += four / factorial(4 * blocks)
    for terms in sums[-2::-1]:
        power = power @ four
        power += terms
    for done in range(int(halvings.max(initial=0.0))):
        live = halvings > done
        if live.all():
            power = power @ power
        else:
            part = power[live]
            power[live] = part @ part
    return np.asarray(power.reshape(matrices.shape))
