"""How far local heat is off, by one quantum at a time: what a bath creates from the ground state, and where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.model.assumption import Assumption
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps
from thermokin.model.quanta_flows import fed_at, heat_missed

__all__ = ["heat_of_single_quanta", "with_heat"]

MOST = 12  # states of one quantum: more of them are not solved for
ROUNDING = 1e-12  # links below this fraction of the largest are none
ALIKE = 1e-10  # of the width of the bare energies: what is closer than that is one


@dataclass(frozen=True, eq=False)
class OneQuantum:
    """The states that hold one quantum.

    Args:
        whole: H (..., n, n) between them, above the ground state [energy].
        bare: their energies without the coupling (..., n) [energy].
        contacts: those that create a quantum from the ground state.
        touched: what each of these creates (..., n).
        lone: of each, whether no second quantum joins, as in two levels.
        paired: how much of the ground state (...) the coupling makes into states of several quanta.
    """

    whole: ComplexArray
    bare: FloatArray
    contacts: list[Contact]
    touched: list[ComplexArray]
    lone: list[bool]
    paired: FloatArray


def heat_of_single_quanta(
    coupling: ComplexArray, levels: FloatArray, contacts: Sequence[Contact], parts: Sequence[ContactJumps]
) -> Assumption | None:
    """The heat that passes, over how far the local one is off, one quantum at a time.

    A bath makes states of one quantum from the ground state; H between them is the Hamiltonian h of one particle, with
    N_ij = <c_j^+ c_i> obeying dN/dt = -i[h, N] - {G, N}/2 + S. The local rates drain by G and feed by S at the energies
    of the bare parts, and count quanta of these; in truth, where rates are weak beside the temperatures, both are
    functions of h, and heat is energy by h. So it is for oscillators and free spins, and for all others at low filling.

    Args:
        coupling: H - H_bare (..., d, d) in the frame of the bare levels [energy].
        levels: the bare levels (..., d) [energy].
        contacts: of baths that move no particles.
        parts: the jumps of each.

    Returns:
        The assumption; None where there are more than a dozen states, fewer than two baths that create a quantum from
        the ground state, or several ground states. A difference of fillings n below four thousandths of n (1 + n)
        counts as that much.

    Cost:
        Two linear systems of n^2 equations for n states at each point of a sweep.
    """
    found = _one_quantum(coupling, levels, contacts, parts)
    if found is None:
        return None
    ground = levels.argmin(axis=-1)
    off = np.where(ground == ground.reshape(-1)[0], _missed(found), 0.0)
    return Assumption(
        name="local heat",
        statement="the heat that single quanta carry, over how far that counted in quanta of the parts is off,",
        ratio=np.where(off > 0.0, 1.0 / np.where(off > 0.0, off, 1.0), np.inf),
        instead="use `davies` where the coupling splits the levels by more than the rates",
    )


def with_heat(line: Assumption, heat: Assumption | None) -> Assumption:
    """A line in doubt that says what that costs of heat.

    Args:
        line: of a builder.
        heat: what single quanta tell, or None.

    Returns:
        The line.
    """
    if heat is None or not line.in_doubt or not np.isfinite(heat.smallest):
        return line
    return replace(
        line, instead=f"{line.instead}; heat that single quanta carry is off by {1.0 / heat.smallest:.1g} of it"
    )


def _one_quantum(
    coupling: ComplexArray, levels: FloatArray, contacts: Sequence[Contact], parts: Sequence[ContactJumps]
) -> OneQuantum | None:
    """The states, or None where they tell nothing."""
    first = levels.reshape(-1, levels.shape[-1])[0]
    ground = int(first.argmin())
    if np.count_nonzero(first - first[ground] <= ALIKE * np.ptp(first)) > 1:
        return None
    touching = []
    for contact, part in zip(contacts, parts, strict=True):
        place = np.flatnonzero((part.clusters.row == ground) & part.thermal)
        place = place[(np.abs(part.coupling[..., place]) > 0.0).any(axis=tuple(range(part.coupling.ndim - 1)))]
        if place.size:
            touching.append((contact, part, place))
    if len({contact.bath.name for contact, *_ in touching}) < 2:
        return None
    starts = np.unique(np.concatenate([part.clusters.column[place] for _, part, place in touching]))
    above = levels - levels[..., ground, None]
    reached = _reached(coupling, above, ground, starts)
    states = np.flatnonzero(reached.reshape(-1, reached.shape[-1]).any(axis=0))
    if states.size > MOST:
        return None
    there = reached[..., states]
    between = coupling[..., states[:, None], states] * (there[..., :, None] & there[..., None, :])
    own = above[..., states]
    # The ground state is moved as well, and energies are above it.
    shifted = own - coupling[..., ground, ground].real[..., None]
    touched = []
    for _, part, place in touching:
        vector = np.zeros((*part.coupling.shape[:-1], states.size), dtype=np.complex128)
        for column, element in zip(
            part.clusters.column[place], np.moveaxis(part.coupling[..., place], -1, 0), strict=True
        ):
            vector[..., np.searchsorted(states, column)] += element.conj()
        touched.append(vector)
    return OneQuantum(
        between + shifted[..., None] * np.eye(states.size),
        own,
        [contact for contact, *_ in touching],
        touched,
        [not np.isin(part.clusters.row, part.clusters.column[place]).any() for _, part, place in touching],
        np.asarray((np.abs(coupling[..., :, ground] / np.where(above > 0.0, above, np.inf)) ** 2).sum(axis=-1)),
    )


def _reached(coupling: ComplexArray, above: FloatArray, ground: int, starts: IntArray) -> BoolArray:
    """Which levels (..., d) hold one quantum: those that baths make, and those that the coupling makes of these."""
    # A link that moves less energy than the smallest quantum hands on a quantum; one that moves more makes others.
    shape = np.broadcast_shapes(coupling.shape[:-2], above.shape[:-1])
    reached = np.zeros((*shape, above.shape[-1]), dtype=bool)
    reached[..., starts] = True
    size = np.abs(coupling)
    limit = ROUNDING * size.max(axis=(-2, -1), initial=0.0)[..., None]
    found: set[int] = set()
    while len(found) <= MOST:
        union = set(np.flatnonzero(reached.reshape(-1, reached.shape[-1]).any(axis=0)).tolist())
        if union == found:
            break
        least = np.where(reached, above, np.inf).min(axis=-1, keepdims=True)
        more = reached.copy()
        for state in sorted(union):
            near = np.abs(above - above[..., state, None]) < least * (1.0 - ALIKE)
            more |= reached[..., state, None] & near & (size[..., :, state] > limit)
        more[..., ground] = False
        found, reached = union, more
    return reached


def _missed(found: OneQuantum) -> FloatArray:
    """How far heat is off (...), over the largest."""
    plain = np.eye(found.bare.shape[-1], dtype=np.complex128)
    counted = found.bare[..., None] * plain.real
    each = list(zip(found.contacts, found.touched, found.lone, strict=True))
    mixed = np.linalg.eigh(found.whole)
    right = [fed_at(*mixed, contact, touched, lone=lone) for contact, touched, lone in each]
    local = [fed_at(found.bare, plain, contact, touched, lone=lone, together=False) for contact, touched, lone in each]
    # Local jumps take the pairs that the coupling makes of the ground state for quanta, and carry them off.
    lost = [found.paired * np.abs(np.einsum("...i,...ii->...", found.bare, one.drain).real) for one in local]
    names = [contact.bath.name for contact in found.contacts]
    more = np.max(np.broadcast_arrays(*lost), axis=0)
    return heat_missed(found.whole, names, (right, [found.whole] * len(right)), (local, [counted] * len(local)), more)
