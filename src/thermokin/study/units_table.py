"""The table [units]: the units of the lab in which a file gives its numbers, and wants those of its results."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from thermokin._errors import ArgumentError
from thermokin.lab_units.table import size_of
from thermokin.lab_units.units import OPTIONAL, Units, units
from thermokin.study.problem import Problem
from thermokin.study.section import Section

__all__ = ["UnitsTable", "as_in_file", "asked_for", "natural_note", "unit_flaws"]

_NUMBER = re.compile(r"(?<![\w.])\d+\.\d|\d+e[-+]\d")
_WHOLE = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.]\w)")

_Name = str | None


class UnitsTable(Section):
    """The units of the file: reduced ones, or those of the lab by what they measure."""

    system: Literal["reduced"] | None = Field(
        default=None, description="hbar = k_B = 1: energies and temperatures in one unit, times in its inverse"
    )
    energy: _Name = Field(default=None, description='as "GHz" for h f, "rad/ns", "meV", "mK"; with time')
    time: _Name = Field(default=None, description='as "us"; with energy')
    temperature: _Name = Field(default=None, description='as "mK"; that of energies if left out')
    rate: _Name = Field(default=None, description='as "1/us" or "2 pi MHz"; one per time if left out')
    power: _Name = Field(default=None, description='as "aW"; energies per time if left out')
    entropy: _Name = Field(default=None, description='"nats", "bits" or "J/K"; nats if left out')
    current: _Name = Field(default=None, description='of charges, as "pA" or "e/us"; particles per time if left out')
    voltage: _Name = Field(default=None, description='of chemical potentials and biases, as "uV"; energies if left out')
    conductance: _Name = Field(default=None, description='as "e^2/h" or "uS"; e^2/hbar if left out')


def _said(table: UnitsTable) -> dict[str, str]:
    every = {name: getattr(table, name) for name in ("energy", "time", *OPTIONAL)}
    return {name: unit for name, unit in every.items() if unit is not None}


def asked_for(table: Any) -> Units | None:
    """The units that a sound table asks for; None for reduced ones."""
    said = _said(table) if isinstance(table, UnitsTable) else {}
    # Where one of the file's times is 1 inside, times and rates keep the numbers that the file has.
    return replace(units(**said), tick=size_of("time", said["time"])) if said else None


def unit_flaws(table: Any) -> list[Problem]:
    """What is wrong with the units of a file."""
    said = _said(table) if isinstance(table, UnitsTable) else {}
    if not said:
        return []
    found = [
        Problem(("units", name), f'must be given beside {next(iter(said))}, as {name} = "{example}"')
        for name, example in (("energy", "GHz"), ("time", "us"))
        if name not in said
    ]
    if table.system is not None:
        found.append(Problem(("units", "system"), "must be left out beside units of the lab"))
    for name, unit in said.items():
        try:
            units(**{"energy": "GHz", "time": "us", name: unit})
        except ArgumentError as error:
            found.append(Problem(("units", name), str(error).removeprefix(f"`{name}` ").rstrip(".")))
    return found


def natural_note(asked: Units | None, message: str) -> str:
    """What the numbers are that an error of the physics names, which knows nothing of units.

    Args:
        asked: the units of the file; None for reduced ones.
        message: of the error.

    Returns:
        Words for the end of the message; empty where they would say nothing.
    """
    if asked is None or not _NUMBER.search(message):
        return ""
    known = ("energy", "temperature", "time") if "temperature" in asked.names else ("energy", "time")
    said = (f"{one} {float(asked.of(1.0, one)):.6g} {asked.label(one)}" for one in known)
    return f"; in natural numbers, where 1 is the {', the '.join(said)}"


def as_in_file(asked: Units | None, message: str, dimension: str) -> str:
    """An error of the physics whose numbers are all of one kind, with those of the file.

    Args:
        asked: the units of the file; None for reduced ones.
        message: of the error, its numbers natural.
        dimension: their unit in words.

    Returns:
        The message.
    """
    if asked is None:
        return message
    unit = asked.label(dimension)
    return _WHOLE.sub(lambda found: f"{float(asked.of(float(found[0]), dimension)):.9g} {unit}", message)
