"""The jumps inside a closed class of levels, at the points of a sweep that have the same class and the same jumps."""

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
        levels: (c,) the class.
        channel: (m,) of each entry.
        column: (m,) level that it leaves.
        row: (m,) level that it leads to.
        log_size: (b, m) or (1, m) ln of the absolute values of the amplitudes, none of which is zero.
        phase: (b, m) or (1, m) their phases.
        energies: (b, d) or (1, d) of all levels.
    """

    dimension: int
    levels: IntArray
    channel: IntArray
    column: IntArray
    row: IntArray
    log_size: FloatArray
    phase: FloatArray | ComplexArray
    energies: FloatArray


def class_jumps(liouvillian: Liouvillian, held: BoolArray) -> Iterator[tuple[BoolArray, ClassJumps]]:
    """The jumps inside a closed class, for each set of points with one class at which the same ones vanish.

    Args:
        liouvillian: a generator whose populations are closed.
        held: (n, d) or (1, d) the levels of the class; where jumps vanish it may be smaller than elsewhere. Points
            without a level are left out.

    Yields:
        Which points (n,) of the flattened sweep, and their jumps.
    """
    model, table = liouvillian.model, liouvillian.table
    batch = model.batch_shape
    count = int(np.prod(batch))
    inside = np.flatnonzero(np.any(held, axis=0)[table.column])

    phase = flattened(phases(table)[..., inside], 1, batch)
    size = flattened(0.5 * log_strength(model)[..., inside], 1, batch)
    energies = flattened(model.generator.diagonal, 1, batch)
    live = (size > -np.inf) & held[:, table.column[inside]]
    for points, pattern in _patterns(_beside(held, live), count):
        own, live_here = pattern[: table.dimension], pattern[table.dimension :]
        if not own.any():
            continue
        entries = inside[live_here]
        yield (
            points,
            ClassJumps(
                dimension=table.dimension,
                levels=np.flatnonzero(own),
                channel=table.channel[entries].astype(np.int64),
                column=table.column[entries].astype(np.int64),
                row=table.row[entries].astype(np.int64),
                log_size=_at(size, points)[:, live_here],
                phase=_at(phase, points)[:, live_here],
                energies=_at(energies, points),
            ),
        )


def _at(values: NDArray[Any], points: BoolArray) -> NDArray[Any]:
    return values if len(values) != points.size or points.all() else values[points]


def _beside(held: BoolArray, live: BoolArray) -> BoolArray:
    """Both in one row for each point."""
    points = max(len(held), len(live))
    return np.concatenate([np.broadcast_to(part, (points, part.shape[1])) for part in (held, live)], axis=1)


def _patterns(live: BoolArray, count: int) -> Iterator[tuple[BoolArray, BoolArray]]:
    """Points with one and the same set of levels, and of entries that are not zero."""
    if (live == live[0]).all():
        yield np.ones(count, dtype=bool), live[0]
        return
    patterns, which = np.unique(live, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        yield np.ravel(which) == number, pattern
