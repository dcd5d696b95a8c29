"""A gradient along the changes that parameters make of a table."""

from __future__ import annotations

from collections.abc import Sequence

from thermokin._typing import FloatArray
from thermokin.linear_response.moving_entries import MovingEntries
from thermokin.linear_response.output_gradient import Gradient
from thermokin.linear_response.table_change import TableChange

__all__ = ["along_changes"]


def along_changes(
    moving: MovingEntries, changes: Sequence[TableChange], gradient: Gradient
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A gradient along all changes of a table.

    Args:
        moving: the entries of the table with their changes.
        changes: the same and those of the Hamiltonian, for each parameter.
        gradient: of a number.

    Returns:
        The derivatives (s, p), the sums of the sizes of what the gradient gives (p,), and of what adds up to it.
    """
    moved = moving.amplitudes
    total, size = moved.along(gradient.amplitude), moved.size(gradient.amplitude[0])
    terms = size.copy() if gradient.sizes[0] is None else moved.size(gradient.sizes[0])
    for number, change in enumerate(changes):
        for rows, matrix in ((gradient.generator, change.generator), (gradient.turning, change.turning)):
            if rows is None or matrix is None:
                continue
            total[:, number] += (rows.conj() * matrix).real.sum(axis=(-2, -1))
            amount = float(abs(rows[0] * matrix).sum())
            size[number] += amount
            whole = gradient.sizes[1] if rows is gradient.generator else None
            terms[number] += amount if whole is None else float((whole * abs(matrix)).sum())
    return total, size, terms
