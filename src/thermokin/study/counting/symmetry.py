"""Whether a generating function has the Gallavotti-Cohen symmetry, and about which centre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction

__all__ = ["Symmetry", "is_still", "symmetry_of"]

ROUNDING = 1e-12  # of the largest rate: a generating function below this is one of rounding


def is_still(generating: CumulantGeneratingFunction) -> bool:
    """Whether the amount stays bounded, so that it neither flows nor fluctuates over long times.

    Args:
        generating: the generating function of one point.

    Returns:
        True if lambda is nothing but rounding.
    """
    rate = float(np.abs(generating.current.model.table.amplitude).max()) ** 2
    return bool(np.abs(generating.values).max() <= ROUNDING * rate)


@dataclass(frozen=True)
class Symmetry:
    """What was found.

    Args:
        affinity: A, minus twice the place of the minimum; 0 where there is none.
        deviation: largest |lambda(s) - lambda(-A - s)| over the largest |lambda|; infinite where there is no minimum.
        holds: whether that is within rounding.
        why: the reason in words where there is no minimum; else empty.
    """

    affinity: float
    deviation: float
    holds: bool
    why: str


def symmetry_of(generating: CumulantGeneratingFunction) -> Symmetry:
    """Look for the symmetry.

    Args:
        generating: the generating function of one point.

    Returns:
        What was found; a current whose jumps and their reverses do not count opposite, as the activity, has none.
    """
    if is_still(generating):
        return Symmetry(0.0, float("inf"), holds=False, why="nothing flows or fluctuates over long times")
    if not generating.current.is_odd:
        return Symmetry(0.0, float("inf"), holds=False, why="a jump and its reverse count alike")
    try:
        found = generating.gallavotti_cohen()
    except ValueError as error:
        return Symmetry(0.0, float("inf"), holds=False, why=str(error).rstrip("."))
    return Symmetry(float(found.affinity), float(found.relative), holds=bool(found.holds), why="")
