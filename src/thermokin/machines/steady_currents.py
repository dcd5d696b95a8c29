"""What a system at rest exchanges with each bath and how it fluctuates: particles, heat, jumps, with their errors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import FloatArray
from thermokin._verbs import known_to
from thermokin.counting.counting import Counting
from thermokin.counting.counting import cumulants as cumulants_of
from thermokin.model.current import activity, heat, particles
from thermokin.model.model import Model

__all__ = ["SteadyCurrents"]

ORDER = 3  # cumulants: mean, noise, skewness


class SteadyCurrents(ABC):
    """The part of a ledger at rest that is counted bath by bath."""

    system: Any
    counting: Counting | None

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Of the baths (b,)."""

    @property
    @abstractmethod
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes, those of a sweep."""

    @property
    def exchanges_particles(self) -> bool:
        """Whether particles, or quanta of modes, can pass between the system and a bath."""
        return bool(self.names) and (not isinstance(self.system, Model) or bool(self.system.table.particles.any()))

    @cached_property
    def particle_cumulants(self) -> FloatArray:
        """Mean, noise and third cumulant of the particles from each bath (..., b, 3) [1/time]; 0 where none pass."""
        return self._of_particles[0]

    @cached_property
    def _of_particles(self) -> tuple[FloatArray, FloatArray]:
        if not self.exchanges_particles:
            nothing = np.zeros((*self.batch_shape, len(self.names), ORDER))
            return nothing, nothing
        return self._by_bath(particles, ORDER)

    @property
    def particle_cumulants_error(self) -> FloatArray:
        """How far rounding may have moved them (..., b, 3)."""
        return self._of_particles[1]

    @property
    def particles(self) -> FloatArray:
        """Particles from each bath (..., b) [1/time]."""
        return np.asarray(self.particle_cumulants[..., 0])

    @property
    def particles_error(self) -> FloatArray:
        """How far rounding may have moved them (..., b)."""
        return np.asarray(self.particle_cumulants_error[..., 0])

    @property
    def fano_factor(self) -> FloatArray:
        """Noise over the size of the particle current of each bath (..., b); NaN where none flows."""
        return _over(self.particle_cumulants, self.particle_cumulants_error, 1)[0]

    @property
    def fano_factor_error(self) -> FloatArray:
        """How far rounding may have moved it (..., b)."""
        return _over(self.particle_cumulants, self.particle_cumulants_error, 1)[1]

    @property
    def skewness(self) -> FloatArray:
        """Third cumulant over the first of the particles of each bath (..., b): 1 for independent jumps one way."""
        return _over(self.particle_cumulants, self.particle_cumulants_error, 2)[0]

    @property
    def skewness_error(self) -> FloatArray:
        """How far rounding may have moved it (..., b)."""
        return _over(self.particle_cumulants, self.particle_cumulants_error, 2)[1]

    @cached_property
    def _of_heat(self) -> tuple[FloatArray, FloatArray]:
        return self._by_bath(heat, ORDER)

    @property
    def heat_cumulants(self) -> FloatArray:
        """Mean, noise and third cumulant of the heat from each bath (..., b, 3) [energy^n/time]."""
        return self._of_heat[0]

    @property
    def heat_cumulants_error(self) -> FloatArray:
        """How far rounding may have moved them (..., b, 3)."""
        return self._of_heat[1]

    @property
    def heat_fano_factor(self) -> FloatArray:
        """Noise over the size of the heat current of each bath (..., b) [energy]; NaN where none flows."""
        return _over(self.heat_cumulants, self.heat_cumulants_error, 1)[0]

    @property
    def heat_skewness(self) -> FloatArray:
        """Third cumulant over the first of the heat of each bath (..., b) [energy^2]; NaN where none flows."""
        return _over(self.heat_cumulants, self.heat_cumulants_error, 2)[0]

    @property
    def has_activity(self) -> bool:
        """Whether the system jumps: particles pass a junction of leads as waves."""
        return known_to(self.system, "activity")

    @cached_property
    def _activity(self) -> tuple[FloatArray, FloatArray]:
        found, error = self._by_bath(activity, 1)
        return found[..., 0], error[..., 0]

    @property
    def activity(self) -> FloatArray:
        """Jumps of each bath (..., b) [1/time]."""
        return self._activity[0]

    @property
    def activity_error(self) -> FloatArray:
        """How far rounding may have moved it (..., b)."""
        return self._activity[1]

    @cached_property
    def _total_activity(self) -> tuple[FloatArray, FloatArray]:
        return self._mean(activity(self.system))

    @property
    def total_activity(self) -> FloatArray:
        """Jumps of all channels (...) [1/time]."""
        return self._total_activity[0]

    @property
    def total_activity_error(self) -> FloatArray:
        """How far rounding may have moved it (...)."""
        return self._total_activity[1]

    @property
    def _count(self) -> Callable[..., Any]:
        return partial(cumulants_of, self.system) if self.counting is None else self.counting.cumulants

    def _mean(self, counted: Any) -> tuple[FloatArray, FloatArray]:
        found = self._count(counted, order=1)
        return np.asarray(found.values[..., 0]), np.asarray(found.error)[..., 0]

    def _by_bath(self, kind: Callable[..., Any], order: int) -> tuple[FloatArray, FloatArray]:
        found = [self._count(kind(self.system, name), order=order) for name in self.names]
        shape = (*self.batch_shape, order)
        if not found:
            return np.zeros((*self.batch_shape, 0, order)), np.zeros((*self.batch_shape, 0, order))
        values = np.stack([np.broadcast_to(one.values, shape) for one in found], axis=-2)
        return values, np.stack([np.broadcast_to(np.asarray(one.error), shape) for one in found], axis=-2)


def _over(cumulants: FloatArray, error: FloatArray, order: int) -> tuple[FloatArray, FloatArray]:
    """A cumulant over the first, the noise over its size, and the error; NaN where the first is none."""
    mean, doubt = cumulants[..., 0], error[..., 0]
    below = np.where(np.abs(mean) > doubt, np.abs(mean) if order == 1 else mean, np.nan)
    ratio = cumulants[..., order] / below
    return ratio, np.abs(error[..., order] / below) + np.abs(ratio * doubt / below)
