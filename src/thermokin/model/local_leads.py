"""How far the local assumption holds at leads: how much their filling changes across the energies that are mixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps
from thermokin.model.one_particle_leads import one_particle_miss
from thermokin.numerics.level_sums import over_levels

__all__ = ["weak_links_of_leads"]

NEGLIGIBLE = 1e-13  # links below this fraction of the largest are rounding
SMALL = 1e-9  # elements of a contact below this fraction of its largest take no part, as rounding of close levels is
FAINT = 4e-3  # difference of fillings f, over f (1 - f), below which a current is none that leads drive
NONE = 1e-300  # of a filling: stands in for a difference that is 0

Filling = tuple[FloatArray, FloatArray]


class LeadFlows(NamedTuple):
    """What a contact would do at some energies.

    Args:
        strength: how strongly it couples (..., m).
        filling: how full and how empty its lead is, each (..., m).
        rates: of filling and of emptying (..., m, 2).
        beyond: how much faster each lead would fill than its own (..., m, b).
    """

    strength: FloatArray
    filling: Filling
    rates: FloatArray
    beyond: FloatArray


Flows = Callable[[FloatArray], LeadFlows]


def weak_links_of_leads(
    coupling: ComplexArray, levels: FloatArray, contacts: Sequence[Contact], parts: Sequence[ContactJumps]
) -> Assumption:
    """The local assumption at leads: how unlike they fill, over how much a lead's filling changes across what is mixed.

    A local jump takes the rate of a lead at the energy w of its own part. The coupling t mixes it with jumps of energy
    v in other parts, as in two levels: they turn into a pair, Omega = sqrt((w - v)^2 + 4 t^2) apart. With g the rates
    of filling and of emptying, the mean of g over the pair stands in place of g(w), and the coherence that carries the
    current is off by |w - v|/Omega times the change of the filling across the pair. What currents feel of it is held
    against the difference of fillings that drives them, however small both are: far above or below its chemical
    potential a lead fills all alike, but a current there is as small as what is left. Where particles do not repel, the
    currents are known with all that is mixed, also of parts that others link, and are what is compared. Only distances
    from chemical potentials enter. A bias below four thousandths of the temperature counts as that much.

    Args:
        coupling: H - H_bare (..., d, d) in the frame of the bare levels [energy].
        levels: the bare levels (..., d) [energy].
        contacts: the contacts; those of baths that move no particles are passed over.
        parts: the jumps of each.

    Returns:
        The assumption.
    """
    leads = [
        (contact, part)
        for contact, part in zip(contacts, parts, strict=True)
        if contact.bath.statistics.moves_particles
    ]
    baths = list({contact.bath.name: contact.bath for contact, _ in leads}.values())
    known = one_particle_miss(coupling, levels, leads)
    if known is not None:
        return _line(known)
    driven = _driven(baths, [part for _, part in leads])
    off = np.zeros(())
    for contact, part in leads:
        absolute, beside = _changes(coupling, levels, part, _flows(contact, part, baths))
        off = np.maximum(off, absolute + beside / driven)
    return _line(off)


def _line(off: FloatArray) -> Assumption:
    """The assumption, by how far currents are off over their own size (...)."""
    return Assumption(
        name="local filling",
        statement="the difference of the leads' fillings, over how far a lead's filling changes across what is mixed,",
        ratio=np.where(off > 0.0, 1.0 / np.where(off > 0.0, off, 1.0), np.inf),
        instead="use `davies` where the coupling splits the levels by more than the rates",
    )


def _driven(baths: Sequence[Bath], parts: Sequence[ContactJumps]) -> FloatArray:
    """The largest difference (...) between the fillings of two leads at the energy of a jump; 1 of a single lead."""
    if len(baths) < 2:
        return np.ones(())
    largest = np.full((), NONE)
    for part in parts:
        filled = [_filling(bath, part.clusters.frequency) for bath in baths]
        apart = np.stack(np.broadcast_arrays(*(_beyond(each, filled[0]) for each in filled)), axis=-1)
        faint = np.stack(np.broadcast_arrays(*(FAINT * full * empty for full, empty in filled)), axis=-1).max(axis=-1)
        driven = np.where(_present(part), np.maximum(_spread(apart), faint), 0.0)
        largest = np.maximum(largest, over_levels(np.maximum, driven))
    return np.asarray(largest)


def _filling(bath: Bath, frequency: FloatArray) -> Filling:
    """How full and how empty (..., m) a lead is, each to its own digits."""
    absorption, emission = bath.statistics.absorption, bath.statistics.emission
    known = (frequency, bath.temperature, bath.chemical_potential)
    return absorption(*known), emission(*known)


def _beyond(one: Filling, other: Filling) -> FloatArray:
    """How much fuller (..., m) one is than the other, from whichever of full and empty is the small one."""
    return np.asarray(np.where(one[0] + other[0] < 1.0, one[0] - other[0], other[1] - one[1]))


def _present(part: ContactJumps) -> BoolArray:
    """Which elements (..., m) of a contact take part; none does where its cluster is no jump."""
    size = np.abs(part.coupling)
    return np.asarray(size > SMALL * over_levels(np.maximum, size)[..., None])


def _spread(values: FloatArray) -> FloatArray:
    """How far the values of the leads (..., b) lie apart (...)."""
    return np.asarray(values.max(axis=-1) - values.min(axis=-1))


def _flows(contact: Contact, part: ContactJumps, baths: Sequence[Bath]) -> Flows:
    """How fast the lead of a contact fills and empties, over its largest rate, and how much faster the others fill."""
    strength = np.where(_present(part), contact.spectrum.continued(part.clusters.frequency), 0.0)
    largest = over_levels(np.maximum, np.asarray(strength))
    unit = np.where(largest > 0.0, largest, 1.0)[..., None]

    def of(frequency: FloatArray) -> LeadFlows:
        strength = contact.spectrum.continued(frequency) / unit
        own = _filling(contact.bath, frequency)
        more = [strength * _beyond(_filling(bath, frequency), own) for bath in baths]
        return LeadFlows(
            strength,
            own,
            np.stack(np.broadcast_arrays(*(strength * each for each in own)), axis=-1),
            np.stack(np.broadcast_arrays(*more), axis=-1),
        )

    return of


def _changes(
    coupling: ComplexArray, levels: FloatArray, part: ContactJumps, flows: Flows
) -> tuple[FloatArray, FloatArray]:
    """How far one contact's rates are off (...), and how far what feeds a current is (...)."""
    found, size = part.clusters, levels.shape[-1]
    absolute, beside = np.zeros(()), np.zeros(())
    coupled = np.where(_present(part), part.coupling, 0.0)
    for label in range(found.mean.shape[-1]):
        inside = np.flatnonzero(found.label == label)
        jump = np.zeros((*coupled.shape[:-1], size, size), dtype=np.complex128)
        jump[..., found.row[inside], found.column[inside]] = coupled[..., inside]
        mixed = coupling @ jump - jump @ coupling
        row, column = np.nonzero((mixed != 0.0).reshape(-1, size, size).any(axis=0))
        if row.size == 0:
            continue
        own, step = _links(jump, mixed, row, column)
        gap = levels[..., column] - levels[..., row]
        moved, here = flows(gap + np.where(own, step, 0.0)), flows(gap)
        mean, apart, across = _paired(flows, gap, found.mean[..., label, None], np.where(own, 0.0, np.abs(step)))
        felt = _spread(moved.beyond - here.beyond) + _spread(apart) + across
        change = np.maximum(np.abs(moved.rates - here.rates), np.abs(mean)).max(axis=-1)
        absolute = np.maximum(absolute, over_levels(np.maximum, change))
        beside = np.maximum(beside, over_levels(np.maximum, felt))
    return absolute, beside


def _links(jump: ComplexArray, mixed: ComplexArray, row: IntArray, column: IntArray) -> tuple[BoolArray, FloatArray]:
    """Which elements (..., m) are the jump's own, and how far the coupling moves these, or links it with the others."""
    largest = np.abs(jump).max(axis=(-2, -1))[..., None]
    here, there = jump[..., row, column], mixed[..., row, column]
    own = here != 0.0
    step = np.where(
        own, -(there / np.where(own, here, 1.0)).real, np.abs(there) / np.where(largest > 0.0, largest, 1.0)
    )
    small = NEGLIGIBLE * np.abs(step).max(axis=-1, keepdims=True, initial=0.0)
    return own, np.where(np.abs(step) > small, step, 0.0)


def _paired(
    flows: Flows, gap: FloatArray, own: FloatArray, link: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """What a link with another gap changes of a jump's `rates`, of `beyond`, and of its lead's coherence (..., m)."""
    apart = gap - own
    split = np.hypot(apart, 2.0 * link)
    tilt = np.abs(apart) / np.where(split > 0.0, split, 1.0)
    half = np.where(apart < 0.0, -0.5, 0.5) * split
    near, far, here = (flows(energy) for energy in (0.5 * (gap + own) - half, 0.5 * (gap + own) + half, own))
    far_share, linked = 0.5 * (1.0 - tilt)[..., None], (link > 0.0)[..., None]
    mean, beyond = (
        np.where(linked, one + far_share * (two - one) - three, 0.0)
        for one, two, three in ((near.rates, far.rates, here.rates), (near.beyond, far.beyond, here.beyond))
    )
    across = tilt * np.maximum(near.strength, far.strength) * np.abs(_beyond(near.filling, far.filling))
    return mean, beyond, np.where(link > 0.0, across, 0.0)
