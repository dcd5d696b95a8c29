"""The table [times]: when the quenches are looked at, listed or on a grid."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.study.choice import Choice
from thermokin.study.grid_section import MOST_POINTS, SpacedGrid, grid_of
from thermokin.study.section import Finite, Section

__all__ = ["TIMES", "ListedTimes", "TimeGrid", "TimesSection", "times_of"]

Time = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ListedTimes(Section):
    """Times one by one."""

    values: Annotated[tuple[Time, ...], Field(strict=False, min_length=2, max_length=MOST_POINTS)] = Field(
        description="two or more times >= 0, strictly ascending [1/energy]"
    )


class TimeGrid(SpacedGrid):
    """Times from start to stop, both included."""

    start: Time = Field(default=0.0, description="the first time, >= 0 [1/energy]")
    stop: Finite = Field(description="the last time, > start [1/energy]")
    points: int = Field(ge=2, le=MOST_POINTS, description="how many times, from 2 to 100000")


TimesSection = ListedTimes | TimeGrid


def _implied(table: dict[str, Any]) -> str:
    return "values" if "values" in table else "grid"


TIMES = Choice(
    "", {"values": ListedTimes, "grid": TimeGrid}, _implied, either="give either values or start, stop and points"
)


def times_of(section: TimesSection) -> FloatArray:
    """The times that a section names.

    Args:
        section: the checked table.

    Returns:
        Times (t,) [1/energy], strictly ascending.
    """
    return np.array(section.values, dtype=np.float64) if isinstance(section, ListedTimes) else grid_of(section)
