"""The rate matrix of the populations, d p/dt = W p."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from thermokin._typing import FloatArray, IntArray, RateMatrix
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.jump_table import JumpTable
from thermokin.numerics.level_sums import over_levels
from thermokin.numerics.scatter import scatter

__all__ = ["FILLED_UP_TO", "rate_matrix", "transition_rates"]

SPARSE_FROM = 1000  # levels from which a thin rate matrix is kept sparse
SPARSE_BELOW = 0.05  # filling below which sparse products win over dense ones
FILLED_UP_TO = 4000  # levels up to which a thin rate matrix may be filled where that helps


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
    flat = scatter(strength, row.astype(np.int64) * size + column, size * size)
    return np.asarray(flat.reshape(*flat.shape[:-1], size, size))


def _squared(table: JumpTable) -> FloatArray | None:
    """Rates of real elements (d, d), of which no two have one place, without a copy of the table; else None."""
    amplitude, size = table.amplitude, table.dimension
    if amplitude.ndim > 1 or np.iscomplexobj(amplitude) or table.entries < SPARSE_BELOW * size**2:
        return None
    matrix = sparse.coo_array((amplitude, (table.row, table.column)), shape=(size, size)).toarray()
    if np.diagonal(matrix).any() or np.count_nonzero(matrix) != table.entries:
        return None
    return np.asarray(np.square(matrix, out=matrix))
