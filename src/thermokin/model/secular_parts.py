"""What the secular approximation makes of a Hamiltonian and its contacts, and how far it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, OperatorLike
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps, contact_jumps
from thermokin.model.frame_operator import Eigenframe, FrameOperator, eigenframe
from thermokin.model.jump_table import JumpTable
from thermokin.model.particle_removal import require_removal
from thermokin.model.secular_figure import secular_figure
from thermokin.operators.as_numbers import as_real, common_axes, shown
from thermokin.operators.as_operators import as_hermitian
from thermokin.operators.outside import Dims, common_dims, dims_of

__all__ = [
    "SecularParts",
    "SecularSystem",
    "checked_contacts",
    "each_bath_once",
    "parts_between",
    "secular_parts",
    "secular_system",
    "thermal_table",
]

_REMEDY = "wrap each coupling operator: tk.Contact(bath, operator, spectrum)"


@dataclass(frozen=True, eq=False)
class SecularParts:
    """The parts of a secular model, all of them in the eigenbasis of its Hamiltonian.

    Args:
        energy: the Hamiltonian, diagonal.
        number: particle number, diagonal, or None.
        frame: eigenvectors in columns (..., d, d), or None for the identity.
        jumps: the jumps of each contact.
        table: all jumps.
        baths: the baths, in the order the table counts them.
        assumption: how far the secular approximation holds.
        states: the eigenstates of the Hamiltonian.
        dims: the parts of the user's space, where QuTiP objects have said them.
    """

    energy: FrameOperator
    number: FrameOperator | None
    frame: ComplexArray | None
    jumps: tuple[ContactJumps, ...]
    table: JumpTable
    baths: tuple[Bath, ...]
    assumption: Assumption
    states: Eigenframe
    dims: Dims


@dataclass(frozen=True, eq=False)
class SecularSystem:
    """A Hamiltonian's eigenstates and the contacts, checked.

    Args:
        states: the eigenstates.
        contacts: the contacts.
        baths: the baths, each once.
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency.
        dims: the parts of the user's space, where QuTiP objects have said them.
    """

    states: Eigenframe
    contacts: Sequence[Contact]
    baths: Sequence[Bath]
    tolerance: float
    dims: Dims


def secular_parts(system: SecularSystem) -> SecularParts:
    """The parts of the secular model of a system that touches thermal baths.

    Args:
        system: the system.

    Returns:
        The parts.

    Raises:
        ValueError: as `davies`.
    """
    return parts_between(system.states, system.contacts, system.baths, system.tolerance, system.dims)


def secular_system(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    number_operator: OperatorLike | None,
    tolerance: float,
    said: Mapping[str, Dims],
) -> SecularSystem:
    """The eigenstates of a Hamiltonian and the contacts, once they fit together.

    Args:
        hamiltonian: H (..., d, d) [energy].
        contacts: how the baths touch the system.
        number_operator: particle number (..., d, d), or None.
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency.
        said: the parts of the user's space, by the arguments of the builder that say them.

    Returns:
        The system.

    Raises:
        ValueError: as `davies`.
        TypeError: if a contact is not a `Contact`.
    """
    matrix = as_hermitian(hamiltonian, "hamiltonian")
    number = None if number_operator is None else as_hermitian(number_operator, "number_operator")
    contacts = checked_contacts(contacts, matrix.shape[-1])
    if number is not None and number.shape[-1] != matrix.shape[-1]:
        raise ValueError(
            f"`number_operator` must have shape (..., {matrix.shape[-1]}, {matrix.shape[-1]}), got {number.shape}."
        )
    width = _fraction(tolerance)
    common_axes(
        {
            "hamiltonian": matrix.shape[:-2],
            "number_operator": () if number is None else number.shape[:-2],
            **{f"contacts[{position}]": contact.batch_shape for position, contact in enumerate(contacts)},
        }
    )
    dims = common_dims(
        {
            **said,
            "number_operator": dims_of(number_operator, "number_operator"),
            **{f"contacts[{position}].operator": contact.dims for position, contact in enumerate(contacts)},
        }
    )
    baths = each_bath_once([contact.bath for contact in contacts])
    states = eigenframe(matrix, number)
    require_removal(contacts, number, states.frame)
    return SecularSystem(states, contacts, baths, width, dims)


def parts_between(
    states: Eigenframe, contacts: Sequence[Contact], baths: Sequence[Bath], tolerance: float, dims: Dims
) -> SecularParts:
    """The parts of the secular model whose jumps lead between some states.

    Args:
        states: the states, with the energies that jumps exchange.
        contacts: how the baths touch the system.
        baths: the baths, each once.
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency.
        dims: the parts of the user's space.

    Returns:
        The parts.

    Raises:
        ValueError: as `contact_jumps`.
    """
    jumps = tuple(contact_jumps(position, contact, states, tolerance) for position, contact in enumerate(contacts))
    names = [bath.name for bath in baths]
    owners = [names.index(contact.bath.name) for contact in contacts]
    table = thermal_table(jumps, owners, states.levels.shape[-1])
    return SecularParts(
        energy=FrameOperator(states.energies),
        number=None if states.particles is None else FrameOperator(states.particles),
        frame=states.frame,
        jumps=jumps,
        table=table,
        baths=tuple(baths),
        assumption=secular_figure(states, contacts, jumps, tolerance),
        states=states,
        dims=dims,
    )


def _fraction(tolerance: object) -> float:
    number = as_real(tolerance, "tolerance")
    if number.ndim or not 0.0 <= number < 1.0:
        raise ValueError(f"`tolerance` must be one number from 0 to below 1, got {shown(tolerance)}.")
    return float(number)


def checked_contacts(contacts: Sequence[Contact], dimension: int) -> Sequence[Contact]:
    """The contacts, if every one is a `Contact` on a system of that dimension.

    Args:
        contacts: what was given as contacts.
        dimension: d.

    Returns:
        The contacts.

    Raises:
        ValueError: if there are none.
        ArgumentError: if one is of another dimension.
        TypeError: if one is not a `Contact`.
    """
    if not isinstance(contacts, Sequence):
        raise TypeError(f"`contacts` must be a list of Contact, got {shown(contacts)}; {_REMEDY}.")
    if not contacts:
        raise ValueError("`contacts` must name at least one contact with a bath.")
    for position, contact in enumerate(contacts):
        if not isinstance(contact, Contact):
            raise TypeError(f"`contacts[{position}]` must be a Contact, got {shown(contact)}; {_REMEDY}.")
        if contact.operator.shape[-1] != dimension:
            raise ArgumentError(
                f"`contacts[{position}].operator` must have shape (..., {dimension}, {dimension}), "
                f"got {contact.operator.shape}.",
                f"contacts[{position}].operator",
            )
    return contacts


def each_bath_once(baths: Sequence[Bath]) -> list[Bath]:
    """The baths in order of first appearance; one name is one bath.

    Args:
        baths: of contacts.

    Returns:
        The baths.

    Raises:
        ValueError: if two different ones have one name.
    """
    found: dict[str, Bath] = {}
    for bath in baths:
        if found.setdefault(bath.name, bath) != bath:
            raise ValueError(f"two different baths are both named {bath.name!r}; give each its own name.")
    return list(found.values())


def thermal_table(parts: Sequence[ContactJumps], baths: Sequence[int], dimension: int) -> JumpTable:
    """The jump table of all contacts: per contact its emissions, then their reverses, then its dephasing.

    The energy of a channel is the mean gap of its Bohr cluster.

    Args:
        parts: jumps of each contact.
        baths: position of each contact's bath.
        dimension: d.

    Returns:
        The table.
    """
    return JumpTable.stack([_of_contact(part, bath, dimension) for part, bath in zip(parts, baths, strict=True)])


def _of_contact(part: ContactJumps, bath: int, dimension: int) -> JumpTable:
    found = part.clusters
    count = found.mean.shape[-1]
    thermal = part.thermal
    exchanging = np.zeros(count, dtype=bool)  # clusters that exchange energy (or particles)
    exchanging[found.label[thermal]] = True
    moving = np.flatnonzero(exchanging)
    still = part.still
    place = np.full(count, -1)
    place[moving] = np.arange(moving.size)
    entries = np.flatnonzero(thermal)
    energy = found.mean[..., moving]
    channel = place[found.label[entries]]
    dephasing = int(still.size > 0)
    return JumpTable(
        dimension=dimension,
        channel=np.concatenate([channel, channel + moving.size, np.full(still.size, 2 * moving.size)]).astype(np.int32),
        row=np.concatenate([found.row[entries], found.column[entries], found.row[still]]),
        column=np.concatenate([found.column[entries], found.row[entries], found.column[still]]),
        amplitude=np.concatenate(
            [part.emission[..., entries], part.absorption[..., entries], part.emission[..., still]], axis=-1
        ),
        bath=np.full(2 * moving.size + dephasing, bath, dtype=np.int32),
        energy=np.concatenate([-energy, energy, np.zeros((*energy.shape[:-1], dephasing))], axis=-1),
        particles=np.repeat([-part.particles, part.particles, 0.0], [moving.size, moving.size, dephasing]),
        reverse=np.concatenate(
            [np.arange(moving.size) + moving.size, np.arange(moving.size), np.full(dephasing, 2 * moving.size)]
        ).astype(np.int32),
    )
