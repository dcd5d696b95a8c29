"""Changes of a table in the frame in which a model is solved whose jumps are weak beside its Hamiltonian."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray
from thermokin.linear_response.table_change import Extra, TableChange
from thermokin.model.model import Model

__all__ = ["jump_changes", "turn_between", "turned_change"]

PARTED = 1e-8  # of the largest change of a gap: differences within one jump that are rounding
ABSENT = 1e-14  # of the largest change of a jump: elements below are rounding of the turn


def turned_change(change: TableChange, model: Model, turned: Model) -> TableChange:
    """A change of one table as that of another, whose channels are the same.

    Args:
        change: of the model.
        model: the model.
        turned: the same motion in another frame.

    Returns:
        The change of its table.

    Raises:
        ArgumentError: if gaps that one jump has in common part.
    """
    turn = turn_between(model, turned)
    back, table = turn.conj().T, turned.table
    jumps = back @ jump_changes(change, model) @ turn
    size = np.abs(jumps).max(initial=0.0)
    own = np.zeros(jumps.shape, dtype=bool)
    own[table.channel, table.row, table.column] = True
    channel, row, column = np.nonzero((np.abs(jumps) > ABSENT * size) & ~own)
    return replace(
        change,
        generator=None if change.generator is None else back @ change.generator @ turn,
        amplitude=jumps[table.channel, table.row, table.column],
        energy=_by_channel(change, model)[table.channel],
        turning=None if change.turning is None else back @ change.turning @ turn,
        extra=Extra(channel, row, column, jumps[channel, row, column]),
        couplings=tuple(back @ coupling @ turn for coupling in change.couplings),
    )


def turn_between(model: Model, turned: Model) -> ComplexArray:
    """The frame of a model in that of another: a unitary matrix, or an isometry where it spans a subspace.

    Args:
        model: the other.
        turned: the model.

    Returns:
        (d, r).
    """
    assert turned.frame is not None  # noqa: S101 - it would not be turned
    return turned.frame if model.frame is None else np.asarray(model.frame.conj().T @ turned.frame)


def jump_changes(change: TableChange, model: Model) -> ComplexArray:
    """The changes of the jump operators as matrices.

    Args:
        change: of the table.
        model: that it is of.

    Returns:
        (k, d, d) in the frame.
    """
    table, extra = model.table, change.extra
    found = np.zeros((table.size, table.dimension, table.dimension), dtype=np.complex128)
    np.add.at(found, (table.channel, table.row, table.column), change.amplitude)
    np.add.at(found, (extra.channel, extra.row, extra.column), extra.amplitude)
    return found


def _by_channel(change: TableChange, model: Model) -> np.ndarray:
    table = model.table
    found = np.zeros(table.size)
    found[table.channel] = change.energy
    largest = max(float(np.abs(change.energy).max(initial=0.0)), change.scale)
    if (np.abs(change.energy - found[table.channel]) > PARTED * largest).any():
        raise ArgumentError(
            "`parameters` part gaps that one jump has in common, in a model that is solved in another basis (its jumps "
            "are weak beside its Hamiltonian, or it keeps a subspace); choose a point at which they are apart.",
            "parameters",
        )
    return found
