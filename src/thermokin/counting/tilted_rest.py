"""The tilted generator without a field: the generator itself, whose derivatives are the first two cumulants."""

from __future__ import annotations

import numpy as np

from thermokin._errors import DegenerateSteadyStateError
from thermokin._typing import FloatArray
from thermokin.counting.cumulants import series_of
from thermokin.counting.tilted_generator import TiltedGenerator
from thermokin.counting.tilted_states import TiltedStates
from thermokin.liouville.block import Block
from thermokin.liouville.population_block import PopulationBlock
from thermokin.motion.population_motion import population_motion
from thermokin.solvers.choice import prepared
from thermokin.solvers.method import Method

__all__ = ["at_rest"]

HELD = 1.0 - 1e-12  # of all populations, for the block that holds them


def at_rest(generator: TiltedGenerator, method: Method) -> TiltedStates | None:
    """The dominant eigenpair at s = 0 by the solvers of the steady state, which no weak link misleads.

    Args:
        generator: the generator.
        method: how to solve.

    Returns:
        The states (1, ...) without their gap; None where the block is left for others, or keeps several steady states.

    Raises:
        NotConvergedError: if doubles cannot hold the inverse of the generator.
    """
    block = generator.block
    if not _stays(block):
        return None
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            series = series_of(prepared(block, method, _known(block)), generator.weights, 2)
            values = series.values
    except DegenerateSteadyStateError:
        return None
    batch = values.shape[:-1]
    shot = np.abs(block.rate_row(generator.weights**2) * series.resolvent.stationary).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        lost = series.error[..., 1] / np.maximum(np.abs(values[..., 1]), shot)
    # What is none has lost all; where nothing jumps there is nothing to lose.
    lost = np.where(np.isfinite(values).all(axis=-1), np.nan_to_num(lost, nan=0.0, posinf=np.inf), np.inf)
    parts = (
        np.zeros(batch),
        values[..., 0],
        values[..., 1],
        np.broadcast_to(series.resolvent.stationary.real, (*batch, block.size)),
        np.broadcast_to(block.trace, (*batch, block.size)),
        np.broadcast_to(series.resolvent.residual, batch),
        np.full(batch, np.nan),
        np.broadcast_to(lost, batch),
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


def _known(block: Block) -> FloatArray | None:
    """The stationary populations of a block that holds all of them, where they are closed."""
    if not isinstance(block, PopulationBlock) or not block.liouvillian.populations_closed:
        return None
    limit = population_motion(block.liouvillian).limit
    held = limit.stationary[0][..., block.levels] if limit.unique else np.zeros(1)
    return held if (held.sum(axis=-1) > HELD).all() else None
