"""How far the secular approximation holds: what it must resolve, over how fast the levels that states populate jump."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.model.assumption import Assumption
from thermokin.model.bohr import separation, smallest_gap
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps
from thermokin.model.frame_operator import Eigenframe
from thermokin.model.populated_levels import populated
from thermokin.model.spectrum import Spectrum
from thermokin.numerics.level_sums import over_levels

__all__ = ["fed_separation", "like_contacts", "secular_figure"]

SEEN = 1e-3  # weight from which a level counts among those whose differences must be resolved
CANCELLED = 1e-6  # of the strongest jump: what is fed below it changes no population by more than its square
BLOCK = 1 << 20  # numbers of one block of points


def secular_figure(
    states: Eigenframe,
    contacts: Sequence[Contact],
    parts: Sequence[ContactJumps],
    tolerance: float,
    weight: FloatArray | None = None,
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
        weight: of each level (..., d); None for `populated`.

    Returns:
        The figure.
    """
    weight = populated(states, contacts, parts) if weight is None else weight
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


def like_contacts(contacts: Sequence[Contact], parts: Sequence[ContactJumps]) -> list[list[ContactJumps]]:
    """The jumps of the contacts, those together that have one lead and one spectrum, so that their rates are alike.

    Args:
        contacts: the contacts.
        parts: the jumps of each.

    Returns:
        Groups, each of one contact where its bath moves no particles.
    """
    groups: list[tuple[Contact, list[ContactJumps]]] = []
    for contact, part in zip(contacts, parts, strict=True):
        for first, group in groups:
            if part.particles and first.bath == contact.bath and _same(first.spectrum, contact.spectrum):
                group.append(part)
                break
        else:
            groups.append((contact, [part]))
    return [group for _, group in groups]


def fed_separation(levels: FloatArray, groups: Sequence[Sequence[ContactJumps]], tolerance: float) -> FloatArray:
    """The smallest difference of two levels that several like contacts of a lead make coherent together.

    Jumps from a level n to i and to j feed the coherence of i and j with A_in A*_jn, summed over the contacts, whose
    rates are alike, and over the levels n of one energy, where all contacts of the model keep these populated alike. A
    lead that is not polarised feeds a singlet and a triplet by one spin with one sign and by the other with the other:
    nothing in all.

    Args:
        levels: (..., d) [energy].
        groups: the jumps of all contacts, like ones together.
        tolerance: differences below this fraction of the spectrum's width are degenerate, not small.

    Returns:
        (...) [energy]; inf if no coherence is fed by more than one contact.

    Cost:
        O(n d^2) for n pairs of levels that share a third one.
    """
    size = levels.shape[-1]
    batch = np.broadcast_shapes(levels.shape[:-1], *(part.coupling.shape[:-1] for group in groups for part in group))
    several = [_pairs(group, size)[0].size for group in groups if len(group) > 1]
    if not any(several):
        return np.full(batch, np.inf)
    points = np.broadcast_to(levels, (*batch, size)).reshape(-1, size)
    limit = smallest_gap(points, tolerance)
    together = [_Together.of(group, size) for group in groups]
    smallest = np.empty(len(points))
    for block in _blocks(len(points), size * max(size, *(each.one.size for each in together))):
        smallest[block] = _smallest_fed(points[block], limit[block], [each.at(block) for each in together])
    return smallest.reshape(batch)


@dataclass(frozen=True, eq=False)
class _Together:
    """What like contacts couple.

    Args:
        jumps: of each contact (p, d, d), at every point or at one for all.
        one: of the pairs of levels (n,) that some contact links to a common one.
        two: the other level of each pair.
    """

    jumps: list[ComplexArray | FloatArray]
    one: IntArray
    two: IntArray

    @staticmethod
    def of(group: Sequence[ContactJumps], size: int) -> _Together:
        """The jumps of a group of contacts."""
        return _Together([_matrices(part, size) for part in group], *_pairs(group, size))

    @property
    def several(self) -> bool:
        """Whether there is more than one contact."""
        return len(self.jumps) > 1

    def at(self, points: slice) -> _Together:
        """The same at some points."""
        return replace(self, jumps=[each if len(each) == 1 else each[points] for each in self.jumps])

    @property
    def strength(self) -> FloatArray:
        """What the contacts couple in all (p, d, d), over the largest."""
        squares = np.asarray(sum(np.abs(each) ** 2 for each in self.jumps))
        largest = squares.max(axis=(-2, -1), keepdims=True)
        return np.asarray(squares / np.where(largest > 0.0, largest, 1.0))

    def fed(self, alike: FloatArray) -> BoolArray:
        """Which pairs (p, n) jumps into them, or out of them, make coherent, from levels that are populated alike."""
        largest = np.asarray(sum(np.abs(each) ** 2 for each in self.jumps)).max(axis=(-2, -1))
        found = np.zeros((len(alike), self.one.size), dtype=bool)
        for turned in (self.jumps, [each.swapaxes(-1, -2) for each in self.jumps]):
            into = np.asarray(sum(each[:, self.one] * each[:, self.two].conj() for each in turned))
            found |= (np.abs(into @ alike) > CANCELLED * largest[:, None, None]).any(axis=-1)
        return found


def _smallest_fed(levels: FloatArray, limit: FloatArray, together: Sequence[_Together]) -> FloatArray:
    """The smallest difference (p,) of levels (p, d) that several contacts make coherent."""
    alike = _told_apart(np.abs(levels[:, :, None] - levels[:, None, :]) <= limit[:, None, None], together)
    fed = [each.fed(alike.astype(np.float64)) for each in together]
    # Where jumps feed the coherence of two levels that would be alike, more than populations are there to feed others.
    mixed = np.logical_or.reduce(
        [(pairs & alike[:, each.one, each.two]).any(axis=-1) for each, pairs in zip(together, fed, strict=True)]
    )
    smallest = np.full(len(levels), np.inf)
    for each, pairs in zip(together, fed, strict=True):
        if each.several:
            apart = np.abs(levels[:, each.one] - levels[:, each.two])
            counts = (pairs | mixed[:, None]) & (apart > limit[:, None])
            smallest = np.minimum(smallest, np.where(counts, apart, np.inf).min(axis=-1, initial=np.inf))
    return smallest


def _told_apart(alike: BoolArray, together: Sequence[_Together]) -> BoolArray:
    """Levels that no contact tells apart, so that they stay populated alike.

    They are told apart by how strongly they are linked to others that are alike, until no more are.

    Args:
        alike: (p, d, d), which levels have one energy.
        together: what the contacts couple.

    Returns:
        Which of these are alike (p, d, d).
    """
    size = alike.shape[-1]
    strengths = [way for each in together for way in (each.strength, each.strength.swapaxes(-1, -2))]
    marks = np.sqrt(2.0 + np.arange(len(strengths) * size)).reshape(len(strengths), size, 1) % 1.0
    while True:
        weight = alike.astype(np.float64)
        linked = np.asarray(sum(each @ (weight @ mark) for each, mark in zip(strengths, marks, strict=True)))
        finer = alike & (np.abs(linked - linked.swapaxes(-1, -2)) <= CANCELLED)
        if (finer == alike).all():
            return alike
        alike = finer


def _same(one: Spectrum, two: Spectrum) -> bool:
    if one is two or type(one) is not type(two):
        return one is two
    return all(np.array_equal(getattr(one, each.name), getattr(two, each.name)) for each in fields(one))  # type: ignore[arg-type]


def _pairs(group: Sequence[ContactJumps], size: int) -> tuple[IntArray, IntArray]:
    """Pairs of levels (n,) that some contact links to a common one."""
    shared = np.zeros((size, size), dtype=bool)
    for part in group:
        links = np.zeros((size, size))
        links[part.clusters.row, part.clusters.column] = 1.0
        shared |= (links @ links.T + links.T @ links) > 0.0
    one, two = np.nonzero(np.triu(shared, 1))
    return one, two


def _matrices(part: ContactJumps, size: int) -> ComplexArray | FloatArray:
    """The coupling (p, d, d) at every point, or at one for all."""
    coupling = part.coupling.reshape(-1, part.coupling.shape[-1])
    matrix = np.zeros((len(coupling), size, size), dtype=np.complex128)
    for place, (row, column) in enumerate(zip(part.clusters.row, part.clusters.column, strict=True)):
        matrix[:, row, column] += coupling[:, place]  # several sets of a sweep may hold one element, at other points
    return matrix if coupling.imag.any() else np.ascontiguousarray(matrix.real)


def _blocks(points: int, each: int) -> Iterator[slice]:
    step = max(1, BLOCK // each)
    return (slice(first, first + step) for first in range(0, points, step))
