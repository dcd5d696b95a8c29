"""The points of a sweep at which a factorisation in doubles leaves too few digits, and whether they have one end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray
from thermokin.liouville.block import Block
from thermokin.numerics.factorised import Factorised
from thermokin.numerics.null_vectors import null_vectors
from thermokin.solvers.amplitude_rounding import squared_amplitudes
from thermokin.solvers.refined_dense import RefinedDense
from thermokin.solvers.resolvent import Vectors
from thermokin.solvers.uniqueness import SINGULAR, degenerate_within, untold

__all__ = ["RoughPoints"]

ROUGH = 1e4  # condition of the pinned generator from which solutions are refined, and their digits counted
UNSUSPECTED = 1e-4 * SINGULAR  # growth of a random vector below which a second zero need not be looked for
Solve = Callable[[Vectors], Vectors]


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
