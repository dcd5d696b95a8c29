"""The statistical length of two populations, in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import FloatArray
from thermokin.motion.evolution import Evolution

__all__ = ["TwoLevelLength", "closed_rates", "statistical_angle"]


def statistical_angle(p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
    """The statistical length between two-level populations, 2 |arcsin sqrt p_1 - arcsin sqrt q_1|.

    Evaluated as 4 arcsin(c / 2), c^2 = sum_n [(p_n - q_n) / (sqrt p_n + sqrt q_n)]^2, which keeps the digits of the
    difference.

    Args:
        p: populations (..., 2).
        q: populations (..., 2).
        difference: p_1 - q_1 (...), to all its digits.

    Returns:
        (...), 0 to pi.
    """
    square: FloatArray | float = 0.0
    for level in (0, 1):
        roots = np.sqrt(p[..., level]) + np.sqrt(q[..., level])
        chord = difference / np.maximum(roots, np.finfo(float).tiny)
        square = square + chord * chord
    return np.asarray(4.0 * np.arcsin(0.5 * np.sqrt(square)))


def closed_rates(evolution: Evolution) -> FloatArray | None:
    """W (..., 2, 2) of two populations that move by themselves; None where there is anything else."""
    motion = evolution.motion
    if motion is None or not evolution.population_only or not isinstance(motion.rates, np.ndarray):
        return None
    return motion.rates if motion.rates.shape[-1] == 2 else None


@dataclass(frozen=True, eq=False)
class TwoLevelLength:
    """L = 2 |arcsin sqrt p(t) - arcsin sqrt p(0)|.

    Args:
        evolution: an evolution of two closed populations.
        rates: W (..., 2, 2) [1/time].
    """

    evolution: Evolution
    rates: FloatArray

    @cached_property
    def _offset(self) -> FloatArray:
        """Initial less final population of the second level (...)."""
        lower, upper = (self.evolution.initial.populations[..., level] - self._final[..., level] for level in (0, 1))
        # The level with less in it knows the difference to more digits.
        return np.where(self._final[..., 1] <= self._final[..., 0], upper, -lower)

    @property
    def _final(self) -> FloatArray:
        assert self.evolution.final is not None  # noqa: S101 - made for closed populations only
        return self.evolution.final

    @cached_property
    def length(self) -> FloatArray:
        """Since time 0 (..., t)."""
        speed = (self.rates[..., 0, 1] + self.rates[..., 1, 0])[..., None]
        gone = np.expm1(-speed * self.evolution.times) * self._offset[..., None]
        return statistical_angle(self.evolution.populations, self.evolution.initial.populations[..., None, :], gone)

    @cached_property
    def ahead(self) -> FloatArray:
        """From each time to the end (..., t)."""
        evolution = self.evolution
        return statistical_angle(evolution.populations, self._final[..., None, :], evolution.deviation[..., 1])

    @cached_property
    def total(self) -> FloatArray:
        """From time 0 to the end (...)."""
        return statistical_angle(self.evolution.initial.populations, self._final, self._offset)

    @property
    def error(self) -> FloatArray:
        """Rounding of the length (..., t)."""
        return 4.0 * np.finfo(float).eps * self.length
