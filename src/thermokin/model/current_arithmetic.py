"""What the arithmetic of currents takes and gives: scales that are numbers, sums from 0, weights, names."""

from __future__ import annotations

import numbers
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.model.bath import finite_numbers
from thermokin.operators.numbers import common_axes, require_moderate

__all__ = ["as_factor", "checked_weights", "is_nothing", "label_of", "scale_of"]


def is_nothing(other: object) -> bool:
    """Whether it is the number 0, with which `sum` begins."""
    return isinstance(other, numbers.Real) and not isinstance(other, bool) and float(other) == 0.0


def scale_of(value: ArrayLike, name: str, axes: Mapping[str, tuple[int, ...]]) -> FloatArray:
    """The finite real numbers by which a current is scaled.

    Args:
        value: a number, or an array of them over leading axes.
        name: the argument's name, for the error.
        axes: leading axes with which those of the numbers must broadcast, by what they belong to.

    Returns:
        The numbers.

    Raises:
        TypeError: if they are not real numbers.
        ValueError: if one is not finite, or the axes do not broadcast.
    """
    number = finite_numbers(value, name)
    common_axes({**axes, name: number.shape})
    return number


def checked_weights(weights: FloatArray, name: str) -> FloatArray:
    """The weights of a current made from others.

    Args:
        weights: (..., k).
        name: what the current counts.

    Returns:
        The weights.

    Raises:
        ValueError: if one is infinity less infinity, or finite and above 1e100 in magnitude.
    """
    if np.isnan(weights).any():
        raise ValueError(f"{name} is infinity less infinity: a weight of both currents is infinite.")
    require_moderate(weights, "weights")
    return weights


def label_of(number: FloatArray) -> str:
    """A scale in the name of a current."""
    return f"{float(number):g}" if number.ndim == 0 else "(...)"


def as_factor(name: str) -> str:
    """The name of a current where it is one factor of several."""
    return f"({name})" if " + " in name or " - " in name else name
