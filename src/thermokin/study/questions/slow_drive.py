"""The question [slow_drive]: what it costs to take numbers of the system slowly from one point to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from thermokin._errors import ThermokinError
from thermokin._typing import FloatArray
from thermokin.slow_driving.shortest_paths import geodesic
from thermokin.slow_driving.slow_drive import SlowDrive, slow_drive
from thermokin.study.leg_table import MovingTable, numbers_in
from thermokin.study.point_columns import Said, point_columns, too_many_points
from thermokin.study.problem import Place, Problem, described
from thermokin.study.question import Question, Report, Tell, in_doubt
from thermokin.study.section import Positive
from thermokin.study.sweep import Swept
from thermokin.study.system import System
from thermokin.study.varying_numbers import number_flaw, numbers_known
from thermokin.views.asked_slow_drive import AskedSlowDrive, AskedSlowDriveView
from thermokin.views.sweep_axes import Column

__all__ = ["SLOW_DRIVE", "SlowDriveTable"]

CALLED = {"coherent": "coherent_action", "noise": "work_noise"}
MOST_LEVELS = 8  # of a system whose drive a check follows
Durations = Annotated[tuple[Positive, ...], Field(strict=False, max_length=12)]


class SlowDriveTable(MovingTable):
    """What a slow drive costs; without the table nothing is said of it."""

    stop: dict[str, Any] = Field(description='numbers where the drive ends, as { "model.gap" = 2.0 }')
    start: dict[str, Any] | None = Field(
        default=None, description="numbers where it begins; those of the file if left out"
    )
    path: Literal["straight", "smooth", "geodesic"] = Field(
        default="straight",
        description='"straight", "smooth", which begins and ends at rest, or "geodesic", the cheapest path and pace',
    )
    durations: Durations = Field(default=(), description="in which the excess work is told, > 0 [time]")


class SlowDriveReport(Report):
    """What the report shows."""

    title: str = Field(default="What a slow drive costs", min_length=1, max_length=200, description="its title")


def _rules(draft: System) -> list[Problem]:
    table = draft.sections.get("slow_drive")
    if not isinstance(table, SlowDriveTable):
        return []
    found = too_many_points(draft, "drives")
    swept = draft.sections.get("sweep")
    axes = swept.axes if isinstance(swept, Swept) else {}
    if not table.stop:
        found.append(Problem(("slow_drive", "stop"), 'must name a number that moves, as { "model.gap" = 2.0 }'))
    if not numbers_known(draft):
        return found
    moved = {name for name, _, _ in numbers_in(table.stop)}
    for place, name, value in _ends(table):
        flaw = _end_flaw(place, name, value, draft)
        if flaw is None and name in axes:
            flaw = Problem(place, "must be no number of [sweep], whose values the drive would replace")
        if flaw is None and name not in moved:
            flaw = Problem(place, "must have an end in slow_drive.stop as well")
        found += [] if flaw is None else [flaw]
    if not found and _start(table, draft) == _stop(table):
        found.append(Problem(("slow_drive", "stop"), "must be another point than the start, got the same numbers"))
    return found


def _ends(table: SlowDriveTable) -> Iterator[tuple[Place, str, Any]]:
    for key in ("start", "stop"):
        for name, place, value in numbers_in(getattr(table, key)):
            yield ("slow_drive", key, *place), name, value


def _end_flaw(place: Place, name: str, value: Any, draft: System) -> Problem | None:
    known = draft.family.parameters.get(name)
    if known is None or known.role == "whole" or known.levels is not None or known.step:
        return number_flaw(place, name, draft)
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(float(value)):
        return Problem(place, f"must be a finite number, got {described(value)}")
    if flaw := known.flaw(float(value)):
        return Problem(place, flaw)
    if float(value) in (max(known.above, known.least), known.most):
        return Problem(place, f"must not be at the end of its range, {value:g}, where it can move to one side alone")
    return None


def _stop(table: SlowDriveTable) -> dict[str, float]:
    return {name: float(value) for name, _, value in numbers_in(table.stop)}


def _start(table: SlowDriveTable, system: System) -> dict[str, float]:
    given = {name: float(value) for name, _, value in numbers_in(table.start)}
    return {name: given.get(name, system.family.parameters[name].default) for name in _stop(table)}


def _made(system: System, table: SlowDriveTable, numbers: Mapping[str, float]) -> AskedSlowDrive:
    family, first, last = system.family.given(numbers), _start(table, system), _stop(table)
    durations = np.array(table.durations, dtype=np.float64)
    if table.path == "geodesic":
        best = geodesic(family, first, last)
        return AskedSlowDrive(best.drive, table.path, best.straight, durations)
    ends = {name: (first[name], last[name]) for name in last}
    if table.path == "straight":
        return AskedSlowDrive(slow_drive(family, ends), table.path, None, durations)

    def eased(pair: tuple[float, float]) -> Any:
        return lambda s: pair[0] + (pair[1] - pair[0]) * (0.5 - 0.5 * np.cos(np.pi * s))

    smooth = slow_drive(family, {name: eased(pair) for name, pair in ends.items()})
    return AskedSlowDrive(smooth, table.path, slow_drive(family, ends), durations)


def _prepare(system: System, table: SlowDriveTable) -> Problem | None:
    """The drive of a small system, since there may be no state to follow somewhere on the way."""
    if system.model.dimension > MOST_LEVELS or (table.path == "geodesic" and len(_stop(table)) > 1):
        return None
    try:
        system.once("slow_drive", lambda: _made(system, table, {}))
    except (ThermokinError, ValueError) as error:
        return Problem(("slow_drive",), f"must be a drive that can be slow: {error}".rstrip("."))
    return None


def _answer(system: System, table: SlowDriveTable, tell: Tell) -> AskedSlowDrive:
    tell("slow drive", 0.0)
    return system.once("slow_drive", lambda: _made(system, table, {}))


def _swept(system: System, table: SlowDriveTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """What the drive costs at every point, one after another."""
    return point_columns(numbers, lambda point: _of_a_drive(_made(system, table, point)))


def _of_a_drive(asked: AskedSlowDrive) -> Iterator[Said]:
    for one in AskedSlowDriveView().defined(asked):
        name, values = CALLED.get(one.name, one.name), np.asarray(one.of(asked), dtype=np.float64)
        if not one.axes:
            yield name, one.meaning, one.unit, float(values), {}
        elif one.axes == ("duration",):
            for place, value in enumerate(values, start=1):
                yield f"{name} {place}", f"{one.meaning}, number {place}", one.unit, float(value), {}


SLOW_DRIVE = Question(
    name="slow_drive",
    tables={"slow_drive": SlowDriveTable},
    rules=_rules,
    prepare=_prepare,
    summary=lambda system, table: f"slow drive of {' and '.join(_stop(table))} of {system.table.name}, {table.path}",
    remarks=lambda system, table: in_doubt(system.model, "", "rates"),
    report=SlowDriveReport,
    cites=lambda system, table: ["geodesic" if table.path == "geodesic" else "slow_drive", SlowDrive],
    answer=_answer,
    swept=_swept,
)
