"""What one question about currents finds, by the words of each current, and what all such findings look like."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from thermokin._result import Result
from thermokin.lab_units.asked import counting
from thermokin.model.current_words import counted_in, unit_of
from thermokin.views.sweep_axes import CONVENTIONS
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.report.blocks import Block
    from thermokin.views.report_folder import Drawing, Drawings, Drawn

__all__ = ["ByCurrent", "ByCurrentView", "about", "charged", "identifier"]

T = TypeVar("T")
C = TypeVar("C", bound="ByCurrent[object]")


class ByCurrent(Result, dict[str, T]):
    """Results of one kind, by the words of their currents."""


class ByCurrentView(View[ByCurrent[T]], Generic[T]):
    """A section of a report, with a figure and some data of each current.

    Attributes:
        heading: of the section.
        file: what the name of a figure's file begins with.
    """

    heading: ClassVar[str]
    file: ClassVar[str]

    @abstractmethod
    def add(self, data: xr.Dataset, words: str, one: T) -> None:
        """Add the numbers of one current to data."""

    @abstractmethod
    def drawing(self, words: str, one: T) -> Drawing:
        """The figure of one current."""

    @abstractmethod
    def tables(self, result: ByCurrent[T]) -> Sequence[Block]:
        """The numbers of all currents, for the page."""

    def findings(self, result: ByCurrent[T]) -> list[str]:
        """Nothing: what is found is a curve of each current."""
        return []

    def dataset(self, result: ByCurrent[T]) -> xr.Dataset:
        """The numbers of all currents."""
        import xarray as xr

        data = xr.Dataset(attrs={"title": self.heading.lower(), "conventions": CONVENTIONS})
        for words, one in result.items():
            self.add(data, words, one)
        return data

    def figures(self, result: ByCurrent[T]) -> Drawings:
        """A figure of each current."""
        return {f"{self.file}_{identifier(words)}": partial(self._drawn, words, one) for words, one in result.items()}

    def _drawn(self, words: str, one: T) -> Drawing:
        with counting(counted_in(words)):
            return self.drawing(words, one)

    def blocks(self, result: ByCurrent[T], drawn: Drawn) -> Sequence[Block]:
        """The figures, and the numbers."""
        from thermokin.report.blocks import FigureBlock, Heading

        figures = (FigureBlock(svg, caption) for svg, caption in drawn.values())
        return [Heading(self.heading), *figures, *self.tables(result)]


def identifier(words: str) -> str:
    """A current's words as the name of a file or a variable.

    Args:
        words: the current.

    Returns:
        Letters, digits and underscores; signs and factors are spelt out.
    """
    spelt = words.replace(" - ", " minus ").replace(" + ", " plus ").replace(".", "p")
    return re.sub(r"[^A-Za-z0-9]+", "_", spelt).strip("_")


def about(long_name: str, units: str) -> dict[str, str]:
    """What labelled data say of a variable."""
    return {"long_name": long_name, "units": units}


def charged(words: str, units: str) -> dict[str, str]:
    """What else they say of a variable whose unit has to do with that of particles, which may carry charges.

    Args:
        words: of the current.
        units: of the variable, in which the word "amount" stands for that of the current.

    Returns:
        An attribute, or none where no particles are counted.
    """
    own = counted_in(words)
    return {"quantity": units.replace("amount", own)} if own != unit_of(words) else {}
