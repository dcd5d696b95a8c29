"""The levels of a sweep whose close Bohr frequencies are one, point by point, grouped by which frequencies merge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.model.bohr import smallest_gap
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.cluster_width import ClusterWidth, cluster_width, heavy_levels
from thermokin.model.contact_jumps import present_elements
from thermokin.model.frame_operator import Eigenframe
from thermokin.model.frequency_linkage import Linkage, linked
from thermokin.model.merged_levels import merged_levels
from thermokin.model.secular_parts import SecularSystem
from thermokin.operators.as_numbers import common_axes, in_sweep

__all__ = ["MergedGroup", "MergedSweep", "merged_sweep"]


@dataclass(frozen=True, eq=False)
class MergedGroup:
    """Points of a sweep at which the same frequencies merge.

    Args:
        points: which, and of what sweep; None for all.
        states: the eigenstates with the energies that jumps exchange.
        exact: the eigenstates with their own energies.
    """

    points: ChosenPoints | None
    states: Eigenframe
    exact: Eigenframe


@dataclass(frozen=True, eq=False)
class MergedSweep:
    """The groups of a sweep.

    Args:
        groups: of points, in the order of their first ones.
        energies: E' (..., d), whose differences jumps exchange [energy].
        width: (...) closer than this frequencies share a jump [energy].
        merging: whether any frequencies do that are not equal.
    """

    groups: tuple[MergedGroup, ...]
    energies: FloatArray
    width: FloatArray
    merging: bool


def merged_sweep(system: SecularSystem, width: FloatArray | None) -> MergedSweep:
    """Which frequencies of a sweep merge, and into what.

    Args:
        system: the eigenstates and the contacts.
        width: closer than this frequencies share a jump (...) [energy]; None for what suits the contacts.

    Returns:
        The groups.

    Raises:
        ValueError: if no levels have the merged frequencies.

    Cost:
        A sort of the gaps of each contact, point by point.
    """
    states = system.states
    couplings = [
        one.operator if states.frame is None else states.frame.conj().swapaxes(-1, -2) @ one.operator @ states.frame
        for one in system.contacts
    ]
    limit = smallest_gap(states.levels, system.tolerance)
    own = cluster_width(states, system.contacts, couplings, limit)
    if width is not None:
        own = ClusterWidth(width, own.rate, falls=False)
    links = [present_elements(one) for one in couplings]
    gaps = states.levels[..., None, :] - states.levels[..., :, None]
    leads = [one.bath.statistics.moves_particles for one in system.contacts]
    links = [
        link if lead else (link | link.swapaxes(-1, -2)) & (gaps >= -limit[..., None, None])
        for link, lead in zip(links, leads, strict=True)
    ]
    heavy = heavy_levels(states, system.contacts, links)
    batch = common_axes({"hamiltonian": states.levels.shape[:-1], "width": own.width.shape})
    batch = np.broadcast_shapes(batch, *(one.shape[:-2] for one in links), *(one.shape[:-1] for one in heavy))
    size = states.levels.shape[-1]
    count = int(np.prod(batch))
    levels = np.broadcast_to(states.levels, (*batch, size)).reshape(count, size)
    limits, widths = np.broadcast_to(limit, batch).reshape(count), own.at(batch)
    flat = [np.broadcast_to(one, (*batch, size, size)).reshape(count, size, size) for one in links]
    weighty = [np.broadcast_to(one, (*batch, size)).reshape(count, size) for one in heavy]
    found: dict[bytes, tuple[list[Linkage], list[int]]] = {}
    for point in range(count):
        linkages = [
            _linkage(levels[point], link[point], heavies[point], lead=lead, width=(widths, point), limit=limits[point])
            for link, heavies, lead in zip(flat, weighty, leads, strict=True)
        ]
        key = b"|".join(one.key for one in linkages)
        found.setdefault(key, (linkages, []))[1].append(point)
    passing = _passing(system, couplings, links, gaps, batch)
    return _grouped(system, found, batch, _Points(levels, limits, passing), own.width)


def _linkage(
    levels: FloatArray, link: BoolArray, heavy: BoolArray, *, lead: bool, width: tuple[ClusterWidth, int], limit: float
) -> Linkage:
    """The clusters of one contact at one point; what leaves the energy as it is stays by itself."""
    row, column = np.nonzero(link)
    gap = levels[column] - levels[row]
    still = np.zeros(row.size, dtype=bool) if lead else np.abs(gap) <= limit
    moving, own = np.flatnonzero(~still), np.flatnonzero(still & (row < column))
    widths, near = width[0].of(width[1], gap[moving]), float(min(width[0].rate[width[1]], width[0].width[width[1]]))
    found = linked(row[moving], column[moving], gap[moving], heavy[column[moving]], widths, near, float(limit))
    if own.size == 0:
        return found
    first = int(found.label.max(initial=-1)) + 1
    none = np.zeros(own.size, dtype=bool)
    return Linkage(
        np.concatenate([found.row, row[own]]),
        np.concatenate([found.column, column[own]]),
        np.concatenate([found.label, np.full(own.size, first)]),
        np.concatenate([found.distinct, np.full(own.size, int(found.distinct.max(initial=-1)) + 1)]),
        np.concatenate([found.heavy, ~none]),
    )


def _merges(linkages: Sequence[Linkage], levels: FloatArray, limit: FloatArray) -> bool:
    """Whether any cluster joins frequencies that are not equal."""
    for one in linkages:
        if one.label.size:
            gap = levels[:, one.column] - levels[:, one.row]
            order = np.lexsort((gap[0], one.label))
            inside = np.diff(one.label[order]) == 0
            if (inside & (np.diff(gap[:, order], axis=-1) > limit[:, None])).any():
                return True
    return False


@dataclass(frozen=True, eq=False)
class _Points:
    """What is known at each point of a sweep: levels (p, d), limits (p,), and what passes by each element (p, d, d)."""

    levels: FloatArray
    limits: FloatArray
    passing: FloatArray


def _passing(
    system: SecularSystem,
    couplings: Sequence[ComplexArray],
    links: Sequence[BoolArray],
    gaps: FloatArray,
    batch: tuple[int, ...],
) -> FloatArray:
    """How much each element |row><column| lets pass from one bath to another (p, d, d) [1/time]."""
    # A frequency to which two baths couple at rates g and g' passes heat in proportion to g g' / (g + g'): that of two
    # modes, each of which lies with one bath, passes at the mean of their frequencies that these weigh.
    size = gaps.shape[-1]
    rates: dict[str, FloatArray] = {}
    for contact, coupling, link in zip(system.contacts, couplings, links, strict=True):
        strength = contact.spectrum.continued(gaps.reshape(*gaps.shape[:-2], -1))
        strength = strength.reshape(*strength.shape[:-1], size, size)
        square = np.where(link, np.abs(coupling) ** 2, 0.0)
        rates[contact.bath.name] = rates.get(contact.bath.name, np.zeros(())) + np.where(link, square * strength, 0.0)
    total = np.asarray(sum(rates.values()))
    unit = np.where(total > 0.0, total, 1.0)
    passed = np.asarray(sum(one * ((total - one) / unit) for one in rates.values()))
    return np.broadcast_to(passed, (*batch, size, size)).reshape(-1, size, size)


def _grouped(
    system: SecularSystem,
    found: dict[bytes, tuple[list[Linkage], list[int]]],
    batch: tuple[int, ...],
    every: _Points,
    width: FloatArray,
) -> MergedSweep:
    states, merging = system.states, False
    levels, limits = every.levels, every.limits
    moved = np.zeros_like(levels)
    kinds: dict[bytes, list[int]] = {}
    for linkages, points in found.values():
        if _merges(linkages, levels[points], limits[points]):
            merging = True
            made = merged_levels(levels[points], linkages, limits[points], every.passing[points])
            _require_fitting(made.strained, made.low, made.high, points, batch)
            moved[points] = made.energies - levels[points]
        for point in points:
            kinds.setdefault(_pattern(levels[point] + moved[point], linkages, limits[point]), []).append(point)
    if len(kinds) == 1:
        own = states.levels.shape[:-1]
        # Where temperatures alone are swept, all points have the levels of one.
        shift = moved.reshape(*batch, -1)[tuple(slice(None) if n > 1 else 0 for n in _padded(own, batch))]
        shift = shift.reshape(states.levels.shape)
        return MergedSweep((MergedGroup(None, _moved(states, shift), states),), states.energies + shift, width, merging)
    groups = []
    for points in sorted(map(sorted, kinds.values())):
        chosen = ChosenPoints(batch, np.array(points, dtype=np.int64))
        exact = chosen.states(_spread(states, batch))
        groups.append(MergedGroup(chosen, _moved(exact, moved[points]), exact))
    return MergedSweep(tuple(groups), states.energies + moved.reshape(*batch, -1), width, merging)


def _pattern(levels: FloatArray, linkages: Sequence[Linkage], limit: float) -> bytes:
    """Which jumps each contact makes between some levels: points that differ in that have tables of their own."""
    parts = []
    for one in linkages:
        gap = levels[one.column] - levels[one.row]
        order = np.argsort(gap, kind="stable")
        label = np.empty(gap.size, dtype=np.int64)
        steps = np.diff(gap[order], prepend=gap[order[:1]]) > limit
        label[order] = np.cumsum(steps)
        first = np.unique(label, return_index=True)[1]
        # Clusters by their first elements, so that their order in frequency may change.
        parts += [one.row, one.column, first[label], np.abs(gap) <= limit]
    return b"|".join(part.tobytes() for part in parts)


def _padded(own: tuple[int, ...], batch: tuple[int, ...]) -> tuple[int, ...]:
    return (*(1 for _ in range(len(batch) - len(own))), *own)


def _spread(states: Eigenframe, batch: tuple[int, ...]) -> Eigenframe:
    """The same states with all leading axes of their levels."""
    shape = (*batch, states.levels.shape[-1])
    return replace(
        states, energies=np.broadcast_to(states.energies, shape), levels=np.broadcast_to(states.levels, shape)
    )


def _moved(states: Eigenframe, shift: FloatArray) -> Eigenframe:
    return replace(states, energies=states.energies + shift, levels=states.levels + shift)


def _require_fitting(
    strained: BoolArray, low: FloatArray, high: FloatArray, points: Sequence[int], batch: tuple[int, ...]
) -> None:
    if not strained.any():
        return
    chosen = np.zeros(int(np.prod(batch)), dtype=bool)
    chosen[np.asarray(points)[strained]] = True
    worst: IntArray = np.flatnonzero(strained)[:1]
    raise ArgumentError(
        f"`width` joins frequencies from {low[worst][0]:.6g} to {high[worst][0]:.6g}{in_sweep(chosen.reshape(batch))} "
        "that no levels have in common: jumps one after the other contradict one another, as where a transition and "
        "twice its frequency are one. Give a smaller `width`; with 0 the model is that of `davies`.",
        "width",
    )
