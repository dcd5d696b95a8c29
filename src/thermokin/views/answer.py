"""What is shown of the answers of a study: lines, data, figures and blocks of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.report.blocks import Block
    from thermokin.views.report_folder import Drawn

__all__ = ["Answer", "Whole"]


class Answer(Protocol):
    """What an answer shows."""

    @property
    def figures(self) -> int:
        """How many figures there will be."""

    def findings(self) -> list[str]:
        """Lines for the terminal."""

    def dataset(self) -> xr.Dataset:
        """The labelled numbers."""

    def draw(self, folder: Path, told: Callable[[str], None]) -> Drawn:
        """Draw the figures into an existing folder."""

    def blocks(self, drawn: Drawn) -> list[Block]:
        """What the report says."""


@dataclass(frozen=True, eq=False)
class Whole:
    """The answers of a study and what they show, one result after another.

    Args:
        answers: by question; data of all of them as "sweep" where numbers are swept.
        results: what they show.
    """

    answers: Mapping[str, Any]
    results: tuple[Answer, ...]

    @property
    def figures(self) -> int:
        """How many figures there will be."""
        return sum(result.figures for result in self.results)

    def findings(self) -> list[str]:
        """Lines for the terminal."""
        return [line for result in self.results for line in result.findings()]

    def dataset(self) -> xr.Dataset:
        """The labelled numbers; where names of two results meet, those of the later one bear its place."""
        import xarray as xr

        data, *others = (result.dataset() for result in self.results)
        for position, other in enumerate(others, start=2):
            taken = {
                name: f"{name}_{position}"
                for name in {*other.variables, *other.dims}
                if name in {*data.variables, *data.dims}
            }
            data = xr.merge([data, other.rename(taken)], combine_attrs="override")
        return data

    def draw(self, folder: Path, told: Callable[[str], None]) -> Drawn:
        """Draw all figures, those of several results into folders of their own."""
        if len(self.results) == 1:
            return self.results[0].draw(folder, told)
        folder.mkdir()
        return {
            f"{position}/{name}": drawn
            for position, result in enumerate(self.results, start=1)
            for name, drawn in result.draw(folder / str(position), told).items()
        }

    def blocks(self, drawn: Drawn) -> list[Block]:
        """What the report says."""
        if len(self.results) == 1:
            return self.results[0].blocks(drawn)
        found: list[Block] = []
        for position, result in enumerate(self.results, start=1):
            prefix = f"{position}/"
            own = {name.removeprefix(prefix): one for name, one in drawn.items() if name.startswith(prefix)}
            found += result.blocks(own)
        return found
