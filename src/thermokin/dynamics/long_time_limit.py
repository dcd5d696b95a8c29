"""Where populations end: the closed classes of a rate matrix, their stationary states, and who is absorbed by which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from thermokin._errors import NotConvergedError
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.liouville.rate_matrix import RateMatrix
from thermokin.operators.sums import over_levels, sum_over_levels
from thermokin.solvers.eliminated_generator import eliminated_generator
from thermokin.solvers.positive_elimination import NoWayOutError

__all__ = ["LongTimeLimit", "long_time_limit"]

ELIMINATION_BELOW = 300  # levels up to which the elimination goes level by level, without blocks
FILLED_UP_TO = 4000  # levels up to which a thin rate matrix may be filled
LONG_WAY = (
    1e4  # jumps of the fastest level on the way to the likeliest: a factorisation keeps twelve digits up to there
)
LOST_WAY = 1e8  # the same, for eight digits
VERIFIED = 1e-11  # flow into a level less flow out of it, relative to the latter, that is taken for rounding
SMALLEST = 1e-290  # populations below this have lost digits to underflow


@dataclass(frozen=True, eq=False)
class LongTimeLimit:
    """The limit of exp(W t) as t -> inf: sum over closed classes c of |stationary_c) (absorption_c|.

    Args:
        stationary: (c, ..., n) the stationary populations of each closed class.
        absorption: (c, ..., n) probability to end in class c, from each level.
        classes: the levels of each closed class.
        residual: largest |W p| over the largest flow, of all stationary states (...).
    """

    stationary: FloatArray
    absorption: FloatArray
    classes: tuple[tuple[int, ...], ...]
    residual: FloatArray

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
        """The limit at some points of a sweep alone, one axis for all of them.

        Args:
            points: (...) which ones.

        Returns:
            Their limit.
        """
        shape = (len(self.classes), *points.shape, self.stationary.shape[-1])
        return LongTimeLimit(
            np.broadcast_to(self.stationary, shape)[:, points],
            np.broadcast_to(self.absorption, shape)[:, points],
            self.classes,
            np.broadcast_to(self.residual, points.shape)[points],
        )


def long_time_limit(rates: RateMatrix, order: FloatArray, thermal: FloatArray | None) -> LongTimeLimit:
    """The closed classes of a rate matrix and their stationary populations.

    Args:
        rates: W (..., n, n) [1/time].
        order: (..., n) a number per level, lower for levels likelier to be populated (energies); it orders elimination.
        thermal: (..., n) the Gibbs populations, if all baths agree on one; tried first and kept if W p = 0.

    Returns:
        The limit.

    Raises:
        ValueError: if levels that are linked at some points of a sweep are not linked at others, so that the closed
            classes differ.
        NotConvergedError: if a sparse factorisation of very many levels, some nearly cut off, keeps too few digits, or
            what passes between some levels is smaller than doubles hold.

    Cost:
        O(n^2) where the thermal state is stationary, O(n^3) otherwise.
    """
    closed, alike = _closed_classes(rates)
    try:
        return _of_classes(rates, order, closed, thermal if alike else None)
    except NoWayOutError as error:
        if alike:
            raise NotConvergedError(
                "the steady state is out of reach: what passes between some levels is smaller than doubles hold.",
                np.inf,
                "Leave out the rates that are too slow to matter.",
            ) from error
        raise ValueError(
            "levels that are linked at some points of the sweep are not linked at others (a coupling or a "
            "temperature vanishes there); split the sweep at those points."
        ) from error


def _of_classes(
    rates: RateMatrix, order: FloatArray, closed: list[IntArray], thermal: FloatArray | None
) -> LongTimeLimit:
    size = rates.shape[-1]
    if len(closed) == 1 and closed[0].size == size:
        if thermal is not None and _stays(rates, thermal):
            return _unique(thermal, _residual(rates, thermal), range(size))
        stationary = _stationary(rates, order)
        return _unique(stationary, _residual(rates, stationary), range(size))
    dense = rates.toarray() if isinstance(rates, sparse.csr_array) else rates
    states = []
    for levels in closed:
        block = dense[..., levels[:, None], levels]
        state = np.zeros((*dense.shape[:-2], size))
        state[..., levels] = _stationary(block, np.asarray(order)[..., levels])
        states.append(state)
    stationary = np.stack(states)
    residual = np.max([_residual(dense, state) for state in states], axis=0)
    if len(closed) == 1:
        return _unique(states[0], residual, closed[0])
    classes = tuple(tuple(int(level) for level in levels) for levels in closed)
    return LongTimeLimit(stationary, _absorption(dense, closed), classes, residual)


def _unique(stationary: FloatArray, residual: FloatArray, levels: IntArray | range) -> LongTimeLimit:
    ones = np.broadcast_to(1.0, stationary.shape)
    return LongTimeLimit(stationary[None], ones[None], (tuple(int(level) for level in levels),), residual)


def _closed_classes(rates: RateMatrix) -> tuple[list[IntArray], bool]:
    """The strongly connected classes that nothing leaves, and whether all points of a sweep have the same links."""
    size, alike = rates.shape[-1], True
    if isinstance(rates, sparse.csr_array):
        graph = sparse.csr_array(rates.T)
        graph.setdiag(0.0)
        graph.eliminate_zeros()
    else:
        points = rates.reshape(-1, size, size)
        linked = (points > 0.0).any(axis=0)
        alike = len(points) == 1 or bool(((points > 0.0) == linked).all())
        if linked.sum() == size * (size - 1):  # every level reaches every other at once
            return [np.arange(size)], alike
        graph = sparse.csr_array(linked.T)
    count, labels = connected_components(graph, directed=True, connection="strong")
    source, target = graph.nonzero()
    leaving = np.zeros(count, dtype=bool)
    crossing = labels[source] != labels[target]
    leaving[labels[source[crossing]]] = True
    return [np.flatnonzero(labels == label) for label in np.flatnonzero(~leaving)], alike


def _stays(rates: RateMatrix, state: FloatArray) -> bool:
    """Whether W p = 0 level by level, so that every population is right, not only the large ones."""
    flow, diagonal = _flow(rates, state)
    out = np.abs(diagonal)
    return bool((np.abs(flow) <= VERIFIED * out * state + SMALLEST * over_levels(np.maximum, out)[..., None]).all())


def _flow(rates: RateMatrix, state: FloatArray) -> tuple[FloatArray, FloatArray]:
    """W p and the diagonal of W, both (..., n)."""
    if isinstance(rates, sparse.csr_array):
        return np.asarray(rates @ state), np.asarray(rates.diagonal())
    return (rates @ state[..., None])[..., 0], np.diagonal(rates, axis1=-2, axis2=-1)


def _residual(rates: RateMatrix, state: FloatArray) -> FloatArray:
    flow, diagonal = _flow(rates, state)
    scale = over_levels(np.maximum, np.abs(diagonal) * state)
    return np.asarray(over_levels(np.maximum, np.abs(flow)) / np.where(scale > 0.0, scale, 1.0))


def _stationary(rates: RateMatrix, order: FloatArray) -> FloatArray:
    size = rates.shape[-1]
    if size == 1:
        return np.ones((*rates.shape[:-2], 1))
    if size <= ELIMINATION_BELOW and not isinstance(rates, sparse.csr_array):
        return _eliminated(rates, order)
    return _solved(rates, order)


def _eliminated(rates: FloatArray, order: FloatArray) -> FloatArray:
    """Grassmann-Taksar-Heyman elimination: no subtraction, so every population keeps its own relative accuracy."""
    size = rates.shape[-1]
    rank = np.argsort(np.asarray(order).reshape(-1, size)[0], kind="stable")
    flow = rates[..., rank[:, None], rank].copy()
    for last in range(size - 1, 0, -1):
        flow[..., last, :last] /= _way_out(flow[..., :last, last])
        flow[..., :last, :last] += flow[..., :last, last, None] * flow[..., None, last, :last]
    weights = np.ones((*rates.shape[:-2], size))
    for level in range(1, size):
        weights[..., level] = (flow[..., level, :level] * weights[..., :level]).sum(axis=-1)
    weights /= weights.sum(axis=-1, keepdims=True)
    back = np.empty_like(rank)
    back[rank] = np.arange(size)
    return np.asarray(weights[..., back])


def _way_out(rates: FloatArray) -> FloatArray:
    """The total rate out of a level (..., 1) to those that are left (..., n)."""
    out = rates.sum(axis=-1, keepdims=True)
    if (out <= 0.0).any():
        raise NoWayOutError("some level does not lead to those that are left")
    return np.asarray(out)


def _solved(rates: RateMatrix, order: FloatArray) -> FloatArray:
    """W p = 0 with the likeliest level pinned."""
    if isinstance(rates, sparse.csr_array):
        return _of_thin(rates, order)
    return eliminated_generator(rates, -np.asarray(order)).stationary


def _of_thin(rates: sparse.csr_array, order: FloatArray) -> FloatArray:
    """By a sparse factorisation, where no level takes so long to the likeliest that rounding of the fastest shows."""
    from scipy.sparse.linalg import splu

    pin = int(np.argmin(order))
    rest = np.delete(np.arange(rates.shape[-1]), pin)
    columns = sparse.csc_array(rates)
    factor = splu(sparse.csc_array(columns[rest][:, rest]))
    way = float(np.abs(factor.solve(np.ones(rest.size), trans="T")).max()) * float(np.abs(rates.diagonal()).max())
    if not way <= LONG_WAY:
        if rates.shape[-1] <= FILLED_UP_TO:
            return _solved(rates.toarray(), order)
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


def _absorption(rates: FloatArray, closed: list[IntArray]) -> FloatArray:
    """Probability to end in each closed class: 1 inside it; levels outside all of them are eliminated one by one."""
    size, classes = rates.shape[-1], len(closed)
    inside = np.isin(np.arange(size), np.concatenate(closed))
    transient = np.flatnonzero(~inside)
    absorption = np.zeros((classes, *rates.shape[:-2], size))
    for number, levels in enumerate(closed):
        absorption[number][..., levels] = 1.0
    if not transient.size:
        return absorption
    # Rates out of transient levels, into each class as a whole and into one another.
    into = [rates[..., levels[:, None], transient].sum(axis=-2, keepdims=True) for levels in closed]
    flow = np.concatenate([*into, rates[..., transient[:, None], transient]], axis=-2)
    for last in range(transient.size - 1, -1, -1):
        row = classes + last
        flow[..., :row, last] /= _way_out(flow[..., :row, last])
        flow[..., :row, :last] += flow[..., :row, last, None] * flow[..., None, row, :last]
    ends = np.zeros((classes, *rates.shape[:-2], classes + transient.size))
    for number in range(classes):
        ends[number][..., number] = 1.0
    for place in range(transient.size):
        row = classes + place
        ends[..., row] = (flow[..., :row, place] * ends[..., :row]).sum(axis=-1)
    absorption[..., transient] = ends[..., classes:]
    return absorption
