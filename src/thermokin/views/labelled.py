"""The result of questions that answer with labelled data: lines, maps and a table, with the units of the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._result import Result
from thermokin.lab_units.asked import asked_units
from thermokin.report.blocks import Block, Cell, FigureBlock, Heading, Table
from thermokin.views.axis_words import axis_title, short_words
from thermokin.views.data_in_units import data_in_units
from thermokin.views.variable import summed_up
from thermokin.views.view import View

if TYPE_CHECKING:  # and in functions: these load figures
    import xarray as xr
    from matplotlib.axes import Axes

    from thermokin.views.report_folder import Drawing, Drawings, Drawn

__all__ = ["BIASED", "Labelled", "LabelledView", "data_shown", "file_name", "point_table", "shown_columns"]

MOST_FIGURES = 24
BIASED = re.compile(r"chemical_potential$|[.]bias$")
ROWS = 200  # of a table in the report; all are in the data


@dataclass(frozen=True, eq=False)
class Labelled(Result):
    """Labelled data, shown as they are.

    Args:
        data: numbers, each with its unit and its meaning.
    """

    data: xr.Dataset


class LabelledView(View[Labelled], of=Labelled):
    """Lines, maps and a table."""

    def title(self, result: Labelled) -> str:
        """What the data say of themselves."""
        return str(result.data.attrs.get("title", "Labelled data"))

    def rows(self, result: Labelled) -> list[tuple[str, str, str]]:
        """Axes and columns with their ranges."""
        named = [
            (str(name), one)
            for name, one in (*data_shown(result).coords.items(), *shown_columns(data_shown(result)).items())
        ]
        units = {name: str(one.attrs.get("units", "1")) for name, one in named}
        return [(name, summed_up(one.values), "" if units[name] == "1" else units[name]) for name, one in named]

    def draw(self, result: Labelled, axes: list[Axes]) -> None:
        """The first number that has one or two axes."""
        for column in shown_columns(data_shown(result)).values():
            thin = column.squeeze(drop=True)
            if thin.ndim in {1, 2}:
                _draw(axes[0], thin, _held(data_shown(result), column))
                return
        raise ValueError("a figure shows one or two axes; select some of the data: tk.results.Labelled(data.sel(...)).")

    def findings(self, result: Labelled) -> list[str]:
        """Every number that stands alone, and the range of the others."""
        from thermokin.views.machine_columns import told_modes

        lines = []
        for name, column in shown_columns(data_shown(result)).items():
            if "flag_meanings" in column.attrs:
                lines.append(f"{name}: {told_modes(column)}")
                continue
            unit = "" if column.attrs.get("units", "1") == "1" else f" [{column.attrs['units']}]"
            low, high = float(column.min()), float(column.max())
            alike = f"{low:.6g}".replace("inf", "infinite") + (" at every point" if column.ndim else "")
            shown = alike if low == high else f"from {low:.6g} to {high:.6g}"
            beside = {"no": ", no theorem here", "in part": ", no theorem at some points"}.get(
                str(column.attrs.get("theorem")), ""
            )
            lines.append(f"{name}: {shown}{unit}{beside}")
        return lines

    def dataset(self, result: Labelled) -> xr.Dataset:
        """All numbers."""
        return result.data

    def figures(self, result: Labelled) -> Drawings:
        """What has one or two axes of more than one value, with a number somewhere."""
        from thermokin.views.machine_columns import machine_figures

        found: dict[str, Callable[[], Drawing]] = {}
        for name, column in shown_columns(data_shown(result)).items():
            thin = column.squeeze(drop=True)
            if thin.ndim in {1, 2} and np.isfinite(thin).sum() > 1:
                plain = partial(_drawing, thin, _held(data_shown(result), column))
                found |= machine_figures(data_shown(result).squeeze(drop=True), str(name), file_name(str(name)), plain)
        return dict(list(found.items())[:MOST_FIGURES])

    def blocks(self, result: Labelled, drawn: Drawn) -> Sequence[Block]:
        """Figures, and a table of all numbers or of their ranges."""
        figures, data = (
            [FigureBlock(svg, caption) for svg, caption in drawn.values()],
            shown_columns(data_shown(result)),
        )
        single = [dimension for dimension in data.sizes if all(column.ndim <= 1 for column in data.data_vars.values())]
        if len(single) == 1:
            return [Heading("Numbers"), *figures, point_table(data, str(single[0]))]
        rows = tuple(
            (str(name), str(column.attrs.get("units", "1")), _cell(column.min()), _cell(column.max()))
            for name, column in data.data_vars.items()
        )
        return [Heading("Numbers"), *figures, Table(("quantity", "unit", "smallest", "largest"), rows, "All numbers.")]


def data_shown(result: Labelled) -> xr.Dataset:
    """The data in the units that were asked for.

    Args:
        result: the data.

    Returns:
        The data converted.
    """
    return data_in_units(result.data, asked_units())


def file_name(name: str) -> str:
    """The name of the file of a column's figure.

    Args:
        name: of the column.

    Returns:
        The name with letters and digits alone, words joined by underscores.
    """
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")


def shown_columns(data: xr.Dataset) -> xr.Dataset:
    """The numbers that are not in the data alone.

    Args:
        data: all of them.

    Returns:
        Those that figures and tables show.
    """
    return data[[name for name, column in data.data_vars.items() if column.attrs.get("shown") != "no"]]


def _held(data: xr.Dataset, column: xr.DataArray) -> xr.DataArray | None:
    """Where a column claims something; None where it does everywhere, or the data do not say."""
    name = column.attrs.get("applies")
    return data[name].squeeze(drop=True) if name in data else None


def _along(column: xr.DataArray) -> list[str]:
    """Its axes that measure something."""
    return [str(dimension) for dimension in column.dims if column[dimension].dtype.kind in "iuf"]


def _draw(ax: Axes, column: xr.DataArray, held: xr.DataArray | None) -> None:
    along = _along(column)
    if len(along) > 1:
        _map(ax, column, held)
    else:
        _lines(ax, column, [*along, str(column.dims[0])][0], held)


def _drawing(column: xr.DataArray, held: xr.DataArray | None) -> Drawing:
    from thermokin.report.style import SINGLE_COLUMN, figure

    over = " and ".join(short_words(str(axis), column[axis].attrs) for axis in column.dims)
    said = str(column.attrs.get("long_name", column.name))
    mapped = len(_along(column)) > 1
    marked = "hatched" if mapped else "dashed"
    more = f" It is no theorem where {marked}." if column.attrs.get("theorem") == "in part" else ""
    caption = f"{said[:1].upper()}{said[1:]}, over {over}.{more}"
    height = 0.8 * SINGLE_COLUMN
    drawing, axes = figure(width=SINGLE_COLUMN, height=height) if mapped else figure(width=SINGLE_COLUMN)
    _draw(axes[0, 0], column, held)
    return drawing, caption


def _cell(value: Any) -> Cell:
    """What stands in a table; a dash for what is no number, as a time at which nothing crosses."""
    if isinstance(value, str):
        return str(value)
    return None if np.isnan(value) else float(value)


def _lines(ax: Axes, column: xr.DataArray, along: str, held: xr.DataArray | None) -> None:
    """Against one axis, a line for each place on the other, if there is one."""
    from thermokin.report.maps import end_at_thresholds
    from thermokin.report.style import DARK_GREY, DASHES
    from thermokin.views.lines import draw_lines, scale_along

    draw_lines(ax, column.to_dataset(name=column.name), str(column.name), (along,))
    lines = list(ax.get_lines())
    rows = np.ones((len(lines), 1)) if held is None else held.transpose(..., along).values.reshape(len(lines), -1)
    for line, row in zip(lines, rows != 0.0, strict=True):
        line.set_marker(".")  # a point between two that are not defined is no line
        if not row.all():
            line.set_linestyle(DASHES[0])
        if row.any() and not row.all():
            ax.plot(line.get_xdata(), np.where(row, line.get_ydata(), np.nan), ".-", color=line.get_color())
    if "threshold" in column.attrs:
        ax.axhline(column.attrs["threshold"], color=DARK_GREY, linewidth=0.8)
        end_at_thresholds(ax, column.values, float(column.attrs["threshold"]))
    if column.ndim == 1:
        scale_along(ax.xaxis, column[along].values)


def _map(ax: Axes, column: xr.DataArray, held: xr.DataArray | None) -> None:
    from thermokin.report.maps import draw_map
    from thermokin.views.lines import scale_along, with_unit

    down, along = (str(one) for one in column.dims)
    if BIASED.search(along) and not BIASED.search(down):  # what is biased goes up, as in stability diagrams
        down, along = along, down
        column, held = column.transpose(down, along), None if held is None else held.transpose(down, along)
    said = with_unit(str(column.attrs.get("long_name", column.name)), column.attrs)
    draw_map(
        *(ax, column[along].values, column[down].values, column.values, said), threshold=column.attrs.get("threshold")
    )
    if held is not None and not held.all():
        nothing = np.where(held.values == 0.0, 1.0, 0.0)
        levels, hatches = [0.5, 1.5], ["///"]
        ax.contourf(column[along].values, column[down].values, nothing, levels, colors="none", hatches=hatches)
    scale_along(ax.xaxis, column[along].values)
    scale_along(ax.yaxis, column[down].values)
    ax.set_xlabel(with_unit(axis_title(along, column[along].attrs), column[along].attrs))
    ax.set_ylabel(with_unit(axis_title(down, column[down].attrs), column[down].attrs))


def point_table(data: xr.Dataset, dimension: str) -> Table:
    """All columns over one axis, point by point.

    Args:
        data: the columns.
        dimension: the axis.

    Returns:
        The table, of the first points where there are many.
    """
    from thermokin.views.lines import with_unit

    names = [str(name) for name, column in data.data_vars.items() if column.dims == (dimension,)]
    heads = tuple(with_unit(short_words(name, data[name].attrs), data[name].attrs) for name in (dimension, *names))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        tuple(_cell(data[name].values[index]) for name in (dimension, *names))
        for index in range(min(data.sizes[dimension], ROWS))
    )
    more = data.sizes[dimension] - len(rows)
    said = f"Point by point; {more} more are in the data." if more else "Point by point."
    return Table(heads, rows, said, digits=6)
