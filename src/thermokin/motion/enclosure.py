"""The subspace that a start ends in and never leaves, as a model of its own."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model

__all__ = ["enclosed"]

EMPTY = 1e-10  # share of the largest eigenvalue below which a state is not in the support
ROUNDING = 1e-13  # of a channel's largest element that a change of basis leaves in place of zero


def enclosed(liouvillian: Liouvillian, state: ComplexArray) -> Liouvillian:
    """The motion inside the support of a steady state, which the generator never leaves.

    Its channels are those of the model, in the same order, so that weights of currents apply.

    Args:
        liouvillian: the generator, of a model without leading axes.
        state: a steady state (d, d) in the frame.

    Returns:
        The generator on the support; its frame is an isometry (d, r) into the user's basis.

    Reference:
        baumgartner2008.
    """
    model = liouvillian.model
    weights, vectors = np.linalg.eigh(state)
    support = np.asarray(vectors[:, weights > EMPTY * weights[-1]])

    def inside(operator: FrameOperator) -> FrameOperator:
        matrix = support.conj().T @ operator.dense @ support
        return FrameOperator.from_matrix(0.5 * (matrix + matrix.conj().T))

    frame = support if model.frame is None else model.frame @ support
    reduced = Model.from_table(
        inside(model.generator), inside(model.energy), _inside(model.table, support), model.baths, frame=frame
    )
    return Liouvillian(reduced)


def _inside(table: JumpTable, support: ComplexArray) -> JumpTable:
    channel, row, column, amplitude = [], [], [], []
    for number in range(table.size):
        jump = support.conj().T @ table.jump(number) @ support
        jump[np.abs(jump) <= ROUNDING * np.abs(table.amplitude[table.channel == number]).max(initial=0.0)] = 0.0
        rows, columns = np.nonzero(jump)
        channel.append(np.full(rows.size, number))
        row.append(rows)
        column.append(columns)
        amplitude.append(jump[rows, columns])
    return JumpTable(
        dimension=int(support.shape[1]),
        channel=np.concatenate(channel).astype(np.int32),
        row=np.concatenate(row).astype(np.int32),
        column=np.concatenate(column).astype(np.int32),
        amplitude=np.concatenate(amplitude),
        bath=table.bath,
        energy=table.energy,
        particles=table.particles,
        reverse=table.reverse,
    )
