"""The factors of a dense generator: an elimination that keeps the trace, and an LU factorisation beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray
from thermokin.liouville.block import Block
from thermokin.solvers.factorised import Factorised
from thermokin.solvers.resolvent import Vectors, backward_error
from thermokin.solvers.trace_exact import TraceExact

__all__ = ["DenseFactors"]

BACKWARD = 1e-11  # backward error of a solve with which the order of elimination is taken for a stable one


@dataclass(frozen=True, eq=False)
class DenseFactors:
    """A generator eliminated and factorised as far as it is asked for, and which of the two serves where.

    Args:
        block: the block.
        known: its stationary vector (..., n) where a more accurate route has it, else None.
    """

    block: Block
    known: FloatArray | None = None

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
    def _probed(self) -> tuple[Vectors, Vectors]:
        """A vector of no pattern without trace (n, 1), and the solution for it."""
        probe = np.cos(np.arange(self.block.size, dtype=np.float64) ** 2)[:, None]
        probe[self.block.places] -= probe[self.block.places].mean()
        return probe, self._exact.solve(probe)

    @cached_property
    def _by_factor(self) -> BoolArray:
        """Where the elimination is unstable because coherences are hardly damped, so that LU serves better (...)."""
        if self.block.places.size == self.block.size:
            return np.zeros(self.block.matrix.shape[:-2], dtype=bool)
        probe, found = self._probed
        # Written so that a number that is none is unstable.
        return np.asarray(~(backward_error(self.block.matrix, self._scale, -probe, found) <= BACKWARD))

    @cached_property
    def condition(self) -> FloatArray:
        """Condition number of the pinned generator in the 1-norm (...), an estimate for a single point."""
        return self._pinned.condition
