"""Levels of which all elements of a cluster of Bohr frequencies have one difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.model.frequency_linkage import Linkage

__all__ = ["MergedLevels", "merged_levels"]

SINGULAR = 1e-9  # of whole numbers: what of a projection is rounding


@dataclass(frozen=True, eq=False)
class MergedLevels:
    """Levels E' of which all elements of a cluster have one difference.

    Args:
        energies: E' (p, d) [energy].
        strained: (p,) whether a cluster's frequency is far from those that it joins.
        low: (p,) the lowest frequency of the cluster that left by most [energy].
        high: (p,) the highest.
    """

    energies: FloatArray
    strained: BoolArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, eq=False)
class _Steps:
    """Levels as sums of steps: E' = offset of their component + sum of whole multiples of frequencies.

    Args:
        component: (d,).
        multiples: (d, c).
        loops: (l, c), combinations of frequencies that have to vanish.
    """

    component: IntArray
    multiples: NDArray[np.int64]
    loops: NDArray[np.int64]


def merged_levels(
    energies: FloatArray, linkages: Sequence[Linkage], limit: FloatArray, passing: FloatArray
) -> MergedLevels:
    """The levels nearest to those given of which all elements of a cluster have one difference.

    A cluster's frequency is the mean of its different ones, weighed by what passes at each, and moved by as little as
    makes all clusters fit together.
    Levels that no cluster of several elements links stay as they are. What links two levels that other clusters make
    one takes no energy, and belongs to no cluster.

    Args:
        energies: (p, d), of points with one linkage [energy].
        linkages: of each contact.
        limit: (p,) differences below are none [energy].
        passing: (p, d, d) how much passes from bath to bath by each element.

    Returns:
        The levels.

    Cost:
        A pass over the elements, and a singular value decomposition of what loops of clusters tell.
    """
    row, column, heavy = (
        np.concatenate([getattr(one, name) for one in linkages]) for name in ("row", "column", "heavy")
    )
    sizes = np.cumsum([0, *(int(one.label.max(initial=-1)) + 1 for one in linkages[:-1])])
    label = np.concatenate([one.label + start for one, start in zip(linkages, sizes, strict=True)])
    starts = np.cumsum([0, *(int(one.distinct.max(initial=-1)) + 1 for one in linkages[:-1])])
    distinct = np.concatenate(
        [np.where(one.distinct < 0, -1, one.distinct + start) for one, start in zip(linkages, starts, strict=True)]
    )
    links = np.zeros((energies.shape[-1],) * 2, dtype=bool)
    links[row, column] = links[column, row] = True
    elements = _Elements(row, column, label, heavy, distinct, links).of_several
    found = _fitted(energies, elements, limit, passing)
    while found.strained.any():
        kept = _without_still(energies, elements)
        if kept is None:
            return found
        elements = kept.of_several
        found = _fitted(energies, elements, limit, passing)
    return found


@dataclass(frozen=True, eq=False)
class _Elements:
    """Elements of all contacts, as in `Linkage`; `links` (d, d) says which levels any element links."""

    row: IntArray
    column: IntArray
    label: IntArray
    heavy: BoolArray
    distinct: IntArray
    links: BoolArray

    def of(self, chosen: BoolArray) -> _Elements:
        """Some of them, with clusters numbered without gaps."""
        _, label = np.unique(self.label[chosen], return_inverse=True)
        parts = (self.row[chosen], self.column[chosen], label, self.heavy[chosen], self.distinct[chosen])
        return _Elements(*parts, self.links)

    @property
    def of_several(self) -> _Elements:
        """Those that share a cluster with others."""
        return self.of(np.bincount(self.label)[self.label] > 1 if self.label.size else np.zeros(0, dtype=bool))

    @property
    def clusters(self) -> int:
        """How many clusters there are."""
        return int(self.label.max(initial=-1)) + 1

    def gaps(self, energies: FloatArray) -> FloatArray:
        """Their frequencies (p, m)."""
        return np.asarray(energies[:, self.column] - energies[:, self.row])


def _fitted(energies: FloatArray, elements: _Elements, limit: FloatArray, passing: FloatArray) -> MergedLevels:
    if elements.clusters == 0:
        none = np.zeros(len(energies))
        return MergedLevels(energies, none.astype(bool), none, none)
    gaps = elements.gaps(energies)
    frequency = _means(elements, energies, gaps, passing)
    steps = _steps(elements, energies)
    if len(steps.loops):
        space = _row_space(steps.loops)
        frequency = frequency - (frequency @ space.T) @ space
    made = frequency @ steps.multiples.T
    inside = np.eye(int(steps.component.max()) + 1)[steps.component]
    offset = ((energies - made) @ inside) / inside.sum(axis=0)
    return MergedLevels(made + offset @ inside.T, *_strain(frequency, gaps, elements, limit))


def _means(elements: _Elements, energies: FloatArray, gaps: FloatArray, passing: FloatArray) -> FloatArray:
    """The frequency (p, c) of each cluster: that of what passes, or of all alike where nothing does."""
    # Of elements with one frequency the one from the lowest level tells what passes.
    telling = np.flatnonzero(elements.distinct >= 0)
    order = telling[np.lexsort((energies[0, elements.column[telling]], elements.distinct[telling]))]
    start = np.flatnonzero(np.diff(elements.distinct[order], prepend=-1))
    owner = elements.label[order][start]
    of = gaps[:, order[start]]
    passes = passing[:, elements.row[order[start]], elements.column[order[start]]]
    largest = np.zeros((elements.clusters, len(gaps)))
    np.maximum.at(largest, owner, passes.T)
    unit = largest.T[:, owner]
    share = np.where(unit > 0.0, passes / np.where(unit > 0.0, unit, 1.0), 1.0)
    total, weighed = np.zeros(largest.shape), np.zeros(largest.shape)
    np.add.at(total, owner, share.T)
    # From the first of a cluster, so that a cluster of equal frequencies has these and no rounding of their sums.
    base = np.zeros(largest.shape)
    base[owner[::-1]] = of.T[::-1]
    np.add.at(weighed, owner, (share * (of - base.T[:, owner])).T)
    return np.asarray((base + weighed / total).T)


def _without_still(energies: FloatArray, elements: _Elements) -> _Elements | None:
    """The elements without those of the lowest cluster some of which other clusters bring to frequency zero."""
    gaps = elements.gaps(energies)[0]
    means = np.bincount(elements.label, weights=gaps) / np.bincount(elements.label)
    for cluster in np.argsort(means, kind="stable"):
        own = np.flatnonzero(elements.label == cluster)
        others = elements.of(elements.label != cluster)
        steps = _steps(others, energies)
        apart = (steps.multiples[elements.column[own]] - steps.multiples[elements.row[own]]).astype(np.float64)
        if len(steps.loops):
            space = _row_space(steps.loops)
            apart = apart - (apart @ space.T) @ space
        still = (np.abs(apart) <= SINGULAR).all(axis=-1)
        still &= steps.component[elements.column[own]] == steps.component[elements.row[own]]
        if still.any() and means[cluster] > 0.0:
            kept = np.ones(elements.label.size, dtype=bool)
            kept[own[still]] = False
            if not ((elements.distinct[own] >= 0) & ~still).any():
                kept[own] = False
            return elements.of(kept)
    return None


def _strain(
    frequency: FloatArray, gaps: FloatArray, elements: _Elements, limit: FloatArray
) -> tuple[BoolArray, FloatArray, FloatArray]:
    low, high = np.full(frequency.T.shape, np.inf), np.full(frequency.T.shape, -np.inf)
    telling = elements.distinct >= 0
    np.minimum.at(low, elements.label[telling], gaps[:, telling].T)
    np.maximum.at(high, elements.label[telling], gaps[:, telling].T)
    outside = np.maximum(low.T - frequency, frequency - high.T)
    worst = outside.argmax(axis=-1)
    points = np.arange(len(worst))
    # To fit together with others, a frequency may leave its range, by less than what would reverse the widest cluster.
    slack = np.maximum(limit, 0.5 * (high - low).max(axis=0))
    return outside[points, worst] > slack, low.T[points, worst], high.T[points, worst]


def _steps(elements: _Elements, energies: FloatArray) -> _Steps:
    """A path from the first level of each component to every other, and what the remaining elements tell."""
    # Those that leave hardly populated levels tell nothing that the others do not: they are left out where they would,
    # the highest first, and where they would bring levels that an element links to one energy.
    size = energies.shape[-1]
    component, multiples = np.arange(size), np.zeros((size, elements.clusters), dtype=np.int64)
    loops: set[tuple[int, ...]] = set()
    members = [[level] for level in range(size)]
    for element in np.lexsort((energies[0, elements.column], ~elements.heavy)):
        low, high, step = (int(each[element]) for each in (elements.row, elements.column, elements.label))
        one, two = int(component[low]), int(component[high])
        if one == two:
            loop = multiples[high] - multiples[low]
            loop[step] -= 1
            if elements.heavy[element] and loop.any():
                loops.add(tuple(int(number) for number in loop))
            continue
        shift = multiples[low] - multiples[high]
        shift[step] += 1
        if not elements.heavy[element] and _meet(elements.links, multiples, shift, members[one], members[two]):
            continue
        if len(members[one]) < len(members[two]):
            one, two, shift = two, one, -shift
        multiples[members[two]] += shift
        component[members[two]] = one
        members[one] += members[two]
        members[two] = []
    _, component = np.unique(component, return_inverse=True)
    return _Steps(component, multiples, np.array(sorted(loops), dtype=np.int64).reshape(len(loops), elements.clusters))


def _meet(
    links: BoolArray, multiples: NDArray[np.int64], shift: NDArray[np.int64], one: Sequence[int], two: Sequence[int]
) -> bool:
    """Whether levels that an element links would have one energy, were two components joined."""
    first, second = np.nonzero(links[np.ix_(one, two)])
    apart = multiples[np.array(one)[first]] - multiples[np.array(two)[second]] - shift
    return bool((apart == 0).all(axis=-1).any())


def _row_space(loops: NDArray[np.int64]) -> FloatArray:
    """An orthonormal basis (r, c) of what the loops span."""
    _, sizes, vectors = np.linalg.svd(loops.astype(np.float64), full_matrices=False)
    return np.asarray(vectors[sizes > SINGULAR * sizes[0]])
