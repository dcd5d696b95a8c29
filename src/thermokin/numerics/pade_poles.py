"""Thermal occupations as sums over few poles: the Pade decomposition, which is exact to the highest order in w/T."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["bose_poles", "fermi_poles"]


def bose_poles(count: int) -> tuple[FloatArray, FloatArray]:
    """1/(1 - e^{-x}) = 1/2 + 1/x + sum over j of 2 k_j x / (x^2 + z_j^2).

    Args:
        count: number of poles N >= 0; the [N-1/N] approximant.

    Returns:
        The strengths k (N,) and the places z > 0 (N,), ascending.

    Reference:
        hu2011.
    """
    return _poles(count, 3.0)


def fermi_poles(count: int) -> tuple[FloatArray, FloatArray]:
    """1/(1 + e^{-x}) = 1/2 + sum over j of 2 k_j x / (x^2 + z_j^2).

    Args:
        count: number of poles N >= 0; the [N-1/N] approximant.

    Returns:
        The strengths k (N,) and the places z > 0 (N,), ascending.

    Reference:
        hu2011.
    """
    return _poles(count, 1.0)


def _poles(count: int, first: float) -> tuple[FloatArray, FloatArray]:
    if count == 0:
        return np.zeros(0), np.zeros(0)
    places = _inverse_eigenvalues(first, 2 * count)
    zeros = _inverse_eigenvalues(first + 2.0, 2 * count - 1)
    squares, others = places**2, zeros**2
    strengths = np.empty(count)
    for place, square in enumerate(squares):
        # Factor by factor, since both products are too large for many poles.
        factors = (others - square) / np.delete(squares - square, place)
        strengths[place] = 0.5 * count * (first + 2.0 * count) * np.prod(factors)
    return strengths, places


def _inverse_eigenvalues(first: float, count: int) -> FloatArray:
    """2 over the positive eigenvalues of the chain whose links are 1/sqrt(b_m b_m+1), b = first + 2 m, ascending."""
    from scipy.linalg import eigvalsh_tridiagonal

    steps = first + 2.0 * np.arange(count)
    links = 1.0 / np.sqrt(steps[:-1] * steps[1:])
    values = eigvalsh_tridiagonal(np.zeros(count), links)
    return np.asarray(2.0 / values[::-1][: len(steps) // 2])
