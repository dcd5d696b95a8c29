"""A page: blocks rendered to one HTML file that needs nothing from outside, in light, in dark and in print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from thermokin.report.blocks import Block, Cell, FigureBlock, Heading, Table
from thermokin.report.inline_svg import InlineSvg, inline_svg
from thermokin.report.significant import digits_that_decide, significant

_FEWEST_LISTED = 3
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def render(title: str, blocks: Iterable[Block], *, subtitle: str = "") -> str:
    """A page of blocks as one HTML document, without scripts and without links to outside.

    Args:
        title: the page's title.
        blocks: its blocks in order.
        subtitle: a line below the title.

    Returns:
        The document.

    Raises:
        TypeError: if a block is none of those in `blocks`.
        ValueError: if a number is NaN, or a figure is no self-contained SVG.
    """
    items = list(blocks)
    for index, item in enumerate(items):
        if not isinstance(item, Block):
            raise TypeError(f"`blocks[{index}]` must be a block of thermokin.report.blocks, got {type(item).__name__}.")
    entries = _entries(items)
    contents = [entry for entry in entries if isinstance(entry.block, Heading) and entry.block.level == 2]
    document = _template().render(
        title=title,
        subtitle=subtitle,
        groups=[list(group) for _, group in groupby(entries, key=_row)],
        contents=contents if len(contents) >= _FEWEST_LISTED else [],
        style=Markup(_resource("page.css")),
    )
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", document)


def render_part(blocks: Iterable[Block]) -> str:
    """Blocks as HTML for a place in somebody else's page, which needs `page_style` there.

    Args:
        blocks: the blocks in order.

    Returns:
        The elements, without heading and list of contents.

    Raises:
        TypeError: if a block is none of those in `blocks`.
        ValueError: if a number is NaN, or a figure is no self-contained SVG.
    """
    return render("", blocks).partition("</header>")[2].rpartition("</main>")[0].strip()


def page_style(root: str = ":root") -> str:
    """The style sheet of a page.

    Args:
        root: the selector of what has the colours, `:host` in a shadow tree.

    Returns:
        CSS.
    """
    return _resource("page.css").replace(":root", root)


@dataclass(frozen=True)
class _Entry:
    """A block with the number it has among those of its kind."""

    block: Block
    kind: str
    number: int


def _entries(items: Sequence[Block]) -> list[_Entry]:
    counts: dict[str, int] = {}
    entries = []
    for item in items:
        kind = type(item).__name__
        counts[kind] = counts.get(kind, 0) + 1
        entries.append(_Entry(item, kind, counts[kind]))
    return entries


def _row(entry: _Entry) -> tuple[str, int]:
    """Figures in succession share a row; every other block stands alone."""
    return ("figures", 0) if isinstance(entry.block, FigureBlock) else (entry.kind, entry.number)


def _figure(entry: _Entry) -> InlineSvg:
    if not isinstance(entry.block, FigureBlock):
        raise TypeError(f"`entry` must hold a figure, got {entry.kind}.")
    return inline_svg(entry.block.svg, f"figure-{entry.number}", plain(entry.block.caption) or "figure")


def _rows(table: Table) -> list[tuple[AlignedCell, ...]]:
    columns = [aligned_column([row[index] for row in table.rows], table.digits) for index in range(len(table.columns))]
    return list(zip(*columns, strict=True))


def _numeric(table: Table) -> list[bool]:
    return [is_numeric([row[index] for row in table.rows]) for index in range(len(table.columns))]


def _resource(name: str) -> str:
    return files("thermokin.report").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        loader=FunctionLoader(_resource),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(inline=inline, plain=plain, printed=printed, shortened=shortened)
    environment.filters.update(figure=_figure, rows=_rows, numeric=_numeric, decided=digits_that_decide)
    return environment.get_template("page.html.j2")


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
