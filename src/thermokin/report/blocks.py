"""The blocks that a page is made of: frozen, plain text and numbers; the page decides how they look.

In every text `_{...}` sets what it encloses below the line and `^{...}` above it; nothing else is markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


@dataclass(frozen=True)
class Heading:
    """A heading; those of level 2 make the page's list of contents.

    Attributes:
        text: the heading.
        level: 2 for a section, 3 for a part of one.
    """

    text: str
    level: int = 2

    def __post_init__(self) -> None:
        if self.level not in {2, 3}:
            raise ValueError(f"`level` must be 2 or 3 (1 is the page's title), got {self.level}.")


@dataclass(frozen=True)
class Paragraph:
    """Running text.

    Attributes:
        text: the text.
    """

    text: str


@dataclass(frozen=True)
class Code:
    """Lines of a program.

    Attributes:
        text: the lines.
    """

    text: str


Cell: TypeAlias = str | float | int | None
"""What a table's cell or a definition holds; None is a dash."""


@dataclass(frozen=True)
class Table:
    """A table. A column of numbers is aligned at the decimal point.

    Attributes:
        columns: the heads.
        rows: the rows, each as long as `columns`.
        caption: stands above the table.
        digits: significant digits of the numbers.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    digits: int = 4

    def __post_init__(self) -> None:
        for index, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"`rows[{index}]` must have {len(self.columns)} cells, one for each column, got {len(row)}."
                )


@dataclass(frozen=True)
class FigureBlock:
    """A figure. Figures that follow one another share a row where there is room.

    Attributes:
        svg: the SVG document, as `figures.svg` gives it.
        caption: stands below the figure.
    """

    svg: str
    caption: str = ""


@dataclass(frozen=True)
class Quantity:
    """A number under its name.

    Attributes:
        label: the name, as in "heating".
        value: the number, or words where there is none, as in "never".
    """

    label: str
    value: float | str


class Outcome(Enum):
    """What was found about a statement."""

    HOLDS = "holds"
    FAILS = "does not hold"
    TIE = "a tie"
    OPEN = "cannot be decided"


@dataclass(frozen=True)
class Statement:
    """A statement with its outcome and the two numbers compared.

    Attributes:
        statement: the statement, a sentence.
        outcome: whether it holds in the case at hand.
        left: the first number.
        right: the second number.
        detail: what the numbers are, and when they were taken.
    """

    statement: str
    outcome: Outcome
    left: Quantity
    right: Quantity
    detail: str = ""


@dataclass(frozen=True)
class Verdicts:
    """Statements with their outcomes.

    Attributes:
        items: the statements in order.
        caption: stands above the list.
        digits: significant digits of the numbers.
    """

    items: tuple[Statement, ...]
    caption: str = ""
    digits: int = 4


@dataclass(frozen=True)
class Definitions:
    """Names with their values: parameters, versions.

    Attributes:
        items: pairs of a name and its value.
        digits: significant digits of the numbers.
    """

    items: tuple[tuple[str, Cell], ...]
    digits: int = 6


class Level(Enum):
    """How much a notice matters."""

    NOTE = "Note"
    MET = "Assumption that is met"
    WARNING = "Warning"


@dataclass(frozen=True)
class Notice:
    """A remark that must not be overlooked, as that a model's assumptions are in doubt.

    Attributes:
        level: how much it matters.
        text: the remark.
    """

    level: Level
    text: str


Block: TypeAlias = Heading | Paragraph | Code | Table | FigureBlock | Verdicts | Definitions | Notice
"""Any block of a page."""
