"""Weights so large that their powers leave double precision: a power of two is taken out and put back."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.lost_digits import given

__all__ = ["BELOW", "cumulant_names", "representable", "restored", "scaled", "weight_exponent"]

BELOW = "ask for an `order` below {}"

MODERATE = 400  # binary exponent of a power up to which it may be multiplied by rates and times


def weight_exponent(weights: FloatArray, order: int) -> int:
    """The power of two to be taken out of weights; 0 while their powers are moderate.

    Args:
        weights: of each channel (..., k).
        order: the highest power.

    Returns:
        The e with weights of 2^e.
    """
    largest = max(weights.max(initial=0.0), -weights.min(initial=0.0))  # a table's weights may be a hundred million
    exponent = int(np.frexp(largest)[1])
    return exponent if exponent * order > MODERATE else 0


def restored(values: FloatArray, exponent: int) -> FloatArray:
    """Cumulants of weights 2^e as large.

    Args:
        values: c_1, c_2, ... (..., order).
        exponent: e.

    Returns:
        c_n 2^(n e).

    Raises:
        ValueError: if one of them is beyond double precision.
    """
    return representable(scaled(values, exponent))


def scaled(values: FloatArray, exponent: int) -> FloatArray:
    """Cumulants of weights 2^e as large, whether double precision holds them or not.

    Args:
        values: c_1, c_2, ... (..., order).
        exponent: e.

    Returns:
        c_n 2^(n e).
    """
    if exponent == 0:
        return values
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.ldexp(values, exponent * np.arange(1, values.shape[-1] + 1)))


def representable(values: FloatArray) -> FloatArray:
    """The same, if double precision holds them; in a sweep NaN at the points where it does not, which are named.

    Args:
        values: c_1, c_2, ... (..., order).

    Returns:
        The same.

    Raises:
        ValueError: if one of them is beyond double precision at every point.
    """
    return given(values, None, values, cumulant_names(values.shape[-1]), lower=BELOW)


def cumulant_names(order: int) -> list[str]:
    """What cumulants are called.

    Args:
        order: the largest.

    Returns:
        Their names in messages.
    """
    return [f"cumulant {number}" for number in range(1, order + 1)]
