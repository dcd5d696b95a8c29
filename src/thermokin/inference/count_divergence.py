"""Sum n ln(n/m) of counts n of events and m of their reverses, without the bias that counts bring."""

from __future__ import annotations

import numpy as np
from scipy.special import digamma

from thermokin._typing import FloatArray, IntArray
from thermokin.inference.block_sums import BlockSums
from thermokin.inference.studentised import linear_errors

__all__ = ["divergence", "divergence_missed", "divergence_slope", "unseen_share"]


def divergence(counts: FloatArray, reverse: IntArray) -> FloatArray:
    """Sum n ln(n / m), with the logarithms of expected counts estimated without bias by digamma functions.

    For counts of a Poisson distribution of mean x, <n psi(n)> is x ln x and <psi(n + 1)> is ln x + E_1(x): too large
    where hardly any are expected, so that the estimate is rather too small.

    Args:
        counts: n (..., k).
        reverse: (k,) which event is the reverse of each.

    Returns:
        The sum (..., 1).
    """
    other = counts[..., reverse]
    seen = (counts > 0.0) & (reverse != np.arange(reverse.size))
    each = counts * (digamma(np.where(seen, counts, 1.0)) - digamma(other + 1.0))
    return np.asarray(np.where(seen, each, 0.0).sum(axis=-1, keepdims=True))


def divergence_slope(counts: FloatArray, reverse: IntArray) -> FloatArray:
    """How the sum grows with each count (..., k); one that was not seen is taken for a half."""
    held = np.maximum(counts, 0.5)
    ratio = held[..., reverse] / held
    return 1.0 - np.log(ratio) - ratio


def divergence_missed(series: BlockSums, reverse: IntArray) -> float:
    """By how much the sum is too small in the mean, near where nothing is produced.

    Digamma functions take off what independent counts add, 2 for each pair. Counts that one current joins differ less:
    a pair adds but twice the variance of its difference over what independent ones have.

    Args:
        series: the counts (m, k), perhaps with more beside them.
        reverse: (k,) as above.

    Returns:
        The sum over pairs of 2 - 2 <<(n - m)^2>>/(n + m).
    """
    first = np.flatnonzero(reverse > np.arange(reverse.size))
    counts = series.count * series.means[: reverse.size]
    both = counts[first] + counts[reverse[first]]
    first, both = first[both > 0.0], both[both > 0.0]
    slopes = np.zeros((first.size, series.sums.shape[1]))
    slopes[np.arange(first.size), first] = 1.0
    slopes[np.arange(first.size), reverse[first]] = -1.0
    spread = series.count * linear_errors(series, slopes)
    return float((2.0 - 2.0 * spread**2 / both).sum())


def unseen_share(counts: FloatArray, reverse: IntArray) -> float:
    """The share of events (k,) whose reverse was never seen."""
    return float(counts[counts[reverse] == 0.0].sum() / counts.sum())
