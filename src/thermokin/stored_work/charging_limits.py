"""What a battery's energy does while it is charged: its power, its fluctuations, and what bounds the power by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.driven_evolution import DrivenEvolution
from thermokin.motion.evolution import Evolution
from thermokin.operators.distances import bures_angle
from thermokin.operators.tensor import partial_trace
from thermokin.parts.local_terms import embedded
from thermokin.stored_work.ergotropy import Ergotropy

__all__ = ["ChargingLimits", "battery_states"]

EMPTY = 1e-14  # population of a level that is not told from none
STILL = 1e-9  # of the fastest change of a population: what is slower is rounding


class ChargingLimits:
    """Powers, fluctuations and limits of a battery whose evolution is known."""

    if TYPE_CHECKING:  # fields and properties of `Charging`
        evolution: Evolution | DrivenEvolution
        dims: tuple[int, ...]
        part: int
        ergotropy: Ergotropy

        @property
        def energy(self) -> FloatArray:
            """Energy stored since time 0 (..., t) [energy]."""

    @cached_property
    def variance(self) -> FloatArray:
        """Variance of the battery's energy (..., t) [energy^2], as one measurement finds it."""
        frame = self.ergotropy.frame
        mean = (frame.diagonal * frame.above).sum(axis=-1, keepdims=True)
        return np.asarray((frame.diagonal * (frame.above - mean) ** 2).sum(axis=-1))

    @cached_property
    def power(self) -> FloatArray:
        """Change of the battery's energy per time (..., t) [energy/time].

        Raises:
            HypothesisError: of a driven run, whose states are known at their times alone.
        """
        frame = self.ergotropy.frame
        return np.asarray((self._population_rates * frame.above).sum(axis=-1))

    @cached_property
    def information(self) -> FloatArray:
        """Fisher information of the battery's energy about time, sum of (dp_E/dt)^2 / p_E (..., t) [1/time^2].

        An energy that is neither populated nor being filled counts as 0, inf where one is filled from nothing.

        Raises:
            HypothesisError: of a driven run, whose states are known at their times alone.
        """
        same = self.ergotropy.frame.same
        # Levels of one energy have one probability; each of them carries its share.
        share = same.sum(axis=-1)
        p = (same * self.ergotropy.frame.diagonal[..., None, :]).sum(axis=-1)
        rate = (same * self._population_rates[..., None, :]).sum(axis=-1)
        still = np.abs(rate) <= STILL * np.abs(rate).max(axis=(-2, -1), keepdims=True)
        empty = p <= EMPTY
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = rate**2 / np.where(empty, 0.0, p) / share
        return np.asarray(np.where(empty & still, 0.0, terms).sum(axis=-1))

    @property
    def power_limit(self) -> FloatArray:
        """sqrt(variance * information) >= |power| (..., t) [energy/time], by Cauchy and Schwarz, for any motion.

        Raises:
            HypothesisError: of a driven run, whose states are known at their times alone.

        Reference:
            juliafarre2020.
        """
        with np.errstate(invalid="ignore"):
            found = np.sqrt(self.variance * self.information)
        return np.asarray(np.where(np.isnan(found), np.inf, found))

    @cached_property
    def uncertainty_limit(self) -> FloatArray:
        """2 dH_B dV >= |power| with the deviations of the battery's energy and of V = H - H_B (..., t) [energy/time].

        Raises:
            HypothesisError: where baths or drives act, so that the motion is not that of one Hamiltonian.
        """
        evolution = self._alone()
        rest = self._generator(evolution) - self._whole_battery()
        return np.asarray(2.0 * np.sqrt(self.variance) * self._deviation(evolution, rest))

    @cached_property
    def least_time(self) -> FloatArray:
        """Bures angle from the start over the deviation of the energy, which no Hamiltonian passes (..., t) [time].

        Raises:
            HypothesisError: where baths or drives act, so that the motion is not that of one Hamiltonian.

        Reference:
            uhlmann1992.
        """
        evolution = self._alone()
        first = evolution.at([0.0]).states
        angle = bures_angle(evolution.states, np.broadcast_to(first, evolution.states.shape))
        spread = self._deviation(evolution, self._generator(evolution))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(angle > 0.0, angle / spread, 0.0))

    @property
    def average_power_limit(self) -> FloatArray:
        """Stored energy over `least_time` (..., t) [energy/time], of a battery that is being charged; NaN at time 0.

        Raises:
            HypothesisError: where baths or drives act, so that the motion is not that of one Hamiltonian.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.energy / self.least_time)

    @cached_property
    def _population_rates(self) -> FloatArray:
        """Changes of the populations of the battery's eigenvectors (..., t, b) [1/time]."""
        if not isinstance(self.evolution, Evolution):
            raise HypothesisError(
                "the states of a driven run are known at their times alone, not their rates of change; average powers "
                "are known, and those of a drive at rest in its rotating frame."
            )
        model = self.evolution.model
        frame = None if model.frame is None else model.frame[..., None, :, :]
        rates = self.evolution.frame_rates
        if frame is not None:
            rates = np.asarray(frame @ rates @ frame.conj().swapaxes(-1, -2))
        vectors = self.ergotropy.frame.vectors
        inside = vectors.conj().swapaxes(-1, -2) @ battery_states(rates, self.part, self.dims) @ vectors
        return np.asarray(np.diagonal(inside, axis1=-2, axis2=-1).real)

    def _alone(self) -> Evolution:
        """The evolution, once it is seen to be that of one Hamiltonian."""
        if not isinstance(self.evolution, Evolution) or self.evolution.model.table.size:
            raise HypothesisError("this limit holds where one Hamiltonian moves the state: no baths, jumps or drives.")
        return self.evolution

    def _generator(self, evolution: Evolution) -> ComplexArray:
        found = evolution.model.hamiltonian
        return found if found.ndim == 2 else found[..., None, :, :]

    def _whole_battery(self) -> ComplexArray:
        own = self.ergotropy.hamiltonian
        return own if len(self.dims) == 1 else embedded(own, self.part, self.dims)

    @staticmethod
    def _deviation(evolution: Evolution, operator: ComplexArray) -> FloatArray:
        states = evolution.states
        # Counted from the mean at the first time, so that a mean that stays leaves no large squares to cancel.
        first = np.einsum("...ij,...ji->...", states[..., :1, :, :], operator).real
        about = operator - first[..., None, None] * np.eye(operator.shape[-1])
        mean, square = ((states * one.swapaxes(-1, -2)).sum(axis=(-2, -1)).real for one in (about, about @ about))
        return np.asarray(np.sqrt(np.maximum(square - mean**2, 0.0)))


def battery_states(states: ComplexArray, part: int, dims: tuple[int, ...]) -> ComplexArray:
    """The states of a battery among those of all that charges it.

    Args:
        states: of the whole (..., d, d).
        part: which part it is.
        dims: sizes of the parts; one size where the battery is the whole.

    Returns:
        (..., b, b).
    """
    return states if len(dims) == 1 else partial_trace(states, part, dims)
