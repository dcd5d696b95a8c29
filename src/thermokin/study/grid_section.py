"""Tables that are a grid of numbers, from a start to a stop."""

from __future__ import annotations

from typing import Literal

import numpy as np

from thermokin._typing import FloatArray
from thermokin.study.problem import Problem
from thermokin.study.section import Section

__all__ = ["MOST_POINTS", "Grid", "SpacedGrid", "grid_flaws", "grid_of"]

MOST_POINTS = 100_000


class Grid(Section):
    """Numbers from start to stop, both included. Each table says what its keys mean."""

    start: float
    stop: float
    points: int


class SpacedGrid(Grid):
    """A grid that may be logarithmic."""

    spacing: Literal["linear", "log"] = "linear"


def grid_of(section: Grid) -> FloatArray:
    """The numbers of a grid.

    Args:
        section: the checked table.

    Returns:
        The numbers (points,), strictly ascending.
    """
    if isinstance(section, SpacedGrid) and section.spacing == "log":
        return np.geomspace(section.start, section.stop, section.points)
    return np.linspace(section.start, section.stop, section.points)


def grid_flaws(name: str, section: Grid) -> list[Problem]:
    """The problems between the keys of a grid.

    Args:
        name: of the table.
        section: the table.

    Returns:
        The problems.
    """
    if section.stop <= section.start:
        return [Problem((name, "stop"), f"must be > {name}.start = {section.start:g}, got {section.stop:g}")]
    if isinstance(section, SpacedGrid) and section.spacing == "log" and section.start <= 0.0:
        return [Problem((name, "start"), f'must be > 0 for spacing "log", got {section.start:g}')]
    return []
