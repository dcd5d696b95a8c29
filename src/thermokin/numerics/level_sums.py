"""Sums, ends and means over the levels of many small systems: NumPy's own reduction is slow along a short last axis."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray

FEW_LEVELS = 8  # levels up to which a pass for each beats a product for each point of a sweep


def sum_over_levels(terms: FloatArray) -> FloatArray:
    """The sum over the last axis.

    Args:
        terms: finite or infinite numbers of one sign, or finite ones (..., d).

    Returns:
        Sums (...).
    """
    if terms.ndim > 1 and abs(terms.strides[-1]) > abs(terms.strides[-2]):
        # The levels lie outermost in memory: the reduction adds whole blocks, and a product would first copy them.
        blocks: FloatArray = terms.sum(axis=-1)
        return blocks
    levels = terms.shape[-1]
    sums: FloatArray = (terms.reshape(-1, levels) @ np.ones(levels)).reshape(terms.shape[:-1])
    return sums


def mean_over_levels(values: FloatArray, numbers: FloatArray) -> FloatArray:
    """The sum over levels of values over time, each times a number of its level.

    Args:
        values: (..., t, d).
        numbers: (..., d); leading axes broadcast.

    Returns:
        (..., t).
    """
    levels = values.shape[-1]
    if levels > FEW_LEVELS or values.ndim == 2:
        return np.asarray((values @ numbers[..., :, None])[..., 0])
    total = values[..., 0] * numbers[..., 0, None]
    for level in range(1, levels):
        total += values[..., level] * numbers[..., level, None]
    return np.asarray(total)


def over_levels(function: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
    """A reduction over the last axis, such as np.maximum's or np.add's: a pass for each level where levels are few.

    Args:
        function: takes two arrays to one.
        values: (..., d), d >= 1.

    Returns:
        (...).
    """
    levels = values.shape[-1]
    if levels > FEW_LEVELS or levels < 2 or values.ndim == 1:
        return np.asarray(function.reduce(values, axis=-1))
    found = function(values[..., 0], values[..., 1])
    for level in range(2, levels):
        function(found, values[..., level], out=found)
    return np.asarray(found)
