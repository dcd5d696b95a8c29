"""Tables that are a grid of numbers: from a start to a stop, or one by one."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.study.problem import Place, Problem, dotted
from thermokin.study.section import Finite, Section, choice

__all__ = ["TIMES", "Grid", "ListedTimes", "SpacedGrid", "TimeGrid", "Times", "ascending_flaw", "grid_flaws", "grid_of"]

MOST_POINTS = 100_000


class Grid(Section):
    """Numbers from start to stop, both included. Each table says what its keys mean."""

    start: float
    stop: float
    points: int


class SpacedGrid(Grid):
    """A grid that may be logarithmic."""

    spacing: Literal["linear", "log"] = "linear"


Time = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ListedTimes(Section):
    """Times one by one."""

    values: Annotated[tuple[Time, ...], Field(strict=False, min_length=2, max_length=MOST_POINTS)] = Field(
        description="two or more times >= 0, strictly ascending [time]"
    )


class TimeGrid(SpacedGrid):
    """Times from start to stop, both included."""

    start: Time = Field(default=0.0, description="the first time, >= 0 [time]")
    stop: Finite = Field(description="the last time, > start [time]")
    points: int = Field(ge=2, le=MOST_POINTS, description="how many times, from 2 to 100000")


Times: TypeAlias = ListedTimes | TimeGrid
TIMES: Any = choice(
    "",
    {"values": ListedTimes, "grid": TimeGrid},
    lambda table: "values" if "values" in table else "grid",
    either="give either values or start, stop and points",
)
"""The type of a table that lists times or names a grid of them."""


def grid_of(section: Grid | ListedTimes) -> FloatArray:
    """The numbers (points,) of a grid, strictly ascending."""
    if isinstance(section, ListedTimes):
        return np.array(section.values, dtype=np.float64)
    if isinstance(section, SpacedGrid) and section.spacing == "log":
        return np.geomspace(section.start, section.stop, section.points)
    return np.linspace(section.start, section.stop, section.points)


def grid_flaws(place: Place, section: Grid) -> list[Problem]:
    """The problems between the keys of a grid."""
    if section.stop <= section.start:
        return [Problem((*place, "stop"), f"must be > {dotted(place)}.start = {section.start:g}, got {section.stop:g}")]
    if isinstance(section, SpacedGrid) and section.spacing == "log" and section.start <= 0.0:
        return [Problem((*place, "start"), f'must be > 0 for spacing "log", got {section.start:g}')]
    return []


def ascending_flaw(values: tuple[float, ...] | FloatArray, place: Place, what: str) -> list[Problem]:
    """The first of some numbers that is not larger than the one before it."""
    for index, (before, after) in enumerate(pairwise(values), start=1):
        if after <= before:
            return [Problem((*place, index), f"must be > {before:g}, the {what} before it, got {after:g}")]
    return []
