"""What click records say of entropy production: an account where all is seen, else what bounds imply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import FloatArray, IntArray
from thermokin.inference.amounts import amounts_of_clicks
from thermokin.inference.clicks import Clicks
from thermokin.inference.record_statistics import growth, pairs_of, settled_amounts, weights_of, with_interval

__all__ = ["EntropyEstimate", "EntropyEstimates", "entropy_production"]

ALL_SEEN = "every jump of a classical network is seen by a detector of its own"
CLASSICAL = "a classical Markov network in its steady state, whose jumps obey local detailed balance"
ONE_EACH = "a classical Markov network in its steady state, each detector seeing one transition of it"
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
    found, asked = [], _Asked(confidence, resamples, seed)
    if pairs is not None and resolved:
        found.append(_account(clicks, pairs, asked))
    current = weights_of(clicks, weights) if weights is not None else _signs(pairs)
    found.append(_uncertainty(clicks, current, asked))
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


def _account(clicks: Clicks, pairs: IntArray, asked: _Asked) -> EntropyEstimate:
    rate = len(clicks) / clicks.duration

    def of(labels: FloatArray) -> FloatArray:
        counts = np.bincount(labels.astype(np.int64), minlength=pairs.size).astype(np.float64)
        return np.array([rate * _divergence(counts, counts[pairs]) / labels.size])

    return asked.found(
        "account",
        of,
        clicks.labels.astype(np.float64),
        ALL_SEEN,
        bound=False,
    )


def _divergence(counts: FloatArray, reverse: FloatArray) -> float:
    """Sum n ln(n / m), with the logarithms of expected counts estimated without bias by digamma functions.

    For counts of a Poisson distribution of mean x, <n psi(n)> is x ln x and <psi(n + 1)> is ln x + E_1(x): too large
    where hardly any are expected, so that the estimate is rather too small.

    Args:
        counts: n (k,).
        reverse: m (k,).

    Returns:
        The sum.
    """
    seen = counts > 0.0
    each = counts[seen] * (digamma(counts[seen]) - digamma(reverse[seen] + 1.0))
    return float(each.sum())


def _uncertainty(clicks: Clicks, weights: FloatArray, asked: _Asked) -> EntropyEstimate:
    amounts = settled_amounts(lambda length: amounts_of_clicks(clicks, weights, length), clicks, None)

    def of(series: FloatArray) -> FloatArray:
        mean, noise = growth(series, 2) / amounts.window
        return np.array([2.0 * mean**2 / noise])

    return asked.found(
        "uncertainty",
        of,
        pairs_of(amounts),
        CLASSICAL,
        bound=True,
    )


def _order(clicks: Clicks, pairs: IntArray, asked: _Asked) -> EntropyEstimate:
    held = clicks.previous >= 0
    waits = clicks.waits[held]
    edges = np.quantile(waits, np.linspace(0.0, 1.0, BINS + 1)[1:-1])
    number = pairs.size
    word = (clicks.previous[held] * BINS + np.searchsorted(edges, waits)) * number + clicks.labels[held]
    first, rest = np.divmod(np.arange(number * BINS * number), BINS * number)
    middle, last = np.divmod(rest, number)
    reverse = (pairs[last] * BINS + middle) * number + pairs[first]
    rate = word.size / clicks.duration

    def of(words: FloatArray) -> FloatArray:
        counts = np.bincount(words.astype(np.int64), minlength=reverse.size).astype(np.float64)
        begun = np.bincount(words.astype(np.int64) // (BINS * number), minlength=number).astype(np.float64)
        whole = _divergence(counts, counts[reverse])
        # The word's own divergence less that of its first letter leaves what follows, given that letter.
        return np.array([rate * (whole - _divergence(begun, begun[pairs])) / words.size])

    return asked.found(
        "order and waits",
        of,
        word.astype(np.float64),
        ONE_EACH,
        bound=True,
    )


@dataclass(frozen=True)
class _Asked:
    """How estimates are made.

    Args:
        confidence: of the intervals.
        resamples: how many records are drawn anew.
        seed: of the randomness.
    """

    confidence: float
    resamples: int
    seed: int

    def found(
        self, name: str, of: Callable[[FloatArray], FloatArray], series: FloatArray, holds: str, *, bound: bool
    ) -> EntropyEstimate:
        values, errors, intervals = with_interval(of, series, self.confidence, self.resamples, self.seed)
        low, high = intervals[0].tolist()
        return EntropyEstimate(name, float(values[0]), float(errors[0]), (low, high), bound, holds)
