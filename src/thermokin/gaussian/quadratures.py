"""Quadratures R = (x_1 .. x_n, p_1 .. p_n) of bosons, a = (x + i p)/sqrt 2."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray

__all__ = ["lowered", "quadratic_form", "symplectic_form"]


def lowered(vectors: ComplexArray) -> ComplexArray:
    """Columns c (..., 2n, r) with c^T R = u^+ a, for u as columns (..., n, r)."""
    conj = np.conj(vectors) / np.sqrt(2.0)
    return np.concatenate([conj, 1j * conj], axis=-2)


def symplectic_form(modes: int) -> FloatArray:
    """W (2n, 2n) of [R, R^T] = i W, for R = (x_1 .. x_n, p_1 .. p_n)."""
    zero, one = np.zeros((modes, modes)), np.eye(modes)
    return np.block([[zero, one], [-one, zero]])


def quadratic_form(hamiltonian: ComplexArray, pairing: ComplexArray) -> FloatArray:
    """Q (..., 2n, 2n) of H = R^T Q R / 2, up to a number.

    Args:
        hamiltonian: h (..., n, n).
        pairing: Delta (..., n, n).

    Returns:
        Real and symmetric.
    """
    across = pairing.imag - hamiltonian.imag
    upper = np.concatenate(np.broadcast_arrays(hamiltonian.real + pairing.real, across), axis=-1)
    lower = np.concatenate(np.broadcast_arrays(np.swapaxes(across, -1, -2), hamiltonian.real - pairing.real), axis=-1)
    return np.concatenate([upper, lower], axis=-2)
