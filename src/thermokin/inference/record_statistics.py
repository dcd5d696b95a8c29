"""Mean, noise and higher cumulants of a current from its record, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.inference.amounts import Amounts, amounts_of_clicks
from thermokin.inference.clicks import Clicks
from thermokin.inference.growth import PairGrowth
from thermokin.inference.settled_amounts import settled, settled_amounts
from thermokin.inference.studentised import asked_for, studentised
from thermokin.operators.as_numbers import shown

__all__ = ["RecordStatistics", "statistics", "weights_of"]

HIGHEST = 4


@dataclass(frozen=True, eq=False)
class RecordStatistics(Result):
    """Cumulants per time of a current, estimated from its record.

    Args:
        values: (order,) [amount^n/time].
        errors: standard errors (order,), by resampling.
        intervals: (order, 2).
        confidence: of the intervals.
        fano: noise over mean; NaN where nothing flows.
        fano_interval: (2,).
        amounts: the windows that it was estimated from.
    """

    values: FloatArray
    errors: FloatArray
    intervals: FloatArray
    confidence: float
    fano: float
    fano_interval: FloatArray
    amounts: Amounts

    @property
    def mean(self) -> float:
        """[amount/time]."""
        return float(self.values[0])

    @property
    def noise(self) -> float:
        """What the variance grows by [amount^2/time]; NaN if only the mean was asked for."""
        return float(self.values[1]) if self.values.size > 1 else np.nan


def statistics(
    record: Clicks | Amounts,
    weights: Mapping[str, float] | None = None,
    *,
    order: int = 2,
    window: float | None = None,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 1,
) -> RecordStatistics:
    """Mean, noise and higher cumulants per time of a stationary current from its record, with intervals.

    The record is cut into windows, and each cumulant is what that of two windows together exceeds that of one by: what
    the ends of windows add cancels once a window is longer than the memory of the current, with an error that falls
    exponentially. Where waits vary by less than half of their mean, each click is spread over the wait before it, so
    that sums do not tell where windows lie: a clock has no noise.

    Intervals are those of the studentised stationary bootstrap of pairs of windows; that of the noise is one of its
    logarithm. Of 100 records of 60 to 500 windows those of 95 % held mean and noise 91 to 97 times, the third cumulant
    84 to 99 times, the fewest where waits vary most.

    Args:
        record: clicks, or amounts in windows.
        weights: by detector, what a click adds; 1 for each if None. Not for amounts.
        order: largest cumulant, 1 to 4.
        window: length of a window [time]; None for the shortest beyond which windows know nothing of one another.
        confidence: of the intervals, in (0, 1).
        resamples: how many records are drawn anew, >= 100.
        seed: >= 0.

    Returns:
        The estimates.

    Raises:
        ArgumentError: if an argument is out of its range, or the record is too short for its memory.
        TypeError: if the record is neither.

    Reference:
        politis1994.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> times = np.cumsum(np.random.default_rng(1).exponential(0.5, 4000))
        >>> found = tk.inference.statistics(tk.inference.Clicks(times))
        >>> bool(found.intervals[0, 0] < 2.0 < found.intervals[0, 1])
        True
    """
    if isinstance(order, bool) or not isinstance(order, int) or not 1 <= order <= HIGHEST:
        raise ArgumentError(f"`order` must be from 1 to {HIGHEST}, got {shown(order)}.", "order")
    asked = asked_for(confidence, resamples, seed)
    if isinstance(record, Clicks):
        every = weights_of(record, weights)
        amounts = settled_amounts(lambda length: amounts_of_clicks(record, every, length), record, window)
    elif isinstance(record, Amounts):
        if weights is not None or window is not None:
            raise ArgumentError("`weights` and `window` are those of clicks; amounts have their own.", "weights")
        amounts = settled(record)
    else:
        raise TypeError(f"`record` must be Clicks or Amounts, got {shown(record)}.")
    pairs = PairGrowth(amounts, order)

    def cumulants(means: FloatArray) -> FloatArray:
        found = pairs.cumulants(means)
        with np.errstate(divide="ignore", invalid="ignore"):
            fano = found[..., 1] / found[..., 0] if order > 1 else np.full(found.shape[:-1], np.nan)
        return np.concatenate([found, fano[..., None]], axis=-1)

    positive = np.isin(np.arange(order + 1), [1, order])
    found = studentised(cumulants, pairs.series, asked, positive=positive, block=pairs.block)
    return RecordStatistics(
        found.values[:-1],
        found.errors[:-1],
        found.intervals[:-1],
        confidence,
        float(found.values[-1]),
        found.intervals[-1],
        amounts,
    )


def weights_of(clicks: Clicks, weights: Mapping[str, float] | None) -> FloatArray:
    """What a click of each detector adds to a current.

    Args:
        clicks: the records.
        weights: by name, 0 where none is named; 1 for all if None.

    Returns:
        (l,).

    Raises:
        ArgumentError: if a name is none of the detectors, or a weight no finite number.
    """
    if weights is None:
        return np.ones(len(clicks.names))
    strange = [name for name in weights if name not in clicks.names]
    if strange:
        known = ", ".join(clicks.names)
        raise ArgumentError(f"`weights` hold {strange[0]!r}, but the clicks are of {known}.", "weights")
    found = np.array([weights.get(name, 0.0) for name in clicks.names], dtype=np.float64)
    if not np.isfinite(found).all() or not found.any():
        raise ArgumentError("`weights` must be finite numbers, not all of them zero.", "weights")
    return found
