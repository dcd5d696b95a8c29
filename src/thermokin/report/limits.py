"""A value against the limits that bounds set to it, and how much of it each accounts for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.report.notes import note_beside
from thermokin.report.scales import logarithmic_values, mark_beyond
from thermokin.report.series import as_grid, as_series, finite, marker
from thermokin.report.significant import significant
from thermokin.report.style import DARK_GREY, DASHES, GREY, INK, LIGHT_GREY, SEQUENCE, small_font

Styles: TypeAlias = Mapping[str, tuple[str, Any]]
"""Colour and dashes of lines, by name."""


def limits(
    ax: Axes,
    times: ArrayLike,
    value: ArrayLike,
    bounds: Mapping[str, ArrayLike],
    *,
    inapplicable: Mapping[str, ArrayLike] | None = None,
    styles: Styles | None = None,
    label: str = "value",
    colour: str = INK,
) -> dict[str, Line2D]:
    """A value and its lower limits against time, on a logarithmic axis.

    The region below the largest limit is shaded: no value can lie there if the bounds are theorems in the case at hand.
    Where value/limit is smallest, a bar spans the slack and the ratio is written beside it. Limits of 0 or below say
    nothing on a logarithmic axis and leave it at the bottom.

    Args:
        ax: axes to draw in; the vertical axis becomes logarithmic.
        times: times (t,), strictly ascending.
        value: the bounded quantity (t,), 0 or larger.
        bounds: the limit (t,) of each bound, by its name in the legend.
        inapplicable: limits (t,) whose hypotheses do not hold here, by name: thin dotted lines that forbid nothing.
        styles: colour and dashes of each bound; one after another if None.
        label: what the legend calls the value.
        colour: the value's colour.

    Returns:
        The lines by name, the value's under `label`.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if the times do not ascend, a number is NaN, two lines have one name, or an array has another shape
            than (t,), as results over a sweep have.
    """
    grid = as_grid(times, "times")
    row = as_series(value, "value", grid.size)
    limit_rows = {name: as_series(limit, f"bounds[{name!r}]", grid.size) for name, limit in bounds.items()}
    others = {
        name: as_series(limit, f"inapplicable[{name!r}]", grid.size) for name, limit in (inapplicable or {}).items()
    }
    names = [label, *limit_rows, *others]
    if len(set(names)) < len(names):
        raise ValueError(f"`bounds`, `inapplicable` and `label` must name each line differently, got {names}.")
    logarithmic_values(ax, row, *limit_rows.values(), *others.values())
    lines = {label: ax.plot(grid, finite(row), color=colour, marker=marker(row), label=label, zorder=4)[0]}
    for index, (name, limit) in enumerate(limit_rows.items()):
        lines[name] = _limit_line(ax, grid, limit, name, _style(styles, name, index))
    for name, limit in others.items():
        lines[name] = _limit_line(ax, grid, limit, name, None)
    ax.margins(y=0.12)
    mark_beyond(ax, grid, {colour: row})
    if limit_rows:
        highest = np.max(np.stack(list(limit_rows.values())), axis=0)
        _shade_below(ax, grid, highest)
        _mark_least_slack(ax, grid, row, highest)
    return lines


def _style(styles: Styles | None, name: str, index: int) -> tuple[str, Any]:
    if styles is not None and name in styles:
        return styles[name]
    return SEQUENCE[index % len(SEQUENCE)], DASHES[index % len(DASHES)]


def _limit_line(ax: Axes, grid: FloatArray, row: FloatArray, name: str, style: tuple[str, Any] | None) -> Line2D:
    """The line of a limit; of one that forbids nothing, which has no style, thin and dotted."""
    forbids = style is not None
    colour, dashes = (GREY, ":") if style is None else style
    return ax.plot(
        grid,
        finite(row),
        color=colour,
        linestyle=dashes,
        linewidth=1.15 if forbids else 0.9,
        marker=marker(row),
        label=name,
        zorder=3,
    )[0]


def _shade_below(ax: Axes, grid: FloatArray, highest: FloatArray) -> None:
    """Shade what the bounds forbid, without moving the limits that the lines gave the axes."""
    left, right = ax.get_xlim()
    bottom, top = ax.get_ylim()
    # An infinite limit forbids all that is shown.
    ceiling = np.where(np.isposinf(highest), top, np.maximum(highest, bottom))
    if grid.size == 1:
        grid, ceiling = np.array([left, right]), np.repeat(ceiling, 2)
    ax.fill_between(grid, bottom, ceiling, color=LIGHT_GREY, alpha=0.55, linewidth=0.0, zorder=1)
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)


def _mark_least_slack(ax: Axes, grid: FloatArray, row: FloatArray, highest: FloatArray) -> None:
    shown = np.isfinite(row) & (row > 0.0) & np.isfinite(highest) & (highest > 0.0)
    if ax.get_xscale() == "log":
        shown &= grid > 0.0
    if not np.any(shown):
        return
    distance = np.full(grid.shape, np.inf)
    distance[shown] = np.log(row[shown]) - np.log(highest[shown])
    index = int(np.argmin(distance))
    time, low, high = float(grid[index]), float(highest[index]), float(row[index])
    ax.plot([time, time], [low, high], color=INK, linewidth=0.9, marker="_", markersize=5.0, zorder=5)
    note_beside(ax, (time, high), f"value/limit = {significant(high / low)}")


_HIGHEST_SHOWN = 2.0


def tightness(
    ax: Axes,
    times: ArrayLike,
    value: ArrayLike,
    bounds: Mapping[str, ArrayLike],
    *,
    inapplicable: Mapping[str, ArrayLike] | None = None,
    styles: Styles | None = None,
) -> dict[str, Line2D]:
    """The ratio limit/value of each bound against time: 1 where it is saturated, above 1 where it is broken.

    Above 1 the axes are shaded; they reach up to 2 at most, and a line that goes higher leaves them at the top.
    Colours and dashes are those of `limits.limits` for the same mapping.

    Args:
        ax: axes to draw in.
        times: times (t,), strictly ascending.
        value: the bounded quantity (t,), 0 or larger.
        bounds: the limit (t,) of each bound, by its name in the legend.
        inapplicable: limits (t,) whose hypotheses do not hold here, by name: thin dotted lines.
        styles: colour and dashes of each bound; one after another if None.

    Returns:
        The lines by name. They have a gap where the ratio is not defined: value and limit both zero or both infinite.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if the times do not ascend, a number is NaN, or an array has another shape than (t,), as results
            over a sweep have.
    """
    grid = as_grid(times, "times")
    row = as_series(value, "value", grid.size)
    lines: dict[str, Line2D] = {}
    highest = 1.0
    numbered = [
        (name, f"bounds[{name!r}]", limit, _style(styles, name, index))
        for index, (name, limit) in enumerate(bounds.items())
    ]
    rest = [(name, f"inapplicable[{name!r}]", limit, None) for name, limit in (inapplicable or {}).items()]
    for name, argument, limit, style in (*numbered, *rest):
        ratio = _ratio(row, as_series(limit, argument, grid.size))
        highest = max(highest, _largest(ratio))
        lines[name] = _limit_line(ax, grid, ratio, name, style)
    top = min(1.08 * highest + 0.04, _HIGHEST_SHOWN)
    ax.axhline(1.0, color=INK, linewidth=0.6, zorder=1)
    ax.axhspan(1.0, top, color=LIGHT_GREY, alpha=0.55, linewidth=0.0, zorder=0)
    ax.set_ylim(0.0, top)
    ax.annotate(
        "limit = value",
        xy=(1.0, 1.0),
        xycoords=("axes fraction", "data"),
        xytext=(-2.0, 1.5),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=DARK_GREY,
        fontproperties=small_font(ax),
    )
    return lines


def _ratio(value: FloatArray, limit: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: FloatArray = limit / value
    return ratio


def _largest(ratio: FloatArray) -> float:
    defined = ratio[~np.isnan(ratio)]
    return float(np.max(defined)) if defined.size else 0.0
