"""The factors of a dense generator: an elimination that keeps the trace, and an LU factorisation beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray
from thermokin.liouville.block import Block
from thermokin.numerics.factorised import Factorised
from thermokin.solvers.rough_points import RoughPoints
from thermokin.solvers.trace_exact import TraceExact

__all__ = ["DenseFactors"]


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
