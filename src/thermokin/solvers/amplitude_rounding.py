"""What rounding of jump operators may add to the rates between levels."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.liouville.block import Block
from thermokin.liouville.sectors import ket_blocks

__all__ = ["squared_amplitudes"]


def squared_amplitudes(block: Block) -> FloatArray:
    """The largest squared element of the jumps that lead from one level to another, or to one that K joins with it.

    An element of a jump operator is known to rounding of the largest one of its channel; a channel that leads nowhere
    near the two levels takes nothing from what is known of the rate between them.

    Args:
        block: the block.

    Returns:
        (..., k, k) from each level of the block (column) to each (row) [1/time].
    """
    table, joined = block.liouvillian.off_diagonal.table, ket_blocks(block.liouvillian)
    groups = int(joined.max(initial=-1)) + 1
    largest = np.zeros((table.size, *table.strength.shape[:-1]))
    np.maximum.at(largest, table.channel, np.moveaxis(table.strength, -1, 0))
    touched = np.unique(np.stack([table.channel, joined[table.row], joined[table.column]]), axis=1)
    between = np.zeros((groups, groups, *largest.shape[1:]))
    np.maximum.at(between, (touched[1], touched[2]), largest[touched[0]])
    own = joined[block.levels]
    return np.asarray(np.moveaxis(between[own[:, None], own], (0, 1), (-2, -1)))
