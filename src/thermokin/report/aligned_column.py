"""A table's column of numbers, aligned at the decimal point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from thermokin.report.blocks import Cell
from thermokin.report.inline_text import printed

# Widths in units of a digit's, generous rather than exact: they only reserve room to the right of the point.
_WIDTHS = {".": 0.5, "×": 1.15, "⁻": 0.65, **dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹", 0.65)}


@dataclass(frozen=True)
class AlignedCell:
    """A cell in two parts, which meet at the decimal point.

    Attributes:
        whole: what stands left of the point; all of the cell where the column holds text.
        rest: the point and what follows.
        room: the width of the widest rest of the column, in digits; 0 where the column holds text.
    """

    whole: str
    rest: str
    room: float


def aligned_column(cells: Sequence[Cell], digits: int) -> list[AlignedCell]:
    """The cells of one column.

    Args:
        cells: what they hold; a column with a single text in it is a column of text.
        digits: significant digits.

    Returns:
        The cells, split where they align.
    """
    texts = [printed(cell, digits) for cell in cells]
    if not is_numeric(cells):
        return [AlignedCell(text, "", 0.0) for text in texts]
    parts = [_split(text) for text in texts]
    room = max((_width(rest) for _, rest in parts), default=0.0)
    return [AlignedCell(whole, rest, room) for whole, rest in parts]


def is_numeric(cells: Sequence[Cell]) -> bool:
    """Whether a column is one of numbers.

    Args:
        cells: what its cells hold.

    Returns:
        True if it holds a number and no text.
    """
    return any(cell is not None for cell in cells) and not any(isinstance(cell, str) for cell in cells)


def _split(text: str) -> tuple[str, str]:
    for mark in (".", "×"):
        whole, found, rest = text.partition(mark)
        if found:
            return whole, found + rest
    return text, ""


def _width(text: str) -> float:
    return sum(_WIDTHS.get(character, 1.0) for character in text)
