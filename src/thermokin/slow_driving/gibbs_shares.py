"""Populations of Gibbs states, and what operators make of them."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["growth", "shares", "spread"]

SMALL = 1e-8  # exponents below which a mean of two populations is taken by its series


def shares(exponents: FloatArray) -> FloatArray:
    """Gibbs populations.

    Args:
        exponents: of H/T (k, d).

    Returns:
        (k, d).
    """
    weights = np.exp(exponents.min(axis=-1, keepdims=True) - exponents)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def spread(populations: FloatArray, levels: FloatArray) -> FloatArray:
    """Populations times what a diagonal operator exceeds its mean by.

    Args:
        populations: p (k, d).
        levels: of the operators (k, n, d).

    Returns:
        (k, n, d).
    """
    share = populations[:, None, :]
    return np.asarray(share * (levels - (share * levels).sum(axis=-1, keepdims=True)))


def growth(gap: FloatArray) -> FloatArray:
    """(e^x - 1) / x.

    Args:
        gap: x (...).

    Returns:
        (...).
    """
    small = np.abs(gap) < SMALL
    safe = np.where(small, 1.0, gap)
    return np.where(small, 1.0 + 0.5 * gap, np.expm1(safe) / safe)
