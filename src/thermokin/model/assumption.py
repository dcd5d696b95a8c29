"""An assumption that a builder makes, with the figure that says how far it holds."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from thermokin._errors import ValidityWarning, users_level
from thermokin._typing import FloatArray
from thermokin.operators.as_numbers import point_list

__all__ = ["Assumption"]

SAFE_RATIO = 10.0
LEAST = SAFE_RATIO * (1.0 - 1e-9)  # numbers that mean 10 may come a rounding below it


@dataclass(frozen=True, eq=False)
class Assumption:
    """What a builder assumed, and a ratio that should be large.

    Args:
        name: short name, for example "secular".
        statement: what the ratio compares, in words.
        ratio: (...); the assumption is in doubt below 10.
        instead: what to do where it is in doubt, as a clause.
        told: whether the warning of another line says it too, so that this one gives none.
    """

    name: str
    statement: str
    ratio: FloatArray
    instead: str = ""
    told: bool = False

    def __str__(self) -> str:
        said = self.said()
        return f"{said[0].upper()}{said[1:]}."

    def __repr__(self) -> str:
        return f"<{self.said()}>"

    @property
    def smallest(self) -> float:
        """The smallest ratio over all points of a sweep."""
        return float(np.min(self.ratio))

    @property
    def in_doubt(self) -> bool:
        """Whether the ratio is below 10 anywhere."""
        return self.smallest < LEAST

    @property
    def remedy(self) -> str:
        """What to do where it is in doubt, as the end of a sentence; empty if nothing is known."""
        return f"; {self.instead}" if self.instead else ""

    def said(self, whose: str = "", aside: str = "", digits: int = 3) -> str:
        """Whether it holds and by how much, as a sentence without its full stop.

        Args:
            whose: model it is an assumption of, as in " of heating".
            aside: more to say where it is in doubt.
            digits: of the ratio.

        Returns:
            The sentence; where it is in doubt, with what to do about that.
        """
        while self.in_doubt and float(f"{self.smallest:.{digits}g}") >= SAFE_RATIO:
            digits += 1  # what is below 10 is not written as 10
        found = f"{self.statement} is {self.smallest:.{digits}g}"
        if not self.in_doubt:
            return f"the {self.name} assumption{whose} is met: {found}"
        return f"the {self.name} assumption{whose} is in doubt: {found}, below {SAFE_RATIO:g}{aside}{self.remedy}"

    def warn(self, points: tuple[int, ...] = ()) -> None:
        """One ValidityWarning at the caller's line if the assumption is in doubt; `validity` keeps the figure.

        Args:
            points: the shape of the sweep that it is an assumption of.
        """
        if self.in_doubt and not self.told:
            said = f"{self.said(aside=self._where(points))}."
            warnings.warn(said, ValidityWarning, stacklevel=users_level())

    def _where(self, points: tuple[int, ...]) -> str:
        """The points of a sweep in doubt, and the worst."""
        ratio = np.broadcast_to(self.ratio, np.broadcast_shapes(self.ratio.shape, points))
        if ratio.size == 1:  # also of a sweep of one point
            return ""
        doubtful = ratio < LEAST
        count = int(np.count_nonzero(doubtful))
        worst = tuple(int(index) for index in np.unravel_index(int(np.argmin(ratio)), ratio.shape))
        if count == ratio.size:
            return f", at point {worst}, and below at all {count} points"
        return f", at point {worst}, and below at {count} of {ratio.size} points, {point_list(doubtful)}"
