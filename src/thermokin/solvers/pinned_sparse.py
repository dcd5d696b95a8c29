"""A sparse generator with one population pinned, factorised."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, onenormest

from thermokin.numerics.factorised import sparse_factor
from thermokin.solvers.resolvent import Vectors
from thermokin.solvers.uniqueness import SINGULAR, unsolvable

__all__ = ["PinnedSparse"]

NUDGE = 1e-14  # of the scale: makes an exactly singular matrix nearly so, and its null vector visible


class PinnedSparse:
    """The generator without the row and the column of one population, factorised."""

    def __init__(self, matrix: sparse.csc_array, pin: int, scale: float) -> None:
        self.pin, self._size = pin, matrix.shape[0]
        self._rest = np.delete(np.arange(self._size), pin)
        self._inner = sparse.csc_array(matrix[self._rest][:, self._rest])
        self._exact = True
        try:
            self._factor = sparse_factor(self._inner)
        except RuntimeError:  # SuperLU's word for an exactly singular matrix
            self._exact = False
            self._factor = sparse_factor(self._inner + NUDGE * scale * sparse.eye_array(self._size - 1, format="csc"))
        probe = np.random.default_rng(0).normal(size=self._size - 1).astype(matrix.dtype)
        self._grown = self._factor.solve(probe)
        self.growth = float(np.linalg.norm(self._grown)) * scale / float(np.linalg.norm(probe)) if probe.size else 0.0
        self.singular = not self._exact or not self.growth < SINGULAR
        self.solvable = self._exact

    @property
    def null_vector(self) -> Vectors:
        """Where a vector grows most under the inverse (n,); meaningful if singular."""
        return self._whole(self._grown[:, None])[:, 0]

    @property
    def condition(self) -> float:
        """Estimate of the condition number in the 1-norm."""
        inner, factor, size = self._inner, self._factor, self._size - 1
        if size < 2:
            return 1.0
        if not self.solvable:
            return np.inf
        inverse: Any = LinearOperator(
            (size, size),
            matvec=factor.solve,
            rmatvec=lambda vector: factor.solve(vector, "H"),
            matmat=factor.solve,
            rmatmat=lambda vectors: factor.solve(vectors, "H"),
            dtype=inner.dtype,
        )
        return float(abs(inner).sum(axis=0).max() * onenormest(inverse))

    def solve(self, right: Vectors) -> Vectors:
        """The x (n, m), zero at the pin, with the kept rows of L x = b; refined once."""
        if not self.solvable:
            raise unsolvable()
        kept = right[self._rest]
        if np.iscomplexobj(kept) and not np.iscomplexobj(self._inner.data):
            return np.asarray(self.solve(right.real.copy()) + 1j * self.solve(right.imag.copy()))
        kept = np.ascontiguousarray(kept, dtype=self._inner.dtype)
        solution = self._factor.solve(kept)
        solution = solution + self._factor.solve(kept - self._inner @ solution)
        return self._whole(solution)

    def solve_transposed(self, right: Vectors) -> Vectors:
        """The y (n, m), zero at the pin, with the kept columns of y L = c; refined once."""
        if not self.solvable:
            raise unsolvable()
        kept = np.ascontiguousarray(right[self._rest], dtype=self._inner.dtype)
        solution = self._factor.solve(kept, "T")
        return self._whole(solution + self._factor.solve(kept - self._inner.T @ solution, "T"))

    def _whole(self, solution: Vectors) -> Vectors:
        whole = np.zeros((self._size, solution.shape[1]), dtype=solution.dtype)
        whole[self._rest] = solution
        return whole
