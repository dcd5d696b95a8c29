"""The table [times]: when the quenches are looked at, listed or on a grid."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.study.section import Finite, Section

__all__ = ["MOST_TIMES", "ListedTimes", "TimeGrid", "TimesSection", "times_of"]

MOST_TIMES = 100_000

Time = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ListedTimes(Section):
    """Times one by one."""

    values: Annotated[tuple[Time, ...], Field(strict=False, min_length=2, max_length=MOST_TIMES)] = Field(
        description="two or more times >= 0, strictly ascending [1/energy]"
    )


class TimeGrid(Section):
    """Times from start to stop, both included."""

    start: Time = Field(default=0.0, description="the first time, >= 0 [1/energy]")
    stop: Finite = Field(description="the last time, > start [1/energy]")
    points: int = Field(ge=2, le=MOST_TIMES, description="how many times, from 2 to 100000")
    spacing: Literal["linear", "log"] = "linear"


TimesSection = ListedTimes | TimeGrid


def times_of(section: TimesSection) -> FloatArray:
    """The times that a section names.

    Args:
        section: the checked table.

    Returns:
        Times (t,) [1/energy], strictly ascending.
    """
    if isinstance(section, ListedTimes):
        return np.array(section.values, dtype=np.float64)
    if section.spacing == "log":
        return np.geomspace(section.start, section.stop, section.points)
    return np.linspace(section.start, section.stop, section.points)
