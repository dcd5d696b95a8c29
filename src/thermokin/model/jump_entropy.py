"""The entropy that one jump of each channel puts into its surroundings, and populations that balance all of it."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components

from thermokin._typing import FloatArray, IntArray
from thermokin.model.bath import bath_entropy
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.numerics.level_sums import over_levels

__all__ = ["heat_weights", "jump_entropy", "log_equilibrium"]

SMALLEST = 1e-300  # ratio of two rates that doubles hold to all digits
ROUNDING = 1e-10  # mismatch of entropies around a ring, relative to their size, that is taken for rounding


def heat_weights(model: Model) -> FloatArray:
    """Heat per jump of every channel, energy - mu particles.

    Args:
        model: the model.

    Returns:
        (..., k) [energy]; 0 where no bath stands behind it.
    """
    table = model.table
    weights = table.energy
    for position, bath in enumerate(model.baths):
        if bath.chemical_potential.any():
            given = bath.chemical_potential[..., None] * table.particles
            weights = np.where(table.bath == position, weights - given, weights)
    return np.where(table.bathless, 0.0, weights) if table.bathless.any() else weights


def jump_entropy(model: Model) -> FloatArray:
    """s_k, the logarithm of how much likelier a jump is than the one that undoes it.

    -heat/T with a bath, infinite at T = 0 where heat flows; ln(tr L^+ L / tr L~^+ L~) without one, 0 for a jump that
    undoes itself, and inf for one that nothing undoes.

    Args:
        model: the model.

    Returns:
        (..., k) [nats].
    """
    table, weights = model.table, heat_weights(model)
    flow = np.zeros(np.broadcast_shapes(weights.shape, (*model.batch_shape, table.size)))
    for position, reservoir in enumerate(model.baths):
        flow = np.where(table.bath == position, bath_entropy(weights, reservoir.temperature[..., None]), flow)
    alone = table.bathless
    return np.where(alone, _of_pairs(table), flow) if alone.any() else flow


def _of_pairs(table: JumpTable) -> FloatArray:
    """Ln of the strength of each jump over that of the one that undoes it: of two opposite ones exactly opposite."""
    strength, reverse = table.channel_strength, table.reverse
    back = np.where(reverse >= 0, strength[..., reverse], 0.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        ratio = strength / back
        # A ratio keeps digits that a difference of logarithms loses, as long as doubles hold it.
        held = (ratio >= SMALLEST) & (ratio <= 1.0 / SMALLEST)
        forward = np.where(held, np.log(ratio), np.log(strength) - np.log(back))
    forward = np.where(strength == back, 0.0, forward)
    later = (reverse >= 0) & (reverse < np.arange(table.size))
    return np.where(later, -forward[..., reverse], forward)


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
