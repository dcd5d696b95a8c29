"""The ledger of an evolution: energy, heat per bath, entropy, entropy production and activity over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin._verbs import verb
from thermokin.model.current import activity
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model, require_model
from thermokin.motion.evolution import Evolution
from thermokin.motion.time_grid import set_at_start
from thermokin.numerics.level_sums import sum_over_levels
from thermokin.operators.as_numbers import shown
from thermokin.operators.entropy import divergence_of_checked
from thermokin.thermo.accumulated_entropy_production import gained_and_given, relaxed, relaxed_between_two_levels
from thermokin.thermo.entropy_given import Produced
from thermokin.thermo.entropy_production_parts import adiabatic_rate, coherence_rate, mode_rates, nonadiabatic_rate
from thermokin.thermo.entropy_production_rates import (
    channel_entropy_production_rates,
    population_entropy_production_rate,
    population_entropy_production_rates,
)
from thermokin.thermo.full_heat import FullHeat
from thermokin.thermo.heat_account import heat_rates, heats, work_rate
from thermokin.thermo.start_and_end import StartAndEnd
from thermokin.thermo.time_integral import time_integral

__all__ = ["Ledger", "ledger"]


@dataclass(frozen=True, eq=False)
class Ledger(FullHeat, Result):
    """What an evolution costs. Every entry is an array over time (..., t), made on first use.

    Rates carry "rate" in their name; `heat`, `entropy_production` and `activity` without it count since time 0.

    Args:
        evolution: the evolution it belongs to.
        known: what is known of its start and its end, from the same evolution at other times.
    """

    evolution: Evolution
    known: StartAndEnd | None = None

    @cached_property
    def start_and_end(self) -> StartAndEnd:
        """What belongs to no time between the start and the end."""
        return StartAndEnd(self.evolution) if self.known is None else self.known

    @property
    def model(self) -> Model:
        """The model."""
        return self.evolution.model

    @property
    def times(self) -> FloatArray:
        """(..., t) [time]."""
        return self.evolution.times

    @cached_property
    def energy(self) -> FloatArray:
        """tr(H rho) with the operator whose energy is counted [energy]."""
        return self.evolution.expectation(self.model.energy)

    @cached_property
    def entropy(self) -> FloatArray:
        """-tr rho ln rho [nats]."""
        if self.evolution.population_only:
            p = self.evolution.populations
            return 0.0 - sum_over_levels(p * np.log(np.maximum(p, np.finfo(float).tiny)))
        values = np.linalg.eigvalsh(self.evolution.frame_states)
        return np.asarray(entr(np.maximum(values, 0.0)).sum(axis=-1))

    @property
    def initial_entropy(self) -> FloatArray:
        """Entropy at time 0 (...) [nats]."""
        return self.start_and_end.initial_entropy

    @cached_property
    def heat_rate(self) -> Mapping[str, FloatArray]:
        """Heat current from each bath into the system [energy/time]."""
        return heat_rates(self.evolution)

    @cached_property
    def heat(self) -> Mapping[str, FloatArray]:
        """Heat from each bath since time 0 [energy]."""
        return heats(self.evolution)

    @property
    def initial_energy(self) -> FloatArray:
        """Energy at time 0 (...) [energy]."""
        return self.start_and_end.initial_energy

    @cached_property
    def work_rate(self) -> FloatArray:
        """-i tr([H_E, H] rho), work of drive or coupling on the counted H_E [energy/time]; 0 if nothing drives."""
        return work_rate(self.evolution)

    @cached_property
    def entropy_production_rates(self) -> Mapping[str, FloatArray]:
        """Entropy production rate of each bath [nats/time]; inf where a state without population is being filled."""
        if self._by_populations:
            return population_entropy_production_rates(self.evolution)
        channels = self.channel_entropy_production_rates
        return {
            bath.name: channels[..., self.model.table.bath == position].sum(axis=-1)
            for position, bath in enumerate(self.model.baths)
        }

    @property
    def _by_populations(self) -> bool:
        return self.evolution.population_only and self.evolution.motion is not None

    @cached_property
    def channel_entropy_production_rates(self) -> FloatArray:
        """Entropy production rate of each channel, shared with its reverse (..., t, k) [nats/time]."""
        return channel_entropy_production_rates(self.evolution)

    @cached_property
    def entropy_production_rate(self) -> FloatArray:
        """Entropy production rate sigma = dS/dt + sum_k s_k a_k [nats/time], over all channels.

        a_k is the rate of a jump and s_k the entropy it puts into its surroundings, see `entropy_flow`: -heat/T with a
        bath. inf where a state without population is being filled, and where a jump happens that nothing undoes.
        """
        if self._by_populations:
            return population_entropy_production_rate(self.evolution)
        return np.asarray(self.channel_entropy_production_rates.sum(axis=-1))

    @cached_property
    def entropy_production(self) -> FloatArray:
        """Entropy produced since time 0 [nats]; infinite only where a jump has happened that nothing undoes.

        Finite also from a start without full rank, whose first rate is not.
        """
        return set_at_start(self._produced.amount, self.times, 0.0)

    @cached_property
    def entropy_production_error(self) -> FloatArray:
        """What rounding may make of `entropy_production` (..., t) [nats]."""
        return np.where(np.isfinite(self._produced.amount), self._produced.error, 0.0)

    @cached_property
    def _produced(self) -> Produced:
        if self.relaxes_to_equilibrium and self.evolution.population_only:
            closed = relaxed_between_two_levels(self.evolution)
            return closed or relaxed(self.evolution, self.total_entropy_production, self.divergence)
        return gained_and_given(self.evolution, self.initial_entropy, self.entropy)

    @property
    def relaxes_to_equilibrium(self) -> bool:
        """Whether the state ends, from anywhere, in one of full rank in which every jump is as frequent as its reverse.

        That is the Gibbs state that all baths agree on; of jumps without a bath one around whose rings they agree.
        """
        return self.start_and_end.relaxes_to_equilibrium

    @cached_property
    def divergence(self) -> FloatArray:
        """D(rho_t || pi) (..., t) [nats], of populations from the equilibrium they relax to; refused without one."""
        motion = self.evolution.motion
        if motion is None or not self.relaxes_to_equilibrium or not self.evolution.population_only:
            raise HypothesisError("the divergence from equilibrium is followed for populations that relax to one.")
        final = motion.limit.stationary[0][..., None, :]
        return divergence_of_checked(self.evolution.populations, final, self.evolution.deviation)

    @property
    def total_entropy_production(self) -> FloatArray:
        """Entropy produced to the end, D(rho_0 || pi) (...) [nats], for relaxation to one equilibrium.

        Raises:
            HypothesisError: if there is no one equilibrium (baths or jumps do not agree on one, or the Hamiltonian
                does not leave it at rest), or it is not reached from everywhere.
        """
        return self.start_and_end.total_entropy_production

    @cached_property
    def activity_rate(self) -> Mapping[str, FloatArray]:
        """Jumps per time, by bath [1/time]."""
        return {bath.name: self.evolution.expectation(self._activity(bath.name)) for bath in self.model.baths}

    def _activity(self, bath: str) -> FrameOperator:
        return self.evolution.liouvillian.observable(activity(self.model, bath).weights)

    @cached_property
    def activity(self) -> Mapping[str, FloatArray]:
        """Jumps since time 0, by bath. Cost: one linear solve."""
        return {bath.name: time_integral(self.evolution, self._activity(bath.name)) for bath in self.model.baths}

    @cached_property
    def total_activity_rate(self) -> FloatArray:
        """Jumps per time, of all channels [1/time]."""
        return self.evolution.expectation(self.evolution.liouvillian.decay)

    @cached_property
    def total_activity(self) -> FloatArray:
        """Jumps since time 0, of all channels. Cost: one linear solve."""
        if len(self.model.baths) == 1 and not self.model.table.bathless.any():
            return next(iter(self.activity.values()))
        return time_integral(self.evolution, self.evolution.liouvillian.decay)

    @property
    def has_split(self) -> bool:
        """Whether populations and coherences produce entropy apart: populations obey an equation of their own."""
        return self.evolution.motion is not None and self.model.energy.is_diagonal

    @cached_property
    def population_part(self) -> FloatArray:
        """-d/dt D(diag rho || pi), the entropy production rate of the populations [nats/time].

        Raises:
            HypothesisError: if populations and coherences are coupled.

        Reference:
            santos2019.
        """
        if not self.has_split:
            raise HypothesisError("populations and coherences are coupled here: the rate has no such split.")
        return population_entropy_production_rate(self.evolution)

    @cached_property
    def coherence_part(self) -> FloatArray:
        """-d/dt [S(diag rho) - S(rho)], the rate of the coherences, refused as `population_part` is [nats/time].

        Reference:
            santos2019.
        """
        population = self.population_part
        if self.evolution.population_only:
            return np.zeros_like(population)
        return coherence_rate(self.evolution, self.entropy_production_rate, population)

    @cached_property
    def nonadiabatic(self) -> FloatArray:
        """-tr[(L rho)(ln rho - ln rho_ss)] >= 0: what relaxation towards the steady state produces [nats/time].

        inf where a state without population is being filled; NaN, with a `LostPointsWarning`, at points of a sweep
        whose steady state lacks full rank.

        Reference:
            manzano2018.
        """
        return nonadiabatic_rate(self.evolution, self.start_and_end.log_steady)

    @cached_property
    def adiabatic(self) -> FloatArray:
        """The rest of the rate: what the steady state goes on producing; can be negative with coherence [nats/time].

        Reference:
            manzano2018.
        """
        return adiabatic_rate(self.evolution, self.start_and_end.log_steady)

    @cached_property
    def mode_rates(self) -> FloatArray:
        """Share of each relaxation mode in the entropy production rate (..., t, n - 1), slowest first [nats/time].

        Refused where the baths do not agree on one equilibrium, or coherences are present.
        """
        return mode_rates(self.evolution)


@verb
def ledger(model: Model, evolution: Evolution) -> Ledger:
    """The ledger of an evolution.

    Args:
        model: the model.
        evolution: an evolution of that model.

    Returns:
        The ledger, whose entries are made on first use.

    Raises:
        ValueError: if the evolution belongs to another model.
        TypeError: if an argument is of the wrong type.

    Example:
        >>> import math, thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> account = tk.ledger(qubit, tk.evolve(qubit, tk.Gibbs(0.0), [1e4]))
        >>> round(float(account.entropy_production[0]), 8), round(math.log1p(math.exp(-1.0)), 8)  # D(start || end)
        (0.31326169, 0.31326169)
    """
    require_model(model)
    if not isinstance(evolution, Evolution):
        raise TypeError(f"`evolution` must be what `evolve` returns, got {shown(evolution)}.")
    if evolution.model is not model:
        raise ValueError("`evolution` belongs to another model; evolve this one.")
    return Ledger(evolution)
