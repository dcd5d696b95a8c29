"""The jumps that one thermal contact makes between the levels of a system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.bohr import BohrClusters, clusters
from thermokin.model.contact import Contact
from thermokin.model.dephasing import NEGLIGIBLE, dephasing
from thermokin.model.eigenframe import Eigenframe
from thermokin.model.sweep_refusals import refuse_changes, refuse_crossings, refuse_interference

__all__ = ["ContactJumps", "contact_jumps"]


@dataclass(frozen=True, eq=False)
class ContactJumps:
    """The jumps of one contact: emission and absorption of each cluster, and dephasing at frequency zero.

    Args:
        clusters: the Bohr clusters of the coupling.
        coupling: (..., m) elements of the coupling in the eigenbasis, aligned with the clusters.
        emission: (..., m) amplitudes of the elements as they stand; 0 for elements that only absorb.
        absorption: (..., m) amplitudes of their adjoints; 0 where the element undoes itself.
        particles: particles that an absorption gives to the system.
    """

    clusters: BohrClusters
    coupling: ComplexArray
    emission: FloatArray | ComplexArray
    absorption: FloatArray | ComplexArray
    particles: float


def contact_jumps(position: int, contact: Contact, states: Eigenframe, tolerance: float) -> ContactJumps:
    """The jumps of one contact, A(w) sqrt(gamma(w)) and their reverses.

    Args:
        position: which contact it is, for errors.
        contact: the contact.
        states: the eigenstates of the Hamiltonian.
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency.

    Returns:
        The jumps.

    Raises:
        ValueError: if the zero-frequency rate diverges, or the points of a sweep need different jumps.
    """
    energies, frame = states.levels, states.frame
    operator = contact.operator if frame is None else frame.conj().swapaxes(-1, -2) @ contact.operator @ frame
    present = _present(operator)
    if contact.bath.statistics.moves_particles:
        found = clusters(energies, present, tolerance)
        refuse_interference(position, found, energies)
        coupling = _live(operator, found)
        emission, absorption = _thermal_amplitudes(coupling, found.frequency, contact)
        return ContactJumps(found, coupling, emission, absorption, 1.0)
    present = _lowering(present | present.swapaxes(-1, -2), energies, tolerance)
    found = clusters(energies, present, tolerance)
    refuse_changes(position, found, energies)
    refuse_crossings(position, found, energies, tolerance)
    at_zero = found.label == found.zero if found.zero >= 0 else np.zeros(found.label.size, dtype=bool)
    coupling = _without_identity(_live(operator, found), found, at_zero, energies.shape[-1])
    still = dephasing(position, contact, operator, found, coupling, at_zero, states)
    moving = np.flatnonzero(~at_zero)
    lowering, raising = _thermal_amplitudes(coupling[..., moving], found.frequency[..., moving], contact)
    batch = np.broadcast_shapes(still.shape[:-1], lowering.shape[:-1])
    emission = np.array(np.broadcast_to(still, (*batch, at_zero.size)))
    absorption = np.zeros_like(emission)
    emission[..., moving], absorption[..., moving] = lowering, raising
    return ContactJumps(found, coupling, emission, absorption, 0.0)


def _present(operator: ComplexArray) -> BoolArray:
    """(..., d, d), which elements of the operator stand above rounding."""
    size = np.abs(operator)
    return np.asarray(size > NEGLIGIBLE * size.max(axis=(-2, -1), keepdims=True))


def _lowering(present: BoolArray, energies: FloatArray, tolerance: float) -> BoolArray:
    """The elements that lower the energy, or leave it, at the first point."""
    diagonal = np.arange(present.shape[-1])
    # The identity's part is spread over the whole diagonal.
    present[..., diagonal, diagonal] = present[..., diagonal, diagonal].any()
    lowest = energies.reshape(-1, energies.shape[-1])[0]
    return np.asarray(present & (lowest[None, :] >= lowest[:, None] - tolerance * (np.ptp(lowest) or 1.0)))


def _live(operator: ComplexArray, found: BohrClusters) -> ComplexArray:
    """The elements (..., m) at the points at which their cluster is a jump, 0 elsewhere."""
    coupling = operator[..., found.row, found.column]
    return coupling if found.live is None else np.where(found.live, coupling, 0.0)


def _thermal_amplitudes(
    coupling: ComplexArray, frequency: FloatArray, contact: Contact
) -> tuple[ComplexArray, ComplexArray]:
    """Amplitudes (..., m) of emission into the bath and of absorption from it: A sqrt(gamma(w)), A* sqrt(gamma(-w))."""
    bath, needed = contact.bath, np.asarray(frequency)
    strength = contact.spectrum(needed)
    fill = (needed, bath.temperature, bath.chemical_potential)
    emission = coupling * np.sqrt(strength * bath.statistics.emission(*fill))
    absorption = coupling.conj() * np.sqrt(strength * bath.statistics.absorption(*fill))
    return emission, absorption


def _without_identity(coupling: ComplexArray, found: BohrClusters, at_zero: BoolArray, dimension: int) -> ComplexArray:
    """The coupling less its trace at frequency zero: a multiple of the identity is no jump."""
    diagonal = at_zero & (found.row == found.column)
    if not diagonal.any():
        return coupling
    trace = np.where(diagonal, coupling, 0.0).sum(axis=-1, keepdims=True)
    return np.where(diagonal, coupling - trace / dimension, coupling)
