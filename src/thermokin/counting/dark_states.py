"""Whether no counted jump can happen in the steady state: some states are kept by the motion that all of them miss."""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.solvers.resolvent import Resolvent

__all__ = ["could_be_counted", "dark", "dark_error"]

Array = NDArray[Any]

SEEN_UP_TO = 64  # levels up to which states that no jump leaves are looked for
FAINT = 1e-6  # of what could be counted: above, what is counted is no rounding
ROUNDINGS = 8.0 * float(np.finfo(np.float64).eps)  # of an operator, times its dimension, that a state may miss


def could_be_counted(resolvent: Resolvent, weights: FloatArray) -> FloatArray:
    """The largest rate of what a current counts, each jump with the size of its weight, over all states (...).

    Args:
        resolvent: of the generator.
        weights: c_k (..., k).

    Returns:
        From above [amount/time].
    """
    liouvillian = resolvent.block.liouvillian
    return np.asarray(liouvillian.observable(np.abs(weights)).diagonal.sum(axis=-1))


def dark(resolvent: Resolvent, weights: FloatArray) -> BoolArray:
    """Where no jump that is counted happens in the steady state, to rounding of the operators (...).

    The states that these jumps annihilate and that neither the motion between jumps nor any other jump leaves: where
    there are any, a stationary state is among them, and it is the only one. Nothing is then ever counted.

    Args:
        resolvent: of the generator, whose stationary vector is the only one.
        weights: c_k (..., k).

    Returns:
        The verdict; False for models too large to look.

    Cost:
        At most d singular value decompositions of (channels + 1) d rows.
    """
    block, liouvillian = resolvent.block, resolvent.block.liouvillian
    batch = np.broadcast_shapes(liouvillian.model.batch_shape, weights.shape[:-1])
    counted = (block.rate_row(np.abs(weights)) * resolvent.stationary).sum(axis=-1).real
    faint = np.asarray(~(counted > FAINT * could_be_counted(resolvent, weights)))
    exact = liouvillian.populations_closed and resolvent.left is not None  # empty levels are found empty
    if liouvillian.dimension > SEEN_UP_TO or exact or not faint.any():
        return np.zeros(batch, dtype=bool)
    return faint & _kept_from(liouvillian, weights, block.levels)


def _kept_from(liouvillian: Liouvillian, weights: FloatArray, levels: Array) -> BoolArray:
    """Whether some superposition of levels is never left and never counted (...)."""
    size, table = liouvillian.dimension, liouvillian.table
    jumps = [_of_norm_one(table.jump(number)) for number in range(table.size)]
    between = liouvillian.effective_hamiltonian
    level = np.arange(size)
    energies = between[..., level, level].real.mean(axis=-1)
    moving = [_of_norm_one(between - energies[..., None, None] * np.eye(size)), *jumps]
    unseen = [jump * (weights[..., number] != 0.0)[..., None, None] for number, jump in enumerate(jumps)]
    least = ROUNDINGS * size
    start = np.zeros((size, size))
    start[levels, levels] = 1.0
    kept: Array = _missed_by(unseen, start, least)
    for _ in range(size):
        out = np.eye(size) - kept @ kept.conj().swapaxes(-1, -2)
        fewer = _missed_by([out @ part for part in moving], kept, least)
        if (_dimension(fewer) == _dimension(kept)).all():
            break
        kept = fewer
    return np.asarray(_dimension(kept) > 0.5)


def _of_norm_one(operator: Array) -> Array:
    length = np.linalg.norm(operator, axis=(-2, -1), keepdims=True)
    return np.asarray(operator / np.where(length > 0.0, length, 1.0))


def _missed_by(operators: list[Array], basis: Array, least: float) -> Array:
    """Of the span of columns (..., d, d), some of them empty, the part that operators annihilate, likewise."""
    batch = np.broadcast_shapes(basis.shape[:-2], *(part.shape[:-2] for part in operators))
    empty = 1.0 - (np.abs(basis) ** 2).sum(axis=-2)
    rows = [part @ basis for part in operators] + [empty[..., None] * np.eye(basis.shape[-1])]
    stacked = np.concatenate([np.broadcast_to(part, (*batch, *part.shape[-2:])) for part in rows], axis=-2)
    values, vectors = np.linalg.svd(stacked, full_matrices=False)[1:]
    return np.asarray((basis @ vectors.conj().swapaxes(-1, -2)) * (values <= least)[..., None, :])


def _dimension(basis: Array) -> Array:
    return np.asarray((np.abs(basis) ** 2).sum(axis=(-2, -1)).round())


def dark_error(resolvent: Resolvent, possible: FloatArray, order: int) -> FloatArray:
    """How large a cumulant may be where operators are dark to their rounding only (...).

    A leak of amplitude u brings a share (u k)^2 of the state out of the dark, k the condition number of the generator;
    there at most k times as much is counted before it is back as in one of its fastest jumps.

    Args:
        resolvent: of the generator.
        possible: what could be counted, with the weights of that order (...).
        order: of the cumulant.

    Returns:
        The error.
    """
    leak = ROUNDINGS * resolvent.block.liouvillian.dimension * resolvent.condition
    return np.asarray(factorial(order) * possible * leak**2 * resolvent.condition ** (order - 1))
