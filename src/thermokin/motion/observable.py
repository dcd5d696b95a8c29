"""An operator of the user's, as the Hermitian parts of which a state knows the means."""

from __future__ import annotations

from collections.abc import Callable
from typing import overload

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.operators.as_numbers import common_axes
from thermokin.operators.as_operators import HERMITICITY_ROUNDING, as_hermitian, as_operator
from thermokin.operators.outside import require_dims

__all__ = ["Observed", "hermitian_in_frame", "hermitian_parts"]


class Observed:
    """A state, at rest or over time, of which means can be asked. Each kind says how it reads a Hermitian operator."""

    def _parts(self, operator: OperatorLike | FrameOperator) -> tuple[FrameOperator, FrameOperator | None]:
        raise NotImplementedError

    def _mean(self, operator: FrameOperator) -> FloatArray:
        raise NotImplementedError

    @overload
    def expectation(self, operator: FrameOperator) -> FloatArray: ...

    @overload
    def expectation(self, operator: OperatorLike) -> FloatArray | ComplexArray: ...

    def expectation(self, operator: OperatorLike | FrameOperator) -> FloatArray | ComplexArray:
        """tr(A rho), over time where the state moves.

        Args:
            operator: A (..., d, d) in the user's basis, Hermitian or not: an array, a sparse matrix or a QuTiP
                operator. Leading axes broadcast with those of the state.

        Returns:
            (...), or (..., t) over time, real for a Hermitian operator, complex for any other.

        Raises:
            ValueError: if the operator has another dimension or other dims, or its leading axes do not broadcast.
            TypeError: if it does not hold numbers.
        """
        return self._mean_of_any(operator, self._mean)

    def _mean_of_any(
        self, operator: OperatorLike | FrameOperator, mean: Callable[[FrameOperator], FloatArray]
    ) -> FloatArray | ComplexArray:
        real, imaginary = self._parts(operator)
        return mean(real) if imaginary is None else mean(real) + 1j * mean(imaginary)


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


def hermitian_in_frame(model: Model, operator: OperatorLike, name: str = "operator") -> ComplexArray:
    """One Hermitian operator of the user's, in the frame of a model.

    Args:
        model: the model.
        operator: A (d, d) in the user's basis.
        name: of the argument, for errors.

    Returns:
        (d, d).

    Raises:
        ValueError: if the operator has another shape or is not Hermitian.
        TypeError: if it does not hold numbers.
    """
    require_dims(model.dims, operator, name)
    matrix, size = as_hermitian(operator, name), model.dimension
    if matrix.shape != (size, size):
        raise ValueError(f"`{name}` must have shape ({size}, {size}), got {matrix.shape}.")
    return model.to_frame(matrix)
