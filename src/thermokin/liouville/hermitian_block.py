"""A sector of Hermitian operators in real coordinates, with what hidden symmetries split off left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.block import Links, links_of
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.real_coordinates import ROOT, RealCoordinates, Terms, joined, nonzero, without_rounding
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sector_pairs import pairs_out_of
from thermokin.numerics.components import components
from thermokin.numerics.level_sums import scatter

__all__ = ["HermitianBlock"]


@dataclass(frozen=True, eq=False)
class HermitianBlock:
    """Coordinates rho_ii, sqrt2 Re rho_ij and sqrt2 Im rho_ij (i < j): a unitary change, so that lengths stay.

    Real numbers halve the memory of complex elements and quarter the work. An antiunitary symmetry that no element
    shows (a driven cavity with a real Hamiltonian has one) makes some coordinates decouple from the populations; they
    are zero in any steady state that is the only one, and are left out.

    Args:
        generator: the sector in complex elements; it holds populations, and (j, i) with (i, j).
        whole: whether all coordinates are kept: what moves may start outside those that populations are linked to.
    """

    generator: SectorGenerator
    whole: bool = False

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
        if self.whole:
            return np.arange(count)
        # However weak, a link beside a huge frequency may be all that decides where a state ends: none is left out.
        (target, source, _), (joined, origin, _, _) = self._all_coherent, self._all_jumps
        label = components(np.concatenate([target, joined]), np.concatenate([source, origin]), count)
        held = np.zeros(count, dtype=bool)
        held[label[self.generator.places]] = True
        return np.flatnonzero(held[label])

    @cached_property
    def _short(self) -> IntArray:
        short = np.full(self.generator.size, -1, dtype=np.int64)
        short[self.kept] = np.arange(self.kept.size)
        return short

    @cached_property
    def _change(self) -> RealCoordinates:
        return RealCoordinates.of(self.generator)

    @cached_property
    def _all_coherent(self) -> Terms:
        target, source, values, _ = self._real(*self.generator.coherent_terms(np.flatnonzero(~self._change.lower)))
        return target, source, values

    @cached_property
    def _all_jumps(self) -> tuple[IntArray, IntArray, FloatArray, IntArray]:
        """Terms of all jumps with weight one, and the channel of each."""
        table = self.liouvillian.table
        one, two = pairs_out_of(table, self.generator.sector)
        wanted = np.flatnonzero(table.row[one] <= table.row[two])
        target, source, gains, channel = self.generator.jump_links(one[wanted], two[wanted])
        target, source, values, origin = self._real(target, source, without_rounding(gains))
        return target, source, values, channel[origin]

    def _real(
        self, target: IntArray, source: IntArray, values: ComplexArray | FloatArray
    ) -> tuple[IntArray, IntArray, FloatArray, IntArray]:
        """Terms between real coordinates, from those v_e += A v_f between elements, v_e a population or above.

        Those into the lower triangle are conjugates. With v_f = (x + i y)/sqrt2 in the upper triangle,
        (x - i y)/sqrt2 in the lower, and v_f = x on the diagonal.

        Returns:
            Target, source (m,), value (..., m), and the term that each comes from (m,).
        """
        upper, partner = self._change.upper, self._change.partner
        into_pair, lower = upper[target], self._change.lower[source]
        from_pair = upper[source] | lower
        real_source = np.where(lower, partner[source], source)
        # A population takes Re v, a pair takes sqrt2 v = x + i y; a pair as the source gives (x +- i y)/sqrt2.
        scaled = values * (np.where(into_pair, ROOT, 1.0) / np.where(from_pair, ROOT, 1.0))
        turned = np.where(lower, -1.0, 1.0)
        live = nonzero(scaled.real)
        parts = [(target, real_source, scaled.real, live)]
        parts.append((partner[target], partner[real_source], scaled.real * turned, live & into_pair & from_pair))
        if np.iscomplexobj(scaled):
            live = nonzero(scaled.imag)
            parts.append((target, partner[real_source], -scaled.imag * turned, live & from_pair))
            parts.append((partner[target], real_source, scaled.imag, live & into_pair))
        places = [np.flatnonzero(part[3]) for part in parts]
        return (
            np.concatenate([part[0][place] for part, place in zip(parts, places, strict=True)]),
            np.concatenate([part[1][place] for part, place in zip(parts, places, strict=True)]),
            np.concatenate([part[2][..., place] for part, place in zip(parts, places, strict=True)], axis=-1),
            np.concatenate(places),
        )

    @cached_property
    def _coherent(self) -> Terms:
        return self._inside(self._all_coherent)[0]

    @cached_property
    def _jumps(self) -> tuple[IntArray, IntArray, FloatArray, IntArray]:
        terms, here = self._inside(self._all_jumps[:3])
        return *terms, self._all_jumps[3][here]

    def _inside(self, terms: Terms) -> tuple[Terms, IntArray | slice]:
        """Terms between coordinates that are kept, and which they are."""
        if self.size == self.generator.size:
            return terms, slice(None)
        target, source = self._short[terms[0]], self._short[terms[1]]
        here = np.flatnonzero((target >= 0) & (source >= 0))
        return (target[here], source[here], terms[2][..., here]), here

    def _weighted(self, weights: FloatArray) -> Terms:
        target, source, values, channel = self._jumps
        return target, source, values * weights[..., channel]

    @cached_property
    def _motion(self) -> tuple[Terms, ...]:
        """Terms that add up to the generator, in an order in which equal numbers do not cancel."""
        part = self.generator.off_diagonal
        if part is None:
            return self._coherent, self._jumps[:3]
        other = HermitianBlock(part)
        rest = self._real(*self.generator.diagonal_terms(np.flatnonzero(~self._change.lower)))[:3]
        return tuple(self._inside(terms)[0] for terms in (other._all_coherent, other._all_jumps[:3], rest))

    @cached_property
    def matrix(self) -> FloatArray:
        """The generator (..., n, n) [1/time]."""
        if all(terms[2].ndim == 1 for terms in self._motion):
            return self._dense(joined(*self._motion))
        return np.asarray(sum(self._dense(terms) for terms in self._motion))

    @cached_property
    def sparse(self) -> csr_array:
        """The generator of one point (n, n) [1/time]."""
        if self.liouvillian.model.batch_shape:
            raise ValueError("a sector this large is solved for one point; evaluate the points of a sweep one by one.")
        return self._thin(joined(*self._motion))

    def jumps(self, weights: FloatArray) -> FloatArray:
        """The jump part, rho -> sum_k c_k L_k rho L_k^+ (..., n, n).

        Args:
            weights: c_k (..., k).

        Returns:
            The matrix.
        """
        return self._dense(self._weighted(weights))

    def sparse_jumps(self, weights: FloatArray) -> csr_array:
        """The jump part of one point.

        Args:
            weights: c_k (k,).

        Returns:
            The matrix (n, n).
        """
        return self._thin(self._weighted(weights))

    def links(self) -> Links:
        """Hamiltonian, damping and jumps, term by term.

        Returns:
            Target, source (m,), value (..., m) [1/time], and the channel (m,) whose jumps make it, -1 for none.
        """
        return links_of(self._coherent, self._jumps)

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
        return self.from_elements(self.generator.elements(populations, matrix))

    def from_elements(self, values: ComplexArray) -> FloatArray:
        """The coordinates (..., n) of a Hermitian matrix's elements (..., m)."""
        return self._change.from_elements(values)[..., self.kept]

    def to_elements(self, vector: FloatArray | ComplexArray) -> ComplexArray:
        """The elements (..., m) of the Hermitian matrix with these real coordinates (..., n)."""
        full = vector.real
        if self.size < self.generator.size:
            full = np.zeros((*vector.shape[:-1], self.generator.size))
            full[..., self.kept] = vector.real
        return self._change.to_elements(full)

    def frame_state(self, vector: FloatArray | ComplexArray) -> ComplexArray:
        """The Hermitian matrix with these coordinates (..., d, d) in the frame.

        Args:
            vector: (..., n), real.

        Returns:
            The matrix.
        """
        return self.generator.frame_state(self.to_elements(vector))

    def _dense(self, terms: Terms) -> FloatArray:
        target, source, values = terms
        flat = scatter(values, target * self.size + source, self.size**2)
        return np.asarray(flat.reshape(*flat.shape[:-1], self.size, self.size))

    def _thin(self, terms: Terms) -> csr_array:
        target, source, values = terms
        order = np.argsort(target, kind="stable")
        begin = np.searchsorted(target, np.arange(self.size + 1), sorter=order)
        matrix = csr_array((values[order], source[order], begin), shape=(self.size, self.size))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return matrix
