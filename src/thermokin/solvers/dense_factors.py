"""The factors of a dense generator, and the points of a sweep at which doubles leave them too few digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray
from thermokin.liouville.block import Block
from thermokin.liouville.sectors import ket_blocks
from thermokin.numerics.factorised import Factorised, null_vectors
from thermokin.solvers.refined_dense import RefinedDense
from thermokin.solvers.resolvent import Vectors
from thermokin.solvers.trace_exact import TraceExact
from thermokin.solvers.uniqueness import SINGULAR, degenerate_within, untold

__all__ = ["DenseFactors", "RoughPoints", "squared_amplitudes"]

ROUGH = 1e4  # condition of the pinned generator from which solutions are refined, and their digits counted
UNSUSPECTED = 1e-4 * SINGULAR  # growth of a random vector below which a second zero need not be looked for
Solve = Callable[[Vectors], Vectors]


@dataclass(frozen=True, eq=False)
class DenseFactors:
    """A generator eliminated and factorised as far as it is asked for, and the points at which neither is enough.

    Args:
        block: the block.
        known: its stationary vector (..., n) where a more accurate route has it, else None.
        lost: (...) points of a sweep at which rounding hides the only stationary vector, which is NaN there; None if
            there is none.
    """

    block: Block
    known: FloatArray | None = None
    lost: BoolArray | None = None

    @cached_property
    def _scale(self) -> FloatArray:
        """The largest element of the generator (...), 1 where it is zero."""
        matrix = self.block.matrix
        if np.iscomplexobj(matrix):
            matrix = np.abs(matrix)
        largest = np.maximum(matrix.max(axis=(-2, -1)), -matrix.min(axis=(-2, -1)))
        return np.asarray(np.where(largest > 0.0, largest, 1.0))

    @cached_property
    def _exact(self) -> TraceExact:
        likely = None if self.known is None else self.known[..., self.block.places]
        return TraceExact(self.block.matrix, self.block.places, likely)

    @cached_property
    def _pinned(self) -> Factorised:
        """The generator with one redundant equation replaced by that of the trace: a population's."""
        matrix = self.block.matrix.copy()
        matrix[..., self._pin, :] = self._scale[..., None] * self.block.trace
        return Factorised(matrix)

    @cached_property
    def _pin(self) -> int:
        """A population; the likeliest where they are known, so that what flows into rare ones is not lost."""
        if self.known is None:
            return int(self.block.places[0])
        share = self.known.reshape(-1, self.block.size)[:, self.block.places].mean(axis=0)
        return int(self.block.places[np.argmax(share)])

    @cached_property
    def _closed(self) -> bool:
        """Whether there are no coherences."""
        return self.block.places.size == self.block.size

    @cached_property
    def _rough(self) -> RoughPoints:
        return RoughPoints(self.block, self._pinned, self._pin)

    @property
    def untold(self) -> BoolArray:
        """Where no digit of the slowest relaxation is known (...)."""
        return self._rough.untold

    @property
    def several(self) -> BoolArray:
        """Where rounding hides whether there is a second stationary vector, and the singular values show one (...)."""
        return self._rough.several

    @cached_property
    def condition(self) -> FloatArray:
        """Condition number of the pinned generator in the 1-norm (...), an estimate for a single point."""
        return self._pinned.condition


def squared_amplitudes(block: Block) -> FloatArray:
    """The largest squared element of the jumps that lead from one level to another, or to one that K joins with it.

    An element of a jump operator is known to rounding of the largest one of its channel; a channel that leads nowhere
    near the two levels takes nothing from what is known of the rate between them.

    Args:
        block: the block.

    Returns:
        (..., k, k) from each level of the block (column) to each (row) [1/time].
    """
    table, joined = block.liouvillian.off_diagonal.table, ket_blocks(block.liouvillian)
    groups = int(joined.max(initial=-1)) + 1
    largest = np.zeros((table.size, *table.strength.shape[:-1]))
    np.maximum.at(largest, table.channel, np.moveaxis(table.strength, -1, 0))
    touched = np.unique(np.stack([table.channel, joined[table.row], joined[table.column]]), axis=1)
    between = np.zeros((groups, groups, *largest.shape[1:]))
    np.maximum.at(between, (touched[1], touched[2]), largest[touched[0]])
    own = joined[block.levels]
    return np.asarray(np.moveaxis(between[own[:, None], own], (0, 1), (-2, -1)))


@dataclass(frozen=True, eq=False)
class RoughPoints:
    """Which points of a block are ill-conditioned, and solves with them.

    Args:
        block: the block.
        pinned: its generator with one equation, of a population, replaced by the trace times the largest element.
        pin: that population.
    """

    block: Block
    pinned: Factorised
    pin: int

    @cached_property
    def mask(self) -> BoolArray:
        """Which ones (...)."""
        if self.block.places.size == self.block.size:  # closed populations lose nothing
            return np.zeros(self.block.matrix.shape[:-2], dtype=bool)
        return np.asarray(~(self.pinned.condition <= ROUGH))

    @cached_property
    def any(self) -> bool:
        """Whether there are some."""
        return bool(self.mask.any())

    @cached_property
    def refined(self) -> RefinedDense:
        """Of these points (p, n, n), or of the only one."""
        matrix, pinned, amplitudes = self.block.matrix, self.pinned, squared_amplitudes(self.block)
        if matrix.ndim > 2:
            amplitudes = np.broadcast_to(amplitudes, (*self.mask.shape, *amplitudes.shape[-2:]))[self.mask]
            matrix, pinned = matrix[self.mask], Factorised(pinned.matrix[self.mask])
        return RefinedDense(matrix, self.block.places, self.pin, pinned, amplitudes)

    def instead(self, plain: Solve, refined: Solve, right: Vectors) -> Vectors:
        """A solve of all points, other where they are rough.

        Args:
            plain: what serves elsewhere.
            refined: what serves at rough points.
            right: of all points (..., n, m).

        Returns:
            (..., n, m).
        """
        if not self.any:
            return plain(right)
        if self.mask.ndim == 0:
            return refined(right)
        rough = refined(np.broadcast_to(right, (*self.mask.shape, *right.shape[-2:]))[self.mask])
        whole = np.array(plain(right), dtype=rough.dtype)
        whole[self.mask] = rough
        return whole

    @cached_property
    def several(self) -> BoolArray:
        """Where rounding hides whether there is a second null vector, and the singular values show one (...)."""
        suspect = self.mask.copy()
        if not self.any:
            return suspect
        refined = self.refined
        suspect[self.mask] = refined.lost | ~(refined.growth < UNSUSPECTED)
        if suspect.any():
            suspect[self.mask] &= ~refined.told
        return np.asarray(null_vectors(self.block.matrix, suspect) > 1)

    @cached_property
    def untold(self) -> BoolArray:
        """Where no digit of the slowest relaxation is known (...)."""
        lost = self.mask.copy()
        if self.any:
            lost[self.mask] = self.refined.lost
        return lost

    def require_unique(self) -> None:
        """Raise where rounding hides whether there is a second null vector.

        Raises:
            DegenerateSteadyStateError: if the singular values show one.
            NotConvergedError: if they do not, but no digit of the slowest relaxation is known.
        """
        _require_single(self.block, self.several)
        _require_known(self.block, self.untold)


def _require_single(block: Block, several: BoolArray) -> None:
    if several.any():
        count = int(null_vectors(block.matrix, several).max())
        raise degenerate_within([int(level) for level in block.levels], count)


def _require_known(block: Block, lost: BoolArray) -> None:
    if lost.any():
        raise untold([int(level) for level in block.levels], lost)
