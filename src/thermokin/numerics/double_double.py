"""Sums and products of doubles without loss: each is held as a double and what rounding took from it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["exact_product", "exact_sum"]

SPLITTER = 2.0**27 + 1.0  # leaves two halves whose products are exact
MANTISSA = 53
Array = NDArray[Any]


def exact_product(one: Array, two: Array) -> tuple[Array, Array]:
    """The product of two real arrays, and what rounding took from it.

    Args:
        one: (...).
        two: (...), to be broadcast with it.

    Returns:
        Two arrays whose sum is the product.

    Reference:
        dekker1971.
    """
    (high, low), (other_high, other_low) = _halves(one), _halves(two)
    product = one * two
    lost = high * other_high - product
    lost += high * other_low
    lost += low * other_high
    lost += low * other_low
    return product, lost


def _halves(values: Array) -> tuple[Array, Array]:
    scaled = SPLITTER * values
    high = scaled - (scaled - values)
    return high, values - high


def exact_sum(terms: Array) -> tuple[Array, Array]:
    """The sum along the last axis, to twice the precision of the largest term.

    Args:
        terms: (..., n), real.

    Returns:
        The sum (...), and what rounding took from it.
    """
    # Bits above a unit common to all terms are summed without rounding, then those above a finer one.
    spare = int(np.ceil(np.log2(terms.shape[-1] + 1.0))) + 1
    _, exponent = np.frexp(np.abs(terms).max(axis=-1, initial=0.0, keepdims=True))
    unit = np.ldexp(1.0, exponent + spare)
    upper = (unit + terms) - unit
    rest = terms - upper
    unit = np.ldexp(unit, spare - MANTISSA)
    middle = (unit + rest) - unit
    first, second = upper.sum(axis=-1), middle.sum(axis=-1) + (rest - middle).sum(axis=-1)
    total = first + second
    return total, second - (total - first)
