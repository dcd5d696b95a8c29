"""What the tables of a study file share: strict types, no unknown keys, and the kinds of number that appear in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

if TYPE_CHECKING:
    from thermokin.study.choice import Choice

__all__ = [
    "VALUE_TAGS",
    "Axes",
    "Finite",
    "Index",
    "Matrix",
    "Numbers",
    "Positive",
    "Row",
    "Section",
    "Sections",
    "Study",
]

VALUE_TAGS = ("<file>", "<inline>")  # stand in an error's place for "by file" and "by value", and are no keys

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Index = int | str
Row = Annotated[tuple[Finite, ...], Field(strict=False)]
Rows = Annotated[tuple[Row, ...], Field(strict=False)]


@dataclass(frozen=True)
class Axes:
    """Marks a key as an array, written out or kept in a file.

    Args:
        count: of the array's axes.
    """

    count: int


def _kind(value: object) -> str:
    return VALUE_TAGS[0] if isinstance(value, str) else VALUE_TAGS[1]


Numbers = Annotated[Annotated[str, Tag("<file>")] | Annotated[Row, Tag("<inline>")], Discriminator(_kind), Axes(1)]
Matrix = Annotated[Annotated[str, Tag("<file>")] | Annotated[Rows, Tag("<inline>")], Discriminator(_kind), Axes(2)]


class Section(BaseModel):
    """One table of a study file. `inner` names its keys that are tables whose keys depend on one of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    inner: ClassVar[Mapping[str, Choice]] = {}


class Study(Section):
    """All tables of one study."""

    def tables(self) -> dict[str, Any]:
        """The tables with every default written out; keys that are left out on purpose are None."""
        return self.model_dump()

    @property
    def title(self) -> str:
        """The title of the report."""
        raise NotImplementedError

    @property
    def seed(self) -> int | None:
        """The seed of its random numbers; None if it draws none."""
        return None


Sections: TypeAlias = Mapping[str, Section | tuple[Section, ...] | None]
"""The sound tables of a study by name, an array of tables as a tuple, None for one that may be left out and was."""
