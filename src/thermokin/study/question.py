"""A question that a study can ask of its system, as one value. A new one is one file and one line in `questions`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, TypeAlias

from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units
from thermokin.model.model import Model
from thermokin.study.problem import MOST_TOLD, Problem, nearest
from thermokin.study.section import Section, Sections
from thermokin.views.answer import Answer
from thermokin.views.in_units import noted
from thermokin.views.sweep_axes import Column

__all__ = ["Question", "Report", "Tell", "between", "in_doubt", "shown", "shown_memory"]

OF_RATES = {"secular", "weak-coupling"}  # assumptions that lower rates make better
BASE = 190e6  # bytes, measured


Tell: TypeAlias = Callable[[str, float], None]
"""Is told what is being done and which fraction of the work is behind."""


def shown_memory(size: float) -> str:
    """What a run takes [bytes], besides what is loaded for every run."""
    size += BASE
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def between(baths: Iterable[tuple[str, Any]]) -> str:
    """Baths and their temperatures, as in "hot at 300 mK and cold at 30 mK", in the units that are asked for."""
    said = ((name, float(in_asked_units(temperature, "temperature"))) for name, temperature in baths)
    return " and ".join(f"{name} at {temperature:g}{noted('temperature')}" for name, temperature in said)


def in_doubt(model: Model, whose: str, what: str) -> list[str]:
    """One line for each assumption of a model that is in doubt, and what to lower where that is about the rates."""
    doubtful = [one for one in model.validity if one.in_doubt]
    return [one.said(whose, f" (lower the {what})" if one.name in OF_RATES else "") for one in doubtful]


def shown(result: Any, report: Any) -> Answer:
    """All that the view of a result shows, with figures if the report has any."""
    return Answer(result, lambda figure: bool(report.figures))


class Report(Section):
    """What the report shows. The data file always holds everything."""

    title: str = Field(default="A study", min_length=1, max_length=200, description="its title")
    figures: bool = Field(default=True, description="whether the report shows figures")


@dataclass(frozen=True, eq=False)
class Question:
    """A question: its tables, the rules between them, and its answer.

    Args:
        name: of the question, and of its table.
        tables: what stands under the names of its tables; all of them must be given.
        answer: answers it, from the system, its table and whom to tell of progress.
        older: tables by which older files ask the same, instead of `tables`.
        gather: its table, out of all sound sections; that of its name if left out.
        rules: finds the problems between keys that are sound alone, in a system that may have others.
        unsound: finds problems of its tables, of those that are not sound alone, as the file has them.
        prepare: makes what a run begins with, to find what the physics refuses; a problem, or None.
        summary: says in a few words what is asked.
        remarks: what is in doubt, one line for each.
        estimate: what a run will take, in one line.
        temperatures: "set" if the question itself sets the temperatures of all baths: files then give none with a bath.
        report: its keys of the table [report].
        show: what is shown of its answer, from that and the table [report]; of labelled data nothing need be said.
        needs: another question that is asked as well wherever this one is, and whose part of the report it shares.
        swept: what it finds at all points of a sweep at once, from the system, its table and the numbers of the
            sweep by name; None if it cannot be swept.
        beside: what is shown of a sweep beside what is found at all points, as `swept`.
        hints: what to say of keys that are not there, where somebody may look for them; {table} is its first table.
        kind: of the system that it is asked of, one of `kinds`.
        cites: what its answer rests on, as `thermokin.cite` takes it, from the system and its table.
        files: what a run puts beside the report, texts by the name of the file, from the answer.
    """

    name: str
    tables: Mapping[str, Any]
    answer: Callable[[Any, Any, Tell], Any]
    older: Mapping[str, Any] = field(default_factory=dict)
    gather: Callable[[Sections], Any] | None = None
    rules: Callable[[Any], list[Problem]] = lambda draft: []
    unsound: Callable[[Mapping[str, Any]], list[Problem]] = lambda tables: []
    prepare: Callable[[Any, Any], Problem | None] = lambda system, table: None
    summary: Callable[[Any, Any], str] = lambda system, table: ""
    remarks: Callable[[Any, Any], list[str]] = lambda system, table: []
    estimate: Callable[[Any, Any], str] = lambda system, table: ""
    temperatures: Literal["own", "set"] = "own"
    report: type[Section] | None = None
    show: Callable[[Any, Any], Answer] = shown
    needs: str = ""
    swept: Callable[[Any, Any, Mapping[str, FloatArray]], list[Column]] | None = None
    beside: Callable[[Any, Any, Mapping[str, FloatArray]], list[Any]] = lambda system, table, numbers: []
    hints: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["model", "junction", "cycle"] = "model"
    cites: Callable[[Any, Any], list[Any]] = lambda system, table: []
    files: Callable[[Any], Mapping[str, str]] = lambda answer: {}

    def table(self, sections: Sections) -> Any:
        """Its table out of all sound sections."""
        return sections[self.name] if self.gather is None else self.gather(sections)

    def spelling(self, names: Mapping[str, Any]) -> Mapping[str, Any]:
        """The tables by which a file asks it: those of its name if that is there, or something like it."""
        meant = any(nearest(name, list(self.tables)) for name in islice(names, MOST_TOLD))
        return self.tables if meant or not self.older else self.older
