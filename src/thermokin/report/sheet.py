"""A figure as data: panels of curves against one axis, with levels and marked points, drawn in one style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.report.notes import note_beside
from thermokin.report.scales import label_powers
from thermokin.report.style import (
    COOLING,
    DARK_GREY,
    DASHES,
    DOUBLE_COLUMN,
    GREEN,
    HEATING,
    INK,
    OCHRE,
    PAPER,
    PURPLE,
    SINGLE_COLUMN,
    Place,
    figure,
    legend,
    styled,
)

__all__ = ["Curve", "Panel", "Sheet", "draw_sheet"]

COLOURS: Final = (COOLING, HEATING, GREEN, PURPLE, OCHRE, DARK_GREY)
HEIGHT: Final = 60.0  # mm


@dataclass(frozen=True)
class Curve:
    """A curve of a panel.

    Args:
        label: its name in the legend.
        x: positions (n,).
        y: values (n,); NaN leaves a gap.
        look: a line, a dashed line, or points.
        colour: by default the next of the colours.
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    look: Literal["line", "dashed", "points"] = "line"
    colour: str = ""


@dataclass(frozen=True)
class Panel:
    """Curves over one axis.

    Args:
        across: label of the horizontal axis.
        up: label of the vertical axis.
        curves: the curves.
        levels: heights of horizontal lines, by name.
        points: marked points, each (x, y, its note).
        scales: which axes are logarithmic.
        place: where the legend lies.
        top: upper end of the vertical axis, by default that of the curves.
        bottom: its lower end.
    """

    across: str
    up: str
    curves: tuple[Curve, ...]
    levels: Mapping[str, float] = field(default_factory=dict)
    points: tuple[tuple[float, float, str], ...] = ()
    scales: Literal["", "x", "y", "xy"] = ""
    place: Place = "best"
    top: float | None = None
    bottom: float | None = None


@dataclass(frozen=True)
class Sheet:
    """One panel, or two beside one another.

    Args:
        panels: one or two.
    """

    panels: tuple[Panel, ...]


def draw_sheet(sheet: Sheet) -> Figure:
    """A sheet as a figure over one column of a journal, or over both where it has two panels.

    Args:
        sheet: what is drawn.

    Returns:
        The figure.
    """
    columns = len(sheet.panels)
    width = SINGLE_COLUMN if columns == 1 else DOUBLE_COLUMN
    drawn, axes = figure(1, columns, width=width, height=HEIGHT)
    for ax, panel in zip(axes[0], sheet.panels, strict=True):
        _draw(ax, panel)
    if any(panel.points for panel in sheet.panels):
        with styled():
            drawn.draw_without_rendering()  # where a note has room is known once the axes have their places
    for ax, panel in zip(axes[0], sheet.panels, strict=True):
        _mark(ax, panel.points)
    return drawn


def _draw(ax: Axes, panel: Panel) -> None:
    ax.set_xlabel(panel.across)
    ax.set_ylabel(panel.up)
    if "x" in panel.scales:
        ax.set_xscale("log")
    if "y" in panel.scales:
        ax.set_yscale("log")
    for index, curve in enumerate(panel.curves):
        _curve(ax, curve, index)
    for index, (name, height) in enumerate(panel.levels.items()):
        ax.axhline(height, color=DARK_GREY, linewidth=0.9, linestyle=DASHES[index + 1], label=name, zorder=2)
    for x, y, _ in panel.points:
        ax.plot([x], [y], "o", markersize=4.6, markerfacecolor=PAPER, markeredgecolor=INK, zorder=5, clip_on=False)
    if panel.top is not None or panel.bottom is not None:
        ax.set_ylim(panel.bottom, panel.top)
    if len(panel.curves) + len(panel.levels) > 1:
        legend(ax, place=panel.place)
    for axis, name in ((ax.xaxis, "x"), (ax.yaxis, "y")):
        if name in panel.scales:
            label_powers(axis)


def _curve(ax: Axes, curve: Curve, index: int) -> None:
    x, y = (_numbers(values) for values in (curve.x, curve.y))
    colour = curve.colour or COLOURS[index % len(COLOURS)]
    if curve.look == "points":
        ax.plot(x, y, "o", markersize=3.6, markerfacecolor=PAPER, markeredgecolor=colour, label=curve.label, zorder=4)
        return
    ax.plot(x, y, color=colour, linestyle="-" if curve.look == "line" else DASHES[0], label=curve.label, zorder=3)


def _numbers(values: ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def _mark(ax: Axes, points: tuple[tuple[float, float, str], ...]) -> None:
    for x, y, note in points:
        if note:
            note_beside(ax, (x, y), note, colour=INK)
