"""How closely maps of driven legs are wanted."""

from __future__ import annotations

from thermokin._errors import ArgumentError
from thermokin.operators.as_numbers import as_real, shown

__all__ = ["DEFAULT", "checked_tolerance"]

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
