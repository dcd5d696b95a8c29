"""Sums over the levels of many small systems: NumPy's own reduction is slow along a short last axis."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray


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
