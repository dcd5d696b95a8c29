"""Two pairs of states that a weak link joins."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["two_pairs"]


def two_pairs(link: float) -> FloatArray:
    """Rates between four states, in pairs: fast within each, weak between the two.

    Args:
        link: the rate from the second pair to the first [1/time].

    Returns:
        The rates (to, from) (4, 4) [1/time].
    """
    return np.array([[0.0, 0.3, 0.0, 0.0], [0.7, 0.0, link, 0.0], [0.0, 0.3 * link, 0.0, 0.2], [0.0, 0.0, 0.9, 0.0]])
