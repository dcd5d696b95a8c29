"""Entropy production resolved by relaxation modes, and its non-adiabatic part."""

from __future__ import annotations

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.dynamics.evolution import Evolution
from thermokin.dynamics.modes import population_modes
from thermokin.dynamics.steady_state import steady_state
from thermokin.thermo.population_entropy_production import log_ratio, spohn
from thermokin.thermo.state_spectrum import state_spectrum

__all__ = ["mode_entropy_production_rates", "nonadiabatic_rate"]

SAME = 1e-10  # difference of two states of trace one that is rounding


def mode_entropy_production_rates(evolution: Evolution) -> FloatArray:
    """sigma_j(t) = -value_j exp(value_j t) c_j sum_i R_ij [ln p_i(t) - ln pi_i], whose sum over j is the rate.

    Args:
        evolution: populations relaxing to one equilibrium.

    Returns:
        (..., t, n - 1), slowest mode first [nats/time].

    Raises:
        HypothesisError: if there is no one equilibrium, or coherences are present.

    Cost:
        One symmetric eigendecomposition.
    """
    motion, equilibrium = evolution.motion, evolution.liouvillian.log_equilibrium
    if motion is None or not evolution.population_only or equilibrium is None or motion.spectrum is None:
        raise HypothesisError("modes resolve the entropy production of populations that relax to one equilibrium.")
    modes = population_modes(evolution.liouvillian, motion)
    overlap = np.asarray(modes.overlaps_of(evolution.initial).real)
    values = modes.values.real[..., None, 1:]
    decay = values * np.exp(values * evolution.times[..., None]) * overlap[..., None, 1:]
    logarithms = log_ratio(evolution, equilibrium)
    with np.errstate(invalid="ignore"):
        projected = logarithms @ np.asarray(modes.right.real)[..., 1:]
    return np.asarray(-decay * projected)


def nonadiabatic_rate(evolution: Evolution) -> FloatArray:
    """-tr[(L rho)(ln rho - ln rho_ss)] over time (..., t) [nats/time].

    Args:
        evolution: any evolution with a steady state of full rank.

    Returns:
        The rate, >= 0; inf where a state without population is being filled.

    Raises:
        HypothesisError: if the steady state does not have full rank.

    Reference:
        spohn1978, manzano2018.
    """
    stationary = evolution.final
    if stationary is not None and evolution.population_only:
        if (stationary <= 0.0).any():
            raise HypothesisError("the non-adiabatic part needs a steady state of full rank.")
        return spohn(evolution.population_rates, log_ratio(evolution, np.log(stationary)))
    held = evolution.initial.matrix
    identity = np.eye(evolution.model.dimension, dtype=np.complex128)
    start = evolution.initial.populations[..., None] * identity if held is None else held
    # The start says which steady state is meant, where there are several.
    steady = steady_state(evolution.model, evolution.model.from_frame(start))
    log_steady = _log_steady(evolution, steady.matrix)
    spectrum, rates = state_spectrum(evolution), evolution.frame_rates
    basis, populated = spectrum.vectors, spectrum.logarithms
    change = np.einsum("...mi,...mn,...ni->...i", basis.conj(), rates, basis).real
    own = spohn(change, populated)
    return np.asarray(own + np.einsum("...tmn,...nm->...t", rates, log_steady).real)


def _log_steady(evolution: Evolution, steady: ComplexArray) -> ComplexArray:
    """The logarithm of the steady state (..., d, d): where it is an equilibrium, that of the equilibrium."""
    equilibrium = evolution.liouvillian.log_equilibrium
    if equilibrium is not None and np.isfinite(equilibrium).all():
        identity = np.eye(equilibrium.shape[-1], dtype=np.complex128)
        # Populations far below rounding are known from what the jumps cost, and from nowhere else.
        if (np.abs(steady - np.exp(equilibrium)[..., None] * identity) <= SAME).all():
            return np.asarray(equilibrium[..., None] * identity)
    values, vectors = np.linalg.eigh(steady)
    if (values <= 0.0).any():
        raise HypothesisError("the non-adiabatic part needs a steady state of full rank.")
    return np.asarray((vectors * np.log(values)[..., None, :]) @ vectors.conj().swapaxes(-1, -2))
