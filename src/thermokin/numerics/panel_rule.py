"""Panels on an axis of integration, and Kronrod's rule on many of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.kronrod import ABSCISSAE, AT_BOTH_ENDS, GAUSS, KRONROD

__all__ = ["EPSILON", "Integrand", "OffsetPanels", "Ruled", "adjoining", "ruled"]

Integrand = Callable[["IntArray", FloatArray, FloatArray], tuple[FloatArray, FloatArray] | FloatArray]
"""Of point (m,), anchor (m,), and offsets from it (m, q): values (m, q, k) at anchor + offset.

Where values are sums of terms that cancel, the sum of the sizes of these terms goes beside them: it says what rounding
leaves of the values, and what no halving of panels will improve.
"""

EPSILON = float(np.finfo(np.float64).eps)


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

    def __getitem__(self, chosen: slice | BoolArray | IntArray) -> OffsetPanels:
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

    @classmethod
    def joined(cls, parts: Sequence[OffsetPanels]) -> OffsetPanels:
        """All panels of several sets, in their order."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


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
class Ruled:
    """What the rule finds on panels.

    Args:
        fine: integral of each panel (m, k).
        missed: estimate of its error (m, k).
        weight: integral of the size (m, k).
        terms: integral of the size of the terms where these are told (m, k).
        ends: what the fifteen nodes say of both ends of a panel, which are no nodes (m, k, 2), or nothing (m, k, 0).
    """

    fine: FloatArray
    missed: FloatArray
    weight: FloatArray
    terms: FloatArray
    ends: FloatArray

    def __getitem__(self, chosen: BoolArray | IntArray) -> Ruled:
        """Of those panels that are chosen."""
        return Ruled(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Ruled]) -> Ruled:
        """Of the panels of several sets, in their order."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


def ruled(integrand: Integrand, panels: OffsetPanels, *, together: int, with_ends: bool = False) -> Ruled:
    """Integrals by the rule over each panel.

    Args:
        integrand: the functions.
        panels: the panels.
        together: how many are evaluated in one call.
        with_ends: whether to tell what the nodes say of the ends.

    Returns:
        Integrals, and what is known of their errors.

    Cost:
        Fifteen evaluations a panel.
    """
    starts = range(0, panels.point.size, together)
    return Ruled.joined([_ruled(integrand, panels[first : first + together], with_ends=with_ends) for first in starts])


def _ruled(integrand: Integrand, panels: OffsetPanels, *, with_ends: bool) -> Ruled:
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
    ends = np.einsum("qe,mqk->mke", AT_BOTH_ENDS if with_ends else AT_BOTH_ENDS[:, :0], values)
    if cancelling is None:
        return Ruled(fine, missed, weight, weight, ends)
    terms = np.maximum(weight, half * np.einsum("q,mqk->mk", KRONROD, cancelling))
    return Ruled(fine, missed, weight, terms, ends)
