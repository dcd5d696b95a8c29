"""A left vector whose flow is given, by elimination without a difference of rates."""

from __future__ import annotations

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray, IntArray
from thermokin.solvers.positive_elimination import NoWayOutError, PositiveElimination, positive_elimination

__all__ = ["eliminated_dual", "unsolvable_integral"]


def eliminated_dual(rates: FloatArray, right: FloatArray, pinned: IntArray) -> FloatArray:
    """The y with y W = m that is zero at the pinned levels.

    No rate is lost beside another, however many decades lie between them.

    Args:
        rates: W (..., n, n) [1/time].
        right: m (..., n), which vanishes in the mean over each stationary state.
        pinned: (c,) levels, one in each closed class.

    Returns:
        (..., n).

    Raises:
        NotConvergedError: if what passes between some level and the pinned ones is smaller than doubles hold.

    Cost:
        O(n^3).

    Reference:
        grassmann1985.
    """
    size = rates.shape[-1]
    rest = np.delete(np.arange(size), pinned)
    out = rates[..., pinned[:, None], rest].sum(axis=-2)
    solved = _factors(rates[..., rest[:, None], rest], out).solve_transposed(right[..., rest, None])[..., 0]
    dual = np.zeros((*solved.shape[:-1], size))
    dual[..., rest] = -solved
    return dual


def _factors(rates: FloatArray, excess: FloatArray) -> PositiveElimination:
    try:
        return positive_elimination(rates, excess)
    except NoWayOutError as error:
        raise unsolvable_integral() from error


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
