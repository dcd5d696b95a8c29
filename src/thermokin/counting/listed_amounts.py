"""Exchanged amounts with their probabilities: put on a lattice, gathered, binned, or found from what each level has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import InitialState, Populations
from thermokin.numerics.level_sums import scatter

__all__ = ["ListedAmounts", "Quanta", "distinct_amounts", "level_difference_amounts", "quanta_of"]

ROUNDING = 1e-9  # of a bin: an amount this close below an edge stands on it
LARGEST = 2**26  # probabilities in all bins at all times and points
FARTHEST = 2**52  # bins from zero that can be numbered
SAME = 1e-9  # distance of amounts, relative to the largest, below which they are one
MISMATCH = 1e-9  # mismatch of a weight and whole units, relative to the largest weight, that is taken for rounding
DENOMINATORS = (64, 1024)  # by how much a unit is divided; the finer only where units would be many
FEW = 3  # units from which on finer ones are tried
COMBINED = 2  # of how many of each unit a further weight may be the sum


@dataclass(frozen=True, eq=False)
class ListedAmounts:
    """Amounts with probabilities.

    Args:
        values: (..., v).
        probabilities: (..., t, v).
        beyond: probability that the values may leave out (..., t).
    """

    values: FloatArray
    probabilities: FloatArray
    beyond: FloatArray

    def where(self, kept: BoolArray) -> ListedAmounts:
        """Only some of the values; the probability of the others is `beyond`.

        Args:
            kept: (v,).

        Returns:
            The rest.
        """
        left_out = np.abs(self.probabilities[..., ~kept]).sum(axis=-1)
        return ListedAmounts(self.values[..., kept], self.probabilities[..., kept], self.beyond + left_out)

    def gathered(self, values: FloatArray, place: IntArray) -> ListedAmounts:
        """The probabilities of values that are one added up.

        Args:
            values: (..., w).
            place: (v,) which of them each value is.

        Returns:
            The shorter list.
        """
        return ListedAmounts(values, scatter(self.probabilities, place, values.shape[-1]), self.beyond)

    def within(self, low: float, high: float) -> ListedAmounts:
        """Values inside a window at some point of a sweep.

        Args:
            low: smallest amount.
            high: largest amount.

        Returns:
            The rest.
        """
        points = self.values.reshape(-1, self.values.shape[-1])
        return self.where(np.asarray(((points >= low) & (points <= high)).any(axis=0)))

    def binned(self, width: float) -> ListedAmounts:
        """Probabilities that the amount lies in [(m - 1/2) width, (m + 1/2) width), at the centres m width.

        Args:
            width: of the bins.

        Returns:
            One value for each bin between the first and the last.

        Raises:
            ValueError: if there are too many bins.
        """
        with np.errstate(over="ignore"):  # infinitely many bins are refused below
            places = np.floor(self.values / width + 0.5 + ROUNDING)
        self._require_room(places, width)
        bins = places.astype(np.int64)
        first = int(bins.min())
        bins = bins - first
        number = int(bins.max()) + 1
        centres = np.asarray((first + np.arange(number)) * width, dtype=np.float64)
        if bins.ndim == 1:
            return self.gathered(centres, bins)
        lead, times = self.probabilities.shape[:-2], self.probabilities.shape[-2]
        bins = np.broadcast_to(bins, (*lead, bins.shape[-1])).reshape(-1, 1, bins.shape[-1])
        out = np.zeros((len(bins), times, number))
        point, time = np.arange(len(bins))[:, None, None], np.arange(times)[:, None]
        np.add.at(out, (point, time, bins), self.probabilities.reshape(len(bins), times, -1))
        return ListedAmounts(centres, out.reshape(*lead, times, number), self.beyond)

    def _require_room(self, places: FloatArray, width: float) -> None:
        number = float(places.max()) - float(places.min()) + 1.0
        lists = float(np.prod(self.probabilities.shape[:-1], dtype=float))
        if not (number * lists <= LARGEST and np.abs(places).max() <= FARTHEST):
            least = width * number * lists / LARGEST
            raise ValueError(
                f"`width` cuts the amounts from {self.values.min():g} to {self.values.max():g} into {number:.3g} bins, "
                f"{number * lists:.3g} probabilities at all times and points, more than {LARGEST}; take it above "
                f"{max(least, np.abs(self.values).max() / FARTHEST):.2g}."
            )


def level_difference_amounts(
    model: Model, initial: InitialState, numbers: FloatArray, times: FloatArray
) -> ListedAmounts:
    """P(f_j - f_i) = sum over pairs of levels of p_i(0) times the probability to be in j when one started in i.

    Args:
        model: a model with closed populations, its energy diagonal in the frame.
        initial: the initial state.
        numbers: f (..., d).
        times: (..., t).

    Returns:
        The amounts and their probabilities.

    Raises:
        ValueError: if amounts coincide or swap at points of a sweep.

    Cost:
        A propagation from each level: d^2 numbers a time.
    """
    size = model.dimension
    start = initial.populations
    depth = max(len(model.batch_shape), times.ndim - 1, start.ndim - 1)
    levels = np.eye(size).reshape(size, *(1,) * depth, size)
    arrived = evolve(model, Populations(levels), times).populations
    joint = np.moveaxis(arrived, 0, -2) * start[..., None, :, None]
    change = numbers[..., None, :] - numbers[..., :, None]
    values, place = distinct_amounts(change.reshape(*change.shape[:-2], -1))
    listed = ListedAmounts(change, joint.reshape(*joint.shape[:-2], -1), np.zeros(joint.shape[:-2]))
    return listed.gathered(values, place)


def distinct_amounts(amounts: FloatArray, scale: FloatArray | None = None) -> tuple[FloatArray, IntArray]:
    """The different values among amounts, ascending, and which of them each amount is.

    Args:
        amounts: (..., m).
        scale: (...) beside which 1e-9 is rounding; the largest amount if None.

    Returns:
        Values (..., v) and places (m,).

    Raises:
        ValueError: if amounts that differ at one point of a sweep coincide or swap at another.
    """
    points = amounts.reshape(-1, amounts.shape[-1])
    size = np.abs(points).max(axis=-1) if scale is None else np.broadcast_to(scale, amounts.shape[:-1]).reshape(-1)
    slack = SAME * size
    order = np.argsort(points[0], kind="stable")
    steps = np.diff(points[:, order], axis=-1)
    apart = steps[0] > slack[0]
    if ((steps > slack[:, None]) != apart).any() or (steps < -slack[:, None]).any():
        raise ValueError(
            "the exchanged amounts coincide or change their order at some points of the sweep, so that they have no "
            "common list; evaluate the points one by one."
        )
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.concatenate([[0], np.cumsum(apart)])
    first = np.concatenate([[True], apart])
    values = points[:, order][:, first]
    # Jumps back and forth leave a zero of 1e-17.
    values = np.where(np.abs(values) <= slack[:, None], 0.0, values)
    return values.reshape(*amounts.shape[:-1], -1), place


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
    slack = MISMATCH * np.abs(points).max(axis=-1, initial=0.0)
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
