"""The jumps that one thermal contact makes between the levels of a system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.model.bohr import DEFAULT_TOLERANCE, BohrClusters, clusters, smallest_gap
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import Eigenframe
from thermokin.model.sweep_refusals import refuse_changes, refuse_crossings, refuse_interference
from thermokin.operators.as_numbers import in_sweep

__all__ = ["NEGLIGIBLE", "ContactJumps", "contact_jumps", "dephasing", "present_elements"]

NEGLIGIBLE = 1e-13  # matrix elements below this fraction of the operator's largest are rounding of the eigenbasis
EPSILON = float(np.finfo(np.float64).eps)
GENEROUS = (
    8.0  # times the square root of the dimension: rounding of eigenvectors, and of a basis that was turned before
)


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

    @property
    def thermal(self) -> BoolArray:
        """(m,) which elements exchange energy or particles; the rest only dephase."""
        found = self.clusters
        return found.label != found.zero if self.particles == 0.0 else np.ones(found.label.size, dtype=bool)

    @property
    def still(self) -> IntArray:
        """(s,) the elements that only dephase, none where they do so at no rate."""
        place = np.flatnonzero(~self.thermal)
        return place if place.size and self.emission[..., place].any() else place[:0]

    @property
    def entries(self) -> int:
        """How many entries of a jump table they make."""
        return 2 * int(np.count_nonzero(self.thermal)) + int(self.still.size)


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
    present = present_elements(operator)
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


def present_elements(operator: ComplexArray) -> BoolArray:
    """Which elements (..., d, d) of an operator stand above rounding.

    Args:
        operator: (..., d, d).

    Returns:
        The answer.
    """
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


def dephasing(
    position: int,
    contact: Contact,
    operator: ComplexArray,
    found: BohrClusters,
    coupling: ComplexArray,
    at_zero: BoolArray,
    states: Eigenframe,
) -> ComplexArray:
    """Amplitudes of the elements between levels of equal energy.

    Args:
        position: which contact it is, for errors.
        contact: the contact.
        operator: its operator in the eigenbasis (..., d, d).
        found: its clusters.
        coupling: (..., m) elements of the coupling less a multiple of the identity.
        at_zero: (m,) which of them are at frequency zero.
        states: the eigenstates.

    Returns:
        (..., m), 0 for elements at other frequencies.

    Raises:
        ValueError: if an element is there and the zero-frequency rate diverges.
    """
    batch = np.broadcast_shapes(coupling.shape[:-1], contact.bath.temperature.shape)
    nothing = np.zeros((*batch, coupling.shape[-1]), dtype=coupling.dtype)
    size = np.where(at_zero, np.abs(coupling), 0.0)
    largest = np.abs(contact.operator).max()
    if not (size > NEGLIGIBLE * largest).any():
        return nothing
    rate = _rate(contact)
    diverging = np.isinf(rate)
    if diverging.any():
        unsure = np.maximum(NEGLIGIBLE * largest, _rounding(operator, found, states))
        there = (size > unsure) & diverging[..., None]
        if there.any():
            _refuse(position, contact, found, there)
    return np.asarray(coupling * np.where(at_zero, np.sqrt(np.where(diverging, 0.0, rate))[..., None], 0.0))


def _rate(contact: Contact) -> FloatArray:
    """The zero-frequency rate (...) [1/time]; inf where it diverges, or where a table does not say."""
    bath, spectrum = contact.bath, contact.spectrum
    if not spectrum.reaches_zero:
        known = bath.statistics.dephasing_rate(np.ones(()), np.zeros(()), bath.temperature)
        return np.where(known > 0.0, np.inf, 0.0)
    return bath.statistics.dephasing_rate(spectrum.at_zero, spectrum.slope_at_zero, bath.temperature)


def _rounding(operator: ComplexArray, found: BohrClusters, states: Eigenframe) -> FloatArray:
    """How large elements (..., m) may be that a rounding of the Hamiltonian and of the operator alone puts there.

    A change dH turns level j towards level k by dH_kj / (E_j - E_k); so it changes A_ij by at most |dH| times the root
    of the sum over k of |A_ik / (E_j - E_k)|^2, and likewise from the left.

    Args:
        operator: in the eigenbasis (..., d, d).
        found: its clusters.
        states: the eigenstates.

    Returns:
        The bound.
    """
    size = operator.shape[-1]
    unit = GENEROUS * np.sqrt(size) * EPSILON
    limit = smallest_gap(states.levels, DEFAULT_TOLERANCE)[..., None, None]
    gap = np.abs(states.levels[..., :, None] - states.levels[..., None, :])
    # In units of the largest energy, which keeps the squares of gaps within doubles.
    energy = np.abs(states.energies).max(axis=-1)[..., None, None]
    near = np.where(gap > limit, energy / np.where(gap > limit, gap, 1.0), 0.0) ** 2
    square = np.abs(operator) ** 2
    turning = np.sqrt(square @ near) + np.sqrt(near @ square)
    own = np.sqrt(square.sum(axis=-1).max(axis=-1))[..., None]
    return np.asarray(unit * (turning[..., found.row, found.column] + own))


def _refuse(position: int, contact: Contact, found: BohrClusters, there: BoolArray) -> None:
    element = int(np.argmax(there.reshape(-1, there.shape[-1]).any(axis=0)))
    row, column = int(found.row[element]), int(found.column[element])
    where = f"on level {row}" if row == column else f"between levels {row} and {column}"
    points = np.asarray(there.any(axis=-1))
    if contact.spectrum.reaches_zero:
        trouble = (
            "and the zero-frequency rate of its spectrum diverges at temperature "
            f"{np.max(contact.bath.temperature):g}; use an Ohmic spectrum with exponent >= 1, a Drude spectrum, "
            "or a coupling without those elements."
        )
    else:
        trouble = (
            "and its tabulated spectrum does not reach frequency 0, where they need a rate; extend the table to 0, "
            "or use a coupling without those elements."
        )
    raise ArgumentError(
        f"`contacts[{position}].operator` has elements between levels of equal energy{in_sweep(points)}, "
        f"here one {where}, {trouble}",
        f"contacts[{position}].operator",
    )
