"""Matrices prepared for many solves: LU factors, inverses for a stack of points, and points that are singular."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import get_lapack_funcs
from scipy.sparse.linalg import splu

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray, IntArray

__all__ = ["Factorised", "null_vectors", "pointwise", "sparse_factor"]

Array = NDArray[Any]
ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors


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


def pointwise(task: Callable[..., Array], matrix: Array, *others: Array) -> Array:
    """A stacked task of linear algebra; NaN at the points where the matrix is singular.

    Args:
        task: such as `np.linalg.inv` or `np.linalg.solve`.
        matrix: (..., n, n).
        others: what else it takes (..., n, m).

    Returns:
        What the task returns (..., n, m).

    Raises:
        LinAlgError: if the matrix is singular at every point.
    """
    try:
        return np.asarray(task(matrix, *others))
    except np.linalg.LinAlgError:
        batch = np.broadcast_shapes(*(part.shape[:-2] for part in (matrix, *others)))
        if not batch:
            raise
    parts = [np.broadcast_to(part, (*batch, *part.shape[-2:])) for part in (matrix, *others)]
    last = parts[-1].shape[-1]
    out = np.full((*batch, matrix.shape[-1], last), np.nan, dtype=np.result_type(*parts))
    failed = 0
    for point in np.ndindex(*batch):
        try:
            out[point] = task(*(part[point] for part in parts))
        except np.linalg.LinAlgError:
            failed += 1
    if failed == int(np.prod(batch)):
        raise np.linalg.LinAlgError("singular at every point")
    return out


def null_vectors(matrix: NDArray[Any], suspect: BoolArray) -> IntArray:
    """The number of null vectors at suspect points, 1 at the others.

    Args:
        matrix: L (..., n, n).
        suspect: (...) which points to look at.

    Returns:
        (...), to rounding: at least one.

    Cost:
        One singular value decomposition for each suspect point.
    """
    found = np.ones(suspect.shape, dtype=np.int64)
    if not suspect.any():
        return found
    size = matrix.shape[-1]
    points = np.broadcast_to(matrix, (*suspect.shape, size, size))[suspect]
    # Each equation in units of its own: a slow one is no zero beside a fast one.
    rows = np.abs(points).max(axis=-1, keepdims=True)
    values = np.linalg.svd(points / np.where(rows > 0.0, rows, 1.0), compute_uv=False)
    found[suspect] = (values <= ZERO * size * values[..., :1]).sum(axis=-1)
    return found
