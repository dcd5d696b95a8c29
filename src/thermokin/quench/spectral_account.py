"""Why one quench is faster: gap, overlap with the slowest mode, and the mode that carries the asymmetry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.quench.branch import Branch

__all__ = ["SpectralAccount", "without_slowest"]


@dataclass(frozen=True, eq=False)
class SpectralAccount(Result):
    """The two quenches, mode by mode.

    Args:
        heating: one branch.
        cooling: the other.
    """

    heating: Branch
    cooling: Branch

    @cached_property
    def gaps(self) -> tuple[FloatArray, FloatArray]:
        """Decay rate of the slowest mode (...) of heating and of cooling [1/time]."""
        return self.heating.modes.gap, self.cooling.modes.gap

    @cached_property
    def slow_overlaps(self) -> tuple[FloatArray, FloatArray]:
        """|c_1| of each in the 1/pi inner product (...): how much of the chi distance the slowest mode holds."""
        return tuple(  # type: ignore[return-value]
            _of_slowest(branch, np.abs(branch.modes.overlaps_of(branch.evolution.initial)))
            for branch in (self.heating, self.cooling)
        )

    @cached_property
    def slow_trace_overlaps(self) -> tuple[FloatArray, FloatArray]:
        """|c_1| ||R_1||_1 of each (...), which no normalisation of the modes changes."""
        return tuple(  # type: ignore[return-value]
            _of_slowest(branch, branch.modes.trace_norm_overlaps_of(branch.evolution.initial))
            for branch in (self.heating, self.cooling)
        )

    @cached_property
    def slow_populated(self) -> tuple[BoolArray, BoolArray]:
        """Whether each holds more of its slowest mode than rounding (...); where not, the gap decides nothing."""
        return tuple(  # type: ignore[return-value]
            _of_slowest(branch, branch.modes.populated_by(branch.evolution.initial))
            for branch in (self.heating, self.cooling)
        )

    @cached_property
    def initial_mode_rates(self) -> tuple[FloatArray, FloatArray]:
        """Share of each mode in the initial entropy production rate (..., n - 1), slowest first [nats/time].

        Raises:
            HypothesisError: if modes do not resolve the entropy production (see `Ledger.mode_rates`).
        """
        start = np.zeros(1)
        return tuple(  # type: ignore[return-value]
            branch.at(start).ledger.mode_rates[..., 0, :] for branch in (self.heating, self.cooling)
        )

    @cached_property
    def carrier(self) -> IntArray:
        """The mode (...), counted from 1, in which the initial entropy production rates differ most.

        Raises:
            HypothesisError: if modes do not resolve the entropy production.
        """
        one, two = self.initial_mode_rates
        return np.asarray(np.argmax(np.abs(one - two), axis=-1) + 1)


def without_slowest(heating: Branch, cooling: Branch) -> str:
    """Which of two quenches hold nothing of their slowest mode, so that the gap decides nothing about them.

    Args:
        heating: one branch.
        cooling: the other.

    Returns:
        The words of a clause; empty where both hold some of it, and for a sweep, whose points may differ.
    """
    populated = [_of_slowest(side, side.modes.populated_by(side.evolution.initial)) for side in (heating, cooling)]
    if any(each.ndim for each in populated):
        return ""
    empty = [side.quench.name for side, held in zip((heating, cooling), populated, strict=True) if not held]
    return f"{' and '.join(empty)} hold{'s' if len(empty) == 1 else ''} no more than rounding" if empty else ""


def _of_slowest(branch: Branch, numbers: NDArray[Any]) -> NDArray[Any]:
    """The number (...) of the slowest mode that decays, out of those of all modes (..., n)."""
    # Where levels are kept apart, more than one mode lasts: the slowest is not always the second.
    slowest = np.broadcast_to(branch.modes.slowest, numbers.shape[:-1])[..., None]
    return np.asarray(np.take_along_axis(numbers, slowest, axis=-1)[..., 0])
