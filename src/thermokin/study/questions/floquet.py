"""The question [floquet]: a model that one leg drives periodically, between its Floquet modes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

import numpy as np
from pydantic import Field

from thermokin._errors import ArgumentError, NotConvergedError
from thermokin._typing import FloatArray
from thermokin.counting.counting import Counting
from thermokin.lab_units.asked import in_asked_units
from thermokin.model.current_words import current_of
from thermokin.periodic.floquet import floquet
from thermokin.periodic.floquet_states import FloquetStates
from thermokin.study.cycle_system import CycleSystem
from thermokin.study.leg_table import numbers_in
from thermokin.study.point_columns import Said, point_columns, too_many_points
from thermokin.study.problem import Place, Problem, described
from thermokin.study.question import Question, Report, Tell
from thermokin.study.questions.counting import bath_temperatures, words_flaw
from thermokin.study.section import Section
from thermokin.views.asked_floquet import AskedFloquet, AskedFloquetView
from thermokin.views.in_units import noted
from thermokin.views.sweep_axes import DATA_ALONE, Column

__all__ = ["FLOQUET", "FloquetTable"]

MADE = "floquet states"
ASIDE = ("error", "mean_energies")
MOST_LEVELS = 24  # of a system whose modes a check finds
ROUNDING = 1e-12  # of the frequency
Words = Annotated[str, Field(min_length=1, max_length=200)]
Some = Annotated[tuple[Words, ...], Field(strict=False, max_length=12)]


class FloquetTable(Section):
    """What is asked of a periodic drive."""

    currents: Some = Field(default=(), description='whose cumulants per time: currents in words, as "heat from hot"')
    order: int = Field(default=2, ge=1, le=6, description="largest cumulant, from 1 to 6")


class FloquetReport(Report):
    """What the report shows."""

    title: str = Field(default="A periodic drive", min_length=1, max_length=200, description="its title")


def _rules(draft: CycleSystem) -> list[Problem]:
    table = draft.sections.get("floquet")
    if not isinstance(table, FloquetTable):
        return []
    found = [*_drive_flaws(draft), *_model_flaws(draft)]
    if draft.sections.get("model") is not None and draft.sections.get("baths", ()) is not None:
        temperatures = bath_temperatures(draft.whole)
        for index, words in enumerate(table.currents):
            place: Place = ("floquet", "currents", index)
            flaw = words_flaw(place, words, temperatures)
            if flaw is None and words in table.currents[:index]:
                flaw = Problem(place, f"must be named once, got {described(words)} again")
            found += [] if flaw is None else [flaw]
    return [*found, *too_many_points(draft, "drives")]


def _drive_flaws(draft: CycleSystem) -> list[Problem]:
    """What keeps legs from being one smooth drive of the Hamiltonian."""
    if not draft.legs:
        return []
    hint = "[cycle] takes several legs, and rates that swing"
    if len(draft.legs) > 1:
        return [Problem(("legs", 1), "must be left out: a periodic drive is one leg, in which numbers swing", hint)]
    (leg,) = draft.legs
    if leg.swing is None and leg.swing_hamiltonian is None:
        return [Problem(("legs", 0, "swing"), 'must be given: numbers that swing, as { "model.gap" = 0.1 }')]
    return [
        Problem(("legs", 0, "swing", *place), "must be of the Hamiltonian: baths stay as they are", hint)
        for name, place, _ in numbers_in(leg.swing)
        if name.startswith("baths.")
    ]


def _model_flaws(draft: CycleSystem) -> list[Problem]:
    """What says how baths act, which the modes say anew."""
    model = draft.sections.get("model")
    if model is None:
        return []
    if draft.own_baths:
        return [Problem(("model", "name"), f"must be a model between [[baths]], which {described(model.name)} is not")]
    keys = ("energy_operator", "builder", "width") if model.made_by is None else ()
    need = "must be left out: baths give and take quanta of the driven system"
    return [Problem(("model", key), need) for key in keys if getattr(model, key, None) is not None]


def _made(table: FloquetTable, states: FloquetStates) -> AskedFloquet:
    counting = Counting(states.model)
    cumulants = {
        words: np.asarray(counting.cumulants(current_of(states.model, words), order=table.order).values)
        for words in table.currents
    }
    return AskedFloquet(states, cumulants)


def _prepare(system: CycleSystem, _: FloquetTable) -> Problem | None:
    drive = system.drive({})
    if np.shape(drive[0](0.0))[-1] > MOST_LEVELS:
        return None
    try:
        system.once(MADE, lambda: floquet(*drive))
    except (ArgumentError, NotConvergedError) as error:
        return Problem(("legs", 0), f"must be a drive with Floquet states: {error}".rstrip("."))
    return None


def _answer(system: CycleSystem, table: FloquetTable, tell: Tell) -> AskedFloquet:
    tell("periodic state", 0.0)
    return _made(table, system.once(MADE, lambda: floquet(*system.drive({}))))


def _swept(system: CycleSystem, table: FloquetTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """Every number at every point, one drive after another."""
    return point_columns(numbers, lambda point: _of_a_drive(_made(table, floquet(*system.drive(point)))))


def _of_a_drive(asked: AskedFloquet) -> Iterator[Said]:
    baths = [bath.name for bath in asked.model.baths]
    for one in AskedFloquetView().defined(asked):
        values, said = np.asarray(one.of(asked), dtype=np.float64), DATA_ALONE if one.name in ASIDE else {}
        if one.unit == "energy":  # what is rounding would be drawn as a curve
            values = np.where(np.abs(values) <= ROUNDING * asked.states.frequency, 0.0, values)
        if not one.axes:
            yield one.name, one.meaning, one.unit, float(values), said
            continue
        for place, value in enumerate(values):
            of_bath = one.axes == ("bath",)
            mark = baths[place] if of_bath else str(place)
            words = one.meaning.replace("the bath", mark) if of_bath else f"{one.meaning} {mark}"
            yield f"{one.name} {mark}", words, one.unit, float(value), said


def _summary(system: CycleSystem, _: FloquetTable) -> str:
    (leg,) = system.legs
    period = float(in_asked_units(leg.duration / leg.periods, "time"))
    return f"{system.table.name} driven with period {period:g}{noted('time')}"


def _remarks(system: CycleSystem, _: FloquetTable) -> list[str]:
    validity = getattr(system.kept(MADE), "validity", ())
    return [one.said("", " (lower the rates, or use [cycle])") for one in validity if one.in_doubt]


FLOQUET = Question(
    name="floquet",
    tables={"floquet": FloquetTable},
    rules=_rules,
    prepare=_prepare,
    summary=_summary,
    remarks=_remarks,
    report=FloquetReport,
    cites=lambda system, table: ["floquet"],
    answer=_answer,
    swept=_swept,
    kind="cycle",
    hints={"bath": 'a leg names the baths it touches: baths = ["hot"]'},
)
