"""The sections of a study in natural numbers, from a file that gives them in units of the lab."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.design.quantity_unit import unit_of_quantity
from thermokin.lab_units.dimension import dimension_of, quantity_of
from thermokin.lab_units.units import Units
from thermokin.model.current_words import unit_of
from thermokin.model.parameter import Parameter
from thermokin.study.any_system import AnySystem
from thermokin.study.arrays import Arrays
from thermokin.study.leg_table import SWUNG, MovingTable
from thermokin.study.problem import Place, Problem
from thermokin.study.section import Section
from thermokin.study.sweep import Swept

__all__ = ["key_dimension", "lab_numbers", "limit_flaws", "natural_numbers", "power_law_flaws"]

_BRACKET = re.compile(r"\[([^\[\]]+)\]")
POWER_LAW = "ohmic"
SOUGHT = ("ranges", "constraints", "least", "most")
"""Keys of [design] with numbers whose units their names say."""


def key_dimension(section: type[Section], key: str) -> str:
    """What the numbers under a key measure, as its description says it in brackets.

    Args:
        section: the table.
        key: one of its keys.

    Returns:
        The unit in words, with "temperature" and "voltage" told from energies; empty where there is none.
    """
    said = section.model_fields[key].description or ""
    known: Mapping[str, Parameter] = getattr(section, "known", {})
    warm = "temperature" if (key in known and known[key].quantity) or "temperature" in said else ""
    for unit in _BRACKET.findall(said):
        if "amount" in unit or dimension_of(unit):
            return quantity_of(key, unit, warm if unit == "energy" else "")
    return ""


def natural_numbers(written: AnySystem, units: Units) -> tuple[dict[str, Any], Arrays]:
    """All numbers of a file as natural ones.

    Args:
        written: its system, as the file has it.
        units: those of the file.

    Returns:
        Sections and arrays.
    """
    made = _Natural(written, units)
    sections = {name: made.table(found, name) for name, found in written.sections.items()}
    return sections, made.arrays


def limit_flaws(written: AnySystem) -> list[Problem]:
    """Limits of a search on what no words give a unit."""
    design: Any = written.sections.get("design")
    constraints = getattr(design, "constraints", None) or {}
    limited: dict[Place, str] = {("design", "constraints", words): words for words in constraints}
    if getattr(design, "quantity", None) is not None:
        limited["design", "quantity"] = design.quantity
    return [
        Problem(place, "must have a known unit in units of the lab, and what this is measured in is not known")
        for place, words in limited.items()
        if not unit_of_quantity(words)
    ]


@dataclass(frozen=True)
class _Back:
    """Units whose natural numbers are those of the lab, and the other way round."""

    units: Units

    def given(self, numbers: ArrayLike, dimension: str) -> FloatArray:
        """Natural numbers in units of the lab."""
        return self.units.of(numbers, dimension)


def lab_numbers(system: AnySystem, numbers: Mapping[str, Any], units: Units) -> tuple[AnySystem, dict[str, Any]]:
    """A system and some of its numbers as a file in units of the lab has them.

    Args:
        system: in natural numbers.
        numbers: natural ones, by the names of its family.
        units: of the file.

    Returns:
        Both in these units.
    """
    made, known = _Natural(system, _Back(units)), system.family.parameters
    sections = {name: made.table(found, name) for name, found in system.sections.items()}
    there = type(system)(sections, made.arrays)
    return there, {name: float(made.number(known.get(name), name, value)) for name, value in numbers.items()}


def power_law_flaws(written: AnySystem) -> list[Problem]:
    """Exponents that are swept: the unit of the strength beside them would change from point to point."""
    swept: Swept | None = written.sections.get("sweep")
    return [
        Problem(place, "must be no exponent in units of the lab, since the unit of the strength depends on it")
        for name, place in (swept.places if swept is not None else {}).items()
        if name.endswith("spectrum.exponent")
    ]


class _Natural:
    """Converts tables; the arrays among them are collected."""

    def __init__(self, written: AnySystem, units: Units | _Back) -> None:
        self.written, self.units, self.arrays = written, units, dict(written.arrays)
        numbers: Mapping[str, Parameter] = getattr(written, "whole", written).family.parameters
        self.numbers = numbers

    def table(self, found: Any, name: str) -> Any:
        if isinstance(found, Swept):
            known = self.written.family.parameters
            numbers = {key: self.number(known[key], key, row) for key, row in found.axes.items()}
            return Swept(numbers, found.places, found.more)
        if isinstance(found, tuple):
            return tuple(self.section(one, (name, place)) for place, one in enumerate(found))
        return self.section(found, (name,)) if isinstance(found, Section) else found

    def section(self, found: Section, place: Place) -> Section:
        changed: dict[str, Any] = {}
        for key in type(found).model_fields:
            value, here = getattr(found, key), (*place, key)
            if isinstance(value, Section):
                changed[key] = self.section(value, here)
            elif isinstance(value, tuple) and value and isinstance(value[0], Section):
                changed[key] = tuple(self.section(one, (*here, index)) for index, one in enumerate(value))
            elif isinstance(found, MovingTable) and isinstance(value, dict):
                changed[key] = self._moved(value)
            elif place == ("design",) and key in SOUGHT:
                changed[key] = self._sought(found, key)
            elif dimension := self._dimension(found, key, place):
                if here in self.arrays:
                    self.arrays[here] = self.units.given(self.arrays[here], dimension)
                changed[key] = self._value(value, dimension)
        if getattr(found, "kind", None) == POWER_LAW:
            scale = float(self.units.given(1.0, "energy"))
            changed["strength"] = found.strength * scale ** (1.0 - found.exponent)  # type: ignore[attr-defined]
        return found.model_copy(update=changed)

    def _sought(self, found: Section, key: str) -> Any:
        """Ranges of a search in their own units, and limits in those of what they limit."""
        value = getattr(found, key)
        if value is None:
            return None
        if key == "ranges":
            known = self.numbers
            return {one: tuple(map(float, self.number(known.get(one), one, pair))) for one, pair in value.items()}
        if isinstance(value, Mapping):
            return {one: self._value(pair, unit_of_quantity(one)) for one, pair in value.items()}
        return self._value(value, unit_of_quantity(str(getattr(found, "quantity", ""))))

    def _dimension(self, found: Section, key: str, place: Place) -> str:
        dimension = key_dimension(type(found), key)
        if "amount" not in dimension:
            return dimension
        counting: Any = self.written.sections.get("counting")
        words = getattr(found, "currents", None) or getattr(counting, "currents", None)
        return dimension.replace("amount", unit_of(words[0])) if words else ""

    def _value(self, value: Any, dimension: str) -> Any:
        """Numbers, rows of them, rows of rows; names of files and what is left out stay."""
        if isinstance(value, tuple):
            return tuple(self._value(one, dimension) for one in value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return float(self.units.given(value, dimension))

    def number(self, known: Parameter | None, name: str, value: Any) -> Any:
        """A number of the system by its name."""
        if known is None:
            return value
        return np.asarray(self.units.given(value, quantity_of(name, known.unit, known.quantity)))

    def _moved(self, table: Mapping[str, Any], before: str = "") -> dict[str, Any]:
        """Where numbers of a leg or of a drive go, by the names that they have in a sweep."""
        found: dict[str, Any] = {}
        for key, value in table.items():
            name = f"{before}{key}"
            if isinstance(value, Mapping) and not set(value) <= SWUNG:
                found[key] = self._moved(value, f"{name}.")
            elif isinstance(value, Mapping):
                found[key] = {
                    one: float(self.number(self.numbers.get(name), name, number)) if one == "amplitude" else number
                    for one, number in value.items()
                }
            else:
                found[key] = float(self.number(self.numbers.get(name), name, value))
        return found
