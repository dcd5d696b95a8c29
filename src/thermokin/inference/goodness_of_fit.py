"""Whether records look as a model says: waits rescaled by their intensity, their order, and who clicks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.inference.clicks import Clicks
from thermokin.inference.likelihood import Likelihood

__all__ = ["GoodnessOfFit", "goodness_of_fit"]

FEW = 8  # clicks below which nothing is tested


@dataclass(frozen=True, eq=False)
class GoodnessOfFit(Result):
    """Tests of a model by the records; a small probability speaks against it.

    Args:
        rescaled: (n,) -ln of the probability of no click in each wait, given all before: independent and exponentially
            distributed with mean one if the model is right.
        waits: probability of waits at least as unlike that, by Kolmogorov and Smirnov; NaN where too few clicked.
        order: probability of successive rescaled waits at least as correlated, by Spearman; NaN likewise.
        detectors: (l,) probability of numbers of clicks at least as far from what the model expected, given all before
            each; NaN for a detector that clicked alone.
    """

    rescaled: FloatArray
    waits: float
    order: float
    detectors: FloatArray

    @property
    def smallest(self) -> float:
        """The smallest probability of all, times the number of tests, at most 1."""
        every = np.array([self.waits, self.order, *self.detectors])
        known = every[np.isfinite(every)]
        return float(min(1.0, known.min(initial=1.0) * max(known.size, 1)))


def goodness_of_fit(clicks: Clicks, found: Likelihood) -> GoodnessOfFit:
    """Test a model by the records that it was fitted to, or by others.

    Args:
        clicks: the records.
        found: their likelihood.

    Returns:
        The tests.

    Reference:
        brown2002.
    """
    from scipy import stats

    line = found.line
    every = np.bincount(line.click, -np.log(found.survived), len(clicks) + 1)
    waits = np.asarray(every[: len(clicks)], dtype=np.float64)
    count = waits.size
    ends = np.flatnonzero(line.event >= 0)
    rates = found.intensities(ends)
    share = rates / rates.sum(axis=1, keepdims=True)
    spread = np.sqrt((share * (1.0 - share)).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        away = (clicks.counts - share.sum(axis=0)) / spread
    detectors = np.where(spread > 0.0, 2.0 * stats.norm.sf(np.abs(away)), np.nan)
    if count < FEW:
        return GoodnessOfFit(waits, np.nan, np.nan, np.full(detectors.shape, np.nan))
    same = clicks.run[1:] == clicks.run[:-1]
    return GoodnessOfFit(
        waits,
        float(stats.kstest(waits, "expon").pvalue),
        float(stats.spearmanr(waits[1:][same], waits[:-1][same]).pvalue) if same.sum() >= FEW else np.nan,
        detectors,
    )
