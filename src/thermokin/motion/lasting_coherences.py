"""Coherences that never decay where populations are closed: every jump then takes a level to one level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.class_jumps import ClassJumps, all_apart, class_jumps, like_levels, of_one_energy
from thermokin.motion.conserved_quantities import ALGEBRA_UP_TO, conserved_parts
from thermokin.numerics.level_sums import flattened

__all__ = ["KeptApart", "kept_apart", "lasting_coherences"]

ROUNDING = 1e-9  # relative difference of two amplitudes, or turn of a phase, that is taken for zero
CHUNK = 1 << 22  # numbers of one array held at a time


def lasting_coherences(liouvillian: Liouvillian, held: BoolArray) -> IntArray:
    """How many coherences inside a closed class of levels last for ever, at each point of a sweep.

    On a class that is the support of a steady state, what is conserved commutes with H, all L_k and all L_k^+. Each L
    takes level j to at most one level k(j), so that X_k(i)k(j) L_k(j)j = L_k(i)i X_ij: elements follow one another
    along a graph of pairs of levels. A component of it lasts if the levels of every pair have one energy and jump
    alike, and if no loop turns the phase.

    Args:
        liouvillian: a generator whose populations are closed.
        held: (n, d) or (1, d) which levels are in the class at each point of the sweep, flattened.

    Returns:
        (n,) at the points of the sweep, flattened: the number of further stationary operators.

    Cost:
        O(entries) where no two levels are alike, otherwise one step for each pair of like levels and channel.

    Reference:
        frigerio1978.
    """
    batch = liouvillian.model.batch_shape
    number = np.zeros(int(np.prod(batch)), dtype=np.int64)
    if all_apart(flattened(liouvillian.model.generator.diagonal, 1, batch), np.flatnonzero(held.any(axis=0))):
        return number
    for points, jumps in class_jumps(liouvillian, held):
        pairs = like_levels(jumps)
        if pairs[0].size:
            number[points] = _PairGraph(jumps, *pairs).lasting
    return number


@dataclass(frozen=True, eq=False)
class _PairGraph:
    """Elements X_ij of a conserved quantity, and the links by which jumps carry one to another.

    Args:
        jumps: the jumps.
        first: (p,) i.
        second: (p,) j; with (i, j) there is (j, i).
    """

    jumps: ClassJumps
    first: IntArray
    second: IntArray

    @cached_property
    def _keys(self) -> tuple[IntArray, IntArray]:
        """A number for each pair in ascending order, and the order."""
        keys = self.first * self.jumps.dimension + self.second
        order = np.argsort(keys)
        return keys[order], order

    def _pair(self, first: IntArray, second: IntArray) -> tuple[IntArray, BoolArray]:
        """Where pairs of levels (q,) stand among the pairs, and which of them do."""
        keys, order = self._keys
        return _looked_up(keys, order, first * self.jumps.dimension + second)

    @cached_property
    def _links(self) -> tuple[IntArray, IntArray, IntArray, IntArray, BoolArray]:
        """Source, target, entry that moves i, entry that moves j, each (n,), and pairs that vanish (p,).

        X_ij vanishes where a channel moves only one of i and j, brings about only one of them, or takes them to levels
        that are not alike; with it vanishes X_ji.
        """
        source, one, two, lonely = self._moved(self.jumps.column)
        unborn = self._moved(self.jumps.row)[3]
        target, known = self._pair(self.jumps.row[one], self.jumps.row[two])
        vanishing = np.zeros(self.first.size, dtype=bool)
        for pairs in (lonely, unborn, source[~known]):
            vanishing[pairs] = True
        vanishing |= vanishing[self._pair(self.second, self.first)[0]]
        return source[known], target[known], one[known], two[known], vanishing

    def _moved(self, level: IntArray) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Pairs (n,) with the entries of one channel at i and at j, and the pairs with an entry at i alone."""
        channel, size = self.jumps.channel, self.jumps.dimension
        by_level = np.argsort(level, kind="stable")
        count = np.bincount(level, minlength=size)
        begin = np.cumsum(count) - count
        pair = np.repeat(np.arange(self.first.size), count[self.first])
        within = np.arange(pair.size) - np.repeat(np.cumsum(count[self.first]) - count[self.first], count[self.first])
        one = by_level[begin[self.first[pair]] + within]
        keys = channel * size + level
        order = np.argsort(keys)
        two, found = _looked_up(keys[order], order, channel[one] * size + self.second[pair])
        return pair[found], one[found], two[found], pair[~found]

    @property
    def lasting(self) -> IntArray:
        """(b,) or (1,) how many components last."""
        count, label = self._components
        gone = np.zeros(count, dtype=bool)
        gone[label[self._links[-1]]] = True
        if gone.all():
            return np.zeros(1, dtype=np.int64)
        points = max(len(self.jumps.energies), len(self.jumps.phase), len(self.jumps.log_size))
        width = max(1, CHUNK // self._links[0].size)
        parts = [~self._ended(slice(start, start + width)) & ~gone for start in range(0, points, width)]
        return np.concatenate([part.sum(axis=-1) for part in parts])

    @cached_property
    def _components(self) -> tuple[int, IntArray]:
        source, target, *_ = self._links
        pairs = self.first.size
        graph = csr_array((np.ones(source.size), (source, target)), shape=(pairs, pairs))
        count, label = connected_components(graph, directed=False)
        return int(count), np.asarray(label, dtype=np.int64)

    @cached_property
    def _tree(self) -> tuple[IntArray, IntArray]:
        return _tree(self._links[0], self._links[1], self._components[1])

    def _ended(self, points: slice) -> BoolArray:
        """(b, c) components that end because energies or rates differ, or because a loop turns the phase."""
        jumps = self.jumps
        log_size = jumps.log_size if len(jumps.log_size) == 1 else jumps.log_size[points]
        phase = jumps.phase if len(jumps.phase) == 1 else jumps.phase[points]
        energies = jumps.energies if len(jumps.energies) == 1 else jumps.energies[points]
        source, target, one, two, _ = self._links
        count, label = self._components
        step: NDArray[Any] = phase[:, one] * np.conj(phase[:, two])
        carried = self._carried(step)
        broken = np.abs(carried[:, target] - step * carried[:, source]) > ROUNDING
        broken |= np.abs(log_size[:, one] - log_size[:, two]) > ROUNDING
        split = ~of_one_energy(energies, self.first, self.second)
        return np.asarray(_any(broken, label[source], count) | _any(split, label, count))

    def _carried(self, step: NDArray[Any]) -> NDArray[Any]:
        """X (b, p) as the links of a tree carry it from the root of each component, where it is 1."""
        parent, link = self._tree
        below = np.flatnonzero(link >= 0)
        value = np.ones((len(step), parent.size), dtype=step.dtype)
        along = step[:, link[below]]
        value[:, below] = np.where(self._links[1][link[below]] == below, along, np.conj(along))
        while (parent != parent[parent]).any():  # each round doubles how far up the tree the products reach
            value, parent = value * value[:, parent], parent[parent]
        return np.asarray(value)


def _looked_up(ordered: IntArray, order: IntArray, wanted: IntArray) -> tuple[IntArray, BoolArray]:
    """Where numbers stand in an array that `order` sorts, and which of them do."""
    place = np.minimum(np.searchsorted(ordered, wanted), ordered.size - 1)
    return order[place], ordered[place] == wanted


def _any(flags: BoolArray, label: IntArray, count: int) -> BoolArray:
    """(b, count) whether any flag (b, n) of each label (n,) is set."""
    sums = np.zeros((len(flags), count), dtype=bool)
    point, place = np.nonzero(flags)
    sums[point, label[place]] = True
    return sums


def _tree(source: IntArray, target: IntArray, label: IntArray) -> tuple[IntArray, IntArray]:
    """A tree in each component: the node before each (p,), itself at a root, and the link from it, -1 at a root."""
    nodes = label.size
    roots = np.unique(label, return_index=True)[1]
    rows = np.concatenate([source, target, np.full(roots.size, nodes)])
    columns = np.concatenate([target, source, roots])
    _, before = breadth_first_order(
        csr_array((np.ones(rows.size), (rows, columns)), shape=(nodes + 1, nodes + 1)), nodes, directed=True
    )
    parent = np.where(before[:nodes] == nodes, np.arange(nodes), before[:nodes]).astype(np.int64)
    keys = np.concatenate([source * nodes + target, target * nodes + source])
    ascending = np.argsort(keys, kind="stable")
    place, known = _looked_up(keys[ascending], ascending, parent * nodes + np.arange(nodes))
    return parent, np.where(known & (parent != np.arange(nodes)), place % source.size, -1)


@dataclass(frozen=True, eq=False)
class KeptApart:
    """What was found.

    Args:
        parts: (n,) parts kept apart at each point of the flattened sweep, 1 where the steady state is the only one.
        tested: whether coherences that no population feels were looked at.
    """

    parts: IntArray
    tested: bool


def kept_apart(liouvillian: Liouvillian, frame_state: FloatArray | ComplexArray) -> KeptApart:
    """Coherences may outlive everything where populations alone show nothing; every point of a sweep is looked at.

    Args:
        liouvillian: the generator.
        frame_state: a steady state in the frame, the only one as far as populations show: populations (..., d) where
            they are closed, else the density matrix (..., d, d).

    Returns:
        The parts, and whether they are known.
    """
    batch, size = liouvillian.model.batch_shape, liouvillian.dimension
    count = int(np.prod(batch))
    alone = np.ones(count, dtype=np.int64)
    if count == 0:
        return KeptApart(alone, tested=True)
    if liouvillian.populations_closed:
        if liouvillian.table.one_element_each:  # jumps feed no coherence, and single elements join what they keep
            return KeptApart(alone, tested=True)
        held = flattened(frame_state.real > 0.0, 1, batch)
        return KeptApart(alone + lasting_coherences(liouvillian.centred, held), tested=True)
    if size > ALGEBRA_UP_TO:
        return KeptApart(alone, tested=False)
    states = np.broadcast_to(frame_state, (*batch, size, size)).reshape(count, size, size)
    return KeptApart(conserved_parts(liouvillian, states.astype(np.complex128)), tested=True)
