"""exp(A t) of one small matrix on many vectors, each for a time of its own, from either side, and its derivatives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from thermokin._typing import ComplexArray, FloatArray

__all__ = ["ManyPropagators", "many_propagators"]

ROUNDING = 1e-12  # eps times the condition number up to which eigenvectors are used
STRIP = 2**21  # numbers held at a time where derivatives are summed
SHORT = 26  # halvings below the norm: what the last step leaves out is the square of 2^-26


class ManyPropagators(ABC):
    """exp(A t) for many t."""

    @abstractmethod
    def moved(self, states: FloatArray, times: FloatArray) -> FloatArray:
        """exp(A t) x (m, n), of states x (m, n) and times (m,)."""

    @abstractmethod
    def pulled(self, rows: FloatArray, times: FloatArray) -> FloatArray:
        """Y exp(A t) (m, n), of rows y (m, n) and times (m,)."""

    @abstractmethod
    def slope(self, rows: FloatArray, states: FloatArray, times: FloatArray, changes: FloatArray) -> FloatArray:
        """The sum over all of y d[exp(A t)] x for each change of A.

        Args:
            rows: y (m, n).
            states: x (m, n).
            times: (m,).
            changes: dA (p, n, n).

        Returns:
            (p,).
        """


@dataclass(frozen=True, eq=False)
class _Spectral(ManyPropagators):
    values: ComplexArray
    vectors: ComplexArray
    inverse: ComplexArray

    def moved(self, states: FloatArray, times: FloatArray) -> FloatArray:
        found = (states @ self.inverse.T) * np.exp(times[:, None] * self.values)
        return np.asarray((found @ self.vectors.T).real)

    def pulled(self, rows: FloatArray, times: FloatArray) -> FloatArray:
        found = (rows @ self.vectors) * np.exp(times[:, None] * self.values)
        return np.asarray((found @ self.inverse).real)

    def slope(self, rows: FloatArray, states: FloatArray, times: FloatArray, changes: FloatArray) -> FloatArray:
        left, right = rows @ self.vectors, states @ self.inverse.T
        size = self.values.size
        weights = np.zeros((size, size), dtype=np.complex128)
        part = max(1, STRIP // size**2)
        for begin in range(0, times.size, part):
            cut = slice(begin, begin + part)
            quotients = _divided(self.values, times[cut])
            weights += np.einsum("mi,mij,mj->ij", left[cut], quotients, right[cut])
        turned = self.inverse @ changes @ self.vectors
        return np.asarray(np.einsum("pij,ij->p", turned, weights).real)


def _divided(values: ComplexArray, times: FloatArray) -> ComplexArray:
    """(e^(a t) - e^(b t)) / (a - b) of all pairs of values (m, n, n), from the one that decays least."""
    one, two = values[:, None], values[None, :]
    slower = np.where(one.real >= two.real, one, two)
    gap = np.where(one.real >= two.real, two - one, one - two)
    turned = gap * times[:, None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(turned == 0.0, 1.0, np.expm1(turned) / turned)
    return np.asarray(times[:, None, None] * np.exp(slower * times[:, None, None]) * share)


@dataclass(frozen=True, eq=False)
class _Ladder(ManyPropagators):
    """Steps of horizon / 2^k: any time is a sum of some of them.

    Args:
        generator: A (n, n).
        horizon: the longest time.
        rungs: exp(A horizon / 2^k) (k, n, n).
    """

    generator: FloatArray
    horizon: float
    rungs: FloatArray

    def moved(self, states: FloatArray, times: FloatArray) -> FloatArray:
        return _climbed(self.rungs, self.generator, self.horizon, states, times)

    def pulled(self, rows: FloatArray, times: FloatArray) -> FloatArray:
        return _climbed(self.rungs.transpose(0, 2, 1), self.generator.T, self.horizon, rows, times)

    def slope(self, rows: FloatArray, states: FloatArray, times: FloatArray, changes: FloatArray) -> FloatArray:
        size = self.generator.shape[0]
        found = np.zeros(len(changes))
        for number, change in enumerate(changes):
            both = np.zeros((2 * size, 2 * size))
            both[:size, :size] = both[size:, size:] = self.generator
            both[:size, size:] = change
            doubled = np.concatenate([np.zeros_like(states), states], axis=1)
            moved = _climbed(_rungs(both, self.horizon), both, self.horizon, doubled, times)
            found[number] = np.einsum("mi,mi->", rows, moved[:, :size])
        return found


def _rungs(generator: FloatArray, horizon: float) -> FloatArray:
    size = float(np.linalg.norm(generator, 2)) * horizon
    count = SHORT + int(np.ceil(np.log2(max(size, 1.0)))) + 1
    return np.stack([scipy.linalg.expm(generator * (horizon / 2.0**k)) for k in range(count)])


def _climbed(
    rungs: FloatArray, generator: FloatArray, horizon: float, states: FloatArray, times: FloatArray
) -> FloatArray:
    now, left, step = states, times, horizon
    for rung in rungs:
        take = left >= step
        now = np.where(take[:, None], now @ rung.T, now)
        left = np.where(take, left - step, left)
        step *= 0.5
    return np.asarray(now + left[:, None] * (now @ generator.T))


def many_propagators(generator: FloatArray, horizon: float) -> ManyPropagators:
    """The propagators of a matrix: in its eigenbasis, or where that is close to defective by a ladder of steps.

    Args:
        generator: A (n, n), real.
        horizon: the longest time.

    Returns:
        The propagators, to rounding times the condition number of the eigenvectors, 1e-12 at most.
    """
    values, vectors = np.linalg.eig(generator)
    if np.finfo(float).eps * np.linalg.cond(vectors) <= ROUNDING:
        return _Spectral(values.astype(complex), vectors.astype(complex), np.linalg.inv(vectors).astype(complex))
    return _Ladder(generator, horizon, _rungs(generator, horizon))
