"""Waiting times between clicks from a record: moments and memory, with intervals, and their distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray
from thermokin.inference.clicks import Clicks
from thermokin.inference.record_statistics import FEWEST, with_interval

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
    """
    held = clicks.previous >= 0
    for name, label in ((first, clicks.previous), (then, clicks.labels)):
        if name is not None:
            held = held & (label == _label(clicks, name))
    waits = clicks.waits[held]
    if waits.size < FEWEST:
        raise ArgumentError(f"`clicks` must hold at least {FEWEST} such waits, got {waits.size}.", "clicks")
    following = _following(clicks, held)
    series = np.stack([waits, following], axis=1)
    values, errors, intervals = with_interval(_moments, series, confidence, resamples, seed)
    edges = np.unique(np.quantile(waits, np.linspace(0.0, 1.0, min(bins, waits.size // 10) + 1)))
    counts = np.histogram(waits, edges)[0]
    widths = np.diff(edges) * waits.size
    mean, randomness, memory = (float(value) for value in values)
    return RecordWaits(
        waits,
        mean,
        randomness,
        memory,
        errors,
        intervals,
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


def _moments(series: FloatArray) -> FloatArray:
    waits, following = series.T
    mean = waits.mean()
    pairs = np.isfinite(following)
    memory = np.nan
    if pairs.sum() >= FEWEST:
        memory = np.corrcoef(waits[pairs], following[pairs])[0, 1]
    return np.array([mean, waits.var(ddof=1) / mean**2, memory])
