"""A section of a report that begins with its result: a sentence, then figures, then all numbers in words."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from thermokin.lab_units.asked import in_asked_units
from thermokin.views.in_units import noted
from thermokin.views.view import View

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from thermokin.report.blocks import Block
    from thermokin.views.report_folder import Drawings, Drawn

__all__ = ["ToldView", "amount"]

R = TypeVar("R")


def amount(number: ArrayLike, unit: str, digits: int = 4) -> str:
    """A number in a sentence, with its unit where units were asked for.

    Args:
        number: a natural one.
        unit: in words.
        digits: that are shown.

    Returns:
        As "0.12" or "3.1 aW".
    """
    return f"{float(in_asked_units(number, unit)) + 0.0:.{digits}g}{noted(unit)}"


class ToldView(View[R]):
    """Of a result that one sentence tells.

    Attributes:
        heading: of its section.
        file: name of its figure's file.
    """

    heading: ClassVar[str]
    file: ClassVar[str] = ""

    @abstractmethod
    def sentence(self, result: R) -> str:
        """What is found, in one sentence.

        Args:
            result: the result.

        Returns:
            The sentence, with its full stop.
        """

    def findings(self, result: R) -> list[str]:
        """The sentence, and a line for each number."""
        rows = ((name, f"{numbers} {unit}".strip()) for name, numbers, unit in self.told(result))
        return [self.sentence(result), *(f"  {name}: {said}" for name, said in rows)]

    def told(self, result: R) -> list[tuple[str, str, str]]:
        """Meaning, numbers and unit of all that is shown.

        Args:
            result: the result.

        Returns:
            A row for each number or array.
        """
        made = [one for one in self.defined(result) if one.is_made(result)]
        return [(one.meaning, *one.row(result)[1:]) for one in made]

    def figures(self, result: R) -> Drawings:
        """One figure."""
        name = self.file or type(result).__name__.lower()
        return {name: lambda: (self.plot(result)[0], f"{self.title(result)}.")}

    def blocks(self, result: R, drawn: Drawn) -> Sequence[Block]:
        """Heading, sentence, figures, numbers."""
        from thermokin.report.blocks import Definitions, FigureBlock, Heading, Paragraph

        figures = [FigureBlock(svg, caption) for svg, caption in drawn.values()]
        rows = tuple((name, f"{numbers} {unit}".strip()) for name, numbers, unit in self.told(result))
        return [Heading(self.heading), Paragraph(self.sentence(result)), *figures, Definitions(rows)]
