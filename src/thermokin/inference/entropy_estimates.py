"""What click records say of entropy production: an account where all is seen, else what bounds imply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import FloatArray, IntArray
from thermokin.inference.amounts import amounts_of_clicks
from thermokin.inference.block_sums import BlockSums, sums_of_labels, sums_of_rows
from thermokin.inference.clicks import Clicks
from thermokin.inference.growth import PairGrowth
from thermokin.inference.record_statistics import weights_of
from thermokin.inference.settled_amounts import settled_amounts
from thermokin.inference.studentised import Asked, Estimates, asked_for, studentised

__all__ = ["EntropyEstimate", "EntropyEstimates", "entropy_production"]

ALL_SEEN = "a classical Markov network in its steady state, each of whose jumps is seen by a detector of its own"
CLASSICAL = "a classical Markov network in its steady state, whose jumps obey local detailed balance"
ONE_EACH = "a classical Markov network in its steady state, each detector seeing one transition of it"
CURVED = 0.7  # of the spread, below which the linear part of an estimate is not all
BINS = 4  # of waiting times: fewer than their shape needs, so that each is well filled


@dataclass(frozen=True)
class EntropyEstimate:
    """One estimate of the entropy production rate.

    Args:
        name: "account", "uncertainty" or "order and waits".
        value: [nats/time].
        error: its standard error.
        interval: (lowest, highest).
        bound: whether the entropy production is at least this, rather than this.
        holds: under what it does.
    """

    name: str
    value: float
    error: float
    interval: tuple[float, float]
    bound: bool
    holds: str


@dataclass(frozen=True, eq=False)
class EntropyEstimates(Result):
    """Estimates of the entropy production rate from one record.

    Args:
        estimates: each with its interval.
        confidence: of the intervals.
    """

    estimates: tuple[EntropyEstimate, ...]
    confidence: float

    def __getitem__(self, name: str) -> EntropyEstimate:
        found = [one for one in self.estimates if one.name == name]
        if not found:
            raise KeyError(f"{name!r} is none of {', '.join(one.name for one in self.estimates)}")
        return found[0]


def entropy_production(
    clicks: Clicks,
    *,
    reverses: Mapping[str, str] | None = None,
    weights: Mapping[str, float] | None = None,
    resolved: bool = False,
    confidence: float = 0.95,
    resamples: int = 500,
    seed: int = 1,
) -> EntropyEstimates:
    """What a record says of the entropy that a stationary system produces.

    - account: sum over pairs of (n_+ - n_-) ln(n_+/n_-) per time, if every jump of the network is seen and told apart
      (`resolved`);
    - uncertainty: 2 J^2/D of the current, at least so much is produced by classical Markov dynamics;
    - order and waits: sum p(l' b l) ln[p(b l|l') / p(b rev l'|rev l)] per click, over pairs of successive clicks l', l
      and bins b of the waits between them: at least so much is produced where each detector sees one transition.

    Logarithms of counts are estimated without bias where a few are expected; where hardly any are, the estimate is
    rather too small.

    Args:
        clicks: the records.
        reverses: for each detector the one that clicks at the reversed jump; one way is enough.
        weights: of the current by detector; +1 and -1 for the pairs of `reverses` if None.
        resolved: whether every jump of the network is seen, each by its own detector.
        confidence: of the intervals, in (0, 1).
        resamples: how many records are drawn anew.
        seed: >= 0.

    Returns:
        The estimates that can be made.

    Raises:
        ArgumentError: if neither pairs nor weights are given, a detector is not known, a jump has no reverse though all
            are said to be seen, or the record is too short.

    Reference:
        barato2015; harunari2022; vandermeer2022.
    """
    if reverses is None and weights is None:
        raise ArgumentError("`reverses` or `weights` must say what clicks stand for.", "reverses")
    pairs = None if reverses is None else _pairs_of(clicks, reverses)
    if not len(clicks):
        raise ArgumentError("`clicks` must hold some, got none.", "clicks")
    asked, found = asked_for(confidence, resamples, seed), []
    if pairs is not None and resolved:
        found.append(_account(clicks, pairs, asked))
    current = weights_of(clicks, weights) if weights is not None else _signs(pairs)
    if current.any():
        found += _uncertainty(clicks, current, asked)
    if pairs is not None:
        found.append(_order(clicks, pairs, asked))
    return EntropyEstimates(tuple(found), confidence)


def _pairs_of(clicks: Clicks, reverses: Mapping[str, str]) -> IntArray:
    """(l,) the detector of the reversed jump of each."""
    names = clicks.names
    strange = [name for pair in reverses.items() for name in pair if name not in names]
    if strange:
        raise ArgumentError(f"`reverses` hold {strange[0]!r}, but the clicks are of {', '.join(names)}.", "reverses")
    found = np.full(len(names), -1, dtype=np.int64)
    for one, other in reverses.items():
        for here, there in ((one, other), (other, one)):
            place = names.index(here)
            if found[place] not in {-1, names.index(there)}:
                raise ArgumentError(f"`reverses` give {here!r} two reversed jumps.", "reverses")
            found[place] = names.index(there)
    alone = [names[place] for place in np.flatnonzero(found < 0)]
    if alone:
        raise ArgumentError(f"`reverses` must give every detector its own, but not {alone[0]!r}.", "reverses")
    return found


def _signs(pairs: IntArray | None) -> FloatArray:
    assert pairs is not None  # noqa: S101 - asked by the caller
    return np.asarray(np.sign(pairs - np.arange(pairs.size)), dtype=np.float64)


def _account(clicks: Clicks, pairs: IntArray, asked: Asked) -> EntropyEstimate:
    series = sums_of_labels(clicks.labels, pairs.size).beside(_time(clicks, clicks.waits))
    count = float(series.count)

    def of(means: FloatArray) -> FloatArray:
        counts = count * means[..., :-1]
        return _divergence(counts, counts[..., pairs]) / (count * means[..., -1:])

    def slope(means: FloatArray) -> FloatArray:
        counts, time = count * means[..., :-1], count * means[..., -1:]
        each = _by_counts(counts, pairs) / time
        return count * np.concatenate([each, -of(means) / time], axis=-1)[..., None, :]

    return _told("account", studentised(of, series, asked, slope=slope), ALL_SEEN, asked, bound=False)


def _time(clicks: Clicks, waits: FloatArray) -> BlockSums:
    """Times in front of clicks, which with those behind the last ones are all that was watched."""
    return sums_of_rows((waits * (clicks.duration / waits.sum()))[:, None])


def _divergence(counts: FloatArray, reverse: FloatArray) -> FloatArray:
    """Sum n ln(n / m), with the logarithms of expected counts estimated without bias by digamma functions.

    For counts of a Poisson distribution of mean x, <n psi(n)> is x ln x and <psi(n + 1)> is ln x + E_1(x): too large
    where hardly any are expected, so that the estimate is rather too small.

    Args:
        counts: n (..., k).
        reverse: m (..., k).

    Returns:
        The sum (..., 1).
    """
    seen = counts > 0.0
    each = counts * (digamma(np.where(seen, counts, 1.0)) - digamma(reverse + 1.0))
    return np.asarray(np.where(seen, each, 0.0).sum(axis=-1, keepdims=True))


def _by_counts(counts: FloatArray, reverse: IntArray) -> FloatArray:
    """How sum n ln(n / m) grows with each count (..., k); one that was not seen is taken for a half."""
    held = np.maximum(counts, 0.5)
    ratio = held[..., reverse] / held
    return np.asarray(1.0 - np.log(ratio) - ratio)


def _uncertainty(clicks: Clicks, weights: FloatArray, asked: Asked) -> list[EntropyEstimate]:
    """None where the record is so short that its noise comes out negative."""
    amounts = settled_amounts(lambda length: amounts_of_clicks(clicks, weights, length), clicks, None)
    pairs = PairGrowth(amounts, 2)

    def root(means: FloatArray) -> FloatArray:
        """J sqrt(2/D), which is smooth where the current vanishes."""
        found = pairs.cumulants(means)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(found[..., :1] * np.sqrt(2.0 / found[..., 1:]))

    if not pairs.cumulants(pairs.series.means)[1] > 0.0:
        return []
    found = studentised(root, pairs.series, asked, block=pairs.block)
    low, high = np.sort(np.abs(found.intervals[0]))
    low = 0.0 if found.intervals[0].prod() < 0.0 else low
    value = float(found.values[0])
    error = 2.0 * abs(value) * float(found.errors[0])
    interval = (float(low) ** 2, float(high) ** 2)
    return [EntropyEstimate("uncertainty", value**2, error, interval, bound=True, holds=CLASSICAL)]


def _order(clicks: Clicks, pairs: IntArray, asked: Asked) -> EntropyEstimate:
    held = clicks.previous >= 0
    waits = clicks.waits[held]
    edges = np.quantile(waits, np.linspace(0.0, 1.0, BINS + 1)[1:-1])
    number = pairs.size
    word = (clicks.previous[held] * BINS + np.searchsorted(edges, waits)) * number + clicks.labels[held]
    kinds = BINS * number**2
    first, rest = np.divmod(np.arange(kinds), BINS * number)
    middle, last = np.divmod(rest, number)
    reverse = (pairs[last] * BINS + middle) * number + pairs[first]
    series = sums_of_labels(word, kinds).beside(_time(clicks, waits))
    count = float(series.count)

    def begun(counts: FloatArray) -> FloatArray:
        return np.asarray(counts.reshape(*counts.shape[:-1], number, -1).sum(axis=-1))

    def of(means: FloatArray) -> FloatArray:
        counts = count * means[..., :-1]
        opened = begun(counts)
        # The word's own divergence less that of its first letter leaves what follows, given that letter.
        whole = _divergence(counts, counts[..., reverse]) - _divergence(opened, opened[..., pairs])
        return np.asarray(whole / (count * means[..., -1:]))

    def slope(means: FloatArray) -> FloatArray:
        counts, time = count * means[..., :-1], count * means[..., -1:]
        opened = _by_counts(begun(counts), pairs)
        each = (_by_counts(counts, reverse) - np.repeat(opened, BINS * number, axis=-1)) / time
        return count * np.concatenate([each, -of(means) / time], axis=-1)[..., None, :]

    return _told("order and waits", studentised(of, series, asked, slope=slope), ONE_EACH, asked, bound=True)


def _told(name: str, found: Estimates, holds: str, asked: Asked, *, bound: bool) -> EntropyEstimate:
    """An estimate that curves where nothing is produced: there its linear part says less than its spread does."""
    # Counts of links that one current joins vary less than independent ones, so that it may be a little below zero.
    value, drawn = float(found.values[0]), found.drawn[:, 0]
    spread, (low, high) = float(drawn.std(ddof=1)), found.intervals[0].tolist()
    width = 0.5 * (high - low)
    if not np.isfinite(width) or found.errors[0] < CURVED * spread:
        width = float(np.quantile(np.abs(drawn - value), asked.confidence))
    error = max(float(found.errors[0]), spread)
    return EntropyEstimate(name, value, error, (max(value - width, 0.0), max(value + width, 0.0)), bound, holds)
