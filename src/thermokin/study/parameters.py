"""The parts of the report that the study adds: what was asked, what is in doubt, and where the numbers come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from thermokin.report.blocks import Block, Cell, Definitions, Heading, Level, Notice, Paragraph
from thermokin.study.problem import described
from thermokin.study.provenance import provenance
from thermokin.study.read import StudyFile

__all__ = ["doubts", "parameters"]


def doubts(file: StudyFile) -> list[Block]:
    """A notice for each truncation that shows; assumptions of the model have notices of their own."""
    return [Notice(Level.WARNING, f"{line[0].upper()}{line[1:]}.") for line in file.study.truncations()]


def parameters(file: StudyFile, seconds: float) -> list[Block]:
    """Parameters and provenance, for the end of a report."""
    entries = tuple(_entries(file.study.tables()))
    origin: tuple[tuple[str, Cell], ...] = tuple(provenance(file.study, seconds).items())
    asked: list[Block] = [Heading("Parameters"), Paragraph(_UNITS), Definitions(entries)]
    return [*asked, Heading("Provenance"), Definitions(origin)]


LONGEST_LIST = 200  # characters
_UNITS = (
    "As in study.toml, which can be run again. hbar = k_B = 1: energies and temperatures are in one unit, times in its "
    "inverse, entropies in nats. Heat is positive into the system."
)


def _entries(tables: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Cell]]:
    found: list[tuple[str, Cell]] = []
    for key, value in tables.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found += _entries(value, f"{name}.")
        elif isinstance(value, list | tuple) and any(isinstance(entry, Mapping) for entry in value):
            for index, entry in enumerate(value):
                found += _entries(entry, f"{name}[{index}].")
        elif isinstance(value, list | tuple):
            text = ", ".join(str(entry) for entry in value)
            found.append((name, text if len(text) <= LONGEST_LIST else described(value)))
        elif value is not None:
            found.append((name, _finite(value)))
    return found


def _finite(value: Any) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and not np.isfinite(value):
        return "infinite" if value > 0 else "minus infinity"
    return value if isinstance(value, str | int | float) else str(value)
