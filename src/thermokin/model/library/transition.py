"""What moves a system between two of its levels, and numbers that stand before operators."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.model.bath import finite_numbers

__all__ = ["factor", "flip", "unit"]


def unit(size: int, row: int, column: int) -> FloatArray:
    """|row><column| (size, size)."""
    operator = np.zeros((size, size))
    operator[row, column] = 1.0
    return operator


def flip(size: int, low: int, high: int) -> FloatArray:
    """|low><high| and its adjoint (size, size)."""
    return unit(size, low, high) + unit(size, high, low)


def factor(value: ArrayLike, name: str) -> FloatArray:
    """Finite real numbers (...) as factors of operators (..., 1, 1).

    Args:
        value: the numbers.
        name: of the argument, for errors.

    Returns:
        The numbers, with two axes behind.

    Raises:
        ValueError: if one is not finite.
        TypeError: if they are no real numbers.
    """
    return finite_numbers(value, name)[..., None, None]
