"""The temperature of an initial state, if it is a Gibbs state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.motion.initial import InitialState

__all__ = ["Preparation", "preparation"]

STRAIGHT = 1e-9  # deviation of the logarithms from a straight line, relative to their spread, that is rounding


@dataclass(frozen=True, eq=False)
class Preparation:
    """The Gibbs state closest at hand to an initial state.

    Args:
        inverse_temperature: 1/T (...) that the highest and the lowest level share; inf at T = 0.
        thermal: whether the initial state is that Gibbs state, at every point.
    """

    inverse_temperature: FloatArray
    thermal: bool


def preparation(start: InitialState, numbers: FloatArray) -> Preparation:
    """The inverse temperature -d ln p / dE of an initial state.

    Args:
        start: the initial state.
        numbers: the energy of each level (..., d), less mu times its particles.

    Returns:
        The inverse temperature and whether the state is thermal.
    """
    with np.errstate(divide="ignore"):
        logarithms = np.log(start.populations) if start.logarithms is None else start.logarithms
    numbers, logarithms = np.broadcast_arrays(numbers, logarithms)
    low = np.argmin(numbers, axis=-1, keepdims=True)
    high = np.argmax(numbers, axis=-1, keepdims=True)
    height = numbers - np.take_along_axis(numbers, low, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        fall = np.take_along_axis(logarithms, low, axis=-1) - logarithms
        whole = np.take_along_axis(height, high, axis=-1)
        slope = np.take_along_axis(fall, high, axis=-1) / whole
        expected = np.where(height == 0.0, 0.0, slope * height)
        wide = np.abs(np.take_along_axis(expected, high, axis=-1))
        matched = (fall == expected) | (np.abs(fall - expected) <= STRAIGHT * np.where(np.isinf(wide), 0.0, 1.0 + wide))
    thermal = start.matrix is None and bool((matched & (whole > 0.0)).all())
    return Preparation(np.where(np.isnan(slope) | (whole == 0.0), 0.0, slope)[..., 0], thermal)
