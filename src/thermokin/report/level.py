"""A curve between named levels: horizontal lines that it starts from or tends to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from thermokin.report.series import as_grid, as_series, marker
from thermokin.report.significant import significant
from thermokin.report.style import DARK_GREY, DASHES, GREY, INK, small_font

_APART = 0.09  # of the axes' height: names of levels nearer than this share a line
_FLAT = 1e-6  # variation, relative to the values, below which a curve is shown as flat


def curve_between_levels(
    ax: Axes, positions: ArrayLike, values: ArrayLike, levels: Mapping[str, float], *, colour: str = INK
) -> Line2D:
    """A curve with horizontal dashed lines at named levels, each with its name and number at the right edge.

    Args:
        ax: axes to draw in; the horizontal scale is set before.
        positions: (t,), strictly ascending.
        values: (t,), finite.
        levels: heights by name.
        colour: of the curve.

    Returns:
        The curve.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if the positions do not ascend, or a number is not finite.
    """
    grid = as_grid(positions, "positions")
    row = as_series(values, "values", grid.size)
    heights = as_series(np.array([float(level) for level in levels.values()]), "levels", len(levels))
    if not (np.isfinite(row).all() and np.isfinite(heights).all()):
        raise ValueError("`values` and `levels` must be finite.")
    line = ax.plot(grid, row, color=colour, marker=marker(row), zorder=3)[0]
    everything = np.concatenate([row, heights])
    low, high = float(everything.min()), float(everything.max())
    room = 0.14 * (high - low) if high - low > _FLAT * max(abs(high), abs(low)) else 0.1 * max(abs(high), 1e-300)
    ax.set_ylim(low - room, high + room)
    for index, height in enumerate(heights):
        ax.axhline(height, color=GREY, linewidth=0.9, linestyle=DASHES[index % len(DASHES)], zorder=2)
    for height, text in _named(levels, _APART * (high - low + 2.0 * room)):
        # The side of the line on which the curve does not run at the right edge.
        above = row[-1] <= height
        ax.annotate(
            text,
            xy=(1.0, height),
            xycoords=("axes fraction", "data"),
            xytext=(-2.0, 1.5 if above else -2.5),
            textcoords="offset points",
            ha="right",
            va="bottom" if above else "top",
            color=DARK_GREY,
            fontproperties=small_font(ax),
        )
    return line


def _named(levels: Mapping[str, float], apart: float) -> list[tuple[float, str]]:
    """Height and text of each name; levels that are too near to one another share a line."""
    found: list[tuple[float, str]] = []
    for name, height in sorted(levels.items(), key=lambda item: item[1]):
        text = f"{name} = {significant(float(height))}"
        if found and height - found[-1][0] < apart:
            found[-1] = (float(height), f"{found[-1][1]},  {text}")
        else:
            found.append((float(height), text))
    return found
