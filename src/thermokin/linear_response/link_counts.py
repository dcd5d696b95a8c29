"""What every jump between levels counts in a gauge in which the strongest links count nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.count_gauge import moved_counts
from thermokin.liouville.population_block import PopulationBlock
from thermokin.solvers.resolvent import Resolvent

__all__ = ["LinkCounts", "link_counts"]


@dataclass(frozen=True, eq=False)
class LinkCounts:
    """Counts of the entries of a table.

    Args:
        counts: c + Phi_target - Phi_source (..., m) [amount].
        blur: how far rounding may have moved them (..., m).
    """

    counts: FloatArray
    blur: FloatArray


def link_counts(resolvent: Resolvent, weights: FloatArray, *, thin: bool) -> LinkCounts:
    """The counts of all jumps of closed populations, moved along the tree of the strongest links.

    What a jump is expected to count from now on is the same in every gauge. Where parts of a network are nearly
    decoupled, or rates lie decades apart, that is a small difference of large numbers in the gauge of the counts as
    they are given.

    Args:
        resolvent: of all levels of a model.
        weights: c_k (..., k).
        thin: whether matrices are to be sparse.

    Returns:
        The counts.
    """
    block, state = resolvent.block, np.abs(resolvent.stationary)
    assert isinstance(block, PopulationBlock)  # noqa: S101 - asked only of closed populations
    target, source, values, channel = block.links()
    batch = np.broadcast_shapes(values.shape[:-1], state.shape[:-1], weights.shape[:-1])

    def rows(each: FloatArray) -> FloatArray:
        if not batch:
            return each
        return np.broadcast_to(each, (*batch, each.shape[-1])).reshape(-1, each.shape[-1])

    links = target, source, rows(values), channel
    found = moved_counts(links, block.places, rows(state), rows(weights), thin=thin and not batch)
    return LinkCounts(*(part.reshape(*batch, part.shape[-1]) for part in (found.counts, found.blur)))
