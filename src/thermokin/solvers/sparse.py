"""The sparse method: LU with one population pinned, reused for all orders, currents and frequencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, onenormest

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.block import Block
from thermokin.numerics.factorised import sparse_factor
from thermokin.numerics.trace_conserving import plain_error
from thermokin.solvers.resolvent import DELICATE_ABOVE, Gain, PreparedSolves, Vectors
from thermokin.solvers.shift_invert import shift_inverted
from thermokin.solvers.uniqueness import SINGULAR, degenerate_within, unsolvable

__all__ = ["PinnedSparse", "SparseResolvent"]

ACCEPTED = 1e-10  # residual of the stationary vector, relative to its scale, above which the factor is no good
NUDGE = 1e-14  # of the scale: makes an exactly singular matrix nearly so, and its null vector visible


@dataclass(frozen=True, eq=False)
class SparseResolvent(PreparedSolves):
    """One population is pinned and its equation dropped: trace conservation makes that equation redundant.

    A dense row for the trace would fill the factor. The pinned population must be one that the steady state holds.

    Args:
        block: the block, of a model without leading axes.
        known: its stationary vector (n,) where a more accurate route has it, else None.
    """

    block: Block
    known: FloatArray | None = None

    @property
    def _generator(self) -> Gain:
        matrix: Gain = self._matrix
        return matrix

    @cached_property
    def _matrix(self) -> sparse.csc_array:
        return sparse.csc_array(self.block.sparse)

    @cached_property
    def _scale(self) -> float:
        return float(abs(self._matrix).max()) or 1.0

    @cached_property
    def _pinned(self) -> PinnedSparse:
        """The factor for a population that the steady state holds; a second null vector is refused."""
        first = PinnedSparse(self._matrix, self._likely_place(), self._scale)
        if not first.singular:
            return first
        # Either a second stationary state, or the first one has nothing where it was pinned. The null vector knows.
        held = np.abs(first.null_vector[self.block.places])
        place = int(self.block.places[np.argmax(held)])
        second = PinnedSparse(self._matrix, place, self._scale)
        if self.known is not None:  # known to be the only one: what is left is a system that doubles can hardly solve
            return max(first, second, key=lambda pinned: pinned.solvable)
        if place == first.pin or second.singular:
            raise degenerate_within([int(level) for level in self.block.levels])
        return second

    def _likely_place(self) -> int:
        """Where the population of the lowest energy stands."""
        if self.known is not None:
            return int(np.argmax(self.known))
        energies = self.block.liouvillian.model.energy.diagonal[self.block.levels]
        return int(self.block.places[np.argmin(energies)])

    @cached_property
    def stationary(self) -> FloatArray | ComplexArray:
        """The stationary vector (n,), of trace one.

        Raises:
            NotConvergedError: if its residual stays above rounding.
        """
        if self.known is not None:
            return self.known
        pinned = self._pinned
        right = -np.asarray(self._matrix[:, [pinned.pin]].toarray())
        vector = np.asarray(pinned.solve(right)[:, 0])
        vector[pinned.pin] = 1.0
        vector = vector / (self.block.trace @ vector)
        residual = self._residual_of(vector)
        if not residual < ACCEPTED:
            raise NotConvergedError(
                f"the steady state's sparse solve left a residual of {residual:.1e} of its scale.",
                residual,
                "Rescale the model, keep fewer levels, or ask for Dense().",
            )
        return np.asarray(vector)

    def _residual_of(self, vector: Vectors) -> float:
        return float(np.abs(self._matrix @ vector).max() / (self._scale * np.abs(vector).max()))

    @cached_property
    def residual(self) -> FloatArray:
        """Largest element of L rho over the largest rate times the largest element of rho ()."""
        return np.asarray(self._residual_of(self.stationary))

    @cached_property
    def condition(self) -> FloatArray:
        """Estimate of the condition number of the pinned generator in the 1-norm ()."""
        return np.asarray(self._pinned.condition)

    @property
    def left(self) -> SparseResolvent:
        """Itself: it has a matrix."""
        return self

    @property
    def thin(self) -> bool:
        """It is sparse."""
        return True

    def gain(self, weights: FloatArray) -> Gain:
        """The jump part with weights c_k (k,), a sparse matrix (n, n)."""
        gain: Gain = self.block.sparse_jumps(weights)
        return gain

    def drazin(self, vectors: Vectors) -> Vectors:
        """See `Resolvent.drazin`."""
        solution = self._pinned.solve(self._traceless(vectors))
        return np.asarray(solution - np.outer(self.stationary, self.block.trace @ solution))

    @property
    def delicate(self) -> bool:
        """Whether slow modes make solutions so large that digits may be lost."""
        return not self._pinned.growth < DELICATE_ABOVE

    def adjoint(self, rows: Vectors) -> Vectors:
        """See `LeftSolves.adjoint`."""
        trace = self.block.trace[:, None]
        found = self._pinned.solve_transposed(rows - trace * (self.stationary @ rows))
        return np.asarray(found - trace * (self.stationary @ found))

    def shifted_adjoint(self, rows: Vectors, frequencies: FloatArray) -> ComplexArray:
        """See `LeftSolves.shifted_adjoint`."""
        right = rows - self.block.trace[:, None] * (self.stationary @ rows)
        turned = sparse.csc_array(self._matrix.T)
        columns = [shift_inverted(turned, self.adjoint, right[:, [one]], frequencies) for one in range(rows.shape[1])]
        return np.concatenate(columns, axis=-1)

    def flow_error(self, left: Vectors, right: Vectors, frequency: float = 0.0) -> FloatArray:
        """See `LeftSolves.flow_error`."""
        return plain_error(abs(self.block.sparse), left, right, frequency)

    def shifted(self, vectors: Vectors, frequencies: FloatArray) -> ComplexArray:
        """See `Resolvent.shifted`; one Krylov space for all frequencies that it reaches."""
        right = self._traceless(vectors)
        columns = [
            shift_inverted(self._matrix, self.drazin, right[:, [column]], frequencies)
            for column in range(right.shape[1])
        ]
        return np.concatenate(columns, axis=-1)

    def _traceless(self, vectors: Vectors) -> Vectors:
        return np.asarray(vectors - np.outer(self.stationary, self.block.trace @ vectors))


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
