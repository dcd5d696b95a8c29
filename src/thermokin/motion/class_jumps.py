"""The jumps inside one closed class of levels, at the points of a sweep that have the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.log_strength import log_strength, phases
from thermokin.numerics.flattened_sweep import flattened

__all__ = ["ClassJumps", "class_jumps"]


@dataclass(frozen=True, eq=False)
class ClassJumps:
    """Entries of the jump table, at most one of each channel into a level and one out of it.

    Args:
        dimension: d, of the model.
        channel: (m,) of each entry.
        column: (m,) level that it leaves.
        row: (m,) level that it leads to.
        log_size: (b, m) or (1, m) ln of the absolute values of the amplitudes, none of which is zero.
        phase: (b, m) or (1, m) their phases.
        energies: (b, d) or (1, d) of all levels.
    """

    dimension: int
    channel: IntArray
    column: IntArray
    row: IntArray
    log_size: FloatArray
    phase: FloatArray | ComplexArray
    energies: FloatArray


def class_jumps(liouvillian: Liouvillian, levels: IntArray) -> Iterator[tuple[BoolArray, ClassJumps]]:
    """The jumps inside a closed class, for each set of points at which the same ones vanish.

    Args:
        liouvillian: a generator whose populations are closed.
        levels: (c,) the class.

    Yields:
        Which points (n,) of the flattened sweep, and their jumps.
    """
    model, table = liouvillian.model, liouvillian.table
    batch = model.batch_shape
    count = int(np.prod(batch))
    inside = np.flatnonzero(np.isin(table.column, levels))

    phase = flattened(phases(table)[..., inside], 1, batch)
    size = flattened(0.5 * log_strength(model)[..., inside], 1, batch)
    energies = flattened(model.generator.diagonal, 1, batch)
    for points, live in _patterns(size > -np.inf, count):
        entries = inside[live]
        yield (
            points,
            ClassJumps(
                dimension=table.dimension,
                channel=table.channel[entries].astype(np.int64),
                column=table.column[entries].astype(np.int64),
                row=table.row[entries].astype(np.int64),
                log_size=_at(size, points)[:, live],
                phase=_at(phase, points)[:, live],
                energies=_at(energies, points),
            ),
        )


def _at(values: NDArray[Any], points: BoolArray) -> NDArray[Any]:
    return values if len(values) != points.size or points.all() else values[points]


def _patterns(live: BoolArray, count: int) -> Iterator[tuple[BoolArray, BoolArray]]:
    """Points with one and the same set of entries that are not zero."""
    if (live == live[0]).all():
        yield np.ones(count, dtype=bool), live[0]
        return
    patterns, which = np.unique(live, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        yield np.ravel(which) == number, pattern
