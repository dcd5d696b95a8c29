"""A variable of labelled data over two axes, of a sweep or its own: a map for each of its few elements."""

from __future__ import annotations

from itertools import product
from textwrap import fill
from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from thermokin.views.lines import MOST, named, positions_of, scale_along, with_label

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["draw_over_sweep", "draw_swept_maps", "map_layout", "maps_needed"]

MOST_MAPS = 6  # that a figure shows, three beside each other
BESIDE = 3
WIDE = 26  # letters of a title in one line
Places = dict[str, int]


def maps_needed(data: xr.Dataset, name: str, own: tuple[str, ...]) -> list[Places]:
    """The elements of a variable that a figure shows as maps, because lines would be too many to tell apart.

    Args:
        data: labelled data.
        name: of the variable.
        own: its axes after those of the sweep.

    Returns:
        The place of each along its own axes; none where lines are few, or maps would be many. What has two axes of its
        own that measure or number something, and is not swept, is one map.
    """
    variable = data[name]
    swept = [str(axis) for axis in variable.dims if axis not in own]
    rest = [str(axis) for axis in variable.dims if axis in own]
    elements = [dict(zip(rest, places, strict=True)) for places in product(*(range(data.sizes[one]) for one in rest))]
    if not swept and len(rest) == 2 and data.sizes[own[1]] > MOST:
        return [{}] if all(data[axis].dtype.kind in "iuf" for axis in rest if axis in data.coords) else []
    if len(swept) != 2 or not 1 <= len(elements) <= MOST_MAPS:
        return []
    lines = len(elements) * min(data.sizes[axis] for axis in swept)
    return elements if lines > MOST else []


def map_layout(count: int) -> tuple[int, int]:
    """Rows and columns of axes for so many maps."""
    columns = min(count, BESIDE)
    return -(-count // columns), columns


def draw_swept_maps(axes: list[Axes], data: xr.Dataset, name: str, elements: list[Places]) -> None:
    """A map for each element; axes that are left over are taken off.

    Args:
        axes: at least as many.
        data: labelled data.
        name: of the variable.
        elements: as `maps_needed` says.
    """
    from thermokin.report.maps import draw_map
    from thermokin.report.style import small_font

    for ax in axes[len(elements) :]:
        ax.set_axis_off()
    for ax, places in zip(axes, elements, strict=False):
        shown = data[name].isel(places)
        up, along = (str(axis) for axis in shown.dims)
        across, above = positions_of(data, along, {}, shown.sizes[along]), positions_of(data, up, {}, shown.sizes[up])
        draw_map(ax, across, above, shown.values.real, with_label(data, name))
        scale_along(ax.xaxis, across)
        scale_along(ax.yaxis, above)
        ax.set_xlabel(with_label(data, along))
        ax.set_ylabel(with_label(data, up))
        if len(elements) > 1:
            ax.set_title(_title(data, places), fontproperties=small_font(ax))


def _title(data: xr.Dataset, places: Places) -> str:
    """What an element is, in lines no longer than a panel is wide."""
    words = (named(data, axis, place) for axis, place in places.items())
    return "\n".join(fill(one, WIDE, break_long_words=False) for one in words)


def draw_over_sweep(ax: Axes, data: xr.Dataset, name: str) -> None:
    """A number along one axis of a sweep as a line, over two as lines if they are few, else as a map.

    Args:
        ax: axes to draw in.
        data: labelled data.
        name: of the variable, which has no axes of its own.

    Raises:
        ValueError: if there are more axes than a figure can show.
    """
    from thermokin.views.lines import draw_lines

    elements = maps_needed(data, name, ())
    if elements:
        draw_swept_maps([ax], data, name, elements)
    else:
        draw_lines(ax, data, name, ())
