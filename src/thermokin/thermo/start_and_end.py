"""What an evolution costs from its start to its end, and what both are: the same whatever times it is followed at."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from thermokin._cached import cached_property
from thermokin._errors import (
    DegenerateSteadyStateError,
    HypothesisError,
    LostPointsWarning,
    NotConvergedError,
    users_level,
)
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.frame_operator import FrameOperator
from thermokin.motion.evolution import Evolution
from thermokin.motion.initial import InitialState
from thermokin.motion.steady_state import steady_state
from thermokin.numerics.level_sums import sum_over_levels
from thermokin.operators.entropy import divergence_of_checked

__all__ = ["StartAndEnd", "away_from", "is_lasting_equilibrium", "steady_logarithm"]

AT_REST = 1e-12  # of the Hamiltonian's largest element: a coherence that it makes of an equilibrium, taken for rounding
SAME = 1e-10  # difference of an element of two states of trace one that is rounding


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
        thermalizes = bool((np.abs(motion.limit.stationary[0] - np.exp(equilibrium)) <= SAME).all())
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


def is_lasting_equilibrium(liouvillian: Liouvillian, equilibrium: FloatArray) -> bool:
    """Whether everything ends in a state in which each jump is as frequent as the one that undoes it.

    Jumps leave such a state as it is, and the Hamiltonian does where it links levels of one population alone.

    Args:
        liouvillian: the generator.
        equilibrium: ln of the populations (..., d) of that state.

    Returns:
        The answer, for all points of a sweep together.

    Cost:
        The steady state, for whether it is the only one.
    """
    generator = liouvillian.model.generator
    if generator.matrix is not None:
        populations = np.exp(equilibrium)
        turned = np.abs(generator.matrix) * np.abs(populations[..., None, :] - populations[..., :, None])
        level = np.maximum(populations[..., None, :], populations[..., :, None])
        largest = np.abs(generator.matrix).max(axis=(-2, -1), keepdims=True)
        spread = 1.0 + np.abs(np.where(np.isfinite(equilibrium), equilibrium, 0.0)).max()
        if (turned > AT_REST * spread * largest * level).any():
            return False
    try:
        steady_state(liouvillian.model)
    except (DegenerateSteadyStateError, NotConvergedError):  # several, or too close to several to tell
        return False
    return True


def away_from(start: InitialState, equilibrium: FloatArray) -> FloatArray:
    """Populations at time 0 less those of an equilibrium, to all digits that the preparation knows.

    Args:
        start: a start without coherences.
        equilibrium: ln of the populations (..., d).

    Returns:
        (..., d).
    """
    if start.logarithms is None:
        return np.asarray(start.populations - np.exp(equilibrium))
    with np.errstate(invalid="ignore", over="ignore"):
        ratio = np.expm1(start.logarithms - equilibrium)
        return np.where(np.isfinite(ratio), np.exp(equilibrium) * ratio, start.populations - np.exp(equilibrium))


def steady_logarithm(evolution: Evolution) -> FrameOperator:
    """Ln of the steady state, to all digits where that is an equilibrium.

    Args:
        evolution: any evolution.

    Returns:
        The operator; NaN, and named by a warning, at points of a sweep where the steady state lacks full rank.

    Raises:
        HypothesisError: if it does so everywhere.
    """
    stationary = evolution.final
    if stationary is not None and evolution.population_only:
        full = np.asarray((stationary > 0.0).all(axis=-1))
        _require_some(full)
        return FrameOperator(np.where(full[..., None], np.log(np.where(stationary > 0.0, stationary, 1.0)), np.nan))
    held = evolution.initial.matrix
    identity = np.eye(evolution.model.dimension, dtype=np.complex128)
    start = evolution.initial.populations[..., None] * identity if held is None else held
    # The start says which steady state is meant, where there are several.
    matrix = steady_state(evolution.model, initial=evolution.model.from_frame(start)).matrix
    equilibrium = _equilibrium(evolution, matrix)
    return FrameOperator(equilibrium) if equilibrium is not None else FrameOperator.from_matrix(_logarithm(matrix))


def _equilibrium(evolution: Evolution, steady: ComplexArray) -> FloatArray | None:
    """Ln of the equilibrium that the steady state is; populations below rounding are known from nowhere else."""
    equilibrium = evolution.liouvillian.log_equilibrium
    if equilibrium is None or not np.isfinite(equilibrium).all():
        return None
    identity = np.eye(equilibrium.shape[-1], dtype=np.complex128)
    same = np.abs(steady - np.exp(equilibrium)[..., None] * identity) <= SAME
    return equilibrium if same.all() else None


def _logarithm(steady: ComplexArray) -> ComplexArray:
    values, vectors = np.linalg.eigh(steady)
    full = np.asarray((values > 0.0).all(axis=-1))
    _require_some(full)
    logarithms = np.log(np.where(values > 0.0, values, 1.0))
    matrix = (vectors * logarithms[..., None, :]) @ vectors.conj().swapaxes(-1, -2)
    return np.where(full[..., None, None], matrix, np.nan)


def _require_some(full: BoolArray) -> None:
    if not full.any():
        raise HypothesisError("the non-adiabatic part needs a steady state of full rank.")
    if not full.all():
        lost = np.argwhere(~full).tolist()
        message = (
            f"the steady state lacks full rank at {len(lost)} of {full.size} points, the first {tuple(lost[0])}: they "
            "have no adiabatic and no non-adiabatic part, and are NaN."
        )
        warnings.warn(LostPointsWarning(message, lost), stacklevel=users_level())
