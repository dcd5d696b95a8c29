"""What machines do along a sweep of a study: regions and curves, drawn as the attributes of labelled data say."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thermokin.report.style import SINGLE_COLUMN, figure
from thermokin.views.axis_words import axis_title
from thermokin.views.efficiency_power import draw_against
from thermokin.views.lines import scale_along, with_unit
from thermokin.views.mode_regions import bound_modes, map_modes, name_modes, regions, shade_modes

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

    from thermokin.views.report_folder import Drawing, Drawings

WHITE = "#fefefe"  # on the colours of maps, which the dark does not change

__all__ = ["machine_figures", "mode_words", "told_modes"]


def mode_words(column: xr.DataArray) -> NDArray[np.str_]:
    """What a machine does, in words, from the numbers that stand for them.

    Args:
        column: numbers, whose `flag_meanings` are the words, one space between two.

    Returns:
        Words, of the shape of the numbers.
    """
    words = np.array([word.replace("_", " ") for word in str(column.attrs["flag_meanings"]).split()])
    return words[column.values.astype(np.int64)]


def told_modes(column: xr.DataArray) -> str:
    """At how many points a machine does what.

    Args:
        column: as of `mode_words`.

    Returns:
        One line.
    """
    words = mode_words(column)
    return ", ".join(f"{word} at {int((words == word).sum())}" for word in regions(words))


def machine_figures(data: xr.Dataset, name: str, file: str, plain: Callable[[], Drawing]) -> Drawings:
    """The figures of a column, which may say that it is of a machine.

    Args:
        data: all columns.
        name: of the column.
        file: that its own figure has.
        plain: draws it as that of any column.

    Returns:
        What draws each figure, by the name of its file.
    """
    column = data[name]
    if "flag_meanings" in column.attrs:
        return {} if column.ndim == 1 else {file: partial(_regions, data, name)}
    if "modes" not in column.attrs:
        found: dict[str, Callable[[], Drawing]] = {file: plain}
    else:
        found = {file: partial(_line if column.ndim == 1 else _map, data, name, plain)}
    if "against" in column.attrs:
        found[f"{file}_against_{column.attrs['against']}"] = partial(_against, data, name)
    return found


def _line(data: xr.Dataset, name: str, plain: Callable[[], Drawing]) -> Drawing:
    """The line of any column, over stretches in colours."""
    drawing, caption = plain()
    across = data[name][data[name].dims[0]].values
    order = np.argsort(across, kind="stable")
    shade_modes(drawing.axes[0], across[order], mode_words(data[data[name].attrs["modes"]])[order])
    return drawing, f"{caption.rstrip('.')}; the colours are what the machine does."


def _map(data: xr.Dataset, name: str, plain: Callable[[], Drawing]) -> Drawing:
    """The map of any column, with regions parted and named."""
    drawing, caption = plain()
    data = data.sortby(list(data[name].dims))
    down, across = (data[name][axis].values for axis in data[name].dims)
    words = mode_words(data[data[name].attrs["modes"]])
    bound_modes(drawing.axes[0], across, down, words, WHITE)
    name_modes(drawing.axes[0], across, down, words)
    return drawing, f"{caption.rstrip('.')}; lines part what the machine does."


def _regions(data: xr.Dataset, name: str) -> Drawing:
    """The map of what the machine does."""
    drawing, axes = figure(width=SINGLE_COLUMN, height=0.8 * SINGLE_COLUMN)
    ax: Axes = axes[0, 0]
    down, along = (str(axis) for axis in data[name].dims)
    data = data.sortby([down, along])
    across, up = data[along].values, data[down].values
    scale_along(ax.xaxis, across)
    scale_along(ax.yaxis, up)
    ax.set_xlabel(with_unit(axis_title(along, data[along].attrs), data[along].attrs))
    ax.set_ylabel(with_unit(axis_title(down, data[down].attrs), data[down].attrs))
    map_modes(ax, across, up, mode_words(data[name]), data[data[name].attrs["depth"]].values)
    caption = f"What the machine does over {down} and {along}; the deeper the colour, the closer to Carnot."
    return drawing, caption


def _against(data: xr.Dataset, name: str) -> Drawing:
    drawing, axes = figure(width=SINGLE_COLUMN)
    draw_against(axes[0, 0], data, name)
    said, given = str(data[name].attrs["short"]), str(data[data[name].attrs["against"]].attrs["short"])
    caption = f"{said[:1].upper()}{said[1:]} and {given} along {data[name].attrs['along']}, with the limit of Carnot"
    marked = " and the efficiency of Curzon and Ahlborn" if data[name].attrs.get("mark") in data else ""
    return drawing, f"{caption}{marked}."
