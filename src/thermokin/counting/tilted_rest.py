"""The tilted generator without a field: the generator itself, whose derivatives are the first two cumulants."""

from __future__ import annotations

import numpy as np

from thermokin._errors import DegenerateSteadyStateError, NotConvergedError
from thermokin.counting.cumulants import series_of
from thermokin.counting.tilted_generator import TiltedGenerator
from thermokin.counting.tilted_states import TiltedStates
from thermokin.liouville.block import Block
from thermokin.liouville.population_block import PopulationBlock
from thermokin.solvers.choice import prepared
from thermokin.solvers.method import Method

__all__ = ["at_rest"]


def at_rest(generator: TiltedGenerator, method: Method) -> TiltedStates | None:
    """The dominant eigenpair at s = 0 by the solvers of the steady state, which no weak link misleads.

    Args:
        generator: the generator.
        method: how to solve.

    Returns:
        The states (1, ...) without their gap; None where the block is left for others, or keeps several steady states.
    """
    block = generator.block
    if not _stays(block):
        return None
    try:
        series = series_of(prepared(block, method), generator.weights, 2)
        values = series.values
    except (DegenerateSteadyStateError, NotConvergedError):
        return None
    batch = values.shape[:-1]
    shot = np.abs(block.rate_row(generator.weights**2) * series.resolvent.stationary).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        lost = series.error[..., 1] / np.maximum(np.abs(values[..., 1]), shot)
    parts = (
        np.zeros(batch),
        values[..., 0],
        values[..., 1],
        np.broadcast_to(series.resolvent.stationary.real, (*batch, block.size)),
        np.broadcast_to(block.trace, (*batch, block.size)),
        np.broadcast_to(series.resolvent.residual, batch),
        np.full(batch, np.nan),
        np.nan_to_num(np.broadcast_to(lost, batch), nan=0.0),
    )
    return TiltedStates(*(np.asarray(part)[None] for part in parts))


def _stays(block: Block) -> bool:
    """Whether nothing leaves the block."""
    if not isinstance(block, PopulationBlock):
        return True
    table = block.liouvillian.table
    held = np.zeros(block.liouvillian.dimension, dtype=bool)
    held[block.levels] = True
    crossing = held[table.column] & ~held[table.row]
    return not bool((table.strength[..., crossing] > 0.0).any())
