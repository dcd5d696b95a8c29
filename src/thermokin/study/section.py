"""What the tables of a study file share: strict types, no unknown keys, and the kinds of number that appear in them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

__all__ = ["VALUE_TAGS", "Finite", "Index", "Matrix", "Numbers", "Positive", "Row", "Section"]

VALUE_TAGS = ("<file>", "<inline>")  # stand in an error's place for "by file" and "by value", and are no keys

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Index = int | str
Row = Annotated[tuple[Finite, ...], Field(strict=False)]
Rows = Annotated[tuple[Row, ...], Field(strict=False)]


def _kind(value: object) -> str:
    return VALUE_TAGS[0] if isinstance(value, str) else VALUE_TAGS[1]


Numbers = Annotated[Annotated[str, Tag("<file>")] | Annotated[Row, Tag("<inline>")], Discriminator(_kind)]
Matrix = Annotated[Annotated[str, Tag("<file>")] | Annotated[Rows, Tag("<inline>")], Discriminator(_kind)]


class Section(BaseModel):
    """One table of a study file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
