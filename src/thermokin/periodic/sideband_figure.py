"""How far the secular approximation holds between sidebands: how far apart they lie, over how fast jumps are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.model.assumption import Assumption
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps
from thermokin.model.frame_operator import Eigenframe
from thermokin.model.populated_levels import populated
from thermokin.periodic.floquet_modes import FloquetModes

__all__ = ["sideband_figure"]

SEEN = 1e-3  # of the strongest amplitude, and weight from which a mode counts


def sideband_figure(
    modes: FloquetModes, contacts: Sequence[Contact], parts: Sequence[ContactJumps], limit: float
) -> Assumption:
    """The smallest distance of two sidebands of a contact that act on one coherence, over the largest rate.

    Two terms of a contact, A(w) rho A(w')^+, turn against each other at w - w'. They are dropped where both lead from
    one mode, or to one, or one the way of the other back; each sideband is held against quantum zero, too. The distance
    of two sidebands of one element is a multiple of the drive's frequency: a drive that is slower than the baths is
    told so.

    Args:
        modes: the modes.
        contacts: the contacts.
        parts: the jumps of each.
        limit: distances that are none [energy].

    Returns:
        The figure (...), of the leading axes of rates.
    """
    states = Eigenframe(modes.mean_energies, modes.mean_energies, None, None)
    weight = populated(states, contacts, parts)
    apart, rate = np.inf, np.zeros(())
    for part in parts:
        found, counts = part.clusters, np.ones(modes.quasienergies.size) if part.particles else weight
        if found.row.size == 0:
            continue
        down, up = np.abs(part.emission) ** 2, np.abs(part.absorption) ** 2
        size = modes.quasienergies.size
        for strength, last, first in ((down, found.row, found.column), (up, found.column, found.row)):
            weighed = strength * counts[..., first]
            rate = np.maximum(rate, _summed(weighed, last.astype(np.int64) * size + first, size**2).max(axis=-1))
        apart = min(apart, _apart(part, _significant(part, counts), limit))
    with np.errstate(over="ignore"):
        ratio = np.where(rate > 0.0, apart / np.where(rate > 0.0, rate, 1.0), np.inf)
    return Assumption(
        name="secular",
        statement="the smallest distance of sidebands that act on one coherence, over the largest rate,",
        ratio=ratio,
        instead="use tk.limit_cycle of tk.local or momentary tk.davies models, or a rotating frame",
    )


def _summed(values: FloatArray, place: IntArray, size: int) -> FloatArray:
    """Sums (..., size) over the sidebands of each element: a slow drive splits one rate into many."""
    sums = np.zeros((*values.shape[:-1], size))
    np.add.at(sums.T, place, values.T)
    return sums


def _significant(part: ContactJumps, weight: FloatArray) -> BoolArray:
    """(m,) which elements are strong and between modes that states populate."""
    found = part.clusters
    size = np.abs(part.coupling)
    strong = size > SEEN * size.max(axis=-1, keepdims=True)
    seen = (weight[..., found.row] >= SEEN) & (weight[..., found.column] >= SEEN)
    both = strong & seen
    return np.asarray(both.reshape(-1, both.shape[-1]).any(axis=0))


def _apart(part: ContactJumps, chosen: BoolArray, limit: float) -> float:
    """The smallest distance of two sidebands, and of one from zero [energy]; inf for none."""
    found = part.clusters
    row, column, quantum = (
        found.row[chosen].astype(np.int64),
        found.column[chosen].astype(np.int64),
        found.frequency[chosen],
    )
    if part.particles == 0.0:  # the adjoints are terms of the same contact
        row, column = np.concatenate([row, column]), np.concatenate([column, row])
        quantum = np.concatenate([quantum, -quantum])
    moving = np.abs(quantum[row != column])
    best = float(moving[moving > limit].min(initial=np.inf))
    order = np.argsort(quantum, kind="stable")
    row, column, quantum = row[order], column[order], quantum[order]
    for offset in range(1, quantum.size):
        distance = quantum[offset:] - quantum[:-offset]
        if distance.min() >= best:
            break  # they are sorted: larger offsets lie only further apart
        counts = (distance > limit) & _meeting(row, column, offset)
        best = min(best, float(distance[counts].min(initial=np.inf)))
    return best


def _meeting(row: IntArray, column: IntArray, offset: int) -> BoolArray:
    """Which pairs of elements lead from one mode, to one, or back."""
    to, come = row[offset:], column[offset:]
    other_to, other_come = row[:-offset], column[:-offset]
    back = (to == other_come) & (come == other_to)
    return np.asarray((to == other_to) | (come == other_come) | back)
