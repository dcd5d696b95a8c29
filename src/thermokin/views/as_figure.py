"""A result as a figure: panels, and what is drawn in them where a view says nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from thermokin.lab_units.asked import asked_units
from thermokin.views.data_in_units import data_in_units
from thermokin.views.variable import Variable

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["AsFigure"]

R = TypeVar("R")


class AsFigure(ABC, Generic[R]):
    """The part of a view that draws."""

    variables: ClassVar[tuple[Variable[Any], ...]] = ()
    panels: ClassVar[tuple[int, int]] = (1, 1)
    height: ClassVar[float | None] = None  # of a figure of its own [mm]; as `figure` has it if None

    @abstractmethod
    def dataset(self, result: R) -> xr.Dataset:
        """All numbers as labelled data."""

    def plot(
        self, result: R, ax: Axes | Sequence[Axes] | NDArray[np.object_] | None = None
    ) -> tuple[Figure, NDArray[np.object_]]:
        """A figure of the result.

        Args:
            result: the result.
            ax: axes to draw in, one for each panel; a new figure if None.

        Returns:
            The figure and its axes (rows, columns).

        Raises:
            ValueError: if there are not as many axes as panels, or a sweep has more points than a figure can show.
        """
        from thermokin.report.style import DOUBLE_COLUMN, SINGLE_COLUMN, figure

        rows, columns = self.layout(result)
        if ax is None:
            width = SINGLE_COLUMN if columns == 1 else DOUBLE_COLUMN
            drawing, axes = figure(rows, columns, width=width, height=self.height)
        else:
            axes = np.asarray(ax, dtype=object)
            if axes.size != rows * columns:
                raise ValueError(f"`ax` must hold {rows * columns} axes, got {axes.size}.")
            axes = axes.reshape(rows, columns)
            drawing = axes.ravel().tolist()[0].figure
        self.draw(result, axes.ravel().tolist())
        return drawing, axes

    def layout(self, result: R) -> tuple[int, int]:
        """Rows and columns of axes that the figure of this result has.

        Args:
            result: the result.

        Returns:
            `panels`; of what `draw` as it stands here shows as maps, as many as there are of these.
        """
        return self._layout_of_maps(result) if type(self).draw is AsFigure.draw else self.panels

    def _layout_of_maps(self, result: R) -> tuple[int, int]:
        """Rows and columns of the maps that `draw` makes as it stands here; `panels` where it makes none."""
        from thermokin.views.swept_maps import map_layout

        maps = self._maps(self.dataset(result))
        return map_layout(len(maps)) if maps else self.panels

    def _maps(self, data: xr.Dataset) -> list[dict[str, int]]:
        """The elements of the first variable that are drawn over two axes of a sweep, as maps."""
        from thermokin.views.swept_maps import maps_needed

        first = self.variables[0]
        return maps_needed(data, first.name, first.axes)

    def draw(self, result: R, axes: list[Axes]) -> None:
        """Draw the first variable: against its first axis, a line for each of the others; maps where these are many.

        Args:
            result: the result.
            axes: as many as there are panels.

        Raises:
            ValueError: if a sweep has more points than a figure can show.
        """
        from thermokin.views.lines import draw_lines
        from thermokin.views.swept_maps import draw_swept_maps

        data = data_in_units(self.dataset(result), asked_units())
        maps = self._maps(data)
        if 0 < len(maps) <= len(axes):
            # The first of its own axes lies along the map, as it does below lines.
            first, own = self.variables[0].name, self.variables[0].axes
            draw_swept_maps(axes, data.transpose(..., *own[::-1]) if maps == [{}] else data, first, maps)
            return
        draw_lines(axes[0], data, self.variables[0].name, self.variables[0].axes)
