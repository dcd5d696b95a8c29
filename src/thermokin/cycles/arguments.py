"""Numbers that legs and protocols are given, checked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.operators.as_numbers import as_extended, as_real, shown

__all__ = ["DEFAULT", "checked_breaks", "checked_duration", "checked_tolerance"]

DEFAULT = 1e-10  # of a map, largest row sum; order 6 makes two more digits cost twice as much
FINEST, COARSEST = 1e-14, 1e-2


def checked_tolerance(tolerance: float | None) -> float:
    """A tolerance of maps.

    Args:
        tolerance: as given; the default if None.

    Returns:
        The number.

    Raises:
        ArgumentError: if it is not one number between 1e-14 and 1e-2.
    """
    if tolerance is None:
        return DEFAULT
    number = as_real(tolerance, "tolerance")
    if number.ndim or not FINEST <= number <= COARSEST:
        raise ArgumentError(
            f"`tolerance` must be one number from {FINEST:g} to {COARSEST:g}, got {shown(tolerance)}.", "tolerance"
        )
    return float(number)


def checked_duration(value: object) -> float:
    """The duration of a leg.

    Args:
        value: as given.

    Returns:
        The number [time].

    Raises:
        ArgumentError: if it is not one number > 0 and finite.
    """
    number = as_extended(value, "duration")
    if number.ndim or not 0.0 < number < np.inf:
        raise ArgumentError(f"`duration` of a leg must be one number > 0 and finite, got {shown(value)}.", "duration")
    return float(number)


def checked_breaks(values: Sequence[float], duration: float) -> FloatArray:
    """The times inside a leg at which its drive bends or jumps.

    Args:
        values: as given.
        duration: of the leg [time].

    Returns:
        (m,) ascending [time].

    Raises:
        ArgumentError: if one lies outside the leg.
    """
    found = np.unique(as_real(list(values), "breaks").reshape(-1)) if len(values) else np.zeros(0)
    if found.size and (found[0] <= 0.0 or found[-1] >= duration):
        raise ArgumentError(
            f"`breaks` must lie inside the leg, between 0 and {duration:g}, got {found[0]:g} to {found[-1]:g}.",
            "breaks",
        )
    return found
