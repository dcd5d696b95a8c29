"""A counted quantity that reads as an array and carries what is known of its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from thermokin._result import ArrayResult
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.digits import points_of
from thermokin.motion.steady_state import SteadyState

__all__ = ["Counted"]


@dataclass(frozen=True, eq=False)
class Counted(ArrayResult):
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
