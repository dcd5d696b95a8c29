"""Figures of a result whose numbers are in the data already: a sweep as a whole, beside its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from thermokin._result import Result, shown_by
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.report.blocks import Block
    from thermokin.views.report_folder import Drawings, Drawn

__all__ = ["FiguresBeside", "FiguresBesideView"]


@dataclass(frozen=True, eq=False)
class FiguresBeside(Result):
    """The figure of a result, without its numbers.

    Args:
        heading: of its section.
        name: of the file.
        result: the result.
        caption: of the figure.
    """

    heading: str
    name: str
    result: Result
    caption: str


class FiguresBesideView(View[FiguresBeside], of=FiguresBeside):
    """A section of one figure."""

    def title(self, result: FiguresBeside) -> str:
        """The heading."""
        return result.heading

    def findings(self, result: FiguresBeside) -> list[str]:
        """Nothing: the numbers are said elsewhere."""
        return []

    def dataset(self, result: FiguresBeside) -> xr.Dataset:
        """Nothing: the numbers are in the columns of the sweep."""
        import xarray as xr

        return xr.Dataset()

    def figures(self, result: FiguresBeside) -> Drawings:
        """The figure."""
        view = cast("View[Result]", shown_by(type(result.result)))
        return {result.name: lambda: (view.plot(result.result)[0], result.caption)}

    def blocks(self, result: FiguresBeside, drawn: Drawn) -> Sequence[Block]:
        """Heading and figure."""
        from thermokin.report.blocks import FigureBlock, Heading

        return (
            [Heading(result.heading), *(FigureBlock(svg, caption) for svg, caption in drawn.values())] if drawn else []
        )
