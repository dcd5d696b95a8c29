"""A page: blocks rendered to one HTML file that needs nothing from outside, in light, in dark and in print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from thermokin.report.aligned_column import AlignedCell, aligned_column, is_numeric
from thermokin.report.blocks import Block, FigureBlock, Heading, Table
from thermokin.report.inline_svg import InlineSvg, inline_svg
from thermokin.report.inline_text import inline, plain, printed, shortened

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
    environment.filters.update(figure=_figure, rows=_rows, numeric=_numeric)
    return environment.get_template("page.html.j2")
