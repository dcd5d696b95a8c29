"""Stationary populations by elimination of levels without subtraction, and where doubles do not hold them."""

from __future__ import annotations

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.eliminated_generator import eliminated_generator
from thermokin.numerics.positive_elimination import CACHED, taken_out

__all__ = ["eliminated", "eliminated_by_logarithms"]

SMALLEST = 1e-280  # a way out or a weight below this may have lost digits to underflow, above its inverse to overflow
BLOCKS_ABOVE = 48  # levels up to which one by one is quicker than in blocks, measured


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
