"""The look of the figures: sizes of a journal's columns, colours that colour-blind readers tell apart, quiet axes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from io import BytesIO
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.transforms import ScaledTranslation
from numpy.typing import NDArray

AxesGrid: TypeAlias = NDArray[np.object_]
"""The axes of a figure, an object array (rows, columns)."""

MILLIMETRE: Final = 1.0 / 25.4
"""One millimetre [inch]."""
SINGLE_COLUMN: Final = 86.0
"""The width of a figure over one column of a journal [mm]."""
DOUBLE_COLUMN: Final = 178.0
"""The width of a figure over the whole page of a journal [mm]."""

HEATING: Final = "#c8450f"
COOLING: Final = "#0b66a8"
PAPER: Final = "#ffffff"
INK: Final = "#1c1c1e"
DARK_GREY: Final = "#55565a"
GREY: Final = "#8d8e93"
LIGHT_GREY: Final = "#d9d9dc"
GREEN: Final = "#1b7f5f"
PURPLE: Final = "#8350a0"
OCHRE: Final = "#a67a00"
CYAN: Final = "#1f94ad"
ROSE: Final = "#b8476b"
OLIVE: Final = "#6c7a1d"
INDIGO: Final = "#4d51b5"

SEQUENCE: Final = (GREEN, PURPLE, OCHRE, DARK_GREY)
"""Colours for further curves, apart from heating, cooling and one another in lightness as well as in hue."""
MANY: Final = (*SEQUENCE, CYAN, ROSE, OLIVE, INDIGO)
"""`SEQUENCE` and as many colours again, where each of many things has one of its own."""
DASHES: Final = (
    (0.0, (5.0, 1.5)),
    (0.0, (1.5, 1.2)),
    (0.0, (6.0, 1.5, 1.5, 1.5)),
    (0.0, (3.0, 1.0)),
    (0.0, (9.0, 1.5, 1.5, 1.5, 1.5, 1.5)),
)
"""Line patterns that go with `SEQUENCE`, so that colour is never the only difference; one more than there are colours,
so that twenty curves pass before a pair comes again."""

NOTEBOOK_DPI: Final = 192.0
"""Of figures that a notebook shows, two pixels of a dense screen for one [pixel/inch]."""
FONT_SIZE: Final = 7.5
"""Text in figures [pt]; tick labels and legends are a little smaller."""
SMALL_FONT_SIZE: Final = 6.8
_BELOW = 7.4  # mm from the axes down to a legend below them, which ticks and their label take
_LINE: Final = 0.6

RC: Final[Mapping[str, object]] = MappingProxyType(
    {
        "font.family": ["DejaVu Sans"],
        "font.size": FONT_SIZE,
        "mathtext.fontset": "dejavusans",
        "text.color": INK,
        "axes.labelsize": FONT_SIZE,
        "axes.labelcolor": INK,
        "axes.labelpad": 2.5,
        "axes.titlesize": FONT_SIZE,
        "axes.titleweight": "normal",
        "axes.titlelocation": "left",
        "axes.titlepad": 4.0,
        "axes.edgecolor": INK,
        "axes.facecolor": PAPER,
        "axes.linewidth": _LINE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.xmargin": 0.02,
        "axes.ymargin": 0.06,
        "axes.axisbelow": True,
        "axes.formatter.limits": [-3, 4],
        "axes.formatter.use_mathtext": False,
        "axes.formatter.useoffset": False,
        "axes.prop_cycle": cycler(color=[HEATING, COOLING, *SEQUENCE]),
        "axes.unicode_minus": True,
        "xtick.direction": "out",
        "ytick.direction": "out",
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.labelsize": SMALL_FONT_SIZE,
        "ytick.labelsize": SMALL_FONT_SIZE,
        "lines.linewidth": 1.3,
        "lines.markersize": 4.0,
        "lines.solid_capstyle": "round",
        "patch.linewidth": _LINE,
        "legend.frameon": False,
        "legend.fontsize": SMALL_FONT_SIZE,
        "legend.handlelength": 1.8,
        "legend.labelspacing": 0.35,
        "legend.borderaxespad": 0.3,
        "figure.facecolor": PAPER,
        "figure.edgecolor": PAPER,
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.w_pad": 0.03,
        "figure.constrained_layout.h_pad": 0.03,
        "savefig.facecolor": "auto",
        "svg.fonttype": "path",
        "svg.hashsalt": "thermokin",
        "path.simplify": True,
    }
)
"""The style as matplotlib parameters."""


def styled() -> AbstractContextManager[None]:
    """The style, in force within a `with` block and gone after it.

    Returns:
        A context manager.
    """
    # matplotlib's stubs want every key as a literal.
    return mpl.rc_context(dict(RC))  # type: ignore[arg-type]


class ShownFigure(Figure):
    """A figure that a notebook shows where it is the value of a cell, whether or not pyplot was loaded there."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """The picture, and how large it is to be shown [pixel]."""
        file = BytesIO()
        self.savefig(file, format="png", dpi=NOTEBOOK_DPI)
        width, height = (round(96 * float(inches)) for inches in self.get_size_inches())
        return file.getvalue(), {"width": width, "height": height}


def figure(
    rows: int = 1, columns: int = 1, *, width: float = SINGLE_COLUMN, height: float | None = None
) -> tuple[Figure, AxesGrid]:
    """An empty figure in the package's style.

    It belongs to no window and to no global list of figures: drop it and it is gone.

    Args:
        rows: number of rows of axes.
        columns: number of columns of axes.
        width: the figure's width, `SINGLE_COLUMN` or `DOUBLE_COLUMN` or another [mm].
        height: the figure's height; by default each of the axes is 0.66 as high as it is wide [mm].

    Returns:
        The figure and its axes (rows, columns).

    Raises:
        ValueError: if a number of axes or a length is not positive.
    """
    if rows < 1 or columns < 1:
        raise ValueError(f"`rows` and `columns` must be 1 or larger, got {rows} and {columns}.")
    tall = 0.66 * width * rows / columns if height is None else height
    if not (0.0 < width < np.inf and 0.0 < tall < np.inf):
        raise ValueError(f"`width` and `height` must be positive lengths in mm, got {width} and {height}.")
    with styled():
        canvas = ShownFigure(figsize=(width * MILLIMETRE, tall * MILLIMETRE))
        grid = canvas.subplots(rows, columns, squeeze=False)
        for ax in grid.flat:
            _settle_ticks(ax)
    return canvas, grid


def small_font(ax: Axes) -> FontProperties:
    """The font of notes inside axes.

    It is the font of the axis labels at nine tenths of their size, so that notes fit whatever style the axes were made
    in.

    Args:
        ax: axes whose label gives the font.

    Returns:
        A font of its own, free to be changed.
    """
    font = ax.xaxis.label.get_fontproperties().copy()
    font.set_size(0.9 * font.get_size_in_points())
    return font


def _settle_ticks(ax: Axes) -> None:
    """Give the axes' ticks their look now: matplotlib makes them when it draws, in whatever style holds then."""
    for which, length in (("major", 2.8), ("minor", 1.6)):
        ax.tick_params(
            which=which,
            length=length,
            width=_LINE,
            direction="out",
            pad=2.2,
            color=INK,
            labelcolor=INK,
            labelsize=SMALL_FONT_SIZE,
            labelfontfamily="DejaVu Sans",
        )


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


def legend_below(ax: Axes, *, columns: int = 2) -> Legend:
    """A legend below the axes, where it covers none of what is drawn; the axes shrink to make room for it.

    Args:
        ax: axes with everything drawn.
        columns: number of columns.

    Returns:
        The legend.
    """
    made = legend(ax, place="upper center", columns=columns)
    # Below the label of the axis, however low the axes are.
    down = ScaledTranslation(0.0, -_BELOW * MILLIMETRE, ax.figure.dpi_scale_trans)
    made.set_bbox_to_anchor((0.5, 0.0), transform=ax.transAxes + down)
    made.set_in_layout(True)
    return made


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
