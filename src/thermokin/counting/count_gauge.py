"""Counts moved along the links of a generator, so that the strongest links count nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.liouville.block import Links
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.population_block import PopulationBlock
from thermokin.numerics.strong_tree import dense_links, strong_tree
from thermokin.solvers.resolvent import Gain, Resolvent

__all__ = ["CountedLinks", "cancelling", "counted_links", "moved_counts"]

CANCELS = 0.03  # of what is counted in either direction: a smaller rest is what cancels
CANCELS_IN_SWEEPS = 1e-3  # the same where it takes time
ROUNDINGS = 8.0 * float(np.finfo(np.float64).eps)  # of what a count is made of, below which it is none

Matrix: TypeAlias = FloatArray | sparse.csr_array


@dataclass(frozen=True, eq=False)
class CountedLinks:
    """The jumps of a generator with what they count; where that cancels, all its links with counts moved.

    Args:
        resolvent: of the generator.
        weights: c_k (..., k) of the jumps.
        points: which points of a sweep take the moved counts (...).
        moved: the moved counts of those points (p, ...), or of the only point; None if nothing cancels.
    """

    resolvent: Resolvent
    weights: FloatArray
    points: BoolArray
    moved: MovedCounts | None

    def gain(self, factor: Callable[[FloatArray], FloatArray]) -> Gain:
        """All of them, each times a function of its count.

        Args:
            factor: the function, of arrays; it vanishes at 0.

        Returns:
            What multiplies vectors (..., n, m).
        """
        if self.moved is None:
            return self.resolvent.gain(factor(self.weights))
        return self._patched(factor(self.weights), self.moved.matrix(factor(self.moved.counts)))

    def size(self, factor: Callable[[FloatArray], FloatArray]) -> Gain:
        """The same with the sizes of all that is added in each element, of which rounding is a part.

        Where a gauge or several channels share a link, what they count there may cancel.

        Args:
            factor: the function, of arrays; it vanishes at 0.

        Returns:
            What multiplies vectors (..., n, m).
        """
        whole = jump_sizes(self.resolvent, factor(self.weights))
        if self.moved is None:
            return whole
        return self._patched_by(whole, self.moved.size(factor, None))

    def paired_size(self, other: CountedLinks) -> Gain:
        """The sizes of all that is added in each element of `paired`.

        Args:
            other: the same jumps with other counts, moved at the same points.

        Returns:
            What multiplies vectors (..., n, m).
        """
        whole = jump_sizes(self.resolvent, self.weights * other.weights)
        if self.moved is None or other.moved is None:
            return whole
        return self._patched_by(whole, self.moved.size(_itself, other.moved))

    def paired(self, other: CountedLinks) -> Gain:
        """All of them, each times what it counts here and there.

        Args:
            other: the same jumps with other counts, moved at the same points.

        Returns:
            What multiplies vectors (..., n, m).
        """
        if self.moved is None or other.moved is None:
            return self.resolvent.gain(self.weights * other.weights)
        return self._patched(self.weights * other.weights, self.moved.matrix(self.moved.counts * other.moved.counts))

    def _patched(self, weights: FloatArray, matrix: Matrix) -> Gain:
        return self._patched_by(None if self.points.ndim == 0 else self.resolvent.gain(weights), matrix)

    def _patched_by(self, whole: Any, matrix: Matrix) -> Gain:
        """A gain with that of the moved counts at the points that take them."""
        if self.points.ndim == 0:
            gain: Gain = matrix
            return gain
        whole = np.broadcast_to(whole, (*self.points.shape, *matrix.shape[-2:])).copy()
        whole[self.points] = matrix
        return whole  # type: ignore[no-any-return]


@dataclass(frozen=True, eq=False)
class MovedCounts:
    """What each link of a generator counts, in a gauge in which long-time cumulants are the same.

    A diagonal similarity exp(x Phi) L_x exp(-x Phi) leaves the eigenvalues of the tilted generator as they are and
    turns the count c of a link from b to a into c + Phi_a - Phi_b. Hamiltonian links count too, then.

    Args:
        links: all links of the generator off its diagonal, and jumps that stay where they are.
        counts: what each counts (..., m) [amount].
        blur: how far rounding may have moved that (..., m) [amount].
        length: n.
        thin: whether the matrices are to be sparse.
    """

    links: Links
    counts: FloatArray
    blur: FloatArray
    length: int
    thin: bool

    def matrix(self, factors: FloatArray) -> Matrix:
        """The links, each times a factor.

        Args:
            factors: (..., m).

        Returns:
            (..., n, n).
        """
        target, source, values, _ = self.links
        return _matrix(values * factors, target, source, self.length, thin=self.thin)

    def size(self, factor: Callable[[FloatArray], FloatArray], other: MovedCounts | None) -> Matrix:
        """The sizes of the links times a function of their counts, with what the rounding of counts does to it.

        Args:
            factor: the function.
            other: counts whose function is a second factor; None for no other.

        Returns:
            (..., n, n), of which a few roundings are the error.
        """
        target, source, values, _ = self.links
        exact, wide = np.abs(factor(self.counts)), np.abs(factor(np.abs(self.counts) + self.blur))
        if other is not None:
            exact = exact * np.abs(factor(other.counts))
            wide = wide * np.abs(factor(np.abs(other.counts) + other.blur))
        sizes = exact + np.maximum(wide - exact, 0.0) / (0.25 * ROUNDINGS)
        return _matrix(np.abs(values) * sizes, target, source, self.length, thin=self.thin)


def _itself(counts: FloatArray) -> FloatArray:
    return counts


def _matrix(values: FloatArray, target: IntArray, source: IntArray, size: int, *, thin: bool) -> Matrix:
    if thin:
        return sparse.csr_array((values, (target, source)), shape=(size, size))
    return dense_links(values, target, source, size)


def jump_sizes(resolvent: Resolvent, weights: FloatArray) -> Gain:
    """The sizes of all that the jumps add in each element.

    Args:
        resolvent: of the generator, by a method with a matrix.
        weights: c_k (..., k).

    Returns:
        What multiplies vectors (..., n, m).
    """
    block = resolvent.block
    if not isinstance(block, HermitianBlock) or resolvent.left is None:
        gain: Any = resolvent.gain(np.abs(weights))
        return abs(gain)  # type: ignore[no-any-return]
    target, source, values, channel = block.links()
    jumps = np.flatnonzero(channel >= 0)
    sizes = np.abs(values[..., jumps] * weights[..., channel[jumps]])
    return _matrix(sizes, target[jumps], source[jumps], block.size, thin=resolvent.left.thin)


def counted_links(resolvent: Resolvent, weights: Sequence[FloatArray]) -> tuple[CountedLinks, ...]:
    """The jumps of a generator for several currents, in a gauge in which little cancels where they need one.

    Args:
        resolvent: of the generator.
        weights: c_k of each current (..., k).

    Returns:
        One for each current.
    """
    block = resolvent.block
    points = np.zeros((), dtype=bool)
    if not isinstance(block, PopulationBlock | HermitianBlock) or resolvent.left is None:
        return tuple(CountedLinks(resolvent, one, points, None) for one in weights)
    for one in weights:
        points = points | cancelling(resolvent, one)
    if not points.any():
        return tuple(CountedLinks(resolvent, one, points, None) for one in weights)
    thin, state = resolvent.left.thin, np.abs(resolvent.stationary)
    target, source, values, channel = block.links()
    links: Links = target, source, _at(values, points), channel
    moved = [moved_counts(links, block.places, _at(state, points), _at(one, points), thin=thin) for one in weights]
    return tuple(CountedLinks(resolvent, one, points, part) for one, part in zip(weights, moved, strict=True))


def _at(values: FloatArray, points: BoolArray) -> FloatArray:
    """Rows (..., m) of the points (p, m) that are chosen; one row where all points share it."""
    if values.ndim == 1:
        return values
    return np.asarray(np.broadcast_to(values, (*points.shape, values.shape[-1]))[points])


def cancelling(resolvent: Resolvent, weights: FloatArray) -> BoolArray:
    """Where most of what is counted goes back and forth (...).

    Args:
        resolvent: of the generator.
        weights: c_k (..., k).

    Returns:
        The verdict.
    """
    block, state = resolvent.block, resolvent.stationary
    rest, every = ((block.rate_row(part) * state).sum(axis=-1).real for part in (weights, np.abs(weights)))
    return np.asarray(np.abs(rest) < (CANCELS if np.ndim(every) == 0 else CANCELS_IN_SWEEPS) * every)


def moved_counts(links: Links, places: IntArray, state: FloatArray, weights: FloatArray, *, thin: bool) -> MovedCounts:
    """The counts of all links once those along the tree of the strongest links are moved away.

    Where a link that hardly anything passes decides over a current, as a weak drive does, everything else goes back and
    forth on strong links, and what they count cancels. Moved, it is never counted. What populations feed into a
    coherence says nothing of its strength, since most of it goes round there; what arrives at populations does.

    Args:
        links: of the generator.
        places: (k,) where the populations stand.
        state: sizes of the elements of its stationary vector (..., n).
        weights: c_k (..., k).
        thin: whether matrices are to be sparse; of one point only.

    Returns:
        The counts.
    """
    target, source, values, channel = links
    counts = np.where(channel >= 0, weights[..., channel], 0.0)
    flow = np.abs(values) * state[..., source]
    size = state.shape[-1]
    held = np.zeros(size, dtype=bool)
    held[places] = True
    flow[..., held[source] & ~held[target]] = 0.0
    tree = strong_tree(target, source, flow, counts, size)
    one, other = tree.level[..., target], tree.level[..., source]
    step = one - other
    moved = counts + step
    # Levels are what they are: along the tree, what a difference misses is a count to be kept, and cancels exactly.
    exact = moved + (_missed(one, -other, step) + _missed(counts, step, moved))
    made = np.where(step == 0.0, 0.0, np.abs(counts) + tree.reach[..., target] + tree.reach[..., source])
    # What may be meant to be nothing is a part of the error.
    blur = np.where((np.abs(exact) <= ROUNDINGS * made) & ~tree.holds(target, source), np.abs(exact), 0.0)
    return MovedCounts(links, exact, blur, size, thin)


def _missed(one: FloatArray, two: FloatArray, total: FloatArray) -> FloatArray:
    """What the rounded sum of two numbers misses, exactly."""
    rest = total - one
    return np.asarray((one - (total - rest)) + (two - rest))
