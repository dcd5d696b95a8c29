"""One figure with one slider as a page that needs nothing: a picture for each position, and a native slider."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files

import numpy as np
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from thermokin._errors import StudyError
from thermokin.explorer.controller import Asked, Explorer
from thermokin.explorer.knob import Knob
from thermokin.report.inline_svg import inline_svg
from thermokin.report.page import page_style, plain

__all__ = ["MOST_POSITIONS", "Slide", "slider_page"]

MOST_POSITIONS = 201


@dataclass(frozen=True)
class Slide:
    """What a page's slider moves.

    Args:
        name: the number, as "model.drive".
        start: its first value; the left end of the explorer's slider if None.
        stop: its last value; the right end if None.
        points: how many positions.
    """

    name: str
    start: float | None = None
    stop: float | None = None
    points: int = 29

    def values(self, knob: Knob) -> list[str]:
        """The value at each position, as text; rates in equal ratios, whole numbers one by one.

        Args:
            knob: of the number.

        Returns:
            The values.

        Raises:
            StudyError: if these are no values of a slider.
        """
        start, stop = (knob.low if self.start is None else self.start), (knob.high if self.stop is None else self.stop)
        if knob.choices:
            return list(knob.choices)
        if not (np.isfinite([start, stop]).all() and start < stop):
            raise StudyError([f"--from, --to: must be finite and ascend, got {start:g} and {stop:g}"])
        if not 2 <= self.points <= MOST_POSITIONS:
            raise StudyError([f"--points: must be from 2 to {MOST_POSITIONS}, got {self.points}"])
        if knob.step == 1.0:
            return [str(one) for one in range(round(start), round(stop) + 1)][:MOST_POSITIONS]
        space = np.geomspace if knob.step == 0.0 and start > 0.0 else np.linspace
        return [f"{value:.4g}" for value in space(start, stop, self.points)]


@dataclass(frozen=True)
class Position:
    """What is seen at one position: a figure, or why there is none."""

    value: str
    figure: Markup
    caption: str
    refused: str


def slider_page(explorer: Explorer, asked: Asked, slide: Slide, told: Callable[[int, int], None]) -> str:
    """The page.

    Args:
        explorer: of the system.
        asked: the tab, the figure and the other numbers.
        slide: what the slider moves.
        told: is told how many of how many positions are drawn.

    Returns:
        One HTML document, without links to anything.

    Raises:
        StudyError: if the number is none of the system's, or no position has a figure.
    """
    knobs = {knob.name: knob for knob in explorer.knobs(asked.tab)}
    if slide.name not in knobs:
        raise StudyError([f"--slide: must be one of {', '.join(knobs)}, got {slide.name}"])
    knob, found = knobs[slide.name], []
    values = slide.values(knob)
    for index, value in enumerate(values):
        told(index, len(values))
        found.append(_position(explorer, replace(asked, values={**asked.values, slide.name: value}), value, index))
    if not any(one.figure for one in found):
        raise StudyError([f"--slide: no position has a figure: {found[0].refused or 'this question draws none'}"])
    first = _nearest(values, asked.values.get(slide.name, knob.value))
    script = files("thermokin.explorer").joinpath("slider.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    source = files("thermokin.explorer").joinpath("slider.html.j2").read_text(encoding="utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
    title = f"{explorer.subject.title.replace('_', ' ')}: {explorer.tab(asked.tab).title}"
    return template.render(
        title=title, knob=knob, positions=found, first=first, script=Markup(script), digest=digest,
        style=Markup(page_style()), text=explorer.shown(asked).text,
    )  # fmt: skip


def _position(explorer: Explorer, asked: Asked, value: str, index: int) -> Position:
    shown = explorer.shown(asked)
    if not shown.svg:
        return Position(value, Markup(""), "", "; ".join(shown.refused))
    drawing = inline_svg(shown.svg, f"p{index}", plain(shown.caption))
    width = f'<div style="max-width:{drawing.width:.0f}px">'
    return Position(value, Markup(f"{width}{drawing.element}</div>"), plain(shown.caption), "")


def _nearest(values: list[str], wanted: str) -> int:
    """The position at which a page opens."""
    try:
        return int(np.argmin(np.abs(np.array(values, dtype=np.float64) - float(wanted))))
    except ValueError:
        return values.index(wanted) if wanted in values else 0
