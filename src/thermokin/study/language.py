"""The language of study files: which tables a file has by the questions that it asks, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, reduce
from itertools import islice
from operator import or_
from typing import Any

from pydantic import TypeAdapter, create_model

from thermokin.study.junction_table import junction_layouts
from thermokin.study.kind import Kind
from thermokin.study.kinds import KINDS, kind_of
from thermokin.study.leg_table import cycle_layouts
from thermokin.study.model_table import Asked, layouts
from thermokin.study.parse import Reader
from thermokin.study.problem import MOST_TOLD, Problem, nearest
from thermokin.study.question import Question, Report
from thermokin.study.questions import QUESTIONS
from thermokin.study.section import Section
from thermokin.study.sweep import Axis, SweepTable, read_sweep, with_first_points
from thermokin.study.units_table import UnitsTable, unit_flaws

__all__ = ["asked_in", "language", "meant_kind", "read_tables", "schema"]

OF_SYSTEMS = frozenset({"model", "bath", "baths", "channels", "leads", "legs"})
ASKING = frozenset(name for one in QUESTIONS for name in (one.name, *one.older))


def meant_kind(tables: Mapping[str, Any]) -> Kind:
    """The kind of system that a file is about."""
    return kind_of(tables, ASKING)


def _of(kind: Kind) -> list[Question]:
    """The questions that are asked of a kind of system."""
    return [one for one in QUESTIONS if one.kind == kind.name]


def asked_in(tables: Mapping[str, Any]) -> list[Question]:
    """The questions that a file asks: by their tables, else by one misspelt; none where there is neither."""
    questions = _of(meant_kind(tables))
    marks = {name: one for one in reversed(questions) for name in (one.name, *list(one.older)[:1])}
    found = [one for one in questions if any(marks.get(name) is one for name in tables)]
    needed = {one.needs for one in found}
    found = [one for one in questions if one in found or one.name in needed]
    near = (marks.get(nearest(name, list(marks))) for name in islice(tables, MOST_TOLD))
    return found or [one for one in near if one is not None][:1]


def language(tables: Mapping[str, Any], asked: list[Question]) -> Reader:
    """A reader of the tables that a file may have."""
    # Of a file that asks nothing it is not known who sets the temperatures: they may stand there, and need not.
    sets = all(question.temperatures == "set" for question in asked) if asked else not _gives_temperatures(tables)
    known = {**meant_kind(tables).layouts(tables, "set" if sets else "own"), "sweep": SweepTable}
    for question in asked:
        known |= question.spelling(tables)
    bases = tuple(dict.fromkeys(question.report for question in asked if question.report is not None))
    known |= {"report": _report(bases), "units": UnitsTable}
    first = {question: next(iter(question.spelling(tables))) for question in asked}
    hints = {key: hint.replace("{table}", first[one]) for one in reversed(asked) for key, hint in one.hints.items()}
    return Reader(known, hints)


def _gives_temperatures(tables: Mapping[str, Any]) -> bool:
    baths = [tables.get("bath"), *(tables["baths"] if isinstance(tables.get("baths"), list) else [])]
    return any(isinstance(bath, Mapping) and "temperature" in bath for bath in baths[:MOST_TOLD])


def read_tables(tables: Mapping[str, Any], asked: list[Question]) -> tuple[dict[str, Any], list[Problem]]:
    """The sections of a study; None for what is given, and not sound."""
    reader = language(tables, asked)
    tables = with_first_points(tables, reader.layouts)
    meant = _unknown(reader, tables, asked)
    needed = {question.needs for question in asked if question.name in tables}  # asked with or without its table
    must = {name for question in asked if question.name not in needed for name in question.spelling(tables)}
    sections: dict[str, Any] = {}
    kind = meant_kind(tables)
    others = ", ".join(f"[{one.name}]" for one in _of(kind))
    if not asked:
        reader.problem((), f"must ask a question of {kind.words}: a table {others}", "thermokin new writes an example")
    for name, layout in reader.layouts.items():
        if name == "sweep" and name in tables:
            sections[name] = read_sweep(reader, tables[name])
        elif name in tables:
            sections[name] = reader.table(name, tables[name])
        elif name in meant:
            sections[name] = None
        elif name in {"model", *must}:
            reader.problem((name,), f"the table [{name}] must be given")
        elif name in kind.needed:
            reader.problem((name,), kind.needed[name])
        elif name in {"report", "units"} or (name == "bath" and _is_implied(layout, tables)):
            sections[name] = layout()
    return sections, [*reader.problems, *unit_flaws(sections.get("units"))]


def schema() -> dict[str, Any]:
    """The JSON Schema of study files, for editors: every table with its keys, their types, ranges and defaults."""
    made = [layouts(Asked("several", "own")), layouts(Asked("one", "own")), layouts(Asked("one", "set"))]
    junction, driven = junction_layouts(), cycle_layouts()
    several = [tables["baths"].section for tables in (made[0], made[2])]
    known: dict[str, Any] = {
        "bath": made[1]["bath"] | made[2]["bath"],
        "baths": list.__class_getitem__(several[0] | several[1]),
        "channels": list.__class_getitem__(made[0]["channels"].section),
        "leads": list.__class_getitem__(junction["leads"].section),
        "legs": list.__class_getitem__(driven["legs"].section),
        "sweep": dict[str, Axis | list[float] | dict[str, Any]],
    }
    for question in QUESTIONS:
        known |= {
            name: known[name] | table if name in known else table
            for name, table in {**question.tables, **question.older}.items()
        }
    reports = dict.fromkeys(question.report for question in QUESTIONS if question.report is not None)
    known |= {"report": reduce(or_, reports), "units": UnitsTable}
    fields: dict[str, Any] = {name: (layout, None) for name, layout in known.items()}
    model: Any = reduce(or_, (tables["model"] for tables in (*made, junction)))
    found = TypeAdapter(create_model("Study", __base__=Section, model=(model, ...), **fields)).json_schema()
    asks = [[name] for name in dict.fromkeys(one.name for one in QUESTIONS)] + [
        list(one.older) for one in QUESTIONS if one.older
    ]
    return {**found, "anyOf": [{"required": names} for names in asks]}


@cache
def _report(bases: tuple[type[Section], ...]) -> type[Section]:
    return bases[0] if len(bases) == 1 else create_model("Report", __base__=bases or (Report,))


def _is_implied(layout: Any, tables: Mapping[str, Any]) -> bool:
    """Whether a bath stands for itself: one that has nothing that must be said."""
    return "temperature" not in layout.model_fields and not {"baths", "channels"} & set(tables)


def _unknown(reader: Reader, tables: Mapping[str, Any], asked: list[Question]) -> set[str]:
    """Report what is no table of this study; the tables that were probably meant."""
    known = list(reader.layouts)
    others = {name: one for one in reversed(QUESTIONS) if one not in asked for name in (*one.tables, *one.older)}
    kind = meant_kind(tables)
    meant = set()
    unknown = [name for name in tables if name not in known]
    reader.problems += [Problem((name,), "is unknown") for name in unknown[MOST_TOLD:]]
    for name in unknown[:MOST_TOLD]:
        asking = () if name in OF_SYSTEMS else others  # a table of another kind's system is no misspelt question
        near = nearest(name, [one for one in (*known, *asking) if one not in tables]) or nearest(name, known)
        homes = reader.homes(name, "")
        need = "is nothing that a study file knows"
        if name in others:
            need = "is no table of this study"
            other = others[name]
            hint = f"it belongs to a study with a table [{next(iter(other.older), other.name)}]"
            if other.kind != kind.name:
                own = ", ".join(f"[{one.name}]" for one in QUESTIONS if one.kind == kind.name)
                hint = f"it is asked of {KINDS[other.kind].words}, this is {kind.words}, whose questions are {own}"
        elif near:
            meant.add(near)
            hint = f"did you mean [{near}]?"
        elif homes and not isinstance(tables[name], dict):
            hint = f"it belongs in {' or '.join(homes)}"
        else:
            hint = "its tables are " + ", ".join(f"[{one}]" for one in known)
        reader.problem((name,), need, hint)
    return meant
