"""A matrix prepared for many solves: one LU factorisation, or one inverse for each point of a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import get_lapack_funcs
from scipy.sparse.linalg import splu

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray

__all__ = ["Factorised", "sparse_factor"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Factorised:
    """Solves with a matrix and with its transpose; what comes from a singular one is not finite.

    Args:
        matrix: A (..., n, n).
    """

    matrix: Array

    @cached_property
    def inverse(self) -> Array:
        """A^-1 (..., n, n); NaN where A is singular."""
        try:
            return np.asarray(np.linalg.inv(self.matrix))
        except np.linalg.LinAlgError:
            points = self.matrix.reshape(-1, *self.matrix.shape[-2:])
            return np.stack([_inverse(point) for point in points]).reshape(self.matrix.shape)

    @cached_property
    def _factor(self) -> tuple[Array, Array, int]:
        """Of the transpose, which LAPACK reads without reordering; the last number is above 0 if a pivot is zero."""
        # lu_factor warns where a pivot is zero; here it is news.
        (getrf,) = get_lapack_funcs(("getrf",), (self.matrix,))
        lu, pivots, zero = getrf(self.matrix.T)
        return lu, pivots, zero

    @cached_property
    def singular(self) -> BoolArray:
        """Where A has no inverse (...)."""
        if self.matrix.ndim > 2:
            return np.asarray(~np.isfinite(self.inverse).all(axis=(-2, -1)))
        return np.asarray(self._factor[2] > 0)

    @cached_property
    def condition(self) -> FloatArray:
        """Condition number in the 1-norm (...), an estimate for a single point; inf where A is singular."""
        size = np.abs(self.matrix).sum(axis=-2).max(axis=-1)
        if self.matrix.ndim > 2:
            with np.errstate(over="ignore"):  # beyond all doubles it counts as infinite
                found = size * np.abs(self.inverse).sum(axis=-2).max(axis=-1)
            return np.asarray(np.where(np.isfinite(found), found, np.inf))
        lu, _, zero = self._factor
        if zero:
            return np.asarray(np.inf)
        (gecon,) = get_lapack_funcs(("gecon",), (lu,))
        reciprocal, _ = gecon(lu, size, norm="I")  # the largest row sum of the transpose
        return np.asarray(1.0 / reciprocal if reciprocal > 0.0 else np.inf)

    def solve(self, right: Array) -> Array:
        """The x with A x = b.

        Args:
            right: b (..., n, m).

        Returns:
            (..., n, m).
        """
        return self._solved(right, transposed=False)

    def solve_transposed(self, right: Array) -> Array:
        """The y with y A = c.

        Args:
            right: c (..., n, m), each column a row vector of its own.

        Returns:
            y (..., n, m), likewise.
        """
        return self._solved(right, transposed=True)

    def _solved(self, right: Array, *, transposed: bool) -> Array:
        if self.matrix.ndim > 2 or right.ndim > 2:
            inverse = self.inverse.swapaxes(-1, -2) if transposed else self.inverse
            with np.errstate(invalid="ignore", over="ignore"):
                return np.asarray(inverse @ right)
        lu, pivots, zero = self._factor
        if zero:
            return np.full(right.shape, np.nan)
        if np.iscomplexobj(right) and not np.iscomplexobj(lu):
            return np.asarray(
                self._solved(right.real, transposed=transposed) + 1j * self._solved(right.imag, transposed=transposed)
            )
        (getrs,) = get_lapack_funcs(("getrs",), (lu,))
        return np.asarray(getrs(lu, pivots, right, trans=0 if transposed else 1)[0])


def _inverse(matrix: Array) -> Array:
    try:
        return np.asarray(np.linalg.inv(matrix))
    except np.linalg.LinAlgError:
        return np.full_like(matrix, np.nan)


def sparse_factor(matrix: sparse.csc_array) -> Any:
    """The sparse LU factorisation of a matrix whose pattern is nearly symmetric, as that of a generator is.

    An order for A + A^T fills in least there, and a diagonal pivot that is not too small is kept, which leaves it.

    Args:
        matrix: A (n, n).

    Returns:
        SuperLU's factors, which `solve`.

    Raises:
        RuntimeError: if A is exactly singular.
    """
    return splu(matrix, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True}, diag_pivot_thresh=0.01)
