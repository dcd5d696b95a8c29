"""From the tables of a TOML file to sections, with every problem of every table at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from thermokin.study.bath_section import SPECTRA, BathSection
from thermokin.study.model_section import MODELS, TWO_BATH_MODELS
from thermokin.study.problem import Place, Problem, described
from thermokin.study.protocol_section import PROTOCOLS
from thermokin.study.report_section import ReportSection, UnitsSection
from thermokin.study.section import Section
from thermokin.study.times_section import ListedTimes, TimeGrid
from thermokin.study.violation import nearest, not_among, violation

__all__ = ["Parsed", "parse"]

_ONE_TEMPERATURE = (
    "its local generator does not relax to a Gibbs state of the whole Hamiltonian, so a quench from one temperature "
    'to another is not defined; use "ising_chain" or "coupled_qubits", or a family of your own in Python'
)


@dataclass(frozen=True)
class Choice:
    """A table whose keys depend on one of them.

    Args:
        key: the key that decides.
        options: the section for each of its values.
        implied: the value that a table without the key stands for, or None.
        refused: values that are known and have no section, with the reason.
    """

    key: str
    options: Mapping[str, type[Section]]
    implied: Callable[[dict[str, Any]], str | None] = lambda table: None
    refused: Mapping[str, str] = field(default_factory=dict)


def _implied_model(table: dict[str, Any]) -> str | None:
    if "hamiltonian" in table:
        return "operators"
    return "levels" if "energies" in table and "couplings" not in table else None


def _implied_times(table: dict[str, Any]) -> str:
    return "values" if "values" in table else "grid"


SPECTRUM = Choice("kind", SPECTRA)
SECTIONS: Mapping[str, type[Section] | Choice] = {
    "model": Choice("name", MODELS, _implied_model, dict.fromkeys(TWO_BATH_MODELS, _ONE_TEMPERATURE)),
    "bath": BathSection,
    "protocol": Choice("kind", PROTOCOLS),
    "times": Choice("", {"values": ListedTimes, "grid": TimeGrid}, _implied_times),
    "report": ReportSection,
    "units": UnitsSection,
}
_OPTIONAL = {"bath": BathSection, "report": ReportSection, "units": UnitsSection}


@dataclass
class Parsed:
    """What could be read of a study, and what was wrong with the rest.

    Args:
        sections: sections by name; one that has a wrong value is missing.
        problems: in the order of the tables.
    """

    sections: dict[str, Section] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def parse(tables: Mapping[str, Any]) -> Parsed:
    """The sections of a study.

    Args:
        tables: what the TOML parser made of the file.

    Returns:
        The sections that are sound and the problems of the others.
    """
    parsed = Parsed()
    meant = _unknown_tables(tables, parsed.problems)
    for name, kind in SECTIONS.items():
        if name in tables:
            section = _section(kind, tables[name], (name,), parsed.problems)
        elif name in meant:
            continue
        elif name in _OPTIONAL:
            section = _OPTIONAL[name]()
        else:
            parsed.problems.append(Problem((name,), f"the table [{name}] must be given"))
            continue
        if section is not None:
            parsed.sections[name] = section
    return parsed


def _unknown_tables(tables: Mapping[str, Any], problems: list[Problem]) -> set[str]:
    """Report what is no table of a study; the tables that were probably meant."""
    meant = set()
    for name in tables:
        if name in SECTIONS:
            continue
        near = nearest(name, [known for known in SECTIONS if known not in tables]) or nearest(name, list(SECTIONS))
        homes = [f"[{home}]" for home in _homes(name, "")]
        if near:
            meant.add(near)
            hint = f"did you mean [{near}]?"
        elif homes and not isinstance(tables[name], dict):
            hint = f"it belongs in {' or '.join(homes)}"
        else:
            hint = "its tables are " + ", ".join(f"[{known}]" for known in SECTIONS)
        problems.append(Problem((name,), "is nothing that a study file knows", hint))
    return meant


def _section(kind: type[Section] | Choice, table: Any, place: Place, problems: list[Problem]) -> Section | None:
    if not isinstance(table, dict):
        problems.append(Problem(place, f"must be a table, got {described(table)}"))
        return None
    chosen = _chosen(kind, table, place, problems) if isinstance(kind, Choice) else kind
    if chosen is None:
        return None
    table = dict(table)
    spectrum_problems: list[Problem] = []
    if chosen is BathSection and "spectrum" in table:
        spectrum = _section(SPECTRUM, table.pop("spectrum"), (*place, "spectrum"), spectrum_problems)
        if spectrum is not None:
            table["spectrum"] = spectrum
    section = _validated(chosen, kind, table, place, problems)
    problems += spectrum_problems
    return None if spectrum_problems else section


def _chosen(choice: Choice, table: dict[str, Any], place: Place, problems: list[Problem]) -> type[Section] | None:
    value = table.get(choice.key) if choice.key else None
    if value is None:
        value = choice.implied(table)
    if value is None:
        near = next((key for key in table if nearest(key, [choice.key])), None)
        hint = f"did you mean that by {described(near)}?" if near is not None else ""
        names = ", ".join(f'"{name}"' for name in choice.options)
        problems.append(Problem((*place, choice.key), f"must be given: one of {names}", hint))
        return None
    if isinstance(value, str) and value in choice.options:
        return choice.options[value]
    if isinstance(value, str) and value in choice.refused:
        need = f"must not be {described(value)} in a study: {choice.refused[value]}"
        problems.append(Problem((*place, choice.key), need))
        return None
    problems.append(not_among((*place, choice.key), list(choice.options), value))
    return None


def _validated(
    section: type[Section], kind: type[Section] | Choice, table: dict[str, Any], place: Place, problems: list[Problem]
) -> Section | None:
    """The section, checked again without its unknown keys, so that these hide no other problem."""
    unknown = [key for key in table if key not in section.model_fields]
    meant: set[str] = set()
    for key in unknown:
        fields = list(section.model_fields)
        near = nearest(key, [known for known in fields if known not in table]) or nearest(key, fields)
        meant.add(near)
        problems.append(_unknown_key(key, near, section, kind, place))
    try:
        sound = section.model_validate({key: value for key, value in table.items() if key not in unknown})
    except ValidationError as error:
        found = error.errors(include_url=False)
        told = [one for one in found if not _told_already(one, found, meant)]
        problems += [violation(one, section, place) for one in told]
        return None
    return sound


def _told_already(error: ErrorDetails, others: list[ErrorDetails], meant: set[str]) -> bool:
    """Whether a missing key was only misspelt, or an array is too short only for its wrong entries."""
    if error["type"] == "missing":
        return error["loc"][-1] in meant
    depth = len(error["loc"])
    inside = any(len(one["loc"]) > depth and one["loc"][:depth] == error["loc"] for one in others)
    return error["type"] == "too_short" and inside


def _unknown_key(key: str, near: str, section: type[Section], kind: type[Section] | Choice, place: Place) -> Problem:
    options = [] if isinstance(kind, type) else [name for name, one in kind.options.items() if key in one.model_fields]
    homes = _homes(key, str(place[0]))
    if near:
        hint = f"did you mean {near}?"
    elif key in {"temperature", "temperatures"}:
        hint = "the temperatures of a study are those of [protocol]"
    elif options and isinstance(kind, Choice) and kind.key:
        hint = f"it belongs to {kind.key} = " + " or ".join(f'"{name}"' for name in options)
    elif options:
        hint = "give either values or start, stop and points"
    elif homes:
        hint = f"it belongs in [{' or '.join(homes)}]"
    else:
        hint = "the keys here are " + ", ".join(section.model_fields)
    return Problem((*place, key), "is no key of this table", hint)


def _homes(key: str, but: str) -> list[str]:
    """The tables that know a key, one left out."""
    homes = []
    for name, kind in SECTIONS.items():
        sections = list(kind.options.values()) if isinstance(kind, Choice) else [kind]
        if name != but and any(key in section.model_fields for section in sections):
            homes.append(name)
    return homes
