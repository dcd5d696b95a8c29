"""The one steady state that a model has, or that an initial state ends in, with the inverses of its generator."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.dynamics.initial import InitialState
from thermokin.dynamics.prepared_populations import population_motion
from thermokin.liouville.block import Block
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import PopulationBlock
from thermokin.liouville.population_blocks import population_blocks
from thermokin.solvers.choice import prepared
from thermokin.solvers.method import Method
from thermokin.solvers.resolvent import Resolvent
from thermokin.solvers.uniqueness import degenerate, mixed

__all__ = ["stationary_resolvent"]

EMPTY = 1e-12  # share of a state that is taken for rounding


def stationary_resolvent(liouvillian: Liouvillian, method: Method, start: InitialState | None) -> Resolvent:
    """The prepared generator of the part of a model whose steady state is meant.

    Args:
        liouvillian: the generator.
        method: how to solve.
        start: an initial state that says which steady state is meant; None if there is only one.

    Returns:
        The resolvent. Whether its own block has only one stationary vector is tested when it solves.

    Raises:
        DegenerateSteadyStateError: if there are several and the start does not end in a single one.
    """
    if liouvillian.populations_closed:
        return _of_populations(liouvillian, method, start)
    blocks = population_blocks(liouvillian)
    return prepared(_meant(blocks, start), method)


def _of_populations(liouvillian: Liouvillian, method: Method, start: InitialState | None) -> Resolvent:
    limit = population_motion(liouvillian).limit
    if limit.unique:
        return prepared(PopulationBlock(liouvillian, np.arange(liouvillian.dimension)), method, limit.stationary[0])
    if start is None:
        raise degenerate(limit.classes)
    shares = (limit.absorption * start.populations).sum(axis=-1).reshape(len(limit.classes), -1).max(axis=-1)
    number = _only(shares, limit.classes)
    levels: IntArray = np.asarray(limit.classes[number], dtype=np.int64)
    return prepared(PopulationBlock(liouvillian, levels), method, limit.stationary[number][..., levels])


def _meant(blocks: tuple[Block, ...], start: InitialState | None) -> Block:
    if len(blocks) == 1:
        return blocks[0]
    levels = [[int(level) for level in block.levels] for block in blocks]
    if start is None:
        raise degenerate(levels)
    shares = [float(start.populations[..., block.levels].sum(axis=-1).max()) for block in blocks]
    return blocks[_only(np.array(shares), levels)]


def _only(shares: FloatArray, sectors: Sequence[Sequence[int]]) -> int:
    held = np.flatnonzero(shares > EMPTY)
    if held.size > 1:
        raise mixed(sectors)
    return int(held[0])
