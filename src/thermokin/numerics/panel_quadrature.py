"""Integrals of many integrands at once by Kronrod's rule on panels, refined where the rule does not yet agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.kronrod import ABSCISSAE
from thermokin.numerics.panel_rule import EPSILON, Integrand, OffsetPanels, Ruled, adjoining, ruled

__all__ = ["Integral", "Integrand", "OffsetPanels", "adjoining", "integrate"]

TOLERANCE = 1e-13  # of one panel, beside the integral of the size: some fifty panels leave 1e-11
DEPTH = 50  # halvings of a panel: what still disagrees then is no smooth function, and its error says so
TOGETHER = 40_000  # panels evaluated in one call
MOST = 100_000  # panels of one point in one level: more of them follow noise, and their error says so
SEAM = 10.0  # tolerances at a seam: extrapolation to it is less exact than the rule
BETWEEN = 0.5 * (1.0 - float(ABSCISSAE[-1]))  # of a panel: from its last node to its end


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
    seams: bool = False,
) -> Integral:
    """Integrals of k functions at each of p points.

    Args:
        integrand: the functions.
        panels: where to begin.
        points: p.
        tolerance: of one panel, relative to the integral of the size so far.
        depth: largest number of halvings.
        together: panels evaluated in one call, fewer where a value takes much memory.
        seams: whether functions may jump where no panel ends. A jump between the last node of a panel and its end is
            on one side of all nodes, and no rule sees it; what two adjoining panels say of their common end does.

    Returns:
        The integrals. What has not converged shows in the error.

    Raises:
        ValueError: if there is no panel.

    Cost:
        Fifteen evaluations a panel, all panels of a level together.
    """
    if not panels.point.size:
        raise ValueError("there must be at least one panel.")
    kept: list[tuple[OffsetPanels, Ruled]] = []
    size, evaluations, sewn = None, 0, 0
    level = 0
    while panels.point.size:
        found = ruled(integrand, panels, together=together, with_ends=seams)
        evaluations += ABSCISSAE.size * panels.point.size
        size = np.zeros((points, found.fine.shape[-1])) if size is None else size
        good = _agrees(panels, found, size, tolerance) | (level >= depth)
        np.add.at(size, panels.point[good], found.weight[good])
        kept.append((panels[good], found[good]))
        panels, level = panels[~good].halved(), level + 1
        if seams and not panels.point.size and sewn < depth:
            whole, found = OffsetPanels.joined([part for part, _ in kept]), Ruled.joined([part for _, part in kept])
            open_ = _beside_open_seams(whole, found, size, tolerance)
            np.subtract.at(size, whole.point[open_], found.weight[open_])
            kept, panels = [(whole[~open_], found[~open_])], whole[open_].halved()
            sewn, level = sewn + 1, 0
    return _summed(kept, points, evaluations, seams=seams)


def _agrees(panels: OffsetPanels, found: Ruled, size: FloatArray, tolerance: float) -> BoolArray:
    """Which panels the rule is done with, given the integral of the size of those before (m,)."""
    points = len(size)
    whole = size.copy()
    np.add.at(whole, panels.point, found.weight)
    allowed = np.maximum(tolerance * whole[panels.point], 8.0 * EPSILON * found.terms)
    many = np.bincount(panels.point, minlength=points)[panels.point] > MOST
    return np.asarray((found.missed <= allowed).all(axis=-1) | _narrow(panels) | many)


def _narrow(panels: OffsetPanels) -> BoolArray:
    """Panels that rounding lets nobody halve (m,)."""
    return np.asarray(panels.high - panels.low <= 4.0 * EPSILON * np.maximum(np.abs(panels.low), np.abs(panels.high)))


def _beside_open_seams(panels: OffsetPanels, found: Ruled, size: FloatArray, tolerance: float) -> BoolArray:
    """Which panels meet another at a seam where they do not agree within what is allowed (m,)."""
    left, right, missed = _seams(panels, found)
    allowed = np.maximum(
        SEAM * tolerance * size[panels.point[left]], 8.0 * EPSILON * (found.terms[left] + found.terms[right])
    )
    bad = (missed > allowed).any(axis=-1)
    beside = np.zeros(panels.point.size, dtype=bool)
    beside[left[bad]] = beside[right[bad]] = True
    return np.asarray(beside & ~_narrow(panels))


def _seams(panels: OffsetPanels, found: Ruled) -> tuple[IntArray, IntArray, FloatArray]:
    """Panels left and right of each seam (s,), and what a jump between their nodes there may miss (s, k)."""
    middle = 0.5 * (panels.low + panels.high)
    order = np.lexsort((middle, panels.anchor + middle, panels.point))  # of equal places by their offsets
    left, right = order[:-1], order[1:]
    same = panels.point[left] == panels.point[right]
    left, right = left[same], right[same]
    jump = np.abs(found.ends[left, :, 1] - found.ends[right, :, 0])
    length = panels.high - panels.low
    return left, right, jump * (BETWEEN * (length[left] + length[right]))[:, None]


def _summed(kept: list[tuple[OffsetPanels, Ruled]], points: int, evaluations: int, *, seams: bool) -> Integral:
    panels, found = OffsetPanels.joined([part for part, _ in kept]), Ruled.joined([part for _, part in kept])
    value, error, size = (np.zeros((points, found.fine.shape[-1])) for _ in range(3))
    np.add.at(value, panels.point, found.fine)
    np.add.at(error, panels.point, found.missed + 2.0 * EPSILON * found.terms)
    np.add.at(size, panels.point, found.terms)
    if seams:
        left, _, missed = _seams(panels, found)
        np.add.at(error, panels.point[left], missed)
    return Integral(value, error, size, evaluations)
