"""Entropy production where every jump is seen: (n_+ - n_-) ln(n_+/n_-) of each pair."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.inference.block_sums import BlockSums, sums_of_labels, sums_of_rows
from thermokin.inference.clicks import Clicks
from thermokin.inference.count_divergence import divergence, divergence_missed, divergence_slope, unseen_share
from thermokin.inference.entropy_estimate import EntropyEstimate, estimate_of
from thermokin.inference.studentised import Asked, studentised

__all__ = ["entropy_account", "times_in_front"]

ALL_SEEN = "a classical Markov network in its steady state, each of whose jumps is seen by a detector of its own"


def entropy_account(clicks: Clicks, pairs: IntArray, asked: Asked) -> EntropyEstimate:
    """The account of all jumps.

    Args:
        clicks: the records.
        pairs: (l,) the detector of the reversed jump of each.
        asked: how intervals are made.

    Returns:
        The estimate.
    """
    series = sums_of_labels(clicks.labels, pairs.size).beside(times_in_front(clicks, clicks.waits))
    count = float(series.count)

    def of(means: FloatArray) -> FloatArray:
        return divergence(count * means[..., :-1], pairs) / (count * means[..., -1:])

    def slope(means: FloatArray) -> FloatArray:
        counts, time = count * means[..., :-1], count * means[..., -1:]
        each = divergence_slope(counts, pairs) / time
        return count * np.concatenate([each, -of(means) / time], axis=-1)[..., None, :]

    return estimate_of(
        "account",
        studentised(of, series, asked, slope=slope),
        asked,
        missed=divergence_missed(series, pairs) / clicks.duration,
        unseen=unseen_share(clicks.counts.astype(np.float64), pairs),
        holds=ALL_SEEN,
        bound=False,
    )


def times_in_front(clicks: Clicks, waits: FloatArray) -> BlockSums:
    """Times in front of clicks, which with those behind the last ones are all that was watched.

    Args:
        clicks: the records.
        waits: in front of those clicks that count (n,).

    Returns:
        Their sums.
    """
    return sums_of_rows((waits * (clicks.duration / waits.sum()))[:, None])
