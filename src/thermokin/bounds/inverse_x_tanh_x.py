"""Phi, the inverse of x tanh x, and the information by which it ties entropy production, activity and precision."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.numerics.level_sums import in_blocks
from thermokin.operators.as_numbers import as_extended

__all__ = ["information", "inverse_x_tanh_x", "roots", "thermo_kinetic_information"]

# 2x / sinh(2x) at z = x tanh x is 1 / (1 + sum_n START[n - 1] z^n), a minimax fit that gives x up to 1e-5 of itself:
# one step of third order then ends at rounding.
START = (
    0.6655601750, 0.3732002231, 0.0713547558, 0.2675627947, -0.2175656656, 0.1559883233, -0.0461007601, 0.0067783155
)  # fmt: skip
STRAIGHT = 20.0  # from here on Phi(z) = z: the difference 2 z exp(-2z) is below rounding
ROUNDING = 1e-12  # an entropy production that far below zero, in units of the activity, is a rounded zero
TINY = np.finfo(float).tiny


def inverse_x_tanh_x(z: ArrayLike) -> FloatArray:
    """Phi(z): the x >= 0 with x tanh x = z, to 1e-15 of itself.

    Args:
        z: (...) >= 0; inf included.

    Returns:
        (...).

    Raises:
        ValueError: if a number is negative or not a number.
        TypeError: if z does not hold real numbers.
    """
    values = as_extended(z, "z")
    if not (values >= 0.0).all():
        raise ValueError(f"`z` must be >= 0, got {values.min():g}.")
    return in_blocks(roots, values)


def roots(values: FloatArray) -> FloatArray:
    """Phi of numbers known to be >= 0.

    One step of Halley's method, in the relative error, so that no number is too small for it.

    Args:
        values: (n,) >= 0.

    Returns:
        (n,).
    """
    z = np.minimum(values, STRAIGHT)
    series = START[-1] * z
    for coefficient in START[-2::-1]:
        series += coefficient
        series *= z
    series += 1.0
    x = 1.0 / series
    x += z
    x *= z
    np.sqrt(x, out=x)
    decay = np.expm1(-2.0 * x)
    t = -decay / (decay + 2.0)  # tanh x, to full relative accuracy at either end
    s = (1.0 - t) * (1.0 + t)
    s *= x
    slope = 1.0 / np.maximum(t + s, TINY)  # only z = 0 needs the floor
    error = (t - z / np.maximum(x, TINY)) * slope
    second = s * (1.0 - x * t)
    second *= slope
    x *= 1.0 - error * (1.0 + error * second)
    return np.where(values < STRAIGHT, x, values)


def thermo_kinetic_information(entropy_production: ArrayLike, activity: ArrayLike) -> FloatArray:
    """I = A tanh^2 Phi(S / 2A), with Phi the inverse of x tanh x: below both S/2 and A.

    Args:
        entropy_production: S (...) [nats]; inf included. Below zero by less than 1e-12 A it is a rounded zero.
        activity: A (...), the number of jumps, >= 0.

    Returns:
        (...); A where S is infinite, 0 where S or A is 0.

    Raises:
        ValueError: if the activity is negative or infinite, or the entropy production negative beyond rounding.
        TypeError: if they do not hold real numbers.

    Reference:
        vo2022.
    """
    produced, jumps = as_extended(entropy_production, "entropy_production"), as_extended(activity, "activity")
    if not ((jumps >= 0.0) & (jumps < np.inf)).all():
        raise ValueError("`activity` must be finite and >= 0.")
    if not (produced >= -ROUNDING * jumps).all():
        raise ValueError(f"`entropy_production` must be >= 0, got {produced.min():g}.")
    return in_blocks(information, produced, jumps)


def information(produced: FloatArray, jumps: FloatArray) -> FloatArray:
    """A tanh^2 Phi(S / 2A) of numbers not checked; 0 where S is negative: no force can be told from its opposite."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = produced / (2.0 * jumps)
        ratio = np.where(ratio > 0.0, ratio, 0.0)  # S <= 0, or A = 0
        root = roots(ratio)
        # tanh Phi(z) = z / Phi(z), and 1 from where Phi(z) = z on, inf included.
        slope = np.where(root == ratio, ratio > 0.0, ratio / root)
    return np.asarray(slope * slope * jumps)
