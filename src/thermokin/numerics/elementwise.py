"""Elementwise functions evaluated block by block, so that their intermediate results stay in the cache."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["in_blocks"]

BLOCK = 1 << 15  # passes over fewer elements hand the interpreter from thread to thread too often


def in_blocks(function: Callable[..., FloatArray], *arrays: FloatArray) -> FloatArray:
    """A function of arrays of one shape, element by element.

    Args:
        function: takes one-dimensional arrays of equal length and returns one more.
        arrays: they broadcast against each other.

    Returns:
        Of the common shape.
    """
    common = np.broadcast_arrays(*arrays) if len(arrays) > 1 else arrays
    flat = [array.ravel() for array in common]
    found = np.empty(flat[0].size)
    for first in range(0, found.size, BLOCK):
        part = slice(first, first + BLOCK)
        found[part] = function(*(array[part] for array in flat))
    return found.reshape(common[0].shape)
