"""What the jumps of each bath do to a density matrix."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.model.jump_table import NO_BATH, Index
from thermokin.model.model import Model

__all__ = ["NOBODY", "dissipated"]

NOBODY = "no bath"


def dissipated(model: Model, states: ComplexArray, *, timed: bool) -> dict[str, tuple[ComplexArray, FloatArray]]:
    """D_b rho of each bath, and of all jumps without one.

    Args:
        model: the model.
        states: rho in the frame (..., d, d), over time (..., t, d, d).
        timed: whether there is an axis of times.

    Returns:
        (..., d, d) in the frame by the name of the bath [1/time], of jumps without a bath as "no bath", if there are;
        and Frobenius' norm (...) of what it is a difference of.

    Cost:
        d numbers for each matrix element of a jump; d^3 for each bath.
    """
    table = model.table
    amplitude = table.amplitude[..., None, :] if timed and table.amplitude.ndim > 1 else table.amplitude
    places = {bath.name: place for place, bath in enumerate(model.baths)}
    if table.bathless.any():
        places[NOBODY] = NO_BATH
    found = {}
    for name, place in places.items():
        mine = np.flatnonzero((table.bath == place)[table.channel])
        found[name] = _moved(model, np.asarray(amplitude[..., mine], dtype=np.complex128), mine, states)
    return found


def _moved(
    model: Model, amplitude: ComplexArray, mine: IntArray, states: ComplexArray
) -> tuple[ComplexArray, FloatArray]:
    """The sum over some entries of a table of L rho L^+ - (L^+ L rho + rho L^+ L)/2."""
    table, levels = model.table, model.dimension
    channel, row, column = table.channel[mine], table.row[mine], table.column[mine]
    lead = np.broadcast_shapes(amplitude.shape[:-1], states.shape[:-2])
    into = np.zeros((*lead, levels, levels), dtype=np.complex128)
    loss = np.zeros((*amplitude.shape[:-1], levels, levels), dtype=np.complex128)
    begin = np.flatnonzero(np.diff(channel, prepend=-1))
    alone = begin.size == mine.size
    strength = np.abs(amplitude) ** 2
    if alone:
        level = np.arange(levels)
        into[..., level, level] = _added(strength * states[..., column, column], row, levels)
        loss[..., level, level] = _added(strength, column, levels)
    else:
        for first, past in zip(begin, [*begin[1:], mine.size], strict=True):
            rows, columns, own = row[first:past], column[first:past], amplitude[..., first:past]
            filled, place = np.unique(rows, return_inverse=True)
            jump = np.zeros((*amplitude.shape[:-1], filled.size, levels), dtype=np.complex128)
            jump[..., place, columns] = own
            needed = np.unique(columns)
            few = jump[..., needed]
            adjoint = few.conj().swapaxes(-1, -2)
            into[..., filled[:, None], filled] += few @ states[..., needed[:, None], needed] @ adjoint
            loss[..., needed[:, None], needed] += adjoint @ few
    taken = loss @ states
    size = np.linalg.norm(into, axis=(-2, -1)) + np.linalg.norm(taken, axis=(-2, -1))
    return np.asarray(into - 0.5 * (taken + taken.conj().swapaxes(-1, -2))), np.asarray(size)


def _added(values: FloatArray | ComplexArray, place: Index, levels: int) -> ComplexArray:
    """Values (..., m) summed over those of one place (..., levels)."""
    order = np.argsort(place, kind="stable")
    filled, begin = np.unique(place[order], return_index=True)
    found = np.zeros((*values.shape[:-1], levels), dtype=np.complex128)
    if filled.size:
        found[..., filled] = np.add.reduceat(values[..., order], begin, axis=-1)
    return found
