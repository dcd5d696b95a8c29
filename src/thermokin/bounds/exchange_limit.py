"""The fluctuation-theorem limit on the heat of a Gibbs state put on a bath at another temperature."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds.fluctuation_theorem_limit import squared_cosecant
from thermokin.numerics.elementwise import in_blocks

__all__ = ["exchange_limit", "exchange_rounding"]


def exchange_limit(mean: FloatArray, force: FloatArray) -> FloatArray:
    """Limit <Q>^2 csch^2 Phi(S/2) with S = (1/T_i - 1/T_f) <Q>.

    Args:
        mean: <Q> (..., t) [energy].
        force: 1/T_i - 1/T_f, broadcasts against the mean [1/energy].

    Returns:
        (..., t) [energy^2]; 0 without a force or with heat against it, where the theorem says nothing.

    Reference:
        timpanaro2019.
    """
    return in_blocks(_limit, mean, force)


def _limit(mean: FloatArray, force: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", over="ignore"):
        entropy = force * mean
        limit = mean * mean * squared_cosecant(entropy)
    return np.where(entropy > 0.0, limit, 0.0)


def exchange_rounding(force: FloatArray, final: FloatArray, rounding: FloatArray, share: float) -> FloatArray:
    """The rounding of the limit: near T_i = T_f it is 2 <Q> / (1/T_i - 1/T_f), a ratio of differences.

    Args:
        force: 1/T_i - 1/T_f (...) [1/energy].
        final: 1/T_f (...) [1/energy].
        rounding: of <Q>^2 (...) [energy^2].
        share: relative rounding of a single number.

    Returns:
        (...) [energy^2].
    """
    size = np.abs(force)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        error = np.sqrt(share * rounding) / size * (1.0 + final / size)
    return np.where(np.isfinite(error), error, 0.0)
