"""How far currents are off that contacts at sites carry, against rates at all energies that the sites mix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin.gaussian.contacts import Jumps, ModeContact, SiteContact
from thermokin.gaussian.one_particle import OneParticle
from thermokin.model.assumption import Assumption
from thermokin.model.quanta_flows import Fed, fed_at, heat_missed

__all__ = ["heat_of_sites"]

MOST = 6  # modes: more of them are not solved for, as a sweep may have many points


def heat_of_sites(system: OneParticle, contacts: Sequence[ModeContact], jumps: Sequence[Jumps]) -> Assumption | None:
    """Heat of bosons or particles of fermions that pass, over how far what contacts at sites carry is off.

    Against the same equation with the rates of each bath as functions of h, which is exact where rates are weak beside
    the temperatures, and heat as energy by h.

    Args:
        system: the Hamiltonian of one particle.
        contacts: the contacts.
        jumps: of each, in the basis of the sites.

    Returns:
        The assumption; None if a contact is not at a site, there are more than six modes or fewer than two baths, or
        with pairing.

    Cost:
        Two linear systems of n^2 equations for n modes at each point of a sweep.
    """
    at_sites = [contact for contact in contacts if isinstance(contact, SiteContact)]
    size = system.matrix.shape[-1]
    names = [contact.bath.name for contact in at_sites]
    if len(at_sites) < len(contacts) or len(set(names)) < 2 or size > MOST or system.pairing is not None:
        return None
    mixed, unit = np.linalg.eigh(system.matrix), np.eye(size)
    right, taken, quanta = [], [], []
    for contact, found in zip(at_sites, jumps, strict=True):
        vector = found.vectors[..., 0]
        right.append(fed_at(*mixed, contact, vector, lone=system.z < 0))
        touched = vector[..., :, None] * vector.conj()[..., None, :]
        loss, gain = (rate[..., None] * touched for rate in (found.loss, found.gain))
        taken.append(Fed(loss - system.z * gain, gain, gain))
        quanta.append(found.energy[..., None] * unit if system.z > 0 else unit)
    counted = system.matrix if system.z > 0 else unit
    off = heat_missed(system.matrix, names, (right, [counted] * len(right)), (taken, quanta))
    carried = "heat" if system.z > 0 else "particles"
    return Assumption(
        name="local heat" if system.z > 0 else "local filling",
        statement=f"the {carried} that the baths exchange, over how far what contacts at sites carry is off,",
        ratio=np.where(off > 0.0, 1.0 / np.where(off > 0.0, off, 1.0), np.inf),
        instead="use `NormalModeContact` where the coupling splits the modes by more than the rates",
    )
