"""Temperatures of groups of modes of Gaussian states, by the energy of their own quadratic Hamiltonian."""

from __future__ import annotations

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.gaussian.majoranas import majorana_form
from thermokin.gaussian.moments import GaussianMoments, entropy_of_occupations
from thermokin.gaussian.quadratures import quadratic_form, symplectic_form
from thermokin.parts.inverse_temperature import inverse_of_energy
from thermokin.parts.sources import GaussianParts

__all__ = ["temperatures_of_modes"]

MIDDLE = 4.0 * float(np.finfo(np.float64).eps)  # of the width: energies so near that at infinite temperature are it
NONE = 1e-14  # of the largest frequency: a lower one has no energy to tell a temperature by


def temperatures_of_modes(source: GaussianParts, part: int) -> tuple[FloatArray, ...]:
    """The temperature of one group of modes.

    Args:
        source: the state, and its groups.
        part: which group.

    Returns:
        Inverse temperature, energy above the ground state, entropy, and that of the Gibbs state, each (...).

    Raises:
        HypothesisError: if a group of bosons has no ground state by itself.
    """
    state, z = source.moments, source.moments.model.z
    frequencies, mean = _excitations(state, source.modes((part,)))
    if z > 0 and (frequencies <= NONE * np.abs(frequencies).max(initial=0.0)).any():
        raise HypothesisError(f"part {part} by itself has no ground state, so that no temperature has its energy.")
    frequencies = np.broadcast_to(frequencies, (*mean.shape, frequencies.shape[-1]))
    width = frequencies.max(axis=-1) if z > 0 else frequencies.sum(axis=-1)
    flat = width <= 0.0

    def thermal(inverse: FloatArray) -> tuple[FloatArray, FloatArray]:
        n = _occupations(frequencies, inverse, z)
        return (frequencies * n).sum(axis=-1), (frequencies**2 * n * (1.0 + z * n)).sum(axis=-1)

    found = inverse_of_energy(thermal, mean, np.where(flat, 1.0, width), 0.0 if z > 0 else -1.0)
    found = np.where(mean <= 0.0, np.inf, found)
    if z < 0:
        found = np.where(mean >= width, -np.inf, found)
        found = np.where(np.abs(mean - 0.5 * width) <= MIDDLE * width, 0.0, found)
    found = np.where(flat | np.isnan(mean), np.nan, found)
    n = _occupations(frequencies, np.where(np.isnan(found), np.inf, found), z)
    gibbs = np.where(np.isnan(found), np.nan, entropy_of_occupations(n, z))
    return found, mean, source.entropy((part,)), np.asarray(gibbs)


def _occupations(frequencies: FloatArray, inverse: FloatArray, z: int) -> FloatArray:
    """1/(exp(w/T) - z), of fermions at either sign of T."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        exponent = np.where(frequencies == 0.0, 0.0, frequencies * inverse[..., None])
        if z < 0:
            return np.asarray(1.0 / (np.exp(exponent) + 1.0))
        return np.asarray(1.0 / np.expm1(exponent))


def _excitations(state: GaussianMoments, modes: list[int]) -> tuple[FloatArray, FloatArray]:
    """Energies of the excitations of a group by itself (..., k), and its energy above the ground state (...)."""
    model = state.model
    h = model.hamiltonian[..., modes, :][..., modes]
    if model.pairing is None:
        energies, vectors = np.linalg.eigh(h)
        vectors, energies = state.beside(vectors), state.beside(energies[..., None, :])[..., 0, :]
        own = state.one_particle[..., modes, :][..., modes]
        n = (vectors.conj() * (own @ vectors)).sum(axis=-2).real
        # Of fermions a mode below zero is excited where it is empty.
        excited = np.where(energies < 0.0, 1.0 - n, n) if model.z < 0 else n
        size = np.abs(energies) if model.z < 0 else energies
        return size, (size * np.maximum(excited, 0.0)).sum(axis=-1)
    return _paired(state, h, model.pairing[..., modes, :][..., modes], modes)


def _paired(
    state: GaussianMoments, h: ComplexArray, pairing: ComplexArray, modes: list[int]
) -> tuple[FloatArray, FloatArray]:
    """The same with pairing, by quadratures or Majorana operators."""
    count = len(modes)
    rows = np.array([*modes, *(mode + state.model.modes for mode in modes)])
    if state.model.z < 0:
        form = majorana_form(h, pairing)
        energies = np.linalg.eigvalsh(1j * form)[..., count:]
        own = -0.5 * state.majorana_covariance[..., rows[:, None], rows]
        mean = -0.5 * (state.beside(form) * own).sum(axis=(-2, -1))
    else:
        form = quadratic_form(h, pairing)
        if (np.linalg.eigvalsh(form) <= 0.0).any():
            return np.zeros((*form.shape[:-2], count)), np.zeros(form.shape[:-2])  # refused by who asks
        factor = np.linalg.cholesky(form)
        turned = np.swapaxes(factor, -1, -2) @ symplectic_form(count) @ factor
        energies = np.linalg.eigvalsh(1j * turned)[..., count:]
        own = state.covariance[..., rows[:, None], rows]
        mean = 0.5 * (state.beside(form) * own).sum(axis=(-2, -1))
    energies = state.beside(energies[..., None, :])[..., 0, :]
    ground = (-0.5 if state.model.z < 0 else 0.5) * energies.sum(axis=-1)
    return np.asarray(energies, dtype=np.float64), np.asarray(mean - ground, dtype=np.float64)
