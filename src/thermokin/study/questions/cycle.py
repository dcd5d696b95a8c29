"""The question [cycle]: the limit cycle of a driven model, what it exchanges, and how that fluctuates."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.cycles.cycle_cumulants import CycleCumulants, cycle_cumulants
from thermokin.cycles.cycle_planes import cycle_planes
from thermokin.cycles.ideal_cycle import ideal_cycle
from thermokin.cycles.limit_cycle import LimitCycle, limit_cycle
from thermokin.cycles.protocol import Protocol
from thermokin.lab_units.asked import in_asked_units
from thermokin.model.assumption import Assumption
from thermokin.study.cycle_system import CycleSystem
from thermokin.study.problem import Problem, described, nearest
from thermokin.study.question import Question, Report, Tell
from thermokin.study.section import Positive, Section
from thermokin.study.sweep import Swept
from thermokin.views.driven_cycle import DrivenCycle, merit_of
from thermokin.views.in_units import noted
from thermokin.views.sweep_axes import DATA_ALONE, Column

__all__ = ["CYCLE", "CycleTable"]

NOT_EVERYWHERE = {"efficiency", "coefficient_of_performance", "share_of_carnot"}  # a cycle is no engine and no cooler
WORK = "work"
HEAT = "heat from "
MOST_POINTS, MOST_SWEPT = 10_000, 1_000_000
Words = Annotated[str, Field(min_length=1, max_length=100)]
Some = Annotated[tuple[Words, ...], Field(strict=False, min_length=1, max_length=12)]


class CycleTable(Section):
    """What is asked of a cycle."""

    currents: Some = Field(default=(WORK,), description='whose cumulants per cycle: "work", "heat from" a bath')
    order: int = Field(default=2, ge=1, le=6, description="largest cumulant, from 1 to 6")
    quench: bool = Field(default=False, description="whether numbers may jump between legs, at the price of work")
    stretch: Positive = Field(default=1.0, description="by which the durations of all legs are multiplied, > 0")
    points: int = Field(default=61, ge=2, le=2000, description="along each leg, for figures")


class CycleReport(Report):
    """What the report shows."""

    title: str = Field(default="A limit cycle", min_length=1, max_length=200, description="its title")


def _rules(draft: CycleSystem) -> list[Problem]:
    table = draft.sections.get("cycle")
    if not isinstance(table, CycleTable):
        return []
    baths = _bath_names(draft)
    known = [WORK, *(f"{HEAT}{name}" for name in baths or ())]
    found = []
    for index, words in enumerate(table.currents):
        place = ("cycle", "currents", index)
        if baths is not None and words not in known:
            near = nearest(words, known)
            named = ", ".join(f'"{one}"' for one in known)
            need = f"must be one of {named}, got {described(words)}"
            found.append(Problem(place, need, near and f'did you mean "{near}"?'))
        elif words != WORK and _untouched(draft, words.removeprefix(HEAT)):
            found.append(Problem(place, f"must be heat from a bath that a leg touches, got {described(words)}"))
        elif words in table.currents[:index]:
            found.append(Problem(place, f"must be named once, got {described(words)} again"))
    swept = draft.sections.get("sweep")
    if isinstance(swept, Swept) and MOST_POINTS < swept.points <= MOST_SWEPT:
        found.append(Problem(("sweep",), f"must hold at most {MOST_POINTS} cycles, got {swept.points}"))
    return found


def _bath_names(draft: CycleSystem) -> tuple[str, ...] | None:
    """The baths of the study; None where they are not known."""
    model, tables = draft.sections.get("model"), draft.sections.get("baths", ())
    if model is None or tables is None:
        return None
    return draft.own_baths or tuple(bath.name for bath in tables)


def _untouched(draft: CycleSystem, name: str) -> bool:
    """Whether no leg touches a bath, as far as legs are sound."""
    known = [bath.name for bath in draft.sections.get("baths") or ()]
    touched = [one for leg in draft.legs for one in leg.baths or ()]
    return bool(draft.legs) and name in known and set(touched) <= set(known) and name not in touched


def _prepare(system: CycleSystem, _: CycleTable) -> Problem | None:
    """The protocol, and those at the corners of a sweep, where numbers are farthest from those of the file."""
    swept = system.sections.get("sweep")
    axes = swept.axes if isinstance(swept, Swept) else {}
    corners = list(product(*({float(values[0]), float(values[-1])} for values in axes.values())))
    for ends in [(), *corners] if axes else [()]:
        try:
            made: Any = system.family.at(dict(zip(axes, ends, strict=True))) if ends else system.protocol
            made.require_period()
        except ArgumentError as error:
            place = ("sweep",) if axes else ("legs",)
            said = str(error).replace("pass quench=True, which books", "set cycle.quench = true, which books")
            return Problem(place, f"must make a cycle: {said}".rstrip("."))
    return None


def _counted(words: str) -> str:
    return words.removeprefix(HEAT)


def _cumulants(cycle: LimitCycle, table: CycleTable) -> dict[str, CycleCumulants]:
    return {words: cycle_cumulants(cycle, _counted(words), order=table.order) for words in table.currents}


def _answer(system: CycleSystem, table: CycleTable, tell: Tell) -> DrivenCycle:
    tell("limit cycle", 0.0)
    cycle = limit_cycle(system.protocol)
    tell("cumulants", 0.4)
    found = _cumulants(cycle, table)
    tell("along the legs", 0.7)
    planes = cycle_planes(cycle, points=table.points)
    ideal = ideal_cycle(cycle.protocol) if planes.slow is not None else None
    return DrivenCycle(cycle, found, planes, ideal)


def _swept(system: CycleSystem, table: CycleTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """What a cycle exchanges, cycle by cycle: protocols have no leading axes."""
    shape = np.broadcast_shapes(*map(np.shape, numbers.values()))
    rows: dict[str, FloatArray] = {}
    said: dict[str, tuple[str, str]] = {}
    for place in np.ndindex(shape):
        point = {name: float(np.broadcast_to(values, shape)[place]) for name, values in numbers.items()}
        made: Any = system.family.at(point)
        for name, words, unit, value in _of_a_cycle(limit_cycle(made), table):
            said[name] = words, unit
            rows.setdefault(name, np.full(shape, np.nan))[place] = value
    found = []
    for name, values in rows.items():
        hidden = DATA_ALONE if name.startswith("error ") else {}
        found.append(Column(name, *said[name], values, said=hidden, optional=name in NOT_EVERYWHERE))
    return found


def _of_a_cycle(cycle: LimitCycle, table: CycleTable) -> list[tuple[str, str, str, float]]:
    merit = merit_of(cycle)
    found = [
        ("work", "work delivered in a cycle", "energy", -cycle.work_on_counted),
        ("power", "power delivered", "energy/time", float(merit.power)),
        *((f"heat {name}", f"heat from {name} in a cycle", "energy", value) for name, value in cycle.heat.items()),
        ("efficiency", "efficiency as an engine", "1", float(merit.efficiency)),
        (
            "coefficient_of_performance",
            "coefficient of performance as a refrigerator",
            "1",
            float(merit.coefficient_of_performance),
        ),
        ("share_of_carnot", "share of what the second law allows", "1", float(merit.share_of_carnot)),
        ("entropy_production", "entropy produced in a cycle", "nats", cycle.entropy_production),
        ("error of state", "estimate of what the state lacks", "1", cycle.error),
    ]
    for words, counted in _cumulants(cycle, table).items():
        for order in range(1, table.order + 1):
            unit = "energy" if order == 1 else f"energy^{order}"
            name = f"c{order} {words}"
            found.append(
                (name, f"cumulant {order} per cycle of {_said(words)}", unit, float(counted.values[order - 1]))
            )
            found.append((f"error of {name}", f"error of {name}", unit, float(counted.error[order - 1])))
    return found


def _said(words: str) -> str:
    """A current by what it counts; the column "work" is what the cycle delivers, the negative of this one."""
    return "work on the system" if words == "work" else words


def _summary(system: CycleSystem, _: CycleTable) -> str:
    legs = " – ".join(leg.name for leg in system.legs)
    duration = float(in_asked_units(system.protocol.duration, "time"))
    return f"{system.table.name} driven along {legs}, duration {duration:g}{noted('time')}"


def _remarks(system: CycleSystem, _: CycleTable) -> list[str]:
    def said(one: Assumption) -> str:
        return one.said("", " (lower the rates, or stretch the cycle)")

    protocol: Protocol = system.protocol
    return [said(one) for one in protocol.validity if one.in_doubt]


CYCLE = Question(
    name="cycle",
    tables={"cycle": CycleTable},
    rules=_rules,
    prepare=_prepare,
    summary=_summary,
    remarks=_remarks,
    report=CycleReport,
    cites=lambda system, table: ["limit_cycle", "cycle_cumulants"],
    answer=_answer,
    swept=_swept,
    kind="cycle",
    hints={"bath": 'a leg names the baths it touches: baths = ["hot"]'},
)
