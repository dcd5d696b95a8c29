"""Intervals of what is estimated from a series with memory, by the studentised stationary bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, FloatArray
from thermokin.inference.block_sums import BlockSums
from thermokin.inference.stationary_bootstrap import block_length, blocks_drawn
from thermokin.operators.as_numbers import shown

__all__ = ["Asked", "Estimates", "asked_for", "linear_errors", "studentised"]

LEAST = 100  # series drawn anew
VANISHED = 1e-6  # of the standard error: that of a series drawn anew whose blocks are all alike
STEP = 1e-5  # of numerical derivatives, relative
LOST = 1e-4  # share of a correlation that blocks still hold, beyond which lags are left out

Of = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Asked:
    """How intervals are made.

    Args:
        confidence: of them.
        resamples: how many series are drawn anew.
        seed: of the randomness.
    """

    confidence: float
    resamples: int
    seed: int


def asked_for(confidence: float, resamples: int, seed: int) -> Asked:
    """How intervals are made, checked.

    Args:
        confidence: in (0, 1).
        resamples: >= 100.
        seed: >= 0.

    Returns:
        The same.

    Raises:
        ArgumentError: if one is out of its range.
    """
    if not isinstance(confidence, float) or not 0.0 < confidence < 1.0:
        raise ArgumentError(f"`confidence` must be between 0 and 1, got {shown(confidence)}.", "confidence")
    if isinstance(resamples, bool) or not isinstance(resamples, int) or resamples < LEAST:
        raise ArgumentError(f"`resamples` must be a whole number from {LEAST}, got {shown(resamples)}.", "resamples")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ArgumentError(f"`seed` must be a whole number >= 0, got {shown(seed)}.", "seed")
    return Asked(confidence, resamples, seed)


@dataclass(frozen=True, eq=False)
class Estimates:
    """What is estimated, with its errors.

    Args:
        values: (p,).
        errors: standard errors (p,).
        intervals: (p, 2).
        drawn: the estimates of the series drawn anew (r, p).
    """

    values: FloatArray
    errors: FloatArray
    intervals: FloatArray
    drawn: FloatArray


def studentised(
    of: Of,
    series: BlockSums,
    asked: Asked,
    *,
    slope: Of | None = None,
    positive: BoolArray | None = None,
    block: float | None = None,
) -> Estimates:
    """Estimates from the means of a series, their standard errors and intervals.

    A standard error is that of the linear part of the estimate in a series drawn anew by blocks. It is as uncertain as
    the estimate and depends on it, so that its multiple is no interval: series drawn anew tell by how many of their own
    standard errors they miss, which is what the interval reaches to both sides. Where a number is positive, that holds
    for its logarithm.

    Args:
        of: the estimates (..., p) from means (..., k).
        series: whose means they are.
        asked: how intervals are made.
        slope: their derivatives (..., p, k) by the means; None for numerical ones.
        positive: (p,) which numbers are; none if None.
        block: mean length of blocks, in members of the series; None where its memory is not known.

    Returns:
        The estimates.

    Reference:
        politis1994.
    """
    slope = slope or _numerical(of)
    means = series.means
    values, turned = of(means), slope(means)
    length = _pieces(series, block)
    errors = _linear_errors(series, turned, length)
    drawn, own = _drawn(of, slope, series, asked, length)
    own = np.where(own > VANISHED * errors, own, errors)  # blocks all alike tell no error of their own
    logarithmic = np.zeros(values.shape, dtype=bool) if positive is None else positive & (values > 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.where(logarithmic, drawn * np.log(np.maximum(drawn, 0.0) / values), drawn - values) / own
    away = np.where(np.isfinite(away), np.abs(away), np.inf)
    reach = np.quantile(away, asked.confidence, axis=0, method="higher")
    width = np.where(errors > 0.0, reach * np.where(errors > 0.0, errors, 1.0), errors)  # nothing varies: no width
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        share = np.exp(width / values)
        low = np.where(logarithmic, values / share, values - width)
        high = np.where(logarithmic, values * share, values + width)
    return Estimates(values, errors, np.stack([low, high], axis=1), drawn)


def linear_errors(series: BlockSums, slopes: FloatArray) -> FloatArray:
    """Standard errors of linear functions of the means of a series whose memory is not known.

    Args:
        series: whose means they are.
        slopes: (p, k) of each by the means.

    Returns:
        (p,).
    """
    return _linear_errors(series, slopes, _pieces(series, None))


def _pieces(series: BlockSums, block: float | None) -> float:
    """Mean length of blocks, in pieces of the series."""
    length = block_length(series.count) if block is None else block
    return max(1.0, length * len(series.sums) / series.count)


def _linear_errors(series: BlockSums, slopes: FloatArray, length: float) -> FloatArray:
    influence = (series.sums - series.sizes[:, None] * series.means) @ slopes.T
    return _blocked_error(influence, length) / series.count


def _drawn(of: Of, slope: Of, series: BlockSums, asked: Asked, length: float) -> tuple[FloatArray, FloatArray]:
    """Estimates (r, p) of series drawn anew, and the standard error of each by its own blocks."""
    size = len(series.sums)
    blocks = blocks_drawn(size, length, asked.resamples, np.random.default_rng(asked.seed))
    every = np.concatenate([series.sums, series.sizes[:, None]], axis=1)
    running = np.concatenate([np.zeros((1, every.shape[1])), np.cumsum(np.concatenate([every, every]), axis=0)])
    held = running[blocks.start + blocks.length] - running[blocks.start]
    whole = np.add.reduceat(held, blocks.first, axis=0)
    means = whole[:, :-1] / whole[:, -1:]
    turned = slope(means)
    # Of each block, what it adds beyond its share: sum of the block less its size times the mean, along the slope.
    offset = np.einsum("rpk,rk->rp", turned, means)
    found = np.zeros((len(held), turned.shape[1]))
    for number in range(found.shape[1]):
        along = np.concatenate([turned[:, number], -offset[:, number, None]], axis=1)
        found[:, number] = np.einsum("bk,bk->b", held, along[blocks.series])
    return of(means), np.sqrt(np.add.reduceat(found**2, blocks.first, axis=0)) / whole[:, -1:]


def _blocked_error(influence: FloatArray, length: float) -> FloatArray:
    """The standard deviation of the sum of a series drawn anew by blocks of a mean length, in its closed form."""
    size, kept = len(influence), 1.0 - 1.0 / length
    found = (influence**2).sum(axis=0)
    for lag in range(1, size):
        share = (1.0 - lag / size) * kept**lag + lag / size * kept ** (size - lag)
        if kept**lag < LOST:
            break
        found = found + 2.0 * share * (influence[lag:] * influence[:-lag]).sum(axis=0)
    return np.asarray(np.sqrt(np.maximum(found, 0.0)))


def _numerical(of: Of) -> Of:
    """Derivatives by differences to both sides."""

    def slope(means: FloatArray) -> FloatArray:
        found = []
        for number in range(means.shape[-1]):
            step = np.zeros(means.shape)
            step[..., number] = STEP * (np.abs(means[..., number]) + STEP)
            with np.errstate(invalid="ignore"):  # where nothing varies a correlation has no number
                change = of(means + step) - of(means - step)
            found.append(change / (2.0 * step[..., number])[..., None])
        return np.stack(found, axis=-1)

    return slope
