"""Bohr frequencies joined by single linkage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray

__all__ = ["Linkage", "linked"]


@dataclass(frozen=True, eq=False)
class Linkage:
    """Elements of one contact, each in a cluster of frequencies.

    Args:
        row: (m,) final level of each element.
        column: (m,) initial level.
        label: (m,) cluster.
        distinct: (m,) number of the frequency among the different ones that give clusters theirs; -1 for none of them.
        heavy: (m,) which elements leave levels that are populated.
    """

    row: IntArray
    column: IntArray
    label: IntArray
    distinct: IntArray
    heavy: BoolArray

    @property
    def key(self) -> bytes:
        """What two equal linkages share."""
        return b"".join(part.tobytes() for part in (self.row, self.column, self.label, self.distinct, self.heavy))


def linked(
    row: IntArray,
    column: IntArray,
    frequency: FloatArray,
    heavy: BoolArray,
    width: FloatArray,
    near: float,
    limit: float,
) -> Linkage:
    """Single linkage of frequencies: neighbours closer than a width are in one cluster.

    Elements that leave levels which are hardly populated join a cluster that rates do not tell them from, and widen
    none: in a truncated mode they would measure the truncation.

    Args:
        row: (m,) final level of each element.
        column: (m,) initial level.
        frequency: (m,) [energy].
        heavy: (m,) which elements leave levels that are populated.
        width: (m,) how close the next higher one is a neighbour [energy].
        near: distance from a cluster that rates do not resolve [energy].
        limit: closer than this are equal [energy].

    Returns:
        The linkage.
    """
    width = np.maximum(width, limit)
    label = np.full(row.size, -1, dtype=np.int64)
    ordered = np.flatnonzero(heavy)[np.argsort(frequency[heavy], kind="stable")]
    steps = np.diff(frequency[ordered]) > width[ordered[:-1]]
    label[ordered] = np.concatenate([[0], np.cumsum(steps)])[: ordered.size]
    light = np.flatnonzero(~heavy)
    if ordered.size and light.size:
        low = frequency[ordered[np.concatenate([[True], steps])]]
        high = frequency[ordered[np.concatenate([steps, [True]])]]
        outside = np.maximum(low - frequency[light, None], frequency[light, None] - high)
        nearest = outside.argmin(axis=-1)
        joins = outside[np.arange(light.size), nearest] <= max(near, limit)
        label[light[joins]] = nearest[joins]
    alone = np.flatnonzero(label < 0)
    label[alone] = label.max(initial=-1) + 1 + np.arange(alone.size)
    distinct = np.full(row.size, -1, dtype=np.int64)
    telling = np.flatnonzero(heavy | ~np.isin(label, label[heavy]))
    order = telling[np.lexsort((frequency[telling], label[telling]))]
    first = (np.diff(label[order], prepend=-1) != 0) | (np.diff(frequency[order], prepend=-np.inf) > limit)
    distinct[order] = np.cumsum(first) - 1
    return Linkage(row, column, label, distinct, heavy)
