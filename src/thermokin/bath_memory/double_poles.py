"""Exponents that meet: of two poles in one place C(t) has a factor t, for which two exponentials apart stand."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray

__all__ = ["clear_of", "parted"]

APART = 4e-3  # of a rate: half the distance of two exponentials; its square is what they miss
MEETING = 1e-5  # of a rate: nearer ones leave too few digits of their difference


def clear_of(places: FloatArray, own: ComplexArray) -> FloatArray:
    """Poles of the occupation, those that lie on one of the spectrum moved off it by 1e-5.

    Args:
        places: of the occupation's poles (n,).
        own: of the spectrum's, on the same axis (k,).

    Returns:
        The places (n,).
    """
    near = (np.abs(places[:, None] - own) < MEETING * np.abs(own)).any(axis=-1)
    return np.where(near, places * (1.0 + 2.0 * MEETING), places)


def parted(coefficients: ComplexArray, rates: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
    """The same sum of exponentials with no two of nearly one rate, whose coefficients would be large and opposite.

    Two near v are (a + b t) e^{-v t}, which p e^{-(v + d) t} + q e^{-(v - d) t} is to order d^2, if p + q = a and
    (q - p) d = b.

    Args:
        coefficients: c_k (k,).
        rates: v_k (k,).

    Returns:
        Coefficients and rates.
    """
    c, v = coefficients.copy(), rates.copy()
    for one in range(len(v)):
        for other in range(one + 1, len(v)):
            middle, offset = 0.5 * (v[one] + v[other]), 0.5 * (v[one] - v[other])
            if abs(offset) < APART * abs(middle):
                wider = offset * APART * abs(middle) / abs(offset)
                total, slope = c[one] + c[other], (c[other] - c[one]) * offset
                c[one], c[other] = 0.5 * (total - slope / wider), 0.5 * (total + slope / wider)
                v[one], v[other] = middle + wider, middle - wider
    return c, v
