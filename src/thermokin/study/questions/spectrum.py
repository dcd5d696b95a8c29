"""The question [spectrum]: noise against frequency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.counting.counting import Counting
from thermokin.model.current_words import current_of, unit_of
from thermokin.study.grid import SpacedGrid, grid_flaws, grid_of
from thermokin.study.problem import Problem
from thermokin.study.question import Question, Tell
from thermokin.study.questions.counting import SomeCurrents, about_currents, counting_of, currents_asked, method_of
from thermokin.study.section import Finite
from thermokin.study.system import System
from thermokin.views.by_current import charged
from thermokin.views.spectra import Spectra
from thermokin.views.sweep_axes import Column

__all__ = ["SPECTRUM", "SpectrumTable"]


class SpectrumTable(SomeCurrents, SpacedGrid):
    """Noise against frequency; without the table there is none."""

    start: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        default=0.0, description="the first frequency, >= 0 [1/time]"
    )
    stop: Finite = Field(description="the last frequency, > start [1/time]")
    points: int = Field(default=201, ge=2, le=10_000, description="how many frequencies, from 2 to 10000")


def _rules(draft: System) -> list[Problem]:
    table = draft.sections.get("spectrum")
    return grid_flaws(("spectrum",), table) if isinstance(table, SpectrumTable) else []


def _answer(system: System, table: SpectrumTable, tell: Tell) -> Spectra:
    tell("spectrum", 0.0)
    counting, grid, names = counting_of(system), grid_of(table), currents_asked(system.sections, table)
    return Spectra({words: counting.spectrum(current_of(system.model, words), grid) for words in names})


def _swept(system: System, table: SpectrumTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """The noise at every frequency, which is an axis of its own after those of the sweep."""
    model = system.family.at(numbers)
    counting, grid, found = Counting(model, method=method_of(system.sections)), grid_of(table), []
    for words in currents_asked(system.sections, table):
        noise = counting.spectrum(current_of(model, words), grid).values
        name, said, unit = f"spectrum {words}", f"noise of {words}", f"{unit_of(words, 2)}/time"
        more = charged(words, "amount^2/time")
        found.append(Column(name, said, unit, noise, {"frequency": grid}, more))
    return found


SPECTRUM = about_currents(
    Question(
        name="spectrum",
        tables={"spectrum": SpectrumTable},
        rules=_rules,
        summary=lambda system, table: f"spectrum at {table.points} frequencies",
        cites=lambda system, table: ["spectrum"],
        answer=_answer,
        swept=_swept,
    )
)
