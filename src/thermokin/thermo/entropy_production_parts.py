"""Parts of the entropy production rate: of relaxation and of what never rests, of coherence, of single modes."""

from __future__ import annotations

import numpy as np
from scipy.special import entr

from thermokin._errors import HypothesisError
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_entropy import jump_entropy
from thermokin.motion.evolution import Evolution
from thermokin.motion.modes import population_modes
from thermokin.thermo.entropy_given import happens, rest_of_levels
from thermokin.thermo.entropy_production_rates import log_ratio, spohn
from thermokin.thermo.state_spectrum import log_populations, state_spectrum

__all__ = ["adiabatic_rate", "coherence_rate", "mode_rates", "nonadiabatic_rate"]

EVEN = 1e-9  # difference of two rates, relative, that is rounding


def nonadiabatic_rate(evolution: Evolution, log_steady: FrameOperator) -> FloatArray:
    """-tr[(L rho)(ln rho - ln rho_ss)] over time.

    Args:
        evolution: any evolution.
        log_steady: ln rho_ss.

    Returns:
        (..., t) [nats/time], >= 0; inf where a state without population is being filled.

    Reference:
        spohn1978, manzano2018.
    """
    if evolution.final is not None and evolution.population_only:
        return spohn(evolution.population_rates, log_ratio(evolution, log_steady.diagonal))
    spectrum, rates = state_spectrum(evolution), evolution.frame_rates
    basis, populated = spectrum.vectors, spectrum.logarithms
    change = np.einsum("...mi,...mn,...ni->...i", basis.conj(), rates, basis).real
    return np.asarray(spohn(change, populated) + evolution.expectation_rate(log_steady))


def adiabatic_rate(evolution: Evolution, log_steady: FrameOperator) -> FloatArray:
    """sum_k s_k a_k - tr[(L rho) ln rho_ss], s_k the entropy of a jump and a_k its rate, over time.

    Args:
        evolution: any evolution.
        log_steady: ln rho_ss.

    Returns:
        (..., t) [nats/time]; inf only where a jump happens that nothing undoes, from any start.

    Reference:
        manzano2018.
    """
    entropies = jump_entropy(evolution.model)
    endless = np.isinf(entropies)
    finite = np.where(endless, 0.0, entropies)
    if log_steady.is_diagonal:
        # Jump by jump: at an equilibrium nothing is left of any, and nothing has to cancel.
        rate = evolution.expectation(rest_of_levels(evolution, finite, -log_steady.diagonal))
    else:
        flow = evolution.expectation(evolution.liouvillian.observable(finite))
        rate = flow - evolution.expectation_rate(log_steady)
    return np.where(happens(evolution, endless), np.inf, rate) if endless.any() else np.asarray(rate)


def coherence_rate(evolution: Evolution, total: FloatArray, population: FloatArray) -> FloatArray:
    """-d/dt [S(diag rho) - S(rho)]: the whole rate less that of populations, where both are finite.

    Args:
        evolution: an evolution with closed populations.
        total: the entropy production rate (..., t) [nats/time].
        population: that of the populations (..., t) [nats/time].

    Returns:
        (..., t) [nats/time]; inf where more empty eigenstates of rho are filled than empty levels.
    """
    known = np.isfinite(total) & np.isfinite(population)
    if known.all():
        return total - population
    part = np.where(known, total, 0.0) - np.where(known, population, 0.0)
    return np.where(known, part, _of_entropies(evolution))


def _of_entropies(evolution: Evolution) -> FloatArray:
    """The same from the entropies alone: what jumps put into their surroundings is in both and drops out."""
    # Where empty states are being filled at a rate r, both entropies grow as -r t ln t: of equal r the limit is finite.
    spectrum, rates = state_spectrum(evolution), evolution.frame_rates
    basis = spectrum.vectors
    moved = basis.conj().swapaxes(-1, -2) @ rates @ basis
    logarithms = log_populations(evolution)
    level = np.arange(rates.shape[-1])
    diagonal = np.zeros_like(rates)
    diagonal[..., level, level] = rates[..., level, level]
    own, filled = _growth(moved, spectrum.logarithms, np.isneginf(spectrum.logarithms))
    other, others_filled = _growth(diagonal, logarithms, np.isneginf(logarithms))
    more = filled - others_filled > EVEN * np.maximum(filled, others_filled)
    return np.where(more, np.inf, own - other)


def _growth(rates: ComplexArray, logarithms: FloatArray, empty: BoolArray) -> tuple[FloatArray, FloatArray]:
    """The rate of an entropy without what empty states add as -r t ln t, and r, both (..., t)."""
    change = np.real(np.diagonal(rates, axis1=-2, axis2=-1))
    held = -np.where(empty, 0.0, change * np.where(empty, 0.0, logarithms)).sum(axis=-1)
    if not empty.any():
        return held, np.zeros_like(held)
    within = np.where(empty[..., :, None] & empty[..., None, :], rates, 0.0)
    filling = np.maximum(np.linalg.eigvalsh(within), 0.0)
    return held + entr(filling).sum(axis=-1), filling.sum(axis=-1)


def mode_rates(evolution: Evolution) -> FloatArray:
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
