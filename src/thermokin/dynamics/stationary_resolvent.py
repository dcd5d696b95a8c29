"""The one steady state that a model has, or that an initial state ends in, with the inverses of its generator."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._errors import DegenerateSteadyStateError
from thermokin._typing import FloatArray, IntArray
from thermokin.dynamics.conserved import ALGEBRA_UP_TO, conserved_parts
from thermokin.dynamics.enclosures import keeps_enclosures
from thermokin.dynamics.initial import InitialState
from thermokin.dynamics.prepared_populations import population_motion
from thermokin.dynamics.weak_damping import in_eigenframe, mixes_levels, weakly_damped
from thermokin.liouville.block import Block
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import PopulationBlock
from thermokin.liouville.population_blocks import population_blocks
from thermokin.solvers.choice import prepared
from thermokin.solvers.dense import DenseResolvent
from thermokin.solvers.method import Auto, Dense, Method
from thermokin.solvers.resolvent import Resolvent
from thermokin.solvers.uniqueness import degenerate, mixed, too_weak

__all__ = ["stationary_resolvent"]

TURNED_UP_TO = 40  # levels up to which jumps, dense between eigenstates of the Hamiltonian, cost little
EMPTY = 1e-12  # share of a state that is taken for rounding


def stationary_resolvent(liouvillian: Liouvillian, method: Method, start: InitialState | None) -> Resolvent:
    """The prepared generator of the part of a model whose steady state is meant.

    Args:
        liouvillian: the generator.
        method: how to solve.
        start: an initial state that says which steady state is meant; None if there is only one.

    Returns:
        The resolvent. With coherences its block is known to have only one stationary vector.

    Raises:
        DegenerateSteadyStateError: if there are several and the start does not end in a single one.
        NotConvergedError: if links or dissipation are too weak for the method to tell.
    """
    if liouvillian.populations_closed:
        return _of_populations(liouvillian, method, start)
    return _with_coherences(liouvillian, method, start)


def _with_coherences(liouvillian: Liouvillian, method: Method, start: InitialState | None) -> Resolvent:
    block = _meant(population_blocks(liouvillian), start)
    weak = bool(weakly_damped(liouvillian).any())
    if weak and isinstance(method, Auto | Dense):
        made = _kept_beside_frequencies(liouvillian, block, method)
    else:
        made = prepared(block, method)
    try:
        _ = made.stationary
    except DegenerateSteadyStateError as error:
        if start is None and not _surely_several(liouvillian, block, weak=weak):
            raise too_weak(TURNED_UP_TO, beside_hamiltonian=weak, dense=isinstance(made, DenseResolvent)) from error
        raise
    return made


def _kept_beside_frequencies(liouvillian: Liouvillian, block: Block, method: Method) -> Resolvent:
    """Rates that are lost beside frequencies are kept by a dense elimination, between eigenstates if H mixes levels."""
    if liouvillian.dimension <= TURNED_UP_TO and mixes_levels(liouvillian).any():
        turned = in_eigenframe(liouvillian)
        if turned.populations_closed and block.levels.size == liouvillian.dimension:
            return _of_populations(turned, method, None)
        if not turned.populations_closed:
            blocks = population_blocks(turned)
            block = next(other for other in blocks if np.isin(other.levels, block.levels).any())
    return prepared(block, Dense() if block.size <= TURNED_UP_TO**2 else method)


def _surely_several(liouvillian: Liouvillian, block: Block, *, weak: bool) -> bool:
    """Whether what a method took for several steady states is no weak link or rate that it has lost."""
    if liouvillian.model.batch_shape:  # the error names the points
        return True
    if block.size <= TURNED_UP_TO**2 and keeps_enclosures(liouvillian, block):
        return True
    if not weak and block.size <= TURNED_UP_TO**2:
        return False
    if liouvillian.dimension <= ALGEBRA_UP_TO and (conserved_parts(liouvillian, None) > 1).any():
        return True
    if liouvillian.dimension > TURNED_UP_TO:
        return False
    try:
        _ = _kept_beside_frequencies(liouvillian, block, Dense()).stationary
    except DegenerateSteadyStateError:
        return True
    return False


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
