"""Draws from a normal density times a polynomial of fourth degree."""

from __future__ import annotations

import numpy as np
from scipy import special

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray

__all__ = ["polynomial_gaussian"]

STEPS = 60
EPS = float(np.finfo(float).eps)
ROOT = float(np.sqrt(2.0 * np.pi))
SMALL = 3e-6


def polynomial_gaussian(coefficients: FloatArray, uniform: FloatArray) -> FloatArray:
    """Numbers x of density (a_0 + a_1 x + ... + a_4 x^4) phi(x) / (a_0 + a_2 + 3 a_4), phi the standard normal one.

    Halley's steps on the distribution function, from the nearer tail, to rounding.

    Args:
        coefficients: a (n, 5), such that the polynomial is nowhere negative.
        uniform: probabilities (n,) in [0, 1).

    Returns:
        (n,).

    Raises:
        NotConvergedError: if a number is not found.
    """
    upper = uniform > 0.5
    sign = np.where(upper, -1.0, 1.0)
    a0, a1, a2, a3, a4 = coefficients.T
    a1, a3 = sign * a1, sign * a3
    total = a0 + a2 + 3.0 * a4
    wanted = np.maximum(np.where(upper, 1.0 - uniform, uniform), 0.5**54) * total
    x = special.ndtri(wanted / total) + a1 / total
    for _ in range(STEPS):
        density = np.exp(-0.5 * x * x) / ROOT
        below = total * special.ndtr(x) - density * (a1 + a2 * x + a3 * (x * x + 2.0) + a4 * x * (x * x + 3.0))
        factor = a0 + x * (a1 + x * (a2 + x * (a3 + x * a4)))
        bend = a1 + x * (2.0 * a2 + x * (3.0 * a3 + x * 4.0 * a4)) - x * factor
        slope = density * factor
        excess = below - wanted
        newton = np.divide(excess, slope, out=np.zeros_like(x), where=(slope > 0.0) & (np.abs(excess) > EPS * wanted))
        halley = newton / np.maximum(1.0 - 0.5 * newton * density * bend / np.where(slope > 0.0, slope, 1.0), 0.5)
        move = np.clip(halley, -0.5, 0.5)
        x = x - move
        # Third order: what is left after so small a step is its cube.
        if (np.abs(move) <= SMALL).all():
            return np.asarray(sign * x)
    raise NotConvergedError(
        "the readings of a diffusive measurement were not found from their distribution.",
        float((np.abs(excess) / total).max()),
        "Take a smaller `step`.",
    )
