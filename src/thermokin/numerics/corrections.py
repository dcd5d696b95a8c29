"""Solutions corrected by what they leave of their right side, and whether a way of solving makes that shrink."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, FloatArray

__all__ = ["Miss", "ProbedWay", "Solve", "corrected", "length"]

ROUNDING = float(np.finfo(np.float64).eps)
SHRINKS = 0.3  # part of a solution that the first correction may be
LOST = 1.0  # growth times rounding up to which corrections are better than what they correct
EXACT = 1e-8  # the same where it cannot be corrected, since rounding of the residual hides it
STEPS = 40  # corrections, of which each is smaller than the last by the same factor
Array = NDArray[Any]
Solve = Callable[[Array], Array]
Miss = Callable[[Array, Array], Array]


@dataclass(frozen=True, eq=False)
class ProbedWay:
    """What a way of solving makes of a vector of no pattern.

    Args:
        shrinks: the first correction over the solution (...).
        lost: what rounding of a residual makes of a correction, over a rounding of the solution, at most (...).
    """

    shrinks: FloatArray
    lost: FloatArray

    @property
    def mendable(self) -> BoolArray:
        """Where corrections are larger than what rounding of the residual makes of them (...)."""
        return np.asarray(self.lost <= LOST)

    @property
    def used(self) -> FloatArray:
        """The first correction over the solution, infinite where it says that no digit is known (...)."""
        return np.where(self.shrinks <= np.where(self.mendable, SHRINKS, EXACT), self.shrinks, np.inf)


def corrected(
    start: Array, right: Array, way: Solve, miss: Miss, meant: Callable[[Array, FloatArray, Solve], BoolArray]
) -> Array:
    """A solution, corrected until rounding of each element is all that is left of a correction.

    Args:
        start: nearly the solution (..., n, m).
        right: (..., n, m).
        way: nearly solves.
        miss: right side and solution to what is left of the right side.
        meant: what is left, length of its correction (..., 1, m) and the way to whether that is more than rounding.

    Returns:
        (..., n, m).
    """
    found, last = start, np.inf
    active = np.ones((*start.shape[:-2], 1, right.shape[-1]), dtype=bool)
    for _ in range(STEPS):
        left = miss(right, found)
        step = way(left)
        length = np.linalg.norm(step, axis=-2, keepdims=True)
        active = active & (length <= 0.5 * last) & meant(left, length, way)
        found, last = found + np.where(active, step, 0.0), length
        floor = ROUNDING * np.abs(found)
        large = np.abs(step) > 2.0 * floor + ROUNDING * floor.max(axis=-2, keepdims=True)
        active = active & large.any(axis=-2, keepdims=True)
        if not active.any():
            break
    return found


def length(vectors: NDArray[Any]) -> FloatArray:
    """The length of all the columns of a matrix together.

    Args:
        vectors: (..., n, m).

    Returns:
        (...).
    """
    largest = np.abs(vectors).max(axis=(-2, -1), keepdims=True)
    unit = np.where((largest > 0.0) & np.isfinite(largest), largest, 1.0)
    return np.asarray(np.linalg.norm(vectors / unit, axis=(-2, -1)) * unit[..., 0, 0])
