"""How fast a state loses the entropy by which its populations exceed it."""

from __future__ import annotations

import numpy as np
from scipy.special import entr

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.motion.evolution import Evolution
from thermokin.thermo.log_populations import log_populations
from thermokin.thermo.state_spectrum import state_spectrum

__all__ = ["coherence_rate"]

EVEN = 1e-9  # difference of two rates, relative, that is rounding


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
