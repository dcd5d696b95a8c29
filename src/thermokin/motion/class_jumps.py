"""The jumps inside a closed class of levels, and the levels that energies and these jumps do not tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.log_strength import log_strength, phases
from thermokin.numerics.level_sums import flattened

__all__ = ["ClassJumps", "all_apart", "class_jumps", "like_levels", "of_one_energy"]

EQUAL = 1e-12  # of the largest energy, counted from their mean: two energies closer than that are one
ALIKE = 1e-8  # of the spread of random sums over channels: levels alike by mistake are told apart by their jumps
ROUNDS = 4  # of telling levels apart by the levels that their jumps lead to


@dataclass(frozen=True, eq=False)
class ClassJumps:
    """Entries of the jump table, at most one of each channel into a level and one out of it.

    Args:
        dimension: d, of the model.
        levels: (c,) the class.
        channel: (m,) of each entry.
        column: (m,) level that it leaves.
        row: (m,) level that it leads to.
        log_size: (b, m) or (1, m) ln of the absolute values of the amplitudes, none of which is zero.
        phase: (b, m) or (1, m) their phases.
        energies: (b, d) or (1, d) of all levels.
    """

    dimension: int
    levels: IntArray
    channel: IntArray
    column: IntArray
    row: IntArray
    log_size: FloatArray
    phase: FloatArray | ComplexArray
    energies: FloatArray


def class_jumps(liouvillian: Liouvillian, held: BoolArray) -> Iterator[tuple[BoolArray, ClassJumps]]:
    """The jumps inside a closed class, for each set of points with one class at which the same ones vanish.

    Args:
        liouvillian: a generator whose populations are closed.
        held: (n, d) or (1, d) the levels of the class; where jumps vanish it may be smaller than elsewhere. Points
            without a level are left out.

    Yields:
        Which points (n,) of the flattened sweep, and their jumps.
    """
    model, table = liouvillian.model, liouvillian.table
    batch = model.batch_shape
    count = int(np.prod(batch))
    inside = np.flatnonzero(np.any(held, axis=0)[table.column])

    phase = flattened(phases(table)[..., inside], 1, batch)
    size = flattened(0.5 * log_strength(model)[..., inside], 1, batch)
    energies = flattened(model.generator.diagonal, 1, batch)
    live = (size > -np.inf) & held[:, table.column[inside]]
    for points, pattern in _patterns(_beside(held, live), count):
        own, live_here = pattern[: table.dimension], pattern[table.dimension :]
        if not own.any():
            continue
        entries = inside[live_here]
        yield (
            points,
            ClassJumps(
                dimension=table.dimension,
                levels=np.flatnonzero(own),
                channel=table.channel[entries].astype(np.int64),
                column=table.column[entries].astype(np.int64),
                row=table.row[entries].astype(np.int64),
                log_size=_at(size, points)[:, live_here],
                phase=_at(phase, points)[:, live_here],
                energies=_at(energies, points),
            ),
        )


def _at(values: NDArray[Any], points: BoolArray) -> NDArray[Any]:
    return values if len(values) != points.size or points.all() else values[points]


def _beside(held: BoolArray, live: BoolArray) -> BoolArray:
    """Both in one row for each point."""
    points = max(len(held), len(live))
    return np.concatenate([np.broadcast_to(part, (points, part.shape[1])) for part in (held, live)], axis=1)


def _patterns(live: BoolArray, count: int) -> Iterator[tuple[BoolArray, BoolArray]]:
    """Points with one and the same set of levels, and of entries that are not zero."""
    if (live == live[0]).all():
        yield np.ones(count, dtype=bool), live[0]
        return
    patterns, which = np.unique(live, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        yield np.ravel(which) == number, pattern


def like_levels(jumps: ClassJumps) -> tuple[IntArray, IntArray]:
    """Ordered pairs of different levels of a class that have one energy and, at a single point, jump at the same rates.

    Args:
        jumps: the class and its jumps.

    Returns:
        First and second level, both (p,).
    """
    levels = jumps.levels
    if len(jumps.energies) == len(jumps.phase) == len(jumps.log_size) == 1:
        first, second = _pairs_within(_groups(_fingerprint(jumps)[levels]))
        alike = of_one_energy(jumps.energies, levels[first], levels[second])[0]
        return levels[first[alike]], levels[second[alike]]
    first, second = np.nonzero(~np.eye(levels.size, dtype=bool))
    alike = of_one_energy(jumps.energies, levels[first], levels[second]).any(axis=0)
    return levels[first[alike]], levels[second[alike]]


def of_one_energy(energies: FloatArray, first: IntArray, second: IntArray) -> BoolArray:
    """Whether pairs of levels have one energy, so that their coherence does not turn.

    Args:
        energies: (b, d) of all levels.
        first: (p,) one level of each pair.
        second: (p,) the other.

    Returns:
        (b, p).
    """
    size = np.abs(energies - energies.mean(axis=-1, keepdims=True)).max(axis=-1, keepdims=True)
    return np.asarray(np.abs(energies[:, first] - energies[:, second]) <= EQUAL * size)


def all_apart(energies: FloatArray, levels: IntArray) -> bool:
    """Whether no two levels have one energy, at any point of a sweep.

    Args:
        energies: (b, d) of all levels.
        levels: (c,) those that are asked about.

    Returns:
        The verdict.
    """
    size = np.abs(energies - energies.mean(axis=-1, keepdims=True)).max(axis=-1, keepdims=True)
    return bool((np.diff(np.sort(energies[:, levels], axis=-1), axis=-1) > EQUAL * size).all())


def _fingerprint(jumps: ClassJumps) -> FloatArray:
    """One number for each level (d,) that levels which jump alike have in common."""
    random = np.random.default_rng(0)
    energies, size = jumps.energies[0] - jumps.energies[0].mean(), jumps.log_size[0]
    channels = int(jumps.channel.max(initial=-1)) + 1
    largest = np.full(channels, -np.inf)
    np.maximum.at(largest, jumps.channel, size)
    share = np.exp(size - largest[jumps.channel])
    leaving, arriving = random.uniform(0.5, 1.5, size=(2, channels))
    out, into = leaving[jumps.channel] * share, arriving[jumps.channel] * share
    mark = energies / (np.abs(energies).max() or 1.0)
    for _ in range(ROUNDS):
        led = np.bincount(jumps.column, out * np.cos(3.0 * mark[jumps.row]), minlength=mark.size)
        came = np.bincount(jumps.row, into * np.cos(5.0 * mark[jumps.column]), minlength=mark.size)
        mark = mark + led + came
    return np.asarray(mark)


def _groups(mark: FloatArray) -> IntArray:
    """A number for each group (c,) of nearly equal marks."""
    order = np.argsort(mark, kind="stable")
    apart = np.diff(mark[order]) > ALIKE * (np.ptp(mark) or 1.0)
    group = np.empty(mark.size, dtype=np.int64)
    group[order] = np.concatenate([[0], np.cumsum(apart)])
    return group


def _pairs_within(group: IntArray) -> tuple[IntArray, IntArray]:
    """Ordered pairs of different positions with one group number."""
    order = np.argsort(group, kind="stable")
    count = np.bincount(group)
    partners = np.repeat(count, count)
    first = np.repeat(np.arange(group.size), partners)
    begin = np.repeat(np.repeat(np.cumsum(count) - count, count), partners)
    second = begin + np.arange(first.size) - np.repeat(np.cumsum(partners) - partners, partners)
    apart = first != second
    return order[first[apart]], order[second[apart]]
