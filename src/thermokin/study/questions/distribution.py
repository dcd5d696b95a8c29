"""The question [distribution]: probabilities of the amount that is exchanged since time 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from pydantic import Field

from thermokin.counting.distribution import distribution
from thermokin.counting.integrated_cumulants import integrated_cumulants
from thermokin.motion.initial import Initial, initial_state
from thermokin.study.agreement import ascending_flaw
from thermokin.study.current_words import Chosen, chosen, current_of
from thermokin.study.problem import Problem
from thermokin.study.question import Question, Tell
from thermokin.study.questions.counting import Report, chosen_flaws, counting_of, show
from thermokin.study.section import Positive, Section
from thermokin.study.start import StartTable, start_flaws, start_of
from thermokin.study.system import System
from thermokin.views.counts import Exchange

__all__ = ["DISTRIBUTION", "DistributionTable"]

AGREED = 3  # cumulants of a distribution that are held against those of the moment hierarchy


class DistributionTable(Section):
    """Probabilities of the amount exchanged since time 0; without the table there are none."""

    currents: Chosen = None
    times: Annotated[tuple[Positive, ...], Field(strict=False, min_length=1, max_length=4)] = Field(
        description="one to four times > 0, strictly ascending [1/energy]"
    )
    initial_temperature: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        default=None, description="of the Gibbs state at time 0 [energy]; the steady state if left out"
    )
    start: StartTable | None = Field(
        default=None, description="the state at time 0: a table with temperature, populations, ket or matrix"
    )
    width: Positive | None = Field(default=None, description="of bins, > 0 [amount]; no bins if left out")


def _rules(draft: System) -> list[Problem]:
    sections = draft.sections
    found, table = chosen_flaws("distribution", sections), sections.get("distribution")
    if not isinstance(table, DistributionTable):
        return found
    found += ascending_flaw(table.times, ("distribution", "times"), "time")
    if table.start is not None:
        if table.initial_temperature is not None:
            need = "must be left out beside a start"
            found.append(
                Problem(("distribution", "initial_temperature"), need, "start = { temperature = ... } is the same")
            )
        found += start_flaws(("distribution", "start"), table.start)
    baths = sections.get("baths") or ()
    thermal = table.initial_temperature is not None or (table.start is not None and table.start.temperature is not None)
    if thermal and len({bath.chemical_potential for bath in baths}) > 1:
        need = "must be left out where baths have different chemical potentials: no Gibbs state is meant"
        key = ("initial_temperature",) if table.start is None else ("start", "temperature")
        found.append(Problem(("distribution", *key), need))
    return found


def _initial(system: System, table: DistributionTable) -> Initial | None:
    start = table.start or StartTable(temperature=table.initial_temperature)
    return start_of(start, system.arrays, ("distribution", "start"))


def _prepare(system: System, table: DistributionTable) -> Problem | None:
    model = system.model
    try:
        initial = _initial(system, table)
        if initial is not None:
            initial_state(model, initial)
    except (ValueError, TypeError) as error:
        return Problem(("distribution", "start"), f"must be a state of the model: {error}".rstrip("."))
    return None


def _answer(system: System, table: DistributionTable, tell: Tell) -> Mapping[str, Exchange]:
    found, times, model = {}, np.array(table.times), system.model
    initial = _initial(system, table)
    start = counting_of(system).steady_state.state if initial is None else initial
    names = chosen(system.sections, table)
    for position, words in enumerate(names):
        tell("distribution", position / len(names))
        current = current_of(model, words)
        made = distribution(model, current, start, times, width=table.width)
        found[words] = Exchange(
            made, integrated_cumulants(model, current, start, times, order=AGREED).values, table.width is not None
        )
    return found


def _summary(table: DistributionTable) -> str:
    return f"distribution at {len(table.times)} {'time' if len(table.times) == 1 else 'times'}"


DISTRIBUTION = Question(
    name="distribution",
    tables={"distribution": DistributionTable},
    rules=_rules,
    prepare=_prepare,
    summary=lambda system, table: _summary(table),
    report=Report,
    answer=_answer,
    show=show,
)
