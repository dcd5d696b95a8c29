"""An operator of the user's, as the Hermitian parts of which a state knows the means."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, OperatorLike
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.operators.as_numbers import common_axes
from thermokin.operators.as_operators import HERMITICITY_ROUNDING, as_hermitian, as_operator
from thermokin.operators.outside import require_dims

__all__ = ["hermitian_in_frame", "hermitian_parts"]


def hermitian_parts(
    model: Model, operator: OperatorLike | FrameOperator, leading: tuple[str, tuple[int, ...]]
) -> tuple[FrameOperator, FrameOperator | None]:
    """The Hermitian X and Y of A = X + i Y, in the frame of a model.

    Args:
        model: the model.
        operator: A (..., d, d) in the user's basis; or one that is in the frame already, and Hermitian.
        leading: whose axes those of the operator must broadcast with, and these axes.

    Returns:
        X, and Y; None for Y where A is Hermitian to 1e-12 of its largest element.

    Raises:
        ValueError: if the operator has another dimension, or its leading axes do not broadcast.
        TypeError: if it does not hold numbers.
    """
    if isinstance(operator, FrameOperator):
        return operator, None
    require_dims(model.dims, operator, "operator")
    matrix, size = as_operator(operator, "operator"), model.dimension
    if matrix.shape[-1] != size:
        raise ValueError(f"`operator` must have shape (..., {size}, {size}), got {matrix.shape}.")
    common_axes({leading[0]: leading[1], "operator": matrix.shape[:-2]})
    adjoint = matrix.conj().swapaxes(-1, -2)
    defect, scale = (np.abs(each).max(axis=(-2, -1)) for each in (matrix - adjoint, matrix))
    real = FrameOperator.from_matrix(model.to_frame(0.5 * matrix + 0.5 * adjoint))
    if (defect <= HERMITICITY_ROUNDING * scale).all():
        return real, None
    return real, FrameOperator.from_matrix(model.to_frame(-0.5j * matrix + 0.5j * adjoint))


def hermitian_in_frame(model: Model, operator: OperatorLike) -> ComplexArray:
    """One Hermitian operator of the user's, in the frame of a model.

    Args:
        model: the model.
        operator: A (d, d) in the user's basis.

    Returns:
        (d, d).

    Raises:
        ValueError: if the operator has another shape or is not Hermitian.
        TypeError: if it does not hold numbers.
    """
    require_dims(model.dims, operator, "operator")
    matrix, size = as_hermitian(operator, "operator"), model.dimension
    if matrix.shape != (size, size):
        raise ValueError(f"`operator` must have shape ({size}, {size}), got {matrix.shape}.")
    return model.to_frame(matrix)
