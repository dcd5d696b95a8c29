"""Short notes beside points of a figure, put where they cover least of what is drawn."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from thermokin.report.style import DARK_GREY, PAPER, small_font

_CORNERS = ((1.0, 1.0), (-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0))
_GAPS = (5.0, 10.0, 16.0, 24.0)  # points between a point and its note
_PLACES = [(right, above, gap) for gap in _GAPS for right, above in _CORNERS]
_CLEAR = 4.0  # points; a note this far from all curves need not go farther
_SAMPLES = 12


def note_beside(ax: Axes, point: tuple[float, float], text: str, *, colour: str = DARK_GREY) -> Annotation:
    """A note diagonally beside a point, near it, where it is clear of the curves drawn so far.

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
    size = np.array([0.62 * font.get_size() * len(text), 1.3 * font.get_size()]) * pixels
    anchor = ax.transData.transform(point)
    curves = _drawn_points(ax)
    frame = ax.get_window_extent()

    def freedom(place: tuple[float, float, float]) -> float:
        right, above, gap = place
        centre = anchor + np.array([right, above]) * (gap * pixels + 0.5 * size)
        outside = max(0.0, *(frame.min - centre + 0.5 * size), *(centre + 0.5 * size - frame.max))
        # The distance to a box: zero for points inside it.
        away = np.maximum(np.abs(curves - centre) - 0.5 * size, 0.0)
        nearest = float(np.min(np.hypot(away[:, 0], away[:, 1]), initial=_CLEAR * pixels))
        return nearest - 0.02 * gap * pixels - 10.0 * float(outside)

    right, above, gap = max(_PLACES, key=freedom)
    note = ax.annotate(
        text,
        xy=point,
        xytext=(right * gap, above * gap),
        textcoords="offset points",
        ha="left" if right > 0.0 else "right",
        va="bottom" if above > 0.0 else "top",
        color=colour,
        fontproperties=font,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.75},
        zorder=6,
    )
    note.set_in_layout(False)
    return note


def _drawn_points(ax: Axes) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
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
