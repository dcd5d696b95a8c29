"""A verdict: one statement about heating and cooling, whether it holds here, and the two numbers that decide it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, FloatArray

__all__ = ["Verdict", "larger", "smaller"]

TIE = 1e-9  # numbers that agree to this fraction are a tie: far above rounding, far below any physical difference


@dataclass(frozen=True, eq=False)
class Verdict:
    """A statement of the form "heating has the larger (or smaller) x".

    Args:
        name: short name.
        statement: what is claimed.
        heating: the number of heating (...).
        cooling: the number of cooling (...).
        larger: whether the claim is that heating's number is the larger one (else the smaller).
        time: the time (...) at which the numbers were taken, None where they belong to no time.
        unit: of the numbers.
        labels: whose the two numbers are.
        about: what the two numbers are, where the statement does not say it.
        resolution: relative difference (...) that rounding alone may make of the two numbers.
        reason: why the statement does not apply here, where it does not; its numbers are then nan.
    """

    name: str
    statement: str
    heating: FloatArray
    cooling: FloatArray
    larger: bool
    time: FloatArray | None = None
    unit: str = ""
    labels: tuple[str, str] = ("heating", "cooling")
    about: str = ""
    resolution: FloatArray | float = 0.0
    reason: str = ""

    @property
    def tie(self) -> BoolArray:
        """Whether the two numbers are equal (...)."""
        scale = np.maximum(np.abs(self.heating), np.abs(self.cooling))
        with np.errstate(invalid="ignore"):
            close = np.abs(self.heating - self.cooling) <= np.maximum(TIE, self.resolution) * scale
        # An infinite number ties with another infinite one, not with what is finite beside it.
        return np.asarray((close & np.isfinite(scale)) | (self.heating == self.cooling))

    @property
    def holds(self) -> BoolArray:
        """Whether the claim is true (...); a tie does not make it so."""
        with np.errstate(invalid="ignore"):
            ahead = self.heating > self.cooling if self.larger else self.heating < self.cooling
        return np.asarray(ahead & ~self.tie)

    @property
    def undecided(self) -> BoolArray:
        """Whether a number is missing (...): the quenches never come to where they would be compared."""
        return np.asarray(np.isnan(self.heating) | np.isnan(self.cooling))


def larger(
    name: str,
    statement: str,
    heating: FloatArray,
    cooling: FloatArray,
    unit: str = "",
    time: FloatArray | None = None,
    about: str = "",
) -> Verdict:
    """The verdict that heating has the larger number.

    Args:
        name: short name.
        statement: what is claimed.
        heating: (...).
        cooling: (...).
        unit: of the numbers.
        time: where they were taken (...).
        about: what they are, where the statement does not say it.

    Returns:
        The verdict.
    """
    one, two = np.broadcast_arrays(heating, cooling)
    return Verdict(name, statement, one, two, larger=True, time=time, unit=unit, about=about)


def smaller(
    name: str,
    statement: str,
    heating: FloatArray,
    cooling: FloatArray,
    unit: str = "",
    time: FloatArray | None = None,
    about: str = "",
) -> Verdict:
    """The verdict that heating has the smaller number.

    Args:
        name: short name.
        statement: what is claimed.
        heating: (...).
        cooling: (...).
        unit: of the numbers.
        time: where they were taken (...).
        about: what they are, where the statement does not say it.

    Returns:
        The verdict.
    """
    one, two = np.broadcast_arrays(heating, cooling)
    return Verdict(name, statement, one, two, larger=False, time=time, unit=unit, about=about)
