"""Mean, noise and higher cumulants of a current from its record, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.inference.amounts import Amounts, amounts_of_clicks
from thermokin.inference.clicks import Clicks
from thermokin.inference.stationary_bootstrap import block_length, resampled
from thermokin.operators.as_numbers import shown

__all__ = ["RecordStatistics", "growth", "pairs_of", "settled_amounts", "statistics", "weights_of", "with_interval"]

HIGHEST = 4
FEWEST = 40  # windows
FINEST = 4.0  # mean waits in the first window that is tried
LAGS = 6
ABOVE_NOISE = 3.0  # standard deviations of a correlation of windows that know nothing of one another


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
    exponentially. Intervals are those of the stationary bootstrap of pairs of windows.

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
    _require(order, confidence, resamples)
    if isinstance(record, Clicks):
        every = weights_of(record, weights)
        amounts = settled_amounts(lambda length: amounts_of_clicks(record, every, length), record, window)
    elif isinstance(record, Amounts):
        if weights is not None or window is not None:
            raise ArgumentError("`weights` and `window` are those of clicks; amounts have their own.", "weights")
        amounts = _settled(record)
    else:
        raise TypeError(f"`record` must be Clicks or Amounts, got {shown(record)}.")
    pairs = pairs_of(amounts)

    def cumulants(chosen: FloatArray) -> FloatArray:
        found = growth(chosen, order) / amounts.window
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.append(found, found[1] / found[0] if order > 1 else np.nan)

    values, errors, intervals = with_interval(cumulants, pairs, confidence, resamples, seed)
    return RecordStatistics(
        values[:-1], errors[:-1], intervals[:-1], confidence, float(values[-1]), intervals[-1], amounts
    )


def _require(order: int, confidence: float, resamples: int) -> None:
    if isinstance(order, bool) or not isinstance(order, int) or not 1 <= order <= HIGHEST:
        raise ArgumentError(f"`order` must be from 1 to {HIGHEST}, got {shown(order)}.", "order")
    if not isinstance(confidence, float) or not 0.0 < confidence < 1.0:
        raise ArgumentError(f"`confidence` must be between 0 and 1, got {shown(confidence)}.", "confidence")
    if isinstance(resamples, bool) or not isinstance(resamples, int) or resamples < 100:
        raise ArgumentError(f"`resamples` must be a whole number from 100, got {shown(resamples)}.", "resamples")


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


def settled_amounts(cut: Callable[[float], Amounts], clicks: Clicks, window: float | None) -> Amounts:
    """A record in windows that know nothing of one another but of the next.

    Args:
        cut: into windows of a length.
        clicks: the records.
        window: the length [time]; None for the shortest that will do.

    Returns:
        The amounts.

    Raises:
        ArgumentError: if there are too few windows.
    """
    if window is not None:
        found = cut(float(window))
        if len(found) < FEWEST:
            raise ArgumentError(
                f"`window` {window:g} cuts the record into {len(found)} windows, fewer than {FEWEST}.", "window"
            )
        return found
    if len(clicks) < FEWEST:
        raise ArgumentError(f"`record` must hold at least {FEWEST} clicks, got {len(clicks)}.", "record")
    return _settled(cut(FINEST * clicks.duration / len(clicks)))


def _settled(amounts: Amounts) -> Amounts:
    """Windows doubled until those two or more apart are not correlated."""
    now = amounts
    while len(now) >= FEWEST:
        if not _remembered(now):
            return now
        now = now.merged(2)
    raise ArgumentError(
        f"`record` is too short: windows of {now.window / 2:g}, {FEWEST} or more of which it holds, still know of one "
        "another. Record for longer, or give the `window` if the memory is known to be shorter.",
        "record",
    )


def _remembered(amounts: Amounts) -> bool:
    away = amounts.values - amounts.values.mean()
    size = float((away**2).mean())
    if size == 0.0:
        return False
    shares = []
    for lag in range(2, LAGS):
        same = amounts.run[lag:] == amounts.run[:-lag]
        both = (away[lag:] * away[:-lag])[same]
        if both.size:
            shares.append(both.sum() / size / np.sqrt(both.size))
    # Each share is a standard normal number where there is no memory; what there is has one sign as a rule.
    return bool(shares) and abs(sum(shares)) > ABOVE_NOISE * np.sqrt(len(shares))


def pairs_of(amounts: Amounts) -> FloatArray:
    """Neighbouring windows of the same run (n, 2)."""
    same = amounts.run[1:] == amounts.run[:-1]
    return np.stack([amounts.values[:-1][same], amounts.values[1:][same]], axis=1)


def growth(pairs: FloatArray, order: int) -> FloatArray:
    """Cumulants of two windows less those of one.

    Args:
        pairs: neighbouring windows (n, 2).
        order: largest cumulant.

    Returns:
        (order,).
    """
    one = 0.5 * (_cumulants(pairs[:, 0], order) + _cumulants(pairs[:, 1], order))
    both = _cumulants(pairs.sum(axis=1), order)
    return both - one


def _cumulants(values: FloatArray, order: int) -> FloatArray:
    count = values.size
    away = values - values.mean()
    second = float((away**2).sum() / (count - 1))
    fourth = float((away**4).mean() - 3.0 * (away**2).mean() ** 2)
    return np.array([values.mean(), second, float((away**3).mean()), fourth])[:order]


def with_interval(
    of: Callable[[FloatArray], FloatArray],
    series: FloatArray,
    confidence: float,
    resamples: int,
    seed: int,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Estimates from a series, their standard errors and intervals by the stationary bootstrap.

    Args:
        of: the estimates (k,) from a series (n, ...).
        series: the series.
        confidence: of the intervals.
        resamples: how many series are drawn anew.
        seed: of the randomness.

    Returns:
        Estimates (k,), errors (k,) and intervals (k, 2): as many errors on both sides as Student's t has for as many
        numbers as there are blocks.
    """
    values = of(series)
    random = np.random.default_rng(seed)
    size, block = len(series), block_length(len(series))
    drawn = np.array([of(series[index]) for index in resampled(size, block, resamples, random)])
    errors = np.asarray(drawn.std(axis=0, ddof=1), dtype=np.float64)
    width = float(student.ppf(0.5 + 0.5 * confidence, max(size / block - 1.0, 1.0))) * errors
    return values, errors, np.stack([values - width, values + width], axis=1)
