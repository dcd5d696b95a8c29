"""Columns of a sweep whose points are worked out one after another, since what makes them takes no arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from thermokin._typing import FloatArray
from thermokin.study.any_system import AnySystem
from thermokin.study.problem import Problem
from thermokin.study.sweep import Swept
from thermokin.views.sweep_axes import Column

__all__ = ["Said", "point_columns", "too_many_points"]

MOST_POINTS = 10_000
Said: TypeAlias = tuple[str, str, str, float, Mapping[str, str]]
"""Name, words, unit and value of a number at a point, and what else the data say of it."""


def point_columns(
    numbers: Mapping[str, FloatArray], found: Callable[[dict[str, float]], Iterable[Said]]
) -> list[Column]:
    """What is found at every point.

    Args:
        numbers: of the sweep, by name.
        found: finds it at one.

    Returns:
        A column for each name, NaN at points where it is not found.
    """
    shape = np.broadcast_shapes(*map(np.shape, numbers.values()))
    columns: dict[str, Column] = {}
    for place in np.ndindex(shape):
        point = {name: float(np.broadcast_to(values, shape)[place]) for name, values in numbers.items()}
        for name, words, unit, value, said in found(point):
            column = columns.setdefault(name, Column(name, words, unit, np.full(shape, np.nan), said=said))
            column.values[place] = value
    return list(columns.values())


def too_many_points(draft: AnySystem, what: str) -> list[Problem]:
    """The problem of a sweep that would take too long point by point.

    Args:
        draft: the system.
        what: is made at each point, as "drives".

    Returns:
        The problem, if there is one.
    """
    swept: Any = draft.sections.get("sweep")
    if not isinstance(swept, Swept) or swept.points <= MOST_POINTS:
        return []
    return [Problem(("sweep",), f"must hold at most {MOST_POINTS} {what}, got {swept.points}")]
