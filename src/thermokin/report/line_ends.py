"""Names at the ends of lines, instead of a legend that would cover some of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from thermokin._typing import FloatArray
from thermokin.report.style import small_font

__all__ = ["name_line_ends"]

BESIDE = 9.0  # points from the axes to a name: room for a stroke that leads there from its line
LINE = 1.25  # of the font's size, from one name to the next


def name_line_ends(ax: Axes, lines: Mapping[str, Line2D]) -> list[Annotation]:
    """Write the name of each line to the right of the axes, as high as the line ends there, in its colour.

    Names that would overlap are moved apart, in the order of their lines; a short stroke leads from the line's end to
    its name. A line that ends outside the axes has its name at the edge that it left by; a line without any number
    shown has none.

    Args:
        ax: axes with everything drawn, and their scales set.
        lines: the lines by what they are called.

    Returns:
        The names, from the lowest to the highest.
    """
    font = small_font(ax)
    ends = {name: end for name, line in lines.items() if np.isfinite(end := _end(ax, line))}
    order = sorted(ends, key=lambda name: ends[name])
    height = ax.get_window_extent().height / ax.get_figure(root=True).dpi * 72.0  # type: ignore[union-attr]
    places = apart(np.array([ends[name] for name in order]), LINE * font.get_size_in_points() / height)
    made = []
    for name, place in zip(order, places, strict=True):
        colour = str(lines[name].get_color())
        made.append(
            ax.annotate(
                name,
                xy=(1.0, ends[name]),
                xycoords="axes fraction",
                xytext=(BESIDE, (place - ends[name]) * height),
                textcoords="offset points",
                ha="left",
                va="center",
                color=colour,
                fontproperties=font,
                annotation_clip=False,
                arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 0.0, "shrinkB": 1.0},
            )
        )
    return made


def _end(ax: Axes, line: Line2D) -> float:
    """How high a line ends, as a fraction of the axes; NaN if none of it is shown."""
    points = np.column_stack([np.asarray(numbers, dtype=np.float64) for numbers in line.get_data()])
    with np.errstate(all="ignore"):
        shown = ax.transAxes.inverted().transform(ax.transData.transform(points))
    known = shown[np.isfinite(shown).all(axis=1)]
    return float(np.clip(known[-1, 1], 0.0, 1.0)) if len(known) else np.nan


def apart(wanted: FloatArray, least: float) -> FloatArray:
    """Ascending places nearest to those wanted, in the sense of least squares, each at least so far above the last.

    Args:
        wanted: places (n,), ascending.
        least: distance from one to the next.

    Returns:
        Places (n,).
    """
    # Less their distances the places need only not fall: neighbours that would are pooled at their mean.
    pools: list[tuple[float, int]] = []
    for place in wanted - least * np.arange(wanted.size):
        mean, count = float(place), 1
        while pools and pools[-1][0] > mean:
            other, size = pools.pop()
            mean, count = (mean * count + other * size) / (count + size), count + size
        pools.append((mean, count))
    level = np.array([mean for mean, count in pools for _ in range(count)])
    return np.asarray(level + least * np.arange(wanted.size))
