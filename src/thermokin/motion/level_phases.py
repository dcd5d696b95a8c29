"""The phases of levels that turn alone, right however long they have turned."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray

__all__ = ["level_phases"]

SPLITTER = 2.0**27 + 1.0  # halves a double into two parts whose products are exact


def level_phases(energies: FloatArray, times: FloatArray) -> ComplexArray:
    """exp(-i E t), each product E t the exact sum of two doubles, so that no turn is lost.

    The phase of a coherence is the difference of two of these; all coherences agree then, and a state stays one.

    Args:
        energies: E (..., d), at most 1e100 in magnitude.
        times: t (..., t), likewise [1/energy].

    Returns:
        (..., t, d).

    Reference:
        dekker1971.
    """
    energy, time = energies[..., None, :], times[..., None]
    product = energy * time
    (high, low), (early, late) = _halves(energy), _halves(time)
    rest = ((high * early - product) + high * late + low * early) + low * late
    return np.asarray((np.cos(product) - 1j * np.sin(product)) * np.exp(-1j * rest))


def _halves(numbers: FloatArray) -> tuple[FloatArray, FloatArray]:
    high = SPLITTER * numbers
    high = high - (high - numbers)
    return high, numbers - high
