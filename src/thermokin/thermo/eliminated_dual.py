"""A left vector whose flow is given, by elimination without a difference of rates."""

from __future__ import annotations

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray, IntArray

__all__ = ["eliminated_dual", "unsolvable_integral"]


def eliminated_dual(rates: FloatArray, right: FloatArray, order: IntArray, pinned: int) -> FloatArray:
    """The y with y W = m that is zero at the pinned levels.

    Levels are taken out one by one, what passes through them added to the rates between the others; the rate out of a
    level is always a sum. So no rate is lost beside another, however many decades lie between them.

    Args:
        rates: W (..., n, n) [1/time].
        right: m (..., n), which vanishes in the mean over each stationary state.
        order: (n,) the levels, pinned ones first, one in each closed class; the last is taken out first.
        pinned: how many are pinned.

    Returns:
        (..., n).

    Raises:
        NotConvergedError: if no pinned level is reached from another one.

    Cost:
        O(n^3), in n steps.

    Reference:
        grassmann1977.
    """
    size = rates.shape[-1]
    flow = rates[..., order[:, None], order].copy()
    batch = np.broadcast_shapes(rates.shape[:-2], right.shape[:-1])
    rest = np.broadcast_to(right[..., order], (*batch, size)).copy()
    for last in range(size - 1, pinned - 1, -1):
        out = flow[..., :last, last].sum(axis=-1, keepdims=True)
        _require_flow(out)
        flow[..., :last, last] /= out
        rest[..., last] /= out[..., 0]
        flow[..., :last, :last] += flow[..., :last, last, None] * flow[..., None, last, :last]
        rest[..., :last] += flow[..., last, :last] * rest[..., last, None]
    dual = np.zeros((*batch, size))
    for level in range(pinned, size):
        fed = (flow[..., :level, level] * dual[..., order[:level]]).sum(axis=-1)
        dual[..., order[level]] = fed - rest[..., level]
    return dual


def _require_flow(out: FloatArray) -> None:
    if not (out > 0.0).all():
        raise unsolvable_integral()


def unsolvable_integral() -> NotConvergedError:
    """The error for a generator whose decaying part doubles cannot invert.

    Returns:
        The error, to be raised.
    """
    return NotConvergedError(
        "the time integral is out of reach: levels decay so slowly beside the fastest rate that the generator is "
        "singular in double precision.",
        np.inf,
        "Integrate the rate over times with a quadrature, or leave out the slowest rates.",
    )
