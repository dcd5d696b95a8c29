"""The slowest mode of closed populations, and how populations must be rearranged to leave it empty."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray, IntArray
from thermokin.model.model import Model

__all__ = ["PairRotation", "Permutation", "Rearrangement", "Search", "SlowMode"]

EXHAUSTIVE_UP_TO = 8  # levels up to which all permutations are tried: 40320 of them
FIRST_EXCHANGES_UP_TO = 16  # levels up to which the search starts anew after each possible exchange
NEARLY = 1e-12  # of the largest possible overlap: nothing left to gain


@dataclass(frozen=True, eq=False)
class SlowMode:
    """The mode that relaxes last, and the populations that are to be rearranged.

    Args:
        left: L, the left mode: its overlap with populations p is sum_n L_n p_n (d,).
        gap: its decay rate [1/time].
        populations: p (d,) in the frame.
        final: where populations end (d,).
        dephasing: decay rate of the coherence between two levels (d, d) [1/time], as jumps out of them cause it.
    """

    left: FloatArray
    gap: float
    populations: FloatArray
    final: FloatArray
    dephasing: FloatArray

    def overlap(self, populations: FloatArray) -> FloatArray:
        """The overlap sum_n L_n p_n of populations (..., d)."""
        return np.asarray(populations @ self.left)

    def exchange(self, populations: FloatArray) -> FloatArray:
        """What exchanging two levels adds to the overlap, (L_i - L_j)(p_j - p_i) (d, d)."""
        steps = self.left[:, None] - self.left
        steps *= populations - populations[:, None]
        return steps

    def range(self) -> tuple[IntArray, IntArray]:
        """The permutations of least and greatest overlap: populations in opposite and in equal order with L."""
        rank = np.argsort(np.argsort(self.left, kind="stable"), kind="stable")
        rising = np.argsort(self.populations, kind="stable")
        return rising[::-1][rank], rising[rank]


@dataclass(frozen=True, eq=False)
class Rearrangement:
    """A unitary that permutes levels, then turns two of them into each other.

    Args:
        permutation: level n receives the population of level permutation[n].
        pair: the two levels turned; None if none are.
        angle: by how much [radians]: pi/2 exchanges them.
    """

    permutation: tuple[int, ...]
    pair: tuple[int, int] | None = None
    angle: float = 0.0

    def unitary(self, model: Model) -> np.ndarray:
        """The unitary (d, d) in the user's basis.

        Args:
            model: the model whose levels are meant.

        Returns:
            U, to be applied as U rho U^+.
        """
        size = len(self.permutation)
        matrix = np.zeros((size, size), dtype=np.complex128)
        matrix[np.arange(size), self.permutation] = 1.0
        if self.pair is not None:
            turn = np.array([[np.cos(self.angle), -np.sin(self.angle)], [np.sin(self.angle), np.cos(self.angle)]])
            matrix[list(self.pair)] = turn @ matrix[list(self.pair)]
        return model.from_frame(matrix)

    def of(self, populations: FloatArray) -> FloatArray:
        """Populations (d,) after it; coherence between the pair is left out."""
        moved = populations[list(self.permutation)]
        if self.pair is None:
            return moved
        i, j = self.pair
        exchanged = np.sin(self.angle) ** 2 * (moved[j] - moved[i])
        moved[i] += exchanged
        moved[j] -= exchanged
        return moved


class Search(ABC):
    """Among which unitaries one is sought that suppresses the slowest mode."""

    @abstractmethod
    def rearrangement(self, mode: SlowMode) -> Rearrangement:
        """The unitary of this kind that suppresses the overlap with the slowest mode most.

        Args:
            mode: the mode and the populations.

        Returns:
            The rearrangement.

        Raises:
            HypothesisError: if no unitary of this kind can, since even sorted populations have an overlap of one sign.
        """


@dataclass(frozen=True)
class Permutation(Search):
    """Permutations of the populations, which make no coherence.

    Up to 8 levels all are tried, so the smallest |overlap| is exact. Beyond, levels are exchanged two by two as long as
    that helps, up to 16 levels after each possible first exchange: a local optimum, for to find the smallest |overlap|
    is a problem as hard as number partitioning. It is exact again where the sorted arrangements show that all overlaps
    have one sign.

    Example:
        >>> import thermokin as tk
        >>> ladder = tk.library.levels([0.0, 0.2, 1.0], rate=1e-4, temperature=2.0)
        >>> found = tk.mpemba(ladder, tk.Gibbs(0.2), search=tk.Permutation())
        >>> found.rearrangement.permutation  # the upper two change places
        (0, 2, 1)
    """

    def rearrangement(self, mode: SlowMode) -> Rearrangement:
        """The permutation with the smallest overlap, (d,) levels; the first of equals in lexicographic order."""
        size = mode.left.size
        if size <= EXHAUSTIVE_UP_TO:
            every = np.array(list(permutations(range(size))))
            overlaps = np.abs(mode.overlap(mode.populations[every]))
            return _rearrangement(every[np.argmin(overlaps)])
        least, greatest = mode.range()
        if mode.overlap(mode.populations[least]) >= 0.0:
            return _rearrangement(least)
        if mode.overlap(mode.populations[greatest]) <= 0.0:
            return _rearrangement(greatest)
        starts = [np.arange(size)]
        if size <= FIRST_EXCHANGES_UP_TO:
            starts += [_with_exchange(size, i, j) for i in range(size) for j in range(i)]
        found = [_exchanged(mode, start) for start in starts]
        return _rearrangement(min(found, key=lambda order: abs(float(mode.overlap(mode.populations[order])))))


def _rearrangement(order: IntArray) -> Rearrangement:
    return Rearrangement(tuple(int(level) for level in order))


def _with_exchange(size: int, i: int, j: int) -> IntArray:
    order = np.arange(size)
    order[[i, j]] = j, i
    return order


def _exchanged(mode: SlowMode, order: IntArray) -> IntArray:
    """Exchanges of two levels, the best one each time, until none makes the overlap smaller."""
    order = order.copy()
    overlap = float(mode.overlap(mode.populations[order]))
    while True:
        after = np.abs(overlap + mode.exchange(mode.populations[order]))
        i, j = np.unravel_index(np.argmin(after), after.shape)
        if after[i, j] >= abs(overlap) * (1.0 - NEARLY):
            return order
        order[[i, j]] = order[[j, i]]
        overlap = float(mode.overlap(mode.populations[order]))


@dataclass(frozen=True)
class PairRotation(Search):
    """A rotation of two levels into each other that makes the overlap exactly 0, after exchanges if one cannot.

    Of all pairs that can, those whose coherence decays faster than the slowest mode come first, and of these the one
    whose rotated state has the largest relative entropy to the final state.

    Reference:
        carollo2021.

    Example:
        >>> import thermokin as tk
        >>> ladder = tk.library.levels([0.0, 0.2, 1.0], rate=1e-4, temperature=2.0)
        >>> found = tk.mpemba(ladder, tk.Gibbs(0.2), search=tk.PairRotation())
        >>> bool(abs(found.overlap_ratio) < 1e-12), bool(found.overtakes)
        (True, True)
    """

    def rearrangement(self, mode: SlowMode) -> Rearrangement:
        """The exchanges and the rotation, by sin^2(angle) = -overlap / [(L_i - L_j)(p_j - p_i)]; see `Search`."""
        least, greatest = mode.range()
        if mode.overlap(mode.populations[least]) > 0.0 or mode.overlap(mode.populations[greatest]) < 0.0:
            raise HypothesisError(
                "no unitary empties the slowest mode: its overlap has one sign for all orders of these populations; "
                "start from a purer state."
            )
        order = np.arange(mode.left.size)
        while True:
            populations = mode.populations[order]
            overlap = float(mode.overlap(populations))
            steps = mode.exchange(populations)
            with np.errstate(divide="ignore", invalid="ignore"):
                share = -overlap / steps
            able = (share >= 0.0) & (share <= 1.0) & np.triu(np.ones(steps.shape, dtype=bool), 1)
            if able.any():
                return _turned(mode, order, np.where(able, share, 0.0), able)
            # No exchange reaches 0: the one that goes farthest towards it is taken whole. One always helps, since only
            # the sorted arrangement has none and its overlap has the other sign.
            i, j = np.unravel_index(np.argmin(steps * np.sign(overlap)), steps.shape)
            order[[i, j]] = order[[j, i]]


def _turned(mode: SlowMode, order: IntArray, share: FloatArray, able: np.ndarray) -> Rearrangement:
    populations = mode.populations[order]
    with np.errstate(divide="ignore", invalid="ignore"):
        potential = -np.log(mode.final)
        gained = share * (populations - populations[:, None]) * (potential[:, None] - potential)
    gained = np.where(np.isnan(gained), 0.0, gained)
    quick = able & (mode.dephasing > mode.gap)
    chosen = quick if quick.any() else able
    i, j = np.unravel_index(np.argmax(np.where(chosen, gained, -np.inf)), gained.shape)
    angle = float(np.arcsin(np.sqrt(share[i, j])))
    return Rearrangement(_rearrangement(order).permutation, (int(i), int(j)), angle)
