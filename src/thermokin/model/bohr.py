"""Bohr frequencies: the energy differences a coupling connects, clustered where they are equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.model.shared_jumps import SharedJumps, shared_jumps
from thermokin.numerics.level_sums import over_levels

__all__ = ["DEFAULT_TOLERANCE", "BohrClusters", "clusters", "largest", "separation", "smallest_gap"]

DEFAULT_TOLERANCE = 1e-10
ABSENT = 1e-300  # weight of an element that is not there: where none of a cluster is, they count alike
"""Gaps closer than this fraction of the spectrum's width are one Bohr frequency: far above rounding (1e-15), far below
any splitting that two baths or two levels could resolve in a secular generator."""


@dataclass(frozen=True, eq=False)
class BohrClusters:
    """Matrix elements of a coupling, grouped by the energy that they take out of the system.

    Args:
        row: (m,) final level of each element.
        column: (m,) initial level.
        label: (m,) cluster of each element, ascending; clusters ascend in frequency at the first point.
        frequency: (..., m) E_column - E_row of each element [energy]; at points without it, that of a point with it.
        mean: (..., c) mean frequency of each cluster [energy].
        zero: position of the cluster at frequency zero at all points, -1 if none.
        live: (..., m) at which points of a sweep the element is there and the cluster is one jump; None for all.
        shared: how the jumps of a sweep differ from point to point, None where they do not.
    """

    row: NDArray[np.int32]
    column: NDArray[np.int32]
    label: IntArray
    frequency: FloatArray
    mean: FloatArray
    zero: int
    live: BoolArray | None = None
    shared: SharedJumps | None = None


def smallest_gap(energies: FloatArray, tolerance: float) -> FloatArray:
    """The largest difference of energies that is none.

    Args:
        energies: (..., d) [energy].
        tolerance: as a fraction of the spectrum's width.

    Returns:
        (...) [energy].
    """
    width = over_levels(np.maximum, energies) - over_levels(np.minimum, energies)
    return np.asarray(tolerance * np.where(width > 0.0, width, 1.0))


def clusters(energies: FloatArray, present: BoolArray, tolerance: float) -> BohrClusters:
    """The Bohr frequencies of all elements that are there, clustered at every point of a sweep.

    Args:
        energies: (..., d) [energy].
        present: (..., d, d), which elements |row><column| there are.
        tolerance: largest distance of neighbours in a cluster, as a fraction of the spectrum's width.

    Returns:
        The clusters.

    Cost:
        Sorting one gap per element of the pattern.
    """
    row, column = np.nonzero(present.reshape(-1, *present.shape[-2:]).any(axis=0))
    frequency = energies[..., column] - energies[..., row]
    limit = smallest_gap(energies, tolerance)[..., None]
    order = np.argsort(frequency.reshape(-1, row.size)[0], kind="stable")
    row, column, frequency = row[order], column[order], frequency[..., order]
    first = frequency.reshape(-1, row.size)[0]
    label = np.concatenate([[0], np.cumsum(np.diff(first) > limit.reshape(-1)[0])])[: order.size].astype(np.int64)
    live = present[..., row, column]
    if live.all() and _same_everywhere(frequency, label, limit):
        return _clustered(row, column, label, frequency, limit)
    lead = np.broadcast_shapes(frequency.shape[:-1], live.shape[:-1])
    frequency, live = np.broadcast_to(frequency, (*lead, row.size)), np.broadcast_to(live, (*lead, row.size))
    flat = frequency.reshape(-1, row.size)
    shared = shared_jumps(flat, live.reshape(-1, row.size), np.broadcast_to(limit, (*lead, 1)).reshape(-1, 1))
    return _as_shared(shared, row, column, frequency, limit)


def _same_everywhere(frequency: FloatArray, label: IntArray, limit: FloatArray) -> bool:
    """Whether the clusters of the first point are those of every point."""
    if frequency.ndim == 1 or label.size == 0:
        return True
    order = np.argsort(frequency, axis=-1, kind="stable")
    steps = np.diff(np.take_along_axis(frequency, order, axis=-1), axis=-1) > limit
    # As many runs of one label as there are labels: a cluster that another one parts would pass for whole otherwise.
    whole = np.count_nonzero(steps, axis=-1) == label[-1]
    return bool(whole.all() and ((np.diff(label[order], axis=-1) != 0) == steps).all())


def _as_shared(
    shared: SharedJumps, row: IntArray, column: IntArray, frequency: FloatArray, limit: FloatArray
) -> BohrClusters:
    """The clusters of a sweep whose points have different jumps."""
    size = shared.element.size
    live = shared.live
    values = frequency[..., shared.element].reshape(-1, size)
    somewhere = live.argmax(axis=0)
    values = np.where(live, values, values[somewhere, np.arange(size)])
    # Clusters ascend in frequency at the first point, as where all points are alike.
    lowest = np.full(int(shared.label.max(initial=-1)) + 1, np.inf)
    np.minimum.at(lowest, shared.label, values[0])
    order = np.lexsort((values[0], shared.label, lowest[shared.label]))
    label = np.concatenate([[0], np.cumsum(np.diff(shared.label[order]) != 0)])[:size].astype(np.int64)
    lead = frequency.shape[:-1]
    place = shared.element[order]
    alive = live[:, order].reshape(*lead, size)
    found = _clustered(row[place], column[place], label, values[:, order].reshape(*lead, size), limit, alive)
    return replace(found, live=None if alive.all() else alive, shared=replace(shared, element=place))


def _clustered(
    row: IntArray,
    column: IntArray,
    label: IntArray,
    frequency: FloatArray,
    limit: FloatArray,
    live: BoolArray | None = None,
) -> BohrClusters:
    """The clusters of labelled elements, each with its mean frequency over the elements that are there."""
    start = np.flatnonzero(np.diff(label, prepend=-1))
    weight = np.ones(label.size) if live is None else np.where(live, 1.0, ABSENT)
    if label.size:
        mean = np.add.reduceat(frequency * weight, start, axis=-1) / np.add.reduceat(weight, start, axis=-1)
    else:
        mean = frequency
    near = np.abs(frequency) <= limit
    still = np.flatnonzero((near if live is None else near | ~live).reshape(-1, label.size).all(axis=0))
    return BohrClusters(
        row=row.astype(np.int32),
        column=column.astype(np.int32),
        label=label,
        frequency=frequency,
        mean=mean,
        zero=int(label[still[0]]) if still.size else -1,
    )


def separation(
    energies: FloatArray, sharing: Callable[[IntArray, IntArray], BoolArray], seen: BoolArray, tolerance: float
) -> FloatArray:
    """The smallest energy difference that the secular approximation must resolve.

    Two jumps that share a level create a coherence between the levels they do not share; dropping it is right when it
    turns fast. So this is the smallest non-zero |E_i - E_j| over levels that the jumps of a contact can make coherent.

    Args:
        energies: (..., d) [energy].
        sharing: which of the pairs of two index arrays (n,) a contact can make coherent (n,).
        seen: (..., d), the levels that count.
        tolerance: differences below this fraction of the spectrum's width are degenerate, not small.

    Returns:
        (...) [energy]; inf if nothing is linked at different energies.

    Cost:
        O(d^2) where neighbours in energy share a partner, as in a generic coupling.
    """
    batch, size = np.broadcast_shapes(energies.shape[:-1], seen.shape[:-1]), energies.shape[-1]
    points = np.broadcast_to(energies, (*batch, size)).reshape(-1, size)
    counted = np.broadcast_to(seen, (*batch, size)).reshape(-1, size)
    order = np.argsort(points[0], kind="stable")
    levels, counted = points[:, order], counted[:, order]
    width = levels.max(axis=-1) - levels.min(axis=-1)
    best = np.full(points.shape[0], np.inf)
    for offset in range(1, size):
        difference = np.abs(levels[:, offset:] - levels[:, :-offset])
        if len(points) == 1 and difference.min() >= best[0]:
            break  # levels are sorted: larger offsets only lie further apart
        different = counted[:, offset:] & counted[:, :-offset] & (difference > tolerance * width[:, None])
        near = np.flatnonzero(different.any(axis=0))
        near = near[sharing(order[near], order[near + offset])]
        best = np.minimum(best, np.where(different[:, near], difference[:, near], np.inf).min(axis=-1, initial=np.inf))
    return best.reshape(batch)


def largest(values: FloatArray | ComplexArray) -> float:
    """The largest magnitude, 0 for none."""
    return float(np.abs(values).max(initial=0.0))
