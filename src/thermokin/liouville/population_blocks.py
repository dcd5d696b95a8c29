"""The blocks of a model that hold its populations: any steady state lives there."""

from __future__ import annotations

import numpy as np

from thermokin.liouville.block import Block
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import PopulationBlock
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import sector_map

__all__ = ["population_blocks"]

REAL_UP_TO = 100_000  # elements of a sector up to which its real coordinates are worked out, terms and all


def population_blocks(liouvillian: Liouvillian) -> tuple[Block, ...]:
    """The parts of the state space that hold populations and do not mix.

    Args:
        liouvillian: the generator.

    Returns:
        One block of closed populations, or one for each sector, in real coordinates or, where it is so large that only
        matrix-free solvers serve it, in elements; more than one sector means more than one steady state.
    """
    if liouvillian.populations_closed:
        return (PopulationBlock(liouvillian, np.arange(liouvillian.dimension)),)
    sectors = sector_map(liouvillian).of_populations()
    generators = [SectorGenerator(liouvillian, sector) for sector in sectors]
    batch = bool(liouvillian.model.batch_shape)
    return tuple(one if one.size > REAL_UP_TO and not batch else HermitianBlock(one) for one in generators)
