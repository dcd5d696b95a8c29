"""Eigenvalues and eigenvectors of density matrices, and where an eigenvalue is nothing but rounding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import UnphysicalStateError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.operators.as_operators import POSITIVITY_ROUNDING, is_diagonal

EIGENVALUE_ROUNDING = 10.0 * float(np.finfo(np.float64).eps)
"""Eigenvalues of a dense state up to this times d times the largest are an eigensolver's rounding of zero."""


def eigenstates(state: ComplexArray, name: str) -> tuple[FloatArray, ComplexArray]:
    """The eigenvalues of a density matrix, its unresolved ones as exact zeros, and its eigenvectors.

    An eigensolver knows eigenvalues to a rounding relative to the largest only, so those within 10 d eps of the
    largest (either sign) are set to zero: what the state has there is not in its numbers. A diagonal state keeps every
    eigenvalue, for it has them exactly; there a negative one down to -1e-12 counts as zero.

    Args:
        state: Hermitian, of trace one (..., d, d).
        name: the argument's name, for the error.

    Returns:
        Probabilities (..., d), none negative, and unitary frames (..., d, d) with an eigenvector in each column.

    Raises:
        UnphysicalStateError: if an eigenvalue is below -1e-12.

    Cost:
        One Hermitian eigendecomposition, O(d^3) per matrix; O(d^2) if diagonal.
    """
    if is_diagonal(state):
        populations = np.diagonal(state, axis1=-2, axis2=-1).real
        identity = np.eye(state.shape[-1], dtype=np.complex128)
        return probabilities(populations, name), np.broadcast_to(identity, state.shape)
    values, frame = np.linalg.eigh(state)
    return _resolved(values, name), frame


def eigenvalues(state: ComplexArray, name: str) -> FloatArray:
    """The eigenvalues of a density matrix, by the rule of `eigenstates`.

    Args:
        state: Hermitian, of trace one (..., d, d).
        name: the argument's name, for the error.

    Returns:
        Probabilities (..., d), none negative.

    Raises:
        UnphysicalStateError: if an eigenvalue is below -1e-12.

    Cost:
        O(d^3) per matrix; O(d^2) if diagonal.
    """
    if is_diagonal(state):
        return probabilities(np.diagonal(state, axis1=-2, axis2=-1).real, name)
    return _resolved(np.linalg.eigvalsh(state), name)


def probabilities(values: FloatArray, name: str) -> FloatArray:
    """The values as probabilities: negative ones of rounding size, down to -1e-12, count as zero.

    Args:
        values: populations or eigenvalues (..., d) that sum to one.
        name: the argument's name, for the error.

    Returns:
        The values (..., d), none negative.

    Raises:
        UnphysicalStateError: if a value is below -1e-12.
    """
    lowest = float(np.min(values, initial=0.0))
    if lowest >= 0.0:
        return values
    if lowest < -POSITIVITY_ROUNDING:
        raise UnphysicalStateError(
            f"`{name}` must be positive to {POSITIVITY_ROUNDING:g}, got a probability {lowest:.3g}; "
            f"check the calculation it came from."
        )
    return np.maximum(values, 0.0)


def _resolved(values: NDArray[np.floating], name: str) -> FloatArray:
    rounding = EIGENVALUE_ROUNDING * values.shape[-1] * np.max(values, axis=-1, keepdims=True)
    resolved: FloatArray = np.where(probabilities(values.astype(np.float64), name) <= rounding, 0.0, values)
    return resolved
