"""A figure of small panels over the same axes, which are drawn each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thermokin._typing import FloatArray
from thermokin.report.style import DOUBLE_COLUMN, SINGLE_COLUMN, figure, small_font
from thermokin.views.axis_words import in_lines
from thermokin.views.mode_regions import mode_patch
from thermokin.views.swept_words import is_constant

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.views.report_folder import Drawing

__all__ = ["ROW", "ROW_OF_MAPS", "Panel", "doubtful", "draw_panels", "telling"]

LETTERS = 40  # of a panel's title in one line
ROW: Final = 44.0
"""The height of a row of lines [mm]."""
ROW_OF_MAPS: Final = 58.0
"""The height of a row of maps [mm]."""


@dataclass(frozen=True, eq=False)
class Panel:
    """A panel of a figure.

    Args:
        title: what it shows.
        draw: draws it into axes.
        doubtful: whether it shows a bound where it is no theorem.
        modes: what a machine does, where its stretches are shaded.
        brief: draws less of it, where it is one of many; as `draw` if None.
        names: of the columns in it, the first the one that matters.
    """

    title: str
    draw: Callable[[Axes], None]
    names: tuple[str, ...]
    brief: Callable[[Axes], None] | None = None
    modes: tuple[str, ...] = ()
    doubtful: bool = False


def draw_panels(panels: Sequence[Panel], columns: int, row: float, caption: str) -> Drawing:
    """Panels as one figure: over one column of a page where there is one, over the whole page otherwise.

    Args:
        panels: one or more.
        columns: how many stand beside one another, at most.
        row: height of a row of panels [mm].
        caption: of the figure.

    Returns:
        The figure and its caption.
    """
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    width, height = (SINGLE_COLUMN, 1.25 * row) if len(panels) == 1 else (DOUBLE_COLUMN, row * rows + 6.0)
    drawing, grid = figure(rows, columns, width=width, height=height)
    every: list[Any] = list(grid.flat)
    for ax, panel in zip(every, panels, strict=False):
        (panel.brief or panel.draw if columns > 2 else panel.draw)(ax)
        letters = LETTERS if columns < 3 else LETTERS - 12
        title = in_lines(panel.title, letters)
        ax.set_title(title, loc="left", pad=4.0, fontproperties=small_font(ax))
    for ax in every[len(panels) :]:
        ax.remove()
    for place, ax in enumerate(every[: len(panels)]):
        if place + columns < len(panels):  # the panel below has the same axis
            ax.set_xlabel("")
        if row == ROW_OF_MAPS and place % columns:
            ax.set_ylabel("")
    _name_modes(drawing, [panel.modes for panel in panels])
    return drawing, caption


def _name_modes(drawing: Figure, shaded: Iterable[tuple[str, ...]]) -> None:
    """One key above all panels for the colours of what a machine does."""
    known = list(dict.fromkeys(word for words in shaded for word in words))
    if known:
        font = small_font(drawing.axes[0])
        drawing.legend(
            *([mode_patch(word) for word in known], known),
            loc="outside upper left",
            ncols=len(known),
            prop=font,
            frameon=False,
            handlelength=1.1,
            columnspacing=1.2,
            borderaxespad=0.2,
        )


def telling(data: xr.Dataset, names: Sequence[str]) -> list[str]:
    """The columns that a figure says something with: neither constant nor the same as one before.

    Args:
        data: all columns.
        names: of some.

    Returns:
        The names of those.
    """
    seen: list[FloatArray] = []
    found = []
    for name in names:
        values = np.asarray(data[name].values, dtype=np.float64)
        if is_constant(values) and "flag_meanings" not in data[name].attrs:
            continue
        if not any(np.array_equal(values, other, equal_nan=True) for other in seen):
            found.append(name)
            seen.append(values)
    return found


def doubtful(data: xr.Dataset, names: Iterable[str]) -> bool:
    """Whether columns show a bound where it is no theorem.

    Args:
        data: all columns.
        names: of those that are shown.

    Returns:
        True if one does.
    """
    return any(not held.all() for name in names if (held := data.get(data[name].attrs.get("applies", ""))) is not None)
