"""A study: a system and the questions that are asked of it, ready to be run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from math import prod
from operator import getitem
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._errors import ArgumentError, DegenerateSteadyStateError
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.lab_units.asked import shown_in
from thermokin.lab_units.units import Units
from thermokin.model.assumption import LEAST
from thermokin.study.any_system import AnySystem
from thermokin.study.problem import Place, Problem
from thermokin.study.question import Question, Tell, shown
from thermokin.study.refined_sweep import refined_dataset
from thermokin.study.section import Section
from thermokin.study.sweep import MOST_AT_ONCE, Swept, swept_dataset
from thermokin.study.system import statistics_of
from thermokin.study.units_table import as_in_file, natural_note
from thermokin.sweeps.labels import OPTIONAL
from thermokin.views.answer import Answer, Whole

if TYPE_CHECKING:
    from thermokin.views.references import References

__all__ = ["Study"]

EVERY_POINT = "the models of the sweep"
MOST_SWEPT = 800_000  # numbers of the models of a sweep that a check builds


@dataclass(frozen=True, eq=False)
class Study:
    """A sound study.

    Args:
        system: its system.
        questions: what is asked, in the order of the report.
        units: in which its file gives and wants numbers; None for natural ones.
        in_file: its system as the file has it, where that is not in natural numbers.
    """

    system: AnySystem
    questions: tuple[Question, ...]
    units: Units | None = None
    in_file: AnySystem | None = None

    @property
    def written(self) -> AnySystem:
        """Its system in the numbers of the file."""
        return self.system if self.in_file is None else self.in_file

    @cached_property
    def asked(self) -> tuple[tuple[Question, Any], ...]:
        """Each question with its table."""
        return tuple((question, question.table(self.system.sections)) for question in self.questions)

    @property
    def title(self) -> str:
        """The title of the report."""
        return str(self.system.sections["report"].title)

    def tables(self) -> dict[str, Any]:
        """The tables with every default written out; keys that are left out on purpose are None."""
        found: dict[str, Any] = {}
        for name in sorted(self.written.sections, key={"report", "units"}.__contains__):  # these two last
            section = self.written.sections[name]
            if isinstance(section, Swept):
                found[name] = section.table()
            elif isinstance(section, Section):
                found[name] = section.model_dump()
            elif section:
                found[name] = [one.model_dump() for one in section]
        tables: Any = found
        for place, _, bath in self.system.bath_tables:
            reduce(getitem, place, tables)["statistics"] = statistics_of(self.system.table, bath)
        if self.units is None:
            tables["units"]["system"] = "reduced"
        return found

    def prepare(self) -> list[Problem]:
        """Make what a run begins with; what the physics refuses."""
        with shown_in(self.units):
            for question, table in self.asked:
                if problem := question.prepare(self.system, table):
                    return [problem]
        swept: Swept | None = self.system.sections.get("sweep")
        resting = all(question.temperatures == "own" for question in self.questions)
        size = self.system.numbers_of_a_point if swept is not None and resting else 0
        if swept is not None and 0 < swept.points * size <= MOST_SWEPT:
            self.system.once(EVERY_POINT, lambda: self.system.family.at(swept.numbers))
        return []

    def summary(self) -> str:
        """The study in one line."""
        system, swept = self.system, self.system.sections.get("sweep")
        with shown_in(self.units):
            parts = [question.summary(system, table) for question, table in self.asked]
        if swept is not None:
            parts += [f"{name} at {values.size} values" for name, values in swept.axes.items()]
        return ", ".join(part for part in parts if part) or f"{self.system.table.name}: {self.title}"

    def remarks(self) -> list[str]:
        """What is in doubt, one line for each."""
        with shown_in(self.units):
            of_sweep = self._doubts_of_sweep()
            lines = [line for one, table in self.asked for line in one.remarks(self.system, table)]
        known = tuple(f"the {name} assumption is in doubt" for name in of_sweep)  # also at its first point
        return list(dict.fromkeys([*(line for line in lines if not line.startswith(known)), *of_sweep.values()]))

    def _doubts_of_sweep(self) -> dict[str, str]:
        """What is in doubt at some points of the sweep, where a check has made them all."""
        model = self.system.kept(EVERY_POINT)
        doubtful = [one for one in getattr(model, "validity", ()) if one.in_doubt]
        return {one.name: one.said(aside=_where(one.ratio)) for one in doubtful}

    def references(self) -> References:
        """The papers behind its model and what is asked."""
        from thermokin.views.references import cite, has_references

        name = str(self.system.table.name)
        asked = [one for question, table in self.asked for one in question.cites(self.system, table)]
        return cite([*([name] if has_references(name) else []), *asked])

    def estimate(self) -> str:
        """What a run will take."""
        lines = (question.estimate(self.system, table) for question, table in self.asked)
        swept: Swept | None = self.system.sections.get("sweep")
        first = [] if swept is None else [f"{swept.points} points, of each of which the following holds"]
        return "\n".join(dict.fromkeys([*first, *(line for line in lines if line)]))

    def answer(self, tell: Tell) -> Whole:
        """Answer every question."""
        report = self.system.sections["report"]
        if self.system.sections.get("sweep"):
            tell("sweep", 0.0)
            refine = self.system.sections["sweep"].refine
            if refine is not None:
                return self.of_sweep(refined_dataset(self.system, self.asked, refine, tell))
            return self.of_sweep(swept_dataset(self.system, list(self.questions)))
        answers: dict[str, Any] = {}
        parts: dict[str, tuple[list[Answer], list[Any]]] = {}
        for position, (question, table) in enumerate(self.asked):
            found = answers[question.name] = question.answer(self.system, table, _part(tell, position, len(self.asked)))
            own = question.name if isinstance(found, Result) else ""
            results, labelled = parts.setdefault(question.needs or own, ([], []))
            if isinstance(found, Result):
                results.append(question.show(found, report))
            else:
                labelled.append(found)
        return Whole(
            answers, tuple((*results, *_labelled(labelled, report)) for results, labelled in parts.values()), self.units
        )

    def of_sweep(self, data: Any) -> Whole:
        """What is shown of the data of its sweep."""
        report, swept = self.system.sections["report"], self.system.sections["sweep"]
        data = data.drop_vars(
            [name for name, one in data.data_vars.items() if OPTIONAL in one.attrs and not np.nan_to_num(one).any()]
        )
        axes = {name: np.asarray(data[name].values) for name in swept.axes}  # more of them than asked, where refined
        few = prod(values.size for values in axes.values()) <= MOST_AT_ONCE
        numbers = dict(zip(axes, np.ix_(*axes.values()), strict=True)) if few else {}
        asked = self.asked if few else ()
        beside = [shown(found, report) for one, table in asked for found in one.beside(self.system, table, numbers)]
        from thermokin.views.swept import SweptNumbers  # here, so that a check loads no figures

        return Whole({"sweep": data}, ((shown(SweptNumbers(data), report), *beside),), self.units)

    def blamed(self, error: Exception) -> Problem:
        """The problem of a study that its model refuses, at the key whose argument the error names, else at [model]."""
        message = str(error).strip().rstrip(".")
        if isinstance(error, ArgumentError) and error.argument == "spectrum":
            message = as_in_file(self.units, message, "energy")  # frequencies, all of them
        else:
            message += natural_note(self.units, message)
        fields = type(self.system.table).model_fields
        if isinstance(error, DegenerateSteadyStateError):
            place: Place = ("model", "coupling") if "coupling" in fields else ("model",)
            return Problem(place, f"must lead to one steady state: {message}")
        if isinstance(error, ArithmeticError):
            need = "must have numbers whose rates and populations can be held as floating-point numbers"
            return Problem(("model",), f"{need}: {message}")
        if not isinstance(error, ArgumentError):
            return Problem(("model",), f"must make a model: {message}")
        return self._blamed_argument(error.argument, message.removeprefix(f"`{error.argument}` "))

    def _blamed_argument(self, argument: str, message: str) -> Problem:
        head, _, key = argument.partition(".")
        kind, _, position = head.rstrip("]").partition("[")
        if kind == "contacts" and self.system.contact_places:
            place = self.system.contact_places[int(position)]
            return Problem((*place, "coupling"), message.removeprefix(f"`{key}` "))
        if kind == "channels":
            written = len(self.system.sections.get("channels", ()))
            known = int(position) < written
            return Problem(("channels", int(position), *([key] if key else [])) if known else ("channels",), message)
        if argument == "spectrum":
            if "bath" in self.system.sections:
                return Problem(("bath", "spectrum", "frequencies"), f"must cover the model's gaps: {message}")
            return Problem(("baths",), f"must have spectra that cover the model's gaps: {message}")
        swept: Swept | None = self.system.sections.get("sweep")
        if swept is not None and f"model.{argument}" in swept.places:
            return Problem(swept.places[f"model.{argument}"], message)
        if argument in self.system.table.known:
            return Problem(("model", argument), message)
        return Problem(("model",), f"must make a model: {message}")


def _labelled(data: list[Any], report: Any) -> tuple[Answer, ...]:
    """What is shown of labelled data, all of them as one."""
    if not data:
        return ()
    import xarray as xr  # here, so that a check loads no data and no figures

    from thermokin.views.labelled import Labelled

    return (shown(Labelled(xr.merge(data, combine_attrs="override")), report),)


def _where(ratio: FloatArray) -> str:
    """At how many points an assumption is in doubt."""
    return f" at {np.count_nonzero(ratio < LEAST)} of {ratio.size} points" if ratio.ndim else " at every point"


def _part(tell: Tell, position: int, count: int) -> Tell:
    """Tell of one of several equal parts of the work."""
    return lambda what, fraction: tell(what, (position + fraction) / count)
