"""The state of mean force to second order in the coupling, for any spectrum of a bosonic bath."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.brownian import Brownian
from thermokin.model.contact import Contact
from thermokin.model.spectrum import Spectrum
from thermokin.numerics.exponential_differences import first_difference, second_difference
from thermokin.operators.gibbs import gibbs_populations
from thermokin.strong_coupling.coordinate import Coordinate
from thermokin.strong_coupling.enlarged_system import BareSystem
from thermokin.strong_coupling.frequency_rule import frequency_rule

__all__ = ["second_order"]

NARROWEST = 1e-8  # of its frequency: a line so narrow has its weight at one frequency, up to as much of the result


def second_order(bare: BareSystem, temperature: FloatArray) -> tuple[ComplexArray, FloatArray]:
    """The system's state at equilibrium, up to the square of the couplings.

    Args:
        bare: a system whose strong baths are bosonic.
        temperature: of all of them (...), > 0.

    Returns:
        The state (..., d, d), of trace 1 but not always positive, and an estimate of the quadrature's error (...).
    """
    energies, frame = np.linalg.eigh(bare.hamiltonian)
    energies = energies - energies[..., :1]
    beta = 1.0 / temperature
    adjoint = frame.conj().swapaxes(-1, -2)
    change, missed = np.zeros((), dtype=np.complex128), np.zeros(())
    for position, one in bare.taken.items():
        if isinstance(one, Coordinate):
            contact = bare.contacts[position]
            coupling = adjoint @ contact.operator @ frame
            kernel, error = _kernel(contact, one, energies, beta)
            share = (1.0 - bare.counterterm) * one.reorganisation
            levels = (energies[..., :, None], energies[..., None, :])
            kept = share[..., None, None] * first_difference(beta[..., None, None], *levels)
            product = coupling[..., :, :, None] * coupling[..., None, :, :]  # A_ml A_ln
            change = change + (product * (kernel + kept[..., :, None, :])).sum(axis=-2)
            missed = missed + (np.abs(product) * error).sum(axis=-2).max(axis=(-2, -1))
    populations = gibbs_populations(energies, temperature)
    partition = np.exp(-beta[..., None] * energies).sum(axis=-1)
    change = change / partition[..., None, None]
    still = populations[..., None] * np.eye(energies.shape[-1])
    trace = np.einsum("...ii->...", change).real
    state = still + change - still * trace[..., None, None]
    return np.asarray(frame @ state @ adjoint), np.asarray(missed / partition)


def _kernel(contact: Contact, one: Coordinate, energies: FloatArray, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The integral over w of J(w) times what one quantum does, and an estimate of its error (..., m, l, n).

    That is (f[E_l + w, E_m, E_n] + f[E_l, E_m + w, E_n + w]) / (1 - e^(-w/T)) - f[E_m, E_n] / w, with the divided
    differences of f(E) = e^(-E/T); the last term is the counterterm's.

    Args:
        contact: with the bath.
        one: its coordinate.
        energies: of the system (..., d).
        beta: the inverse temperature (...).

    Returns:
        Both (..., d, d, d).
    """
    spectrum, widened = _resolvable(contact.spectrum)
    frequency, weights = frequency_rule(spectrum.continued, one.frequency)
    density = spectrum.continued(frequency) / (2.0 * np.pi)
    w = frequency
    time = beta[..., None, None, None, None]
    left, inner, right = (
        energies[..., :, None, None, None],
        energies[..., None, :, None, None],
        energies[..., None, None, :, None],
    )
    both = second_difference(time, inner + w, left, right) + second_difference(time, inner, left + w, right + w)
    taken = both / -np.expm1(-time * w) - first_difference(time, left, right) / w
    values = taken * density[..., None, None, None, :]
    fine, rough = (values @ weight for weight in weights)
    return np.asarray(fine), np.abs(fine - rough) + widened[..., None, None, None] * np.abs(fine)


def _resolvable(spectrum: Spectrum) -> tuple[Spectrum, FloatArray]:
    """A spectrum whose lines are as wide as frequencies in doubles resolve, and by what share they were widened."""
    if not isinstance(spectrum, Brownian):
        return spectrum, np.zeros(())
    least = NARROWEST * spectrum.frequency
    widened = np.where(spectrum.width < least, NARROWEST, 0.0)
    if not widened.any():
        return spectrum, widened
    return Brownian(spectrum.coupling, spectrum.frequency, np.maximum(spectrum.width, least)), widened
