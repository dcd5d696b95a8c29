"""One side of a comparison: a quench over time, with everything that is asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.bounds.bound import Bounds
from thermokin.bounds.catalogue import relaxation_bounds
from thermokin.counting.integrated_cumulants import IntegratedCumulants, exchanged
from thermokin.geometry.kinematics import Kinematics, closed_rates, fraction
from thermokin.geometry.unitary_part import WithUnitary
from thermokin.model.current import heat
from thermokin.motion.evolution import Evolution, at_points, evolve
from thermokin.motion.modes import Modes, modes, population_modes
from thermokin.motion.steady_state import steady_state
from thermokin.operators.distance import Bures, Distance, HilbertSchmidt, RelativeEntropy, Trace, require_distance
from thermokin.quench.heat_to_end import exchanges_heat, heat_by, heat_from_levels, summed
from thermokin.quench.protocol import Quench
from thermokin.thermo.ledger import Ledger

__all__ = ["DISTANCES", "FAR", "Branch", "branch"]

DISTANCES: tuple[Distance, ...] = (RelativeEntropy(), Trace(), Bures(), HilbertSchmidt())
"""What a comparison follows unless told otherwise. (For populations the Wigner-Yanase angle is the Bures angle.)"""
STATE_ROUNDING = 32.0 * float(np.finfo(np.float64).eps)  # of a density matrix, by each of its levels
FAR = 45.0  # decay times of the slowest mode after which a quench is over to rounding
EARLY = 1e-4  # of the first time after 0: integrals start even, and who leads at once shows there


@dataclass(frozen=True, eq=False)
class Branch(Result):
    """A quench over time. Everything is made on first use.

    Args:
        quench: the quench.
        evolution: its state over time.
        measures: the distances to its final state that are followed.
        origin: the same quench at the times first asked for, which knows what belongs to no time; None for itself.

    Example:
        >>> import math, thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"gap": 1.0, "rate": 0.01})
        >>> heating = tk.compare(tk.reciprocal(qubit, cold=0.5, hot=2.0), [0.0, 50.0]).heating
        >>> heating.remaining(tk.distances.Trace()).round(6), round(math.exp(-50.0 * 0.01 / math.tanh(0.25)), 6)
        (array([1.      , 0.129835]), 0.129835)
    """

    quench: Quench
    evolution: Evolution
    measures: tuple[Distance, ...] = field(default=DISTANCES)
    origin: Branch | None = None

    @property
    def times(self) -> FloatArray:
        """(..., t) [time]."""
        return self.evolution.times

    @property
    def numbers(self) -> int:
        """How many populations over time it holds."""
        return self.evolution.populations.size

    def at(self, times: ArrayLike) -> Branch:
        """The same quench at other times.

        Args:
            times: (..., t) strictly ascending, >= 0 [time].

        Returns:
            The branch.

        Raises:
            ValueError: if the times are not valid.
        """
        return Branch(self.quench, self.evolution.at(times), self.measures, self.origin or self)

    def at_points(self, points: IntArray) -> Branch | None:
        """The same quench at some points of the sweep.

        Args:
            points: numbers in the flattened leading axes (m,), ascending.

        Returns:
            The branch at its first time, to be asked `at` others; None where coherences move or nothing is swept.
        """
        evolution = at_points(self.evolution, points, slice(1))
        return None if evolution is None else Branch(self.quench, evolution, self.measures)

    def cut(self, points: slice) -> Branch | None:
        """The same at a stretch of the flattened leading axes, at all its times; None as of `at_points`."""
        evolution = at_points(self.evolution, points)
        return None if evolution is None else Branch(self.quench, evolution, self.measures)

    def early(self) -> Branch | None:
        """The same quench at one time well before the first one after 0; None where time 0 is the only one given."""
        # Not kept: it knows this one as its origin, and of two that know each other no array is given back at once.
        first, started = self.times[..., :1], self.times[..., :1] == 0.0
        if self.times.shape[-1] == 1:
            return None if started.any() else self.at(EARLY * first)
        return self.at(EARLY * np.where(started, self.times[..., 1:2], first))

    @cached_property
    def ledger(self) -> Ledger:
        """Energy, heat, entropy and their rates."""
        return Ledger(self.evolution, None if self.origin is None else self.origin.ledger.start_and_end)

    @cached_property
    def heat(self) -> IntegratedCumulants:
        """Mean and variance of the heat taken in since time 0 [energy]."""
        return exchanged(self.evolution, heat(self.evolution.model))

    @cached_property
    def total_heat(self) -> FloatArray:
        """Mean heat taken in until the end of time (...) [energy]; nan where heat flows on at rest.

        Raises:
            HypothesisError: if no jump exchanges heat with a bath.

        Cost:
            None where the heat is the change of a number that each level has; else that of `ledger.heat` at two times.
        """
        if not exchanges_heat(self.evolution):
            raise HypothesisError(f"the model of {self.quench.name!r} exchanges no heat with a bath.")
        found = heat_from_levels(self.evolution, self.final_populations)
        return heat_by(self.evolution, self.latest) if found is None else found

    @property
    def heat_so_far(self) -> FloatArray:
        """Mean heat from all baths together since time 0 (..., t) [energy]."""
        return summed(self.ledger.heat, self.evolution)

    @property
    def heat_rate(self) -> FloatArray:
        """Heat current from all baths together (..., t) [energy/time]."""
        return summed(self.ledger.heat_rate, self.evolution)

    @property
    def latest(self) -> FloatArray:
        """A time by which the quench is over (...) [time]; the last one given where nothing decays."""
        gap, last = self.modes.gap, self.times[..., -1]
        return np.where(gap > 0.0, FAR / np.where(gap > 0.0, gap, 1.0), np.where(last > 0.0, last, 1.0))

    @cached_property
    def final_populations(self) -> FloatArray:
        """Where the populations end (..., d), in the frame."""
        if self.evolution.final is not None:
            return self.evolution.final
        return np.real(np.diagonal(self.final_matrix, axis1=-2, axis2=-1))

    @cached_property
    def final_matrix(self) -> ComplexArray:
        """Where the state ends (..., d, d), in the frame."""
        if self.origin is not None:
            return self.origin.final_matrix
        return steady_state(self.evolution.model, initial=self.quench.initial).matrix

    @cached_property
    def kinematics(self) -> Kinematics:
        """Statistical velocity, length and completion."""
        known = None if self.origin is None else self.origin.kinematics
        return Kinematics(self.evolution, WithUnitary(), known)

    @cached_property
    def bounds(self) -> Bounds:
        """The bounds on the variance of the heat, each with its hypotheses checked here."""
        return relaxation_bounds(self.ledger, self.heat)

    @cached_property
    def modes(self) -> Modes:
        """The modes of relaxation. Cost: one eigendecomposition."""
        if self.origin is not None:
            return self.origin.modes
        evolution = self.evolution
        if evolution.motion is not None and evolution.population_only:
            return population_modes(evolution.liouvillian, evolution.motion)
        return modes(evolution.model, initial=self.quench.initial)

    @cached_property
    def distances(self) -> dict[str, FloatArray]:
        """Distance to the final state (..., t) in each measure, by its name."""
        return {measure.name: self.distance(measure) for measure in self.measures}

    @cached_property
    def initial_distances(self) -> dict[str, FloatArray]:
        """Distance of the initial from the final state (...) in each measure, by its name."""
        return {measure.name: self._initial_distance(measure) for measure in self.measures}

    def distance(self, measure: Distance) -> FloatArray:
        """Distance to the final state.

        Args:
            measure: the distance.

        Returns:
            (..., t), accurate at late times.
        """
        evolution = self.evolution
        if isinstance(measure, Bures) and closed_rates(evolution) is not None:
            return 0.5 * self.kinematics.path.ahead  # two populations keep to the shortest path
        if isinstance(measure, RelativeEntropy) and evolution.population_only and self.ledger.relaxes_to_equilibrium:
            return self.ledger.divergence
        if evolution.population_only and evolution.motion is not None:
            final = self.final_populations[..., None, :]
            return measure.of_checked(evolution.populations, final, evolution.deviation)
        states, difference = evolution.frame_states, evolution.frame_deviation
        return measure.between_states(states, self.final_matrix[..., None, :, :], difference=difference)

    def remaining(self, measure: Distance) -> FloatArray:
        """The fraction of the initial distance that is left.

        Args:
            measure: the distance.

        Returns:
            (..., t); 0 of no distance, and of an infinite one 1 as long as it lasts.
        """
        if measure.name not in self._remaining:
            # What `distances` already holds is not computed again; a branch at another time computes this one alone.
            known = self.__dict__.get("distances", {})
            value = known[measure.name] if measure.name in known else self.distance(measure)
            self._remaining[measure.name] = fraction(value, self._initial_distance(measure)[..., None], 0.0)
        return self._remaining[measure.name]

    @cached_property
    def _remaining(self) -> dict[str, FloatArray]:
        """What `remaining` has found of each measure: crossings and verdicts ask for the same."""
        return {}

    def remaining_error(self, measure: Distance) -> FloatArray:
        """What rounding of the states may make of `remaining`, beyond its own twelve digits; from above at late times.

        Args:
            measure: the distance.

        Returns:
            (..., t), 0 of populations.
        """
        if self.evolution.population_only:
            return np.zeros(self.times.shape)
        first = self._resolution(self._begun)
        return np.asarray(self.remaining(measure) * (self._resolution(self.evolution) + first))

    @property
    def rate_error(self) -> FloatArray:
        """The same of the entropy production rate (..., t) [nats/time]."""
        if self.evolution.population_only:
            return np.zeros(self.times.shape)
        rate = self.ledger.entropy_production_rate
        return np.where(np.isfinite(rate), rate, 0.0) * self._resolution(self.evolution)

    def _resolution(self, evolution: Evolution) -> FloatArray:
        """The rounding of states with coherences, relative to how far they are from the final one (..., t)."""
        far = np.linalg.norm(evolution.frame_deviation, axis=(-2, -1))
        rounding = STATE_ROUNDING * evolution.model.dimension
        return np.asarray(rounding / np.maximum(far, rounding))

    def _initial_distance(self, measure: Distance) -> FloatArray:
        start = self.evolution.initial
        if self.evolution.population_only:
            away = self.evolution.away
            difference = start.populations - self.final_populations if away is None else away
            return measure.of_checked(start.populations, self.final_populations, difference)
        first = self._begun
        state, apart = first.frame_states[..., 0, :, :], first.frame_deviation[..., 0, :, :]
        return measure.between_states(state, self.final_matrix, difference=apart)

    @cached_property
    def _begun(self) -> Evolution:
        return self.evolution.at(np.zeros(1)) if self.origin is None else self.origin._begun


def branch(quench: Quench, times: ArrayLike, measures: Sequence[Distance] = DISTANCES) -> Branch:
    """A quench over time.

    Args:
        quench: the quench.
        times: (..., t) strictly ascending, >= 0 [time].
        measures: the distances to follow.

    Returns:
        The branch.

    Raises:
        ValueError: if the initial state or the times are not valid.
        TypeError: if they are of the wrong type.
    """
    if isinstance(measures, Distance | str):
        raise TypeError(f"`distances` must be a list of distances, such as [Trace()], got {measures!r} alone.")
    for measure in measures:
        require_distance(measure, "distances")
    return Branch(quench, evolve(quench.model, quench.initial, times), tuple(measures))
