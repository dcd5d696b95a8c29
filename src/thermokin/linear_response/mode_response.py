"""How modes of relaxation themselves move with the parameters of a family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.family import Family

__all__ = ["ModeResponse", "PointMode"]

Array = NDArray[np.complex128]


@dataclass(frozen=True, eq=False)
class ModeResponse(Result):
    """A mode, L R = value R and L^+ M = value^* M, and its derivatives with respect to parameters.

    Modes are operators in the user's basis, of the lengths tr(R^+ R) = 1 and tr(M^+ R) = 1. R is Hermitian, with a
    positive largest population, where its eigenvalue is real; else its largest element is positive. Along a parameter
    R keeps its length and does not turn in phase: tr(R^+ dR) = 0.

    Args:
        number: of the mode.
        parameters: names of the parameters (p,).
        value: its eigenvalue (...) [1/time].
        right: R (..., d, d).
        left: M (..., d, d).
        value_change: derivatives of the eigenvalue (..., p) [1/time/parameter].
        right_change: of R (..., p, d, d) [1/parameter].
        left_change: of M (..., p, d, d) [1/parameter].
        value_error: from above as a rule, how far each may be off (..., p).
        right_error: likewise, of each element (..., p, d, d).
        left_error: likewise.
        at: values of the parameters (..., p).
        family: of models.
        given: all numbers of the family that were given, by name.
    """

    number: int
    parameters: tuple[str, ...]
    value: ComplexArray
    right: ComplexArray
    left: ComplexArray
    value_change: ComplexArray
    right_change: ComplexArray
    left_change: ComplexArray
    value_error: FloatArray
    right_error: FloatArray
    left_error: FloatArray
    at: FloatArray
    family: Family
    given: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        number: int,
        parameters: tuple[str, ...],
        points: Sequence[PointMode],
        at: FloatArray,
        family: Family,
        given: Mapping[str, Any],
    ) -> ModeResponse:
        """The mode at all points of a sweep.

        Args:
            number: of the mode.
            parameters: names.
            points: what was found at each.
            at: values of the parameters (..., p).
            family: of models.
            given: its numbers.

        Returns:
            The response.
        """

        def stacked(name: str) -> Any:
            found = np.stack([np.asarray(getattr(point, name)) for point in points])
            return found.reshape((*at.shape[:-1], *found.shape[1:]))

        return cls(
            number,
            parameters,
            stacked("value"),
            stacked("right"),
            stacked("left"),
            stacked("value_change"),
            stacked("right_change"),
            stacked("left_change"),
            stacked("value_error"),
            stacked("right_error"),
            stacked("left_error"),
            at,
            family,
            given,
        )


@dataclass(frozen=True, eq=False)
class PointMode:
    """The same at one point."""

    value: complex
    right: ComplexArray
    left: ComplexArray
    value_change: ComplexArray
    right_change: ComplexArray
    left_change: ComplexArray
    value_error: FloatArray
    right_error: FloatArray
    left_error: FloatArray
