"""What counts as an operator: the one place where matrices of the outside world become arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import ComplexArray, FloatArray
from thermokin.operators.as_numbers import as_numbers, as_real, at, require_finite, require_moderate, to_double
from thermokin.operators.outside import PURE_STATE_REMEDY, is_ket, ket_elements, normalised, plain

HERMITICITY_ROUNDING = 1e-12
"""Largest |A - A^+| taken for rounding, relative to the operator's largest element."""

TRACE_ROUNDING = 1e-10
"""Largest |tr rho - 1| taken for rounding."""

POSITIVITY_ROUNDING = 1e-12
"""Deepest negative probability taken for a rounded zero, relative to a trace of one."""


def as_operator(value: object, name: str) -> ComplexArray:
    """The operator as a new complex array.

    Args:
        value: square matrix or stack of them (..., d, d): a NumPy array or nested sequence of numbers, a SciPy sparse
            matrix, or a QuTiP operator (recognised by its attributes `full` and `isoper`).
        name: the argument's name, for the error.

    Returns:
        Dense copy of the operator (..., d, d), in the units of `value`.

    Raises:
        TypeError: if `value` does not hold numbers.
        ValueError: if its last two axes are not square, it is empty, or an element is not finite or above 1e100.
    """
    operator = to_double(as_numbers(plain(value, name), name)).astype(np.complex128, copy=False)
    if operator.ndim < 2 or operator.shape[-1] != operator.shape[-2] or operator.size == 0:
        raise ValueError(f"`{name}` must be square, of shape (..., d, d), got shape {operator.shape}.")
    require_finite(operator, name)
    require_moderate(operator, name)
    return operator


def as_hermitian(value: object, name: str) -> ComplexArray:
    """The Hermitian operator as a new, exactly Hermitian complex array.

    A defect max|A - A^+| up to 1e-12 of the operator's largest element is taken for rounding; the Hermitian part
    (A + A^+)/2 is then returned. In a stack every operator is measured against its own largest element.

    Args:
        value: anything `as_operator` takes, (..., d, d).
        name: the argument's name, for the error.

    Returns:
        The Hermitian part (..., d, d), in the units of `value`.

    Raises:
        TypeError: if `value` does not hold numbers.
        ValueError: if it is no operator, or its defect is larger than rounding.
    """
    operator = as_operator(value, name)
    adjoint = np.conj(np.swapaxes(operator, -1, -2))
    defect = np.max(np.abs(operator - adjoint), axis=(-2, -1))
    scale = np.max(np.abs(operator), axis=(-2, -1))
    if np.any(defect > HERMITICITY_ROUNDING * scale):
        where = _worst(defect - HERMITICITY_ROUNDING * scale)
        raise ValueError(
            f"`{name}` must be Hermitian to {HERMITICITY_ROUNDING:g} of its largest element, got a largest difference "
            f"{defect[where]:.3g} from its adjoint, at a largest element {scale[where]:.3g}{at(where)}."
        )
    hermitian: ComplexArray = 0.5 * operator + 0.5 * adjoint
    return hermitian


def as_density_matrix(value: object, name: str, dimension: int) -> ComplexArray:
    """The density matrix as a new, exactly Hermitian complex array.

    Nothing is renormalised or clipped: a trace within 1e-10 of one and eigenvalues down to -1e-12 are taken for
    rounding and kept as they came; anything worse is refused.

    Args:
        value: anything `as_operator` takes, (..., d, d), or a QuTiP ket. An array that is a vector is refused: it means
            populations elsewhere.
        name: the argument's name, for the error.
        dimension: d.

    Returns:
        The Hermitian part (..., d, d).

    Raises:
        TypeError: if `value` does not hold numbers.
        ValueError: if it is a vector, has another dimension, or is not Hermitian, of trace one, and positive.

    Cost:
        One Cholesky factorisation, d^3/3 per matrix; O(d^2) if diagonal.
    """
    state = as_unit_trace(value, name)
    if state.shape[-1] != dimension:
        raise ValueError(f"`{name}` must have shape (..., {dimension}, {dimension}), got {state.shape}.")
    _require_positive(state, name)
    return state


def as_unit_trace(value: object, name: str) -> ComplexArray:
    """The Hermitian operator of trace one as a new array: a density matrix whose positivity is still to be seen.

    Args:
        value: anything `as_operator` takes, (..., d, d), or a QuTiP ket. An array that is a vector is refused.
        name: the argument's name, for the error.

    Returns:
        The Hermitian part (..., d, d), not renormalised.

    Raises:
        TypeError: if `value` does not hold numbers.
        ValueError: if it is a vector, or is not Hermitian and of trace one to 1e-10.
    """
    dense = as_numbers(plain(projected(value, name), name), name)
    shape = dense.shape
    if len(shape) == 1 or shape[-1:] == (1,) != shape[-2:-1]:
        raise ValueError(
            f"`{name}` must be a density matrix of shape (..., d, d), got a vector of shape {shape}; "
            f"{PURE_STATE_REMEDY}."
        )
    state = as_hermitian(dense, name)
    _require_one(np.trace(state, axis1=-2, axis2=-1).real, name, "trace")
    return state


def as_ket(value: object, name: str) -> ComplexArray:
    """The ket as a new complex array. Nothing is renormalised: a squared norm within 1e-10 of one is taken for one.

    Args:
        value: amplitudes (..., d) or columns of them (..., d, 1) with d > 1; arrays, sparse columns or a QuTiP ket.
        name: the argument's name, for the error.

    Returns:
        The amplitudes (..., d).

    Raises:
        TypeError: if `value` does not hold numbers.
        ValueError: if it has no axis, is not finite, or not of norm one.
    """
    ket = to_double(as_numbers(ket_elements(value, name), name)).astype(np.complex128, copy=False)
    if ket.ndim > 1 and ket.shape[-1] == 1 < ket.shape[-2]:
        ket = ket[..., 0]
    if ket.ndim < 1 or ket.size == 0:
        raise ValueError(f"`{name}` must be a ket of shape (..., d), got shape {ket.shape}.")
    require_finite(ket, name)
    require_moderate(ket, name)
    norm = np.linalg.norm(ket, axis=-1)
    defect = np.abs(norm**2 - 1.0)
    if np.any(defect > TRACE_ROUNDING):
        where = _worst(defect)
        raise ValueError(
            f"`{name}` must be a ket of norm one to {TRACE_ROUNDING:g} of its square, got norm {norm[where]:.15g}"
            f"{at(where)}; divide it by its norm, {normalised(value)}."
        )
    return ket


def projected(value: object, name: str) -> object:
    """The density matrix of a QuTiP ket, or of several; any other value as it came.

    Args:
        value: anything.
        name: the argument's name, for the error.

    Returns:
        |psi><psi| (..., d, d), or the value.

    Raises:
        ValueError: if the ket is not of norm one.
    """
    if not is_ket(value):
        return value
    ket = as_ket(value, name)
    return ket[..., :, None] * ket[..., None, :].conj()


def is_diagonal(matrix: ComplexArray) -> bool:
    """Whether every off-diagonal element of a stack of matrices is exactly zero.

    Args:
        matrix: (..., d, d).

    Returns:
        True if the whole stack is diagonal.
    """
    return bool(np.count_nonzero(matrix) == np.count_nonzero(np.diagonal(matrix, axis1=-2, axis2=-1)))


def as_populations(value: object, name: str, dimension: int) -> FloatArray:
    """The populations as a new real array.

    Nothing is renormalised or clipped: a sum within 1e-10 of one and populations down to -1e-12 are taken for rounding
    and kept as they came; anything worse is refused.

    Args:
        value: probabilities (..., d).
        name: the argument's name, for the error.
        dimension: d.

    Returns:
        The populations (..., d).

    Raises:
        TypeError: if `value` does not hold real numbers.
        ValueError: if its last axis is not d long, or it is not finite, not of sum one, or negative.
    """
    populations = as_real(value, name)
    if populations.ndim < 1 or populations.shape[-1] != dimension:
        raise ValueError(f"`{name}` must have shape (..., {dimension}), got {populations.shape}.")
    require_probabilities(populations, name)
    return populations


def require_probabilities(populations: FloatArray, name: str) -> None:
    """Refuse numbers that are no populations.

    Args:
        populations: finite numbers (..., d).
        name: the argument's name, for the error.

    Raises:
        ValueError: if they are not of sum one to 1e-10, or one is below -1e-12.
    """
    _require_one(np.sum(populations, axis=-1), name, "sum")
    _require_no_negative(populations, name, "a population")


def _require_one(total: Any, name: str, what: str) -> None:
    defect = np.abs(total - 1.0)
    if np.any(defect > TRACE_ROUNDING):
        where = _worst(defect)
        raise ValueError(
            f"`{name}` must have {what} one to {TRACE_ROUNDING:g}, got {total[where]:.15g}{at(where)}; "
            f"divide it by its {what}."
        )


def _require_positive(state: ComplexArray, name: str) -> None:
    diagonal = np.diagonal(state, axis1=-2, axis2=-1).real
    if is_diagonal(state):
        _require_no_negative(diagonal, name, "an eigenvalue")
        return
    try:
        np.linalg.cholesky(state + POSITIVITY_ROUNDING * np.eye(state.shape[-1]))
    except np.linalg.LinAlgError:
        _require_no_negative(np.linalg.eigvalsh(state), name, "an eigenvalue")


def _require_no_negative(probabilities: NDArray[np.floating], name: str, what: str) -> None:
    if np.any(probabilities < -POSITIVITY_ROUNDING):
        where = _worst(-probabilities)
        raise ValueError(
            f"`{name}` must be positive to {POSITIVITY_ROUNDING:g}, "
            f"got {what} {probabilities[where]:.3g}{at(where[:-1])}."
        )


def _worst(defect: Any) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(np.argmax(defect), np.shape(defect)))
