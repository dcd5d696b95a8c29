"""Cumulants estimated from samples, with their standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._result import Result
from thermokin._typing import FloatArray

__all__ = ["SampleCumulants", "sample_cumulants"]

LARGEST = 3


@dataclass(frozen=True, eq=False)
class SampleCumulants(Result):
    """Estimates of mean, variance and third cumulant.

    Args:
        values: (..., order).
        errors: standard errors (..., order); to leading order in one over the number of samples.
    """

    values: FloatArray
    errors: FloatArray

    @property
    def mean(self) -> FloatArray:
        """(...)."""
        return self.values[..., 0]

    @property
    def mean_error(self) -> FloatArray:
        """Standard error of the mean (...)."""
        return self.errors[..., 0]


def sample_cumulants(samples: FloatArray, order: int = 2) -> SampleCumulants:
    """Unbiased cumulants of samples (k-statistics) and their standard errors.

    k_1 = <x>, k_2 = n/(n-1) <d^2>, k_3 = n^2/((n-1)(n-2)) <d^3> with d = x - <x>; their errors are the deviations of
    d, d^2 - k_2 and d^3 - 3 k_2 d - k_3 over sqrt(n).

    Args:
        samples: (n, ...), n >= 3.
        order: largest cumulant, 1 to 3.

    Returns:
        The estimates (..., order).

    Raises:
        ValueError: if `order` is out of range, or there are fewer than three samples.
    """
    if not 1 <= order <= LARGEST:
        raise ValueError(f"`order` must be from 1 to {LARGEST}, got {order}.")
    count = samples.shape[0]
    if count < LARGEST:
        raise ValueError(f"cumulants need at least {LARGEST} trajectories, got {count}.")
    mean = samples.mean(axis=0)
    away = samples - mean
    second = (away**2).sum(axis=0) / (count - 1)
    third = (away**3).mean(axis=0) * count**2 / ((count - 1) * (count - 2))
    influence = (away, away**2 - second, away**3 - 3.0 * second * away - third)[:order]
    errors = [part.std(axis=0, ddof=1) / np.sqrt(count) for part in influence]
    return SampleCumulants(np.stack([mean, second, third][:order], axis=-1), np.stack(errors, axis=-1))
