"""Where the quadrature over energy begins: panels about leads, resonances and edges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.bath import Bath
from thermokin.numerics.panel_quadrature import OffsetPanels, adjoining
from thermokin.transport.scatterer import Features

__all__ = ["energy_panels"]

REACH = 45.0  # temperatures beyond which a lead is full or empty: e^-45 is below rounding, powers of energy included
THERMAL = np.array([-REACH, -30.0, -20.0, -12.0, -6.0, 0.0, 6.0, 12.0, 20.0, 30.0, REACH])
# Widths from the centre of a resonance: a tail is followed to the end of the window, however narrow the resonance.
RUNGS = np.concatenate([[0.0, 1.0, 3.0, 10.0, 30.0], 10.0 ** np.arange(2.0, 31.0)])
NEAR = 8.0  # temperatures within which a feature is seen from a window of `REACH`, its thermal tail included
FURTHEST = 740.0  # temperatures beyond which exponentials underflow
TO_ZERO = 0.1 ** np.arange(11.0)  # temperatures from the bottom of a band of bosons


def energy_panels(leads: Sequence[Bath], features: Features, shape: tuple[int, ...], *, bosons: bool) -> OffsetPanels:
    """The panels of all points.

    Args:
        leads: the leads.
        features: of the scatterer.
        shape: leading axes of the junction.
        bosons: whether energies are those of bosons, from 0 on.

    Returns:
        Panels over all energies at which the fillings of leads differ or fluctuate.
    """
    warmth, level = (
        np.stack([np.broadcast_to(number, shape).reshape(-1) for number in numbers], axis=1)
        for numbers in ([bath.temperature for bath in leads], [bath.chemical_potential for bath in leads])
    )
    low, high = (level - REACH * warmth).min(axis=1), (level + REACH * warmth).max(axis=1)
    anchors, offsets = _around(level, warmth, TO_ZERO * REACH if bosons else THERMAL)
    points = low.size
    centres, widths, edges = (
        np.broadcast_to(value, (*shape, value.shape[-1])).reshape(points, value.shape[-1])
        for value in (features.centres, features.widths, features.edges)
    )
    low, high = _reaching(low, high, level, warmth, np.concatenate([centres, edges], axis=1))
    if bosons:
        low = np.zeros_like(low)
    rungs = np.concatenate([-RUNGS[:0:-1], RUNGS])
    resonances = _around(centres, widths, rungs)
    ends = np.stack([low, high], axis=1)
    marks = [(anchors, offsets), resonances, (edges, np.zeros_like(edges)), (ends, np.zeros_like(ends))]
    anchors, offsets = (np.concatenate(part, axis=1) for part in zip(*marks, strict=True))
    place = anchors + offsets
    inside = (place >= low[:, None]) & (place <= high[:, None])
    return adjoining(anchors, np.where(inside, offsets, np.nan))


def _reaching(
    low: FloatArray, high: FloatArray, level: FloatArray, warmth: FloatArray, marks: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The window, widened to what passes far from all leads: exponentially little, and perhaps all there is."""
    warmest = warmth.max(axis=1)
    top, bottom = (level + NEAR * warmth).max(axis=1), (level - NEAR * warmth).min(axis=1)
    above, below = (edge.max(axis=1) for edge in (level + FURTHEST * warmth, FURTHEST * warmth - level))
    for mark in marks.T:
        high = np.where(mark > top, np.maximum(high, np.minimum(mark + REACH * warmest, above)), high)
        low = np.where(mark < bottom, np.minimum(low, np.maximum(mark - REACH * warmest, -below)), low)
    return low, high


def _around(centres: FloatArray, scales: FloatArray, rungs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Anchors and offsets (p, n r) of rungs about centres (p, n)."""
    offsets = scales[..., None] * rungs
    anchors = np.broadcast_to(centres[..., None], offsets.shape)
    return anchors.reshape(len(centres), -1), offsets.reshape(len(centres), -1)
