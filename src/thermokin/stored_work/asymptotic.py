"""The temperature at which a Gibbs state has a given entropy: where many copies of a state can be brought."""

from __future__ import annotations

import numpy as np
from scipy.special import entr

from thermokin._typing import FloatArray
from thermokin.operators.gibbs import gibbs_populations

__all__ = ["temperature_with_entropy_of"]

BISECTIONS = 60  # of ln T, until neighbouring numbers
WIDEST = 80.0  # how far ln T is looked for around the largest and the smallest gap
ROUNDING = 8.0 * np.finfo(np.float64).eps  # of p d, where all p are alike
STEPS = 4  # of Newton's method, which doubles the digits


def temperature_with_entropy_of(populations: FloatArray, energies: FloatArray) -> FloatArray:
    """T with S(exp(-H/T)/Z) = S(p).

    Near ln d it is what the entropy lacks of ln d that is compared: the entropy itself has lost the temperature.

    Args:
        populations: eigenvalues of a state (..., d).
        energies: ascending (..., d) [energy], from 0.

    Returns:
        T (...) [energy]: 0 where S is at most ln of the degeneracy of the ground level, inf where it is ln d to
        rounding, NaN where S is.

    Cost:
        Some sixty evaluations of the entropy of d populations.
    """
    populations, energies = np.broadcast_arrays(populations, energies)
    entropy, width = _entropy(populations), energies[..., -1]
    with np.errstate(divide="ignore"):
        low, high = np.log(width) - WIDEST, np.log(width) + WIDEST
    flat = width == 0.0
    low, high = (np.where(flat, 0.0, end) for end in (low, high))
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        above = _less(gibbs_populations(energies, np.exp(middle)), populations) > 0.0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    found = _polished(energies, populations, np.exp(0.5 * (low + high)))
    found = np.where(entropy <= _entropy(gibbs_populations(energies, np.zeros(()))), 0.0, found)
    found = np.where(flat | (_lacking(populations) <= ROUNDING**2), np.inf, found)
    return np.where(np.isnan(entropy), np.nan, found)


def _polished(energies: FloatArray, populations: FloatArray, temperature: FloatArray) -> FloatArray:
    """A few steps of Newton's method, d S / d T = Var(E) / T^3, kept where they do not leave the neighbourhood."""
    found = temperature
    for _ in range(STEPS):
        p = gibbs_populations(energies, found)
        mean = (p * energies).sum(axis=-1, keepdims=True)
        spread = (p * (energies - mean) ** 2).sum(axis=-1)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = -_less(p, populations) * found**3 / spread
        found = np.where(np.isfinite(step) & (np.abs(step) < 0.1 * found), found + step, found)
    return np.asarray(found)


def _less(one: FloatArray, other: FloatArray) -> FloatArray:
    """S of one set of populations less that of another (...), by what they lack of ln d where that is less than S."""
    first, second = _lacking(one), _lacking(other)
    near = second < 0.5 * np.log(other.shape[-1])
    return np.where(near, second - first, _entropy(one) - _entropy(other))


def _entropy(populations: FloatArray) -> FloatArray:
    return np.asarray(entr(populations).sum(axis=-1))


def _lacking(populations: FloatArray) -> FloatArray:
    """What S lacks of ln d (...): the sum of ((1 + x) ln(1 + x) - x) / d with 1 + x = p d, no term negative."""
    size = populations.shape[-1]
    share = size * (populations - 1.0 / size)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(share > -1.0, (1.0 + share) * np.log1p(share) - share, 1.0)
    small = 0.5 * share**2 * (1.0 - share / 3.0 + share**2 / 6.0)  # its next term is below rounding under 1e-4
    return np.asarray(np.where(np.abs(share) < 1e-4, small, terms).sum(axis=-1) / size)
