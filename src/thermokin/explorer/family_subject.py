"""A family of models in Python as what is explored: its numbers are moved, and the questions of studies are asked."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from thermokin._errors import StudyError, ThermokinError, ValidityWarning
from thermokin.explorer.subject import Subject, placed
from thermokin.explorer.tabs import TABS, Tab
from thermokin.files.toml_file import toml_text
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.model.parameter import REQUIRED, Parameter
from thermokin.study.language import asked_in, language
from thermokin.study.problem import Problem
from thermokin.study.study import Study
from thermokin.study.system import System

__all__ = ["FamilySubject"]


@dataclass(frozen=True, eq=False)
class FamilyTable:
    """What stands for the table [model] of a family."""

    name: str
    known: Mapping[str, Parameter]
    own_baths: tuple[str, ...] = ()
    size: int | None = None
    has_no_baths: bool = False


@dataclass(frozen=True, eq=False)
class FamilySystem(System):
    """A system whose models a family makes.

    Args:
        made_by: the family, whose defaults are where its numbers are.
    """

    made_by: Family = field(default_factory=lambda: Family(Model))

    @cached_property
    def family(self) -> Family:
        """The family itself."""
        return self.made_by

    @property
    def temperatures(self) -> tuple[str, ...]:
        """Those of its numbers that are temperatures of baths."""
        return tuple(name for name, one in self.made_by.parameters.items() if one.role == "temperature")


@dataclass(frozen=True, eq=False)
class FamilySubject(Subject):
    """A family and where its numbers begin.

    Args:
        title: what it is called.
        family: the family.
        begun: numbers that it has no default of, by name.
    """

    title: str
    family: Family
    begun: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> Mapping[str, Parameter]:
        """The numbers that can be moved, as they begin."""
        found = {}
        for name, known in self.family.parameters.items():
            value = self.begun.get(name, known.default)
            value = _guess(known) if value is REQUIRED else value
            if known.choices or (np.ndim(value) == 0 and isinstance(value, int | float)):
                found[name] = replace(known, default=value)
        return found

    @cached_property
    def tabs(self) -> tuple[Tab, ...]:
        """Those questions about models that it can be asked."""
        found, refused = [], []
        for tab in TABS:
            if tab.kind != "model":
                continue
            try:
                self.study(tab, {})
            except StudyError as error:
                refused.append(error)
            else:
                found.append(tab)
        if not found:
            raise refused[0]
        return tuple(found)

    def parameters(self, tab: Tab) -> Mapping[str, Parameter]:
        """The numbers of the family but those that the question sets, and its own."""
        asked = self._asked(tab, {})
        set_ = self._system({}, {}).temperatures if tab.name == "quench" else ()
        found = {name: one for name, one in self.numbers.items() if name not in set_}
        for name, known in tab.numbers.items():
            node: Any = asked
            for step in name.replace("[0]", ".0").split("."):
                node = node[int(step)] if isinstance(node, list) else node[step]
            found[name] = replace(known, default=node)
        return found

    def study(self, tab: Tab, values: Mapping[str, Any]) -> Study:
        """The study that asks one question of the family."""
        bad = [
            Problem((name,), flaw)
            for name, value in values.items()
            if name in self.numbers and (flaw := _flaw(self.numbers[name], value))
        ]
        if bad:
            raise StudyError([one.text() for one in bad])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ValidityWarning)
                return self._sound(tab, values)
        except (ThermokinError, ValueError, TypeError, ArithmeticError) as error:
            if isinstance(error, StudyError):
                raise
            raise StudyError([str(error)]) from error

    def _sound(self, tab: Tab, values: Mapping[str, Any]) -> Study:
        tables = self._asked(tab, values)
        questions = asked_in(tables)
        reader = language({"model": {}, **tables}, questions)
        sections = {name: reader.table(name, table) for name, table in tables.items()}
        sections["report"] = reader.layouts["report"]()
        if reader.problems:
            raise StudyError([one.text() for one in reader.problems])
        system = self._system(values, sections)
        study = Study(system, tuple(questions))
        found = [problem for one in questions for problem in one.rules(system)] or study.prepare()
        if found:
            raise StudyError([one.text() for one in found])
        return study

    def _asked(self, tab: Tab, values: Mapping[str, Any]) -> dict[str, Any]:
        """The tables of the question."""
        found = tab.tables(self._system({}, {}))
        for name, value in values.items():
            if name in tab.numbers:
                found = placed(found, name, value)
        return found

    def _system(self, values: Mapping[str, Any], sections: Mapping[str, Any]) -> FamilySystem:
        """The system at some numbers."""
        now = {name: replace(one, default=values.get(name, one.default)) for name, one in self.numbers.items()}
        begun = {name: one.default for name, one in now.items()}
        family = Family(lambda **given: self.family.at({**self.begun, **begun, **given}), parameters=now)
        return FamilySystem({"model": FamilyTable(self.title, now), **sections}, {}, made_by=family)

    def tables(self, tab: Tab, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """None: the family is Python."""
        return None

    def text(self, tab: Tab, values: Mapping[str, Any]) -> str:
        """The tables of the question alone."""
        return f"# The question; the system is a family of models in Python.\n\n{toml_text(self._asked(tab, values))}"


def _guess(known: Parameter) -> Any:
    """A number to begin with where a function has no default."""
    if known.choices:
        return known.choices[0]
    if known.role == "whole":
        return int(max(known.least, 2.0))
    inside = [one for one in (1.0, 0.5 * (known.least + known.most), known.most, known.least) if np.isfinite(one)]
    return next((one for one in inside if not known.flaw(one)), 1.0)


def _flaw(known: Parameter, value: Any) -> str:
    """What is wrong with a value."""
    if known.choices:
        return "" if value in known.choices else f"must be one of {', '.join(known.choices)}, got {value!r}"
    if not isinstance(value, int | float):
        return f"must be a number, got {value!r}"
    if known.role == "whole" and not isinstance(value, int):
        return f"must be a whole number, got {value:g}"
    return known.flaw(value)
