"""Entanglement of density matrices: partial transpose and its negative eigenvalues, concurrence of two qubits."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.operators.as_operators import POSITIVITY_ROUNDING

__all__ = ["concurrence_of", "negativity_of", "transposed"]

FLIP = np.array([[0, 0, 0, -1], [0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0]], dtype=np.complex128)
"""sigma_y x sigma_y."""


def transposed(states: ComplexArray, part: int, dims: tuple[int, ...]) -> ComplexArray:
    """The partial transpose of density matrices by one part.

    Args:
        states: (..., d, d).
        part: the part.
        dims: sizes of the parts.

    Returns:
        (..., d, d).
    """
    before, own, after = int(np.prod(dims[:part])), dims[part], int(np.prod(dims[part + 1 :]))
    apart = states.reshape(*states.shape[:-2], before, own, after, before, own, after)
    return np.asarray(np.swapaxes(apart, -5, -2).reshape(states.shape))


def negativity_of(states: ComplexArray, part: int, dims: tuple[int, ...], rounding: float) -> FloatArray:
    """The sum of |negative eigenvalues| of the partial transpose by one part.

    Args:
        states: (..., d, d).
        part: the part.
        dims: sizes of the parts.
        rounding: how far below 0 an eigenvalue may lie and still count as 0.

    Returns:
        (...), exactly 0 where no eigenvalue lies deeper than rounding.
    """
    known = np.asarray(np.isfinite(states).all(axis=(-2, -1)))
    there = np.where(known[..., None, None], states, np.eye(states.shape[-1]) / states.shape[-1])
    values = np.linalg.eigvalsh(transposed(there, part, dims))
    below = np.where(values < -min(rounding, POSITIVITY_ROUNDING), -values, 0.0).sum(axis=-1)
    return np.where(known, below, np.nan)


def concurrence_of(states: ComplexArray) -> FloatArray:
    """The concurrence of two qubits, max(0, l_1 - l_2 - l_3 - l_4).

    l are the singular values of sqrt(rho)^T (s_y x s_y) sqrt(rho), descending: no root of a rounded zero is taken.

    Args:
        states: (..., 4, 4).

    Returns:
        (...), 0 to 1.
    """
    known = np.asarray(np.isfinite(states).all(axis=(-2, -1)))
    there = np.where(known[..., None, None], states, np.eye(4) / 4.0)
    values, vectors = np.linalg.eigh(there)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]
    singular = np.linalg.svd(np.swapaxes(root, -1, -2) @ FLIP @ root, compute_uv=False)
    found = np.clip(singular[..., 0] - singular[..., 1:].sum(axis=-1), 0.0, 1.0)
    return np.where(known, found, np.nan)
