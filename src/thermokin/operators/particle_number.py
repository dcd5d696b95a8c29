"""Particle number: what counts as one, how an operator changes it, and the part that removes one particle."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray, OperatorLike
from thermokin.operators.as_numbers import common_axes
from thermokin.operators.as_operators import as_hermitian, as_operator, is_diagonal
from thermokin.operators.outside import common_dims, dims_of

__all__ = ["annihilation_part", "number_changes", "removes_one", "require_whole"]

WHOLE = 1e-9  # distance of an eigenvalue from a whole number that is taken for rounding
REMOVING = 1e-10  # defect of [N, A] = -A, relative to both operators, that is taken for rounding


def annihilation_part(operator: OperatorLike, number_operator: OperatorLike) -> ComplexArray:
    """The part of an operator that removes one particle: sum_n P_{n-1} A P_n, P_n projecting on n particles.

    Of c + c^+ it is c, which is what a contact with a lead needs.

    Args:
        operator: A (..., d, d).
        number_operator: N (..., d, d), Hermitian with whole eigenvalues.

    Returns:
        The part A_- (..., d, d), with [N, A_-] = -A_-.

    Raises:
        ValueError: if one is no operator, the sizes differ, N does not count, or no part of A removes one particle.
        TypeError: if one does not hold numbers.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> c = tk.operators.destroy(2)
        >>> bool(np.array_equal(tk.operators.annihilation_part(c + c.T, tk.operators.number(2)), c))
        True
    """
    common_dims(
        {"operator": dims_of(operator, "operator"), "number_operator": dims_of(number_operator, "number_operator")}
    )
    whole, number = as_operator(operator, "operator"), as_hermitian(number_operator, "number_operator")
    if whole.shape[-1] != number.shape[-1]:
        raise ValueError(
            f"`number_operator` must have shape (..., {whole.shape[-1]}, {whole.shape[-1]}), as `operator` "
            f"has, got {number.shape}."
        )
    common_axes({"operator": whole.shape[:-2], "number_operator": number.shape[:-2]})
    require_whole(number)
    change, inside, frame = _by_change(whole, number)
    part = np.where(change == -1, inside, 0.0)
    if not part.any():
        raise ValueError("`operator` must have a part that removes one particle, but none of its elements does.")
    return part if frame is None else np.asarray(frame @ part @ frame.conj().swapaxes(-1, -2))


def require_whole(number: ComplexArray) -> None:
    """Refuse what counts no particles.

    Args:
        number: N (..., d, d), Hermitian.

    Raises:
        ValueError: if an eigenvalue is not a whole number.
    """
    counts, _ = _counts(number)
    away = np.abs(counts - np.rint(counts))
    if (away > WHOLE * np.maximum(np.abs(counts), 1.0)).any():
        worst = counts.ravel()[np.argmax(away)]
        raise ValueError(
            f"`number_operator` must have whole numbers as eigenvalues, since it counts particles, got {worst:.6g}."
        )


def removes_one(operator: ComplexArray, number: ComplexArray) -> bool:
    """Whether an operator removes one particle at every point: [N, A] = -A.

    Args:
        operator: A (..., d, d).
        number: N (..., d, d).

    Returns:
        Whether it does, up to rounding.
    """
    if is_diagonal(number):
        counts = np.real(np.diagonal(number, axis1=-2, axis2=-1))
        defect = (counts[..., :, None] - counts[..., None, :] + 1.0) * operator
    else:
        defect = number @ operator - operator @ number + operator
    size = np.abs(operator).max(axis=(-2, -1)) * np.maximum(np.abs(number).max(axis=(-2, -1)), 1.0)
    return bool((np.abs(defect).max(axis=(-2, -1)) <= REMOVING * size).all())


def number_changes(operator: ComplexArray, number: ComplexArray) -> tuple[int, ...]:
    """By how many particles the parts of an operator change the number, ascending, over all points.

    Args:
        operator: A (..., d, d).
        number: N (..., d, d) with whole eigenvalues.

    Returns:
        The changes of all parts that stand above rounding.
    """
    change, inside, _ = _by_change(operator, number)
    size = np.abs(inside)
    present = size > REMOVING * size.max(axis=(-2, -1), keepdims=True)
    return tuple(int(step) for step in np.unique(np.broadcast_to(change, present.shape)[present]))


def _by_change(operator: ComplexArray, number: ComplexArray) -> tuple[IntArray, ComplexArray, ComplexArray | None]:
    """The change of number that each element makes, the elements between states of N, and these states."""
    counts, frame = _counts(number)
    whole = np.rint(counts).astype(np.int64)
    inside = operator if frame is None else np.asarray(frame.conj().swapaxes(-1, -2) @ operator @ frame)
    return whole[..., :, None] - whole[..., None, :], inside, frame


def _counts(number: ComplexArray) -> tuple[FloatArray, ComplexArray | None]:
    """Eigenvalues of N, and its eigenvectors unless it is diagonal as given."""
    if is_diagonal(number):
        return np.real(np.diagonal(number, axis1=-2, axis2=-1)), None
    values, vectors = np.linalg.eigh(number)
    return values, vectors
