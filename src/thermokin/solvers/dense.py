"""The dense method: closed populations by elimination without subtraction, coherences by LU factorisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.liouville.block import Block
from thermokin.solvers.factorised import Factorised
from thermokin.solvers.refined_dense import RefinedDense
from thermokin.solvers.resolvent import Gain, Vectors, backward_error
from thermokin.solvers.shifted_dense import ShiftedDense
from thermokin.solvers.structured_condition import flow_error, plain_error
from thermokin.solvers.trace_exact import TraceExact
from thermokin.solvers.uniqueness import SINGULAR, degenerate_within, untold

__all__ = ["DenseResolvent"]

ROUGH = 1e4  # condition of the pinned generator from which solutions are refined, and their digits counted
UNSUSPECTED = 1e-4 * SINGULAR  # growth of a random vector below which a second zero need not be looked for
ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors
TOLD = 1e4  # growth of a random vector up to which digits need not be counted
TINY = 1e-300
Solve = Callable[[Vectors], Vectors]


@dataclass(frozen=True, eq=False)
class DenseResolvent:
    """Closed populations by elimination without subtraction, others by LU, refined where it leaves too few digits.

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
    def _closed(self) -> bool:
        """Whether there are no coherences."""
        return self.block.places.size == self.block.size

    @cached_property
    def _rough(self) -> BoolArray:
        """Where a factorisation leaves too few digits (...)."""
        if self._closed:
            return np.zeros(self.block.matrix.shape[:-2], dtype=bool)
        return np.asarray(~(self._pinned.condition <= ROUGH))

    @cached_property
    def _refined(self) -> RefinedDense:
        """Of the rough points (p, n, n), or of the only one."""
        matrix, scale, pinned = self.block.matrix, self._scale, self._pinned
        if matrix.ndim > 2:
            matrix, scale, pinned = matrix[self._rough], scale[self._rough], Factorised(pinned.matrix[self._rough])
        return RefinedDense(matrix, self.block.places, self._pin, scale, pinned)

    def _of_rough(self, solve: Solve, right: Vectors) -> Vectors:
        """What a solve of the rough points makes of all right sides (..., n, m), zero elsewhere."""
        if self._rough.ndim == 0:
            return solve(right)
        rough = np.broadcast_to(right, (*self._rough.shape, *right.shape[-2:]))[self._rough]
        found = solve(rough)
        whole = np.zeros((*self._rough.shape, *right.shape[-2:]), dtype=found.dtype)
        whole[self._rough] = found
        return whole

    @cached_property
    def condition(self) -> FloatArray:
        """Condition number of the pinned generator in the 1-norm (...), an estimate for a single point."""
        return self._pinned.condition

    def _solve(self, right: Vectors) -> Vectors:
        """The x with L x = b and tr x = 0, for a right side without trace."""
        if self._closed:
            return -self._exact.solve(right)
        if self._rough.all():
            return self._of_rough(self._refined.solve, right)
        dropped = right.copy()
        dropped[..., self._pin, :] = 0.0
        found = self._once_refined(dropped)
        if not self._rough.any():
            return found
        return np.where(self._rough[..., None, None], self._of_rough(self._refined.solve, right), found)

    def _once_refined(self, right: Vectors) -> Vectors:
        """By the pinned factor, corrected once."""
        pinned = self._pinned
        once = pinned.solve(right)
        return np.asarray(once + pinned.solve(right - pinned.matrix @ once))

    @cached_property
    def stationary(self) -> FloatArray | ComplexArray:
        """The stationary vector (..., n)."""
        if self.known is not None:  # and known to be the only one
            return self.known
        self._unique()
        if self._closed:
            return self._exact.null
        if self._rough.all() and not self._rough.ndim:
            return self._refined.stationary
        right = np.zeros((*self.block.matrix.shape[:-1], 1))
        right[..., self._pin, 0] = self._scale
        vector = self._once_refined(right)[..., 0]
        vector = vector / (vector @ self.block.trace)[..., None]
        if self._rough.any():
            vector[self._rough] = self._refined.stationary
        return np.asarray(vector)

    @cached_property
    def _growth(self) -> FloatArray:
        """How much a vector of no pattern grows under the inverse of closed populations, times the largest rate."""
        probe = np.cos(np.arange(self.block.size, dtype=np.float64) ** 2)[:, None]
        probe -= probe.mean()
        with np.errstate(over="ignore"):  # a growth beyond all doubles counts as one
            length = np.linalg.norm(self._exact.solve(probe), axis=(-2, -1))
            return np.asarray(length * self._scale / max(np.linalg.norm(probe), TINY))

    def _unique(self) -> None:
        """Raise where rounding hides whether there is a second null vector, and the singular values show one."""
        if not self._rough.any():
            return
        refined, suspect, lost = self._refined, self._rough.copy(), self._rough.copy()
        lost[self._rough] = refined.lost
        suspect[self._rough] = refined.lost | ~(refined.growth < UNSUSPECTED)
        if suspect.any():
            suspect[self._rough] &= ~refined.told()
        if suspect.any():
            self._refuse(suspect)
        if lost.any():
            raise untold([int(level) for level in self.block.levels], lost)

    def _refuse(self, suspect: BoolArray) -> None:
        """Raise if a suspect point has a second null vector; a singular value decomposition counts them."""
        points = np.broadcast_to(self.block.matrix, (*suspect.shape, *self.block.matrix.shape[-2:]))[suspect]
        # Each equation in units of its own: a slow one is no zero beside a fast one.
        rows = np.abs(points).max(axis=-1, keepdims=True)
        values = np.linalg.svd(points / np.where(rows > 0.0, rows, 1.0), compute_uv=False)
        null = int((values <= ZERO * self.block.size * values[..., :1]).sum(axis=-1).max())
        if null > 1:
            raise degenerate_within([int(level) for level in self.block.levels], null)

    @cached_property
    def residual(self) -> FloatArray:
        """Largest element of L rho over the largest rate times the largest element of rho (...)."""
        flow = np.abs((self.block.matrix @ self.stationary[..., None])[..., 0]).max(axis=-1)
        return np.asarray(flow / (self._scale * np.abs(self.stationary).max(axis=-1)))

    @property
    def delicate(self) -> bool:
        """Whether slow modes make solutions so large, at some point of a sweep, that digits may be lost."""
        if self._closed:
            return not float(self._growth.max(initial=0.0)) < TOLD
        return bool(self._rough.any())

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
        found = self._solve_transposed(right)
        return np.asarray(found - self.block.trace[:, None] * (state * found).sum(axis=-2, keepdims=True))

    def _solve_transposed(self, right: Vectors) -> Vectors:
        """The y with y L = c, up to a multiple of the trace."""
        if self._closed:
            return -self._exact.solve_transposed(right)
        if self._rough.all():
            return self._of_rough(self._refined.solve_transposed, right)
        # What multiplies the trace in place of the dropped equation is not wanted.
        found = self._pinned.solve_transposed(right)
        found[..., self._pin, :] = 0.0
        if not self._rough.any():
            return found
        return np.where(self._rough[..., None, None], self._of_rough(self._refined.solve_transposed, right), found)

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
        if self._closed or self._rough.all():
            return flow_error(matrix, places, left, right)
        plain = plain_error(matrix, left, right)
        if not self._rough.any():
            return plain
        return np.where(self._rough, flow_error(matrix, places, left, right), plain)

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
        eliminated = self._closed or bool(self._rough.all() and self._refined.eliminated.all())
        return ShiftedDense(self._exact, self.stationary, self._scale, self._pin, eliminated)

    def _traceless(self, vectors: Vectors) -> Vectors:
        traces = np.einsum("n,...nm->...m", self.block.trace, vectors)
        return np.asarray(vectors - self.stationary[..., None] * traces[..., None, :])
