"""How far local currents between leads are off where particles do not repel: one particle at a time tells exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps
from thermokin.numerics.level_sums import over_levels

__all__ = ["one_particle_miss"]

MOST = 12  # modes: more of them are not solved for
CLOSED = 1e-9  # of an operator's size: what leads out of the modes, or makes them no fermions, is rounding
ALIKE = 1e-10  # of the width of the bare modes: parts closer than that make one jump
FAINT = 4e-3  # difference of fillings f, over f (1 - f), below which a current is none that leads drive
NONE = 1e-300  # of a current: stands in for one that is 0


@dataclass(frozen=True, eq=False)
class Modes:
    """Fermions c_i that H, the bare H and the contacts are made of.

    Args:
        whole: h (..., n, n), [c_i, H] = sum_j h_ij c_j [energy].
        bare: the same of the bare Hamiltonian.
        touched: v (..., n) of each contact, whose operator is sum_i v_i c_i.
        empty: (..., n) modes that are none at that point of a sweep.
    """

    whole: ComplexArray
    bare: ComplexArray
    touched: tuple[ComplexArray, ...]
    empty: BoolArray


def one_particle_miss(
    coupling: ComplexArray, levels: FloatArray, leads: Sequence[tuple[Contact, ContactJumps]]
) -> FloatArray | None:
    """The largest error of a current that the local rates make, over the largest current between the leads.

    Without repulsion N_ij = <c_j^+ c_i> obeys dN/dt = -i[h, N] - {G, N}/2 + S. The local rates feed S by the filling of
    each lead at the energies of the bare parts; what feeds it in truth, where rates are weak beside the temperatures,
    is the filling as a function of h: f(h), with all that the coupling mixes, however many parts that is.

    Args:
        coupling: H - H_bare (..., d, d) in the frame of the bare levels [energy].
        levels: the bare levels (..., d) [energy].
        leads: the contacts of leads and their jumps.

    Returns:
        (...), or None where particles repel or pair, where there are more than a dozen modes, or one lead alone. A bias
        below four thousandths of the temperature counts as that much.

    Cost:
        One linear system of n^2 equations for n modes at each point of a sweep.
    """
    if len({contact.bath.name for contact, _ in leads}) < 2:
        return None
    operators = [_operator(part, levels.shape[-1]) for _, part in leads]
    one_point = [each.reshape(-1, *each.shape[-2:])[0] for each in (coupling, *operators)]
    # Particles that repel mostly do at every point of a sweep: the first one tells.
    if _modes(one_point[0], levels.reshape(-1, levels.shape[-1])[0], one_point[1:]) is None:
        return None
    found = _modes(coupling, levels, operators)
    if found is None:
        return None
    pairs = list(zip((contact for contact, _ in leads), found.touched, strict=True))
    mixed, apart = (np.linalg.eigh(hamiltonian) for hamiltonian in (found.whole, found.bare))
    right = [_fed(*mixed, contact, touched, together=True) for contact, touched in pairs]
    local = [_fed(*apart, contact, touched, together=False) for contact, touched in pairs]
    names = [contact.bath.name for contact, _ in leads]
    exact, least = _currents(found, right, names)
    taken, _ = _currents(found, local, names)
    size = np.maximum(np.maximum(np.abs(exact).max(axis=-1), least), NONE)
    return np.asarray(np.abs(exact - taken).max(axis=-1) / size)


def _operator(part: ContactJumps, size: int) -> ComplexArray:
    """The contact's operator (..., d, d) in the frame of the bare levels."""
    operator = np.zeros((*part.coupling.shape[:-1], size, size), dtype=np.complex128)
    operator[..., part.clusters.row, part.clusters.column] = part.coupling
    return operator


def _modes(coupling: ComplexArray, levels: FloatArray, operators: Sequence[ComplexArray]) -> Modes | None:
    """What the contacts touch and all that H makes of it, if these are fermions; None if they are not, or too many."""
    size = levels.shape[-1]
    bare = np.asarray(levels[..., None] * np.eye(size), dtype=np.complex128)
    whole = bare + coupling
    modes: list[ComplexArray] = []
    waiting = [np.asarray(operator) for operator in operators]
    while waiting:
        rest = waiting.pop(0)
        largest = _length(rest).max()
        for _ in range(2):
            for mode in modes:
                rest = rest - _inner(mode, rest)[..., None, None] * mode
        length = _length(rest)
        kept = length > CLOSED * max(float(largest), NONE)
        if not kept.any():
            continue
        if len(modes) == MOST:
            return None
        mode = np.where(kept[..., None, None], rest / np.where(kept, length, 1.0)[..., None, None], 0.0)
        modes.append(mode)
        spread = float(np.abs(whole).max(initial=0.0))
        for hamiltonian in (whole, bare):
            turned = mode @ hamiltonian - hamiltonian @ mode
            # A part that is rounding beside H is no mode.
            waiting.append(np.where(np.abs(turned) > CLOSED * spread, turned, 0.0))
    if not _are_fermions(modes):
        return None
    shape = np.broadcast_shapes(whole.shape, *(mode.shape for mode in modes))
    stack = np.stack([np.broadcast_to(mode, shape) for mode in modes], axis=-3)
    return Modes(
        _one_particle(stack, whole),
        _one_particle(stack, bare),
        tuple(_inner(stack, operator[..., None, :, :]) for operator in operators),
        ~(_length(stack) > 0.5),
    )


def _inner(one: ComplexArray, other: ComplexArray) -> ComplexArray:
    """Tr(A^+ B) over the norm of a fermion (...)."""
    return np.asarray((one.conj() * other).sum(axis=(-2, -1)) * (2.0 / one.shape[-1]))


def _length(operator: ComplexArray) -> FloatArray:
    return np.sqrt(_inner(operator, operator).real)


def _are_fermions(modes: Sequence[ComplexArray]) -> bool:
    """Whether {c_i, c_j^+} is 1 for i = j, and every other anticommutator vanishes."""
    size = modes[0].shape[-1]
    for number, one in enumerate(modes):
        held = (_length(one) > 0.5)[..., None, None]
        for other in modes[: number + 1]:
            dagger = other.conj().swapaxes(-1, -2)
            expected = held * np.eye(size) if one is other else np.zeros((size, size))
            if (np.abs(one @ dagger + dagger @ one - expected) > CLOSED).any():
                return False
            if (np.abs(one @ other + other @ one) > CLOSED).any():
                return False
    return True


def _one_particle(stack: ComplexArray, hamiltonian: ComplexArray) -> ComplexArray:
    """H (..., n, n) of the modes (..., n, d, d)."""
    hamiltonian = hamiltonian[..., None, :, :]
    turned = stack @ hamiltonian - hamiltonian @ stack
    found = np.einsum("...jab,...iab->...ij", stack.conj(), turned) * (2.0 / stack.shape[-1])
    return np.asarray(0.5 * (found + found.conj().swapaxes(-1, -2)))


class Fed(NamedTuple):
    """What a contact does to the modes, each (..., n, n).

    Args:
        drain: its part of G.
        particles: what it feeds of particles.
        holes: what it feeds of holes.
        rise: what it would feed if its filling rose by f (1 - f).
    """

    drain: ComplexArray
    particles: ComplexArray
    holes: ComplexArray
    rise: ComplexArray


def _fed(energies: FloatArray, turn: ComplexArray, contact: Contact, touched: ComplexArray, *, together: bool) -> Fed:
    """What a contact does.

    Args:
        energies: (..., n) of h, at which the lead fills, and
        turn: (..., n, n) its eigenvectors, in columns.
        contact: the contact.
        touched: v (..., n).
        together: whether modes of different energies are filled together; apart for local jumps.

    Returns:
        It.
    """
    inside = (turn.conj().swapaxes(-1, -2) @ touched.conj()[..., None])[..., 0]
    strength = contact.spectrum.continued(energies)
    known = (energies, contact.bath.temperature[..., None], contact.bath.chemical_potential[..., None])
    filled, left = contact.bath.statistics.absorption(*known), contact.bath.statistics.emission(*known)
    overlap = inside[..., :, None] * inside.conj()[..., None, :]
    if not together:
        width = over_levels(np.maximum, energies) - over_levels(np.minimum, energies)
        near = np.abs(energies[..., :, None] - energies[..., None, :]) <= ALIKE * width[..., None, None]
        overlap = np.where(near, overlap, 0.0)

    def of(rates: FloatArray) -> ComplexArray:
        mean = 0.5 * (rates[..., :, None] + rates[..., None, :])
        return np.asarray(turn @ (overlap * mean) @ turn.conj().swapaxes(-1, -2))

    return Fed(of(strength), of(strength * filled), of(strength * left), of(strength * filled * left))


def _currents(found: Modes, fed: Sequence[Fed], names: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """The currents (..., b) from the leads at rest, and the largest (...) that the faintest difference would drive."""
    drained = sum((each.drain for each in fed), np.zeros((), dtype=np.complex128))
    count, unit = drained.shape[-1], np.eye(drained.shape[-1], dtype=np.complex128)
    # A mode that is none decays alone.
    scale = np.maximum(np.abs(drained).max(axis=(-2, -1)), NONE)
    between = 1j * found.whole + 0.5 * drained + np.where(found.empty, scale[..., None], 0.0)[..., None] * unit
    system = _kron(between, unit) + _kron(unit, between.conj())
    parts = [sum((each[kind] for each in fed), np.zeros((), dtype=np.complex128)) for kind in (1, 2)]
    sources = np.stack(np.broadcast_arrays(*parts, *(FAINT * each.rise for each in fed)), axis=-1)
    shape = np.broadcast_shapes(system.shape[:-2], sources.shape[:-3])
    right = np.broadcast_to(sources, (*shape, *sources.shape[-3:])).reshape(*shape, count**2, -1)
    solved = np.linalg.solve(np.broadcast_to(system, (*shape, *system.shape[-2:])), right)
    states = np.moveaxis(solved.reshape(*shape, count, count, -1), -1, 0)
    driven = [np.abs(FAINT * _trace(each.rise) - _traced(each.drain, states[2 + k])) for k, each in enumerate(fed)]
    flows = [_trace(each.particles) - _traced(each.drain, states[0]) for each in fed]
    holes = [_traced(each.drain, states[1]) - _trace(each.holes) for each in fed]
    # Whichever of full and empty is rare knows the current.
    rare = _trace(parts[0]) <= _trace(parts[1])
    every = [np.where(rare, flow, hole) for flow, hole in zip(flows, holes, strict=True)]
    total = [sum(flow for flow, name in zip(every, names, strict=True) if name == lead) for lead in sorted(set(names))]
    return np.stack(np.broadcast_arrays(*total), axis=-1), np.max(np.broadcast_arrays(*driven), axis=0)


def _kron(one: ComplexArray | FloatArray, other: ComplexArray | FloatArray) -> ComplexArray:
    """A (x) B of stacks (..., n, n)."""
    size = one.shape[-1]
    product = np.einsum("...ij,...kl->...ikjl", one, other)
    return np.asarray(product.reshape(*product.shape[:-4], size**2, size**2))


def _trace(matrix: ComplexArray) -> FloatArray:
    return np.asarray(np.trace(matrix, axis1=-2, axis2=-1).real)


def _traced(one: ComplexArray, other: ComplexArray) -> FloatArray:
    return np.asarray(np.einsum("...ij,...ji->...", one, other).real)
