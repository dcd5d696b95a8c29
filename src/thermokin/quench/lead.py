"""Which of two quenches leads, by one number of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import FloatArray
from thermokin.numerics.level_sums import in_blocks

__all__ = ["one_always_leads", "relative_lead"]

EVEN = 5e-13  # difference relative to the sum of the two that counts as even, not as a lead


def relative_lead(one: FloatArray, two: FloatArray) -> FloatArray:
    """One number less another, relative to the sum of their sizes; 0 where even to rounding or both infinite.

    Args:
        one: (...).
        two: (...); leading axes broadcast.

    Returns:
        (...), nan where a side is none.
    """
    return in_blocks(_relative_lead, one, two)


def _relative_lead(one: FloatArray, two: FloatArray) -> FloatArray:
    # Relative, a lead does not flatten where both start from nothing or both decay, so a search takes fewer steps.
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        scale = np.abs(one)
        scale += np.abs(two)
        lead = one - two
        lead /= scale
        even = np.flatnonzero(~(np.abs(lead) > EVEN))
        if even.size:  # and what is no number, of nothing and of what has no end
            one, two, scale = one[even], two[even], scale[even]
            usual = (scale > 0.0) & (scale < np.inf)
            lead[even] = np.where(usual | (one == two), 0.0, one - two)
    return lead


def one_always_leads(numbers: Sequence[tuple[FloatArray, FloatArray]]) -> bool:
    """Whether one side is nowhere behind the other, at any point or time; not where a number is none.

    Args:
        numbers: pairs of numbers (..., t) of both sides.

    Returns:
        Whether it is.
    """
    return all((one >= two).all() for one, two in numbers) or all((one <= two).all() for one, two in numbers)
