"""Bohr frequencies: the energy differences a coupling connects, clustered where they are equal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.operators.sums import over_levels

__all__ = ["DEFAULT_TOLERANCE", "BohrClusters", "clusters", "largest", "refuse_crossings", "separation"]

DEFAULT_TOLERANCE = 1e-10
"""Gaps closer than this fraction of the spectrum's width are one Bohr frequency: far above rounding (1e-15), far below
any splitting that two baths or two levels could resolve in a secular generator."""


@dataclass(frozen=True, eq=False)
class BohrClusters:
    """Matrix elements of a coupling, grouped by the energy that they take out of the system.

    Args:
        row: (m,) final level of each element.
        column: (m,) initial level.
        label: (m,) cluster of each element, ascending; clusters ascend in frequency.
        frequency: (..., m) E_column - E_row of each element [energy].
        mean: (..., c) mean frequency of each cluster [energy].
        zero: position of the cluster at frequency zero, -1 if none.
    """

    row: NDArray[np.int32]
    column: NDArray[np.int32]
    label: IntArray
    frequency: FloatArray
    mean: FloatArray
    zero: int


def clusters(energies: FloatArray, pattern: NDArray[np.bool_], tolerance: float) -> BohrClusters:
    """The Bohr frequencies of all elements in a pattern, clustered alike at every point of a sweep.

    Args:
        energies: (..., d) [energy].
        pattern: (d, d), which elements |row><column| there are.
        tolerance: largest distance of neighbours in a cluster, as a fraction of the spectrum's width.

    Returns:
        The clusters.

    Raises:
        ValueError: if the clusters are not the same at all points: levels cross along a sweep.

    Cost:
        Sorting one gap per element of the pattern.
    """
    row, column = np.nonzero(pattern)
    frequency = energies[..., column] - energies[..., row]
    width = over_levels(np.maximum, energies) - over_levels(np.minimum, energies)
    limit = (tolerance * np.where(width > 0.0, width, 1.0))[..., None]
    points = frequency.reshape(-1, frequency.shape[-1])
    order = np.argsort(points[0], kind="stable")
    new = np.diff(points[0][order]) > limit.reshape(-1)[0]
    label = np.concatenate([[0], np.cumsum(new)])[: order.size].astype(np.int64)
    row, column, frequency = row[order], column[order], frequency[..., order]
    _same_everywhere(frequency, label, limit)
    first = (
        np.flatnonzero(np.concatenate([[True], new]))[: label[-1] + 1] if label.size else np.zeros(0, dtype=np.int64)
    )
    mean = np.add.reduceat(frequency, first, axis=-1) / np.diff([*first, label.size]) if label.size else frequency
    at_zero = np.flatnonzero((np.abs(frequency) <= limit).reshape(-1, label.size).all(axis=0))
    return BohrClusters(
        row=row.astype(np.int32),
        column=column.astype(np.int32),
        label=label,
        frequency=frequency,
        mean=mean,
        zero=int(label[at_zero[0]]) if at_zero.size else -1,
    )


def _same_everywhere(frequency: FloatArray, label: IntArray, limit: FloatArray) -> None:
    """Refuse a sweep in which gaps merge or split: its points would need different jump operators."""
    if frequency.ndim == 1 or label.size == 0:
        return
    order = np.argsort(frequency, axis=-1, kind="stable")
    steps = np.diff(np.take_along_axis(frequency, order, axis=-1), axis=-1) > limit
    sorted_labels = label[order]
    bad = ((np.diff(sorted_labels, axis=-1) != 0) != steps).any(axis=-1)
    touches_zero = (np.abs(frequency) <= limit).reshape(-1, label.size)
    bad |= (touches_zero != touches_zero[0]).any(axis=-1).reshape(bad.shape)
    if bad.any():
        points = [tuple(int(i) for i in point) for point in np.argwhere(bad)[:5]]
        raise ValueError(
            f"Bohr frequencies merge or split along the sweep: the pattern at points {points}"
            f"{' and more' if bad.sum() > 5 else ''} differs from the first point's; split the sweep there."
        )


def refuse_crossings(found: BohrClusters, energies: FloatArray, tolerance: float) -> None:
    """Refuse a sweep along which an element that lowers the energy at the first point raises it at another.

    Args:
        found: clusters of elements that lower the energy, or leave it, at the first point.
        energies: (..., d) [energy].
        tolerance: as in `clusters`.

    Raises:
        ValueError: if a frequency changes sign along the sweep.
    """
    width = over_levels(np.maximum, energies) - over_levels(np.minimum, energies)
    raises = (found.frequency < -(tolerance * np.where(width > 0.0, width, 1.0))[..., None]).any(axis=-1)
    if raises.any():
        points = [tuple(int(i) for i in point) for point in np.argwhere(raises)[:5]]
        raise ValueError(
            f"levels that a contact links change order along the sweep: at points {points}"
            f"{' and more' if raises.sum() > 5 else ''} against the first point; split the sweep there."
        )


def separation(energies: FloatArray, linked: NDArray[np.bool_], tolerance: float) -> FloatArray:
    """The smallest energy difference that the secular approximation must resolve.

    Two jumps that share a level create a coherence between the levels they do not share; dropping it is right when it
    turns fast. So this is the smallest non-zero |E_i - E_j| over levels that a contact links directly or through a
    common neighbour.

    Args:
        energies: (..., d) [energy].
        linked: (d, d) symmetric, which levels a contact links.
        tolerance: differences below this fraction of the spectrum's width are degenerate, not small.

    Returns:
        (...) [energy]; inf if nothing is linked at different energies.

    Cost:
        O(d^2) where neighbours in energy share a partner, as in a generic coupling.
    """
    points = energies.reshape(-1, energies.shape[-1])
    order = np.argsort(points[0], kind="stable")
    levels, links = points[:, order], linked[np.ix_(order, order)]
    width = levels.max(axis=-1) - levels.min(axis=-1)
    best = np.full(points.shape[0], np.inf)
    for offset in range(1, levels.shape[-1]):
        difference = np.abs(levels[:, offset:] - levels[:, :-offset])
        if len(points) == 1 and difference.min() >= best[0]:
            break  # levels are sorted: larger offsets only lie further apart
        near = np.arange(levels.shape[-1] - offset)
        sharing = links[near, near + offset] | (links[near] & links[near + offset]).any(axis=-1)
        different = sharing & (difference > tolerance * width[:, None])
        best = np.minimum(best, np.where(different, difference, np.inf).min(axis=-1))
    return best.reshape(energies.shape[:-1])


def largest(values: FloatArray | ComplexArray) -> float:
    """The largest magnitude, 0 for none."""
    return float(np.abs(values).max(initial=0.0))
