"""Thermal kinematics: statistical velocity, length and degree of completion of an evolution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.geometry import two_levels
from thermokin.geometry.statistical_length import StatisticalLength, statistical_length
from thermokin.geometry.statistical_velocity import statistical_velocity
from thermokin.geometry.unitary_part import UnitaryPart, WithUnitary
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution
from thermokin.numerics.two_level import decay_rate

__all__ = ["Kinematics", "TwoLevelLength", "closed_rates", "fraction", "kinematics"]


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
        speed = decay_rate(self.rates)[..., None]
        gone = np.expm1(-speed * self.evolution.times) * self._offset[..., None]
        return two_levels.statistical_length(
            self.evolution.populations, self.evolution.initial.populations[..., None, :], gone
        )

    @cached_property
    def ahead(self) -> FloatArray:
        """From each time to the end (..., t)."""
        evolution = self.evolution
        return two_levels.statistical_length(
            evolution.populations, self._final[..., None, :], evolution.deviation[..., 1]
        )

    @cached_property
    def total(self) -> FloatArray:
        """From time 0 to the end (...)."""
        return two_levels.statistical_length(self.evolution.initial.populations, self._final, self._offset)

    @property
    def error(self) -> FloatArray:
        """Rounding of the length (..., t)."""
        return 4.0 * np.finfo(float).eps * self.length


def closed_rates(evolution: Evolution) -> FloatArray | None:
    """W (..., 2, 2) of two populations that move by themselves; None where there is anything else."""
    motion = evolution.motion
    if motion is None or not evolution.population_only or not isinstance(motion.rates, np.ndarray):
        return None
    return motion.rates if motion.rates.shape[-1] == 2 else None


@dataclass(frozen=True, eq=False)
class Kinematics(Result):
    """How fast and how far a state moves among states, measured by what can be told apart.

    The velocity is v = sqrt(F_Q), F_Q the SLD quantum Fisher information about time; the Bures angle grows at v/2.
    Every entry is made on first use.

    Args:
        evolution: the evolution it belongs to.
        rotation: which part of the motion counts.
        known: the kinematics of the same evolution at other times, if there are any.
    """

    evolution: Evolution
    rotation: UnitaryPart
    known: Kinematics | None = None

    @property
    def times(self) -> FloatArray:
        """(..., t) [time]."""
        return self.evolution.times

    @cached_property
    def velocity(self) -> FloatArray:
        """V = sqrt(F_Q) (..., t) [1/time]; inf at time 0 of a start without full rank that is being filled."""
        return statistical_velocity(self.evolution, self.rotation)

    @cached_property
    def path(self) -> StatisticalLength | TwoLevelLength:
        """The integrals of the velocity. Cost: a quadrature over some hundred states; a closed form for two levels."""
        rates = closed_rates(self.evolution)
        if rates is None:
            known = None if self.known is None else self.known.path
            return statistical_length(
                self.evolution, self.rotation, known if isinstance(known, StatisticalLength) else None
            )
        return TwoLevelLength(self.evolution, rates)

    @property
    def length(self) -> FloatArray:
        """L(t) = int_0^t v dt (..., t)."""
        return self.path.length

    @property
    def length_error(self) -> FloatArray:
        """Estimated absolute error of the length (..., t)."""
        return self.path.error

    @property
    def total_length(self) -> FloatArray:
        """L(inf) (...); inf for a state that never comes to rest."""
        return self.path.total

    @cached_property
    def completion(self) -> FloatArray:
        """L(t) / L(inf) (..., t), between 0 and 1; 1 for a state that does not move at all."""
        return np.minimum(fraction(self.path.length, self.path.total[..., None], 1.0), 1.0)

    @cached_property
    def remaining(self) -> FloatArray:
        """1 - completion (..., t), from the length still ahead: accurate at late times as well."""
        return np.minimum(fraction(self.path.ahead, self.path.total[..., None], 0.0), 1.0)


def kinematics(model: Model, evolution: Evolution, *, rotation: UnitaryPart | None = None) -> Kinematics:
    """The kinematics of an evolution.

    Args:
        model: the model.
        evolution: an evolution of that model, at any times.
        rotation: `WithUnitary()` (if None) counts the unitary rotation of coherences as motion, `DissipativeOnly()`
            leaves it out.

    Returns:
        The kinematics, whose entries are made on first use.

    Raises:
        ValueError: if the evolution belongs to another model.
        TypeError: if the rotation is not one of the two.

    Reference:
        braunstein1994, tejero2024.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> path = tk.kinematics(qubit, tk.evolve(qubit, tk.Gibbs(0.0), [0.0, 100.0]))
        >>> round(float(path.total_length), 8), round(2.0 * math.asin(math.sqrt(1.0 / (math.e + 1.0))), 8)
        (1.09041525, 1.09041525)
    """
    if evolution.model is not model:
        raise ValueError("`evolution` belongs to another model; evolve this one.")
    rotation = WithUnitary() if rotation is None else rotation
    if not isinstance(rotation, UnitaryPart):
        raise TypeError(f"`rotation` must be WithUnitary() or DissipativeOnly(), got {rotation!r}.")
    return Kinematics(evolution, rotation)


def fraction(part: FloatArray, whole: FloatArray, of_nothing: float) -> FloatArray:
    """The part over the whole; of an endless whole every finite part is nothing and the rest is all.

    Args:
        part: (...), >= 0.
        whole: (...), >= 0; leading axes broadcast.
        of_nothing: the fraction where the whole is 0.

    Returns:
        (...).
    """
    endless, nothing = np.isinf(whole), whole == 0.0
    if not (endless | nothing).any():
        return np.asarray(part / whole)
    share = part / np.where(endless | nothing, 1.0, whole)
    return np.where(endless, np.isinf(part).astype(float), np.where(nothing, of_nothing, share))
