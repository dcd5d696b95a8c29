"""A path of controls: functions of s between 0 and 1, whatever time is taken for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.operators.as_numbers import shown

__all__ = ["Grid", "Path", "coefficients", "derivative", "nodes", "path_of", "weights"]


@dataclass(frozen=True, eq=False)
class Grid:
    """Places of a path at Chebyshev points of a variable x between 0 and 1, in which it is smooth.

    Args:
        places: s (k,).
        values: the controls there (k, n).
        stretch: ds/dx (k,).
    """

    places: FloatArray
    values: FloatArray
    stretch: FloatArray

    def derivative(self, values: FloatArray) -> FloatArray:
        """The derivative by s of what has values at the places (k, ...)."""
        return np.asarray(derivative(values) / self.stretch.reshape(-1, *(1,) * (values.ndim - 1)))

    def integral(self, density: FloatArray) -> float:
        """Over s, of a density at the places (k,)."""
        return float(weights(len(self.places) - 1) @ (density * self.stretch))


@dataclass(frozen=True, eq=False)
class Path:
    """Controls as functions of s.

    Args:
        names: of the controls.
        functions: of s (k,), one for each control.
        graded: gives places, controls and ds/dx at x (k,), where x is another variable than s; None where it is s.
    """

    names: tuple[str, ...]
    functions: tuple[Callable[[FloatArray], Any], ...]
    graded: Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]] | None = None

    def grid(self, count: int) -> Grid:
        """Places at count + 1 Chebyshev points."""
        x = nodes(count)
        return Grid(x, self.values(x), np.ones(x.size)) if self.graded is None else Grid(*self.graded(x))

    def values(self, places: ArrayLike) -> FloatArray:
        """The controls at places.

        Args:
            places: s (k,) between 0 and 1.

        Returns:
            (k, n).
        """
        at = np.clip(np.atleast_1d(np.asarray(places, dtype=np.float64)), 0.0, 1.0)
        return np.stack(
            [_row(function, at, name) for function, name in zip(self.functions, self.names, strict=True)], axis=-1
        )


def path_of(schedule: Mapping[str, Any]) -> Path:
    """The path that a schedule says.

    Args:
        schedule: for each control a function of s, or its two ends, between which it goes straight.

    Returns:
        The path.

    Raises:
        TypeError: if it is none.
        ArgumentError: if there is no control.
    """
    if not isinstance(schedule, Mapping):
        raise TypeError(
            '`schedule` must map controls to functions of s or pairs of ends, as {"gap": (1.0, 2.0)}, got '
            f"{shown(schedule)}."
        )
    if not schedule:
        raise ArgumentError("`schedule` must name at least one control.", "schedule")
    return Path(tuple(schedule), tuple(_function(name, given) for name, given in schedule.items()))


def _function(name: str, given: Any) -> Callable[[FloatArray], Any]:
    if callable(given):
        return given  # type: ignore[no-any-return]
    try:
        ends = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        ends = np.zeros(0)
    if ends.shape != (2,) or not np.isfinite(ends).all():
        raise TypeError(f"`schedule[{name!r}]` must be a function of s or two finite numbers, got {shown(given)}.")
    first, last = ends
    return lambda at: first * (1.0 - at) + last * at


def _row(function: Callable[[Any], Any], at: FloatArray, name: str) -> FloatArray:
    try:
        found = np.asarray(function(at), dtype=np.float64)
    except (TypeError, ValueError):
        found = np.zeros(0)
    if found.shape != at.shape:  # it takes one number, or is constant
        found = np.array([float(function(float(place))) for place in at])
    if not np.isfinite(found).all():
        worst = float(at[np.argmin(np.isfinite(found))])
        raise ArgumentError(f"`schedule[{name!r}]` must be finite, and is not at s = {worst:g}.", "schedule")
    return found


def nodes(count: int) -> FloatArray:
    """Chebyshev points (count + 1,) from 0 to 1, both ends included."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.arange(count + 1) / count))


def coefficients(values: FloatArray) -> FloatArray:
    """The Chebyshev series (k, ...) on 0 to 1 of values at the points of `nodes` (k, ...)."""
    count = len(values) - 1
    angle = np.pi * np.arange(count + 1) / count
    basis = np.cos(np.outer(np.arange(count + 1), np.pi - angle))
    halves = np.ones(count + 1)
    halves[[0, -1]] = 0.5
    series = (2.0 / count) * np.tensordot(basis * halves, values, 1)
    series[[0, -1]] *= 0.5
    return np.asarray(series)


def derivative(values: FloatArray) -> FloatArray:
    """The derivative by s at the points of `nodes` of what has values there (k, ...)."""
    series = 2.0 * chebyshev.chebder(coefficients(values), axis=0)
    angle = np.pi - np.pi * np.arange(len(values)) / (len(values) - 1)
    basis = np.cos(np.outer(angle, np.arange(len(series))))
    return np.asarray(np.tensordot(basis, series, 1))


def weights(count: int) -> FloatArray:
    """The weights (count + 1,) of Clenshaw and Curtis for an integral from 0 to 1."""
    even = np.arange(0, count + 1, 2)
    moments = np.zeros(count + 1)
    moments[even] = 1.0 / (1.0 - even.astype(np.float64) ** 2)
    return np.asarray(moments @ coefficients(np.eye(count + 1)))
