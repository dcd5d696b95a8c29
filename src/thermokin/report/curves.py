"""Numbers against time: two processes with the points where they cross, and a mean with its band."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.report.notes import note_beside
from thermokin.report.scales import mark_beyond
from thermokin.report.series import as_grid, as_series, finite, marker
from thermokin.report.significant import significant
from thermokin.report.style import COOLING, DASHES, HEATING, INK, PAPER


def curves(
    ax: Axes,
    times: ArrayLike,
    heating: ArrayLike,
    cooling: ArrayLike,
    *,
    labels: tuple[str, str] = ("heating", "cooling"),
    crossings: ArrayLike = (),
    symbol: str = "$t$",
) -> tuple[Line2D, Line2D]:
    """One quantity of a heating and a cooling process against time.

    Infinite values are marked at the edge of the axes. Each crossing has a ring and its time beside it. Set the scales
    of the axes before.

    Args:
        ax: axes to draw in.
        times: times (t,), strictly ascending.
        heating: values (t,) of the heating process.
        cooling: values (t,) of the cooling process.
        labels: what the legend calls the two.
        crossings: times (n,) at which the curves cross; NaN stands for a crossing that does not happen.
        symbol: what the notes call the horizontal axis.

    Returns:
        The lines of heating and cooling.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if the times do not ascend, a value is NaN, or an array has another shape than (t,), as results
            over a sweep have.
    """
    grid = as_grid(times, "times")
    rows = (as_series(heating, "heating", grid.size), as_series(cooling, "cooling", grid.size))
    warm = _line(ax, grid, rows[0], HEATING, labels[0])
    cool = _line(ax, grid, rows[1], COOLING, labels[1])
    mark_beyond(ax, grid, {HEATING: rows[0], COOLING: rows[1]})
    for time in np.atleast_1d(np.asarray(crossings, dtype=np.float64)):
        if not np.isnan(time):
            _mark_crossing(ax, float(time), grid, rows, symbol)
    return warm, cool


def _line(ax: Axes, grid: FloatArray, row: FloatArray, colour: str, label: str) -> Line2D:
    return ax.plot(grid, finite(row), color=colour, marker=marker(row), label=label, zorder=3)[0]


def _mark_crossing(ax: Axes, time: float, grid: FloatArray, rows: tuple[FloatArray, FloatArray], symbol: str) -> None:
    if not grid[0] <= time <= grid[-1]:
        raise ValueError(f"`crossings` must lie within the times, {grid[0]} to {grid[-1]}, got {time}.")
    height = _height(ax, time, grid, rows)
    if height is None:
        return
    ax.plot(
        [time], [height], "o", markersize=4.6, markerfacecolor=PAPER, markeredgecolor=INK, markeredgewidth=0.9, zorder=4
    )
    note_beside(ax, (time, height), f"{symbol} = {significant(time)}", colour=INK)


def _height(ax: Axes, time: float, grid: FloatArray, rows: tuple[FloatArray, FloatArray]) -> float | None:
    """The common value of the curves at a crossing, interpolated as the eye does along the drawn lines."""
    logarithmic = ax.get_yscale() == "log"
    heights = []
    for row in rows:
        usable = np.isfinite(row) & (row > 0.0) if logarithmic else np.isfinite(row)
        if np.any(usable):
            values = np.log(row[usable]) if logarithmic else row[usable]
            between = float(np.interp(time, grid[usable], values))
            heights.append(float(np.exp(between)) if logarithmic else between)
    return float(np.mean(heights)) if heights else None


def band(
    ax: Axes,
    times: ArrayLike,
    mean: ArrayLike,
    deviation: ArrayLike,
    *,
    colour: str = INK,
    label: str = "",
    outlined: bool = False,
) -> tuple[Line2D, PolyCollection]:
    """A mean with the band from one standard deviation below it to one above it.

    An infinite mean is marked at the edge of the axes; an infinite standard deviation fills the axes from bottom to
    top. Set the scales of the axes before.

    Args:
        ax: axes to draw in.
        times: times (t,), strictly ascending.
        mean: means (t,).
        deviation: standard deviations (t,), 0 or larger.
        colour: colour of line and band.
        label: what the legend calls the mean; nothing by default.
        outlined: whether the band has an outline and hardly a shade, for bands that overlap.

    Returns:
        The line of the mean and the band.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if the times do not ascend, a number is NaN, a standard deviation is negative, or an array has
            another shape than (t,), as results over a sweep have.
    """
    grid = as_grid(times, "times")
    centre = as_series(mean, "mean", grid.size)
    width = as_series(deviation, "deviation", grid.size)
    if np.any(width < 0.0):
        raise ValueError(f"`deviation` must be 0 or larger, got {width[width < 0.0][0]}; is it a square root?")
    line = ax.plot(grid, finite(centre), color=colour, marker=marker(centre), label=label or "_", zorder=3)[0]
    middle, half = finite(centre), finite(width)
    shaded = 0.06 if outlined else 0.2
    shade = ax.fill_between(grid, middle - half, middle + half, color=colour, alpha=shaded, linewidth=0.0, zorder=2)
    for edge in (middle - half, middle + half) if outlined else ():
        ax.plot(grid, edge, color=colour, linewidth=0.6, linestyle=DASHES[0], label="_", zorder=2)
    if grid.size == 1:
        ax.errorbar(grid, middle, yerr=half, color=colour, capsize=2.5, linewidth=1.0)
    unbounded = np.isinf(width)
    if np.any(unbounded):
        ax.fill_between(
            grid,
            0.0,
            1.0,
            where=unbounded.tolist(),
            step="mid",
            color=colour,
            alpha=shaded,
            linewidth=0.0,
            transform=ax.get_xaxis_transform(),
        )
    mark_beyond(ax, grid, {colour: centre})
    return line, shade
