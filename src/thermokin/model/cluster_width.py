"""How close two Bohr frequencies must lie to share a jump: between what rates resolve and what baths tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.bohr import DEFAULT_TOLERANCE, smallest_gap
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import Eigenframe
from thermokin.model.populated_levels import above_lowest, boltzmann, hottest

__all__ = ["HEAVY", "ClusterWidth", "cluster_width", "heavy_levels", "level_weights"]

TWICE = 2.0  # of the geometric mean of rate and temperature
COLD = 0.1  # of a frequency: a colder bath fills nothing, so that its temperature changes no rate
HEAVY = 0.01  # weight from which a level counts among those whose frequencies make clusters


@dataclass(frozen=True, eq=False)
class ClusterWidth:
    """How close the next higher frequency shares a jump.

    Args:
        width: (...) [energy].
        rate: gamma (...), what rates do not resolve [1/time].
        falls: whether the width of a frequency w below T is 2 sqrt(gamma w).
    """

    width: FloatArray
    rate: FloatArray
    falls: bool

    def at(self, batch: tuple[int, ...]) -> ClusterWidth:
        """At all points of a sweep (p,)."""
        flat = [np.broadcast_to(one, batch).reshape(-1) for one in (self.width, self.rate)]
        return ClusterWidth(flat[0], flat[1], self.falls)

    def of(self, point: int, frequency: FloatArray) -> FloatArray:
        """The widths (m,) at some frequencies (m,) of one point."""
        width = np.full(frequency.shape, self.width[point])
        falling = TWICE * np.sqrt(self.rate[point] * np.abs(frequency))
        return np.asarray(np.minimum(width, falling)) if self.falls else width


def heavy_levels(states: Eigenframe, contacts: Sequence[Contact], links: Sequence[BoolArray]) -> list[BoolArray]:
    """The levels of each contact (..., d) whose jumps make clusters.

    Args:
        states: the eigenstates.
        contacts: the contacts.
        links: which elements |row><column| each has that take energy, (..., d, d).

    Returns:
        For each contact.
    """
    return [weight >= HEAVY for weight in level_weights(states, contacts, links)]


def level_weights(states: Eigenframe, contacts: Sequence[Contact], links: Sequence[BoolArray]) -> list[FloatArray]:
    """Boltzmann's factor (..., d) of the hottest bath, above the lowest level from which a contact takes energy.

    Args:
        states: the eigenstates.
        contacts: the contacts.
        links: which elements |row><column| each has that take energy, (..., d, d).

    Returns:
        For each contact; ones for leads, whose energies have no lowest.
    """
    above = above_lowest(states)
    floor = smallest_gap(above, DEFAULT_TOLERANCE)
    warm = np.maximum(hottest(contacts), floor)[..., None]
    found = []
    for contact, link in zip(contacts, links, strict=True):
        if contact.bath.statistics.moves_particles:
            found.append(np.ones(above.shape))
            continue
        lowest = np.where(link.any(axis=-2), above, np.inf).min(axis=-1, keepdims=True)
        found.append(
            boltzmann(np.where(np.isfinite(lowest), above - np.where(np.isfinite(lowest), lowest, 0.0), 0.0), warm)
        )
    return found


def cluster_width(
    states: Eigenframe, contacts: Sequence[Contact], couplings: Sequence[ComplexArray], limit: FloatArray
) -> ClusterWidth:
    """2 sqrt(gamma T): closer frequencies share a jump (...) [energy].

    gamma is the largest rate of the contacts: what one takes at zero temperature from a level, over all transitions,
    weighed by Boltzmann's factor above the lowest level that it touches. T is the lowest temperature, or the frequency
    on which a spectrum changes where that is less; a bath too cold to fill anything counts with a tenth of its lowest
    frequency, and for frequencies below T these take its place, since n(w) changes on their scale.

    Args:
        states: the eigenstates.
        contacts: the contacts.
        couplings: the operator of each in the eigenbasis (..., d, d).
        limit: differences below are none (...) [energy].

    Returns:
        The width.

    Cost:
        A few passes over the operators.
    """
    gaps = states.levels[..., None, :] - states.levels[..., :, None]
    above = above_lowest(states)
    rate, scale = np.zeros(()), np.full((), np.inf)
    for contact, coupling in zip(contacts, couplings, strict=True):
        square = np.abs(coupling) ** 2
        leads = contact.bath.statistics.moves_particles
        apart = np.abs(gaps) > limit[..., None, None]
        frequency = gaps if leads else np.abs(gaps)
        flat = np.broadcast_to(frequency, np.broadcast_shapes(frequency.shape, square.shape))
        strength = contact.spectrum.continued(flat.reshape(*flat.shape[:-2], -1))
        rates = square * strength.reshape(*strength.shape[:-1], *flat.shape[-2:]) * (apart | leads)
        taken = np.maximum(rates.sum(axis=-1), rates.sum(axis=-2))
        lowest = np.where(taken > 0.0, above, np.inf).min(axis=-1, keepdims=True)
        span = np.where((square > 0.0) & (gaps > limit[..., None, None]), gaps, np.inf).min(axis=(-2, -1))
        coldest = np.asarray(contact.bath.temperature)
        if not leads:
            coldest = np.maximum(coldest, COLD * np.where(np.isfinite(span), span, 0.0))
            floor = np.maximum(coldest, limit)[..., None]
            with np.errstate(invalid="ignore"):
                taken = taken * boltzmann(np.where(taken > 0.0, above - lowest, 0.0), floor)
        rate = np.maximum(rate, taken.max(axis=-1))
        scale = np.minimum(scale, np.minimum(coldest, contact.spectrum.scale))
    leads = any(contact.bath.statistics.moves_particles for contact in contacts)
    return ClusterWidth(np.asarray(TWICE * np.sqrt(rate) * np.sqrt(scale)), np.asarray(rate), falls=not leads)
