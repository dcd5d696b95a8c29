"""How the steady state itself moves with each parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray
from thermokin.linear_response.jump_algebra import Entries
from thermokin.linear_response.moving_entries import MovingEntries
from thermokin.linear_response.table_change import TableChange
from thermokin.liouville.block import Block
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector
from thermokin.model.model import Model
from thermokin.numerics.level_sums import equal_pairs, scatter
from thermokin.solvers.resolvent import Resolvent

__all__ = ["state_changes"]

LEAVES = 1e-12  # of what moves the state: parts outside its block below it are rounding
WHOLE_UP_TO = 32  # levels up to which coherences that a parameter wakes are solved for


def state_changes(
    model: Model, resolvent: Resolvent, state: ComplexArray, moving: MovingEntries, changes: Sequence[TableChange]
) -> ComplexArray:
    """Derivatives of the density matrix.

    Args:
        model: the model.
        resolvent: of its generator.
        state: the density matrix in the frame (d, d).
        moving: the entries of its jumps with their changes, phases and new elements included.
        changes: of its table, for each parameter.

    Returns:
        (p, d, d) in the user's basis.

    Raises:
        ArgumentError: if a parameter wakes coherences of a model of many levels, which are not solved for.
    """
    found = []
    for change, amplitude in zip(changes, moving.every, strict=True):
        flow = _flow(moving.entries, amplitude, state, change.generator)
        moved = -_solved(model, resolvent, flow)
        if change.turning is not None:
            moved = moved + change.turning @ state - state @ change.turning
        found.append(model.from_frame(moved))
    return np.stack(found)


def _flow(
    entries: Entries, change: NDArray[Any], state: ComplexArray, hamiltonian: NDArray[Any] | None
) -> ComplexArray:
    """DL rho (d, d)."""
    size = entries.dimension
    one, two = equal_pairs(entries.channel)
    moved = change[one] * np.conj(entries.amplitude[two])  # and its adjoint, of the pair the other way round
    place = entries.row[one].astype(np.int64) * size + entries.row[two]
    terms = moved * state[entries.column[one], entries.column[two]]
    gained = scatter(np.asarray(terms, dtype=np.complex128), place, size * size).reshape(size, size)
    same = np.flatnonzero(entries.row[one] == entries.row[two])
    place = entries.column[two[same]].astype(np.int64) * size + entries.column[one[same]]
    decay = scatter(np.asarray(moved[same], dtype=np.complex128), place, size * size).reshape(size, size)
    decay = decay + decay.conj().T
    flow = gained + gained.conj().T - 0.5 * (decay @ state + state @ decay)
    turned = 0.0 if hamiltonian is None else 1j * (hamiltonian @ state - state @ hamiltonian)
    return np.asarray(flow - turned)


def _solved(model: Model, resolvent: Resolvent, flow: ComplexArray) -> ComplexArray:
    """L^D of a flow (d, d), the parts outside the block included."""
    block = resolvent.block
    inside = _coordinates(block, flow)
    rest = flow - _matrix(block, inside)
    found = _matrix(block, resolvent.drazin(inside[:, None])[:, 0])
    if np.abs(rest).max() <= LEAVES * np.abs(flow).max():
        return found
    size = model.dimension
    if size > WHOLE_UP_TO:
        raise ArgumentError(
            "`parameters` wake coherences that this model does not have at this point; how they move is worked out up "
            f"to {WHOLE_UP_TO} levels.",
            "parameters",
        )
    every = Sector(np.repeat(np.arange(size), size), np.tile(np.arange(size), size))
    whole = SectorGenerator(block.liouvillian, every).matrix
    # The parts do not mix: a least-squares solution of all is one of each, and that of the block is known already.
    outside = np.linalg.lstsq(whole, rest.reshape(-1), rcond=None)[0].reshape(size, size)
    return np.asarray(found + outside)


def _coordinates(block: Block, matrix: ComplexArray) -> NDArray[Any]:
    return np.asarray(block.elements(np.diagonal(matrix).real, matrix))


def _matrix(block: Block, vector: NDArray[Any]) -> ComplexArray:
    state = np.asarray(block.frame_state(vector))
    return np.asarray(np.diag(state) if state.ndim == 1 else state, dtype=np.complex128)
