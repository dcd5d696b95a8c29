"""The one steady state that a model has, or that an initial state ends in, with the inverses of its generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from thermokin._errors import DegenerateSteadyStateError, NotConvergedError
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.liouville.block import Block
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import PopulationBlock, population_blocks
from thermokin.motion.conserved_quantities import ALGEBRA_UP_TO, conserved_parts
from thermokin.motion.initial import InitialState
from thermokin.motion.invariant_subspaces import keeps_subspaces_apart
from thermokin.motion.population_motion import population_motion
from thermokin.motion.weak_damping import in_eigenframe, several_when_strengthened, slow_mixtures, weakly_damped
from thermokin.numerics.factorised import null_vectors
from thermokin.solvers.choice import prepared
from thermokin.solvers.dense import DenseResolvent
from thermokin.solvers.method import Auto, Dense, Method, Sparse
from thermokin.solvers.resolvent import Resolvent
from thermokin.solvers.uniqueness import blurred, degenerate, degenerate_within, mixed, too_weak

__all__ = ["stationary_resolvent"]

TURNED_UP_TO = 40  # levels up to which jumps, dense between eigenstates of the Hamiltonian, cost little
WRONG = 1e-8  # residual, or size of a negative eigenvalue, with which a state is none
DIGITS_KEPT = 1e-6  # of a steady state, at least, by a method that knows no more than its condition
EPSILON = float(np.finfo(np.float64).eps)
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
    small = liouvillian.dimension <= TURNED_UP_TO and not liouvillian.model.batch_shape
    if isinstance(method, Auto | Dense) or (weak and small and isinstance(method, Sparse)):  # it loses such rates
        made = _kept_beside_frequencies(liouvillian, block, method, weak=weak)
    else:
        made = prepared(block, method)
    try:
        _ = made.stationary
    except DegenerateSteadyStateError as error:
        if start is None and not _surely_several(liouvillian, block, weak=weak):
            raise too_weak(TURNED_UP_TO, beside_hamiltonian=weak, dense=isinstance(made, DenseResolvent)) from error
        raise
    except NotConvergedError as error:
        if weak and small and not isinstance(made, DenseResolvent) and error.residual <= 1.0:  # it stalls
            raise blurred(error.residual, TURNED_UP_TO) from error
        raise
    if weak and not isinstance(made, DenseResolvent) and made.block.places.size < made.block.size:
        lost = EPSILON * float(np.max(made.condition))
        if not lost <= DIGITS_KEPT:
            raise blurred(lost, TURNED_UP_TO)
    return made


def _kept_beside_frequencies(liouvillian: Liouvillian, block: Block, method: Method, *, weak: bool) -> Resolvent:
    """Rates that are lost beside frequencies are kept by a dense elimination, between eigenstates if H mixes levels."""
    unturned = Dense() if weak and block.size <= TURNED_UP_TO**2 else method
    if liouvillian.dimension > TURNED_UP_TO or not liouvillian.centred.table.entries:
        return prepared(block, unturned)
    slow = slow_mixtures(liouvillian)
    if not slow.any():
        return _marked(liouvillian, prepared(block, unturned), beside_hamiltonian=weak)
    turned = in_eigenframe(liouvillian, slow)
    if turned.populations_closed and block.levels.size == liouvillian.dimension:
        return _of_populations(turned, method, None)
    if not turned.populations_closed:
        blocks = population_blocks(turned)
        block = next(other for other in blocks if np.isin(other.levels, block.levels).any())
    return _marked(turned, prepared(block, Dense()), beside_hamiltonian=True)


def _marked(liouvillian: Liouvillian, made: Resolvent, *, beside_hamiltonian: bool) -> Resolvent:
    """A resolvent that marks the points of a sweep at which jumps are too weak for doubles to tell the steady state.

    Args:
        liouvillian: the generator.
        made: its resolvent.
        beside_hamiltonian: whether it is the Hamiltonian beside which they are weak.

    Returns:
        The same, or one that marks points.

    Raises:
        DegenerateSteadyStateError: if several would be kept whatever the strength of the jumps.
        NotConvergedError: if that is so at every point.
    """
    if not isinstance(made, DenseResolvent) or made.known is not None or not made.delicate:
        return made
    several = np.broadcast_to(made.several, liouvillian.model.batch_shape)
    lost = several | made.untold
    kept = several_when_strengthened(liouvillian, lost)
    if kept.any() and not beside_hamiltonian:
        return made  # refuses by itself: an element of H may be what is weak
    if kept.any():
        count = int(null_vectors(made.block.matrix, made.several).max()) if several.any() else None
        hidden = degenerate_within([int(level) for level in made.block.levels], count, kept)
        raise hidden
    if not lost.all():
        lost = lost | _no_state(replace(made, lost=lost))
    if not lost.any() or (made.untold.all() and not several.any()):
        return made  # refuses by itself where it is lost
    if lost.all():
        error = too_weak(TURNED_UP_TO, beside_hamiltonian=beside_hamiltonian, dense=True)
        raise error
    return replace(made, lost=lost)


def _no_state(made: DenseResolvent) -> BoolArray:
    """Where what was found is not stationary, or has negative eigenvalues (...)."""
    state = made.block.frame_state(made.stationary)
    held = np.isfinite(state).all(axis=(-2, -1), keepdims=True)
    lowest = np.linalg.eigvalsh(np.where(held, state, np.eye(state.shape[-1])))[..., 0]
    return np.asarray((made.residual > WRONG) | (lowest < -WRONG))


def _surely_several(liouvillian: Liouvillian, block: Block, *, weak: bool) -> bool:
    """Whether what a method took for several steady states is no weak link or rate that it has lost."""
    if liouvillian.model.batch_shape:  # the error names the points
        return True
    if block.size <= TURNED_UP_TO**2 and keeps_subspaces_apart(liouvillian, block):
        return True
    if not weak and block.size <= TURNED_UP_TO**2:
        return False
    if liouvillian.dimension <= ALGEBRA_UP_TO and (conserved_parts(liouvillian, None) > 1).any():
        return True
    if liouvillian.dimension > TURNED_UP_TO:
        return False
    try:
        _ = _kept_beside_frequencies(liouvillian, block, Dense(), weak=weak).stationary
    except DegenerateSteadyStateError:
        return True
    return False


def _of_populations(liouvillian: Liouvillian, method: Method, start: InitialState | None) -> Resolvent:
    limit = population_motion(liouvillian).limit
    if limit.unique:
        return prepared(PopulationBlock(liouvillian, np.arange(liouvillian.dimension)), method, limit.stationary[0])
    if limit.several is not None:
        whole = PopulationBlock(liouvillian, np.arange(liouvillian.dimension))
        if start is not None or limit.several.all():
            raise degenerate_within([int(level) for level in whole.levels], None, limit.several)
        return prepared(whole, method, np.where(limit.several[..., None], np.nan, limit.stationary.sum(axis=0)))
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
