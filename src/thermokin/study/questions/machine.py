"""The question [machine]: what the system does with the heat of its baths, and how well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.counting.counting import Counting
from thermokin.machines.figures_of_merit import FiguresOfMerit, merits_of
from thermokin.machines.mode import MODES
from thermokin.study.problem import Problem, described, nearest
from thermokin.study.question import Question, Report, Tell, in_doubt
from thermokin.study.questions.counting import counting_of, method_of
from thermokin.study.section import Section
from thermokin.study.sweep import Swept
from thermokin.study.system import System
from thermokin.views.sweep_axes import DATA_ALONE, Column

__all__ = ["MACHINE", "MachineTable"]

FLAGS = " ".join(word.replace(" ", "_") for word in MODES)
AMONG = {"modes": "does"}
OF_REGIME = {**AMONG, "of_regime": "yes"}  # another number wherever the machine does another thing: no line joins them
NOTHING = {"missing": "nothing is turned into anything else"}


class MachineTable(Section):
    """What the system does as a machine, and how well; without the table nothing is said of it."""

    noise: bool = Field(default=True, description="whether the noise of the useful current is found as well")
    curves: Annotated[str, Field(max_length=200)] | None = Field(
        default=None,
        description="number of [sweep] along which efficiency is drawn against power; the last if left out",
    )


class MachineReport(Report):
    """What the report shows."""

    title: str = Field(default="What the machine does", min_length=1, max_length=200, description="its title")


def _rules(draft: System) -> list[Problem]:
    table, swept = draft.sections.get("machine"), draft.sections.get("sweep")
    if not isinstance(table, MachineTable) or table.curves is None:
        return []
    if "sweep" not in draft.sections:
        return [Problem(("machine", "curves"), "is for a table [sweep], and there is none")]
    if not isinstance(swept, Swept) or table.curves in swept.axes:
        return []
    near, known = nearest(table.curves, list(swept.axes)), " or ".join(f'"{name}"' for name in swept.axes)
    need = f"must be one of the numbers of [sweep], {known}, got {described(table.curves)}"
    return [Problem(("machine", "curves"), need, near and f'did you mean "{near}"?')]


def _prepare(system: System) -> Problem | None:
    if system.model.baths:
        return None
    return Problem(("machine",), "must be asked of a system with baths, whose heat a machine works with")


def _answer(system: System, table: MachineTable, tell: Tell) -> FiguresOfMerit:
    tell("steady state", 0.0)
    found = merits_of(counting_of(system))
    if table.noise:
        tell("noise", 0.5)
        _ = found.noise
    return found


def _swept(system: System, table: MachineTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """Every figure of merit that is defined somewhere, at every point."""
    model = system.family.at(numbers)
    found = merits_of(Counting(model, method=method_of(system.sections)))
    curve = {"along": table.curves or list(numbers)[-1], "limit": "carnot"}
    engine = {"short": "efficiency", "against": "power", "mark": "curzon_ahlborn", **curve}
    cooler = {"short": "coefficient of performance", "against": "cooling", **curve}
    columns = [
        _column("power", "power, work delivered per time", "energy/time", found.power, short="power", **AMONG),
        *(
            _column(f"heat from {name}", f"heat from {name}", "energy/time", found.heats[..., place], **AMONG)
            for place, name in enumerate(found.names)
        ),
        _column("cooling", "heat from the coldest", "energy/time", found.heat_from_cold, short="cooling", **OF_REGIME),
        _column("efficiency", "efficiency, what is delivered over what is drawn", "1", found.efficiency, **engine),
        _column(
            *("coefficient_of_performance", "coefficient of performance, heat from the cold over what it costs", "1"),
            found.coefficient_of_performance,
            **cooler,
        ),
        _column(
            "share_of_carnot", "share of what the second law allows", "1", found.share_of_carnot, **NOTHING, **OF_REGIME
        ),
        _column("entropy_production", "entropy that the baths take up", "nats/time", found.entropy_production, **AMONG),
        _column("carnot", "largest figure of merit that the second law allows", "1", found.carnot, **DATA_ALONE),
        _column("curzon_ahlborn", "efficiency 1 - sqrt(T_c/T_h)", "1", found.curzon_ahlborn, **DATA_ALONE),
    ]
    if table.noise:
        columns += _noise(found)
    codes = np.vectorize({word: float(place) for place, word in enumerate(MODES)}.get)(found.does)
    does = _column("does", "what the machine does", "1", codes, flag_meanings=FLAGS, depth="share_of_carnot")
    everywhere = {"power", "share_of_carnot", "entropy_production", *(f"heat from {name}" for name in found.names)}
    return [does, *(replace(one, optional=one.name not in everywhere) for one in columns)]


def _noise(found: FiguresOfMerit) -> list[Column]:
    product = "noise of the useful current times entropy production over its square"
    return [
        _column(
            "useful_current",
            "useful current, what the machine is built for",
            "energy/time",
            found.useful_current,
            **OF_REGIME,
        ),
        _column("noise", "noise of the useful current", "energy^2/time", found.noise, **OF_REGIME),
        _column("uncertainty_product", product, "1", found.uncertainty_product, threshold=2.0, **OF_REGIME),
    ]


def _column(name: str, words: str, unit: str, values: FloatArray, **said: Any) -> Column:
    return Column(name, words, unit, values, said=said)


MACHINE = Question(
    name="machine",
    tables={"machine": MachineTable},
    rules=_rules,
    prepare=lambda system, table: _prepare(system),
    summary=lambda system, table: f"figures of merit of {system.table.name}",
    remarks=lambda system, table: in_doubt(system.model, "", "rates"),
    report=MachineReport,
    cites=lambda system, table: ["figures_of_merit", FiguresOfMerit],
    answer=_answer,
    swept=_swept,
)
