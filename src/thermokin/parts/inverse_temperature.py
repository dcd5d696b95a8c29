"""The inverse temperature at which a thermal energy has a given value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["inverse_of_energy"]

BISECTIONS = 70  # of the inverse temperature, on a scale that ends at infinity
STEPS = 3  # of Newton's method


def inverse_of_energy(
    thermal: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    mean: FloatArray,
    width: FloatArray,
    coldest: float,
) -> FloatArray:
    """1/T with <E> = mean, on the scale x = w/T/(1 + |w/T|), w the width of the levels.

    Args:
        thermal: mean energy and its variance (...) at an inverse temperature (...).
        mean: the energy (...) [energy].
        width: w (...) [energy], above 0.
        coldest: where the scale begins: -1 where temperatures may be negative, else 0.

    Returns:
        (...) [1/energy]; finite, as the ends of the scale are for who knows them.
    """
    low, high = np.full(mean.shape, coldest), np.full(mean.shape, 1.0)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        with np.errstate(divide="ignore", over="ignore"):
            inverse = np.asarray(middle / (1.0 - np.abs(middle)) / width)
        hotter = thermal(inverse)[0] > mean
        low, high = np.where(hotter, middle, low), np.where(hotter, high, middle)
    middle = 0.5 * (low + high)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = middle / (1.0 - np.abs(middle)) / width
        for _ in range(STEPS):
            energy, spread = thermal(found)
            step = (energy - mean) / spread
            near = np.isfinite(step) & (np.abs(step) < 0.01 * np.abs(found) + 1e-6 / width)
            found = np.where(near, found + step, found)
    return np.asarray(found)
