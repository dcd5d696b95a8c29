"""The legend of a figure: small, without a frame, inside the axes."""

from __future__ import annotations

from typing import Literal, TypeAlias

from matplotlib.axes import Axes
from matplotlib.legend import Legend

from thermokin.report.style import INK, PAPER, small_font

Place: TypeAlias = Literal[
    "best",
    "upper left",
    "upper center",
    "upper right",
    "center left",
    "center",
    "center right",
    "lower left",
    "lower center",
    "lower right",
]
"""Where a legend lies, in matplotlib's words."""


def legend(ax: Axes, *, place: Place = "best", columns: int = 1) -> Legend:
    """A legend of the labelled artists.

    Args:
        ax: axes with everything drawn.
        place: where it lies.
        columns: number of columns.

    Returns:
        The legend.
    """
    made: Legend = ax.legend(
        loc=place,
        ncols=columns,
        prop=small_font(ax),
        labelcolor=INK,
        frameon=True,
        facecolor=PAPER,
        edgecolor="none",
        framealpha=0.75,
        fancybox=False,
        handlelength=1.9,
        labelspacing=0.35,
        borderaxespad=0.4,
        borderpad=0.25,
        handletextpad=0.6,
        columnspacing=1.2,
    )
    # It lies inside the axes, which must not shrink to make room for it.
    made.set_in_layout(False)
    return made
