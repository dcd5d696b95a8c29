"""Text inside a page: escaped, with subscripts, superscripts, and numbers as a paper prints them."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from thermokin.report.blocks import Cell
from thermokin.report.significant import significant

_SHIFTED = re.compile(r"([_^])\{([^{}]*)\}")
# 1.500 and 1.500×10⁶ but not 1500: zeros after a point, with the point if nothing else follows it.
_TRAILING_ZEROS = re.compile(r"(\.\d*?[1-9]|(?=\.))(?:\.?0+)(?!\d)")
_TAGS = {"_": "sub", "^": "sup"}
ABSENT = "–"


def inline(text: str) -> Markup:
    """A text as HTML.

    Args:
        text: the text, in which `_{...}` and `^{...}` enclose sub- and superscripts.

    Returns:
        The escaped text.
    """
    # Escaping leaves the markup's own characters alone, so it can come first.
    marked = _SHIFTED.sub(lambda found: f"<{_TAGS[found[1]]}>{found[2]}</{_TAGS[found[1]]}>", str(escape(text)))
    return Markup(marked)


def plain(text: str) -> str:
    """A text without its markup.

    Args:
        text: the text.

    Returns:
        The text with sub- and superscripts in line, not escaped.
    """
    return _SHIFTED.sub(r"\2", text)


def printed(cell: Cell, digits: int) -> str:
    """What stands in a cell of a table, where a number shows how many of its digits count.

    Args:
        cell: text, a number, or None.
        digits: significant digits of a number that is not an integer.

    Returns:
        The text; a dash for None.
    """
    if cell is None:
        return ABSENT
    return cell if isinstance(cell, str) else significant(cell, digits)


def shortened(cell: Cell, digits: int) -> str:
    """What stands beside a name, where a number is a setting: 0.5, not 0.500000.

    Args:
        cell: text, a number, or None.
        digits: most digits of a number that is not an integer.

    Returns:
        The text; a dash for None.
    """
    text = printed(cell, digits)
    return text if isinstance(cell, str) else _TRAILING_ZEROS.sub(r"\1", text)
