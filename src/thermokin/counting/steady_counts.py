"""A counted quantity that reads as an array and carries what is known of its error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from thermokin._result import ArrayResult
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.lost_digits import points_of
from thermokin.motion.steady_state import SteadyState
from thermokin.operators.as_numbers import shown

__all__ = ["SteadyCounts", "listed_currents", "whole_order"]

HIGHEST_ORDER = 100  # 100! is 1e158: higher moments leave double precision


@dataclass(frozen=True, eq=False)
class SteadyCounts(ArrayResult):
    """Values in a steady state, with the errors of what they came from. NumPy takes it for an array of the values.

    Args:
        values: the numbers.
        steady_state: where they were counted.
    """

    OWN_AXES: ClassVar[int] = 1  # of the values at a single point

    values: FloatArray
    steady_state: SteadyState

    @property
    def defect(self) -> FloatArray:
        """What the last linear solve left, relative to its right side (...); 0 where none was needed."""
        raise NotImplementedError

    @property
    def lost(self) -> BoolArray:
        """At which points of a sweep (...) some value is NaN: doubles cannot hold it, or rounding took its digits."""
        return points_of(~np.isfinite(self.values), self.OWN_AXES)

    @property
    def error(self) -> FloatArray:
        """How far rounding may have moved each value, from above as a rule (...)."""
        raise NotImplementedError

    @property
    def relative_error(self) -> FloatArray:
        """The same over the size of each value (...); inf for a value of 0 that has an error."""
        size = np.abs(self.values)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where(self.error == 0.0, 0.0, self.error / size)

    @property
    def residual(self) -> FloatArray:
        """Largest element of L rho over the largest rate times the largest element of the steady state rho (...)."""
        return self.steady_state.residual

    @property
    def condition(self) -> FloatArray:
        """Estimate of the condition number of the generator with the trace fixed (...)."""
        return self.steady_state.condition

    @property
    def trace_defect(self) -> FloatArray:
        """|tr rho - 1| of the steady state (...)."""
        return self.steady_state.trace_defect

    @property
    def positivity_defect(self) -> FloatArray:
        """How far the steady state's smallest eigenvalue lies below zero (...)."""
        return self.steady_state.positivity_defect


def whole_order(order: object) -> None:
    """Refuse what is no order of a cumulant.

    Args:
        order: what was given as one.

    Raises:
        TypeError: if it is not a whole number.
        ValueError: if it is below 1 or above 100.
    """
    if isinstance(order, bool) or not isinstance(order, int | np.integer):
        raise TypeError(f"`order` must be a whole number, got {shown(order)}.")
    if order < 1:
        raise ValueError(f"`order` must be >= 1, got {order}.")
    if order > HIGHEST_ORDER:
        raise ValueError(f"`order` must be at most {HIGHEST_ORDER}, got {shown(order)}.")


def listed_currents(currents: object) -> tuple[Any, ...]:
    """The currents as a tuple; what each of them is, the caller sees.

    Args:
        currents: what was given as currents.

    Returns:
        The currents.

    Raises:
        TypeError: if they cannot be listed.
    """
    if not isinstance(currents, Sequence) or isinstance(currents, str | bytes):
        raise TypeError(f"`currents` must be a list of Currents, such as [heat(model)], got {shown(currents)}.")
    return tuple(currents)
