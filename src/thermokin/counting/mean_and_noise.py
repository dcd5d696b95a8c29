"""The two cumulants that have a name, of any kind of system."""

from __future__ import annotations

import numpy as np

from thermokin._result import ArrayResult
from thermokin._typing import FloatArray

__all__ = ["MeanAndNoise"]


class MeanAndNoise(ArrayResult):
    """Cumulants per time along the last axis of `values`, the first two by name."""

    @property
    def mean(self) -> FloatArray:
        """The current (...) [amount/time]."""
        return np.asarray(self.values[..., 0])

    @property
    def noise(self) -> FloatArray:
        """The second cumulant per time (...) [amount^2/time].

        Raises:
            ValueError: if only the mean was asked for.
        """
        if self.values.shape[-1] < 2:
            raise ValueError("the noise is the second cumulant; ask for `order` >= 2.")
        return np.asarray(self.values[..., 1])

    @property
    def fano(self) -> FloatArray:
        """Noise over the size of the mean (...) [amount], the Fano factor; NaN where the mean is 0.

        Raises:
            ValueError: if only the mean was asked for.
        """
        size = np.abs(self.mean)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(size > 0.0, self.noise / size, np.nan)
