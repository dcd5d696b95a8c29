"""Exponentials of many small matrices at once."""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["stacked_exponential"]

REACH = 0.78  # norm up to which sixteen terms of the series leave less than rounding: 0.78^17 / 17! = 4e-17


def stacked_exponential(matrices: NDArray[Any]) -> NDArray[Any]:
    """exp(A) of a stack, by its Taylor series to the sixteenth power and squaring, all in stacked products.

    Args:
        matrices: A (..., n, n).

    Returns:
        (..., n, n).

    Cost:
        6 + log2(norm of A) products of n x n matrices; for small n a tenth of a loop over the stack.

    Reference:
        higham2005.
    """
    size = matrices.shape[-1]
    flat = matrices.reshape(-1, size, size)
    norm = np.abs(flat).sum(axis=-2).max(axis=-1, initial=0.0)
    with np.errstate(divide="ignore"):
        halvings = np.maximum(np.ceil(np.log2(norm / REACH)), 0.0)
    halvings = np.where(np.isfinite(halvings), halvings, 0.0)
    one = flat * 2.0 ** -halvings[:, None, None]
    two = one @ one
    three, four = two @ one, two @ two
    identity = np.eye(size)
    power = four / factorial(16)
    for first in (12, 8, 4, 0):
        power += identity / factorial(first) + one / factorial(first + 1)
        power += two / factorial(first + 2) + three / factorial(first + 3)
        if first:
            power = power @ four
    for done in range(int(halvings.max(initial=0.0))):
        live = halvings > done
        if live.all():
            power = power @ power
        else:
            part = power[live]
            power[live] = part @ part
    return np.asarray(power.reshape(matrices.shape))
