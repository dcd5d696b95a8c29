"""Exchanged amounts with their probabilities: gathered, binned, cut to a window, or found from what each level has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import InitialState, Populations
from thermokin.numerics.scatter import scatter

__all__ = ["ListedAmounts", "distinct_amounts", "level_changes"]

ROUNDING = 1e-9  # of a bin: an amount this close below an edge stands on it
LARGEST = 2**26  # probabilities in all bins at all times and points
FARTHEST = 2**52  # bins from zero that can be numbered
SAME = 1e-9  # distance of amounts, relative to the largest, below which they are one


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


def level_changes(model: Model, initial: InitialState, numbers: FloatArray, times: FloatArray) -> ListedAmounts:
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
