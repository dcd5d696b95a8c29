"""Products of an operator, a state and each jump operator of a table."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.jump_table import JumpTable
from thermokin.numerics.level_sums import scatter

__all__ = ["dissipated", "dissipated_sizes", "jump_rates"]


def dissipated(table: JumpTable, operator: ComplexArray, state: ComplexArray) -> FloatArray:
    """tr(Y D[L_k] rho) of each channel.

    Args:
        table: the jumps.
        operator: Y (..., d, d), Hermitian.
        state: rho (..., d, d), Hermitian.

    Returns:
        (..., k).

    Cost:
        The sum over channels of (elements in it)^2, and one product of matrices.
    """
    return _landed(table, operator, state, sizes=False) - _lost(table, state @ operator, sizes=False)


def dissipated_sizes(table: JumpTable, operator: FloatArray, state: FloatArray) -> FloatArray:
    """What the same would be if nothing in it cancelled.

    Args:
        table: the jumps.
        operator: sizes of the elements of Y (..., d, d).
        state: sizes of those of rho (..., d, d).

    Returns:
        (..., k).
    """
    landed = _landed(table, operator.astype(np.complex128), state.astype(np.complex128), sizes=True)
    return landed + _lost(table, (state @ operator).astype(np.complex128), sizes=True)


def jump_rates(table: JumpTable, state: ComplexArray) -> FloatArray:
    """a_k = tr(L_k rho L_k^+) of each channel.

    Args:
        table: the jumps.
        state: rho (..., d, d).

    Returns:
        (..., k) [1/time].
    """
    return _landed(table, np.eye(table.dimension, dtype=np.complex128), state, sizes=False)


def _landed(table: JumpTable, operator: ComplexArray, state: ComplexArray, *, sizes: bool) -> FloatArray:
    """tr(Y L rho L^+)."""
    one, two = table.pairs
    values = table.amplitude[..., one] * np.conj(table.amplitude[..., two])
    values = values * operator[..., table.row[two], table.row[one]]
    values = values * state[..., table.column[one], table.column[two]]
    return _summed(table, one, values, sizes=sizes)


def _lost(table: JumpTable, product: ComplexArray, *, sizes: bool) -> FloatArray:
    """tr(L^+ L (rho Y + Y rho)) / 2 from rho Y."""
    one, two = table.pairs
    same = np.flatnonzero(table.row[one] == table.row[two])
    one, two = one[same], two[same]
    values = table.amplitude[..., one] * np.conj(table.amplitude[..., two])
    values = values * product[..., table.column[one], table.column[two]]
    return _summed(table, one, values, sizes=sizes)


def _summed(table: JumpTable, entries: np.ndarray, values: ComplexArray, *, sizes: bool) -> FloatArray:
    real = np.abs(values) if sizes else np.ascontiguousarray(values.real)
    return np.asarray(scatter(real, table.channel[entries], table.size))
