"""The parts of a model that a start reaches, each with a tilted generator of its own."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from thermokin._errors import DegenerateSteadyStateError
from thermokin._typing import IntArray
from thermokin.counting.counted_resolvent import counted_resolvent
from thermokin.liouville.block import Block
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import PopulationBlock
from thermokin.liouville.population_blocks import population_blocks
from thermokin.motion.initial import InitialState
from thermokin.motion.population_motion import population_motion
from thermokin.solvers.method import Method
from thermokin.solvers.uniqueness import degenerate

__all__ = ["tilted_sectors"]

EMPTY = 1e-12  # share of a state that is taken for rounding


def tilted_sectors(liouvillian: Liouvillian, method: Method, start: InitialState | None) -> tuple[Block, ...]:
    """The blocks whose tilted generators have one dominant eigenvalue each; the largest of them is lambda.

    Closed populations fall into classes of levels that reach each other: between them the tilted generator is
    triangular, so that its eigenvalues are those of the classes. Other models have the sectors that hold populations.

    Args:
        liouvillian: the generator.
        method: how to solve for the steady state where uniqueness is tested.
        start: what is populated at first; everything if None.

    Returns:
        The blocks.

    Raises:
        DegenerateSteadyStateError: if there are several steady states and no start, or a start in a mixture that no
            basis state tells apart.
    """
    if liouvillian.populations_closed:
        return _classes(liouvillian, start)
    try:
        return (counted_resolvent(liouvillian, method, start).block,)
    except DegenerateSteadyStateError:
        blocks = population_blocks(liouvillian)
        if start is None or len(blocks) == 1:
            raise
    held = [block for block in blocks if float(start.populations[..., block.levels].sum(axis=-1).max()) > EMPTY]
    if len(held) == 1:  # its several steady states share a sector
        return (counted_resolvent(liouvillian, method, start).block,)
    return tuple(held)


def _classes(liouvillian: Liouvillian, start: InitialState | None) -> tuple[Block, ...]:
    size = liouvillian.dimension
    if start is None:
        limit = population_motion(liouvillian).limit
        if not limit.unique:
            raise degenerate(limit.classes)
    table = liouvillian.table
    live = (table.strength > 0.0).any(axis=tuple(range(table.strength.ndim - 1)))
    ones = np.ones(int(live.sum()), dtype=bool)
    graph = coo_array((ones, (table.column[live], table.row[live])), shape=(size, size)).tocsr()
    _, label = connected_components(graph, directed=True, connection="strong")
    levels = np.arange(size) if start is None else _reached(graph, start)
    return tuple(PopulationBlock(liouvillian, levels[label[levels] == number]) for number in np.unique(label[levels]))


def _reached(graph: object, start: InitialState) -> IntArray:
    held = np.flatnonzero((start.populations > EMPTY).reshape(-1, start.populations.shape[-1]).any(axis=0))
    return np.unique(np.concatenate([breadth_first_order(graph, level, return_predecessors=False) for level in held]))
