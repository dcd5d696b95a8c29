"""The page: self-contained, escaped, with names of its own for each figure."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pytest

from thermokin.report.blocks import (
    Block,
    Code,
    Definitions,
    FigureBlock,
    Heading,
    Level,
    Notice,
    Outcome,
    Paragraph,
    Quantity,
    Statement,
    Table,
    Verdicts,
)
from thermokin.report.curves import curves
from thermokin.report.figures import svg
from thermokin.report.page import render
from thermokin.report.style import figure

HOSTILE = "<script>alert('x')</script> & \"quotes\" <img src=x onerror=y>"
VOID = {"meta", "br", "img", "path", "use"}


@cache
def drawing() -> str:
    made, grid = figure()
    times = np.linspace(0.0, 3.0, 7)
    curves(grid[0, 0], times, np.exp(-times), 2.0 * np.exp(-2.0 * times), crossings=[math.log(2.0)])
    return svg(made)


def all_blocks(text: str) -> list[Block]:
    verdict = Statement(text, Outcome.FAILS, Quantity(text, math.inf), Quantity(text, text))
    return [
        Notice(Level.WARNING, text),
        Heading(text),
        Heading(text, level=3),
        Heading(text),
        Paragraph(text),
        Verdicts((verdict,), text),
        Code(text),
        FigureBlock(drawing(), text),
        FigureBlock(drawing(), text),
        Table((text, "number"), ((text, 1.5), (text, None)), text),
        Heading(text),
        Definitions(((text, 0.5), (text, text))),
    ]


class Outline(HTMLParser):
    """Tags, attributes and visible text, and whether every tag is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(document: str) -> Outline:
    parser = Outline()
    parser.feed(document)
    parser.close()
    assert parser.open == []
    return parser


def test_untrusted_text_stays_text() -> None:
    page = outline(render(HOSTILE, all_blocks(HOSTILE), subtitle=HOSTILE))
    assert page.tags["script"] == 0
    assert page.tags["img"] == 0
    assert HOSTILE in page.text
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_ids_are_unique_and_every_inner_link_has_its_aim() -> None:
    page = outline(render("Two figures", all_blocks("text")))
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(set(ids)) == len(ids)
    links = [value for name, value in page.attributes if name in {"href", "xlink:href"}]
    assert links
    assert all(link is not None and link.startswith("#") and link[1:] in ids for link in links)
    painted = {found for _, value in page.attributes if value for found in re.findall(r"url\(#([^)]+)\)", value)}
    assert painted <= set(ids)


def test_nothing_is_fetched_from_outside() -> None:
    document = render("A page", all_blocks("text"))
    page = outline(document)
    addresses = set(re.findall(r"https?://[^\s\"'<>)]+", document))
    namespaces = {value for name, value in page.attributes if name.startswith("xmlns")}
    assert addresses <= namespaces
    assert not page.tags.keys() & {"script", "link", "iframe", "object", "embed", "base", "form"}
    assert not [name for name, _ in page.attributes if name in {"src", "srcset", "action"}]
    assert "@import" not in document
    assert "Content-Security-Policy" in document


def test_an_address_stays_text() -> None:
    page = outline(render("A page", [Paragraph("at https://doi.org/10.1063/1.523789")]))
    assert "https://doi.org/10.1063/1.523789" in page.text
    assert page.tags["a"] == 0


def test_figures_follow_the_page_into_the_dark() -> None:
    document = render("A page", [FigureBlock(drawing())])
    assert "var(--heating, #c8450f)" in document
    assert "prefers-color-scheme: dark" in document


def test_sections_are_listed_when_there_are_several() -> None:
    assert outline(render("A page", all_blocks("text"))).tags["nav"] == 1
    assert outline(render("A page", [Heading("Only one")])).tags["nav"] == 0


def test_subscripts_are_set_and_underscores_left_alone() -> None:
    document = render("A page", [Paragraph("T_{hot} and x^{2} of file_name <b>")])
    assert "T<sub>hot</sub> and x<sup>2</sup> of file_name &lt;b&gt;" in document


def test_verdicts_say_their_outcome_in_words_with_both_numbers() -> None:
    verdict = Statement("Heating is faster", Outcome.OPEN, Quantity("heating", math.inf), Quantity("cooling", 0.001584))
    text = outline(render("A page", [Verdicts((verdict,))])).text
    assert "cannot be decided" in text
    assert "∞" in text
    assert "1.584×10⁻³" in text


def test_columns_of_numbers_meet_at_the_decimal_point() -> None:
    document = render("A page", [Table(("n", "x"), ((1, 1.5), (20, 0.25), (3, 1.5e-7)), digits=3)])
    assert '<td class="number">0<span class="rest"' in document
    widths = re.findall(r'class="rest" style="width:([\d.]+)ch"', document)
    assert len(widths) == 3
    assert len(set(widths)) == 1


def test_a_missing_number_is_a_dash_and_nan_is_refused() -> None:
    assert "–" in outline(render("A page", [Table(("x",), ((1.0,), (None,)))])).text
    with pytest.raises(ValueError, match="`value` must not be NaN"):
        render("A page", [Table(("x",), ((math.nan,),))])


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`rows\[1\]` must have 2 cells, one for each column, got 1"):
        Table(("a", "b"), ((1.0, 2.0), (1.0,)))


def test_a_heading_of_another_level_is_refused() -> None:
    with pytest.raises(ValueError, match="`level` must be 2 or 3"):
        Heading("x", level=1)


def test_what_is_no_block_is_refused() -> None:
    with pytest.raises(TypeError, match=r"`blocks\[0\]` must be a block"):
        render("A page", ["text"])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("no figure", "must be an SVG document"),
        ("<svg></svg>", "must give its size in a viewBox"),
        ('<svg viewBox="0 0 1 1"><script>x</script></svg>', "neither scripts nor links"),
        ('<svg viewBox="0 0 1 1" onload="x"></svg>', "neither scripts nor links"),
        ('<svg viewBox="0 0 1 1"><a href="https://example.org"/></svg>', "neither scripts nor links"),
        ('<svg viewBox="0 0 1 1"><path style="fill: url(https://example.org/x)"/></svg>', "neither scripts nor links"),
    ],
)
def test_a_figure_that_is_not_self_contained_is_refused(document: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        render("A page", [FigureBlock(document)])


def test_the_same_blocks_give_the_same_page() -> None:
    assert render("A page", all_blocks("text")) == render("A page", all_blocks("text"))
