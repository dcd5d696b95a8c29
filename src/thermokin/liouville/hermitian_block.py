"""A sector of Hermitian operators in real coordinates, with what hidden symmetries split off left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.scatter import scatter
from thermokin.liouville.sector_generator import SectorGenerator

__all__ = ["HermitianBlock"]

ROOT = float(np.sqrt(2.0))
Terms = tuple[IntArray, IntArray, FloatArray]


@dataclass(frozen=True, eq=False)
class HermitianBlock:
    """Coordinates rho_ii, sqrt2 Re rho_ij and sqrt2 Im rho_ij (i < j): a unitary change, so that lengths stay.

    Real numbers halve the memory of complex elements and quarter the work. An antiunitary symmetry that no element
    shows (a driven cavity with a real Hamiltonian has one) makes some coordinates decouple from the populations; they
    are zero in any steady state that is the only one, and are left out.

    Args:
        generator: the sector in complex elements; it holds populations, and (j, i) with (i, j).
    """

    generator: SectorGenerator

    @property
    def liouvillian(self) -> Liouvillian:
        """The generator that it is a part of."""
        return self.generator.liouvillian

    @property
    def size(self) -> int:
        """Number of coordinates n."""
        return int(self.kept.size)

    @property
    def levels(self) -> IntArray:
        """(k,) the levels whose populations it holds."""
        return self.generator.levels

    @cached_property
    def places(self) -> IntArray:
        """(k,) where its populations stand among the coordinates."""
        return np.asarray(self._short[self.generator.places])

    @cached_property
    def trace(self) -> FloatArray:
        """(n,)."""
        trace = np.zeros(self.size)
        trace[self.places] = 1.0
        return trace

    @cached_property
    def kept(self) -> IntArray:
        """(n,) the coordinates linked to populations, as positions among all of them.

        Coordinate e stands for element e: the population or real part where row <= column, the imaginary part of its
        transpose where row > column.
        """
        count = self.generator.size
        target, source, values = self._all_coherent
        joined, origin, gains = self._all_jumps
        live = [_live(values), _live(gains)]
        target = np.concatenate([target[live[0]], joined[live[1]]])
        source = np.concatenate([source[live[0]], origin[live[1]]])
        graph = coo_array((np.ones(target.size, dtype=bool), (target, source)), shape=(count, count))
        _, label = connected_components(graph, directed=False)
        return np.flatnonzero(np.isin(label, label[self.generator.places]))

    @cached_property
    def _short(self) -> IntArray:
        short = np.full(self.generator.size, -1, dtype=np.int64)
        short[self.kept] = np.arange(self.kept.size)
        return short

    @cached_property
    def _partner(self) -> IntArray:
        """(m,) where the transposed element stands."""
        sector = self.generator.sector
        return np.asarray(self.generator.position[sector.columns, sector.rows])

    @cached_property
    def _upper(self) -> BoolArray:
        return np.asarray(self.generator.sector.rows < self.generator.sector.columns)

    @cached_property
    def _all_coherent(self) -> Terms:
        return self._real(*self.generator.coherent_terms())

    @cached_property
    def _all_jumps(self) -> Terms:
        return self._real(*self.generator.jump_terms(np.broadcast_to(1.0, self.liouvillian.table.size)))

    def _real(self, target: IntArray, source: IntArray, values: ComplexArray) -> Terms:
        """Terms between real coordinates, from those v_e += A v_f between elements.

        Only terms into populations and the upper triangle are needed: the others are their conjugates. With
        v_f = (x + i y)/sqrt2 in the upper triangle, (x - i y)/sqrt2 in the lower, and v_f = x on the diagonal.

        Returns:
            Target, source (m,), and value (..., m).
        """
        sector, upper = self.generator.sector, self._upper
        wanted = sector.rows[target] <= sector.columns[target]
        target, source, values = target[wanted], source[wanted], values[..., wanted]
        into_pair, lower = upper[target], sector.rows[source] > sector.columns[source]
        from_pair = upper[source] | lower
        real_source = np.where(lower, self._partner[source], source)
        # A population takes Re v, a pair takes sqrt2 v = x + i y; a pair as the source gives (x +- i y)/sqrt2.
        weight = np.where(into_pair, ROOT, 1.0) / np.where(from_pair, ROOT, 1.0)
        turned = np.where(lower, -1.0, 1.0)
        scaled = values * weight
        parts = [(target, real_source, scaled.real)]
        pair = np.flatnonzero(from_pair)
        parts.append((target[pair], self._partner[real_source[pair]], -scaled.imag[..., pair] * turned[pair]))
        pair = np.flatnonzero(into_pair)
        parts.append((self._partner[target[pair]], real_source[pair], scaled.imag[..., pair]))
        both = np.flatnonzero(into_pair & from_pair)
        parts.append(
            (self._partner[target[both]], self._partner[real_source[both]], scaled.real[..., both] * turned[both])
        )
        return (
            np.concatenate([part[0] for part in parts]),
            np.concatenate([part[1] for part in parts]),
            np.concatenate([part[2] for part in parts], axis=-1),
        )

    def _inside(self, terms: Terms) -> Terms:
        target, source = self._short[terms[0]], self._short[terms[1]]
        here = (target >= 0) & (source >= 0)
        return target[here], source[here], terms[2][..., here]

    @cached_property
    def matrix(self) -> FloatArray:
        """The generator (..., n, n) [1/time]."""
        return self._dense(self._inside(self._all_coherent)) + self._dense(self._inside(self._all_jumps))

    @cached_property
    def sparse(self) -> csr_array:
        """The generator of one point (n, n) [1/time]."""
        if self.liouvillian.model.batch_shape:
            raise ValueError("a sector this large is solved for one point; evaluate the points of a sweep one by one.")
        return csr_array(self._thin(self._inside(self._all_coherent)) + self._thin(self._inside(self._all_jumps)))

    def jumps(self, weights: FloatArray) -> FloatArray:
        """The jump part, rho -> sum_k c_k L_k rho L_k^+ (..., n, n).

        Args:
            weights: c_k (..., k).

        Returns:
            The matrix.
        """
        return self._dense(self._inside(self._real(*self.generator.jump_terms(weights))))

    def sparse_jumps(self, weights: FloatArray) -> csr_array:
        """The jump part of one point.

        Args:
            weights: c_k (k,).

        Returns:
            The matrix (n, n).
        """
        return self._thin(self._inside(self._real(*self.generator.jump_terms(weights))))

    def rate_row(self, weights: FloatArray) -> FloatArray:
        """The row vector (..., n) whose product with a state is a current, sum_k c_k tr(L_k rho L_k^+).

        Args:
            weights: c_k (..., k).

        Returns:
            The vector.
        """
        # A Hermitian operator has coordinates like a state; their product with a state's is the trace of both.
        operator = self.liouvillian.observable(weights)
        return self.elements(operator.diagonal, operator.matrix)

    def elements(self, populations: FloatArray, matrix: ComplexArray | None) -> FloatArray:
        """The coordinates of a state.

        Args:
            populations: (..., d) in the frame.
            matrix: the density matrix (..., d, d) in the frame, None if it is diagonal.

        Returns:
            (..., n).
        """
        values = self.generator.elements(populations, matrix)
        real = np.where(self._upper, ROOT * values.real, np.where(self.generator.sector.diagonal, values.real, 0.0))
        # Row > column holds the imaginary part of the upper element, whose transpose is conjugate: hence the sign.
        lower = ~self._upper & ~self.generator.sector.diagonal
        return np.asarray(np.where(lower, -ROOT * values.imag, real)[..., self.kept])

    def frame_state(self, vector: FloatArray | ComplexArray) -> ComplexArray:
        """The Hermitian matrix with these coordinates (..., d, d) in the frame.

        Args:
            vector: (..., n), real.

        Returns:
            The matrix.
        """
        full = np.zeros((*vector.shape[:-1], self.generator.size))
        full[..., self.kept] = vector.real
        other = full[..., self._partner]
        upper, diagonal = self._upper, self.generator.sector.diagonal
        values = np.where(upper, full + 1j * other, other - 1j * full) / ROOT
        return self.generator.frame_state(np.where(diagonal, full, values))

    def _dense(self, terms: Terms) -> FloatArray:
        target, source, values = terms
        flat = scatter(values, target * self.size + source, self.size**2)
        return np.asarray(flat.reshape(*flat.shape[:-1], self.size, self.size))

    def _thin(self, terms: Terms) -> csr_array:
        target, source, values = terms
        matrix = csr_array(coo_array((values, (target, source)), shape=(self.size, self.size)))
        matrix.eliminate_zeros()
        return matrix


def _live(values: FloatArray) -> BoolArray:
    """Which terms are nonzero at some point of a sweep; rounding in a product of amplitudes does not count."""
    size = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
    return np.asarray(size > 1e-16 * size.max(initial=0.0))
