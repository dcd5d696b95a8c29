"""How much of a quantity each jump carries: the mean and the spread of what its elements change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable

__all__ = ["ROUNDING", "OwnQuanta", "operator_size", "own_quanta", "quantum_rounding"]

ROUNDING = 1e-9  # of the quantum: mismatch that is taken for rounding
MERGED = 1e-10  # of the spectrum's width: gaps that one jump may share, as in the secular builders
LOST = 1e-13  # of the largest element: what an offset of the operator leaves of a difference
FULL = 0.05  # share of the elements above which a dense product is the faster one


@dataclass(frozen=True, eq=False)
class OwnQuanta:
    """What each jump L gives of a quantity X. Where [X, L] = x L the spread is zero, and x the mean.

    Args:
        moving: where L is not zero (..., k).
        mean: <L, [X, L]> / |L|^2 (..., k).
        spread: |[X, L] - mean L| / |L| (..., k), in Frobenius norms.
    """

    moving: BoolArray
    mean: FloatArray
    spread: FloatArray


def own_quanta(operator: FrameOperator, table: JumpTable) -> OwnQuanta:
    """What each jump of a table gives of a quantity.

    Args:
        operator: X, in the frame of the table.
        table: the jumps.

    Returns:
        Mean and spread.

    Cost:
        A few passes over the table where X is diagonal, else a product of X with every jump.
    """
    if operator.matrix is None:
        return _of_diagonal(operator.diagonal, table)
    size = operator.dimension
    centred = operator.matrix - np.eye(size) * operator.diagonal.mean(axis=-1)[..., None, None]
    if centred.ndim == 2 and table.amplitude.ndim == 1 and np.count_nonzero(centred) < FULL * size**2:
        pairs = [_of_sparse(csr_array(centred), _sparse_jump(table, each)) for each in range(table.size)]
    else:
        pairs = [_of_dense(centred, table.jump(each)) for each in range(table.size)]
    moving, mean, spread = (np.stack(np.broadcast_arrays(*each), axis=-1) for each in zip(*pairs, strict=True))
    return OwnQuanta(moving, mean, spread)


def quantum_rounding(operator: FrameOperator, quanta: FloatArray) -> FloatArray:
    """How far a jump's quantum may be off, or spread, and be one by rounding.

    Args:
        operator: X.
        quanta: the size of what jumps give of it (..., k).

    Returns:
        (..., k), in the units of X.
    """
    largest, width = operator_size(operator)
    beside = LOST * np.sqrt(operator.dimension) * largest + MERGED * width
    return np.asarray(ROUNDING * quanta + beside[..., None])


def operator_size(operator: FrameOperator) -> tuple[FloatArray, FloatArray]:
    """The largest element of an operator (...), and of the operator less its mean.

    Args:
        operator: X.

    Returns:
        Both.
    """
    diagonal = operator.diagonal
    middle = np.abs(diagonal - diagonal.mean(axis=-1, keepdims=True)).max(axis=-1)
    largest = np.abs(diagonal).max(axis=-1)
    if operator.matrix is None:
        return largest, middle
    size = np.abs(operator.matrix)
    size[..., np.arange(operator.dimension), np.arange(operator.dimension)] = 0.0
    beside = size.max(axis=(-2, -1))
    return np.maximum(largest, beside), np.maximum(middle, beside)


def _of_diagonal(levels: FloatArray, table: JumpTable) -> OwnQuanta:
    change = levels[..., table.row] - levels[..., table.column]
    share = _scaled(table) ** 2
    total = _by_channel(share, table)
    share = share / np.where(total > 0.0, total, 1.0)[..., table.channel]
    mean = _by_channel(share * change, table)
    away = change - mean[..., table.channel]
    return OwnQuanta(total > 0.0, mean, np.sqrt(_by_channel(share * away**2, table)))


def _scaled(table: JumpTable) -> FloatArray:
    """Magnitudes of the elements (..., m) over the largest of their jump, so that their squares are numbers."""
    size = np.abs(table.amplitude)
    largest = _by_channel(size, table, np.maximum)[..., table.channel]
    return np.asarray(size / np.where(largest > 0.0, largest, 1.0))


def _by_channel(values: FloatArray, table: JumpTable, gather: np.ufunc = np.add) -> FloatArray:
    """Sums, or another gathering, over the elements of each channel (..., k); 0 for a channel without any."""
    held = np.flatnonzero(np.diff(table.starts))
    found = np.zeros((*values.shape[:-1], table.size))
    if held.size:
        found[..., held] = gather.reduceat(values, table.starts[held], axis=-1)
    return found


def _sparse_jump(table: JumpTable, channel: int) -> csr_array:
    part = slice(int(table.starts[channel]), int(table.starts[channel + 1]))
    where = (table.row[part], table.column[part])
    jump = csr_array((table.amplitude[part], where), shape=(table.dimension, table.dimension))
    largest = np.abs(jump.data).max(initial=0.0)
    return jump / largest if largest > 0.0 else jump


def _of_sparse(operator: csr_array, jump: csr_array) -> tuple[BoolArray, FloatArray, FloatArray]:
    total = float((np.abs(jump.data) ** 2).sum())
    if total == 0.0:
        return np.zeros((), dtype=bool), np.zeros(()), np.zeros(())
    turned = operator @ jump - jump @ operator
    mean = float(jump.conj().multiply(turned).sum().real) / total
    rest = turned - mean * jump
    return np.ones((), dtype=bool), np.asarray(mean), np.asarray(np.sqrt((np.abs(rest.data) ** 2).sum() / total))


def _of_dense(operator: ComplexArray, jump: ComplexArray) -> tuple[BoolArray, FloatArray, FloatArray]:
    largest = np.abs(jump).max(axis=(-2, -1), keepdims=True)
    scaled = jump / np.where(largest > 0.0, largest, 1.0)
    total = (np.abs(scaled) ** 2).sum(axis=(-2, -1))
    weight = np.where(total > 0.0, total, 1.0)
    turned = operator @ scaled - scaled @ operator
    mean = (scaled.conj() * turned).sum(axis=(-2, -1)).real / weight
    rest = turned - mean[..., None, None] * scaled
    return np.asarray(total > 0.0), np.asarray(mean), np.sqrt((np.abs(rest) ** 2).sum(axis=(-2, -1)) / weight)
