"""The table [sweep]: numbers of the system that are taken at many values, every value of one with every of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.study.any_system import AnySystem
from thermokin.study.grid import SpacedGrid, grid_flaws, grid_of
from thermokin.study.parse import Reader, sections_of
from thermokin.study.problem import Place, Problem, described, nearest
from thermokin.study.question import Question
from thermokin.study.section import Finite, Positive, Section
from thermokin.sweeps.column import Column
from thermokin.sweeps.refinement import Refine
from thermokin.views.sweep_axes import columns_dataset

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "MOST_AT_ONCE",
    "Axis",
    "RefineTable",
    "SweepTable",
    "Swept",
    "asked_by",
    "read_sweep",
    "sweep_flaws",
    "swept_dataset",
    "with_first_points",
]

MOST_AXES, MOST_VALUES, MOST_POINTS = 3, 1_000_000, 1_000_000_000
MOST_AT_ONCE = 1_000_000  # points that a run holds; more go into a store
REFINE = "refine"  # the key of [sweep] that is no axis
LARGEST = 1e300  # a whole number of a TOML file may be larger than any in double precision


class SweepTable(Section):
    """Any keys; this stands for the table where no others are known."""


class Axis(SpacedGrid):
    """Values from start to stop, both included."""

    start: Finite = Field(description="the first value")
    stop: Finite = Field(description="the last value, > start")
    points: int = Field(default=51, ge=2, le=MOST_VALUES, description="how many values, from 2 to 1000000")


class RefineTable(Section):
    """More values of the axes where an output bends."""

    tolerance: Positive = Field(
        default=0.01, description="how far off the line between its neighbours a point may lie, in the output's range"
    )
    most: int = Field(default=10_000, ge=1, le=MOST_AT_ONCE, description="points at which it ends, from 1 to 1000000")
    by: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        default=(), description="variables of the data that are looked at; all that are shown if left out"
    )


def _axes(table: Any) -> dict[str, tuple[Place, Any]]:
    """Place and value of each axis by the name of its number; "model.drive" may be written with or without quotes."""
    found: dict[str, tuple[Place, Any]] = {}

    def walk(value: Any, place: Place) -> None:
        if isinstance(value, dict) and value and not set(value) & set(Axis.model_fields):
            for key, inner in value.items():
                walk(inner, (*place, key))
        else:
            found[".".join(str(step) for step in place)] = ("sweep", *place), value

    for key, value in table.items() if isinstance(table, dict) else ():
        if key != REFINE:
            walk(value, (key,))
    return found


@dataclass(frozen=True, eq=False)
class Swept:
    """The axes of a sweep.

    Args:
        axes: values (n,) by the name of the number.
        places: where each stands in the file.
        more: how more values are found, if they are.
    """

    axes: Mapping[str, FloatArray]
    places: Mapping[str, Place]
    more: RefineTable | None = None

    @property
    def refine(self) -> Refine | None:
        """Where more values are wanted; None if nowhere."""
        return None if self.more is None else Refine(self.more.tolerance, self.more.most, self.more.by)

    def table(self) -> dict[str, Any]:
        """The table as a file has it."""
        more = {} if self.more is None else {REFINE: self.more.model_dump()}
        return {**{name: values.tolist() for name, values in self.axes.items()}, **more}

    @property
    def points(self) -> int:
        """How many points there are, every value of one axis with every of the others."""
        return prod(values.size for values in self.axes.values())

    @property
    def numbers(self) -> dict[str, FloatArray]:
        """The values of every axis (1, ..., n, ..., 1), each along an axis of its own, so that they broadcast."""
        return dict(zip(self.axes, np.ix_(*self.axes.values()), strict=True))


def with_first_points(tables: Mapping[str, Any], layouts: Mapping[str, Any]) -> dict[str, Any]:
    """The tables with the first value of every axis where the file leaves that number out."""
    tables = dict(tables)
    for name, (_, value) in _axes(tables.get("sweep")).items():
        first = _first(value)
        head, _, key = name.rpartition(".")
        if not any(key in section.model_fields for section in sections_of(layouts.get(head.partition(".")[0], Axis))):
            continue
        if head in {"model", "bath", "cycle"} and isinstance(tables.get(head), dict) and first is not None:
            tables[head] = {**tables[head], key: tables[head].get(key, first)}
        several, _, called = head.partition(".")
        if called and isinstance(tables.get(several), list) and first is not None:
            tables[several] = [
                {key: first, **one} if isinstance(one, dict) and one.get("name") == called else one
                for one in tables[several]
            ]
    return tables


def _first(value: Any) -> Any:
    """The first value of an axis, right or wrong; None if it has none."""
    if isinstance(value, dict):
        return value.get("start")
    return value[0] if isinstance(value, list) and value else None


def read_sweep(reader: Reader, table: Any) -> Swept:
    """The values of every axis; those with problems, which the reader keeps, are left out."""
    if not isinstance(table, dict) or not set(table) - {REFINE}:
        reader.problem(("sweep",), f"must be a table of numbers to sweep, got {described(table)}")
        return Swept({}, {})
    axes, found = _axes(table), {}
    if len(axes) > MOST_AXES:
        reader.problem(("sweep",), f"must hold at most {MOST_AXES} axes, got {len(axes)}")
        return Swept({}, {})
    for name, (place, value) in axes.items():
        grid: Any = value if isinstance(value, list) else reader.section(Axis, value, place)
        flaws = _list_flaws(place, grid) if isinstance(grid, list) else grid and grid_flaws(place, grid)
        reader.problems += flaws or []
        if grid is not None and not flaws:
            found[name] = np.array(grid, dtype=np.float64) if isinstance(grid, list) else grid_of(grid)
    more: Any = reader.section(RefineTable, table[REFINE], ("sweep", REFINE)) if REFINE in table else None
    swept = Swept(found, {name: place for name, (place, _) in axes.items()}, more)
    if more is not None:
        reader.problems += _refine_flaws(swept, more)
    if swept.points > MOST_POINTS:
        reader.problem(("sweep",), f"must hold at most {MOST_POINTS} points, got {swept.points}")
    return swept


def _refine_flaws(swept: Swept, more: RefineTable) -> list[Problem]:
    """What is wrong with a refinement of sound axes."""
    if len(swept.axes) < len(swept.places):
        return []
    if all(values.size < 3 for values in swept.axes.values()):
        return [Problem(("sweep", REFINE), "must stand beside an axis of three values or more: two have no bend")]
    if more.most <= swept.points:
        need = f"must be more than the {swept.points} points that are there without it, got {more.most}"
        return [Problem(("sweep", REFINE, "most"), need)]
    return []


def _list_flaws(place: Place, values: list[Any]) -> list[Problem]:
    if not 1 <= len(values) <= MOST_VALUES:
        return [Problem(place, f"must hold 1 to {MOST_VALUES} values, got {len(values)}")]
    for index, value in enumerate(values):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return [Problem((*place, index), f"must be a number, got {described(value)}")]
        if not abs(value) <= LARGEST:  # nan as well
            return [Problem((*place, index), f"must be finite, got {described(value)}")]
    return []


def sweep_flaws(system: AnySystem, asked: list[Question]) -> list[Problem]:
    """What is wrong with a sweep of a sound system."""
    swept: Swept | None = system.sections.get("sweep")
    if swept is None:
        return []
    known, found = system.family.parameters, []
    settable = {name: one for name, one in known.items() if one.role != "whole" and one.levels is None}
    for name, values in swept.axes.items():
        place = swept.places[name]
        if name not in settable:
            near = nearest(name, list(settable))
            hint = f"did you mean {near}?" if near else "its numbers are " + ", ".join(settable)
            found.append(Problem(place, "must name a number of the system that may vary", hint))
        elif flaw := settable[name].flaw(values):
            found.append(Problem(place, flaw))
        elif any(question.temperatures == "set" for question in asked) and name in system.temperatures:
            found.append(Problem(place, "must be no temperature that a quench sets"))
    alone = "must be left out beside a table [sweep]: it is asked at one point"
    return found + [Problem((question.name,), alone) for question in asked if question.swept is None]


def asked_by(question: Question, columns: Iterable[Column]) -> list[Column]:
    """Columns that say which question they answer."""
    return [replace(one, said={**one.said, "question": question.name}) for one in columns]


def swept_dataset(system: AnySystem, asked: list[Question]) -> xr.Dataset:
    """What all questions find at all points, labelled by the numbers that are swept."""
    swept: Swept = system.sections["sweep"]
    columns = []
    for question in asked:
        assert question.swept is not None  # noqa: S101 - narrows the type: rules have refused the others
        columns += asked_by(question, question.swept(system, question.table(system.sections), swept.numbers))
    known = system.family.parameters
    return columns_dataset(
        {name: (values, known[name]) for name, values in swept.axes.items()}, (one for one in columns if one.says)
    )
