"""Distances between checked populations, each a sum over their differences: near-equal ones keep their digits."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.numerics.level_sums import sum_over_levels


def half_absolute_sum(difference: FloatArray) -> FloatArray:
    """1/2 sum_n |x_n| (...) of differences (..., d)."""
    distance: FloatArray = 0.5 * sum_over_levels(np.abs(difference))
    return distance


def root_square_sum(difference: FloatArray) -> FloatArray:
    """sqrt(sum_n x_n^2) (...) of differences (..., d)."""
    length: FloatArray = np.sqrt(sum_over_levels(difference * difference))
    return length


def chord(p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
    """sqrt(sum_n ((p_n - q_n) / (sqrt(p_n) + sqrt(q_n)))^2) (...) of checked populations (..., d)."""
    roots = np.sqrt(p) + np.sqrt(q)
    if not roots.all():  # both empty: the difference is 0 too
        roots = np.where(roots > 0.0, roots, 1.0)
    return root_square_sum(difference / roots)


def chord_angle(p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
    """2 arcsin(chord / 2) (...) of checked populations (..., d)."""
    angle: FloatArray = 2.0 * np.arcsin(0.5 * chord(p, q, difference))
    return angle
