"""Inner coordinates in which a search walks: logarithms of positive numbers, others in units of their size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, FloatArray
from thermokin.inference.family_likelihood import FamilyLikelihood

__all__ = ["Scales", "scales_of"]

ROOM = 1e-6  # kept from the end of a range, at which there is no derivative to both sides, in its unit
END = 2.0 * ROOM
VANISHED = np.log(1e-6)  # of a positive number, in units of where the search began: as good as zero
LOWEST = -20.0


@dataclass(frozen=True, eq=False)
class Scales:
    """Between numbers and inner coordinates.

    Args:
        positive: (p,) which numbers are positive: their coordinate is a logarithm.
        size: (p,) the unit of the others, and of all before the logarithm.
        lowest: (p,) of the numbers, -inf where there is no end.
        highest: (p,).
    """

    positive: BoolArray
    size: FloatArray
    lowest: FloatArray
    highest: FloatArray

    def inner(self, values: FloatArray) -> FloatArray:
        """Coordinates (p,) of numbers (p,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.positive, np.log(np.where(self.positive, values / self.size, 1.0)), values / self.size)

    def outer(self, point: FloatArray) -> FloatArray:
        """Numbers (p,) of coordinates (p,)."""
        return np.where(self.positive, np.exp(np.where(self.positive, point, 0.0)), point) * self.size

    def slope(self, point: FloatArray) -> FloatArray:
        """The derivative of the numbers by the coordinates (p,)."""
        return np.where(self.positive, self.outer(point), self.size)

    @property
    def ends(self) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest coordinates (p,), infinite where there is no end."""
        found = []
        for end, sign in ((self.lowest, 1.0), (self.highest, -1.0)):
            inside = end / self.size + sign * ROOM
            with np.errstate(divide="ignore", invalid="ignore"):
                logarithm = np.where(inside > 0.0, np.log(np.where(inside > 0.0, inside, 1.0)), -np.inf)
            coordinate = np.where(self.positive, np.where(end <= 0.0, LOWEST, logarithm), inside)
            found.append(np.where(np.isfinite(end), coordinate, sign * -np.inf))
        return found[0], found[1]

    @property
    def bounds(self) -> list[tuple[float | None, float | None]]:
        """Ends for a search, None where there is none."""
        return [(_known(low), _known(high)) for low, high in zip(*self.ends, strict=True)]

    def within(self, point: FloatArray) -> FloatArray:
        """Coordinates moved into their range (p,)."""
        return np.clip(point, *self.ends)

    def at_end(self, point: FloatArray) -> BoolArray:
        """Which coordinates lie at an end (p,)."""
        return np.asarray((point <= self._low_end) | (point >= self.ends[1] - END))

    def pushed(self, point: FloatArray, gradient: FloatArray) -> BoolArray:
        """Which coordinates lie at an end beyond which ln p would grow (p,)."""
        low, high = point <= self._low_end, point >= self.ends[1] - END
        return np.asarray((low & (gradient <= 0.0)) | (high & (gradient >= 0.0)))

    @property
    def vanished(self) -> float:
        """The coordinate of a positive number that is as good as zero."""
        return float(VANISHED)

    @property
    def _low_end(self) -> FloatArray:
        return np.where(self.positive & (self.lowest <= 0.0), VANISHED, self.ends[0] + END)


def _known(end: float) -> float | None:
    return float(end) if np.isfinite(end) else None


def scales_of(problem: FamilyLikelihood) -> Scales:
    """Coordinates for a search along a family.

    Args:
        problem: the likelihood along it.

    Returns:
        The scales.
    """
    known = [problem.family.parameters[place.name] for place in problem.places]
    lowest = np.array([max(one.above, one.least) for one in known])
    start = problem.start
    positive = (lowest >= 0.0) & (start > 0.0)
    others = np.abs(start[start != 0.0])
    size = np.where(start != 0.0, np.abs(start), others.min(initial=1.0) if others.size else 1.0)
    return Scales(positive, size, lowest, np.array([one.most for one in known]))
