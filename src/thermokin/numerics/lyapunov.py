"""Lyapunov equations X Y + Y X^+ = S of one X and many right sides, from one decomposition of X."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import BoolArray, ComplexArray, FloatArray

__all__ = ["Lyapunov", "Matrix", "forward", "hermitian_part", "norm"]

TRUSTED = 1e6
"""Condition of the eigenvectors up to which they solve: a refinement gains at least four digits then.

Beyond it, as near two eigenvectors that become one, a Schur form solves.
"""

SETTLED = 1e-12  # residual, relative to the right side and to X times the solution, that needs no second refinement
STALLED = 1e-8  # residual with which nothing is returned
REFINEMENTS = 3

Matrix: TypeAlias = NDArray[Any]
"""Complex, or real where everything is."""


def hermitian_part(matrix: Matrix) -> Matrix:
    """(A + A^+)/2 of matrices (..., n, n)."""
    return np.asarray(0.5 * (matrix + np.conj(np.swapaxes(matrix, -1, -2))))


def norm(matrix: Matrix) -> FloatArray:
    """The norm (...) of matrices (..., n, n) by Frobenius."""
    return np.asarray(np.linalg.norm(matrix, axis=(-2, -1)))


@dataclass(frozen=True, eq=False)
class Lyapunov:
    """The map S -> Y with X Y + Y X^+ = S for Hermitian S, and its adjoint S -> Z with X^+ Z + Z X = S.

    Args:
        drift: X (..., n, n), whose eigenvalues have positive real parts.

    Cost:
        One eigendecomposition of X; six products of n x n matrices for each right side, one of them for the residual.
    """

    drift: Matrix

    @cached_property
    def values(self) -> ComplexArray:
        """Eigenvalues of X (..., n)."""
        return np.asarray(self.decomposed[0])

    @property
    def vectors(self) -> ComplexArray:
        """Eigenvectors of X as columns (..., n, n)."""
        return np.asarray(self.decomposed[1])

    @cached_property
    def condition(self) -> FloatArray:
        """Condition number (...) of the eigenvectors of X, by Frobenius' norm; inf where they are not independent."""
        return np.asarray(norm(self.decomposed[1]) * norm(self.decomposed[2]))

    @cached_property
    def diagonal(self) -> bool:
        """Whether X is diagonal, and every element of Y an equation of its own, to its own relative accuracy."""
        own = np.diagonal(self.drift, axis1=-2, axis2=-1)
        return bool(np.count_nonzero(self.drift) == np.count_nonzero(own))

    @cached_property
    def decomposed(self) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
        """Eigenvalues (..., n), eigenvectors as columns and their inverse (..., n, n)."""
        if self.diagonal:
            own = np.diagonal(self.drift, axis1=-2, axis2=-1).astype(np.complex128)
            unit = np.eye(self.drift.shape[-1], dtype=np.complex128)
            return own, unit, unit
        values, vectors = np.linalg.eig(self.drift)
        vectors = vectors.astype(np.complex128, copy=False)
        try:
            inverse = np.linalg.inv(vectors)
        except np.linalg.LinAlgError:  # at some point: those that have an inverse do not need it
            inverse = np.full(vectors.shape, np.inf, dtype=np.complex128)
        return np.asarray(values, dtype=np.complex128), vectors, inverse

    @cached_property
    def _size(self) -> FloatArray:
        """Of what is not on the diagonal (...)."""
        own = np.diagonal(self.drift, axis1=-2, axis2=-1)
        return norm(self.drift - own[..., None] * np.eye(own.shape[-1]))

    @cached_property
    def _sums(self) -> ComplexArray:
        """The sums x_i + conj x_j (..., n, n) of eigenvalues."""
        return np.asarray(self.values[..., :, None] + np.conj(self.values)[..., None, :])

    def size(self, solution: Matrix) -> FloatArray:
        """How large the terms are that X Y + Y X^+ adds up (...), of which each may be off by rounding.

        Args:
            solution: Y (..., n, n).

        Returns:
            Frobenius' norm, or above it; of a diagonal X after what cancels exactly has cancelled.
        """
        if self.diagonal:
            return norm(np.abs(self._sums) * np.abs(solution))
        # On the diagonal imaginary parts of X cancel exactly: Y is Hermitian, and what turns does not round there.
        own, held = np.diagonal(self.drift, axis1=-2, axis2=-1), np.diagonal(solution, axis1=-2, axis2=-1)
        decayed = np.linalg.norm(own.real * held, axis=-1)
        turned = np.abs(own).max(axis=-1) * norm(solution - held[..., None] * np.eye(own.shape[-1]))
        return np.asarray(2.0 * (decayed + turned + self._size * norm(solution)))

    def _forward(self, solution: Matrix, *, adjoint: bool) -> Matrix:
        if self.diagonal:
            found = (np.conj(self._sums) if adjoint else self._sums) * solution
            return np.asarray(found.real) if np.isrealobj(self.drift) and np.isrealobj(solution) else np.asarray(found)
        return forward(np.conj(np.swapaxes(self.drift, -1, -2)) if adjoint else self.drift, solution)

    def solve(self, source: Matrix, *, adjoint: bool = False) -> tuple[Matrix, FloatArray]:
        """The solution for one right side.

        Args:
            source: S (..., n, n), Hermitian; leading axes broadcast with those of X.
            adjoint: whether X^+ stands in place of X.

        Returns:
            Y (..., n, n), Hermitian, real where X and S are; and Frobenius' norm (...) of what it leaves of S.

        Raises:
            NotConvergedError: if refinement stalls above rounding.
        """
        source = hermitian_part(source)  # what rounding leaves beside it has no Hermitian solution
        solution = self._applied(source, adjoint=adjoint)
        left = source - self._forward(solution, adjoint=adjoint)
        for _ in range(REFINEMENTS):
            solution = hermitian_part(solution + self._applied(left, adjoint=adjoint))
            left = source - self._forward(solution, adjoint=adjoint)
            scale = norm(source) + self.size(solution)
            if not (norm(left) > SETTLED * scale).any():
                break
        residual = norm(left)
        # Where the right side is NaN, at a point of a sweep that is lost, so is the solution.
        known = np.isfinite(norm(source))
        if not (~known | (residual <= STALLED * scale)).all():
            share = np.nan_to_num(residual / np.where(scale > 0.0, scale, 1.0), nan=np.inf)
            worst = float(np.where(known, share, 0.0).max())
            raise NotConvergedError(
                f"a Lyapunov equation was solved to {worst:.2g} of its size only.",
                worst,
                "Leave out modes that are damped much more slowly than the others.",
            )
        return solution, residual

    def _applied(self, source: Matrix, *, adjoint: bool) -> Matrix:
        trusted = self.condition <= TRUSTED
        if trusted.all():
            found = self._by_eigenvectors(source, adjoint=adjoint)
        else:
            found = self._by_schur(source, trusted, adjoint=adjoint)
        real = np.isrealobj(self.drift) and np.isrealobj(source)
        return np.asarray(found.real) if real else found

    def _by_eigenvectors(self, source: Matrix, *, adjoint: bool) -> ComplexArray:
        if self.diagonal:
            return np.asarray(source / (np.conj(self._sums) if adjoint else self._sums))
        values, vectors, inverse = self.decomposed
        # X = V w V^-1, so that X^+ = V^-+ w* V^+.
        into, out = (np.conj(np.swapaxes(vectors, -1, -2)), None) if adjoint else (inverse, vectors)
        out = np.conj(np.swapaxes(inverse, -1, -2)) if out is None else out
        turned = into @ source @ np.conj(np.swapaxes(into, -1, -2))
        own = np.conj(values) if adjoint else values
        turned /= own[..., :, None] + np.conj(own)[..., None, :]
        return np.asarray(out @ turned @ np.conj(np.swapaxes(out, -1, -2)))

    def _by_schur(self, source: Matrix, trusted: BoolArray, *, adjoint: bool) -> ComplexArray:
        """Point by point, those that eigenvectors serve included: such sweeps are short."""
        from scipy.linalg.lapack import ztrsyl

        triangles, unitary = self.schur
        lead = np.broadcast_shapes(source.shape[:-2], trusted.shape)
        size = self.drift.shape[-1]
        turned = np.conj(np.swapaxes(unitary, -1, -2)) @ source @ unitary
        turned = np.broadcast_to(turned, (*lead, size, size)).reshape(-1, size, size)
        triangle = np.broadcast_to(triangles, (*lead, size, size)).reshape(-1, size, size)
        kinds = {"trana": "C", "tranb": "N"} if adjoint else {"trana": "N", "tranb": "C"}
        solved = np.empty_like(turned)
        for point, (one, right) in enumerate(zip(triangle, turned, strict=True)):
            found, scale, _ = ztrsyl(one, one, right, **kinds)
            solved[point] = found / scale
        solved = solved.reshape(*lead, size, size)
        return np.asarray(unitary @ solved @ np.conj(np.swapaxes(unitary, -1, -2)))

    @cached_property
    def schur(self) -> tuple[ComplexArray, ComplexArray]:
        """T and U of X = U T U^+ (..., n, n)."""
        from scipy.linalg import schur

        size = self.drift.shape[-1]
        found = [schur(one, output="complex") for one in self.drift.reshape(-1, size, size)]
        stacked = [np.stack(each).reshape(self.drift.shape) for each in zip(*found, strict=True)]
        return np.asarray(stacked[0], dtype=np.complex128), np.asarray(stacked[1], dtype=np.complex128)

    def mover(self, time: FloatArray) -> Matrix:
        """exp(-X t) (..., n, n).

        Args:
            time: t (...), >= 0.

        Returns:
            Real where X is.
        """
        if not (self.condition <= TRUSTED).all():
            from scipy.linalg import expm

            return np.asarray(expm(-self.drift * np.asarray(time)[..., None, None]))
        values, vectors, inverse = self.decomposed
        with np.errstate(under="ignore"):
            factor = np.exp(-values * np.asarray(time)[..., None])
        found = (vectors * factor[..., None, :]) @ inverse
        return np.asarray(found.real if np.isrealobj(self.drift) else found)

    def decayed(self, matrix: Matrix, times: FloatArray) -> Matrix:
        """exp(-X t) A exp(-X^+ t).

        Args:
            matrix: A (..., n, n), Hermitian.
            times: t (..., t), >= 0; leading axes broadcast with those of X.

        Returns:
            (..., t, n, n).

        Cost:
            Two products for each time with eigenvectors that are to be trusted, a matrix exponential otherwise.
        """
        if (self.condition <= TRUSTED).all():
            values, vectors, inverse = self.decomposed
            turned = matrix if self.diagonal else inverse @ matrix @ np.conj(np.swapaxes(inverse, -1, -2))
            with np.errstate(under="ignore"):
                factor = np.exp(-values[..., None, :] * times[..., None])
            grown = factor[..., :, None] * turned[..., None, :, :] * np.conj(factor)[..., None, :]
            right = vectors[..., None, :, :]
            found = grown if self.diagonal else right @ grown @ np.conj(np.swapaxes(right, -1, -2))
        else:
            from scipy.linalg import expm

            mover = expm(-self.drift[..., None, :, :] * times[..., None, None])
            found = mover @ matrix[..., None, :, :] @ np.conj(np.swapaxes(mover, -1, -2))
        real = np.isrealobj(self.drift) and np.isrealobj(matrix)
        return hermitian_part(np.asarray(found.real if real else found))


def forward(drift: Matrix, solution: Matrix) -> Matrix:
    """X Y + Y X^+ of a Hermitian Y.

    Args:
        drift: X (..., n, n).
        solution: Y (..., n, n).

    Returns:
        (..., n, n).
    """
    half = drift @ solution
    return np.asarray(half + np.conj(np.swapaxes(half, -1, -2)))
