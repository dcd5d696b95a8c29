"""Majorana operators w = (x_1 .. x_n, p_1 .. p_n) of fermions, c = (x + i p)/sqrt 2, {w_i, w_j} = delta_ij."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray

__all__ = ["imaginary_part", "majorana_form", "moments_of_majoranas", "without_pairs"]


def majorana_form(hamiltonian: ComplexArray, pairing: ComplexArray) -> FloatArray:
    """A (..., 2n, 2n) of H = i w^T A w / 2, up to a number.

    Args:
        hamiltonian: h (..., n, n).
        pairing: Delta (..., n, n), antisymmetric.

    Returns:
        Real and antisymmetric.
    """
    across, other = hamiltonian.real - pairing.real, -(hamiltonian.real + pairing.real)
    one, two = hamiltonian.imag + pairing.imag, hamiltonian.imag - pairing.imag
    upper = np.concatenate(np.broadcast_arrays(one, across), axis=-1)
    return np.concatenate([upper, np.concatenate(np.broadcast_arrays(other, two), axis=-1)], axis=-2)


def imaginary_part(matrix: ComplexArray) -> ComplexArray:
    """I Im of the Hermitian part: moments of Majorana operators have no other (..., m, m)."""
    odd = matrix.imag - np.swapaxes(matrix.imag, -1, -2)
    return np.asarray(0.5j * odd)


def without_pairs(moments: ComplexArray) -> ComplexArray:
    """Moments of Majorana operators of a state without pairs.

    Args:
        moments: G_kj = <c_j^+ c_k> (..., n, n).

    Returns:
        Y = <w w^T> - 1/2 (..., 2n, 2n).
    """
    numbers = np.swapaxes(moments, -1, -2)
    same, across = 1j * numbers.imag, -1j * (numbers.real - 0.5 * np.eye(moments.shape[-1]))
    upper = np.concatenate([same, across], axis=-1)
    return np.concatenate([upper, np.concatenate([-across, same], axis=-1)], axis=-2)


def moments_of_majoranas(covariance: FloatArray) -> ComplexArray:
    """Y = <w w^T> - 1/2 of Gamma_ij = i <[w_i, w_j]>, real and antisymmetric (..., 2n, 2n)."""
    return np.asarray(-0.25j * (covariance - np.swapaxes(covariance, -1, -2)))
