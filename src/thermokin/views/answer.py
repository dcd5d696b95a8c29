"""What a study shows of its answers: what their views say, less what the study does not want."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

from thermokin._result import shown_by
from thermokin.lab_units.asked import shown_in
from thermokin.lab_units.units import Units
from thermokin.views.data_in_units import data_in_units
from thermokin.views.in_units import drawn_in
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.report.blocks import Block
    from thermokin.report.plain_data import PlainData
    from thermokin.views.report_folder import Drawings, Drawn

__all__ = ["Answer", "Whole"]


@dataclass(frozen=True, eq=False)
class Answer:
    """What is shown of one result.

    Args:
        result: the result.
        drawn: whether a figure is wanted, by its name.
        left_out: sections of its page that are not.
    """

    result: Any
    drawn: Callable[[str], bool]
    left_out: Collection[str] = ()

    @cached_property
    def view(self) -> View[Any]:
        """How the result looks."""
        return cast("View[Any]", shown_by(type(self.result)))

    @cached_property
    def figures(self) -> Drawings:
        """What draws each figure, by its name."""
        return {name: draw for name, draw in self.view.figures(self.result).items() if self.drawn(name)}

    def blocks(self, drawn: Drawn) -> list[Block]:
        """What the report says."""
        sections = self.view.sections(self.result, drawn)
        return [block for name, section in sections.items() if name not in self.left_out for block in section]


@runtime_checkable
class Plain(Protocol):
    """A view that says its numbers without xarray, whose start takes half a second."""

    def plain(self, result: Any) -> PlainData:
        """The numbers."""


@dataclass(frozen=True, eq=False)
class Whole:
    """The answers of a study and what is shown of them, one part after another.

    Args:
        answers: by question; data of all of them as "sweep" where numbers are swept.
        parts: what is shown; the answers of one part share a folder of figures.
        units: in which it is shown; None for natural numbers.
    """

    answers: Mapping[str, Any]
    parts: tuple[tuple[Answer, ...], ...]
    units: Units | None = None

    def _placed(self) -> Iterator[tuple[str, Answer]]:
        """Every answer with the folder of its figures, which several parts have one each of."""
        for position, part in enumerate(self.parts, start=1):
            for answer in part:
                yield "" if len(self.parts) == 1 else f"{position}/", answer

    @property
    def figures(self) -> Drawings:
        """What draws each figure, by the name of its file."""
        with shown_in(self.units):
            found = {f"{folder}{name}": draw for folder, one in self._placed() for name, draw in one.figures.items()}
        return {name: drawn_in(self.units, draw) for name, draw in found.items()}

    def findings(self) -> list[str]:
        """Lines for the terminal."""
        with shown_in(self.units):
            return [line for _, one in self._placed() for line in one.view.findings(one.result)]

    def dataset(self) -> xr.Dataset:
        """The labelled numbers."""
        with shown_in(self.units):
            joined = _joined([_joined([one.view.dataset(one.result) for one in part]) for part in self.parts])
        return data_in_units(joined, self.units)

    def data(self) -> xr.Dataset | PlainData:
        """The numbers for a file: without xarray where they are those of one answer that needs none for it."""
        single = [one for part in self.parts for one in part]
        if len(single) == 1 and self.units is None and isinstance(single[0].view, Plain):
            return single[0].view.plain(single[0].result)
        return self.dataset()

    def blocks(self, drawn: Drawn) -> list[Block]:
        """What the report says."""
        with shown_in(self.units):
            return [
                block
                for folder, one in self._placed()
                for block in one.blocks({name: drawn[folder + name] for name in one.figures if folder + name in drawn})
            ]


def _joined(every: Sequence[xr.Dataset]) -> xr.Dataset:
    """All data in one; where names of two of them meet, those of the later one bear its place."""
    import xarray as xr

    data, *others = every
    for position, other in enumerate(others, start=2):
        taken = {*other.variables, *other.dims} & {*data.variables, *data.dims}
        renamed = other.rename({name: f"{name}_{position}" for name in taken})
        data = xr.merge([data, renamed], combine_attrs="override")
    return data
