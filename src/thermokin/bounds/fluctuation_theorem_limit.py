"""The smallest relative variance that an exchange fluctuation theorem allows."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.bounds.inverse_x_tanh_x import roots
from thermokin.numerics.elementwise import in_blocks
from thermokin.operators.numbers import as_extended

__all__ = ["fluctuation_theorem_limit", "squared_cosecant"]


def fluctuation_theorem_limit(entropy: ArrayLike) -> FloatArray:
    """csch^2 Phi(S/2), with Phi the inverse of x tanh x.

    Args:
        entropy: S (...) >= 0 [nats], the mean of the exponent ln[P(Q)/P(-Q)]; inf included.

    Returns:
        (...); inf at 0, where it goes as 2/S, and 0 at inf.

    Raises:
        ValueError: if a number is negative or not a number.
        TypeError: if it does not hold real numbers.

    Reference:
        timpanaro2019.
    """
    values = as_extended(entropy, "entropy")
    if not (values >= 0.0).all():
        raise ValueError(f"`entropy` must be >= 0, got {values.min():g}.")
    return in_blocks(squared_cosecant, values)


def squared_cosecant(entropy: FloatArray) -> FloatArray:
    """csch^2 Phi(S/2) = 4 E / [(1 + E) tanh Phi]^2 with E = exp(-2 Phi): nothing overflows, and nothing cancels."""
    half = 0.5 * entropy
    root = roots(half)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        decay = np.exp(-2.0 * root)
        inverse = np.where(root == half, 1.0, root / half)  # 1 / tanh Phi(z) = Phi(z) / z, 1 from where Phi(z) = z on
        factor = 2.0 * inverse / (1.0 + decay)
        return np.where(half > 0.0, decay * factor * factor, np.inf)
