"""From the tables of a TOML file to sections, with every problem of every table at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from thermokin.study.choice import Choice, Layout, Several, sections_of
from thermokin.study.kind import Kind
from thermokin.study.problem import MOST_TOLD, Place, Problem, described
from thermokin.study.section import Section
from thermokin.study.violation import nearest, not_among, violation

__all__ = ["Parsed", "parse"]


@dataclass
class Parsed:
    """What could be read of a study, and what was wrong with the rest.

    Args:
        sections: sections by name; one that has a wrong value is missing.
        problems: in the order of the tables.
    """

    sections: dict[str, Section | tuple[Section, ...] | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def parse(tables: Mapping[str, Any], kind: Kind[Any], others: Mapping[str, str]) -> Parsed:
    """The sections of a study.

    Args:
        tables: what the TOML parser made of the file.
        kind: the kind of study that it is.
        others: what to say of tables that only other kinds of study have.

    Returns:
        The sections that are sound and the problems of the others.
    """
    reader = _Reader(kind)
    meant = reader.unknown_tables(tables, others)
    for name, layout in kind.layouts.items():
        if name in tables:
            section = reader.table(layout, tables[name], (name,))
            if section is not None:
                reader.parsed.sections[name] = section
        elif name in kind.defaults:
            if name not in meant:
                reader.parsed.sections[name] = kind.defaults[name]
        elif name not in meant:
            reader.problem((name,), f"the table [{name}] must be given")
    return reader.parsed


class _Reader:
    """Reads tables one after another and keeps what it finds."""

    def __init__(self, kind: Kind[Any]) -> None:
        self.kind = kind
        self.parsed = Parsed()

    def problem(self, place: Place, message: str, hint: str = "") -> None:
        self.parsed.problems.append(Problem(place, message, hint))

    def unknown_tables(self, tables: Mapping[str, Any], others: Mapping[str, str]) -> set[str]:
        """Report what is no table of this kind of study; the tables that were probably meant."""
        known = list(self.kind.layouts)
        meant = set()
        unknown = [name for name in tables if name not in known]
        for name in self._told(unknown, ()):
            near = nearest(name, [one for one in known if one not in tables]) or nearest(name, known)
            homes = self._homes(name, "")
            if name in others:
                hint = others[name]
            elif near:
                meant.add(near)
                hint = f"did you mean [{near}]?"
            elif homes and not isinstance(tables[name], dict):
                hint = f"it belongs in {' or '.join(homes)}"
            else:
                hint = "its tables are " + ", ".join(f"[{one}]" for one in known)
            self.problem((name,), "is nothing that a study file knows", hint)
        return meant

    def _told(self, unknown: list[str], place: Place) -> list[str]:
        """Those of the unknown keys for which hints are looked up; the others are counted, and that is all."""
        self.parsed.problems += [Problem((*place, key), "is unknown") for key in unknown[MOST_TOLD:]]
        return unknown[:MOST_TOLD]

    def table(self, layout: Layout, table: Any, place: Place) -> Section | tuple[Section, ...] | None:
        if isinstance(layout, Several):
            return self._several(layout, table, place)
        if not isinstance(table, dict):
            self.problem(place, f"must be a table, got {described(table)}")
            return None
        return self._section(layout, table, place)

    def _several(self, layout: Several, tables: Any, place: Place) -> tuple[Section, ...] | None:
        if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
            self.problem(place, f"must be one or more tables [[{place[0]}]], got {described(tables)}")
            return None
        if len(tables) > layout.most:
            self.problem(place, f"must be at most {layout.most} tables, got {len(tables)}")
            return None
        found = [self._section(layout.section, table, (*place, index)) for index, table in enumerate(tables)]
        sound = tuple(section for section in found if section is not None)
        return sound if len(sound) == len(found) else None

    def _section(self, layout: type[Section] | Choice, table: dict[str, Any], place: Place) -> Section | None:
        chosen = self._chosen(layout, table, place) if isinstance(layout, Choice) else layout
        if chosen is None:
            return None
        # What is wrong with an inner table is said after what is wrong with the table around it.
        inner = _Reader(self.kind)
        table = dict(table)
        for key, choice in chosen.inner.items():
            if key in table:
                section = inner.table(choice, table.pop(key), (*place, key))
                if section is not None:
                    table[key] = section
        found = self._validated(chosen, layout, table, place)
        self.parsed.problems += inner.parsed.problems
        return None if inner.parsed.problems else found

    def _chosen(self, choice: Choice, table: dict[str, Any], place: Place) -> type[Section] | None:
        value = table.get(choice.key) if choice.key else None
        if value is None:
            value = choice.implied(table)
        if value is None:
            near = next((key for key in islice(table, MOST_TOLD) if nearest(key, [choice.key])), None)
            hint = f"did you mean that by {described(near)}?" if near is not None else ""
            names = ", ".join(f'"{name}"' for name in choice.options)
            self.problem((*place, choice.key), f"must be given: one of {names}", hint)
            return None
        if isinstance(value, str) and value in choice.options:
            return choice.options[value]
        if isinstance(value, str) and value in choice.refused:
            need = f"must not be {described(value)} in a study: {choice.refused[value]}"
            self.problem((*place, choice.key), need)
            return None
        self.parsed.problems.append(not_among((*place, choice.key), list(choice.options), value))
        return None

    def _validated(
        self, section: type[Section], layout: type[Section] | Choice, table: dict[str, Any], place: Place
    ) -> Section | None:
        """The section, checked again without its unknown keys, so that these hide no other problem."""
        unknown = [key for key in table if key not in section.model_fields]
        meant: set[str] = set()
        for key in self._told(unknown, place):
            fields = list(section.model_fields)
            near = nearest(key, [known for known in fields if known not in table]) or nearest(key, fields)
            meant.add(near)
            self.problem((*place, key), "is no key of this table", self._key_hint(key, near, section, layout, place))
        try:
            sound = section.model_validate({key: value for key, value in table.items() if key in section.model_fields})
        except ValidationError as error:
            found = _first_errors(error, section, table)
            told = [one for one in found if not _told_already(one, found, meant)]
            self.parsed.problems += [violation(one, section, place) for one in told]
            self.parsed.problems += [Problem(place, "is wrong")] * (error.error_count() - len(found))
            return None
        return sound

    def _key_hint(
        self, key: str, near: str, section: type[Section], layout: type[Section] | Choice, place: Place
    ) -> str:
        options = (
            [] if isinstance(layout, type) else [n for n, one in layout.options.items() if key in one.model_fields]
        )
        homes = self._homes(key, str(place[0]))
        if near:
            return f"did you mean {near}?"
        if key in self.kind.hints:
            return self.kind.hints[key]
        if options and isinstance(layout, Choice):
            names = " or ".join(f'"{name}"' for name in options)
            return layout.either if not layout.key else f"it belongs to {layout.key} = {names}"
        if homes:
            return f"it belongs in {' or '.join(homes)}"
        return "the keys here are " + ", ".join(section.model_fields)

    def _homes(self, key: str, but: str) -> list[str]:
        """The tables that know a key, as they are headed, one left out."""
        layouts = self.kind.layouts.items()
        return [
            f"[[{name}]]" if isinstance(layout, Several) else f"[{name}]"
            for name, layout in layouts
            if name != but and any(key in section.model_fields for section in sections_of(layout))
        ]


def _first_errors(error: ValidationError, section: type[Section], table: Mapping[str, Any]) -> list[ErrorDetails]:
    """The errors of a table; where an array has very many, those of its first entries."""
    if error.error_count() > MOST_TOLD:
        try:
            section.model_validate({key: _shortened(table[key]) for key in table if key in section.model_fields})
        except ValidationError as first:
            error = first
    return error.errors(include_url=False)[:MOST_TOLD]


def _shortened(value: Any) -> Any:
    return [_shortened(entry) for entry in value[:MOST_TOLD]] if isinstance(value, list) else value


def _told_already(error: ErrorDetails, others: list[ErrorDetails], meant: set[str]) -> bool:
    """Whether a missing key was only misspelt, or an array is too short only for its wrong entries."""
    if error["type"] == "missing":
        return error["loc"][-1] in meant
    depth = len(error["loc"])
    inside = any(len(one["loc"]) > depth and one["loc"][:depth] == error["loc"] for one in others)
    return error["type"] == "too_short" and inside
