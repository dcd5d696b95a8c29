"""Levels as lines at their heights, and arrows between them as strong as what they carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from thermokin._typing import FloatArray
from thermokin.report.flow_diagram import Frame
from thermokin.report.style import DARK_GREY, GREY, INK, PAPER, SMALL_FONT_SIZE

__all__ = ["Link", "Rung", "draw_levels", "heights", "room_for"]

APART = 3.6  # mm between two lines, so that their labels are
LANE, LETTER = 4.4, 1.22  # mm: between two arrows; of a letter of a label
HEAD, FOOT = 6.5, 3.5  # mm above the highest line and below the lowest
LEAST, STRONGEST = 0.6, 2.2  # points: lines of arrows
LABELLED = 11.5  # mm: an arrow so long has its number beside it


@dataclass(frozen=True)
class Rung:
    """A level.

    Attributes:
        height: where it stands, in any unit.
        left: its label on the left side.
        right: on the right side.
    """

    height: float
    left: str
    right: str


@dataclass(frozen=True)
class Link:
    """An arrow between two levels.

    Attributes:
        low: position of the lower level.
        high: of the higher.
        upward: what flows from the lower to the higher; 0 for nothing.
        colour: of the arrow.
        shown: what flows in print.
        dotted: whether it is of another kind than most.
    """

    low: int
    high: int
    upward: float
    colour: str
    shown: str
    dotted: bool = False


def room_for(rungs: Sequence[Rung], links: Sequence[Link]) -> tuple[float, float]:
    """Width and height of the frame that a scheme needs.

    Args:
        rungs: the levels.
        links: the arrows.

    Returns:
        Both [mm].
    """
    lanes = max(26.0, LANE * max(len(links), 1) + 4.0)
    return sum(_columns(rungs)) + lanes, max(42.0, APART * (len(rungs) - 1) + HEAD + FOOT + 8.0)


def _columns(rungs: Sequence[Rung]) -> tuple[float, float]:
    left, right = (max(len(getattr(one, side)) for one in rungs) for side in ("left", "right"))
    # Wide enough for the words above them.
    return 3.0 + max(LETTER * left, 8.5), 3.0 + max(LETTER * right, 13.0)


def heights(values: Sequence[float], low: float, high: float) -> FloatArray:
    """Heights of lines, true to scale where they can be, and far enough apart to be told apart.

    Args:
        values: ascending (n,).
        low: where the lowest stands [mm].
        high: where the highest does [mm].

    Returns:
        (n,) [mm].
    """
    span = values[-1] - values[0]
    if span == 0.0:
        middle = 0.5 * (low + high)
        return np.asarray(middle + APART * (np.arange(len(values)) - 0.5 * (len(values) - 1)))
    found = np.asarray(low + (high - low) * (np.asarray(values) - values[0]) / span)
    for place in range(1, len(found)):
        found[place] = max(found[place], found[place - 1] + APART)
    found[-1] = min(found[-1], high)
    for place in range(len(found) - 2, -1, -1):
        found[place] = min(found[place], found[place + 1] - APART)
    return np.asarray(found)


def draw_levels(ax: Axes, frame: Frame, rungs: Sequence[Rung], links: Sequence[Link], scale: float) -> None:
    """Draw a scheme into a frame.

    Args:
        ax: axes in millimetres.
        frame: where; as large as `room_for` says, or larger.
        rungs: the levels, ascending.
        links: the arrows, each in a lane of its own, from the left.
        scale: of text and lines.
    """
    before, behind = _columns(rungs)
    begin, end = frame.left + before, frame.left + frame.width - behind
    top = frame.bottom + frame.height
    up = heights([one.height for one in rungs], frame.bottom + FOOT, top - HEAD)
    size: dict[str, Any] = {"fontsize": 0.92 * SMALL_FONT_SIZE * scale}
    for one, height in zip(rungs, up, strict=True):
        ax.plot([begin, end], [height, height], color=INK, linewidth=1.3 * scale, solid_capstyle="butt")
        ax.text(begin - 1.0, height, one.left, ha="right", va="center", color=INK, **size)
        ax.text(end + 1.0, height, one.right, ha="left", va="center", color=INK, **size)
    for place, side, words in ((begin - 1.0, "right", "energy"), (end + 1.0, "left", "population")):
        ax.text(place, top - 2.6, words, ha=side, va="center", color=GREY, **size)
    strongest = max((abs(link.upward) for link in links), default=0.0)
    lane = (end - begin) / max(len(links), 1)
    for place, link in enumerate(links):
        across = begin + (place + 0.5) * lane
        _link(ax, link, across, up, strongest, scale)


def _link(ax: Axes, link: Link, across: float, up: FloatArray, strongest: float, scale: float) -> None:
    low, high = float(up[link.low]), float(up[link.high])
    pattern = (0.0, (1.0, 1.2)) if link.dotted else "-"
    if link.upward == 0.0:
        ax.plot([across, across], [low, high], color=link.colour, linewidth=0.7 * scale, linestyle=(0.0, (3.0, 2.5)))
    else:
        begin, end = (low, high) if link.upward > 0.0 else (high, low)
        width = LEAST + (STRONGEST - LEAST) * abs(link.upward) / strongest
        arrow = FancyArrowPatch(
            (across, begin),
            (across, end),
            arrowstyle="-|>",
            mutation_scale=(5.0 + 1.6 * width) * scale,
            shrinkA=0.0,
            shrinkB=0.0,
            color=link.colour,
            linewidth=width * scale,
            linestyle=pattern,
            zorder=3,
        )
        ax.add_patch(arrow)
        ax.plot([across], [begin], "o", color=link.colour, markersize=(1.4 + 0.8 * width) * scale, zorder=3)
    between = [float(height) for height in up if low <= height <= high]
    below, above = max(pairwise(between), key=lambda pair: pair[1] - pair[0])
    if above - below < LABELLED:
        return
    ax.text(
        *(across + 1.9, 0.5 * (below + above), link.shown),
        rotation=90.0,
        ha="center",
        va="center",
        color=DARK_GREY,
        fontsize=0.85 * SMALL_FONT_SIZE * scale,
        bbox={"boxstyle": "square,pad=0.05", "facecolor": PAPER, "edgecolor": "none"},
        zorder=2,
    )
