"""The jumps of all contacts of a model, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray
from thermokin.gaussian.contacts import Jumps, ModeContact, NormalModeContact
from thermokin.gaussian.one_particle import OneParticle
from thermokin.model.bath import Bath
from thermokin.operators.as_numbers import shown

__all__ = ["contact_jumps", "distinct_baths", "hardly_damped", "listed_contacts", "stacked"]

WEAK = 1e-4  # rates over the spread of frequencies, below which a drift among sites leaves few digits of damping


def contact_jumps(contact: ModeContact, system: OneParticle, name: str, frame: ComplexArray | None) -> Jumps:
    """What a contact does, in the frame: there normal modes are exactly independent, however weakly they are damped.

    Args:
        contact: the contact.
        system: the Hamiltonian of one particle.
        name: of the contact, for errors.
        frame: normal modes, or None for sites.

    Returns:
        The jumps.
    """
    if frame is not None and isinstance(contact, NormalModeContact):
        return contact.of_modes(system, name)
    found = contact.jumps(system, name)
    if frame is None:
        return found
    return replace(found, vectors=np.asarray(np.conj(np.swapaxes(frame, -1, -2)) @ found.vectors))


def hardly_damped(made: Sequence[Jumps], system: OneParticle) -> bool:
    """Whether jumps are so slow beside the turning of modes that sites lose digits which normal modes keep.

    Args:
        made: the jumps of all contacts.
        system: the Hamiltonian of one particle.

    Returns:
        True if at a point of a sweep they are.
    """
    if system.pairing is not None or system.modes == 1:
        return False
    frequencies = system.eigen[0]
    fastest = np.zeros(())
    for each in made:
        size = (np.abs(each.vectors) ** 2).sum(axis=-2)
        fastest = np.maximum(fastest, (np.maximum(each.loss, each.gain) * size).max(axis=-1, initial=0.0))
    return bool((fastest < WEAK * (frequencies[..., -1] - frequencies[..., 0])).any())


def listed_contacts(contacts: object) -> tuple[ModeContact, ...]:
    """The contacts as a tuple.

    Args:
        contacts: what was given as contacts.

    Returns:
        The contacts.

    Raises:
        TypeError: if they are no list of contacts.
        ArgumentError: if there are none.
    """
    if not isinstance(contacts, Sequence) or isinstance(contacts, str):
        raise TypeError(f"`contacts` must be a list of contacts, such as [SiteContact(...)], got {shown(contacts)}.")
    if not contacts:
        raise ArgumentError(
            "`contacts` must hold at least one contact: without any there is no steady state.", "contacts"
        )
    for position, contact in enumerate(contacts):
        if not isinstance(contact, ModeContact):
            raise TypeError(
                f"`contacts[{position}]` must be a SiteContact, NormalModeContact or RateContact of tk.gaussian, got "
                f"{shown(contact)}."
            )
    return tuple(contacts)


def distinct_baths(baths: Sequence[Bath | None]) -> tuple[Bath, ...]:
    """The baths of the contacts in order of first appearance; one name is one bath.

    Args:
        baths: of each contact.

    Returns:
        The baths.

    Raises:
        ArgumentError: if two different baths have one name.
    """
    known: dict[str, Bath] = {}
    for position, bath in enumerate(baths):
        if bath is not None and known.setdefault(bath.name, bath) != bath:
            raise ArgumentError(
                f"`contacts[{position}]` names a second, different bath {bath.name!r}; give it its own name.",
                f"contacts[{position}]",
            )
    return tuple(known.values())


def stacked(made: Sequence[Jumps]) -> Jumps:
    """All pairs of jumps side by side.

    Args:
        made: of each contact.

    Returns:
        The jumps of all.
    """

    def beside(arrays: list[Any], own: int) -> Any:
        lead = np.broadcast_shapes(*(each.shape[: each.ndim - own] for each in arrays))
        return np.concatenate([np.broadcast_to(a, (*lead, *a.shape[a.ndim - own :])) for a in arrays], axis=-1)

    rates = [
        np.broadcast_arrays(
            each.loss, each.gain, np.broadcast_to(each.energy, np.broadcast_shapes(each.energy.shape, each.loss.shape))
        )
        for each in made
    ]
    loss, gain, energy = (beside([each[place] for each in rates], 1) for place in range(3))
    mixed = [each.mixed for each in made if each.mixed is not None]
    columns = beside(mixed, 2) if mixed else None
    return Jumps(beside([each.vectors for each in made], 2), loss, gain, energy, None, columns)
