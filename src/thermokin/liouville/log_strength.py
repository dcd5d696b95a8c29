"""Strengths of jumps that underflow, held as logarithms by way of the jumps that undo them."""

from __future__ import annotations

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.model.jump_entropy import jump_entropy
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.numerics.rounding_guard import UNDERFLOW

__all__ = ["log_rates", "log_strength", "phases"]


def log_strength(model: Model) -> FloatArray:
    """Ln |amplitude|^2 (..., m) of the entries of the jump table [1/time], also where it is below all doubles.

    A jump that is too weak for a double has one that undoes it, exp(s) as strong, s the entropy that it puts into its
    bath: a lead at millikelvin fills a level far above it at a rate that underflows, and empties it at one that does
    not.

    Args:
        model: the model.

    Returns:
        The logarithms, -inf where a jump vanishes.
    """
    table = model.table
    with np.errstate(divide="ignore"):
        own = np.log(table.strength)
    partner = table.partner
    paired = np.flatnonzero((partner >= 0) & _undone(table, np.arange(table.entries)))
    if not paired.size:
        return own
    flow = jump_entropy(model)[..., table.channel[paired]]
    back, here = own[..., partner[paired]], own[..., paired]
    weak = (here < np.log(UNDERFLOW)) & (back >= np.log(UNDERFLOW))
    values = np.where(weak, back + np.where(weak, flow, 0.0), here)
    whole = np.array(np.broadcast_to(own, (*values.shape[:-1], own.shape[-1])))
    whole[..., paired] = values
    return whole


def phases(table: JumpTable) -> FloatArray | ComplexArray:
    """Phases of the entries (..., m), those of a vanishing one from the jump that undoes it; 0 where both vanish.

    Args:
        table: the jumps.

    Returns:
        Numbers of size one.
    """
    size = np.abs(table.amplitude)
    own = table.amplitude / np.where(size > 0.0, size, 1.0)
    undoing = np.where(table.partner >= 0, np.conj(own[..., table.partner]), 0.0)
    return np.asarray(np.where(size > 0.0, own, undoing))


def log_rates(model: Model) -> FloatArray:
    """Ln of the rates of a model with closed populations (..., d, d), of j -> i in row i and column j.

    Args:
        model: the model.

    Returns:
        The logarithms, -inf where there is no jump, and on the diagonal.
    """
    table, size = model.table, model.dimension
    moving = np.flatnonzero(table.row != table.column)
    own = log_strength(model)
    values, row, column = own[..., moving], table.row[moving], table.column[moving]
    # A way back that was given as nothing, because it underflows, has no entry.
    alone = moving[_undone(table, moving) & (table.partner[moving] < 0)]
    if alone.size:
        back = own[..., alone] - jump_entropy(model)[..., table.channel[alone]]
        batch = np.broadcast_shapes(values.shape[:-1], back.shape[:-1])
        parts = (np.broadcast_to(part, (*batch, part.shape[-1])) for part in (values, back))
        values = np.concatenate([*parts], axis=-1)
        row, column = np.concatenate([row, table.column[alone]]), np.concatenate([column, table.row[alone]])
    place = row.astype(np.int64) * size + column
    order = np.argsort(place, kind="stable")
    out = np.full((*values.shape[:-1], size * size), -np.inf)
    if order.size:
        ordered = place[order]
        first = np.flatnonzero(np.concatenate([[True], np.diff(ordered) != 0]))
        out[..., ordered[first]] = np.logaddexp.reduceat(values[..., order], first, axis=-1)
    return out.reshape(*values.shape[:-1], size, size)


def _undone(table: JumpTable, entries: IntArray) -> BoolArray:
    """Whether entries (m,) are of a channel that another one undoes by way of one bath."""
    channel = table.channel[entries]
    return np.asarray((table.reverse[channel] >= 0) & ~table.bathless[channel])
