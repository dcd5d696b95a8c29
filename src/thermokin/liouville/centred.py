"""The same motion by jumps without an identity part: a multiple of 1 in a jump operator moves nothing by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.numerics.scatter import scatter

__all__ = ["centred"]

ROUNDING = 2e-15  # of products of elements as they are given, where they would cancel


def centred(model: Model) -> Model:
    """L_k less its mean diagonal element a_k, and H + i/2 sum_k (a_k^* L_k - a_k L_k^+), which have one generator.

    In L rho L^+ and {L^+ L, rho}/2 what the identity part does cancels, and takes with it the digits of all that is
    small beside it: the dephasing of 1000 + 10^-6 sigma_x is that of 10^-6 sigma_x. Only jumps with every diagonal
    element are taken to have such a part.

    Args:
        model: the model.

    Returns:
        The model of the motion, with the same channels in the same order; itself where there is nothing to take off.
        What a jump does to the state is told by the model alone.

    Cost:
        O(entries); d^2 numbers where H changes.

    Reference:
        breuer2002.
    """
    table, shift = model.table, model.table.identity_part
    if not shift.any():
        return model
    amplitude = table.amplitude - np.where(table.row == table.column, shift[..., table.channel], 0.0)
    hamiltonian = _with_drive(model.generator, table, amplitude, shift)
    moving = _without_zeros(replace(table, amplitude=amplitude))
    return Model.from_table(hamiltonian, model.energy, moving, model.baths, frame=model.frame)


def _without_zeros(table: JumpTable) -> JumpTable:
    live: IntArray = np.flatnonzero((table.amplitude != 0.0).any(axis=tuple(range(table.amplitude.ndim - 1))))
    return replace(
        table,
        channel=table.channel[live],
        row=table.row[live],
        column=table.column[live],
        amplitude=table.amplitude[..., live],
    )


def _with_drive(
    hamiltonian: FrameOperator,
    table: JumpTable,
    amplitude: FloatArray | ComplexArray,
    shift: FloatArray | ComplexArray,
) -> FrameOperator:
    """H + i/2 sum_k (a_k^* L_k - a_k L_k^+)."""
    size = table.dimension
    moved = np.flatnonzero((shift != 0.0).any(axis=tuple(range(shift.ndim - 1)))[table.channel])
    half = 0.5j * np.conj(shift[..., table.channel[moved]]) * amplitude[..., moved]
    place = table.row[moved].astype(np.int64) * size + table.column[moved]
    # An element is known to rounding of what it was before the shift came off.
    terms = 0.5 * np.abs(shift[..., table.channel[moved]] * table.amplitude[..., moved])
    drive, terms = (scatter(part, place, size * size).reshape(*half.shape[:-1], size, size) for part in (half, terms))
    drive = drive + drive.conj().swapaxes(-1, -2)
    drive[np.abs(drive) <= ROUNDING * (terms + terms.swapaxes(-1, -2))] = 0.0  # of a Hermitian L but for its phase
    return FrameOperator.from_matrix(hamiltonian.dense + drive) if drive.any() else hamiltonian
