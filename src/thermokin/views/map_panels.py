"""Numbers over two axes of a sweep as panels: maps, with what a machine does where."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from thermokin.report.maps import draw_map
from thermokin.views.axis_words import axis_title
from thermokin.views.lines import scale_along, with_unit
from thermokin.views.machine_columns import mode_words
from thermokin.views.mode_regions import bound_modes, map_modes
from thermokin.views.panels import Panel, doubtful, telling
from thermokin.views.swept_words import bound_of, called

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["map_panels"]

WHITE = "#fefefe"  # on the colours of maps, which the dark does not change


def map_panels(data: xr.Dataset, names: Sequence[str], axes: tuple[str, str]) -> list[Panel]:
    """Columns over two axes, each as a map.

    Args:
        data: all columns.
        names: of the columns, in order.
        axes: of the sweep, the one that goes up first.

    Returns:
        The panels.
    """
    data = data.sortby(list(axes)).transpose(*axes, ...)
    found = []
    for name in telling(data, names):
        attributes = data[name].attrs
        if "flag_meanings" in attributes:
            found.append(
                Panel("what the machine does", partial(_draw_regions, data=data, name=name, axes=axes), (name,))
            )
            continue
        bound = bound_of(data[name])
        words = called(name, attributes) if bound is None else f"{bound[0]}: value over limit"
        title = with_unit(words, attributes)
        draw = partial(_draw_map, data=data, name=name, axes=axes)
        found.append(Panel(title, draw, (name,), None, (), doubtful(data, [name])))
    return found


def _draw_map(ax: Axes, data: xr.Dataset, name: str, axes: tuple[str, str]) -> None:
    column = data[name]
    up, along = (data[axis].values for axis in axes)
    draw_map(ax, along, up, column.values, "", threshold=column.attrs.get("threshold"))
    held = data.get(column.attrs.get("applies", ""))
    if held is not None and not held.all():
        ax.contourf(along, up, np.where(held.values == 0.0, 1.0, 0.0), [0.5, 1.5], colors="none", hatches=["///"])
    _title_axes(ax, data, axes)
    if column.attrs.get("modes") in data:
        bound_modes(ax, along, up, mode_words(data[column.attrs["modes"]]), WHITE)


def _draw_regions(ax: Axes, data: xr.Dataset, name: str, axes: tuple[str, str]) -> None:
    _title_axes(ax, data, axes)
    up, along = (data[axis].values for axis in axes)
    map_modes(ax, along, up, mode_words(data[name]), data[data[name].attrs["depth"]].values)


def _title_axes(ax: Axes, data: xr.Dataset, axes: tuple[str, str]) -> None:
    up, along = axes
    scale_along(ax.xaxis, data[along].values)
    scale_along(ax.yaxis, data[up].values)
    ax.set_xlabel(with_unit(axis_title(along, data[along].attrs), data[along].attrs))
    ax.set_ylabel(with_unit(axis_title(up, data[up].attrs), data[up].attrs))
