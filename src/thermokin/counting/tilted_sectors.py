"""The parts of a model that a start reaches, each with a tilted generator of its own."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from thermokin._errors import DegenerateSteadyStateError
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.counting.counted_resolvent import counted_resolvent
from thermokin.counting.cumulants import series_of
from thermokin.counting.tilted_generator import TiltedGenerator, TiltedStates
from thermokin.liouville.block import Block
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import PopulationBlock, population_blocks
from thermokin.model.jump_table import JumpTable
from thermokin.motion.initial import InitialState
from thermokin.motion.population_motion import population_motion
from thermokin.solvers.choice import prepared
from thermokin.solvers.method import Method
from thermokin.solvers.resolvent import Resolvent
from thermokin.solvers.uniqueness import degenerate

__all__ = ["at_rest", "tilted_sectors"]

EMPTY = 1e-12  # share of a state that is taken for rounding
HELD = 1.0 - 1e-12  # of all populations, for the block that holds them


Sectors: TypeAlias = tuple[tuple[Block, ...], BoolArray]


def tilted_sectors(liouvillian: Liouvillian, method: Method, start: InitialState | None) -> Sectors:
    """The blocks whose tilted generators have one dominant eigenvalue each; the largest of them is lambda.

    Closed populations fall into classes of levels that reach each other: between them the tilted generator is
    triangular, so that its eigenvalues are those of the classes. Other models have the sectors that hold populations.

    Args:
        liouvillian: the generator.
        method: how to solve for the steady state where uniqueness is tested.
        start: what is populated at first; everything if None.

    Returns:
        The blocks, and the points of a sweep (...) that have others than these, or several steady states and no start
        to say which one is meant.

    Raises:
        DegenerateSteadyStateError: if there are several steady states at every point and no start, or a start in a
            mixture that no basis state tells apart.
    """
    if liouvillian.populations_closed:
        return _classes(liouvillian, start)
    try:
        return _alone(counted_resolvent(liouvillian, method, start))
    except DegenerateSteadyStateError:
        blocks = population_blocks(liouvillian)
        if start is None or len(blocks) == 1:
            raise
    held = [block for block in blocks if float(start.populations[..., block.levels].sum(axis=-1).max()) > EMPTY]
    if len(held) == 1:  # its several steady states share a sector
        return _alone(counted_resolvent(liouvillian, method, start))
    return tuple(held), np.zeros((), dtype=bool)


def _alone(resolvent: Resolvent) -> Sectors:
    return (resolvent.block,), np.asarray(np.isnan(resolvent.stationary).any(axis=-1))


def _classes(liouvillian: Liouvillian, start: InitialState | None) -> Sectors:
    gone = np.zeros((), dtype=bool)
    if start is None:
        limit = population_motion(liouvillian).limit
        if not limit.unique and (limit.several is None or limit.several.all()):
            raise degenerate(limit.classes)
        gone = gone if limit.several is None else limit.several
    alive = liouvillian.table.strength > 0.0
    every = alive.reshape(int(np.prod(alive.shape[:-1])), alive.shape[-1])
    label = _labels(liouvillian.table, np.asarray(every.any(axis=0)), start)
    if start is not None and len(every) > 1:
        links, which = np.unique(every, axis=0, return_inverse=True)
        other = np.array([(_labels(liouvillian.table, one, start) != label).any() for one in links])
        gone = other[np.ravel(which)].reshape(alive.shape[:-1])
    blocks = (PopulationBlock(liouvillian, np.flatnonzero(label == number)) for number in np.unique(label[label >= 0]))
    return tuple(blocks), gone


def _labels(table: JumpTable, live: BoolArray, start: InitialState | None) -> IntArray:
    """The first level of the class of levels that each one stands in (d,), -1 where a start does not come."""
    size, ones = table.dimension, np.ones(int(live.sum()), dtype=bool)
    graph = coo_array((ones, (table.column[live], table.row[live])), shape=(size, size)).tocsr()
    _, label = connected_components(graph, directed=True, connection="strong")
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    named = first[inverse]
    if start is None:
        return np.asarray(named)
    return np.where(np.isin(np.arange(size), _reached(graph, start)), named, -1)


def _reached(graph: object, start: InitialState) -> IntArray:
    held = np.flatnonzero((start.populations > EMPTY).reshape(-1, start.populations.shape[-1]).any(axis=0))
    return np.unique(np.concatenate([breadth_first_order(graph, level, return_predecessors=False) for level in held]))


def at_rest(generator: TiltedGenerator, method: Method) -> TiltedStates | None:
    """The dominant eigenpair at s = 0 by the solvers of the steady state, which no weak link misleads.

    Args:
        generator: the generator.
        method: how to solve.

    Returns:
        The states (1, ...) without their gap; None where the block is left for others, or keeps several steady states.

    Raises:
        NotConvergedError: if doubles cannot hold the inverse of the generator.
    """
    block = generator.block
    if not _stays(block):
        return None
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            series = series_of(prepared(block, method, _known(block)), generator.weights, 2)
            values = series.values
    except DegenerateSteadyStateError:
        return None
    batch = values.shape[:-1]
    shot = np.abs(block.rate_row(generator.weights**2) * series.resolvent.stationary).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        lost = series.error[..., 1] / np.maximum(np.abs(values[..., 1]), shot)
    # What is none has lost all; where nothing jumps there is nothing to lose.
    lost = np.where(np.isfinite(values).all(axis=-1), np.nan_to_num(lost, nan=0.0, posinf=np.inf), np.inf)
    parts = (
        np.zeros(batch),
        values[..., 0],
        values[..., 1],
        np.broadcast_to(series.resolvent.stationary.real, (*batch, block.size)),
        np.broadcast_to(block.trace, (*batch, block.size)),
        np.broadcast_to(series.resolvent.residual, batch),
        np.full(batch, np.nan),
        np.broadcast_to(lost, batch),
    )
    own = (0, 0, 0, 1, 1, 0, 0, 0)
    return TiltedStates(
        *(generator.stood_in(np.asarray(part)[None], axes) for part, axes in zip(parts, own, strict=True))
    )


def _stays(block: Block) -> bool:
    """Whether nothing leaves the block."""
    if not isinstance(block, PopulationBlock):
        return True
    table = block.liouvillian.table
    held = np.zeros(block.liouvillian.dimension, dtype=bool)
    held[block.levels] = True
    crossing = held[table.column] & ~held[table.row]
    return not bool((table.strength[..., crossing] > 0.0).any())


def _known(block: Block) -> FloatArray | None:
    """The stationary populations of a block that holds all of them, where they are closed."""
    if not isinstance(block, PopulationBlock) or not block.liouvillian.populations_closed:
        return None
    limit = population_motion(block.liouvillian).limit
    if limit.several is not None:
        whole = block.size == block.liouvillian.dimension
        return np.where(limit.several[..., None], np.nan, limit.stationary.sum(axis=0)) if whole else None
    held = limit.stationary[0][..., block.levels] if limit.unique else np.zeros(1)
    return held if (held.sum(axis=-1) > HELD).all() else None
