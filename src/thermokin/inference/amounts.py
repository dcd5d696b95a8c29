"""Amounts that were exchanged in successive windows of equal length, in one run or several."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray, IntArray
from thermokin.inference.click_checks import row_of
from thermokin.inference.clicks import Clicks
from thermokin.operators.as_numbers import shown

__all__ = ["Amounts", "amounts_of_clicks"]

REGULAR = 0.25  # variance of waits over the square of their mean


class Amounts:
    """What a current exchanged in successive windows of equal length.

    Args:
        values: of one run (n,), or several of them [amount].
        window: length of each [time].

    Raises:
        ArgumentError: if values are no finite numbers, or the window has no length.

    Example:
        >>> import thermokin as tk
        >>> tk.inference.Amounts([3.0, 1.0, 4.0, 1.0], window=0.5).mean
        4.5
    """

    values: FloatArray
    run: IntArray
    window: float

    def __init__(self, values: ArrayLike | Sequence[ArrayLike], window: float) -> None:
        several = isinstance(values, list) and bool(values) and np.ndim(values[0]) == 1
        rows = (
            [row_of(row, "values") for row in values]
            if isinstance(values, list) and several
            else [row_of(values, "values")]
        )
        if not isinstance(window, int | float | np.floating) or not 0.0 < window < np.inf:
            raise ArgumentError(f"`window` must be a length of time > 0, got {shown(window)}.", "window")
        self.values = np.concatenate(rows)
        self.run = np.repeat(np.arange(len(rows)), [row.size for row in rows])
        self.window = float(window)

    def __repr__(self) -> str:
        return f"Amounts({self.values.size} windows of {self.window:g}, mean {self.mean:g} per time)"

    def __len__(self) -> int:
        return int(self.values.size)

    @property
    def mean(self) -> float:
        """Per time [amount/time]; NaN without a window."""
        return float(self.values.mean() / self.window) if self.values.size else float("nan")

    def merged(self, number: int) -> Amounts:
        """Each so many windows as one; what is left at the end of a run is left out."""
        parts = []
        for run in np.unique(self.run):
            own = self.values[self.run == run]
            whole = own.size // number
            parts.append(own[: whole * number].reshape(whole, number).sum(axis=1))
        return Amounts(parts, self.window * number)


def amounts_of_clicks(clicks: Clicks, weights: FloatArray, window: float) -> Amounts:
    """What clicks add up to in windows.

    Where waits hardly vary, a window holds one click more or less as it falls between them, so that sums vary by where
    windows lie and not by the current, for ever if nothing varies. There each click is spread over the wait before it,
    which moves what is counted by less than a click, however long the record, and windows lie between the first click
    of a run and the last.

    Args:
        clicks: the records.
        weights: (l,) of each detector [amount].
        window: length [time].

    Returns:
        The amounts; what is left at the end of a run is left out.
    """
    runs = [_counted(clicks, weights, run) for run in range(clicks.runs)]
    if _regular([times for times, _ in runs]):
        return Amounts([_spread(times, amounts, window) for times, amounts in runs], window)
    parts = []
    for run in range(clicks.runs):
        own = slice(int(clicks.first[run]), int(clicks.first[run + 1]))
        count = int((clicks.end[run] - clicks.begin[run]) * (1.0 + 1e-12) // window)
        place = ((clicks.times[own] - clicks.begin[run]) // window).astype(np.int64)
        held = place < count
        parts.append(np.bincount(place[held], weights[clicks.labels[own][held]], count))
    return Amounts(parts, window)


def _counted(clicks: Clicks, weights: FloatArray, run: int) -> tuple[FloatArray, FloatArray]:
    """Times and weights of the clicks of a run that count for something, the one that opens it among them."""
    own = slice(int(clicks.first[run]), int(clicks.first[run + 1]))
    times, labels = clicks.times[own], clicks.labels[own]
    if clicks.opening[run] >= 0:
        times, labels = np.append(clicks.begin[run], times), np.append(clicks.opening[run], labels)
    held = weights[labels] != 0.0
    return times[held], weights[labels[held]]


def _regular(runs: list[FloatArray]) -> bool:
    """Whether waits vary so little that the place of windows would be seen."""
    waits = np.concatenate([np.diff(times) for times in runs])
    return bool(waits.size > 1 and waits.var() < REGULAR * waits.mean() ** 2)


def _spread(times: FloatArray, amounts: FloatArray, window: float) -> FloatArray:
    """What a run adds up to in windows from its first click on, each click spread over the wait before it."""
    if times.size < 2:
        return np.zeros(0)
    count = int((times[-1] - times[0]) * (1.0 + 1e-12) // window)
    running = np.concatenate([[0.0], np.cumsum(amounts[1:])])
    return np.diff(np.interp(times[0] + window * np.arange(count + 1), times, running))
