"""Stationary populations by elimination of levels without subtraction (Grassmann, Taksar and Heyman)."""

from __future__ import annotations

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray

__all__ = ["eliminated", "eliminated_by_logarithms", "way_out"]

SMALLEST = 1e-280  # a way out or a weight below this may have lost digits to underflow, above its inverse to overflow


def eliminated(rates: FloatArray, order: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Stationary populations; no subtraction, so every population keeps its own relative accuracy.

    Args:
        rates: W (..., n, n) of a class in which every level leads to every other, or will by its logarithms.
        order: (..., n) a number per level, lower for levels that are eliminated later.

    Returns:
        Populations (..., n), and where they are lost (...) because products of rates underflow.
    """
    size = rates.shape[-1]
    rank, back = _ranked(order, size)
    flow = rates[..., rank[:, None], rank].copy()
    weights, smallest = np.ones((*rates.shape[:-2], size)), np.ones(rates.shape[:-2])
    with np.errstate(over="ignore", invalid="ignore"):  # seen by what comes out
        for last in range(size - 1, 0, -1):
            out = way_out(flow[..., :last, last])
            smallest = np.minimum(smallest, out[..., 0])
            flow[..., last, :last] /= np.where(out > 0.0, out, 1.0)
            flow[..., :last, :last] += flow[..., :last, last, None] * flow[..., None, last, :last]
        for level in range(1, size):
            weights[..., level] = (flow[..., level, :level] * weights[..., :level]).sum(axis=-1)
        total = weights.sum(axis=-1)
        smallest = np.minimum(smallest, weights.min(axis=-1))
        state = weights[..., back] / total[..., None]
    return np.asarray(state), ~((smallest > SMALLEST) & (total < 1.0 / SMALLEST))


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


def way_out(rates: FloatArray) -> FloatArray:
    """The total rate out of a level (..., 1).

    Args:
        rates: (..., n) to each of the levels that are left.

    Returns:
        The sum.
    """
    return np.asarray(rates.sum(axis=-1, keepdims=True))


def _ranked(order: FloatArray, size: int) -> tuple[IntArray, IntArray]:
    """The levels in ascending order, and where each stands in it."""
    rank = np.argsort(np.asarray(order).reshape(-1, size)[0], kind="stable")
    back = np.empty_like(rank)
    back[rank] = np.arange(size)
    return rank, back
