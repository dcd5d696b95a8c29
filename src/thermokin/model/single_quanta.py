"""How far local heat is off, by one quantum at a time: what a bath creates from the ground state, and where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.model.assumption import Assumption
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps
from thermokin.numerics.level_sums import over_levels

__all__ = ["heat_of_single_quanta", "with_heat"]

MOST = 12  # states of one quantum: more of them are not solved for
BLOCK = 1 << 20  # numbers of the linear systems of one block of points
ROUNDING = 1e-12  # links below this fraction of the largest, and a damping, in units of the largest, that is none
UNLINKED = 1e-9  # of what the baths feed: less heat than this is none that links carry
ALIKE = 1e-10  # of the width of the bare energies: parts closer than that make one jump
FAINT = 4e-3  # difference of fillings n, over n (1 + n), below which a current is none that baths drive
LEAST = 1e-3  # of the highest energy: where rates are asked in place of energies below it
NONE = 1e-300  # of a heat: stands in for one that is 0


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


class Fed(NamedTuple):
    """What a contact does to quanta, each (..., n, n): what it drains, feeds, and feeds if n rose by n (1 + n)."""

    drain: ComplexArray
    feed: ComplexArray
    rise: ComplexArray


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
    count = found.bare.shape[-1]
    energies, turn = np.linalg.eigh(found.whole)
    plain = np.eye(count, dtype=np.complex128)
    counted = found.bare[..., None] * plain.real
    pairs = list(zip(found.contacts, found.touched, found.lone, strict=True))
    right = [_fed(energies, turn, *pair, together=True) for pair in pairs]
    local = [_fed(found.bare, plain, *pair, together=False) for pair in pairs]
    names = [contact.bath.name for contact in found.contacts]
    exact, fed, least = _heats(found.whole, right, found.whole, names)
    taken, _, _ = _heats(found.whole, local, counted, names)
    size = np.maximum(np.abs(exact).max(axis=-1), least)
    # Local jumps take the pairs that the coupling makes of the ground state for quanta, and carry them off.
    lost = [found.paired * np.abs(_trace(counted, each.drain)) for each in local]
    off = (np.abs(exact - taken).max(axis=-1) + np.max(np.broadcast_arrays(*lost), axis=0)) / np.maximum(size, NONE)
    return np.asarray(np.where((size > UNLINKED * fed) & np.isfinite(off), off, 0.0))


def _fed(
    energies: FloatArray,
    turn: ComplexArray,
    contact: Contact,
    touched: ComplexArray,
    lone: bool,  # noqa: FBT001 - one of a row of what a contact is
    *,
    together: bool,
) -> Fed:
    """What a contact does at these energies, states of different ones together or apart."""
    inside = (turn.conj().swapaxes(-1, -2) @ touched[..., None])[..., 0]
    asked = np.maximum(energies, LEAST * over_levels(np.maximum, energies)[..., None])
    strength = contact.spectrum.continued(asked)
    down, up = contact.bath.statistics.factors(asked, contact.bath.temperature, contact.bath.chemical_potential)
    overlap = inside[..., :, None] * inside.conj()[..., None, :]
    if not together:
        width = over_levels(np.maximum, energies) - over_levels(np.minimum, energies)
        near = np.abs(energies[..., :, None] - energies[..., None, :]) <= ALIKE * width[..., None, None]
        overlap = np.where(near, overlap, 0.0)

    def of(rates: FloatArray) -> ComplexArray:
        mean = 0.5 * (rates[..., :, None] + rates[..., None, :])
        return np.asarray(turn @ (overlap * mean) @ turn.conj().swapaxes(-1, -2))

    return Fed(of(strength * (down + up if lone else down - up)), of(strength * up), of(strength * up * down))


def _heats(
    whole: ComplexArray, fed: Sequence[Fed], energy: ComplexArray | FloatArray, names: Sequence[str]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Heat (..., b) from the baths at rest, the most (...) that one feeds, and that the faintest difference drives."""
    drain = sum((each.drain for each in fed), np.zeros((), dtype=np.complex128))
    feed = sum((each.feed for each in fed), np.zeros((), dtype=np.complex128))
    states = _at_rest(whole, drain, [feed, *(FAINT * each.rise for each in fed)])

    def passed(source: ComplexArray, contact: Fed, state: ComplexArray) -> FloatArray:
        return _trace(energy, source) - 0.5 * (
            _trace(energy @ contact.drain, state) + _trace(contact.drain @ energy, state)
        )

    flows = [passed(each.feed, each, states[0]) for each in fed]
    faint = [np.abs(passed(FAINT * each.rise, each, state)) for each, state in zip(fed, states[1:], strict=True)]
    gross = [np.abs(_trace(energy, each.feed)) for each in fed]
    total = [sum(flow for flow, name in zip(flows, names, strict=True) if name == bath) for bath in sorted(set(names))]
    return (
        np.stack(np.broadcast_arrays(*total), axis=-1),
        np.max(np.broadcast_arrays(*gross), axis=0),
        np.max(np.broadcast_arrays(*faint), axis=0),
    )


def _at_rest(whole: ComplexArray, drain: ComplexArray, feeds: Sequence[ComplexArray]) -> list[ComplexArray]:
    """N (..., n, n) of each feed S: 0 = -i[h, N] - {G, N}/2 + S."""
    count = whole.shape[-1]
    lead = np.broadcast_shapes(whole.shape[:-2], drain.shape[:-2], *(feed.shape[:-2] for feed in feeds))
    # A state that no bath damps, at a point of a sweep that does not reach it, decays alone.
    least = ROUNDING * np.abs(drain).max(axis=(-2, -1), initial=NONE)[..., None, None] * np.eye(count)
    between = np.broadcast_to(1j * whole + 0.5 * drain + least, (*lead, count, count)).reshape(-1, count, count)
    sources = np.stack([np.broadcast_to(feed, (*lead, count, count)) for feed in feeds], axis=-1)
    sources = sources.reshape(-1, count**2, len(feeds))
    solved = np.empty_like(sources)
    step = max(1, BLOCK // count**4)
    for start in range(0, len(between), step):
        here = between[start : start + step]
        solved[start : start + step] = np.linalg.solve(_acting(here), sources[start : start + step])
    states = np.moveaxis(solved.reshape(*lead, count, count, len(feeds)), -1, 0)
    return [np.asarray(state) for state in states]


def _acting(between: ComplexArray) -> ComplexArray:
    """X . + . X^+ of stacks X (p, n, n), on matrices row by row (p, n^2, n^2)."""
    count = between.shape[-1]
    unit = np.eye(count)
    found = np.einsum("pij,kl->pikjl", between, unit) + np.einsum("ij,pkl->pikjl", unit, between.conj())
    return np.asarray(found.reshape(-1, count**2, count**2))


def _trace(one: ComplexArray | FloatArray, other: ComplexArray) -> FloatArray:
    return np.asarray(np.einsum("...ij,...ji->...", one, other).real)
