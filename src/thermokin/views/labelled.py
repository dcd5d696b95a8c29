"""The result of questions that answer with labelled data: lines, maps and a table, with the units of the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thermokin.report.blocks import Block, Cell, FigureBlock, Heading, Table
from thermokin.report.figures import save_figure
from thermokin.report.style import COOLING, SINGLE_COLUMN, figure
from thermokin.views.lines import with_unit
from thermokin.views.report_folder import Drawn

__all__ = ["LabelledResult"]

MOST_FIGURES = 24
ROWS = 200  # of a table in the report; all are in the data
DECADE = 10.0  # a grid whose steps grow, over more than this, is drawn on a logarithmic axis


@dataclass(frozen=True, eq=False)
class LabelledResult:
    """Labelled data, shown as they are.

    Args:
        answers: data by question.
        drawn: whether there are figures.
    """

    answers: Mapping[str, xr.Dataset]
    drawn: bool

    @property
    def figures(self) -> int:
        """How many figures there will be."""
        return len(self._drawable())

    def findings(self) -> list[str]:
        """Every number that stands alone, and the range of the others."""
        lines = []
        for name, column in self.dataset().data_vars.items():
            unit = "" if column.attrs.get("units", "1") == "1" else f" [{column.attrs['units']}]"
            low, high = float(column.min()), float(column.max())
            shown = f"{low:.6g}" if column.ndim == 0 else f"from {low:.6g} to {high:.6g}"
            lines.append(f"{name}: {shown}{unit}")
        return lines

    def dataset(self) -> xr.Dataset:
        """All numbers, labelled."""
        if len(self.answers) == 1:
            return next(iter(self.answers.values()))
        return xr.merge(self.answers.values(), combine_attrs="override")

    def draw(self, folder: Path, told: Callable[[str], None]) -> Drawn:
        """Draw lines and maps into a new folder."""
        folder.mkdir()
        found: Drawn = {}
        for name, column in self._drawable().items():
            told(f"figure {name}")
            drawing = _lines(column) if column.ndim == 1 else _map(column)
            _, path = save_figure(drawing, folder, name)
            over = " and ".join(str(dimension) for dimension in column.dims)
            said = str(column.attrs.get("long_name", name))
            found[name] = path.read_text(encoding="utf-8"), f"{said[:1].upper()}{said[1:]}, over {over}."
        return found

    def blocks(self, drawn: Drawn) -> list[Block]:
        """What the report says."""
        figures = [FigureBlock(svg, caption) for svg, caption in drawn.values()]
        data = self.dataset()
        single = [dimension for dimension in data.sizes if all(column.ndim <= 1 for column in data.data_vars.values())]
        if len(single) == 1:
            return [Heading("Numbers"), *figures, _table(data, str(single[0]))]
        rows = tuple(
            (str(name), str(column.attrs.get("units", "1")), float(column.min()), float(column.max()))
            for name, column in data.data_vars.items()
        )
        return [Heading("Numbers"), *figures, Table(("quantity", "unit", "smallest", "largest"), rows, "All numbers.")]

    def _drawable(self) -> dict[str, xr.DataArray]:
        """What can be drawn: one or two axes of more than one value, with a number somewhere."""
        if not self.drawn:
            return {}
        found = {}
        for name, column in self.dataset().data_vars.items():
            thin = column.squeeze(drop=True)
            if thin.ndim in {1, 2} and np.isfinite(thin).sum() > 1:
                found[re.sub(r"[^A-Za-z0-9]+", "_", str(name)).strip("_")] = thin
        return dict(list(found.items())[:MOST_FIGURES])


def _scale(values: np.ndarray) -> str:
    """The kind of axis that a grid was made for."""
    steps = np.diff(values)
    growing = values.size > 2 and values[0] > 0.0 and (np.diff(steps) > 1e-9 * steps[1:]).all()
    return "log" if growing and values[-1] >= DECADE * values[0] else "linear"


def _lines(column: xr.DataArray) -> Figure:
    drawing, axes = figure(width=SINGLE_COLUMN)
    ax: Axes = axes[0, 0]
    (dimension,) = (str(one) for one in column.dims)
    grid = column[dimension]
    ax.set_xscale(_scale(grid.values))
    ax.plot(grid.values, np.where(np.isfinite(column.values), column.values, np.nan), color=COOLING, marker=".")
    ax.set_xlabel(with_unit(dimension, grid.attrs))
    ax.set_ylabel(with_unit(str(column.name), column.attrs))
    return drawing


def _map(column: xr.DataArray) -> Figure:
    drawing, axes = figure(width=SINGLE_COLUMN, height=0.8 * SINGLE_COLUMN)
    ax: Axes = axes[0, 0]
    down, along = (str(one) for one in column.dims)
    values = np.ma.masked_invalid(column.values)
    mesh = ax.pcolormesh(column[along].values, column[down].values, values, shading="nearest", rasterized=True)
    ax.set_xscale(_scale(column[along].values))
    ax.set_yscale(_scale(column[down].values))
    ax.set_xlabel(with_unit(along, column[along].attrs))
    ax.set_ylabel(with_unit(down, column[down].attrs))
    drawing.colorbar(mesh, ax=ax, label=with_unit(str(column.name), column.attrs))
    return drawing


def _table(data: xr.Dataset, dimension: str) -> Table:
    names = [str(name) for name, column in data.data_vars.items() if column.dims == (dimension,)]
    heads = tuple(with_unit(name, data[name].attrs) for name in (dimension, *names))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        tuple(float(data[name].values[index]) for name in (dimension, *names))
        for index in range(min(data.sizes[dimension], ROWS))
    )
    more = data.sizes[dimension] - len(rows)
    said = f"Point by point; {more} more are in the data." if more else "Point by point."
    return Table(heads, rows, said, digits=6)
