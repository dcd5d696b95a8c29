"""The Davies generator: weak coupling, jumps between the eigenstates of the whole Hamiltonian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath
from thermokin.model.bohr import DEFAULT_TOLERANCE, BohrClusters, clusters, largest, separation
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.lamb_shift import LambShift
from thermokin.model.model import Model
from thermokin.operators.accept import as_hermitian

__all__ = ["davies"]

NEGLIGIBLE = 1e-13  # matrix elements below this fraction of the operator's largest are rounding of the eigenbasis


def davies(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    *,
    number_operator: OperatorLike | None = None,
    tolerance: float = DEFAULT_TOLERANCE,
    lamb_shift: LambShift | None = None,
) -> Model:
    """The weak-coupling (secular) model of a system that touches thermal baths.

    d rho/dt = -i[H, rho] + sum over contacts and Bohr frequencies w of gamma(w) D[A(w)] rho, where A(w) collects the
    elements of the coupling that lower the energy by w. Gaps that are equal within the tolerance make one collective
    jump, so coherences between them couple; local detailed balance holds element by element.

    Args:
        hamiltonian: H (..., d, d) [energy].
        contacts: how the baths touch the system.
        number_operator: particle number (..., d, d), for baths with a chemical potential; must commute with H.
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency.
        lamb_shift: how to integrate the shift of the levels by the baths; left out if None.

    Returns:
        The model, in the eigenbasis of H. Its `validity` holds the ratio of the smallest energy difference that the
        secular approximation must resolve to the largest rate.

    Raises:
        ValueError: if shapes differ, a zero-frequency rate diverges, levels cross along a sweep, or the spectrum is
            asked for outside its domain.
        TypeError: if a contact is not a `Contact`.

    Cost:
        One eigendecomposition and one sort of the gaps; memory of a few numbers per coupled pair of levels.

    Reference:
        davies1974, breuer2002.
    """
    matrix = as_hermitian(hamiltonian, "hamiltonian")
    number = None if number_operator is None else as_hermitian(number_operator, "number_operator")
    energies, frame, particles = eigenframe(matrix, number)
    parts = [
        _contact_jumps(position, contact, energies, frame, tolerance)
        for position, contact in enumerate(checked_contacts(contacts, matrix.shape[-1]))
    ]
    baths = distinct_baths([contact.bath for contact in contacts])
    table = assemble(parts, [baths.index(contact.bath) for contact in contacts], matrix.shape[-1])
    energy = FrameOperator(energies)
    generator = energy
    if lamb_shift is not None:
        generator = lamb_shift.shifted(energy, [(part.clusters, part.coupling, contact) for part, contact in zip(parts, contacts, strict=True)])
    return Model.from_table(
        generator,
        energy,
        table,
        baths,
        number=None if particles is None else FrameOperator(particles),
        frame=frame,
        validity=[secular(energies, table, tolerance)],
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


def eigenframe(
    matrix: ComplexArray, number: ComplexArray | None
) -> tuple[FloatArray, ComplexArray | None, FloatArray | None]:
    """Energies (..., d), eigenvectors (..., d, d) or None for the identity, and particle numbers (..., d) or None.

    A Hamiltonian that is diagonal as given keeps its basis and its order.

    Raises:
        ValueError: if the particle number is not conserved by the Hamiltonian.
    """
    operator = FrameOperator.from_matrix(matrix)
    if number is None:
        if operator.is_diagonal:
            return operator.diagonal, None, None
        energies, frame = operator.eigen
        return energies, frame, None
    commutator = largest(matrix @ number - number @ matrix)
    if commutator > 1e-10 * largest(matrix) * max(largest(number), 1.0):
        raise ValueError(f"`number_operator` must commute with the Hamiltonian, the commutator's largest element is {commutator:.3g}.")
    count = FrameOperator.from_matrix(number)
    if operator.is_diagonal and count.is_diagonal:
        return operator.diagonal, None, count.diagonal
    # An irrational multiple of N splits levels of equal energy and different particle number.
    scale = largest(matrix) or 1.0
    _, frame = np.linalg.eigh(matrix + np.sqrt(2.0) * scale * number)
    adjoint = frame.conj().swapaxes(-1, -2)
    energies = np.real(np.diagonal(adjoint @ matrix @ frame, axis1=-2, axis2=-1)).copy()
    particles = np.real(np.diagonal(adjoint @ number @ frame, axis1=-2, axis2=-1)).copy()
    return energies, frame, particles


def checked_contacts(contacts: Sequence[Contact], dimension: int) -> Sequence[Contact]:
    """The contacts, if every one is a `Contact` on a system of that dimension.

    Raises:
        TypeError: if one is not a `Contact`.
        ValueError: if there is none, or one has another shape.
    """
    if not contacts:
        raise ValueError("`contacts` must name at least one contact with a bath.")
    for position, contact in enumerate(contacts):
        if not isinstance(contact, Contact):
            raise TypeError(f"`contacts[{position}]` must be a Contact, got {contact!r}.")
        if contact.operator.shape[-1] != dimension:
            raise ValueError(
                f"`contacts[{position}].operator` must have shape (..., {dimension}, {dimension}), got {contact.operator.shape}."
            )
    return contacts


def distinct_baths(baths: Sequence[Bath]) -> list[Bath]:
    """The baths in order of first appearance; one name is one bath.

    Raises:
        ValueError: if one name stands for two different baths.
    """
    found: dict[str, Bath] = {}
    for bath in baths:
        if found.setdefault(bath.name, bath) != bath:
            raise ValueError(f"two different baths are both named {bath.name!r}; give each its own name.")
    return list(found.values())


def _contact_jumps(
    position: int, contact: Contact, energies: FloatArray, frame: ComplexArray | None, tolerance: float
) -> ContactJumps:
    operator = contact.operator if frame is None else frame.conj().swapaxes(-1, -2) @ contact.operator @ frame
    size = np.abs(operator)
    pattern = (size > NEGLIGIBLE * size.max(axis=(-2, -1), keepdims=True)).reshape(-1, *operator.shape[-2:]).any(axis=0)
    if not contact.bath.statistics.moves_particles:
        pattern = pattern | pattern.T
        lowers = energies.reshape(-1, energies.shape[-1])[0]
        pattern &= lowers[None, :] >= lowers[:, None] - tolerance * (np.ptp(lowers) or 1.0)
    found = clusters(energies, pattern, tolerance)
    coupling = operator[..., found.row, found.column]
    at_zero = found.label == found.zero if found.zero >= 0 else np.zeros(found.label.size, dtype=bool)
    if contact.bath.statistics.moves_particles:
        emission, absorption = thermal_amplitudes(coupling, found.frequency, contact)
        return ContactJumps(found, coupling, emission, absorption, 1.0)
    coupling = _without_identity(coupling, found, at_zero, energies.shape[-1])
    emission, absorption = thermal_amplitudes(coupling, np.where(at_zero, 1.0, found.frequency), contact)
    emission = np.where(at_zero, coupling * _dephasing_amplitude(position, contact, coupling, at_zero)[..., None], emission)
    return ContactJumps(found, coupling, emission, np.where(at_zero, 0.0, absorption), 0.0)


def thermal_amplitudes(
    coupling: ComplexArray, frequency: FloatArray, contact: Contact
) -> tuple[ComplexArray, ComplexArray]:
    """Amplitudes (..., m) of emission into the bath and of absorption from it: A sqrt(gamma(w)), A* sqrt(gamma(-w))."""
    bath, needed = contact.bath, np.asarray(frequency)
    strength = contact.spectrum(needed)
    fill = (needed, bath.temperature, bath.chemical_potential)
    emission = coupling * np.sqrt(strength * bath.statistics.emission(*fill))
    absorption = coupling.conj() * np.sqrt(strength * bath.statistics.absorption(*fill))
    return emission, absorption


def _without_identity(coupling: ComplexArray, found: BohrClusters, at_zero: np.ndarray, dimension: int) -> ComplexArray:
    """The coupling less its trace at frequency zero: a multiple of the identity is no jump."""
    diagonal = at_zero & (found.row == found.column)
    if not diagonal.any():
        return coupling
    trace = np.where(diagonal, coupling, 0.0).sum(axis=-1, keepdims=True)
    if diagonal.sum() < dimension:  # some diagonal elements vanish: the identity's part would fill the pattern
        return coupling
    return np.where(diagonal, coupling - trace / dimension, coupling)


def _dephasing_amplitude(position: int, contact: Contact, coupling: ComplexArray, at_zero: np.ndarray) -> FloatArray:
    size = np.abs(coupling)
    present = np.where(at_zero, size, 0.0).max(axis=-1, initial=0.0) > 1e-14 * np.abs(contact.operator).max()
    if not at_zero.any() or not present.any():
        return np.zeros(contact.bath.temperature.shape)
    rate = contact.bath.statistics.dephasing_rate(
        contact.spectrum.at_zero, contact.spectrum.slope_at_zero, contact.bath.temperature
    )
    if np.isinf(rate).any():
        raise ValueError(
            f"`contacts[{position}].operator` has elements between levels of equal energy, and the zero-frequency rate of its "
            f"spectrum diverges at temperature {np.max(contact.bath.temperature):g}; use an Ohmic spectrum with exponent >= 1, "
            "a Drude spectrum, or a coupling without those elements."
        )
    return np.sqrt(rate)


def assemble(parts: Sequence[ContactJumps], baths: Sequence[int], dimension: int) -> JumpTable:
    """The jump table of all contacts: per contact its emissions, then their reverses, then its dephasing.

    Args:
        parts: jumps of each contact.
        baths: position of each contact's bath.
        dimension: d.

    Returns:
        The table.
    """
    blocks = [_block(part, bath) for part, bath in zip(parts, baths, strict=True)]
    offsets = np.cumsum([0] + [len(block.bath) for block in blocks[:-1]])
    batch = np.broadcast_shapes(*(block.amplitude.shape[:-1] for block in blocks))
    energy_batch = np.broadcast_shapes(*(block.energy.shape[:-1] for block in blocks))
    amplitude = _joined([block.amplitude for block in blocks], batch)
    return JumpTable(
        dimension=dimension,
        channel=np.concatenate([b.channel + o for b, o in zip(blocks, offsets, strict=True)]).astype(np.int32),
        row=np.concatenate([block.row for block in blocks]),
        column=np.concatenate([block.column for block in blocks]),
        amplitude=amplitude if amplitude.imag.any() else np.ascontiguousarray(amplitude.real),
        bath=np.concatenate([block.bath for block in blocks]),
        energy=_joined([block.energy for block in blocks], energy_batch),
        particles=np.concatenate([block.particles for block in blocks]),
        reverse=np.concatenate([b.reverse + o for b, o in zip(blocks, offsets, strict=True)]).astype(np.int32),
    )


def _joined(arrays: Sequence[np.ndarray], batch: tuple[int, ...]) -> np.ndarray:
    return np.concatenate([np.broadcast_to(array, batch + array.shape[-1:]) for array in arrays], axis=-1)


def _block(part: ContactJumps, bath: int) -> JumpTable:
    found = part.clusters
    count = found.mean.shape[-1]
    thermal = found.label != found.zero if part.particles == 0.0 else np.ones(found.label.size, dtype=bool)
    moving = np.unique(found.label[thermal])  # clusters that exchange energy (or particles)
    still = np.flatnonzero(~thermal)
    if still.size and not part.emission[..., still].any():
        still = still[:0]
    place = np.full(count, -1)
    place[moving] = np.arange(moving.size)
    entries = np.flatnonzero(thermal)
    energy = found.mean[..., moving]
    channel = place[found.label[entries]]
    dephasing = int(still.size > 0)
    return JumpTable(
        dimension=0,
        channel=np.concatenate([channel, channel + moving.size, np.full(still.size, 2 * moving.size)]).astype(np.int32),
        row=np.concatenate([found.row[entries], found.column[entries], found.row[still]]),
        column=np.concatenate([found.column[entries], found.row[entries], found.column[still]]),
        amplitude=np.concatenate([part.emission[..., entries], part.absorption[..., entries], part.emission[..., still]], axis=-1),
        bath=np.full(2 * moving.size + dephasing, bath, dtype=np.int32),
        energy=np.concatenate([-energy, energy, np.zeros((*energy.shape[:-1], dephasing))], axis=-1),
        particles=np.repeat([-part.particles, part.particles, 0.0], [moving.size, moving.size, dephasing]),
        reverse=np.concatenate(
            [np.arange(moving.size) + moving.size, np.arange(moving.size), np.full(dephasing, 2 * moving.size)]
        ).astype(np.int32),
    )


def secular(energies: FloatArray, table: JumpTable, tolerance: float) -> Assumption:
    """The secular assumption's figure: smallest difference it must resolve, over the largest rate."""
    linked = np.zeros((table.dimension, table.dimension), dtype=bool)
    linked[table.row, table.column] = True
    linked |= linked.T
    rate = table.strength.max(axis=-1, initial=0.0)
    resolved = separation(energies, linked, tolerance)
    with np.errstate(divide="ignore"):
        ratio = np.asarray(resolved / np.where(rate > 0.0, rate, 1.0))
    return Assumption(
        name="secular",
        statement="the smallest gap between Bohr frequencies that its states can tell apart, over the largest rate,",
        ratio=np.where(rate > 0.0, ratio, np.inf),
    )
