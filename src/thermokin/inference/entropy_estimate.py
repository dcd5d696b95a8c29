"""One estimate of an entropy production rate, with an interval that holds where it curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin.inference.studentised import Asked, Estimates

__all__ = ["EntropyEstimate", "estimate_of"]

CURVED = 0.9  # of the spread, below which the linear part of an estimate is not all


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
        unseen: share of the clicks in events whose reverse was never seen; the larger it is, the more the estimate is
            too small.
    """

    name: str
    value: float
    error: float
    interval: tuple[float, float]
    bound: bool
    holds: str
    unseen: float = 0.0


def estimate_of(
    name: str, found: Estimates, asked: Asked, *, missed: float, unseen: float, holds: str, bound: bool
) -> EntropyEstimate:
    """An estimate that curves where nothing is produced: there its linear part says less than its spread does.

    Args:
        name: of the estimate.
        found: what was estimated, and of series drawn anew.
        asked: how intervals are made.
        missed: by how much what was estimated is too small in the mean [nats/time].
        unseen: share of the clicks in events whose reverse was never seen.
        holds: under what it does.
        bound: whether at least so much is produced.

    Returns:
        The estimate.
    """
    value, drawn = float(found.values[0]), found.drawn[:, 0]
    spread, (low, high) = float(drawn.std(ddof=1)), found.intervals[0].tolist()
    width = 0.5 * (high - low)
    if not np.isfinite(width) or found.errors[0] < CURVED * spread:
        plain = float(np.quantile(np.abs(drawn - value), asked.confidence))
        width = max(width, plain) if np.isfinite(width) else plain
    error, value = max(float(found.errors[0]), spread), value + missed
    interval = (max(value - width, 0.0), max(value + width, 0.0))
    return EntropyEstimate(name, value, error, interval, bound, holds, unseen)
