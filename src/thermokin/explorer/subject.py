"""What is explored: a study whose numbers are moved, as tables, so that all that the language refuses is refused."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from thermokin._errors import StudyError
from thermokin.explorer.tabs import TABS, Tab, idle_numbers
from thermokin.files.toml_file import toml_text
from thermokin.lab_units.units import Units
from thermokin.model.parameter import REQUIRED, Parameter
from thermokin.study.any_system import AnySystem
from thermokin.study.language import asked_in, meant_kind
from thermokin.study.read import study_of_tables
from thermokin.study.study import Study

__all__ = ["StudySubject", "Subject", "placed"]

_LEAST_ASKED: Mapping[str, dict[str, Any]] = {
    "model": {"counting": {"currents": ["activity"]}},
    "junction": {"transport": {"currents": ["entropy_flow"]}},
    "cycle": {"cycle": {}},
}
"""A question that every system of a kind can be asked."""
_SYSTEM = ("model", "bath", "baths", "channels", "leads", "legs", "units")
_ENTRY = re.compile(r"(?P<key>.+)\[(?P<index>\d+)\]$")
_LONGEST = 12  # entries of a row that have a slider each


class Subject(ABC):
    """What is explored."""

    title: str

    @property
    def units(self) -> Units | None:
        """In which its numbers are; None for natural ones."""
        return None

    @property
    @abstractmethod
    def tabs(self) -> tuple[Tab, ...]:
        """The questions that it can be asked."""

    @abstractmethod
    def parameters(self, tab: Tab) -> Mapping[str, Parameter]:
        """What can be moved on a tab, by place, its value as the default."""

    @abstractmethod
    def study(self, tab: Tab, values: Mapping[str, Any]) -> Study:
        """The study of a tab with some values moved; a `StudyError` says in words what it refuses."""

    @abstractmethod
    def tables(self, tab: Tab, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """Its tables; None where there are none."""

    def text(self, tab: Tab, values: Mapping[str, Any]) -> str:
        """Its study file; empty where there is none."""
        tables = self.tables(tab, values)
        return "" if tables is None else toml_text(tables)


@dataclass(frozen=True, eq=False)
class StudySubject(Subject):
    """The tables of a system and of questions.

    Args:
        title: what it is called.
        folder: of its array files.
        given: its tables.
    """

    title: str
    folder: Path
    given: Mapping[str, Any]
    _made: dict[str, dict[str, Any]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def kind(self) -> str:
        """The kind of system."""
        return meant_kind(self.given).name

    @cached_property
    def own(self) -> Mapping[str, dict[str, Any]]:
        """The tables of the questions that it asks itself."""
        found = {name: table for name, table in self.given.items() if name not in {*_SYSTEM, "report"}}
        if "protocol" in found and "times" in found:
            found["quench"] = {**found.pop("protocol"), "times": found.pop("times")}
        return found

    @cached_property
    def system_tables(self) -> dict[str, Any]:
        """The tables of the system; baths whose temperatures a quench sets have those of the quench."""
        found = {name: deepcopy(self.given[name]) for name in _SYSTEM if name in self.given}
        quench = self.own.get("quench", {})
        hot = quench.get("hot", quench.get("target"))
        if hot is not None:
            for place, bath in enumerate([*found.get("baths", []), *([found["bath"]] if "bath" in found else [])]):
                bath.setdefault("temperature", quench["cold"] if place % 2 else hot)
        return found

    @property
    def resting(self) -> AnySystem | None:
        """The system as it begins; None where the file says too little for anything but its own questions."""
        return None if self._resting is None else self._resting.system

    @property
    def units(self) -> Units | None:
        """Those of its file."""
        begun = next(iter(self._begun_studies.values()))
        return begun.units if self._resting is None else self._resting.units

    @cached_property
    def _resting(self) -> Study | None:
        asked = {**self.system_tables, **_LEAST_ASKED[self.kind]}
        if self.kind == "junction":
            asked["transport"] = {"currents": [f"energy from {self.system_tables['leads'][0]['name']}"]}
        with suppress(StudyError):
            return study_of_tables(asked, self.folder, "study").study
        return None

    @cached_property
    def tabs(self) -> tuple[Tab, ...]:
        """Those of its kind whose study is sound where it begins, and what else it asks itself."""
        known = [tab for tab in TABS if tab.kind == self.kind and (self.resting is not None or tab.name in self.own)]
        names = {tab.name for tab in known}
        others = {one.name for one in asked_in(self.given)} & {*self.own} - names
        known += [Tab(name, name.replace("_", " ").capitalize(), lambda system: {}, kind=self.kind) for name in others]
        found, refused = [], []
        for tab in known:
            try:
                self.study(tab, {})
            except StudyError as error:
                refused.append((tab, error))
            else:
                found.append(tab)
        if not found:
            raise next((error for tab, error in refused if tab.name in self.own), refused[0][1])
        return tuple(sorted(found, key=lambda tab: tab.name not in self.own))

    def tables(self, tab: Tab, values: Mapping[str, Any]) -> dict[str, Any]:
        """The system and the question of one tab."""
        if tab.name not in self._made:
            self._made[tab.name] = self._begun(tab)
        found = self._made[tab.name]
        for name, value in values.items():
            if not (tab.name == "quench" and name in self._temperatures):
                found = placed(found, name, value)
        return found

    def study(self, tab: Tab, values: Mapping[str, Any]) -> Study:
        """The study of a tab."""
        return study_of_tables(self.tables(tab, values), self.folder, "study").study

    @cached_property
    def _begun_studies(self) -> dict[str, Study]:
        return {tab.name: self.study(tab, {}) for tab in self.tabs}

    def parameters(self, tab: Tab) -> Mapping[str, Parameter]:
        """The numbers of the system, entries of its rows, its words, and numbers of the question."""
        begun = self._begun_studies[tab.name]
        idle = idle_numbers(begun.system)
        system = begun.written  # sliders move the numbers of the file
        every = system.family.parameters
        found = {name: one for name, one in every.items() if one.default not in (REQUIRED, None) and name not in idle}
        for key, known in system.table.known.items():
            value = getattr(system.table, key, None)
            if known.axes == 1 and isinstance(value, tuple) and len(value) <= _LONGEST:
                for index, entry in enumerate(value):
                    words = f"{known.words or key}, {index + 1}"
                    found[f"model.{key}[{index}]"] = replace(known, axes=0, length=None, default=entry, words=words)
            elif known.choices and value is not None:
                found[f"model.{key}"] = replace(known, default=value)
        tables = self.tables(tab, {})
        for name, known in tab.numbers.items():
            with suppress(LookupError, TypeError):
                found[name] = replace(known, default=_value(tables, name))
        return found

    @property
    def _temperatures(self) -> tuple[str, ...]:
        """What a quench sets."""
        return () if self.resting is None else self.resting.temperatures

    def _begun(self, tab: Tab) -> dict[str, Any]:
        """The tables of a tab before anything is moved."""
        asked = {name: table for name, table in self.own.items() if name == tab.name}
        if tab.name in self.own and tab.name not in {"quench", "machine", "response"}:
            asked |= {name: table for name, table in self.own.items() if name in {"counting", "transport"}}
        if not asked and self.resting is not None:
            asked = self._in_file(tab, tab.tables(self.resting))
        found = {**deepcopy(self.system_tables), **deepcopy(asked)}
        section = None if self._resting is None else self._resting.written.table
        for key, known in getattr(section, "known", {}).items():
            value = getattr(section, key, None)
            if known.axes == 1 and isinstance(value, tuple):  # written out, so that one entry can be moved
                found["model"].setdefault(key, list(value))
        for name in self._temperatures if tab.name == "quench" else ():
            _remove(found, name)
        return found

    def _in_file(self, tab: Tab, tables: dict[str, Any]) -> dict[str, Any]:
        """Tables of natural numbers in those of the file."""
        units = None if self._resting is None else self._resting.units
        if units is None:
            return tables
        for name, known in tab.numbers.items():
            natural = float(_value(tables, name))
            tables = placed(tables, name, float(f"{float(units.of(natural, known.quantity or known.unit)):.6g}"))
        return tables


def placed(tables: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Tables with another value at one place.

    Args:
        tables: as TOML has them.
        name: the place, as "model.drive", "baths.hot.temperature", "model.energies[1]".
        value: what stands there.

    Returns:
        New tables; those given stay.

    Raises:
        LookupError: if there is no such place.
    """
    found = deepcopy(dict(tables))
    node, key = _home(found, name)
    entry = _ENTRY.match(key)
    if entry:
        node[entry["key"]][int(entry["index"])] = value
    else:
        node[key] = value
    return found


def _value(tables: Mapping[str, Any], name: str) -> Any:
    node, key = _home(deepcopy(dict(tables)), name)
    entry = _ENTRY.match(key)
    return node[entry["key"]][int(entry["index"])] if entry else node[key]


def _remove(tables: dict[str, Any], name: str) -> None:
    node, key = _home(tables, name)
    node.pop(key, None)


def _home(tables: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
    """The table that holds a place, and its key there; a table that is not there is made."""
    head, _, rest = name.partition(".")
    node: Any = tables.get(head)
    if isinstance(node, list):
        called, _, rest = rest.partition(".")
        node = next((one for one in node if one.get("name") == called), None)
        if node is None:
            raise LookupError(name)
    elif node is None:
        node = tables[head] = {}
    while rest not in node and "." in rest:
        step, _, rest = rest.partition(".")
        node = node.setdefault(step, {})
    return node, rest
