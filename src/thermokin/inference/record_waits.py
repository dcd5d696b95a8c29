"""Waiting times between clicks from a record: moments and memory, with intervals, and their distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray
from thermokin.inference.block_sums import sums_of_rows
from thermokin.inference.clicks import Clicks
from thermokin.inference.settled_amounts import FEWEST
from thermokin.inference.studentised import asked_for, studentised
from thermokin.operators.as_numbers import shown

__all__ = ["RecordWaits", "waiting_times"]


@dataclass(frozen=True, eq=False)
class RecordWaits(Result):
    """Waiting times, estimated from their record.

    Args:
        waits: those that were seen, in their order (n,) [time].
        mean: [time].
        randomness: variance over the square of the mean, 1 without memory.
        memory: correlation of each wait with the next, 0 where clicks reset the system.
        errors: standard errors of mean, randomness and memory (3,).
        intervals: theirs (3, 2).
        confidence: of the intervals.
        edges: of the bins of the histogram (b + 1,) [time].
        density: probability density of waits in each bin (b,) [1/time].
        density_error: standard errors (b,).
    """

    waits: FloatArray
    mean: float
    randomness: float
    memory: float
    errors: FloatArray
    intervals: FloatArray
    confidence: float
    edges: FloatArray
    density: FloatArray
    density_error: FloatArray


def waiting_times(
    clicks: Clicks,
    first: str | None = None,
    then: str | None = None,
    *,
    bins: int = 30,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 1,
) -> RecordWaits:
    """Waiting times between successive clicks, with intervals.

    Waits that the end of a run cuts off are left out.

    Args:
        clicks: the records.
        first: the detector whose click begins a wait; any if None.
        then: the one whose click ends it, where that is the next; any if None.
        bins: of the histogram, as many clicks in each.
        confidence: of the intervals.
        resamples: how many records are drawn anew.
        seed: >= 0.

    Returns:
        The estimates.

    Raises:
        ArgumentError: if a detector is not known, or there are too few waits.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> times = np.cumsum(np.random.default_rng(1).exponential(0.5, 4000))
        >>> found = tk.inference.waiting_times(tk.inference.Clicks(times), resamples=100)
        >>> off = np.abs([found.mean - 0.5, found.randomness - 1.0, found.memory])
        >>> bool((off < 4.0 * found.errors).all())
        True
    """
    held = clicks.previous >= 0
    for name, label in ((first, clicks.previous), (then, clicks.labels)):
        if name is not None:
            held = held & (label == _label(clicks, name))
    waits = clicks.waits[held]
    if waits.size < FEWEST:
        raise ArgumentError(f"`clicks` must hold at least {FEWEST} such waits, got {waits.size}.", "clicks")
    asked = asked_for(confidence, resamples, seed)
    if isinstance(bins, bool) or not isinstance(bins, int) or bins < 1:
        raise ArgumentError(f"`bins` must be a whole number >= 1, got {shown(bins)}.", "bins")
    series = sums_of_rows(_powers(waits / waits.mean(), _following(clicks, held) / waits.mean()))
    few = series.means[2] * series.count < FEWEST

    def moments(means: FloatArray) -> FloatArray:
        return _moments(means, float(waits.mean()), np.nan if few else 1.0)

    found = studentised(moments, series, asked, positive=np.array([True, True, False]))
    edges = np.unique(np.quantile(waits, np.linspace(0.0, 1.0, min(bins, waits.size // 10) + 1)))
    counts = np.histogram(waits, edges)[0]
    widths = np.diff(edges) * waits.size
    mean, randomness, memory = found.values.tolist()
    return RecordWaits(
        waits,
        mean,
        randomness,
        memory,
        found.errors,
        found.intervals,
        confidence,
        edges,
        counts / widths,
        np.sqrt(counts * (1.0 - counts / waits.size)) / widths,
    )


def _label(clicks: Clicks, name: str) -> int:
    if name not in clicks.names:
        raise ArgumentError(f"`clicks` are of {', '.join(clicks.names)}, got {name!r}.", "clicks")
    return clicks.names.index(name)


def _following(clicks: Clicks, held: BoolArray) -> FloatArray:
    """The wait after each that is held, NaN where none such follows at once."""
    found = np.full(len(clicks), np.nan)
    next_held = held[1:] & (clicks.run[1:] == clicks.run[:-1])
    found[:-1][next_held] = clicks.waits[1:][next_held]
    return found[held]


def _powers(waits: FloatArray, following: FloatArray) -> FloatArray:
    """What moments and memory are made of (n, 8); what has no next wait counts for nothing in the last six."""
    pair = np.isfinite(following)
    one, other = np.where(pair, waits, 0.0), np.where(pair, following, 0.0)
    return np.stack([waits, waits**2, pair, one, other, one**2, other**2, one * other], axis=1).astype(np.float64)


def _moments(means: FloatArray, scale: float, told: float) -> FloatArray:
    first, second, pairs, *rest = np.moveaxis(means, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other, square, other_square, product = (part / pairs for part in rest)
        spread = np.sqrt((square - one**2) * (other_square - other**2))
        memory = told * (product - one * other) / spread
    return np.stack([scale * first, second / first**2 - 1.0, memory], axis=-1)
