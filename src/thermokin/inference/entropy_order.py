"""Entropy production by the order of clicks and the waits between them, against those of the reversed record."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.inference.block_sums import sums_of_labels
from thermokin.inference.clicks import Clicks
from thermokin.inference.count_divergence import divergence, divergence_missed, divergence_slope, unseen_share
from thermokin.inference.entropy_account import times_in_front
from thermokin.inference.entropy_estimate import EntropyEstimate, estimate_of
from thermokin.inference.studentised import Asked, studentised

__all__ = ["entropy_of_order"]

ONE_EACH = "a classical Markov network in its steady state, each detector seeing one transition of it"
BINS = (4, 2, 1)  # of waiting times: fewer than their shape needs, so that each is well filled
SEEN = 0.05  # share of clicks without a reverse, beyond which there are fewer bins


def entropy_of_order(clicks: Clicks, pairs: IntArray, asked: Asked) -> EntropyEstimate:
    """What words of two clicks and the wait between them say, in as many bins of waits as the record fills.

    Args:
        clicks: the records.
        pairs: (l,) the detector of the reversed jump of each.
        asked: how intervals are made.

    Returns:
        The estimate, a bound.
    """
    number = pairs.size
    for bins in BINS:
        words, waits = _words(clicks, number, bins)
        reverse = _reversed(pairs, bins)
        unseen = unseen_share(np.bincount(words, minlength=reverse.size).astype(np.float64), reverse)
        if unseen <= SEEN:
            break
    kinds = reverse.size
    series = sums_of_labels(words, kinds).beside(times_in_front(clicks, waits))
    count, opening = float(series.count), np.repeat(np.eye(number), kinds // number, axis=0)

    def of(means: FloatArray) -> FloatArray:
        counts = count * means[..., :-1]
        # The word's own divergence less that of its first letter leaves what follows, given that letter.
        whole = divergence(counts, reverse) - divergence(counts @ opening, pairs)
        return np.asarray(whole / (count * means[..., -1:]))

    def slope(means: FloatArray) -> FloatArray:
        counts, time = count * means[..., :-1], count * means[..., -1:]
        opened = divergence_slope(counts @ opening, pairs) @ opening.T
        each = (divergence_slope(counts, reverse) - opened) / time
        return count * np.concatenate([each, -of(means) / time], axis=-1)[..., None, :]

    letters = sums_of_labels(words // (kinds // number), number)
    return estimate_of(
        "order and waits",
        studentised(of, series, asked, slope=slope),
        asked,
        missed=(divergence_missed(series, reverse) - divergence_missed(letters, pairs)) / clicks.duration,
        unseen=unseen,
        holds=ONE_EACH,
        bound=True,
    )


def _words(clicks: Clicks, number: int, bins: int) -> tuple[IntArray, FloatArray]:
    """Which click, wait and click each is, as one number, and the waits."""
    held = clicks.previous >= 0
    waits = clicks.waits[held]
    edges = np.quantile(waits, np.linspace(0.0, 1.0, bins + 1)[1:-1])
    return (clicks.previous[held] * bins + np.searchsorted(edges, waits)) * number + clicks.labels[held], waits


def _reversed(pairs: IntArray, bins: int) -> IntArray:
    """The word of each reversed record."""
    number = pairs.size
    first, rest = np.divmod(np.arange(bins * number**2), bins * number)
    middle, last = np.divmod(rest, number)
    return np.asarray((pairs[last] * bins + middle) * number + pairs[first])
