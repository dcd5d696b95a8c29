"""A mean against time with the band of one standard deviation around it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from thermokin.report.beyond import mark_beyond
from thermokin.report.series import as_grid, as_series, finite, marker
from thermokin.report.style import INK


def band(
    ax: Axes,
    times: ArrayLike,
    mean: ArrayLike,
    deviation: ArrayLike,
    *,
    colour: str = INK,
    label: str = "",
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
    shade = ax.fill_between(grid, middle - half, middle + half, color=colour, alpha=0.2, linewidth=0.0, zorder=2)
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
            alpha=0.2,
            linewidth=0.0,
            transform=ax.get_xaxis_transform(),
        )
    mark_beyond(ax, grid, {colour: centre})
    return line, shade
