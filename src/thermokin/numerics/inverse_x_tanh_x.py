"""The inverse of x tanh x."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["inverse_x_tanh_x_of_checked"]

# 2x / sinh(2x) at z = x tanh x is 1 / (1 + sum_n START[n - 1] z^n), a minimax fit that gives x up to 1e-5 of itself:
# one step of third order then ends at rounding.
START = (
    0.6655601750, 0.3732002231, 0.0713547558, 0.2675627947, -0.2175656656, 0.1559883233, -0.0461007601, 0.0067783155
)  # fmt: skip
STRAIGHT = 20.0  # from here on Phi(z) = z: the difference 2 z exp(-2z) is below rounding
TINY = np.finfo(float).tiny


def inverse_x_tanh_x_of_checked(values: FloatArray) -> FloatArray:
    """Phi(z), the x >= 0 with x tanh x = z, of numbers known to be >= 0: to 1e-15 of itself.

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
    # A choice between two arrays takes as long as ten products: only where there is one to make.
    if not values.max(initial=0.0) < STRAIGHT:
        far = np.flatnonzero(values >= STRAIGHT)
        x[far] = values[far]
    return x
