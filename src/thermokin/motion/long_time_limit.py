"""Where populations end: the closed classes of a rate matrix, their stationary states, and who is absorbed by which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._errors import NotConvergedError, out_of_reach
from thermokin._typing import BoolArray, FloatArray, IntArray, RateMatrix
from thermokin.liouville.population_block import FILLED_UP_TO
from thermokin.model.chosen_points import ChosenPoints
from thermokin.numerics.components import absorption, closed_classes, strongly_joined
from thermokin.numerics.eliminated_generator import eliminated, eliminated_by_logarithms
from thermokin.numerics.factorised import sparse_factor
from thermokin.numerics.level_sums import over_levels, sum_over_levels
from thermokin.numerics.rounding_guard import UNDERFLOW

__all__ = ["LongTimeLimit", "long_time_limit"]

LOGARITHMS_UP_TO = 300  # levels up to which rates that underflow are followed by their logarithms, within a second
LONG_WAY = (
    1e4  # jumps of the fastest level on the way to the likeliest: a factorisation keeps twelve digits up to there
)
LOST_WAY = 1e8  # the same, for eight digits
VERIFIED = 1e-11  # flow into a level less flow out of it, relative to the latter, that is taken for rounding


@dataclass(frozen=True, eq=False)
class LongTimeLimit:
    """The limit of exp(W t) as t -> inf: sum over closed classes c of |stationary_c) (absorption_c|.

    Args:
        stationary: (c, ..., n) the stationary populations of each closed class.
        absorption: (c, ..., n) probability to end in class c, from each level.
        classes: the levels of each closed class.
        residual: largest |W p| over the largest flow, of all stationary states (...).
        several: at which points of a sweep there is more than one class (...), where it has other points as well, whose
            further classes are filled up with zeros; None where all points are alike.
        thermal: whether it is the Gibbs state on which the baths agree, in the very same numbers.
    """

    stationary: FloatArray
    absorption: FloatArray
    classes: tuple[tuple[int, ...], ...]
    residual: FloatArray
    several: BoolArray | None = None
    thermal: bool = False

    @property
    def unique(self) -> bool:
        """Whether every start ends in the same state."""
        return len(self.classes) == 1

    def of(self, vectors: NDArray[Any]) -> NDArray[Any]:
        """The part of vectors (..., n, m) that stays for ever.

        Args:
            vectors: (..., n, m).

        Returns:
            (..., n, m).
        """
        if self.unique and not np.iscomplexobj(vectors):  # absorption is 1 everywhere
            total = sum_over_levels(vectors.swapaxes(-1, -2))[..., None, :]
            return np.asarray(self.stationary[0][..., None] * total)
        shares = (self.absorption[..., None] * vectors).sum(axis=-2)
        return np.asarray((self.stationary[..., None] * shares[..., None, :]).sum(axis=0))

    def transposed(self, vectors: NDArray[Any]) -> NDArray[Any]:
        """The part of left vectors (..., n, m), row vectors in columns, that stays for ever.

        Args:
            vectors: (..., n, m).

        Returns:
            (..., n, m).
        """
        means = (self.stationary[..., None] * vectors).sum(axis=-2)
        return np.asarray((self.absorption[..., None] * means[..., None, :]).sum(axis=0))

    def at(self, points: BoolArray) -> LongTimeLimit:
        """The limit at the points (...) of a sweep that are marked, one axis for all of them."""
        shape = (len(self.classes), *points.shape, self.stationary.shape[-1])
        return replace(
            self,
            stationary=np.broadcast_to(self.stationary, shape)[:, points],
            absorption=np.broadcast_to(self.absorption, shape)[:, points],
            residual=np.broadcast_to(self.residual, points.shape)[points],
            several=None if self.several is None else np.broadcast_to(self.several, points.shape)[points],
        )

    def at_points(self, points: ChosenPoints) -> LongTimeLimit:
        """The limit at some points of a sweep alone."""
        return replace(
            self,
            stationary=points.of(self.stationary, 1, before=1),
            absorption=points.of(self.absorption, 1, before=1),
            residual=points.of(self.residual, 0),
            several=None if self.several is None else points.of(self.several, 0),
        )

    def alike(self, batch: tuple[int, ...] = ()) -> list[tuple[BoolArray, LongTimeLimit]]:
        """The points of a sweep with the same number of classes (which need not be the same levels).

        Args:
            batch: further leading axes, with which those of the limit broadcast.

        Returns:
            For each number of classes the points (...) that have it, and the limit there as of `at`.
        """
        held = (self.stationary > 0.0).any(axis=-1).sum(axis=0)
        held = np.broadcast_to(held, np.broadcast_shapes(held.shape, batch))
        return [(np.asarray(held == count), self.at(held == count)._first(int(count))) for count in np.unique(held)]

    def _first(self, count: int) -> LongTimeLimit:
        """The first classes alone."""
        return LongTimeLimit(self.stationary[:count], self.absorption[:count], self.classes[:count], self.residual)


def long_time_limit(
    rates: RateMatrix,
    order: FloatArray,
    thermal: FloatArray | None,
    logarithms: Callable[[], FloatArray] | None = None,
) -> LongTimeLimit:
    """The closed classes of a rate matrix and their stationary populations.

    Args:
        rates: W (..., n, n) [1/time].
        order: (..., n) a number per level, lower for levels likelier to be populated (energies); it orders elimination.
        thermal: (..., n) the Gibbs populations, if all baths agree on one; tried first and kept if W p = 0.
        logarithms: gives ln of the rates (..., n, n), asked for where rates are too small for doubles; ln W if None.

    Returns:
        The limit.

    Raises:
        NotConvergedError: if a sparse factorisation of very many levels, some nearly cut off, keeps too few digits, or
            what passes between some of many levels is smaller than doubles hold.

    Cost:
        O(n^2) where the thermal state is stationary, O(n^3) otherwise.
    """
    size = rates.shape[-1]
    if isinstance(rates, sparse.csr_array):
        return _of_classes(rates, None, order, thermal, closed_classes(rates))
    linked = rates > UNDERFLOW
    if _alike(linked) and strongly_joined(linked.reshape(-1, size, size)[0]):
        return _of_classes(rates, None, order, thermal, [np.arange(size)])
    logs = _logarithms(rates, logarithms)
    rates = np.broadcast_to(rates, logs.shape)  # energies may be swept where rates are not
    linked = logs > -np.inf
    if _alike(linked):
        return _of_classes(rates, logs, order, thermal, closed_classes(linked.reshape(-1, size, size)[0]))
    return _of_changing_links(rates, logs, np.asarray(order), linked)


def _logarithms(rates: FloatArray, given: Callable[[], FloatArray] | None) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(rates > 0.0, rates, 0.0)) if given is None else given()
    return np.broadcast_to(logs, (*np.broadcast_shapes(rates.shape[:-2], logs.shape[:-2]), *logs.shape[-2:]))


def _alike(linked: BoolArray) -> bool:
    """Whether all points of a sweep have the same links (..., n, n)."""
    return linked.ndim == 2 or bool((linked == linked.reshape(-1, *linked.shape[-2:])[0]).all())


def _of_classes(
    rates: RateMatrix, logs: FloatArray | None, order: FloatArray, thermal: FloatArray | None, closed: list[IntArray]
) -> LongTimeLimit:
    size = rates.shape[-1]
    if len(closed) == 1 and closed[0].size == size:
        if thermal is not None and _stays(rates, thermal):
            return replace(_unique(thermal, _residual(rates, thermal), range(size)), thermal=True)
        stationary = _stationary(rates, logs, order)
        return _unique(stationary, _residual(rates, stationary), range(size))
    dense = rates.toarray() if isinstance(rates, sparse.csr_array) else rates
    states = []
    for levels in closed:
        inside = levels[:, None], levels
        state = np.zeros((*dense.shape[:-2], size))
        part = None if logs is None else logs[..., *inside]
        state[..., levels] = _stationary(dense[..., *inside], part, np.asarray(order)[..., levels])
        states.append(state)
    stationary = np.stack(states)
    residual = np.max([_residual(dense, state) for state in states], axis=0)
    if len(closed) == 1:
        return _unique(states[0], residual, closed[0])
    classes = tuple(tuple(int(level) for level in levels) for levels in closed)
    return LongTimeLimit(stationary, absorption(dense, closed), classes, residual)


def _of_changing_links(rates: FloatArray, logs: FloatArray, order: FloatArray, linked: BoolArray) -> LongTimeLimit:
    """The limit where points of a sweep have different links."""
    batch, size = rates.shape[:-2], rates.shape[-1]
    patterns, which = np.unique(linked.reshape(-1, size * size), axis=0, return_inverse=True)
    which = np.ravel(which).reshape(batch)
    classes = [closed_classes(pattern.reshape(size, size)) for pattern in patterns]
    several = np.array([len(closed) > 1 for closed in classes])[which]
    most = max(classes, key=len)
    stationary, absorbed = np.zeros((2, len(most), *batch, size))
    for number, closed in enumerate(classes):
        here = which == number
        absorbed[: len(closed), here] = absorption(rates[here], closed) if len(closed) > 1 else 1.0
        for place, levels in enumerate(closed):
            inside = levels[:, None], levels
            rank = np.broadcast_to(order, (*batch, size))[here][..., levels]
            parts = np.zeros((int(here.sum()), size))
            parts[:, levels] = _stationary(rates[here][:, *inside], logs[here][:, *inside], rank)
            stationary[place, here] = parts
    residual = np.max([_residual(rates, state) for state in stationary], axis=0)
    if not several.any():
        return _unique(stationary[0], residual, range(size))
    named = tuple(tuple(int(level) for level in levels) for levels in most)
    return LongTimeLimit(stationary, absorbed, named, residual, several)


def _unique(stationary: FloatArray, residual: FloatArray, levels: IntArray | range) -> LongTimeLimit:
    ones = np.broadcast_to(1.0, stationary.shape)
    return LongTimeLimit(stationary[None], ones[None], (tuple(int(level) for level in levels),), residual)


def _stays(rates: RateMatrix, state: FloatArray) -> bool:
    """Whether W p = 0 level by level, so that every population is right, not only the large ones."""
    flow, diagonal = _flow(rates, state)
    out = np.abs(diagonal)
    return bool((np.abs(flow) <= VERIFIED * out * state + UNDERFLOW * over_levels(np.maximum, out)[..., None]).all())


def _flow(rates: RateMatrix, state: FloatArray) -> tuple[FloatArray, FloatArray]:
    """W p and the diagonal of W, both (..., n)."""
    if isinstance(rates, sparse.csr_array):
        return np.asarray(rates @ state), np.asarray(rates.diagonal())
    return (rates @ state[..., None])[..., 0], np.diagonal(rates, axis1=-2, axis2=-1)


def _residual(rates: RateMatrix, state: FloatArray) -> FloatArray:
    flow, diagonal = _flow(rates, state)
    scale = over_levels(np.maximum, np.abs(diagonal) * state)
    return np.asarray(over_levels(np.maximum, np.abs(flow)) / np.where(scale > 0.0, scale, 1.0))


def _stationary(rates: RateMatrix, logs: FloatArray | None, order: FloatArray) -> FloatArray:
    """Of one class (..., n), from rates or, where they or their products underflow, from their logarithms."""
    size = rates.shape[-1]
    if size == 1:
        return np.ones((*rates.shape[:-2], 1))
    if isinstance(rates, sparse.csr_array):
        return _of_thin(rates, order)
    state, lost = eliminated(rates, order)
    if size > LOGARITHMS_UP_TO:
        return _finite(state)
    hard = lost
    if logs is not None:
        hard = hard | ((logs > -np.inf) & ~(rates > UNDERFLOW)).any(axis=(-2, -1))
    if hard.any():
        logs = _logarithms(rates, None) if logs is None else logs
        state[hard] = eliminated_by_logarithms(logs[hard], order)
    return state


def _finite(state: FloatArray) -> FloatArray:
    if not np.isfinite(state).all():
        raise out_of_reach("the steady state is")
    return state


def _of_thin(rates: sparse.csr_array, order: FloatArray) -> FloatArray:
    """By a sparse factorisation, where no level takes so long to the likeliest that rounding of the fastest shows."""
    pin = int(np.argmin(order))
    rest = np.delete(np.arange(rates.shape[-1]), pin)
    columns = sparse.csc_array(rates)
    factor = sparse_factor(sparse.csc_array(columns[rest][:, rest]))
    way = float(np.abs(factor.solve(np.ones(rest.size), trans="T")).max()) * float(np.abs(rates.diagonal()).max())
    if not way <= LONG_WAY:
        if rates.shape[-1] <= FILLED_UP_TO:
            return _stationary(rates.toarray(), None, order)
        if not way <= LOST_WAY:
            raise NotConvergedError(
                f"some of {rates.shape[-1]} levels reach the likeliest one after {way:.1e} jumps of the fastest; a "
                "sparse factorisation loses the steady state in rounding.",
                way * float(np.finfo(float).eps),
                f"Leave out levels that hardly matter, down to {FILLED_UP_TO}, or the slowest rates.",
            )
    right = -np.asarray(columns[rest][:, [pin]].toarray()).ravel()
    state = np.insert(factor.solve(right), pin, 1.0)
    return np.asarray(state / state.sum())
