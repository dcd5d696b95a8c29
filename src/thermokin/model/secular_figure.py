"""How far the secular approximation holds: what it must resolve, over how fast the levels that states populate jump."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.model.assumption import Assumption
from thermokin.model.bohr import separation
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps
from thermokin.model.eigenframe import Eigenframe
from thermokin.model.fed_coherence import fed_separation, like_contacts
from thermokin.model.populated_levels import populated
from thermokin.numerics.level_sums import over_levels

__all__ = ["secular_figure"]

SEEN = 1e-3  # weight from which a level counts among those whose differences must be resolved


def secular_figure(
    states: Eigenframe, contacts: Sequence[Contact], parts: Sequence[ContactJumps], tolerance: float
) -> Assumption:
    """The smallest difference that any contact must resolve, over the largest rate, on the levels that states populate.

    A truncated mode and a large spin have levels that no state reaches, whose jumps are the fastest of all; they would
    measure the truncation. So a rate counts with the weight of the level it leaves, and a difference where both levels
    have some. Contacts of one lead that are alike, one for each spin, count by the coherence that they feed together.

    Args:
        states: the eigenstates of the Hamiltonian.
        contacts: the contacts.
        parts: the jumps of each.
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency.

    Returns:
        The figure.
    """
    weight = populated(states, contacts, parts)
    resolved, rate = np.full(states.levels.shape[:-1], np.inf), np.zeros(())
    for part in parts:
        rate = np.maximum(rate, _fastest(part, np.ones(states.levels.shape[-1]) if part.particles else weight))
    groups = like_contacts(contacts, parts)
    resolved = np.minimum(resolved, fed_separation(states.levels, groups, tolerance))
    for part in (
        group[0] for group in groups if len(group) == 1
    ):  # jumps of unlike contacts make no coherence together
        counts = np.ones(states.levels.shape[-1]) if part.particles else weight
        resolved = np.minimum(resolved, _resolved(states.levels, part, counts >= SEEN, tolerance))
    with np.errstate(over="ignore"):
        ratio = np.asarray(resolved / np.where(rate > 0.0, rate, 1.0))
    # A tolerance that merges gaps at some points of a sweep and not at others is refused there.
    merging = "merge close gaps by `tolerance`" + (", building the model point by point" if ratio.ndim else "")
    return Assumption(
        name="secular",
        statement="the smallest gap between Bohr frequencies that its states can tell apart, over the largest rate,",
        ratio=np.where(rate > 0.0, ratio, np.inf),
        instead=f"use `local` where the parts of the system couple weakly, or {merging}",
    )


def _fastest(part: ContactJumps, weight: FloatArray) -> FloatArray:
    """The largest rate of its jumps (...), each times the weight of the level it leaves [1/time]."""
    if part.clusters.row.size == 0:
        return np.zeros(())
    row, column = part.clusters.row, part.clusters.column
    emission, own = part.emission, row == column
    if own.any():
        # A multiple of the identity in a jump changes nothing: what counts is how far its elements differ.
        mean = np.where(own, emission * weight[..., column], 0.0).sum(axis=-1) / np.where(
            own, weight[..., column], 0.0
        ).sum(axis=-1)
        emission = np.where(own, emission - mean[..., None], emission)
    down, up = (each.real**2 + each.imag**2 for each in (emission, part.absorption))
    if weight.ndim > 1 or (weight != 1.0).any():
        down, up = down * weight[..., column], up * weight[..., row]
    return np.asarray(np.maximum(over_levels(np.maximum, down), over_levels(np.maximum, up)))


def _resolved(levels: FloatArray, part: ContactJumps, seen: BoolArray, tolerance: float) -> FloatArray:
    """The smallest difference (...) that one contact must resolve [energy]."""
    found = part.clusters
    if found.live is None or found.shared is None:
        return separation(levels, _sharing(part, slice(None), levels.shape[-1]), seen, tolerance)
    own, size = found.live.shape[:-1], levels.shape[-1]
    lead = np.broadcast_shapes(own, levels.shape[:-1], seen.shape[:-1])
    flat = np.broadcast_to(levels, (*lead, size)).reshape(-1, size)
    counted = np.broadcast_to(seen, (*lead, size)).reshape(-1, size)
    kinds = np.broadcast_to(found.shared.kind.reshape(own), lead).ravel()
    live = found.live.reshape(-1, found.live.shape[-1])
    smallest = np.empty(len(flat))
    for kind in np.unique(kinds):
        points = np.flatnonzero(kinds == kind)
        sharing = _sharing(part, live[int(np.argmax(found.shared.kind == kind))], size)
        smallest[points] = separation(flat[points], sharing, counted[points], tolerance)
    return smallest.reshape(lead)


def _sharing(part: ContactJumps, entries: slice | BoolArray, size: int) -> Callable[[IntArray, IntArray], BoolArray]:
    """Which pairs of levels the jumps of one contact could make coherent."""
    links = np.zeros((size, size), dtype=bool)
    links[part.clusters.row[entries], part.clusters.column[entries]] = True
    back = links.T.copy()
    if part.particles:
        # Levels of different charge are never coherent, so that two must share where they come from or where they go.
        return lambda one, two: _partner(links, one, two) | _partner(back, one, two)
    either = links | back
    return lambda one, two: either[one, two] | _partner(either, one, two)


def _partner(links: BoolArray, one: IntArray, two: IntArray) -> BoolArray:
    """Which pairs of levels are linked to a common one."""
    return np.asarray((links[one] & links[two]).any(axis=-1))
