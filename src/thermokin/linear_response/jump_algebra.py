"""Products of jump operators with states and observables, entry by entry, for closed populations and for matrices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import FloatArray, IntArray
from thermokin.liouville.block import Block
from thermokin.numerics.level_sums import equal_pairs, scatter

__all__ = ["Entries", "JumpAlgebra", "MatrixAlgebra", "Operators", "PopulationAlgebra", "absolute"]

REMEMBERED = 4  # products with states
TOGETHER = 1 << 20  # pairs of entries looked at as one

Operators = NDArray[Any]
"""Hermitian operators: populations (s, d) where these are closed, else matrices (s, d, d)."""


@dataclass(frozen=True, eq=False)
class Entries:
    """Elements of jump operators, those that a parameter may bring in among them with amplitude 0.

    Args:
        dimension: d.
        channel: (m,) ascending.
        row: (m,).
        column: (m,).
        amplitude: (m,) [1/sqrt(time)].
    """

    dimension: int
    channel: IntArray
    row: IntArray
    column: IntArray
    amplitude: NDArray[Any]

    @cached_property
    def strength(self) -> FloatArray:
        """|amplitude|^2 (m,)."""
        return np.asarray(self.amplitude.real**2 + self.amplitude.imag**2)

    @cached_property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """Ordered pairs of entries of one channel."""
        return equal_pairs(self.channel)


@dataclass(frozen=True, eq=False)
class JumpAlgebra(ABC):
    """The jumps, and the block that they move.

    Attributes:
        populations: whether operators are populations.

    Args:
        entries: of the jumps.
        block: of the generator.
    """

    populations: ClassVar[bool]

    entries: Entries
    block: Block

    @abstractmethod
    def operators(self, vectors: Operators) -> Operators:
        """Hermitian operators of coordinates in the block (n, s)."""

    @abstractmethod
    def coordinates(self, operators: Operators) -> NDArray[Any]:
        """Coordinates (n, s) of Hermitian operators."""

    @abstractmethod
    def after(self, states: Operators) -> Operators:
        """(L_k M) at the entries (s, m)."""

    @abstractmethod
    def between(self, observables: Operators, states: Operators) -> Operators:
        """(Y L_k M) at the entries (s, m)."""

    @abstractmethod
    def anticommutator(self, one: Operators, other: Operators) -> Operators:
        """Y M + M Y."""

    @abstractmethod
    def read(self, weights: FloatArray, observables: Operators | None) -> Operators:
        """sum_k c_k L_k^+ Y L_k, Y = 1 if None, c (m,) by entries."""

    @abstractmethod
    def mean(self, observables: Operators, states: Operators) -> FloatArray:
        """tr(Y M) (s,)."""

    def lost(self, observables: Operators, states: Operators) -> Operators:
        """2 Y L M - L (M Y + Y M) at the entries: how tr(Y L M) moves with the conjugate of each amplitude."""
        return 2.0 * self.between(observables, states) - self.after(self.anticommutator(observables, states))

    def lost_size(self, observables: Operators, states: Operators) -> Operators:
        """The sizes of all that is added in `lost`, for jumps, observables and states without their signs."""
        return 2.0 * self.between(observables, states) + self.after(self.anticommutator(observables, states))


@dataclass(frozen=True, eq=False)
class PopulationAlgebra(JumpAlgebra):
    """Closed populations."""

    populations = True

    def operators(self, vectors: Operators) -> Operators:
        """See `JumpAlgebra.operators`."""
        if self._all:
            return np.ascontiguousarray(vectors.T)
        found = np.zeros((vectors.shape[1], self.entries.dimension))
        found[:, self.block.levels] = vectors.T
        return found

    def coordinates(self, operators: Operators) -> NDArray[Any]:
        """See `JumpAlgebra.coordinates`."""
        return np.ascontiguousarray(operators.T if self._all else operators[:, self.block.levels].T)

    @property
    def _all(self) -> bool:
        """Whether the block holds all levels."""
        return self.block.size == self.entries.dimension

    def after(self, states: Operators) -> Operators:
        """See `JumpAlgebra.after`; the last few are remembered."""
        for known, found in self._known:
            if known is states:
                return found
        made: Operators = self.entries.amplitude * np.take(states, self.entries.column, axis=1)
        self._known.append((states, made))
        return made

    @cached_property
    def _known(self) -> deque[tuple[Operators, Operators]]:
        return deque(maxlen=REMEMBERED)

    def between(self, observables: Operators, states: Operators) -> Operators:
        """See `JumpAlgebra.between`."""
        return np.asarray(self.after(states) * np.take(observables, self.entries.row, axis=1))

    def lost(self, observables: Operators, states: Operators) -> Operators:
        """See `JumpAlgebra.lost`; the difference of two levels is taken at once."""
        step: Operators = np.take(observables, self.entries.row, axis=1)
        step -= np.take(observables, self.entries.column, axis=1)
        step *= 2.0 * self.after(states)  # in place: half a million entries are not rare
        return np.asarray(step)

    def anticommutator(self, one: Operators, other: Operators) -> Operators:
        """See `JumpAlgebra.anticommutator`."""
        return 2.0 * one * other

    def lost_size(self, observables: Operators, states: Operators) -> Operators:
        """See `JumpAlgebra.lost_size`; the largest element of the observable stands for each."""
        return 4.0 * float(observables.max()) * self.after(states)

    def read(self, weights: FloatArray, observables: Operators | None) -> Operators:
        """See `JumpAlgebra.read`."""
        rates = (weights * self.entries.strength)[None]
        if observables is not None:
            rates = rates * observables[:, self.entries.row]
        return np.stack([np.bincount(self.entries.column, one, self.entries.dimension) for one in rates])

    def mean(self, observables: Operators, states: Operators) -> FloatArray:
        """See `JumpAlgebra.mean`."""
        return np.asarray((observables * states).sum(axis=-1))


@dataclass(frozen=True, eq=False)
class MatrixAlgebra(JumpAlgebra):
    """States with coherences."""

    populations = False

    @cached_property
    def _meeting(self) -> tuple[IntArray, IntArray]:
        """Those that lead to one level."""
        one, two = self.entries.pairs
        here = self.entries.row[one] == self.entries.row[two]
        return one[here], two[here]

    def operators(self, vectors: Operators) -> Operators:
        """See `JumpAlgebra.operators`."""
        return np.asarray(self.block.frame_state(np.ascontiguousarray(vectors.T)))

    def coordinates(self, operators: Operators) -> NDArray[Any]:
        """See `JumpAlgebra.coordinates`."""
        diagonal = np.diagonal(operators, axis1=-2, axis2=-1).real
        return np.ascontiguousarray(np.asarray(self.block.elements(diagonal, operators)).T)

    def after(self, states: Operators) -> Operators:
        """See `JumpAlgebra.after`."""
        entries, (one, two) = self.entries, self._meeting
        terms = entries.amplitude[two] * states[:, entries.column[two], entries.column[one]]
        return scatter(terms, one, entries.amplitude.size)

    def between(self, observables: Operators, states: Operators) -> Operators:
        """See `JumpAlgebra.between`."""
        entries, (every, other) = self.entries, self.entries.pairs
        found = np.zeros((len(states), entries.amplitude.size), dtype=np.complex128)
        for first in range(0, every.size, TOGETHER):
            one, two = every[first : first + TOGETHER], other[first : first + TOGETHER]
            terms = entries.amplitude[two] * observables[:, entries.row[one], entries.row[two]]
            terms = terms * states[:, entries.column[two], entries.column[one]]
            found += scatter(terms, one, entries.amplitude.size)
        return found

    def anticommutator(self, one: Operators, other: Operators) -> Operators:
        """See `JumpAlgebra.anticommutator`."""
        product: Operators = one @ other
        return product + product.conj().swapaxes(-1, -2)

    def read(self, weights: FloatArray, observables: Operators | None) -> Operators:
        """See `JumpAlgebra.read`."""
        entries, size = self.entries, self.entries.dimension
        one, two = self._meeting if observables is None else self.entries.pairs
        values = (np.conj(entries.amplitude[one]) * entries.amplitude[two] * weights[one])[None]
        if observables is not None:
            values = values * observables[:, entries.row[one], entries.row[two]]
        place = entries.column[one].astype(np.int64) * size + entries.column[two]
        found = scatter(np.asarray(values, dtype=np.complex128), place, size * size)
        return np.asarray(found.reshape(-1, size, size))

    def mean(self, observables: Operators, states: Operators) -> FloatArray:
        """See `JumpAlgebra.mean`."""
        return np.asarray((observables * states.swapaxes(-1, -2)).sum(axis=(-2, -1)).real)


def absolute(algebra: JumpAlgebra) -> JumpAlgebra:
    """The algebra of the sizes of all elements.

    Args:
        algebra: of the elements themselves.

    Returns:
        It.
    """
    entries = algebra.entries
    sizes = np.abs(entries.amplitude)
    alike = Entries(entries.dimension, entries.channel, entries.row, entries.column, sizes)
    return type(algebra)(alike, algebra.block)
