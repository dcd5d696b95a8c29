"""Distances between populations, each a sum over their differences, so that near-equal ones keep their digits."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.numerics.level_sums import sum_over_levels
from thermokin.operators.pairs import pair_of_populations


def total_variation_distance(p: object, q: object, difference: object = None) -> FloatArray:
    """The trace distance of populations, 1/2 sum_n |p_n - q_n|.

    Args:
        p: probabilities (..., d).
        q: probabilities (..., d); leading axes broadcast.
        difference: p - q (..., d), if it is known to more digits than the subtraction keeps.

    Returns:
        Distances (...), 0 to 1.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if populations are not finite or do not sum to one, or the shapes do not match.
        UnphysicalStateError: if one is below -1e-12; closer to zero a negative one counts as zero.
    """
    _, _, delta = pair_of_populations(p, q, difference)
    return half_absolute_sum(delta)


def euclidean_distance(p: object, q: object, difference: object = None) -> FloatArray:
    """The Hilbert-Schmidt distance of populations, sqrt(sum_n (p_n - q_n)^2).

    Args:
        p: probabilities (..., d).
        q: probabilities (..., d); leading axes broadcast.
        difference: p - q (..., d), if it is known to more digits than the subtraction keeps.

    Returns:
        Distances (...), 0 to sqrt(2).

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if populations are not finite or do not sum to one, or the shapes do not match.
        UnphysicalStateError: if one is below -1e-12; closer to zero a negative one counts as zero.
    """
    _, _, delta = pair_of_populations(p, q, difference)
    return root_square_sum(delta)


def statistical_distance(p: object, q: object, difference: object = None) -> FloatArray:
    """The chord between populations on the sphere of their square roots, the Bures and Hellinger distance at once.

    sqrt(sum_n (sqrt(p_n) - sqrt(q_n))^2), each term evaluated as ((p_n - q_n) / (sqrt(p_n) + sqrt(q_n)))^2.

    Args:
        p: probabilities (..., d).
        q: probabilities (..., d); leading axes broadcast.
        difference: p - q (..., d), if it is known to more digits than the subtraction keeps.

    Returns:
        Distances (...), 0 to sqrt(2).

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if populations are not finite or do not sum to one, or the shapes do not match.
        UnphysicalStateError: if one is below -1e-12; closer to zero a negative one counts as zero.
    """
    return chord(*pair_of_populations(p, q, difference))


def statistical_angle(p: object, q: object, difference: object = None) -> FloatArray:
    """The angle between populations on the sphere of their square roots, the Bures and Wigner-Yanase angle at once.

    arccos sum_n sqrt(p_n q_n), evaluated as 2 arcsin(statistical_distance / 2).

    Args:
        p: probabilities (..., d).
        q: probabilities (..., d); leading axes broadcast.
        difference: p - q (..., d), if it is known to more digits than the subtraction keeps.

    Returns:
        Angles (...) [radians], 0 to pi/2.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if populations are not finite or do not sum to one, or the shapes do not match.
        UnphysicalStateError: if one is below -1e-12; closer to zero a negative one counts as zero.
    """
    return chord_angle(*pair_of_populations(p, q, difference))


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
