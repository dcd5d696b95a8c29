"""What a report says of a result: its blocks, and at the end where it comes from."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from thermokin.lab_units.asked import asked_units, in_asked_units, unit_shown
from thermokin.lab_units.dimension import quantity_of
from thermokin.model.parameter import Known
from thermokin.views.data_in_units import data_in_units
from thermokin.views.variable import summed_up

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from thermokin.report.blocks import Block
    from thermokin.views.report_folder import Drawings, Drawn

__all__ = ["OnPaper"]

R = TypeVar("R")


class OnPaper(Generic[R]):
    """What has lines, data and figures has a report."""

    @abstractmethod
    def title(self, result: R) -> str:
        """What it is, in one line."""

    @abstractmethod
    def rows(self, result: R) -> list[tuple[str, str, str]]:
        """Name, numbers and unit of each line."""

    @abstractmethod
    def parameters(self, result: R) -> Mapping[str, Known]:
        """The numbers of its system."""

    @abstractmethod
    def dataset(self, result: R) -> xr.Dataset:
        """All numbers as labelled data."""

    @abstractmethod
    def figures(self, result: R) -> Drawings:
        """The figures of a report."""

    def blocks(self, result: R, drawn: Drawn) -> Sequence[Block]:
        """What a report says.

        Args:
            result: the result.
            drawn: its figures.

        Returns:
            The blocks of a page: the few lines and the figures.
        """
        from thermokin.report.blocks import Definitions, FigureBlock

        rows = ((name, f"{numbers} {unit}".strip()) for name, numbers, unit in self.rows(result))
        return [Definitions(tuple(rows)), *(FigureBlock(svg, caption) for svg, caption in drawn.values())]

    def sections(self, result: R, drawn: Drawn) -> Mapping[str, Sequence[Block]]:
        """The blocks of a page by the section that they make, so that a study may leave some out.

        Args:
            result: the result.
            drawn: its figures.

        Returns:
            Blocks by name; all of them under one, unless a view says otherwise.
        """
        return {"": self.blocks(result, drawn)}

    def report(self, result: R, folder: str | Path) -> Path:
        """Write report.html, figures/ and data.nc into a folder.

        Args:
            result: the result.
            folder: where to.

        Returns:
            The folder.

        Raises:
            ValueError: for a result that figures cannot show.
            FileExistsError: if the folder holds anything but an earlier report.
        """
        from thermokin.views.report_folder import write_report

        title = self.title(result)
        return write_report(
            f"{title[:1].upper()}{title[1:]}",
            folder,
            data_in_units(self.dataset(result), asked_units()),
            self.figures(result),
            lambda drawn: self.blocks(result, drawn),
            self.about(result),
        )

    def about(self, result: R) -> list[tuple[str, str]]:
        """What a report says at its end of where the result comes from.

        Args:
            result: the result.

        Returns:
            Names and values: of its system, as far as it has one, and of the parameters of that.
        """
        system = _system(result)
        said = [] if system is None else [("system", repr(system).splitlines()[0])]
        known = self.parameters(result).items()
        return said + [(name, _with_unit(name, one)) for name, one in known]


def _with_unit(name: str, known: Known) -> str:
    # Natural temperatures and voltages are energies; only units of the lab tell them apart.
    unit = known.unit if asked_units() is None else quantity_of(name, known.unit, known.quantity)
    return f"{summed_up(in_asked_units(known.numbers, unit))} {unit_shown(unit)}".removesuffix(" 1")


def _system(result: Any) -> Any:
    """A model or a junction, the result's own or that of what it was made from; None if it tells of none."""
    for name in ("model", "junction"):
        if getattr(result, name, None) is not None:
            return getattr(result, name)
    made_from = (getattr(result, name, None) for name in ("evolution", "steady_state", "current"))
    return next((found for one in made_from if one is not None and (found := _system(one)) is not None), None)
