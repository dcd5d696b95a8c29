"""Operators of the user's at a steady state: in its frame, their means, and a product with the state less its mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import ArrayResult
from thermokin._typing import BoolArray, ComplexArray, FloatArray, OperatorLike
from thermokin.counting.lost_digits import SLOW_LINKS, Numbers, given, points_of
from thermokin.linear_response.regression import Regression
from thermokin.linear_response.state_error import state_error
from thermokin.motion.steady_state import SteadyState
from thermokin.operators.as_numbers import common_axes
from thermokin.operators.as_operators import as_operator
from thermokin.operators.outside import require_dims

__all__ = ["AnswerAtRest", "AtRest", "answered", "observed"]

WHAT_REMAINS = f"{SLOW_LINKS[0].upper()}{SLOW_LINKS[1:]}."
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class AnswerAtRest(ArrayResult):
    """Numbers of a steady state. NumPy takes it for an array of its values.

    Args:
        steady_state: where they were taken.
    """

    steady_state: SteadyState

    @property
    def lost(self) -> BoolArray:
        """At which points of a sweep (...) some value is NaN, since rounding took its digits."""
        return points_of(~np.isfinite(self.values), 1)


@dataclass(frozen=True, eq=False)
class AtRest:
    """An operator and a steady state.

    Args:
        steady_state: rho.
        matrix: A (..., d, d) in the frame.
    """

    steady_state: SteadyState
    matrix: ComplexArray

    @property
    def adjoint(self) -> AtRest:
        """A^+."""
        return AtRest(self.steady_state, self.matrix.conj().swapaxes(-1, -2))

    @cached_property
    def mean(self) -> ComplexArray:
        """tr(A rho) (...)."""
        return np.asarray((self.matrix * self.steady_state.matrix.swapaxes(-1, -2)).sum(axis=(-2, -1)))

    @cached_property
    def mean_error(self) -> FloatArray:
        """How far rounding may have moved the mean (...)."""
        return np.asarray((np.abs(self.matrix) * self._unsure.swapaxes(-1, -2)).sum(axis=(-2, -1)))

    def followed_by(self, later: AtRest) -> Regression:
        """B(t) A(0), this A first: A rho less its trace, read by B.

        Args:
            later: B.

        Returns:
            What moves it.
        """
        state = self.steady_state.matrix
        mean = self.mean[..., None, None]
        source = self.matrix @ state - mean * state
        blur, reach = (self._of_sizes(part, mean) for part in (self._unsure, np.abs(state)))
        return Regression(self.steady_state, source, blur, reach, later.matrix)

    def _of_sizes(self, state: FloatArray, mean: ComplexArray) -> FloatArray:
        return np.asarray(np.abs(self.matrix) @ state + np.abs(mean) * state)

    def commuted(self, later: AtRest) -> Regression:
        """The commutator i [A, rho], read by B.

        Args:
            later: B.

        Returns:
            What moves it.
        """
        state, size = self.steady_state.matrix, np.abs(self.matrix)
        source = 1j * (self.matrix @ state - state @ self.matrix)
        blur, reach = (size @ part + part @ size for part in (self._unsure, np.abs(state)))
        return Regression(self.steady_state, source, blur, reach, later.matrix)

    @cached_property
    def _unsure(self) -> FloatArray:
        """How far elements of the state may be off (..., d, d), and sums of products with them."""
        state = np.abs(self.steady_state.matrix)
        return np.asarray(state_error(self.steady_state) + state.shape[-1] * EPSILON * state)


def observed(steady_state: SteadyState, operator: OperatorLike, name: str) -> AtRest:
    """An operator of the user's at a steady state.

    Args:
        steady_state: where.
        operator: A (..., d, d) in the user's basis, Hermitian or not.
        name: of the argument, for errors.

    Returns:
        Both.

    Raises:
        ValueError: if the operator has another dimension or other dims, or its leading axes do not broadcast.
        TypeError: if it does not hold numbers.
    """
    model = steady_state.model
    require_dims(model.dims, operator, name)
    matrix, size = as_operator(operator, name), model.dimension
    if matrix.shape[-1] != size:
        raise ValueError(f"`{name}` must have shape (..., {size}, {size}), got {matrix.shape}.")
    common_axes({"model": steady_state.populations.shape[:-1], name: matrix.shape[:-2]})
    return AtRest(steady_state, model.to_frame(matrix.astype(np.complex128)))


def answered(
    values: Numbers, error: FloatArray, scale: FloatArray, names: Sequence[str], steady_state: SteadyState
) -> Numbers:
    """Numbers with six digits each; NaN where the state is not known, of which a warning has told.

    Args:
        values: (..., m).
        error: of each.
        scale: sum of the sizes of what adds up to each.
        names: of the numbers.
        steady_state: where they are numbers of.

    Returns:
        The same numbers, or with NaN.

    Raises:
        NotConvergedError: if one of them has lost its digits at every point.
        ValueError: if one of them is beyond double precision at every point.
    """
    gone = steady_state.lost[..., None]
    if not gone.any():
        return given(values, error, scale, names, instead=WHAT_REMAINS)
    parts = np.where(gone, 0.0, values), np.where(gone, 0.0, error), np.where(gone, 1.0, scale)
    known = given(*parts, names, instead=WHAT_REMAINS)
    return np.where(gone, np.nan, known)
