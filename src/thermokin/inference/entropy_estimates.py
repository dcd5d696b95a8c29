"""What click records say of entropy production: an account where all is seen, else what bounds imply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import FloatArray, IntArray
from thermokin.inference.amounts import amounts_of_clicks
from thermokin.inference.clicks import Clicks
from thermokin.inference.entropy_account import entropy_account
from thermokin.inference.entropy_estimate import EntropyEstimate
from thermokin.inference.entropy_order import entropy_of_order
from thermokin.inference.growth import PairGrowth
from thermokin.inference.record_statistics import weights_of
from thermokin.inference.settled_amounts import settled_amounts
from thermokin.inference.studentised import Asked, asked_for, studentised

__all__ = ["EntropyEstimates", "entropy_production"]

CLASSICAL = "a classical Markov network in its steady state, whose jumps obey local detailed balance"
EVEN = "clicks of reversed jumps must have opposite `weights` for it, as those of a current have"
ENOUGH = 20  # clicks, after which an amount that has not moved by two is bound
STILL = "the current of these `weights` does not grow with time; name those of one that does"


@dataclass(frozen=True, eq=False)
class EntropyEstimates(Result):
    """Estimates of the entropy production rate from one record.

    Args:
        estimates: each with its interval.
        confidence: of the intervals.
        left_out: why an estimate is missing that was asked for, by its name.
    """

    estimates: tuple[EntropyEstimate, ...]
    confidence: float
    left_out: Mapping[str, str] = field(default_factory=dict)

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

    Logarithms of counts are estimated without bias where a few are expected, and what one current joins is allowed for.
    Where hardly any are, the estimate is too small: `unseen` tells the share of clicks whose reverse was never seen. Of
    waits there are four bins, two or one, as many as leave that share below 5 %.

    Args:
        clicks: the records.
        reverses: for each detector the one that clicks at the reversed jump; one way is enough.
        weights: of the current by detector; +1 and -1 for the pairs of `reverses` if None. Without opposite ones for
            reversed jumps they are those of no current, and bound nothing: `left_out` says so.
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

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> random = np.random.default_rng(1)
        >>> where = np.where(random.random(4000) < 0.75, "ahead", "back")
        >>> clicks = tk.inference.Clicks(np.cumsum(random.exponential(0.5, 4000)), where)
        >>> found = tk.inference.entropy_production(clicks, reverses={"ahead": "back"}, resolved=True, resamples=100)
        >>> found.estimates[0].name, bool(abs(found.estimates[0].value - (1.5 - 0.5) * math.log(1.5 / 0.5)) < 0.2)
        ('account', True)
    """
    if reverses is None and weights is None:
        raise ArgumentError("`reverses` or `weights` must say what clicks stand for.", "reverses")
    pairs = None if reverses is None else _pairs_of(clicks, reverses)
    if not len(clicks):
        raise ArgumentError("`clicks` must hold some, got none.", "clicks")
    asked, found, left_out = asked_for(confidence, resamples, seed), [], {}
    if pairs is not None and resolved:
        found.append(entropy_account(clicks, pairs, asked))
    current = weights_of(clicks, weights) if weights is not None else _signs(pairs)
    if current.any():
        flaw = "" if pairs is None else _no_current(clicks, current, pairs)
        made = flaw or _uncertainty(clicks, current, asked, alone=pairs is None)
        if isinstance(made, str):
            left_out["uncertainty"] = made
        else:
            found.append(made)
    if pairs is not None:
        found.append(entropy_of_order(clicks, pairs, asked))
    return EntropyEstimates(tuple(found), confidence, left_out)


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


def _no_current(clicks: Clicks, weights: FloatArray, pairs: IntArray) -> str:
    """Why the weights are those of no current that may flow."""
    if not np.array_equal(weights[pairs], -weights):
        return EVEN
    amount = np.cumsum(weights[clicks.labels])
    return STILL if len(clicks) > ENOUGH and np.ptp(amount) <= np.abs(weights).max() else ""


def _uncertainty(clicks: Clicks, weights: FloatArray, asked: Asked, *, alone: bool) -> EntropyEstimate | str:
    """The estimate; or why there is none, which is an error where nothing else was asked for."""
    try:
        amounts = settled_amounts(lambda length: amounts_of_clicks(clicks, weights, length), clicks, None)
    except ArgumentError as short:
        if alone:
            raise
        return str(short)
    pairs = PairGrowth(amounts, 2)

    def root(means: FloatArray) -> FloatArray:
        """J sqrt(2/D), which is smooth where the current vanishes."""
        found = pairs.cumulants(means)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(found[..., :1] * np.sqrt(2.0 / found[..., 1:]))

    if not pairs.cumulants(pairs.series.means)[1] > 0.0:
        return "the record is so short that its noise comes out negative"
    found = studentised(root, pairs.series, asked, block=pairs.block)
    low, high = np.sort(np.abs(found.intervals[0]))
    low = 0.0 if found.intervals[0].prod() < 0.0 else low
    value = float(found.values[0])
    error = 2.0 * abs(value) * float(found.errors[0])
    interval = (float(low) ** 2, float(high) ** 2)
    return EntropyEstimate("uncertainty", value**2, error, interval, bound=True, holds=CLASSICAL)
