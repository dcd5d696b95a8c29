"""What an evolution costs from its start to its end, and what both are: the same whatever times it is followed at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray
from thermokin.model.frame_operator import FrameOperator
from thermokin.motion.evolution import Evolution
from thermokin.numerics.level_sums import sum_over_levels
from thermokin.operators.entropy import divergence_of_checked
from thermokin.thermo.equilibrium import away_from, is_lasting_equilibrium
from thermokin.thermo.steady_logarithm import steady_logarithm

__all__ = ["StartAndEnd"]


@dataclass(frozen=True, eq=False)
class StartAndEnd:
    """Numbers of an evolution that belong to no time between its start and its end. Each is made on first use.

    Args:
        evolution: the evolution, at any times.
    """

    evolution: Evolution

    @cached_property
    def initial_entropy(self) -> FloatArray:
        """Entropy at time 0 (...) [nats]."""
        start = self.evolution.initial
        values = start.populations if start.matrix is None else np.linalg.eigvalsh(start.matrix)
        return np.asarray(entr(np.maximum(values, 0.0)).sum(axis=-1))

    @cached_property
    def initial_energy(self) -> FloatArray:
        """Energy at time 0 (...) [energy]."""
        start, operator = self.evolution.initial, self.evolution.model.energy
        if start.matrix is None or operator.matrix is None:
            return np.asarray((start.populations * operator.diagonal).sum(axis=-1))
        return np.asarray(np.einsum("...ij,...ji->...", start.matrix, operator.matrix).real)

    @cached_property
    def log_steady(self) -> FrameOperator:
        """Ln of the steady state; NaN at points of a sweep where it lacks full rank.

        Raises:
            HypothesisError: if it does so everywhere.
        """
        return steady_logarithm(self.evolution)

    @cached_property
    def relaxes_to_equilibrium(self) -> bool:
        """Whether the state ends in one equilibrium of full rank, from anywhere."""
        return self._thermalizes and bool((self._equilibrium > 0.0).all())

    @cached_property
    def _thermalizes(self) -> bool:
        """The same, whatever the rank: at temperature 0 the Gibbs state is the ground state."""
        motion, equilibrium = self.evolution.motion, self.evolution.liouvillian.log_equilibrium
        if equilibrium is None:
            return False
        if motion is None:
            return is_lasting_equilibrium(self.evolution.liouvillian, equilibrium)
        if not motion.limit.unique:
            return False
        thermalizes = bool((np.abs(motion.limit.stationary[0] - np.exp(equilibrium)) <= 1e-10).all())
        return thermalizes and all(path.decays for path in self.evolution.paths)

    @property
    def _equilibrium(self) -> FloatArray:
        """The populations (..., d) of the one equilibrium, where there is one."""
        motion, equilibrium = self.evolution.motion, self.evolution.liouvillian.log_equilibrium
        assert equilibrium is not None  # noqa: S101 - asked for only where there is one
        return np.exp(equilibrium) if motion is None else motion.limit.stationary[0]

    @cached_property
    def total_entropy_production(self) -> FloatArray:
        """Entropy produced to the end, D(rho_0 || pi) (...) [nats], for relaxation to one equilibrium; inf at T = 0.

        Raises:
            HypothesisError: if there is no one equilibrium, or it is not reached from everywhere.
        """
        start, away = self.evolution.initial, self.evolution.away
        equilibrium = self.evolution.liouvillian.log_equilibrium
        if equilibrium is None or not self._thermalizes:
            raise HypothesisError(
                "the total entropy production is known only for relaxation from everywhere to one equilibrium: a state "
                "in which each jump is as frequent as the one that undoes it, and which the Hamiltonian leaves at rest."
            )
        if start.matrix is None:
            away = away_from(start, equilibrium) if away is None else away
            return divergence_of_checked(start.populations, self._equilibrium, away)
        with np.errstate(invalid="ignore"):
            terms = start.populations * equilibrium
        cross = sum_over_levels(np.where(start.populations > 0.0, terms, 0.0))
        return np.asarray(-self.initial_entropy - cross)
