"""Integrals of many integrands at once by Kronrod's rule on panels, refined where the rule does not yet agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.kronrod import ABSCISSAE, GAUSS, KRONROD

__all__ = ["Integral", "Integrand", "OffsetPanels", "adjoining", "integrate"]

Integrand = Callable[["IntArray", FloatArray, FloatArray], tuple[FloatArray, FloatArray] | FloatArray]
"""Of point (m,), anchor (m,), and offsets from it (m, q): values (m, q, k) at anchor + offset.

Where values are sums of terms that cancel, the sum of the sizes of these terms goes beside them: it says what rounding
leaves of the values, and what no halving of panels will improve.
"""

EPSILON = float(np.finfo(np.float64).eps)
TOLERANCE = 1e-13  # of one panel, beside the integral of the size: some fifty panels leave 1e-11
DEPTH = 50  # halvings of a panel: what still disagrees then is no smooth function, and its error says so
TOGETHER = 40_000  # panels evaluated in one call
MOST = 100_000  # panels of one point in one level: more of them follow noise, and their error says so


@dataclass(frozen=True, eq=False)
class OffsetPanels:
    """Panels on the axis of integration, each told from an anchor of its own.

    A feature narrower than the rounding of its place is seen only from the place itself.

    Args:
        point: which integrand (m,).
        anchor: (m,).
        low: left end less the anchor (m,).
        high: right end less the anchor (m,).
    """

    point: IntArray
    anchor: FloatArray
    low: FloatArray
    high: FloatArray

    def __getitem__(self, chosen: slice | BoolArray) -> OffsetPanels:
        """Those that are chosen."""
        return OffsetPanels(self.point[chosen], self.anchor[chosen], self.low[chosen], self.high[chosen])

    def halved(self) -> OffsetPanels:
        """Each in two."""
        middle = 0.5 * (self.low + self.high)
        return OffsetPanels(
            np.tile(self.point, 2),
            np.tile(self.anchor, 2),
            np.concatenate([self.low, middle]),
            np.concatenate([middle, self.high]),
        )


def adjoining(anchors: FloatArray, offsets: FloatArray) -> OffsetPanels:
    """The panels between break points.

    Args:
        anchors: of each break point (p, b).
        offsets: of each from its anchor (p, b); NaN where there is none.

    Returns:
        The panels of all points, each told from the anchor of that end which lies closer to its own.
    """
    place = anchors + offsets
    order = np.lexsort(
        (offsets, place), axis=-1
    )  # NaN last; places that rounding makes equal keep their offsets' order
    place, anchors, offsets = (np.take_along_axis(values, order, axis=-1) for values in (place, anchors, offsets))
    left, right = np.abs(offsets[:, :-1]), np.abs(offsets[:, 1:])
    own = np.where(left <= right, anchors[:, :-1], anchors[:, 1:])
    low = np.where(anchors[:, :-1] == own, offsets[:, :-1], place[:, :-1] - own)
    high = np.where(anchors[:, 1:] == own, offsets[:, 1:], place[:, 1:] - own)
    point, column = np.nonzero(high > low)  # NaN is no panel
    return OffsetPanels(point, own[point, column], low[point, column], high[point, column])


@dataclass(frozen=True, eq=False)
class Integral:
    """Integrals of all points.

    Args:
        value: (p, k).
        error: estimate from above, rounding included (p, k).
        size: integral of the size, and of that of the terms where these are told (p, k).
        evaluations: how often an integrand was evaluated.
    """

    value: FloatArray
    error: FloatArray
    size: FloatArray
    evaluations: int


def integrate(
    integrand: Integrand,
    panels: OffsetPanels,
    points: int,
    *,
    tolerance: float = TOLERANCE,
    depth: int = DEPTH,
    together: int = TOGETHER,
) -> Integral:
    """Integrals of k functions at each of p points.

    Args:
        integrand: the functions.
        panels: where to begin.
        points: p.
        tolerance: of one panel, relative to the integral of the size so far.
        depth: largest number of halvings.
        together: panels evaluated in one call, fewer where a value takes much memory.

    Returns:
        The integrals. What has not converged shows in the error.

    Raises:
        ValueError: if there is no panel.

    Cost:
        Fifteen evaluations a panel, all panels of a level together.
    """
    value = error = size = sized = None
    evaluations, level = 0, 0
    while panels.point.size:
        parts = [_ruled(integrand, panels[first : first + together]) for first in range(0, panels.point.size, together)]
        fine, missed, weight, terms = (np.concatenate(part) for part in zip(*parts, strict=True))
        evaluations += ABSCISSAE.size * panels.point.size
        if value is None or error is None or size is None or sized is None:
            value, error, size, sized = (np.zeros((points, fine.shape[-1])) for _ in range(4))
        whole = size.copy()
        np.add.at(whole, panels.point, weight)
        allowed = np.maximum(tolerance * whole[panels.point], 8.0 * EPSILON * terms)
        narrow = panels.high - panels.low <= 4.0 * EPSILON * np.maximum(np.abs(panels.low), np.abs(panels.high))
        many = np.bincount(panels.point, minlength=points)[panels.point] > MOST
        good = (missed <= allowed).all(axis=-1) | narrow | many | (level >= depth)
        np.add.at(value, panels.point[good], fine[good])
        np.add.at(error, panels.point[good], missed[good] + 2.0 * EPSILON * terms[good])
        np.add.at(size, panels.point[good], weight[good])
        np.add.at(sized, panels.point[good], terms[good])
        panels = panels[~good].halved()
        level += 1
    if value is None or error is None or size is None or sized is None:
        raise ValueError("there must be at least one panel.")
    return Integral(value, error, sized, evaluations)


def _ruled(integrand: Integrand, panels: OffsetPanels) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Integral, error estimate, integral of the size and of that of the terms, of each panel (m, k)."""
    half = 0.5 * (panels.high - panels.low)[:, None]
    offsets = 0.5 * (panels.high + panels.low)[:, None] + half * ABSCISSAE
    found = integrand(panels.point, panels.anchor, offsets)
    values, cancelling = found if isinstance(found, tuple) else (found, None)
    fine = half * np.einsum("q,mqk->mk", KRONROD, values)
    rough = half * np.einsum("q,mqk->mk", GAUSS, values)
    weight = half * np.einsum("q,mqk->mk", KRONROD, np.abs(values))
    # How much the function varies says how much a difference of the rules means.
    variation = half * np.einsum("q,mqk->mk", KRONROD, np.abs(values - (fine / (2.0 * half))[:, None, :]))
    difference = np.abs(fine - rough)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(variation > 0.0, difference / variation, 0.0)
    missed = np.where(variation > 0.0, variation * np.minimum(1.0, (200.0 * share) ** 1.5), difference)
    if cancelling is None:
        return fine, missed, weight, weight
    return fine, missed, weight, np.maximum(weight, half * np.einsum("q,mqk->mk", KRONROD, cancelling))
