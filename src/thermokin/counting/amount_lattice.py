"""The lattice of exchanged amounts: weights as whole numbers of a few units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray, IntArray

__all__ = ["Quanta", "quanta_of"]

ROUNDING = 1e-9  # mismatch of a weight and whole units, relative to the largest weight, that is taken for rounding
DENOMINATORS = (64, 1024)  # by how much a unit is divided; the finer only where units would be many
FEW = 3  # units from which on finer ones are tried
COMBINED = 2  # of how many of each unit a further weight may be the sum


@dataclass(frozen=True, eq=False)
class Quanta:
    """Weights c_k = sum_u counts_ku units_u.

    Args:
        units: (..., u) positive, none a multiple of another by a simple ratio.
        counts: (k, u) whole numbers, the same at every point of a sweep.
    """

    units: FloatArray
    counts: IntArray


def quanta_of(weights: FloatArray) -> Quanta:
    """The units of a current's weights.

    From the smallest weight up, each is written as p/q units (which then shrink by q), or as a sum of at most two of
    each unit; one that is neither becomes a new unit. A ratio holds where it does so to 1e-9 of the largest weight, at
    every point of a sweep.

    Args:
        weights: (..., k).

    Returns:
        Units and whole numbers; no unit where all weights are zero.
    """
    points = weights.reshape(-1, weights.shape[-1])
    slack = ROUNDING * np.abs(points).max(axis=-1, initial=0.0)
    found = [_Found(points, slack, DENOMINATORS[0])]
    if len(found[0].units) > FEW:
        found.append(_Found(points, slack, DENOMINATORS[1]))
    best = min(found, key=lambda one: len(one.units))
    counts = np.zeros((points.shape[-1], len(best.units)), dtype=np.int64)
    for row, count in enumerate(best.counts):
        counts[row, : len(count)] = count
    units = np.array(best.units).reshape(len(best.units), len(points)).T
    return Quanta(units.reshape(*weights.shape[:-1], len(best.units)), counts)


class _Found:
    """Units found so far, each a row over the points, and the counts of the weights seen."""

    def __init__(self, points: FloatArray, slack: FloatArray, denominator: int) -> None:
        self.units: list[FloatArray] = []
        self.counts: list[list[int]] = [[] for _ in range(points.shape[-1])]
        self.slack, self.denominator = slack, denominator
        for column in np.argsort(np.abs(points).max(axis=0), kind="stable"):
            self.counts[column] = self._written(points[:, column])

    def _written(self, weight: FloatArray) -> list[int]:
        if (np.abs(weight) <= self.slack).all():
            return []
        for place in range(len(self.units)):
            count = self._multiple(weight, place)
            if count is not None:
                return [0] * place + [count]
        combined = self._combined(weight)
        if combined is not None:
            return combined
        self.units.append(np.abs(weight))
        # A sweep of a weight through zero has one sign for all: that of its first point.
        sign = -1 if weight[0] < 0.0 else 1
        if (sign * weight < 0.0).any():
            self.units[-1] = sign * weight
        return [0] * (len(self.units) - 1) + [sign]

    def _multiple(self, weight: FloatArray, place: int) -> int | None:
        """Whole p where the weight is p/q units; the unit is divided by q."""
        unit = self.units[place]
        parts = np.arange(1, self.denominator + 1)
        first = int(np.argmax(np.abs(unit)))
        whole = np.rint(weight[first] / unit[first] * parts)
        apart = np.abs(whole[:, None] / parts[:, None] * unit - weight)
        fits = np.flatnonzero((apart <= self.slack).all(axis=-1))
        if fits.size == 0:
            return None
        part = int(parts[fits[0]])
        largest = max((abs(count[place]) for count in self.counts if len(count) > place), default=1)
        if part * largest > self.denominator:
            return None
        self.units[place] = unit / part
        for count in self.counts:
            if len(count) > place:
                count[place] *= part
        return int(whole[fits[0]])

    def _combined(self, weight: FloatArray) -> list[int] | None:
        size = len(self.units)
        if size < 2:
            return None
        axis = np.arange(-COMBINED, COMBINED + 1)
        choices = np.stack(np.meshgrid(*[axis] * size, indexing="ij"), axis=-1).reshape(-1, size)
        apart = np.abs(choices @ np.stack(self.units) - weight)
        fits = np.flatnonzero((apart <= self.slack).all(axis=-1))
        if fits.size == 0:
            return None
        simplest = fits[np.argmin(np.abs(choices[fits]).sum(axis=-1))]
        return [int(count) for count in choices[simplest]]
