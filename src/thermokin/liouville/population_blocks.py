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


def population_blocks(liouvillian: Liouvillian) -> tuple[Block, ...]:
    """The parts of the state space that hold populations and do not mix, in real coordinates.

    Args:
        liouvillian: the generator.

    Returns:
        One block of closed populations, or one for each sector; more than one sector means more than one steady state.
    """
    if liouvillian.populations_closed:
        return (PopulationBlock(liouvillian, np.arange(liouvillian.dimension)),)
    sectors = sector_map(liouvillian).of_populations()
    return tuple(HermitianBlock(SectorGenerator(liouvillian, sector)) for sector in sectors)
