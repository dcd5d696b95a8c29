"""A curve with what it is held against: named levels, its mirror image, a tangent, a point, a centre."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from thermokin.report.series import as_grid, as_series, marker
from thermokin.report.significant import significant
from thermokin.report.style import COOLING, DARK_GREY, DASHES, GREY, HEATING, INK, LIGHT_GREY, PAPER, small_font

_APART = 0.09  # of the axes' height: names of levels nearer than this share a line
_DOTS = 24  # of the image, over the width of the curve
_HEIGHT = 0.3  # of the axes, up to which the centre is drawn
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


def mirrored_curve(
    ax: Axes,
    positions: ArrayLike,
    values: ArrayLike,
    image: tuple[ArrayLike, ArrayLike] | None = None,
    *,
    labels: tuple[str, str] = ("", ""),
    colour: str = COOLING,
) -> Line2D:
    """A curve, and rings on it where its image lies: on the curve if the symmetry holds.

    Args:
        ax: axes to draw in.
        positions: (t,), strictly ascending.
        values: (t,), finite.
        image: positions and values (m,) of the image, ascending; None for none.
        labels: what the legend calls the curve and its image.
        colour: of the curve.

    Returns:
        The curve.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if positions do not ascend, or shapes differ.
    """
    grid = as_grid(positions, "positions")
    row = as_series(values, "values", grid.size)
    ax.axhline(0.0, color=LIGHT_GREY, linewidth=0.7, zorder=0)
    if grid[0] < 0.0 < grid[-1]:
        ax.axvline(0.0, color=LIGHT_GREY, linewidth=0.7, zorder=0)
    line = ax.plot(grid, row, color=colour, label=labels[0] or "_", zorder=2)[0]
    if image is not None:
        at = as_grid(image[0], "image[0]")
        mirrored = as_series(image[1], "image[1]", at.size)
        places = np.linspace(at[0], at[-1], _DOTS)
        ax.plot(
            places,
            np.interp(places, at, mirrored),
            "o",
            markersize=3.0,
            markerfacecolor=PAPER,
            markeredgecolor=HEATING,
            markeredgewidth=0.8,
            label=labels[1] or "_",
            zorder=3,
        )
    return line


def mark_point(ax: Axes, point: tuple[float, float], label: str) -> None:
    """A dot on a curve.

    Args:
        ax: axes with the curve drawn.
        point: where.
        label: what the legend calls it.
    """
    ax.plot([point[0]], [point[1]], "o", markersize=4.2, color=INK, label=label, zorder=4)


def mark_tangent(ax: Axes, point: tuple[float, float], slope: float, label: str) -> None:
    """The tangent of a curve, across the axes, without moving their limits.

    Args:
        ax: axes with the curve drawn.
        point: where it touches.
        slope: of the tangent.
        label: what the legend calls it.
    """
    limits = ax.get_xlim(), ax.get_ylim()
    ax.axline(point, slope=slope, color=INK, linewidth=0.8, linestyle="--", label=label, zorder=1)
    ax.set_xlim(limits[0])
    ax.set_ylim(limits[1])


def mark_centre(ax: Axes, position: float, text: str) -> None:
    """A dotted vertical line through the lower part of the axes, with its name at its top.

    Args:
        ax: axes with the curve drawn.
        position: where.
        text: its name.
    """
    ax.axvline(position, 0.0, _HEIGHT, color=GREY, linewidth=0.9, linestyle=":", zorder=1)
    ax.annotate(
        text,
        xy=(position, _HEIGHT),
        xycoords=("data", "axes fraction"),
        xytext=(0.0, 1.5),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=DARK_GREY,
        fontproperties=small_font(ax),
    )
