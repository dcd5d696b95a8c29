"""The result of questions that answer with labelled data: lines, maps and a table, with the units of the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thermokin._result import Result
from thermokin.report.blocks import Block, Cell, FigureBlock, Heading, Table
from thermokin.report.maps import draw_map
from thermokin.report.style import DARK_GREY, DASHES, SINGLE_COLUMN, figure
from thermokin.views.lines import draw_lines, scale_of, with_unit
from thermokin.views.machine_columns import machine_figures, told_modes
from thermokin.views.report_folder import Drawing, Drawings, Drawn
from thermokin.views.view import View

__all__ = ["Labelled", "LabelledView"]

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

    def findings(self, result: Labelled) -> list[str]:
        """Every number that stands alone, and the range of the others."""
        lines = []
        for name, column in _shown(result.data).items():
            if "flag_meanings" in column.attrs:
                lines.append(f"{name}: {told_modes(column)}")
                continue
            unit = "" if column.attrs.get("units", "1") == "1" else f" [{column.attrs['units']}]"
            low, high = float(column.min()), float(column.max())
            shown = f"{low:.6g}" if column.ndim == 0 else f"from {low:.6g} to {high:.6g}"
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
        found: dict[str, Callable[[], Drawing]] = {}
        for name, column in _shown(result.data).items():
            thin = column.squeeze(drop=True)
            if thin.ndim in {1, 2} and np.isfinite(thin).sum() > 1:
                held = result.data[column.attrs["applies"]].squeeze(drop=True) if "applies" in column.attrs else None
                plain = partial(_drawing, thin, held)
                found |= machine_figures(result.data.squeeze(drop=True), str(name), _file(str(name)), plain)
        return dict(list(found.items())[:MOST_FIGURES])

    def blocks(self, result: Labelled, drawn: Drawn) -> Sequence[Block]:
        """Figures, and a table of all numbers or of their ranges."""
        figures, data = [FigureBlock(svg, caption) for svg, caption in drawn.values()], _shown(result.data)
        single = [dimension for dimension in data.sizes if all(column.ndim <= 1 for column in data.data_vars.values())]
        if len(single) == 1:
            return [Heading("Numbers"), *figures, _table(data, str(single[0]))]
        rows = tuple(
            (str(name), str(column.attrs.get("units", "1")), _cell(column.min()), _cell(column.max()))
            for name, column in data.data_vars.items()
        )
        return [Heading("Numbers"), *figures, Table(("quantity", "unit", "smallest", "largest"), rows, "All numbers.")]


def _file(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")


def _shown(data: xr.Dataset) -> xr.Dataset:
    """The numbers that are not in the data alone."""
    return data[[name for name, column in data.data_vars.items() if column.attrs.get("shown") != "no"]]


def _drawing(column: xr.DataArray, held: xr.DataArray | None) -> Drawing:
    over = " and ".join(str(dimension) for dimension in column.dims)
    said = str(column.attrs.get("long_name", column.name))
    numbers = [str(dimension) for dimension in column.dims if column[dimension].dtype.kind in "iuf"]
    marked = "hatched" if len(numbers) > 1 else "dashed"
    more = f" It is no theorem where {marked}." if column.attrs.get("theorem") == "in part" else ""
    caption = f"{said[:1].upper()}{said[1:]}, over {over}.{more}"
    if len(numbers) > 1:
        return _map(column, held), caption
    return _lines(column, [*numbers, str(column.dims[0])][0], held), caption


def _cell(value: Any) -> Cell:
    """What stands in a table; a dash for what is no number, as a time at which nothing crosses."""
    if isinstance(value, str):
        return str(value)
    return None if np.isnan(value) else float(value)


def _lines(column: xr.DataArray, along: str, held: xr.DataArray | None) -> Figure:
    """Against one axis, a line for each place on the other, if there is one."""
    drawing, axes = figure(width=SINGLE_COLUMN)
    ax: Axes = axes[0, 0]
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
    if column.ndim == 1:
        ax.set_xscale(scale_of(column[along].values))
    return drawing


def _map(column: xr.DataArray, held: xr.DataArray | None) -> Figure:
    drawing, axes = figure(width=SINGLE_COLUMN, height=0.8 * SINGLE_COLUMN)
    ax: Axes = axes[0, 0]
    down, along = (str(one) for one in column.dims)
    if BIASED.search(along) and not BIASED.search(down):  # what is biased goes up, as in stability diagrams
        down, along = along, down
        column, held = column.transpose(down, along), None if held is None else held.transpose(down, along)
    said = with_unit(str(column.attrs.get("long_name", column.name)), column.attrs)
    draw_map(ax, column[along].values, column[down].values, column.values, said)
    if held is not None and not held.all():
        nothing = np.where(held.values == 0.0, 1.0, 0.0)
        levels, hatches = [0.5, 1.5], ["///"]
        ax.contourf(column[along].values, column[down].values, nothing, levels, colors="none", hatches=hatches)
    ax.set_xscale(scale_of(column[along].values))
    ax.set_yscale(scale_of(column[down].values))
    ax.set_xlabel(with_unit(along, column[along].attrs))
    ax.set_ylabel(with_unit(down, column[down].attrs))
    return drawing


def _table(data: xr.Dataset, dimension: str) -> Table:
    names = [str(name) for name, column in data.data_vars.items() if column.dims == (dimension,)]
    heads = tuple(with_unit(name, data[name].attrs) for name in (dimension, *names))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        tuple(_cell(data[name].values[index]) for name in (dimension, *names))
        for index in range(min(data.sizes[dimension], ROWS))
    )
    more = data.sizes[dimension] - len(rows)
    said = f"Point by point; {more} more are in the data." if more else "Point by point."
    return Table(heads, rows, said, digits=6)
