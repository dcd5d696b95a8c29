"""How far heat is off where different Bohr frequencies share a jump at their mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import BoolArray, FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath
from thermokin.model.cluster_width import heavy_levels
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps
from thermokin.model.frame_operator import Eigenframe

__all__ = ["cluster_figure"]

FAINT = 4e-3  # difference of fillings f, over f (1 - f) or n (1 + n), below which a current is none that baths drive
LEAST = 1e-3  # of a frequency: where rates are asked in place of frequencies below 0
NONE = 1e-300


def cluster_figure(exact: Eigenframe, contacts: Sequence[Contact], parts: Sequence[ContactJumps]) -> Assumption:
    """The inverse of the relative error of heat that merging makes.

    Two baths let heat w G(w) (n(w) - n'(w)) pass at each frequency of a cluster. What is first order in their distance
    from the mean cancels; what is left is how far the mean over both ends is from the middle.

    Args:
        exact: the eigenstates with their own energies.
        contacts: the contacts.
        parts: the jumps of each, between the merged levels.

    Returns:
        The assumption.
    """
    size = exact.levels.shape[-1]
    links = [np.zeros((size, size), dtype=bool) for _ in parts]
    for link, part in zip(links, parts, strict=True):
        link[part.clusters.row[part.thermal], part.clusters.column[part.thermal]] = True
    heavy = heavy_levels(exact, contacts, links)
    baths = list({contact.bath.name: contact.bath for contact in contacts}.values())
    off = np.zeros(())
    for contact, part, weighty in zip(contacts, parts, heavy, strict=True):
        off = np.maximum(off, _of_contact(exact, contact, part, weighty, baths))
    return Assumption(
        name="cluster",
        statement="the heat that passes at a cluster's frequency, over what that at both ends of it differs,",
        ratio=np.where(off > 0.0, 1.0 / np.where(off > 0.0, off, 1.0), np.inf),
        instead="give a smaller `width`",
    )


def _of_contact(
    exact: Eigenframe, contact: Contact, part: ContactJumps, heavy: BoolArray, baths: Sequence[Bath]
) -> FloatArray:
    found = part.clusters
    chosen = np.flatnonzero(part.thermal)
    if chosen.size == 0:
        return np.zeros(())
    gap = exact.levels[..., found.column[chosen]] - exact.levels[..., found.row[chosen]]
    counts = heavy[..., found.column[chosen]] & (np.abs(part.coupling[..., chosen]) > 0.0)
    start = np.flatnonzero(np.diff(found.label[chosen], prepend=-1))
    mean = found.mean[..., found.label[chosen][start]]
    batch = np.broadcast_shapes(gap.shape[:-1], counts.shape[:-1])
    low, high = (
        gather.reduceat(np.broadcast_to(np.where(counts, gap, none), (*batch, chosen.size)), start, axis=-1)
        for gather, none in ((np.minimum, np.inf), (np.maximum, -np.inf))
    )
    there = np.isfinite(low)
    low, high = np.where(there, low, mean), np.where(there, high, mean)
    if not part.particles:
        low = np.maximum(low, LEAST * mean)
    return np.asarray(_heat_missed(contact, low, mean, high, baths).max(axis=-1))


def _heat_missed(
    contact: Contact, low: FloatArray, mean: FloatArray, high: FloatArray, baths: Sequence[Bath]
) -> FloatArray:
    """How far the mean of both ends is from the middle, relative to it (..., c)."""
    bath, here = contact.bath, contact.spectrum.continued(mean)
    unit = np.where(here > 0.0, here, 1.0)
    strength = [contact.spectrum.continued(at) / unit for at in (low, mean, high)]
    leads = bath.statistics.moves_particles
    quanta = [np.ones(()) if leads else at for at in (low, mean, high)]
    own = [_filling(bath, at) for at in (low, mean, high)]
    faint = FAINT * own[1] * np.abs(bath.statistics.emission(mean, bath.temperature, bath.chemical_potential))
    worst = np.zeros(())
    others = [_filling_of(one, (low, mean, high)) for one in baths if one.name != bath.name]
    for other in others or [[np.zeros(()), np.zeros(()), np.zeros(())]]:
        left, middle, right = (q * s * (one - two) for q, s, one, two in zip(quanta, strength, own, other, strict=True))
        size = np.maximum(np.abs(middle), faint * quanta[1])
        missed = np.abs(0.5 * (left + right) - middle)
        worst = np.maximum(worst, np.where(missed > 0.0, missed / np.maximum(size, NONE), 0.0))
    emitted = np.abs(0.5 * (strength[0] + strength[2]) - 1.0)
    return np.maximum(worst, emitted)


def _filling_of(bath: Bath, frequencies: Sequence[FloatArray]) -> list[FloatArray]:
    return [_filling(bath, at) for at in frequencies]


def _filling(bath: Bath, frequency: FloatArray) -> FloatArray:
    return np.asarray(bath.statistics.absorption(frequency, bath.temperature, bath.chemical_potential))
