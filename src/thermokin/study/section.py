"""What the tables of a study file share: strict types, no unknown keys, and the kinds of value that appear in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

__all__ = ["Axes", "Choice", "Finite", "Matrix", "Numbers", "Positive", "Section", "Sections", "Several", "choice"]

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Row = Annotated[tuple[Finite, ...], Field(strict=False)]
Rows = Annotated[tuple[Row, ...], Field(strict=False)]


class Section(BaseModel):
    """One table of a study file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Sections: TypeAlias = Mapping[str, Any]
"""The sound tables of a study by name: sections, and for an array of tables a tuple of them."""


@dataclass(frozen=True)
class Axes:
    """Marks a key as an array, written out or kept in a file.

    Args:
        count: of the array's axes.
    """

    count: int


@dataclass(frozen=True, eq=False)
class Choice:
    """Marks a table whose keys depend on one of them.

    Args:
        key: the key that decides; empty if only the other keys do.
        options: the section for each of its values.
        refused: values that are known and have no section, with the reason.
        either: what to say of a key of another option where no key decides.
    """

    key: str
    options: Mapping[str, type[Section]]
    refused: Mapping[str, str] = field(default_factory=dict)
    either: str = ""

    def holding(self, key: str) -> str:
        """What to say of a key that some of the options have; nothing if none has."""
        named = [f'"{name}"' for name, one in self.options.items() if key in one.model_fields]
        said = f"it belongs to {self.key} = {' or '.join(named)}" if self.key else self.either
        return said if named else ""


def choice(
    key: str,
    options: Mapping[str, type[Section]],
    implied: Callable[[dict[str, Any]], str | None] = lambda table: None,
    refused: Mapping[str, str] | None = None,
    either: str = "",
) -> Any:
    """The type of a table whose keys depend on one of them; errors name the option in their place as a tag."""
    names = {section: name for name, section in options.items()}

    def tag(value: Any) -> str | None:
        if isinstance(value, Section):
            return f"<{names[type(value)]}>"
        name = value.get(key) if isinstance(value, dict) and key else None
        name = implied(value) if name is None and isinstance(value, dict) else name
        return f"<{name}>" if isinstance(name, str) and name in options else None

    tagged = tuple(Annotated[section, Tag(f"<{name}>")] for name, section in options.items())
    rule = Discriminator(tag, custom_error_type="choice", custom_error_message="choice")
    return Annotated[Union[tagged], rule, Choice(key, options, refused or {}, either)]  # noqa: UP007 - made at run time


@dataclass(frozen=True, eq=False)
class Several:
    """An array of tables.

    Args:
        section: what each of them is.
        most: how many there may be.
    """

    section: Any
    most: int = 100


def _kind(value: object) -> str:
    return "<file>" if isinstance(value, str) else "<inline>"


Numbers = Annotated[Annotated[str, Tag("<file>")] | Annotated[Row, Tag("<inline>")], Discriminator(_kind), Axes(1)]
Matrix = Annotated[Annotated[str, Tag("<file>")] | Annotated[Rows, Tag("<inline>")], Discriminator(_kind), Axes(2)]
