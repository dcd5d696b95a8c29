"""Populations in which every jump is as frequent as the one that undoes it, from the entropy of each jump."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components

from thermokin._typing import FloatArray, IntArray
from thermokin.model.jump_table import JumpTable
from thermokin.numerics.level_sums import over_levels

__all__ = ["log_equilibrium"]

ROUNDING = 1e-10  # mismatch of entropies around a ring, relative to their size, that is taken for rounding


def log_equilibrium(table: JumpTable, entropies: FloatArray) -> FloatArray | None:
    """Ln p_i such that every jump j -> i puts ln p_i - ln p_j into its surroundings, or None.

    There is such a p if and only if the entropies add up to nothing around every ring of jumps (Kolmogorov).

    Args:
        table: the jumps.
        entropies: s_k (..., k) [nats].

    Returns:
        (..., d) of sum one; up to a factor for levels that no jump links.

    Cost:
        One pass through the elements of the jumps.
    """
    if not np.isfinite(entropies).all() or _plainly_driven(table, entropies):
        return None
    potential = _along_tree(table, entropies)
    across = entropies[..., table.channel]
    miss = np.abs(potential[..., table.row] - potential[..., table.column] - across)
    size = 1.0 + np.abs(potential).max(axis=-1, keepdims=True)
    if (miss > ROUNDING * size).any():
        return None
    highest = over_levels(np.maximum, potential)[..., None]
    weights = np.exp(potential - highest)
    return np.asarray(potential - highest - np.log(over_levels(np.add, weights))[..., None])


def _plainly_driven(table: JumpTable, entropies: FloatArray) -> bool:
    """Whether already the ways from one level to one other differ, as on two baths: seen without sorting the table."""
    if table.entries == 0:
        return False
    same = table.channel[(table.row == table.row[0]) & (table.column == table.column[0])]
    spread = np.ptp(entropies[..., same], axis=-1)
    return bool((spread > ROUNDING * (1.0 + np.abs(entropies).max(axis=-1))).any())


def _along_tree(table: JumpTable, entropies: FloatArray) -> FloatArray:
    """The sums of entropies (..., d) along one way to each level."""
    size = table.dimension
    rows, columns = table.row.astype(np.int64), table.column.astype(np.int64)
    links = sparse.coo_array((np.ones(table.entries), (columns, rows)), shape=(size, size)).tocsr()
    keys = columns * size + rows
    order = np.argsort(keys, kind="stable")
    _, labels = connected_components(links, directed=False)
    potential = np.zeros((*entropies.shape[:-1], size))
    for root in np.unique(labels, return_index=True)[1]:
        reached, before = breadth_first_order(links, int(root), directed=False)
        for level in reached[1:]:
            source, sign = int(before[level]), 1.0
            place = _step(source, int(level), keys, order, size)
            if place < 0:
                place, sign = _step(int(level), source, keys, order, size), -1.0
            potential[..., level] = potential[..., source] + sign * entropies[..., table.channel[place]]
    return potential


def _step(source: int, target: int, keys: IntArray, order: IntArray, size: int) -> int:
    """An entry that leads from one level to another, -1 if none does."""
    key = source * size + target
    place = int(np.searchsorted(keys, key, sorter=order))
    return int(order[place]) if place < order.size and keys[order[place]] == key else -1
