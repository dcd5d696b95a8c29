"""The dense method: one LU factorisation, or one inverse for each point of a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import get_lapack_funcs

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.liouville.block import Block
from thermokin.solvers.resolvent import Gain, Vectors, backward_error
from thermokin.solvers.uniqueness import SINGULAR, degenerate_within, unsolvable

__all__ = ["DenseResolvent"]

UNSUSPECTED = 1e-4 * SINGULAR  # growth of a random vector below which the condition need not be estimated
ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors


@dataclass(frozen=True, eq=False)
class DenseResolvent:
    """The generator with one redundant equation replaced by that of the trace.

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
    def _pin(self) -> int:
        """A population; the likeliest where they are known, so that what flows into rare ones is not lost."""
        if self.known is None:
            return int(self.block.places[0])
        share = self.known.reshape(-1, self.block.size)[:, self.block.places].mean(axis=0)
        return int(self.block.places[np.argmax(share)])

    @cached_property
    def _pinned(self) -> NDArray[Any]:
        matrix = self.block.matrix.copy()
        matrix[..., self._pin, :] = self._scale[..., None] * self.block.trace
        return matrix

    @cached_property
    def _inverse(self) -> NDArray[Any]:
        """For sweeps: stacked factorisations cannot be kept, inverses can."""
        try:
            return np.asarray(np.linalg.inv(self._pinned))
        except np.linalg.LinAlgError as error:
            raise self._singular(np.ones(self._pinned.shape[:-2], dtype=bool)) from error

    @cached_property
    def _factor(self) -> tuple[NDArray[Any], NDArray[Any], int]:
        """Of the transpose, which LAPACK reads without reordering; the last number is above 0 if a pivot is zero."""
        # lu_factor warns where a pivot is zero; here it is news.
        (getrf,) = get_lapack_funcs(("getrf",), (self._pinned,))
        lu, pivots, zero = getrf(self._pinned.T)
        return lu, pivots, zero

    @cached_property
    def condition(self) -> FloatArray:
        """Condition number of the pinned generator in the 1-norm (...), an estimate for a single point."""
        size = np.abs(self._pinned).sum(axis=-2).max(axis=-1)
        if self._pinned.ndim > 2:
            return np.asarray(size * np.abs(self._inverse).sum(axis=-2).max(axis=-1))
        lu, _, zero = self._factor
        if zero:
            return np.asarray(np.inf)
        (gecon,) = get_lapack_funcs(("gecon",), (lu,))
        reciprocal, _ = gecon(lu, size, norm="I")  # the largest row sum of the transpose
        return np.asarray(1.0 / reciprocal if reciprocal > 0.0 else np.inf)

    def _solve(self, right: Vectors) -> Vectors:
        """The pinned system, with one step of refinement."""
        once = self._solved(right)
        return np.asarray(once + self._solved(right - self._pinned @ once))

    def _solved(self, right: Vectors) -> Vectors:
        if self._pinned.ndim > 2 or right.ndim > 2:
            return np.asarray(self._inverse @ right)
        lu, pivots, zero = self._factor
        if zero:
            raise self._singular(np.ones((), dtype=bool))
        if np.iscomplexobj(right) and not np.iscomplexobj(lu):
            return np.asarray(self._solved(right.real) + 1j * self._solved(right.imag))
        (getrs,) = get_lapack_funcs(("getrs",), (lu,))
        return np.asarray(getrs(lu, pivots, right, trans=1)[0])

    @cached_property
    def stationary(self) -> FloatArray | ComplexArray:
        """The stationary vector (..., n)."""
        if self.known is not None:  # and known to be the only one
            return self.known
        self._unique()
        right = np.zeros((*self._pinned.shape[:-1], 1))
        right[..., self._pin, 0] = self._scale
        vector = self._solve(right)[..., 0]
        return np.asarray(vector / (vector @ self.block.trace)[..., None])

    def _unique(self) -> None:
        if self._pinned.ndim == 2 and self._growth < UNSUSPECTED:
            return
        suspect = ~(self.condition < SINGULAR)
        if suspect.any():
            self._refuse(suspect)

    @property
    def _growth(self) -> float:
        """How much a vector of no pattern grows under the inverse, times the scale: the sign of a second zero."""
        probe = np.cos(np.arange(self.block.size, dtype=np.float64) ** 2)[:, None]
        return float(np.linalg.norm(self._solved(probe)) * self._scale / np.linalg.norm(probe))

    def _refuse(self, suspect: BoolArray) -> None:
        """Raise if a suspect point has a second null vector; a singular value decomposition counts them."""
        points = np.broadcast_to(self.block.matrix, (*suspect.shape, *self.block.matrix.shape[-2:]))[suspect]
        values = np.linalg.svd(points, compute_uv=False)
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
        right = self._traceless(vectors)
        right[..., self._pin, :] = 0.0
        return self._solve(right)

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

        Cost:
            One solve for each frequency and point.
        """
        right = self._traceless(vectors)
        right[..., self._pin, :] = 0.0
        size = self.block.size
        diagonal = np.arange(size)
        out = []
        for frequency in frequencies:
            system = -self._pinned.astype(np.complex128)
            keep = np.delete(diagonal, self._pin)
            system[..., keep, keep] += 1j * frequency
            out.append(np.linalg.solve(system, right))
        return np.stack(out)

    def _traceless(self, vectors: Vectors) -> Vectors:
        traces = np.einsum("n,...nm->...m", self.block.trace, vectors)
        return np.asarray(vectors - self.stationary[..., None] * traces[..., None, :])
