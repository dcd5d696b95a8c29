"""The temperature at which a Gibbs state has a given entropy: where many copies of a state can be brought."""

from __future__ import annotations

import numpy as np
from scipy.special import entr

from thermokin._typing import FloatArray
from thermokin.operators.gibbs import gibbs_populations

__all__ = ["temperature_of_entropy"]

BISECTIONS = 60  # of ln T, until neighbouring numbers
WIDEST = 80.0  # how far ln T is looked for around the largest and the smallest gap
ROUNDING = 1e-15  # of ln d, by which the sum of -p ln p is off where all p are alike
STEPS = 4  # of Newton's method, which doubles the digits


def temperature_of_entropy(energies: FloatArray, entropy: FloatArray) -> FloatArray:
    """T with S(exp(-H/T)/Z) = S.

    Args:
        energies: ascending (..., d) [energy], from 0.
        entropy: S (...) [nats].

    Returns:
        T (...) [energy]: 0 where S is at most ln of the degeneracy of the ground level, inf where it is ln d to
        rounding, NaN where S is.

    Cost:
        Some sixty evaluations of the entropy of d populations.
    """
    width = energies[..., -1]
    with np.errstate(divide="ignore"):
        low, high = np.log(width) - WIDEST, np.log(width) + WIDEST
    flat = width == 0.0
    low, high = (np.broadcast_to(np.where(flat, 0.0, end), entropy.shape).copy() for end in (low, high))
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        above = _entropy(energies, np.exp(middle)) > entropy
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    found = _polished(energies, entropy, np.exp(0.5 * (low + high)))
    found = np.where(entropy <= _entropy(energies, np.zeros(())), 0.0, found)
    found = np.where(flat | (entropy >= (1.0 - ROUNDING) * np.log(energies.shape[-1])), np.inf, found)
    return np.where(np.isnan(entropy), np.nan, found)


def _polished(energies: FloatArray, entropy: FloatArray, temperature: FloatArray) -> FloatArray:
    """A few steps of Newton's method, d S / d T = Var(E) / T^3, kept where they do not leave the neighbourhood."""
    found = temperature
    for _ in range(STEPS):
        p = gibbs_populations(energies, found)
        mean = (p * energies).sum(axis=-1, keepdims=True)
        spread = (p * (energies - mean) ** 2).sum(axis=-1)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = (entropy - entr(p).sum(axis=-1)) * found**3 / spread
        found = np.where(np.isfinite(step) & (np.abs(step) < 0.1 * found), found + step, found)
    return np.asarray(found)


def _entropy(energies: FloatArray, temperature: FloatArray) -> FloatArray:
    return np.asarray(entr(gibbs_populations(energies, temperature)).sum(axis=-1))
