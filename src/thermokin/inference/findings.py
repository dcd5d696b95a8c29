"""All that click records say with a family of models and alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin.inference.clicks import Clicks
from thermokin.inference.entropy_estimates import EntropyEstimates, entropy_production
from thermokin.inference.fit import Fit
from thermokin.inference.record_spectrum import RecordSpectrum, record_spectrum
from thermokin.inference.record_statistics import RecordStatistics, statistics
from thermokin.inference.record_waits import RecordWaits, waiting_times

__all__ = ["RecordFindings", "record_findings"]

FREQUENCIES = 60
SLOWEST = 2.0  # turns in a piece of the record
FASTEST = 10.0  # in units of the rate of clicks
PIECES = 64

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class RecordFindings(Result):
    """What records say.

    Args:
        clicks: the records.
        fit: the numbers of a family.
        statistics: of a current; None where the record is too short, as for all that follow.
        waits: between any clicks.
        spectrum: noise against frequency.
        entropy: entropy production; None too where it was not asked for.
        left_out: why something is missing, by its name.
    """

    clicks: Clicks
    fit: Fit
    statistics: RecordStatistics | None
    waits: RecordWaits | None
    spectrum: RecordSpectrum | None
    entropy: EntropyEstimates | None
    left_out: Mapping[str, str]


def record_findings(
    fit: Fit,
    *,
    weights: Mapping[str, float] | None = None,
    reverses: Mapping[str, str] | None = None,
    resolved: bool = False,
    told: Callable[[str, float], None] = lambda what, fraction: None,
) -> RecordFindings:
    """All that the records of a fit say.

    Args:
        fit: the fit.
        weights: of the current, by detector; those of `reverses` if None, 1 for each if that is None too.
        reverses: the detector that clicks at the reversed jump of each, for entropy production.
        resolved: whether every jump of the network is seen, each by its own detector.
        told: is told what is being done and which fraction of the work is behind.

    Returns:
        The findings.
    """
    clicks, confidence = fit.problem.clicks, fit.confidence
    left_out: dict[str, str] = {}
    if weights is None and reverses is not None:
        weights = {one: 1.0 for one in reverses if one not in reverses.values()}
        weights = {**weights, **{reverses[one]: -1.0 for one in weights}} or None

    def tried(name: str, fraction: float, make: Callable[[], Made]) -> Made | None:
        told(name, fraction)
        try:
            return make()
        except ArgumentError as error:
            left_out[name] = str(error)
            return None

    told("profile intervals", 0.0)
    _ = fit.intervals, fit.goodness
    return RecordFindings(
        clicks,
        fit,
        tried("statistics", 0.7, lambda: statistics(clicks, weights, confidence=confidence)),
        tried("waiting times", 0.8, lambda: waiting_times(clicks, confidence=confidence)),
        tried("spectrum", 0.85, lambda: _spectrum(clicks, weights, confidence)),
        None
        if reverses is None
        else tried(
            "entropy production",
            0.9,
            lambda: entropy_production(
                clicks, reverses=reverses, weights=weights, resolved=resolved, confidence=confidence
            ),
        ),
        left_out,
    )


def _spectrum(clicks: Clicks, weights: Mapping[str, float] | None, confidence: float) -> RecordSpectrum:
    piece = clicks.duration / PIECES
    lowest, highest = SLOWEST * 2.0 * np.pi / piece, FASTEST * len(clicks) / clicks.duration
    if not highest > lowest:
        raise ArgumentError("`clicks` are too few for a spectrum: a piece of the record holds hardly any.", "clicks")
    grid = np.geomspace(lowest, highest, FREQUENCIES)
    return record_spectrum(clicks, grid, weights, pieces=PIECES, confidence=confidence)
