"""The generator of one sector as a matrix, with its jump parts weighted as counting asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.diagonal_parts import diagonal_terms, entries_of_rows
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_pairs import pairs_out_of
from thermokin.liouville.sectors import Sector
from thermokin.model.frame_operator import FrameOperator
from thermokin.numerics.level_sums import scatter

__all__ = ["SectorGenerator"]

MANY = 300  # levels from which a sector of few elements is searched
SMALL = 8  # elements for each level, up to which it has few


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

    def positions(self, rows: NDArray[np.integer[Any]], columns: NDArray[np.integer[Any]]) -> IntArray:
        """Where some elements stand in the sector, -1 outside.

        Args:
            rows: (m,).
            columns: (m,).

        Returns:
            (m,).
        """
        size = self.liouvillian.dimension
        if size < MANY or self.size > SMALL * size:
            return np.asarray(self.position[rows, columns])
        # Of very many levels each of many small sectors would hold a map of all elements.
        order, own = self._ordered
        wanted = rows.astype(np.int64) * size + columns
        place = np.minimum(np.searchsorted(own, wanted), max(own.size - 1, 0))
        return np.where(own[place] == wanted, order[place], -1)

    @cached_property
    def _ordered(self) -> tuple[IntArray, IntArray]:
        own = self.sector.rows.astype(np.int64) * self.liouvillian.dimension + self.sector.columns
        order = np.argsort(own, kind="stable")
        return order, own[order]

    @cached_property
    def off_diagonal(self) -> SectorGenerator | None:
        """The part that jumps make without their diagonal elements, `diagonal_terms` being the rest; None if all."""
        other = self.liouvillian.off_diagonal
        return None if other is self.liouvillian else SectorGenerator(other, self.sector)

    def diagonal_terms(self, into: IntArray | None = None) -> tuple[IntArray, IntArray, ComplexArray]:
        """The rest of the generator as terms.

        Args:
            into: (w,) the elements whose terms are wanted, as positions; all if None.

        Returns:
            Position of target, of source (m,), and value (..., m) [1/time].
        """
        return diagonal_terms(self, np.arange(self.sector.size) if into is None else into)

    @cached_property
    def matrix(self) -> ComplexArray:
        """The generator (..., n, n) [1/time].

        Cost:
            n^2 numbers; made only when asked for.
        """
        part, every = self.off_diagonal, np.broadcast_to(1.0, self.liouvillian.table.size)
        if part is None:
            return self.coherent + self.jumps(every)
        return part.coherent + part.jumps(every) + self._assembled(*self.diagonal_terms())

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
        part, every = self.off_diagonal or self, np.broadcast_to(1.0, self.liouvillian.table.size)
        parts = [part.coherent_terms(), part.jump_terms(every)]
        if part is not self:
            parts.append(self.diagonal_terms())
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

    def coherent_terms(self, into: IntArray | None = None) -> tuple[IntArray, IntArray, ComplexArray]:
        """The part between jumps as terms: position of target, of source (m,), and value (..., m) [1/time].

        Args:
            into: (w,) the elements whose terms are wanted, as positions; all if None.

        Returns:
            The terms.
        """
        effective = self.liouvillian.effective_hamiltonian
        size = self.liouvillian.dimension
        level = np.arange(size)
        pattern = (effective != 0.0).reshape(-1, size, size).any(axis=0)
        pattern[level, level] = False
        row, column = np.nonzero(pattern)
        elements = effective[..., row, column]
        degree = np.bincount(row, minlength=size)
        wanted = np.arange(self.sector.size) if into is None else into
        rows, columns = self.sector.rows[wanted], self.sector.columns[wanted]
        # K acts on rows, its adjoint on columns; a sector holds whatever K links to it.
        left, ket = entries_of_rows(degree, rows)
        right, bra = entries_of_rows(degree, columns)
        # An element turns at the difference of two energies, taken at once: their common zero means nothing.
        energies = effective[..., level, level]
        turning = -1j * (energies[..., rows] - np.conj(energies[..., columns]))
        source = [self.positions(column[ket], columns[left]), self.positions(rows[right], column[bra]), wanted]
        values = [-1j * elements[..., ket], 1j * np.conj(elements[..., bra]), turning]
        target, every = np.concatenate([wanted[left], wanted[right], wanted]), np.concatenate(source)
        terms = np.concatenate(values, axis=-1)
        here = np.flatnonzero(every >= 0)  # of a part of a generator, which may lead where the whole does not
        return (target, every, terms) if here.size == every.size else (target[here], every[here], terms[..., here])

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
        target, source, values, channel = self.jump_links(*pairs_out_of(self.liouvillian.table, self.sector))
        return target, source, (values * weights[..., channel]).astype(np.complex128)

    def jump_links(
        self, one: IntArray, two: IntArray
    ) -> tuple[IntArray, IntArray, FloatArray | ComplexArray, IntArray]:
        """What pairs of jump amplitudes of one channel do inside the sector, each with weight one.

        Args:
            one: (p,) entries of the jump table, for the row.
            two: (p,) entries of the same channels, for the column.

        Returns:
            Position of target, of source (m,), value (..., m) [1/time], and channel (m,).
        """
        table = self.liouvillian.table
        source = self.positions(table.column[one], table.column[two])
        target = self.positions(table.row[one], table.row[two])
        here = np.flatnonzero((source >= 0) & (target >= 0))
        one, two = one[here], two[here]
        values = table.amplitude[..., one] * np.conj(table.amplitude[..., two])
        return target[here], source[here], values, table.channel[one].astype(np.int64)

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
