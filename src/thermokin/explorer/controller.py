"""What the page shows, without a page: from a subject, a tab and moved numbers to figures, numbers, code and words."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from thermokin._errors import StudyError, ThermokinError
from thermokin.explorer.knob import Knob, knob_of, read_value
from thermokin.explorer.python_code import python_code
from thermokin.explorer.subject import Subject
from thermokin.explorer.tabs import Tab
from thermokin.files.toml_file import one_line
from thermokin.lab_units.asked import shown_in
from thermokin.lab_units.dimension import quantity_of
from thermokin.report.blocks import Block
from thermokin.report.figures import png, svg
from thermokin.study.study import Study
from thermokin.views.answer import Answer, Whole
from thermokin.views.report_folder import met_last

__all__ = ["Asked", "Explorer", "Shown"]

_PLACE = re.compile(r"^study(?::\d+)?: ")
_ONE = Lock()
"""Held while a study is answered or drawn: the style of figures and the count of BLAS threads belong to the process."""


@dataclass(frozen=True)
class Asked:
    """What is on the screen.

    Args:
        tab: name of the question.
        values: what has been moved, as text, by place.
        figure: which figure; the first that there is if empty or not there.
    """

    tab: str
    values: Mapping[str, str] = field(default_factory=dict)
    figure: str = ""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is to be seen of it.

    Args:
        asked: what was asked.
        refused: one sentence for each problem; the rest is then empty, except text and code.
        flawed: names of the knobs that these are about.
        figures: names of the figures that there are.
        figure: name of the one drawn; empty if there is none.
        svg: that figure.
        caption: of the figure.
        blocks: the numbers, as blocks of a page.
        code: the same in Python.
        text: the study file; empty where there is none.
    """

    asked: Asked
    refused: tuple[str, ...] = ()
    flawed: frozenset[str] = frozenset()
    figures: tuple[str, ...] = ()
    figure: str = ""
    svg: str = ""
    caption: str = ""
    blocks: tuple[Block, ...] = ()
    code: str = ""
    text: str = ""


class Explorer:
    """A subject and what can be seen of it.

    Args:
        subject: what is explored.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._last: tuple[object, Study, Whole] | None = None

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """The questions that it can be asked."""
        return self.subject.tabs

    def tab(self, name: str) -> Tab:
        """The tab of a name, the first if there is none such."""
        return next((tab for tab in self.tabs if tab.name == name), self.tabs[0])

    def knobs(self, name: str) -> tuple[Knob, ...]:
        """What can be moved on a tab."""
        parameters = self.subject.parameters(self.tab(name))
        units = self.subject.units
        labels = {
            place: None if units is None else units.label(quantity_of(place, known.unit, known.quantity))
            for place, known in parameters.items()
        }
        return tuple(knob_of(place, known, known.default, labels[place]) for place, known in parameters.items())

    def values(self, asked: Asked) -> dict[str, Any]:
        """The numbers and words that differ from where the subject begins; others belong to other tabs."""
        known = self.subject.parameters(self.tab(asked.tab))
        read = {name: read_value(text, known[name]) for name, text in asked.values.items() if name in known}
        return {name: value for name, value in read.items() if value != known[name].default}

    def shown(self, asked: Asked) -> Shown:
        """What is to be seen.

        Args:
            asked: the tab, the figure and what has been moved.

        Returns:
            A figure and the numbers; or, of what cannot be answered, why.
        """
        tab, values = self.tab(asked.tab), self.values(asked)
        tables = self.subject.tables(tab, values)
        code = python_code(self.subject.title, tab.name, tables, values)
        said: dict[str, Any] = {"code": code, "text": self.subject.text(tab, values)}
        try:
            with _ONE, shown_in(self.subject.units):
                answer = self._answer(asked)
                figures = tuple(answer.figures)
                figure = asked.figure if asked.figure in figures else next(iter(figures), "")
                drawing, caption = answer.figures[figure]() if figure else (None, "")
                picture = svg(drawing) if drawing is not None else ""
                blocks = tuple(met_last(answer.blocks({})))
        except StudyError as error:
            refused = tuple(_PLACE.sub("", line) for line in error.problems)
            return Shown(asked, refused, self._flawed(refused, asked), **said)
        except (ThermokinError, ValueError, ArithmeticError) as error:
            return Shown(asked, (one_line(f"{tab.title}: cannot be answered here: {error}"),), **said)
        return Shown(asked, (), frozenset(), figures, figure, picture, caption, blocks, **said)

    def _flawed(self, refused: tuple[str, ...], asked: Asked) -> frozenset[str]:
        """The knobs whose places stand at the head of what is refused."""
        tables = self.subject.tables(self.tab(asked.tab), {}) or {}
        heads = {line.partition(": ")[0] for line in refused}
        return frozenset(knob.name for knob in self.knobs(asked.tab) if _dotted(knob.name, tables) in heads)

    def picture(self, asked: Asked) -> bytes:
        """The figure that is shown, as PNG of 300 dots per inch; a `StudyError` or `ValueError` as in `shown`."""
        with _ONE, shown_in(self.subject.units):
            answer = self._answer(asked)
            figure = asked.figure if asked.figure in answer.figures else next(iter(answer.figures))
            return png(answer.figures[figure]()[0])

    def answer(self, asked: Asked) -> Answer:
        """The result with its view; a `StudyError` or `ValueError` of what `shown` refuses."""
        with _ONE:
            return self._answer(asked)

    def result(self, asked: Asked) -> Any:
        """The result itself, as Python has it; an error as in `answer`."""
        return self.answer(asked).result

    def _answer(self, asked: Asked) -> Answer:
        """What is shown of the question of a tab; the last one is kept for its other figures."""
        tab, values = self.tab(asked.tab), self.values(asked)
        key = tab.name, tuple(sorted(values.items()))
        if self._last is None or self._last[0] != key:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what is in doubt stands in the page as a notice
                study = self.subject.study(tab, values)
                self._last = key, study, study.answer(lambda what, fraction: None)
        _, study, whole = self._last
        return whole.parts[-1][-1]


def _dotted(name: str, tables: Mapping[str, Any]) -> str:
    """The place of a number as messages have it, "baths[0].rate" for "baths.hot.rate"."""
    head, _, rest = name.partition(".")
    if not isinstance(tables.get(head), list):
        return name
    called, _, key = rest.partition(".")
    places = (place for place, one in enumerate(tables[head]) if one.get("name") == called)
    return f"{head}[{next(places, 0)}].{key}"
