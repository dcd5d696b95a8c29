"""The cumulants since time 0 that have a name, of any kind of system."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from thermokin._result import ArrayResult
from thermokin._typing import FloatArray

__all__ = ["AlongTimes", "MeanAndVariance"]


class _Timed(Protocol):
    @property
    def times(self) -> FloatArray:
        """(..., t) [time]."""


class AlongTimes(ArrayResult):
    """What was exchanged along an `evolution`."""

    evolution: _Timed

    @property
    def times(self) -> FloatArray:
        """(..., t) [time]."""
        return self.evolution.times


class MeanAndVariance(AlongTimes):
    """Cumulants since time 0 along the last axis of `values`, the first two by name."""

    @property
    def mean(self) -> FloatArray:
        """Mean amount (..., t)."""
        return np.asarray(self.values[..., 0])

    @property
    def variance(self) -> FloatArray:
        """Variance of the amount (..., t).

        Raises:
            ValueError: if only the mean was asked for.
        """
        if self.values.shape[-1] < 2:
            raise ValueError("the variance is the second cumulant; ask for `order` >= 2.")
        return np.asarray(self.values[..., 1])

    @property
    def deviation(self) -> FloatArray:
        """Standard deviation (..., t)."""
        return np.sqrt(np.maximum(self.variance, 0.0))

    @property
    def relative_variance(self) -> FloatArray:
        """Var / mean^2 (..., t); inf where the mean is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self.variance / self.mean**2
        return np.where(self.mean == 0.0, np.inf, ratio)
