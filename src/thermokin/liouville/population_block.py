"""Closed populations as a block: the rate matrix and its weighted jumps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csr_array, diags_array

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray, RateMatrix
from thermokin.liouville.block import Block, Links
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import sector_map
from thermokin.model.jump_table import JumpTable
from thermokin.numerics.level_sums import over_levels, scatter
from thermokin.numerics.strong_tree import dense_links

__all__ = ["FILLED_UP_TO", "PopulationBlock", "population_blocks", "rate_matrix", "transition_rates"]

REAL_UP_TO = 100_000  # elements of a sector up to which its real coordinates are worked out, terms and all
SPARSE_FROM = 1000  # levels from which a thin rate matrix is kept sparse
SPARSE_BELOW = 0.05  # filling below which sparse products win over dense ones
FILLED_UP_TO = 4000  # levels up to which a thin rate matrix may be filled where that helps


@dataclass(frozen=True, eq=False)
class PopulationBlock:
    """Populations of a model in which no coherence feeds them, all of them or a closed class.

    Args:
        liouvillian: the generator.
        levels: (n,) the levels, closed under its transitions.
    """

    liouvillian: Liouvillian
    levels: IntArray

    @property
    def size(self) -> int:
        """Number of levels n."""
        return int(self.levels.size)

    @property
    def places(self) -> IntArray:
        """(n,) every coordinate is a population."""
        return np.arange(self.size)

    @property
    def trace(self) -> FloatArray:
        """(n,) ones."""
        return np.ones(self.size)

    @cached_property
    def rates(self) -> RateMatrix:
        """The generator as it is stored, dense or sparse [1/time]."""
        return self._of(rate_matrix(self.liouvillian))

    @property
    def matrix(self) -> FloatArray:
        """The generator (..., n, n) [1/time]."""
        return _dense(self.rates)

    @cached_property
    def sparse(self) -> csr_array:
        """The generator of one point (n, n) [1/time]."""
        return csr_array(self.rates)

    def jumps(self, weights: FloatArray) -> FloatArray:
        """Rates of all jumps, each times its weight (..., n, n); jumps that stay on a level stand on the diagonal.

        Args:
            weights: c_k (..., k).

        Returns:
            The matrix.
        """
        gain = self._of(transition_rates(self.liouvillian, slice(None), weights))
        loops = self._loops(weights)
        return _dense(gain) if loops is None else _dense(gain) + loops[..., None] * np.eye(self.size)

    def sparse_jumps(self, weights: FloatArray) -> csr_array:
        """The jump part of one point.

        Args:
            weights: c_k (k,).

        Returns:
            The matrix (n, n).
        """
        gain = csr_array(self._of(transition_rates(self.liouvillian, slice(None), weights)))
        loops = self._loops(weights)
        return gain if loops is None else csr_array(gain + diags_array(loops))

    def links(self) -> Links:
        """The jumps, entry by entry of the table.

        Returns:
            Target, source (m,), value (..., m) [1/time], and the channel (m,) whose jumps make it.
        """
        table = self.liouvillian.table
        short = np.full(self.liouvillian.dimension, -1, dtype=np.int64)
        short[self.levels] = np.arange(self.size)
        target, source = short[table.row], short[table.column]
        here = np.flatnonzero((target >= 0) & (source >= 0))
        return target[here], source[here], table.strength[..., here], table.channel[here].astype(np.int64)

    def rate_row(self, weights: FloatArray) -> FloatArray:
        """The row vector (..., n) whose product with a state is a current, sum_k c_k tr(L_k rho L_k^+).

        Args:
            weights: c_k (..., k).

        Returns:
            The vector.
        """
        return np.asarray(self.liouvillian.observable(weights).diagonal[..., self.levels])

    def elements(self, populations: FloatArray, matrix: ComplexArray | None) -> FloatArray:
        """The populations of its levels (..., n).

        Args:
            populations: (..., d).
            matrix: not needed: coherences do not feed populations.

        Returns:
            The coordinates.
        """
        return np.asarray(populations[..., self.levels])

    def frame_state(self, vector: FloatArray | ComplexArray) -> FloatArray:
        """Populations of all levels (..., d).

        Args:
            vector: (..., n).

        Returns:
            The populations.
        """
        populations = np.zeros((*vector.shape[:-1], self.liouvillian.dimension))
        populations[..., self.levels] = vector.real
        return populations

    def _of(self, matrix: RateMatrix) -> RateMatrix:
        if self.size == self.liouvillian.dimension:
            return matrix
        if isinstance(matrix, csr_array):
            return csr_array(matrix[self.levels][:, self.levels])
        return np.asarray(matrix[..., self.levels[:, None], self.levels])

    def _loops(self, weights: FloatArray) -> FloatArray | None:
        table = self.liouvillian.table
        here = np.flatnonzero(table.row == table.column)
        if here.size == 0:
            return None
        rates = table.strength[..., here] * weights[..., table.channel[here]]
        return np.asarray(scatter(rates, table.column[here], table.dimension)[..., self.levels])


def _dense(matrix: RateMatrix) -> FloatArray:
    return np.asarray(matrix.toarray() if isinstance(matrix, csr_array) else matrix)


def population_blocks(liouvillian: Liouvillian) -> tuple[Block, ...]:
    """The parts of the state space that hold populations and do not mix.

    Args:
        liouvillian: the generator.

    Returns:
        One block of closed populations, or one for each sector, in real coordinates or, where it is so large that only
        matrix-free solvers serve it, in elements; more than one sector means more than one steady state.
    """
    if liouvillian.populations_closed:
        return (PopulationBlock(liouvillian, np.arange(liouvillian.dimension)),)
    sectors = sector_map(liouvillian).of_populations()
    generators = [SectorGenerator(liouvillian, sector) for sector in sectors]
    batch = bool(liouvillian.model.batch_shape)
    return tuple(one if one.size > REAL_UP_TO and not batch else HermitianBlock(one) for one in generators)


def rate_matrix(liouvillian: Liouvillian, bath: int | None = None) -> RateMatrix:
    """W (..., d, d): W_ij the rate of j -> i, W_jj minus the total rate out of j.

    Args:
        liouvillian: a generator whose populations are closed.
        bath: position of the bath whose jumps alone count; all if None.

    Returns:
        Dense, or sparse for one large model with few transitions [1/time].

    Cost:
        O(entries) time; d^2 numbers of memory when dense.
    """
    matrix = transition_rates(liouvillian, _entries_of(liouvillian, bath))
    if isinstance(matrix, sparse.csr_array):
        out = np.asarray(matrix.sum(axis=0)).ravel()
        return sparse.csr_array(matrix - sparse.diags_array(out))
    level = np.arange(matrix.shape[-1])
    # A pairwise sum keeps the columns of W summing to zero to rounding, which conserves probability.
    matrix[..., level, level] = -over_levels(np.add, matrix.swapaxes(-1, -2))
    return matrix


def _entries_of(liouvillian: Liouvillian, bath: int | None) -> slice | IntArray:
    table = liouvillian.table
    if bath is None or (table.bath == bath).all():
        return slice(None)
    return np.flatnonzero(table.bath[table.channel] == bath).astype(np.int64)


def transition_rates(
    liouvillian: Liouvillian, entries: slice | IntArray, weights: FloatArray | None = None
) -> RateMatrix:
    """Off-diagonal rates sum_k c_k |<i|L_k|j>|^2 (..., d, d), zero on the diagonal.

    Args:
        liouvillian: the generator.
        entries: which entries of the jump table count.
        weights: c_k (..., k) per channel; 1 if None.

    Returns:
        Dense, or sparse for one large model with few transitions.
    """
    table, size = liouvillian.table, liouvillian.dimension
    if weights is None and isinstance(entries, slice) and size >= SPARSE_FROM:
        squared = _squared(table)
        if squared is not None:
            return squared
    row, column, strength = table.row[entries], table.column[entries], table.strength[..., entries]
    if weights is not None:
        strength = strength * weights[..., table.channel[entries]]
    loops = row == column
    if loops.any():
        row, column, strength = row[~loops], column[~loops], strength[..., ~loops]
    if strength.ndim == 1 and size >= SPARSE_FROM:
        matrix = sparse.coo_array((strength, (row, column)), shape=(size, size))
        thin = size >= SPARSE_FROM and row.size < SPARSE_BELOW * size**2
        return matrix.tocsr() if thin else matrix.toarray()
    return dense_links(strength, row, column, size)


def _squared(table: JumpTable) -> FloatArray | None:
    """Rates of real elements (d, d), of which no two have one place, without a copy of the table; else None."""
    amplitude, size = table.amplitude, table.dimension
    if amplitude.ndim > 1 or np.iscomplexobj(amplitude) or table.entries < SPARSE_BELOW * size**2:
        return None
    matrix = sparse.coo_array((amplitude, (table.row, table.column)), shape=(size, size)).toarray()
    if np.diagonal(matrix).any() or np.count_nonzero(matrix) != table.entries:
        return None
    return np.asarray(np.square(matrix, out=matrix))
