"""A family whose Hamiltonian goes straight with its controls: once that is seen, no point needs others beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray

__all__ = ["StraightFamily"]

EPSILON = float(np.finfo(np.float64).eps)
ROUNDINGS = 32.0  # of the terms of a sum, by which a number may miss it
LEAST_POINTS = 3  # that tell whether slopes are the same everywhere


@dataclass(frozen=True, eq=False)
class StraightFamily:
    """Arrays that are a constant and a slope for each control.

    Args:
        constants: of each array (...).
        slopes: of each array (n, ...).
        blur: how far the slopes may be off, relative to the largest element of each (n,).
    """

    constants: list[NDArray[Any]]
    slopes: list[NDArray[Any]]
    blur: FloatArray

    @classmethod
    def seen(
        cls, values: FloatArray, arrays: list[NDArray[Any]], slopes: list[NDArray[Any]], blur: FloatArray
    ) -> StraightFamily | None:
        """The family that some points show.

        Args:
            values: of the controls (k, n).
            arrays: there (k, ...).
            slopes: of each array there (k, n, ...).
            blur: of the slopes (n,).

        Returns:
            The family; None where slopes differ from point to point, or points are few.
        """
        if len(values) < LEAST_POINTS:
            return None
        middle = len(values) // 2
        common = [slope[middle] for slope in slopes]
        constants = [
            array[middle] - np.tensordot(values[middle], slope, 1) for array, slope in zip(arrays, common, strict=True)
        ]
        found = cls(constants, common, blur)
        return found if found.holds(values, arrays) else None

    def holds(self, values: FloatArray, arrays: list[NDArray[Any]]) -> bool:
        """Whether arrays at other points lie on the same lines, to roundings of the terms.

        Args:
            values: of the controls (k, n).
            arrays: there (k, ...).

        Returns:
            The answer.
        """
        for array, constant, slope in zip(arrays, self.constants, self.slopes, strict=True):
            if array.shape[1:] != constant.shape:
                return False
            miss = np.abs(array - constant - np.tensordot(values, slope, 1))
            size = np.abs(constant) + np.tensordot(np.abs(values), np.abs(slope), 1)
            if constant.ndim > 1:  # matrices come out of a change of basis
                size = size.max(axis=(-2, -1), keepdims=True)
            if not (miss <= ROUNDINGS * EPSILON * size).all():
                return False
        return True
