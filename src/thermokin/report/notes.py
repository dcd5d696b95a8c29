"""Short notes beside points of a figure, put where they cover least of what is drawn."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from thermokin._typing import FloatArray
from thermokin.report.style import DARK_GREY, PAPER, small_font

_SIDES = ((1.0, 1.0), (-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (0.0, 1.0), (0.0, -1.0))
_GAPS = (5.0, 10.0, 16.0, 24.0, 34.0)  # points between a point and its note
_PLACES = [(right, above, gap) for gap in _GAPS for right, above in _SIDES]
_CLEAR = 4.0  # points; a note this far from all curves need not go farther
_SAMPLES = 12


def note_beside(ax: Axes, point: tuple[float, float], text: str, *, colour: str = DARK_GREY) -> Annotation:
    """A note beside a point, near it, within the axes, and where it is clear of the curves drawn so far.

    Args:
        ax: axes whose lines are drawn and whose scales are set.
        point: the point (2,) in the units of the axes.
        text: the note.
        colour: its colour.

    Returns:
        The note.
    """
    font = small_font(ax)
    pixels = ax.get_figure(root=True).dpi / 72.0  # type: ignore[union-attr]
    size = np.array([0.6 * font.get_size() * len(text.replace("$", "")), 1.3 * font.get_size()]) * pixels
    anchor = ax.transData.transform(point)
    obstacles = np.concatenate([_drawn_points(ax), anchor[None, :]])
    frame = ax.get_window_extent()

    def centre(place: tuple[float, float, float]) -> FloatArray:
        right, above, gap = place
        wanted = anchor + np.array([right, above]) * (gap * pixels + 0.5 * size)
        within: FloatArray = np.clip(wanted, frame.min + 0.5 * size, np.maximum(frame.max - 0.5 * size, frame.min))
        return within

    def freedom(place: tuple[float, float, float]) -> float:
        # The distance to a box: zero for points inside it.
        away = np.maximum(np.abs(obstacles - centre(place)) - 0.5 * size, 0.0)
        nearest = float(np.min(np.hypot(away[:, 0], away[:, 1]), initial=_CLEAR * pixels))
        return nearest - 0.02 * place[2] * pixels

    right, above = (centre(max(_PLACES, key=freedom)) - anchor) / pixels
    note = ax.annotate(
        text,
        xy=point,
        xytext=(right, above),
        textcoords="offset points",
        ha="center",
        va="center",
        color=colour,
        fontproperties=font,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.75},
        zorder=6,
    )
    note.set_in_layout(False)
    return note


def _drawn_points(ax: Axes) -> FloatArray:
    """Points along the lines of the axes, in pixels, dense enough that a note cannot slip between two of them."""
    rows = []
    for line in ax.get_lines():
        if line.get_transform() != ax.transData:
            continue
        path = ax.transData.transform(np.column_stack([line.get_xdata(), line.get_ydata()]))
        path = path[np.all(np.isfinite(path), axis=1)]
        steps = np.linspace(0.0, 1.0, _SAMPLES)[:, None, None]
        rows.append((path[:-1] + steps * (path[1:] - path[:-1])).reshape(-1, 2))
    return np.concatenate(rows) if rows else np.empty((0, 2))
