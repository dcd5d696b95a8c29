"""The distribution of the heat that a quench has exchanged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["HeatDistribution"]


@dataclass(frozen=True, eq=False)
class HeatDistribution:
    """Probabilities of the values that the heat can take.

    Args:
        values: heat into the system since time 0 (..., m) [energy], ascending.
        probabilities: (..., t, m).
    """

    values: FloatArray
    probabilities: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Mean heat (..., t) [energy], over the values listed."""
        return np.asarray((self.values[..., None, :] * self.probabilities).sum(axis=-1))

    @property
    def variance(self) -> FloatArray:
        """Variance of the heat (..., t) [energy^2], over the values listed."""
        apart = self.values[..., None, :] - self.mean[..., None]
        return np.asarray((apart**2 * self.probabilities).sum(axis=-1))
