"""Whether weak jumps, each made as strong as the Hamiltonian, would still keep several steady states."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.log_strength import log_strength, phases
from thermokin.liouville.population_blocks import population_blocks
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.numerics.flattened_sweep import flattened
from thermokin.solvers.dense import DenseResolvent

__all__ = ["several_when_strengthened"]


def several_when_strengthened(liouvillian: Liouvillian, points: BoolArray) -> BoolArray:
    """What a steady state is kept apart by does not depend on how strong jumps are, only on where they lead.

    Args:
        liouvillian: the generator.
        points: (...) the points of the sweep to be looked at.

    Returns:
        (...) at which of them several states stay for ever whatever the strength of the jumps.

    Cost:
        One dense elimination for each point.
    """
    model, table = liouvillian.centred.model, liouvillian.centred.table
    chosen = np.flatnonzero(points.ravel())
    if not chosen.size:
        return np.zeros_like(points)
    hamiltonian = _at(flattened(model.generator.dense, 2, points.shape), chosen)
    spread = np.ptp(np.linalg.eigvalsh(hamiltonian), axis=-1)
    amplitude = _at(flattened(_relative(model), 1, points.shape), chosen)
    unit = np.sqrt(np.where(spread > 0.0, spread, 1.0))
    generator = FrameOperator.from_matrix(hamiltonian)
    none = np.zeros(table.size)
    stronger = replace(
        table,
        amplitude=amplitude * unit[..., None],
        bath=np.full(table.size, -1, dtype=np.int32),
        energy=none,
        particles=none,
    )
    made = Liouvillian(Model.from_table(generator, generator, stronger, (), frame=None))
    found = np.zeros_like(points)
    found[points] = _several(made)
    return found


def _several(liouvillian: Liouvillian) -> BoolArray:
    blocks = population_blocks(liouvillian)
    if len(blocks) > 1 or liouvillian.populations_closed:
        return np.ones((), dtype=bool)
    return DenseResolvent(blocks[0]).several


def _at(values: NDArray[Any], points: IntArray) -> NDArray[Any]:
    return np.asarray(values[np.zeros_like(points) if len(values) == 1 else points])


def _relative(model: Model) -> NDArray[Any]:
    """Amplitudes (..., m) beside the largest of their channel, also where they underflow."""
    table, logs = model.table, log_strength(model)
    largest = np.full((table.size, *logs.shape[:-1]), -np.inf)
    np.maximum.at(largest, table.channel, np.moveaxis(logs, -1, 0))
    top = np.moveaxis(largest, 0, -1)[..., table.channel]
    size = np.exp(0.5 * (logs - np.where(np.isfinite(top), top, 0.0)))
    return np.asarray(size * phases(table))
