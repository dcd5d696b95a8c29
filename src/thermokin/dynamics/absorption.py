"""Who is absorbed where: the probability of each level to end in each closed class of a rate matrix."""

from __future__ import annotations

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray, IntArray
from thermokin.dynamics.level_elimination import way_out

__all__ = ["absorption"]


def absorption(rates: FloatArray, closed: list[IntArray]) -> FloatArray:
    """Probability to end in each closed class: 1 inside it; levels outside all of them are eliminated one by one.

    Args:
        rates: W (..., n, n) [1/time].
        closed: the levels of each closed class.

    Returns:
        (c, ..., n), from each level.

    Raises:
        NotConvergedError: if what leaves a level outside all classes is smaller than doubles hold.
    """
    size, classes = rates.shape[-1], len(closed)
    inside = np.isin(np.arange(size), np.concatenate(closed))
    transient = np.flatnonzero(~inside)
    ends_in = np.zeros((classes, *rates.shape[:-2], size))
    for number, levels in enumerate(closed):
        ends_in[number][..., levels] = 1.0
    if not transient.size:
        return ends_in
    # Rates out of transient levels, into each class as a whole and into one another.
    into = [rates[..., levels[:, None], transient].sum(axis=-2, keepdims=True) for levels in closed]
    flow = np.concatenate([*into, rates[..., transient[:, None], transient]], axis=-2)
    for last in range(transient.size - 1, -1, -1):
        row = classes + last
        out = way_out(flow[..., :row, last])
        if not (out > 0.0).all():
            raise NotConvergedError(
                "where populations end is out of reach: what leaves some level is smaller than doubles hold.",
                np.inf,
                "Leave out the levels that hardly anything leaves, or the rates that are too slow to matter.",
            )
        flow[..., :row, last] /= out
        flow[..., :row, :last] += flow[..., :row, last, None] * flow[..., None, row, :last]
    ends = np.zeros((classes, *rates.shape[:-2], classes + transient.size))
    for number in range(classes):
        ends[number][..., number] = 1.0
    for place in range(transient.size):
        row = classes + place
        ends[..., row] = (flow[..., :row, place] * ends[..., :row]).sum(axis=-1)
    ends_in[..., transient] = ends[..., classes:]
    return ends_in
