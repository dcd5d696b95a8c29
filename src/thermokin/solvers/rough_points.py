"""The points of a sweep at which a factorisation in doubles leaves too few digits, and whether they have one end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray
from thermokin.liouville.block import Block
from thermokin.solvers.factorised import Factorised
from thermokin.solvers.refined_dense import RefinedDense
from thermokin.solvers.resolvent import Vectors
from thermokin.solvers.uniqueness import SINGULAR, degenerate_within, untold

__all__ = ["RoughPoints"]

ROUGH = 1e4  # condition of the pinned generator from which solutions are refined, and their digits counted
UNSUSPECTED = 1e-4 * SINGULAR  # growth of a random vector below which a second zero need not be looked for
ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors
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
        matrix, pinned = self.block.matrix, self.pinned
        if matrix.ndim > 2:
            matrix, pinned = matrix[self.mask], Factorised(pinned.matrix[self.mask])
        return RefinedDense(matrix, self.block.places, self.pin, pinned)

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

    def require_unique(self) -> None:
        """Raise where rounding hides whether there is a second null vector.

        Raises:
            DegenerateSteadyStateError: if the singular values show one.
            NotConvergedError: if they do not, but no digit of the slowest relaxation is known.
        """
        if not self.any:
            return
        refined, suspect, lost = self.refined, self.mask.copy(), self.mask.copy()
        lost[self.mask] = refined.lost
        suspect[self.mask] = refined.lost | ~(refined.growth < UNSUSPECTED)
        if suspect.any():
            suspect[self.mask] &= ~refined.told()
            _require_single(self.block, suspect)
        _require_known(self.block, lost)


def _require_single(block: Block, suspect: BoolArray) -> None:
    """Raise if a suspect point has a second null vector; a singular value decomposition counts them."""
    if not suspect.any():
        return
    points = np.broadcast_to(block.matrix, (*suspect.shape, *block.matrix.shape[-2:]))[suspect]
    # Each equation in units of its own: a slow one is no zero beside a fast one.
    rows = np.abs(points).max(axis=-1, keepdims=True)
    values = np.linalg.svd(points / np.where(rows > 0.0, rows, 1.0), compute_uv=False)
    null = int((values <= ZERO * block.size * values[..., :1]).sum(axis=-1).max())
    if null > 1:
        raise degenerate_within([int(level) for level in block.levels], null)


def _require_known(block: Block, lost: BoolArray) -> None:
    if lost.any():
        raise untold([int(level) for level in block.levels], lost)
