"""A value against the limits that bounds set to it: what is forbidden is shaded, the least slack is marked."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.report.beyond import mark_beyond
from thermokin.report.notes import note_beside
from thermokin.report.scales import logarithmic_values
from thermokin.report.series import as_grid, as_series, finite, marker
from thermokin.report.significant import significant
from thermokin.report.style import DASHES, GREY, INK, LIGHT_GREY, SEQUENCE


def limits(
    ax: Axes,
    times: ArrayLike,
    value: ArrayLike,
    bounds: Mapping[str, ArrayLike],
    *,
    inapplicable: Mapping[str, ArrayLike] | None = None,
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
        lines[name] = _limit_line(ax, grid, limit, name, index)
    for name, limit in others.items():
        lines[name] = ax.plot(
            grid, finite(limit), color=GREY, linewidth=0.9, linestyle=":", marker=marker(limit), label=name, zorder=3
        )[0]
    ax.margins(y=0.12)
    mark_beyond(ax, grid, {colour: row})
    if limit_rows:
        highest = np.max(np.stack(list(limit_rows.values())), axis=0)
        _shade_below(ax, grid, highest)
        _mark_least_slack(ax, grid, row, highest)
    return lines


def _limit_line(ax: Axes, grid: FloatArray, limit: FloatArray, name: str, index: int) -> Line2D:
    return ax.plot(
        grid,
        finite(limit),
        color=SEQUENCE[index % len(SEQUENCE)],
        linestyle=DASHES[index % len(DASHES)],
        linewidth=1.1,
        marker=marker(limit),
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
