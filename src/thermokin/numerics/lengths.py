"""Lengths of vectors whose squares are beyond doubles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray

__all__ = ["length"]


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
