"""Cumulants at one energy: of two terminals from transmissions, of more from the scattering matrix."""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.transport.at_energies import Channels, Filling

__all__ = ["operators_of", "through_many", "through_two"]


def through_two(
    transmission: FloatArray, less: FloatArray, left: Filling, right: Filling, sign: float, order: int
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Cumulants of the number of quanta from left to right at one energy, per 2 pi.

    Moments of one attempt, moved by u = T (n_L - n_R) on average and v = T [n_L (1 -+ n_R) + n_R (1 -+ n_L)] squared.

    Args:
        transmission: T (..., n).
        less: n_L - n_R (...).
        left: n_L and 1 -+ n_L (...).
        right: n_R and 1 -+ n_R (...).
        sign: 1 for fermions, -1 for bosons.
        order: of the largest.

    Returns:
        The first four at most, each (...), summed over channels; and the sizes of their terms, which cancel.

    Reference:
        levitov1993.
    """
    u = transmission * less[..., None]
    v = transmission * (left[0] * right[1] + right[0] * left[1])[..., None]
    found = _attempts(u, v, -sign, order)
    # The same without what cancels; of two, which cancel little, none are told, and they cost nothing.
    terms = _attempts(np.abs(u), v, 1.0, order) if order > 2 else found
    return [np.asarray(part.sum(axis=-1)) for part in found], [np.asarray(part.sum(axis=-1)) for part in terms]


def _attempts(u: FloatArray, v: FloatArray, sign: float, order: int) -> list[FloatArray]:
    """Cumulants of one attempt; those of bosons, with sign 1, are sums without cancellation."""
    found = [u, v + sign * u**2]
    if order > 2:
        found.append(u + sign * 3.0 * u * v + 2.0 * u**3)
    if order > 3:
        found.append(v + sign * (4.0 * u**2 + 3.0 * v**2) + 12.0 * u**2 * v + sign * 6.0 * u**4)
    return found[:order]


def operators_of(matrix: ComplexArray, weights: FloatArray) -> ComplexArray:
    """The operator of a current between channels, sum_k S_ki^* S_kj (w_j - w_k).

    What is reflected counts nothing, and nothing is subtracted for it.

    Args:
        matrix: S (..., c, c).
        weights: w_j (..., c), of a quantum that leaves by channel j.

    Returns:
        (..., c, c), Hermitian for a unitary S.
    """
    apart = weights[..., None, :] - weights[..., :, None]
    return np.asarray(matrix.conj().swapaxes(-1, -2) @ (matrix * apart))


def through_many(
    matrix: ComplexArray, weights: FloatArray, channels: Channels, sign: float, order: int
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Cumulants of an amount at one energy, per 2 pi, by ln det(1 + n (K - 1)) in powers of the counting field.

    K_ij = sum_k S_ki^* S_kj exp[s (w_j - w_k)].

    Args:
        matrix: S (..., c, c).
        weights: w_j (..., c), of a quantum that leaves by channel j.
        channels: how full they are.
        sign: 1 for fermions, -1 for bosons.
        order: of the largest.

    Returns:
        Each (...); and the sizes of their terms, which cancel.

    Reference:
        levitov1993, blanter2000.
    """
    shared = operators_of(matrix, weights)
    means = np.einsum("...ii->...i", shared).real * channels.less
    found, terms = [means.sum(axis=-1)], [np.abs(means).sum(axis=-1)]
    if order > 1:
        # A sum of what is not negative.
        both = channels.filling[..., :, None] * channels.empty[..., None, :]
        found.append((np.abs(shared) ** 2 * both).sum(axis=(-2, -1)))
        terms.append(found[-1])
    if order > 2:
        apart = weights[..., None, :] - weights[..., :, None]
        parts = _powers(matrix, apart, channels, sign, order)
        sizes = [np.abs(part) for part in _powers(np.abs(matrix), np.abs(apart), channels, sign, order)]
        for n in range(3, order + 1):
            found.append(factorial(n) * _logarithm(parts, n, sign))
            terms.append(factorial(n) * _logarithm(sizes, n, -1.0))
    return found, terms


def _powers(
    matrix: ComplexArray | FloatArray, apart: FloatArray, channels: Channels, sign: float, order: int
) -> list[Any]:
    """The orders of s of X = n (K - 1); where all channels are nearly full, of (1 - n) (1 / K - 1) of the holes."""
    back = matrix.conj().swapaxes(-1, -2)
    numbers = range(1, order + 1)
    parts = [channels.filling[..., None] * (back @ (matrix * apart**n)) / factorial(n) for n in numbers]
    full = (channels.filling > 0.5).all(axis=-1)
    if sign < 0.0 or not full.any():
        return parts
    # det K = 1, so that both logarithms are one: only what is not filled moves, and nothing cancels far below.
    left, right, holes = back[full], matrix[full], channels.empty[full][..., None]
    counted = -apart[full].swapaxes(-1, -2)  # w_k - w_i at [i, k]
    for n, part in zip(numbers, parts, strict=True):
        part[full] = holes * ((left * counted**n) @ right) / factorial(n)
    return parts


def _logarithm(parts: list[Any], order: int, sign: float) -> FloatArray:
    """The term of an order of s in tr ln(1 + X) for fermions, -tr ln(1 - X) for bosons."""
    powers = {1: {n + 1: part for n, part in enumerate(parts)}}
    for power in range(2, order + 1):
        before = powers[power - 1]
        powers[power] = {
            n: np.sum([parts[k - 1] @ before[n - k] for k in range(1, n - power + 2)], axis=0)
            for n in range(power, order + 1)
        }
    total = 0.0
    for power, terms in powers.items():
        trace = np.einsum("...ii->...", terms[order]).real
        total = total + (-sign) ** (power - 1) / power * trace
    return np.asarray(total)
