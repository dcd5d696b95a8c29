"""Weights so large that their powers leave double precision: a power of two is taken out and put back."""

from __future__ import annotations

import warnings

import numpy as np

from thermokin._errors import LostPointsWarning, users_level
from thermokin._typing import FloatArray
from thermokin.operators.numbers import in_sweep

__all__ = ["representable", "restored", "weight_exponent"]

MODERATE = 400  # binary exponent of a power up to which it may be multiplied by rates and times


def weight_exponent(weights: FloatArray, order: int) -> int:
    """The power of two to be taken out of weights; 0 while their powers are moderate.

    Args:
        weights: of each channel (..., k).
        order: the highest power.

    Returns:
        The e with weights of 2^e.
    """
    exponent = int(np.frexp(np.abs(weights).max(initial=0.0))[1])
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
    if exponent == 0:
        return representable(values)
    with np.errstate(over="ignore"):
        return representable(np.ldexp(values, exponent * np.arange(1, values.shape[-1] + 1)))


def representable(values: FloatArray) -> FloatArray:
    """The same, if double precision holds them; in a sweep NaN at the points where it does not, which are named.

    Args:
        values: c_1, c_2, ... (..., order).

    Returns:
        The same.

    Raises:
        ValueError: if one of them is beyond double precision at every point.
    """
    beyond = ~np.isfinite(values)
    if not beyond.any():
        return values
    first = int(np.argmax(beyond.reshape(-1, values.shape[-1]).any(axis=0))) + 1
    lost = np.asarray(beyond.any(axis=-1))
    if lost.all():
        raise ValueError(
            f"cumulant {first} is beyond double precision; count in larger units, or ask for an `order` below {first}."
        )
    message = (
        f"cumulant {first} is beyond double precision{in_sweep(lost)} and NaN there: rates that join its states "
        f"underflow, or amounts overflow. Leave those points out, or ask for an `order` below {first}."
    )
    warnings.warn(LostPointsWarning(message, np.argwhere(lost).tolist()), stacklevel=users_level())
    return np.where(beyond, np.nan, values)
