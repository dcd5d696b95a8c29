"""The generator of one sector as a matrix, with its jump parts weighted as counting asks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.scatter import scatter
from thermokin.liouville.sectors import Sector
from thermokin.model.frame_operator import FrameOperator

__all__ = ["SectorGenerator"]


@dataclass(frozen=True, eq=False)
class SectorGenerator:
    """Matrices acting on the vector of a sector's elements.

    Args:
        liouvillian: the generator.
        sector: the sector.
    """

    liouvillian: Liouvillian
    sector: Sector

    @property
    def size(self) -> int:
        """Number of elements n."""
        return self.sector.size

    @cached_property
    def places(self) -> IntArray:
        """(k,) where its populations stand among the elements."""
        return np.flatnonzero(self.sector.diagonal)

    @property
    def levels(self) -> IntArray:
        """(k,) the levels whose populations it holds."""
        return np.asarray(self.sector.rows[self.places])

    @cached_property
    def position(self) -> IntArray:
        """(d, d) where each element stands in the sector, -1 outside."""
        size = self.liouvillian.dimension
        position = np.full((size, size), -1, dtype=np.int64)
        position[self.sector.rows, self.sector.columns] = np.arange(self.sector.size)
        return position

    @cached_property
    def matrix(self) -> ComplexArray:
        """The generator (..., n, n) [1/time].

        Cost:
            n^2 numbers; made only when asked for.
        """
        return self.coherent + self.jumps(np.broadcast_to(1.0, self.liouvillian.table.size))

    @cached_property
    def sparse(self) -> csr_array:
        """The generator of one point as a sparse matrix (n, n) [1/time].

        Raises:
            ValueError: for a model with leading axes.
        """
        if self.liouvillian.model.batch_shape:
            raise ValueError(
                "a sector this large is solved for one point; evaluate the points of the sweep one by one."
            )
        parts = [self.coherent_terms(), self.jump_terms(np.broadcast_to(1.0, self.liouvillian.table.size))]
        target, source, values = (np.concatenate(part) for part in zip(*parts, strict=True))
        size = self.sector.size
        return coo_array((values, (target, source)), shape=(size, size)).tocsr()

    def sparse_jumps(self, weights: FloatArray) -> csr_array:
        """The jump part, rho -> sum_k c_k L_k rho L_k^+ of one point as a sparse matrix (n, n).

        Args:
            weights: c_k (k,).

        Returns:
            The matrix.
        """
        target, source, values = self.jump_terms(weights)
        return coo_array((values, (target, source)), shape=(self.sector.size, self.sector.size)).tocsr()

    @cached_property
    def coherent(self) -> ComplexArray:
        """The part between jumps, rho -> -i(K rho - rho K^+) (..., n, n)."""
        return self._assembled(*self.coherent_terms())

    def coherent_terms(self) -> tuple[IntArray, IntArray, ComplexArray]:
        """The part between jumps as terms: position of target, of source (m,), and value (..., m) [1/time]."""
        effective = self.liouvillian.effective_hamiltonian
        size = self.liouvillian.dimension
        pattern = (effective != 0.0).reshape(-1, size, size).any(axis=0)
        into, out = np.nonzero(pattern)
        elements = effective[..., into, out]
        # K acts on rows; its adjoint acts on columns: one pattern serves both.
        left = self._links(self.position[into, :], self.position[out, :])
        right = self._links(self.position[:, into].T, self.position[:, out].T)
        ket = -1j * elements[..., left[2]]
        bra = 1j * np.conj(elements[..., right[2]])
        target, source = np.concatenate([left[0], right[0]]), np.concatenate([left[1], right[1]])
        return target, source, np.concatenate([ket, bra], axis=-1)

    @staticmethod
    def _links(target: IntArray, source: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        entry, other = np.nonzero((target >= 0) & (source >= 0))
        return target[entry, other], source[entry, other], entry

    def jumps(self, weights: FloatArray) -> ComplexArray:
        """The jump part, rho -> sum_k c_k L_k rho L_k^+ (..., n, n).

        Args:
            weights: c_k (..., k).

        Returns:
            The matrix.

        Cost:
            One term for each pair of entries of one channel inside the sector.
        """
        return self._assembled(*self.jump_terms(weights))

    def jump_terms(self, weights: FloatArray) -> tuple[IntArray, IntArray, ComplexArray]:
        """The jump part as terms.

        Args:
            weights: c_k (..., k).

        Returns:
            Position of target, of source (m,), and value (..., m) [1/time].
        """
        table = self.liouvillian.table
        one, two = table.pairs
        source = self.position[table.column[one], table.column[two]]
        target = self.position[table.row[one], table.row[two]]
        here = (source >= 0) & (target >= 0)
        one, two, source, target = one[here], two[here], source[here], target[here]
        values = table.amplitude[..., one] * np.conj(table.amplitude[..., two]) * weights[..., table.channel[one]]
        return target, source, values.astype(np.complex128)

    def _assembled(self, target: IntArray, source: IntArray, values: ComplexArray) -> ComplexArray:
        size = self.sector.size
        flat = scatter(values, target * size + source, size * size)
        return np.asarray(flat.reshape(*flat.shape[:-1], size, size))

    @cached_property
    def trace(self) -> FloatArray:
        """<<1| (n,): the row vector that sums the populations."""
        return self.sector.diagonal.astype(np.float64)

    def rate_row(self, weights: FloatArray) -> ComplexArray:
        """The row vector (..., n) whose product with a state is a current, sum_k c_k tr(L_k rho L_k^+).

        Args:
            weights: c_k (..., k).

        Returns:
            The vector.
        """
        return self.mean_of(self.liouvillian.observable(weights))

    def elements(self, populations: FloatArray, matrix: ComplexArray | None) -> ComplexArray:
        """The elements of a state.

        Args:
            populations: (..., d) in the frame.
            matrix: the density matrix (..., d, d) in the frame, None if it is diagonal.

        Returns:
            (..., n).
        """
        if matrix is not None:
            return np.asarray(matrix[..., self.sector.rows, self.sector.columns])
        return np.where(self.sector.diagonal, populations[..., self.sector.rows], 0.0).astype(np.complex128)

    def frame_state(self, vector: FloatArray | ComplexArray) -> ComplexArray:
        """The density matrix with these elements, 0 elsewhere.

        Args:
            vector: (..., n).

        Returns:
            (..., d, d) in the frame.
        """
        size = self.liouvillian.dimension
        state = np.zeros((*vector.shape[:-1], size, size), dtype=np.complex128)
        state[..., self.sector.rows, self.sector.columns] = vector
        return state

    def mean_of(self, operator: FrameOperator) -> ComplexArray:
        """The row vector (..., n) with tr(operator rho) = vector . rho.

        Args:
            operator: a Hermitian operator in the frame.

        Returns:
            The vector.
        """
        if operator.matrix is None:
            return np.where(self.sector.diagonal, operator.diagonal[..., self.sector.rows], 0.0).astype(np.complex128)
        return np.asarray(operator.matrix[..., self.sector.columns, self.sector.rows])
