"""Pairs of levels that energies and rates do not tell apart."""

from __future__ import annotations

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.motion.class_jumps import ClassJumps

__all__ = ["like_levels", "of_one_energy"]

EQUAL = 1e-12  # of the largest energy, counted from their mean: two energies closer than that are one
ALIKE = 1e-8  # of the spread of random sums over channels: levels alike by mistake are told apart by their jumps
ROUNDS = 4  # of telling levels apart by the levels that their jumps lead to


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
