"""An operator of the user's, as the Hermitian parts of which a state knows the means."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.operators.as_numbers import common_axes
from thermokin.operators.as_operators import HERMITICITY_ROUNDING, as_hermitian, as_operator
from thermokin.operators.outside import require_dims
from thermokin.operators.to_qutip import to_qutip

__all__ = ["Observed", "hermitian_in_frame", "hermitian_parts"]


class Observed:
    """A state, at rest or over time, of which means can be asked. Each kind says how it reads a Hermitian operator."""

    if TYPE_CHECKING:  # a field or a property of each kind

        @property
        def model(self) -> Model:
            """The model whose state it is."""

    @property
    def _density_matrices(self) -> ComplexArray:
        """(..., d, d) in the user's basis."""
        raise NotImplementedError

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

    def to_qutip(self) -> Any:
        """The density matrix as an object of QuTiP, with the dims of the model.

        Returns:
            A Qobj of a state at rest; over time a list of them, as `result.states` of `qutip.mesolve`; lists of lists
            along a sweep.

        Raises:
            ModuleNotFoundError: if QuTiP is not installed.

        Example:
            >>> import thermokin as tk
            >>> tk.steady_state(tk.library.qubit(1.0, 0.01, 0.7)).to_qutip().dims
            [[2], [2]]
        """
        return to_qutip(self._density_matrices, self.model.dims)

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
