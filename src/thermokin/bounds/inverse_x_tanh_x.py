"""Phi, the inverse of x tanh x, and the information by which it ties entropy production, activity and precision."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.numerics.inverse_x_tanh_x import inverse_x_tanh_x_of_checked
from thermokin.numerics.level_sums import in_blocks
from thermokin.operators.as_numbers import as_extended

__all__ = ["information", "inverse_x_tanh_x", "thermo_kinetic_information"]

ROUNDING = 1e-12  # an entropy production that far below zero, in units of the activity, is a rounded zero


def inverse_x_tanh_x(z: ArrayLike) -> FloatArray:
    """Phi(z): the x >= 0 with x tanh x = z, to 1e-15 of itself.

    Args:
        z: (...) >= 0; inf included.

    Returns:
        (...).

    Raises:
        ValueError: if a number is negative or not a number.
        TypeError: if z does not hold real numbers.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> tk.bounds.inverse_x_tanh_x([0.0, 2.0 * np.tanh(2.0), 50.0])  # x itself once tanh x is 1
        array([ 0.,  2., 50.])
    """
    values = as_extended(z, "z")
    if not (values >= 0.0).all():
        raise ValueError(f"`z` must be >= 0, got {values.min():g}.")
    return in_blocks(inverse_x_tanh_x_of_checked, values)


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

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> information = tk.bounds.thermo_kinetic_information(2.0 * math.tanh(1.0), 1.0)
        >>> round(float(information), 8), round(math.tanh(1.0) ** 2, 8)  # below S / 2 = 0.76 and A = 1
        (0.58002566, 0.58002566)
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
        ratio = np.atleast_1d(produced / (2.0 * jumps))
        np.fmax(ratio, 0.0, out=ratio)  # S <= 0, or A = 0
        root = inverse_x_tanh_x_of_checked(ratio)
        # tanh Phi(z) = z / Phi(z), and 1 from where Phi(z) = z on, inf included.
        slope = ratio / root
        straight = np.flatnonzero(root == ratio)
        slope[straight] = ratio[straight] > 0.0
    slope *= slope
    slope *= jumps
    return slope.reshape(np.broadcast_shapes(np.shape(produced), np.shape(jumps)))
