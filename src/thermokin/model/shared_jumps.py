"""Which matrix elements share a jump at the points of a sweep, where that differs from point to point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from thermokin._typing import BoolArray, FloatArray, IntArray

__all__ = ["Change", "SharedJumps", "shared_jumps"]


@dataclass(frozen=True, eq=False)
class Change:
    """Two elements that share a jump at some points of a sweep and have one each at others.

    Args:
        first: one element.
        second: the other.
        joined: (k,) kinds of points in which they share a jump.
        apart: (k,) kinds of points in which they have one each.
    """

    first: int
    second: int
    joined: BoolArray
    apart: BoolArray


@dataclass(frozen=True, eq=False)
class SharedJumps:
    """The jumps of a sweep: every set of elements that is one jump at some point.

    Args:
        element: (m,) the elements of all sets.
        label: (m,) number of each entry's set.
        live: (p, m) at which points the set is one jump and its element is there.
        changes: pairs of elements that share a jump at some points only.
        kind: (p,) the kind of each point; points of one kind have the same jumps.
    """

    element: IntArray
    label: IntArray
    live: BoolArray
    changes: tuple[Change, ...]
    kind: IntArray


def shared_jumps(frequency: FloatArray, live: BoolArray, limit: FloatArray) -> SharedJumps:
    """The jumps at every point: elements whose frequencies lie within the limit share one.

    Elements that never meet in two different ways keep one jump along the whole sweep. Of those that do, every set
    that is one jump somewhere becomes one of its own, which runs at these points alone: a sweep stays the loop over
    its points.

    Args:
        frequency: (p, m) at every point [energy].
        live: (p, m) which elements are there.
        limit: (p, 1), largest distance of neighbours in a cluster [energy].

    Returns:
        The jumps.

    Cost:
        Sorting the elements at every point.
    """
    kinds, kind = np.unique(_smallest_partner(frequency, live, limit), axis=0, return_inverse=True)
    kind = kind.reshape(-1)
    there = np.flatnonzero((kinds >= 0).any(axis=0))
    row, column = np.nonzero(kinds >= 0)
    links = coo_array((np.ones(row.size), (column, kinds[row, column])), shape=2 * kinds.shape[1:])
    group = connected_components(links, directed=False)[1]
    changing = _changing(kinds, group)
    lasting = there[~changing[group[there]]]
    entries, labels, alive = [lasting], [group[lasting].astype(np.int64)], [(kinds >= 0)[:, lasting]]
    changes: list[Change] = []
    number = int(group.max(initial=-1)) + 1
    for label in np.flatnonzero(changing):
        members = there[group[there] == label]
        for partners, running in _sets(kinds, members):
            entries.append(partners)
            labels.append(np.full(partners.size, number))
            alive.append(np.repeat(running[:, None], partners.size, axis=1))
            number += 1
        changes.extend(_changes(kinds, members))
    return SharedJumps(
        np.concatenate(entries), np.concatenate(labels), np.concatenate(alive, axis=1)[kind], tuple(changes), kind
    )


def _smallest_partner(frequency: FloatArray, live: BoolArray, limit: FloatArray) -> IntArray:
    """(p, m) the smallest element of each element's cluster, -1 where it is not there."""
    points, size = frequency.shape
    apart = np.where(live, frequency, np.inf)
    order = np.argsort(apart, axis=-1, kind="stable")
    with np.errstate(invalid="ignore"):  # beyond the last element: inf - inf
        steps = np.diff(np.take_along_axis(apart, order, axis=-1), axis=-1) > limit
    new = np.concatenate([np.ones((points, 1), dtype=bool), steps], axis=-1)
    start = np.flatnonzero(new)
    smallest = np.repeat(np.minimum.reduceat(order.ravel(), start), np.diff(start, append=points * size))
    partner = np.empty_like(order)
    np.put_along_axis(partner, order, smallest.reshape(points, size), axis=-1)
    return np.where(live, partner, -1)


def _changing(kinds: IntArray, group: IntArray) -> BoolArray:
    """Which groups are more than one jump at some point."""
    several = np.zeros((len(kinds), int(group.max(initial=-1)) + 1), dtype=np.int64)
    row, column = np.nonzero(kinds == np.arange(kinds.shape[1]))
    np.add.at(several, (row, group[column]), 1)
    return np.asarray((several > 1).any(axis=0))


def _sets(kinds: IntArray, members: IntArray) -> Iterator[tuple[IntArray, BoolArray]]:
    """Every set of members that is one jump somewhere, and in which kinds of points."""
    found: dict[tuple[int, ...], list[int]] = {}
    for number, partner in enumerate(kinds[:, members]):
        for smallest in np.unique(partner[partner >= 0]):
            found.setdefault(tuple(members[partner == smallest]), []).append(number)
    for partners, numbers in found.items():
        running = np.zeros(len(kinds), dtype=bool)
        running[numbers] = True
        yield np.array(partners), running


def _changes(kinds: IntArray, members: IntArray) -> Iterator[Change]:
    """The pairs of members that share a jump in some kinds of points and have one each in others."""
    partner = kinds[:, members]
    joined, apart = (np.zeros((members.size, members.size), dtype=bool) for _ in range(2))
    for one in partner:
        both = (one >= 0)[:, None] & (one >= 0)
        joined |= both & (one[:, None] == one)
        apart |= both & (one[:, None] != one)
    for first, second in np.argwhere(np.triu(joined & apart, 1)):
        one, other = partner[:, first], partner[:, second]
        both = (one >= 0) & (other >= 0)
        yield Change(int(members[first]), int(members[second]), both & (one == other), both & (one != other))
