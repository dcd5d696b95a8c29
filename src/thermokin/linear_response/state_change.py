"""How the steady state itself moves with each parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray
from thermokin.linear_response.generator_change import GeneratorChange
from thermokin.linear_response.moving_entries import MovingEntries
from thermokin.linear_response.table_change import TableChange
from thermokin.liouville.block import Block
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector
from thermokin.model.model import Model
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
        flow = GeneratorChange(moving.entries, amplitude, change.generator).of(state)
        moved = -_solved(model, resolvent, flow)
        if change.turning is not None:
            moved = moved + change.turning @ state - state @ change.turning
        found.append(model.from_frame(moved))
    return np.stack(found)


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
