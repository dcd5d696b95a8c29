"""Eigenvalues of states that came out of a calculation, which may lack more than rounding; their entropy."""

from __future__ import annotations

import numpy as np
from scipy.special import entr

from thermokin._errors import UnphysicalStateError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.operators.as_operators import is_diagonal
from thermokin.operators.eigenstates import EIGENVALUE_ROUNDING

__all__ = ["entropy_of", "resolved_eigenvalues"]


def resolved_eigenvalues(states: ComplexArray, rounding: float, name: str = "state") -> FloatArray:
    """The eigenvalues of density matrices, those of rounding size as zeros.

    Args:
        states: (..., d, d); NaN where a sweep has lost its state.
        rounding: how far below 0 one may lie and still count as 0.
        name: of the argument, for errors.

    Returns:
        (..., d), none negative; ascending unless all states are diagonal.

    Raises:
        UnphysicalStateError: if one lies deeper.
    """
    size = states.shape[-1]
    known = np.asarray(np.isfinite(states).all(axis=(-2, -1)))
    there = states if known.all() else np.where(known[..., None, None], states, np.eye(size) / size)
    if is_diagonal(there):
        values, smallest = np.diagonal(there, axis1=-2, axis2=-1).real, 0.0
    else:
        values = np.linalg.eigvalsh(there)
        smallest = EIGENVALUE_ROUNDING * size
    lowest = float(values.min(initial=0.0))
    if lowest < -rounding:
        raise UnphysicalStateError(
            f"`{name}` must be positive to {rounding:.3g}, got an eigenvalue {lowest:.3g}; it is no state that a "
            "system can be in."
        )
    held = np.where(values <= smallest * values.max(axis=-1, keepdims=True), 0.0, values)
    return np.where(known[..., None], np.maximum(held, 0.0), np.nan)


def entropy_of(states: ComplexArray, rounding: float, name: str = "state") -> FloatArray:
    """The von Neumann entropy of density matrices.

    Args:
        states: (..., d, d).
        rounding: how far below 0 an eigenvalue may lie and still count as 0.
        name: of the argument, for errors.

    Returns:
        (...) [nats].
    """
    return np.asarray(entr(resolved_eigenvalues(states, rounding, name)).sum(axis=-1))
