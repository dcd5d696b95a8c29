"""Who is absorbed where: the probability of each level to end in each closed class of a rate matrix."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.numerics.positive_elimination import NoWayOutError, PositiveElimination, positive_elimination
from thermokin.solvers.out_of_reach import out_of_reach

__all__ = ["absorption"]


def absorption(rates: FloatArray, closed: list[IntArray]) -> FloatArray:
    """Probability to end in each closed class: 1 inside it; levels outside all of them are eliminated.

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
    into = np.stack([rates[..., levels[:, None], transient].sum(axis=-2) for levels in closed], axis=-1)
    factors = _factors(rates[..., transient[:, None], transient], into.sum(axis=-1))
    ends_in[..., transient] = np.moveaxis(factors.solve_transposed(into), -1, 0)
    return ends_in


def _factors(rates: FloatArray, excess: FloatArray) -> PositiveElimination:
    try:
        return positive_elimination(rates, excess)
    except NoWayOutError as error:
        raise out_of_reach(
            "where populations end is",
            "what leaves some level is smaller than doubles hold",
            "Leave out the levels that hardly anything leaves, or the rates that are too slow to matter.",
        ) from error
