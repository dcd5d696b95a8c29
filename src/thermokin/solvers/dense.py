"""The dense method: populations by elimination without subtraction, coherences before them by LU factorisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.solvers.dense_factors import DenseFactors
from thermokin.solvers.resolvent import DELICATE_ABOVE, SLOW, Gain, Vectors, backward_error
from thermokin.solvers.shifted_dense import ShiftedDense
from thermokin.solvers.structured_condition import flow_error, plain_error
from thermokin.solvers.uniqueness import SINGULAR, degenerate_within, unsolvable

__all__ = ["DenseResolvent"]

UNSUSPECTED = 1e-4 * SINGULAR  # growth of a random vector below which a second zero need not be looked for
ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors
TINY = 1e-300
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class DenseResolvent(DenseFactors):
    """The inverses of a generator that keep the trace exactly; where coherences forbid them, those by LU.

    Args:
        block: the block.
        known: its stationary vector (..., n) where a more accurate route has it, else None.
    """

    def _solve(self, right: Vectors) -> Vectors:
        """The x with L x = b and tr x = 0, for a right side without trace."""
        if not self._by_factor.any():
            return -self._exact.solve(right)
        other = self._by_lu(right)
        return np.where(self._by_factor[..., None, None], other, -self._exact.solve(right))

    def _by_lu(self, right: Vectors) -> Vectors:
        """The same by the pinned factor, with one step of refinement."""
        pinned = self._pinned
        lost = np.broadcast_to(pinned.singular & self._by_factor, self.block.matrix.shape[:-2])
        if lost.any() and (self.known is None or lost.all()):  # else they come out as numbers that are none
            raise self._singular(lost)
        right = right.copy()
        right[..., self._pin, :] = 0.0
        once = pinned.solve(right)
        return np.asarray(once + pinned.solve(right - pinned.matrix @ once))

    @cached_property
    def stationary(self) -> FloatArray | ComplexArray:
        """The stationary vector (..., n)."""
        if self.known is not None:  # and known to be the only one
            return self.known
        self._unique()
        if not self._by_factor.any():
            return self._exact.null
        right = np.zeros((*self.block.matrix.shape[:-1], 1))
        right[..., self._pin, 0] = self._scale
        pinned = self._pinned
        once = pinned.solve(right)
        vector = (once + pinned.solve(right - pinned.matrix @ once))[..., 0]
        vector = vector / (vector @ self.block.trace)[..., None]
        return np.where(self._by_factor[..., None], vector, self._exact.null)

    @cached_property
    def _growth(self) -> FloatArray:
        """How much a vector of no pattern grows under the inverse, times the largest rate (...)."""
        probe, found = self._probed
        with np.errstate(over="ignore"):  # a growth beyond all doubles counts as one
            return np.asarray(np.linalg.norm(found, axis=(-2, -1)) * self._scale / max(np.linalg.norm(probe), TINY))

    def _unique(self) -> None:
        """Raise where rounding hides whether there is a second null vector, and the singular values show one."""
        probe = self._probed[0]
        suspect = ~(self._growth < UNSUSPECTED)
        if not (suspect | self._by_factor).any():
            return
        if suspect.any():
            suspect &= ~self._exact.told(probe)
        suspect |= self._by_factor & ~(self._pinned.condition < SINGULAR)
        if suspect.any():
            self._refuse(suspect)

    def _refuse(self, suspect: BoolArray) -> None:
        """Raise if a suspect point has a second null vector; a singular value decomposition counts them."""
        points = np.broadcast_to(self.block.matrix, (*suspect.shape, *self.block.matrix.shape[-2:]))[suspect]
        # Each equation in units of its own: a slow one is no zero beside a fast one.
        rows = np.abs(points).max(axis=-1, keepdims=True)
        values = np.linalg.svd(points / np.where(rows > 0.0, rows, 1.0), compute_uv=False)
        null = int((values <= ZERO * self.block.size * values[..., :1]).sum(axis=-1).max())
        if null > 1:
            raise degenerate_within([int(level) for level in self.block.levels], null)

    def _singular(self, suspect: BoolArray) -> NotConvergedError:
        """The error for an equation that doubles cannot solve though it has one solution; raises if it has several."""
        if self.known is None:
            self._refuse(suspect)
        return unsolvable()

    @cached_property
    def residual(self) -> FloatArray:
        """Largest element of L rho over the largest rate times the largest element of rho (...)."""
        flow = np.abs((self.block.matrix @ self.stationary[..., None])[..., 0]).max(axis=-1)
        return np.asarray(flow / (self._scale * np.abs(self.stationary).max(axis=-1)))

    @property
    def delicate(self) -> bool:
        """Whether slow modes make solutions so large, at some point of a sweep, that digits may be lost."""
        try:
            return not float(self._growth.max(initial=0.0)) < DELICATE_ABOVE
        except NotConvergedError:  # nothing holds the inverse
            return True

    @property
    def left(self) -> DenseResolvent:
        """Itself: it has a matrix."""
        return self

    @property
    def thin(self) -> bool:
        """It is dense."""
        return False

    @property
    def solution_error(self) -> FloatArray:
        """How far a solution may be off, relative to its size, as far as the condition tells (...)."""
        return np.asarray(EPSILON * self.condition)

    def slow(self, frequencies: FloatArray) -> BoolArray:
        """Frequencies so far below the fastest motion that a solve with them may lose digits as one without does.

        Args:
            frequencies: w (f,) [1/time].

        Returns:
            The verdict (f,).
        """
        return np.asarray(np.abs(frequencies) < SLOW * float(self._scale.max(initial=0.0)))

    def gain(self, weights: FloatArray) -> Gain:
        """The jump part with weights c_k (..., k).

        Args:
            weights: c_k.

        Returns:
            A matrix (..., n, n).
        """
        return self.block.jumps(weights)

    def drazin(self, vectors: Vectors) -> Vectors:
        """The x with L x = b - stationary tr b and tr x = 0.

        Args:
            vectors: b (..., n, m).

        Returns:
            x (..., n, m).

        Raises:
            NotConvergedError: if the generator is singular in double precision though its steady state is unique.
        """
        return self._solve(self._traceless(vectors))

    def adjoint(self, rows: Vectors) -> Vectors:
        """The y with y L = c - (c stationary) <<1| and y stationary = 0.

        Args:
            rows: c (..., n, m), each column a row vector of its own.

        Returns:
            y (..., n, m), likewise.
        """
        state = self.stationary[..., None]
        mean = (state * rows).sum(axis=-2, keepdims=True)
        right = rows - self.block.trace[:, None] * mean
        found = -self._exact.solve_transposed(right)
        if self._by_factor.any():
            # What multiplies the trace in place of the dropped equation is not wanted.
            other = self._pinned.solve_transposed(right)
            other[..., self._pin, :] = 0.0
            found = np.where(self._by_factor[..., None, None], other, found)
        return np.asarray(found - self.block.trace[:, None] * (state * found).sum(axis=-2, keepdims=True))

    def flow_error(self, left: Vectors, right: Vectors, frequency: float = 0.0) -> FloatArray:
        """How far y (L - i w) x moves by what a solve with it does to its elements, see `structured_condition`.

        Args:
            left: y (..., n).
            right: x (..., n).
            frequency: w [1/time].

        Returns:
            (...), for a relative error of one.
        """
        matrix, places = self.block.matrix, self.block.places
        if frequency and not self._moving.slow(frequency):
            return plain_error(matrix, left, right, frequency)
        if not self._by_factor.any():
            return flow_error(matrix, places, left, right)
        plain = plain_error(matrix, left, right)
        return np.where(self._by_factor, plain, flow_error(matrix, places, left, right))

    def backward_error(self, right: Vectors, solution: Vectors) -> FloatArray:
        """|L x - b| / (|L| |x| + |b|) in the largest elements (...), the backward error of a solve without trace.

        Args:
            right: b (..., n, m).
            solution: x (..., n, m).

        Returns:
            The error.
        """
        return backward_error(self.block.matrix, self._scale, right, solution)

    def shifted(self, vectors: Vectors, frequencies: FloatArray) -> ComplexArray:
        """The x with (i w - L) x = b - stationary tr b and tr x = 0.

        Args:
            vectors: b (..., n, m).
            frequencies: w (f,).

        Returns:
            x (f, ..., n, m).

        Raises:
            NotConvergedError: if a frequency is the generator's own to rounding.

        Cost:
            One solve for each frequency and point.
        """
        right = self._traceless(vectors)
        moving, each = self._moving, map(float, frequencies)
        return np.stack([moving.solve(right, w) if w else -self._solve(right).astype(np.complex128) for w in each])

    def shifted_adjoint(self, rows: Vectors, frequencies: FloatArray) -> ComplexArray:
        """The y with y (i w - L) = c - (c stationary) <<1| and y stationary = 0.

        Args:
            rows: c (..., n, m), each column a row vector of its own.
            frequencies: w (f,).

        Returns:
            y (f, ..., n, m), likewise.

        Raises:
            NotConvergedError: if a frequency is the generator's own to rounding.

        Cost:
            One solve for each frequency and point.
        """
        moving, each = self._moving, map(float, frequencies)
        return np.stack(
            [moving.solve_transposed(rows, w) if w else -self.adjoint(rows).astype(np.complex128) for w in each]
        )

    @cached_property
    def _moving(self) -> ShiftedDense:
        eliminated = not self._by_factor.any()
        return ShiftedDense(self._exact, self.stationary, self._scale, self._pin, eliminated)

    def _traceless(self, vectors: Vectors) -> Vectors:
        traces = np.einsum("n,...nm->...m", self.block.trace, vectors)
        return np.asarray(vectors - self.stationary[..., None] * traces[..., None, :])
