"""Covariances per time of several currents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from thermokin._cached import cached_property
from thermokin._threads import one_thread
from thermokin._typing import FloatArray
from thermokin.counting.covariance_series import CovarianceSeries
from thermokin.counting.lost_digits import given
from thermokin.counting.steady_counts import SteadyCounts
from thermokin.model.current import Current
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.resolvent import Resolvent

__all__ = ["Covariance", "covariance_of"]


@dataclass(frozen=True, eq=False)
class Covariance(SteadyCounts):
    """lim <<N_a N_b>> / t, the noise of each current on the diagonal.

    Args:
        values: (..., c, c) [amount_a amount_b/time].
        steady_state: where they were counted.
        currents: what was counted.
        series: what they came from.
    """

    OWN_AXES: ClassVar[int] = 2

    currents: tuple[Current, ...]
    series: CovarianceSeries

    @property
    def mean(self) -> FloatArray:
        """The currents themselves (..., c) [amount/time]."""
        return self.series.mean

    @property
    def defect(self) -> FloatArray:
        """What the linear solves left, relative to their right sides (...)."""
        return self.series.defect

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each of them, from above as a rule (..., c, c) [amount_a amount_b/time].

        Cost:
            One solve for each current and each pair, where it was not needed before.
        """
        with one_thread():
            return self.series.error

    @property
    def correlation(self) -> FloatArray:
        """Covariance over the product of both deviations (..., c, c); NaN where a current does not fluctuate."""
        noise = np.diagonal(self.values, axis1=-2, axis2=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            scale = np.sqrt(noise[..., :, None] * noise[..., None, :])
            return np.asarray(self.values / scale)


def covariance_of(resolvent: Resolvent, steady_state: SteadyState, currents: Sequence[Current]) -> Covariance:
    """The covariances of currents from a prepared generator.

    Args:
        resolvent: the generator.
        steady_state: its steady state.
        currents: the currents.

    Returns:
        The covariances.

    Raises:
        NotConvergedError: if rounding leaves fewer than six digits of one, at every point.
        ValueError: if one is beyond double precision, at every point.
    """
    series = CovarianceSeries(resolvent, tuple(current.weights for current in currents))
    with np.errstate(over="ignore", invalid="ignore"):
        values = series.values
        noise = np.abs(np.diagonal(values, axis1=-2, axis2=-1))
        scale = np.maximum(np.sqrt(noise[..., :, None] * noise[..., None, :]), series.activity)
        names = [f"a covariance of {current.name}" for current in currents]
        values = given(values, series.lost if resolvent.delicate else None, scale, names, 2)
    return Covariance(values, steady_state, tuple(currents), series)
