"""How full the states of a lead are, and differences of two fillings without loss of digits."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["filled", "filled_less"]


def filled(exponent: FloatArray, sign: float) -> tuple[FloatArray, FloatArray]:
    """The occupation n = 1 / (e^x + 1) of fermions or 1 / (e^x - 1) of bosons, and 1 - n or 1 + n.

    Args:
        exponent: x = (E - mu) / T (...), +-inf included.
        sign: 1 for fermions, -1 for bosons.

    Returns:
        Both (...).
    """
    small = np.exp(-np.abs(exponent))
    if sign > 0.0:
        part = 1.0 / (1.0 + small)
        return np.where(exponent > 0.0, small * part, part), np.where(exponent > 0.0, part, small * part)
    rest = -1.0 / np.expm1(-exponent)
    return small * rest, rest


def filled_less(
    one: tuple[FloatArray, FloatArray], other: tuple[FloatArray, FloatArray], apart: FloatArray
) -> FloatArray:
    """The difference of two occupations, to all digits however close they are.

    Args:
        one: n(x) and 1 -+ n(x).
        other: n(y) and 1 -+ n(y).
        apart: x - y (...), which the differences of temperatures and potentials know better than x and y do.

    Returns:
        n(x) - n(y) (...).
    """
    # n(x) - n(y) = n(x) (1 -+ n(y)) (1 - e^(x - y)), in the form in which the exponential does not overflow.
    below = apart <= 0.0
    size = np.where(below, one[0] * other[1], other[0] * one[1]) * np.expm1(-np.abs(apart))
    return np.where(below, -size, size)
