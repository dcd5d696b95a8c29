"""The dense method: closed populations by elimination without subtraction, coherences by LU factorisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.numerics.strong_tree import dense_links
from thermokin.numerics.trace_conserving import flow_error, plain_error
from thermokin.solvers.dense_factors import DenseFactors
from thermokin.solvers.refined_dense import ROUNDINGS
from thermokin.solvers.resolvent import DELICATE_ABOVE, SLOW, Gain, PreparedSolves, Vectors
from thermokin.solvers.shifted_dense import RefinedShift, ShiftedDense

__all__ = ["DenseResolvent"]

TINY = 1e-300


@dataclass(frozen=True, eq=False)
class DenseResolvent(DenseFactors, PreparedSolves):
    """Closed populations by elimination without subtraction, others by LU, refined where it leaves too few digits.

    Args:
        block: the block.
        known: its stationary vector (..., n) where a more accurate route has it, else None.
        lost: (...) points of a sweep at which rounding hides the only stationary vector, which is NaN there; None if
            there is none.
    """

    @property
    def _generator(self) -> Gain:
        return self.block.matrix

    def _solve(self, right: Vectors) -> Vectors:
        """The x with L x = b and tr x = 0, for a right side without trace."""
        if self._decay is not None:
            return -right / self._decay[..., None, None]
        if self._closed:
            return -self._exact.solve(right)
        return self._rough.instead(self._by_factor, self._rough.refined.solve, right)

    def _by_factor(self, right: Vectors) -> Vectors:
        right = right.copy()
        right[..., self._pin, :] = 0.0
        return self._once_refined(right)

    def _once_refined(self, right: Vectors) -> Vectors:
        """By the pinned factor, corrected once."""
        pinned = self._pinned
        once = pinned.solve(right)
        return np.asarray(once + pinned.solve(right - pinned.matrix @ once))

    @cached_property
    def _decay(self) -> FloatArray | None:
        """Of two closed levels the sum of both rates (...), at which all that is not at rest decays; None of others."""
        if not self._closed or self.block.size != 2:
            return None
        total = -np.trace(self.block.matrix, axis1=-2, axis2=-1)
        return total if (total > TINY).all() else None

    @cached_property
    def stationary(self) -> FloatArray | ComplexArray:
        """The stationary vector (..., n)."""
        if self.known is not None:  # and known to be the only one
            return self.known
        if self._closed:
            return self._exact.null
        if self.lost is None:
            self._rough.require_unique()
        source = np.zeros((*self.block.matrix.shape[:-1], 1))
        source[..., self._pin, 0] = self._scale
        vector = self._rough.instead(self._once_refined, lambda _: self._rough.refined.stationary[..., None], source)[
            ..., 0
        ]
        vector = vector / (vector @ self.block.trace)[..., None]
        return vector if self.lost is None else np.where(self.lost[..., None], np.nan, vector)

    @cached_property
    def _growth(self) -> FloatArray:
        """How much a vector of no pattern grows under the inverse of closed populations, times the largest rate."""
        if self._decay is not None:
            return np.asarray(self._scale / self._decay)
        probe = np.cos(np.arange(self.block.size, dtype=np.float64) ** 2)[:, None]
        probe -= probe.mean()
        with np.errstate(over="ignore"):  # a growth beyond all doubles counts as one
            length = np.linalg.norm(self._exact.solve(probe), axis=(-2, -1))
            return np.asarray(length * self._scale / max(np.linalg.norm(probe), TINY))

    @cached_property
    def residual(self) -> FloatArray:
        """Largest element of L rho over the largest rate times the largest element of rho (...)."""
        flow = np.abs((self.block.matrix @ self.stationary[..., None])[..., 0]).max(axis=-1)
        return np.asarray(flow / (self._scale * np.abs(self.stationary).max(axis=-1)))

    @property
    def delicate(self) -> bool:
        """Whether slow modes make solutions so large, at some point of a sweep, that digits may be lost."""
        if not self._closed:
            return self._rough.any
        try:
            return not float(self._growth.max(initial=0.0)) < DELICATE_ABOVE
        except NotConvergedError:  # nothing holds the inverse
            return True

    @property
    def left(self) -> DenseResolvent:
        """Itself: it has a matrix."""
        return self

    @property
    def closed(self) -> bool:
        """Whether there are no coherences."""
        return self._closed

    @property
    def thin(self) -> bool:
        """It is dense."""
        return False

    def gain(self, weights: FloatArray) -> Gain:
        """The jump part with weights c_k (..., k), a matrix (..., n, n)."""
        return self.block.jumps(weights)

    def drazin(self, vectors: Vectors) -> Vectors:
        """See `Resolvent.drazin`."""
        return self._solve(self._traceless(vectors))

    def adjoint(self, rows: Vectors) -> Vectors:
        """See `LeftSolves.adjoint`."""
        state = self.stationary[..., None]
        mean = (state * rows).sum(axis=-2, keepdims=True)
        right = rows - self.block.trace[:, None] * mean
        found = self._solve_transposed(right)
        return np.asarray(found - self.block.trace[:, None] * (state * found).sum(axis=-2, keepdims=True))

    def spread(self, right: Vectors) -> Vectors:
        """Times spent in closed populations before the pinned one is reached, from a start b (..., n, m) >= 0."""
        return self._exact.spread(right)

    def _solve_transposed(self, right: Vectors) -> Vectors:
        """The y with y L = c, up to a multiple of the trace."""
        if self._decay is not None:
            return -right / self._decay[..., None, None]
        if self._closed:
            return -self._exact.solve_transposed(right)
        return self._rough.instead(self._by_factor_transposed, self._rough.refined.solve_transposed, right)

    def _by_factor_transposed(self, right: Vectors) -> Vectors:
        # What multiplies the trace in place of the dropped equation is not wanted.
        found = self._pinned.solve_transposed(right)
        found[..., self._pin, :] = 0.0
        return found

    def flow_error(self, left: Vectors, right: Vectors, frequency: float = 0.0) -> FloatArray:
        """See `LeftSolves.flow_error`."""
        size, places = self._sizes, self.block.places
        if self._closed and (not frequency or self._moving.slow(frequency)):
            return flow_error(size, places, left, right)
        plain = plain_error(size, left, right, frequency)
        if not self._rough.any or (frequency and not self._refined_at(frequency)):
            return plain
        return np.where(self._rough.mask, flow_error(size, places, left, right) + self._unmended(left, right), plain)

    @cached_property
    def _sizes(self) -> FloatArray:
        """The sizes of all that is added in each element (..., n, n): terms that cancel leave their rounding."""
        block = self.block
        if not isinstance(block, HermitianBlock):
            return np.abs(block.matrix)
        target, source, values, _ = block.links()
        diagonal = np.abs(np.diagonal(block.matrix, axis1=-2, axis2=-1))[..., None] * np.eye(block.size)
        return np.asarray(dense_links(np.abs(values), target, source, block.size) + diagonal)

    def _unmended(self, left: Vectors, right: Vectors) -> FloatArray:
        """The part of y L x that is not known, in roundings of an element (...)."""
        flow = np.abs((left * (self.block.matrix @ right[..., None])[..., 0]).sum(axis=-1))
        part = np.zeros(self._rough.mask.shape)
        part[self._rough.mask] = self._rough.refined.unmended
        return np.asarray(part / ROUNDINGS * flow)

    def shifted(self, vectors: Vectors, frequencies: FloatArray) -> ComplexArray:
        """See `Resolvent.shifted`; one solve for each frequency and point."""
        right = self._traceless(vectors)
        each = map(float, frequencies)
        return np.stack([self._turned(right, w) if w else -self._solve(right).astype(np.complex128) for w in each])

    def _turned(self, right: Vectors, frequency: float) -> Vectors:
        moving = self._moving
        if not self._refined_at(frequency):
            return moving.solve(right, frequency)
        turned = RefinedShift(self._rough.refined, frequency)
        return self._rough.instead(lambda part: moving.solve(part, frequency), turned.solve, right)

    def shifted_adjoint(self, rows: Vectors, frequencies: FloatArray) -> ComplexArray:
        """See `LeftSolves.shifted_adjoint`; one solve for each frequency and point."""
        each = map(float, frequencies)
        return np.stack([self._turned_adjoint(rows, w) if w else -self.adjoint(rows).astype(complex) for w in each])

    def _turned_adjoint(self, rows: Vectors, frequency: float) -> Vectors:
        moving = self._moving
        if not self._refined_at(frequency):
            return moving.solve_transposed(rows, frequency)
        turned = RefinedShift(self._rough.refined, frequency)
        return self._rough.instead(lambda part: moving.solve_transposed(part, frequency), turned.solve_transposed, rows)

    @cached_property
    def _moving(self) -> ShiftedDense:
        return ShiftedDense(self._exact, self.stationary, self._scale, self._pin, self._closed)

    def _refined_at(self, frequency: float) -> bool:
        """Whether rough points are refined at a frequency."""
        return self._rough.any and abs(frequency) < SLOW * float(self._scale.max(initial=0.0))

    def _traceless(self, vectors: Vectors) -> Vectors:
        traces = np.einsum("n,...nm->...m", self.block.trace, vectors)
        return np.asarray(vectors - self.stationary[..., None] * traces[..., None, :])
