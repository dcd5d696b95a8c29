"""Which pairs of jump amplitudes act inside a sector, found from its elements where a channel has very many pairs."""

from __future__ import annotations

import numpy as np

from thermokin._typing import IntArray
from thermokin.liouville.diagonal_parts import entries_of_rows
from thermokin.liouville.sectors import Sector
from thermokin.model.jump_table import JumpTable

__all__ = ["pairs_out_of"]

FEW = 10_000  # pairs of a table that are listed at once
MOST = 0.25  # of all pairs: beyond, to look through them costs less than to put in order what was found


def pairs_out_of(table: JumpTable, sector: Sector) -> tuple[IntArray, IntArray]:
    """Pairs of entries of one channel, among them all that act on an element of a sector, in the order of the table.

    Args:
        table: the jumps.
        sector: the elements.

    Returns:
        Two index arrays: for the row, and for the column.

    Cost:
        As many steps as there are entries that leave the rows of the elements, and pairs that are found; all pairs of
        a small table, or where the sector holds a large part of them.
    """
    pairs = (np.diff(table.starts) ** 2).sum()
    if table.one_element_each or pairs <= FEW:
        return table.pairs
    columns = table.column.astype(np.int64)
    leaving = np.argsort(columns, kind="stable")
    element, place = entries_of_rows(np.bincount(columns, minlength=table.dimension), sector.rows)
    if element.size > MOST * pairs:
        return table.pairs
    first = leaving[place]
    channel = table.channel.astype(np.int64)
    own = channel * table.dimension + columns
    order = np.argsort(own, kind="stable")
    wanted, ordered = channel[first] * table.dimension + sector.columns[element], own[order]
    begin, end = (np.searchsorted(ordered, wanted, side) for side in ("left", "right"))
    count = end - begin
    if count.sum() > MOST * pairs:
        return table.pairs
    which = np.repeat(np.arange(first.size), count)
    second = order[np.arange(which.size) + (begin - (np.cumsum(count) - count))[which]]
    one = first[which]
    alike = np.argsort(one * np.int64(table.entries) + second)
    return one[alike], second[alike]
