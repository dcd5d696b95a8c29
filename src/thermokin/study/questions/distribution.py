"""The question [distribution]: probabilities of the amount that is exchanged since time 0."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from pydantic import Field

from thermokin.counting.distribution import distribution
from thermokin.counting.integrated_cumulants import integrated_cumulants
from thermokin.model.current_words import current_of
from thermokin.study.grid import ascending_flaw
from thermokin.study.problem import Problem
from thermokin.study.question import Question, Tell
from thermokin.study.questions.counting import SomeCurrents, about_currents, counting_of, currents_asked
from thermokin.study.section import Positive
from thermokin.study.start_table import StartTable, start_flaws, start_of, state_problem
from thermokin.study.system import System
from thermokin.views.exchanges import Exchange, Exchanges

__all__ = ["DISTRIBUTION", "DistributionTable"]

AGREED = 3  # cumulants of a distribution that are held against those of the moment hierarchy


class DistributionTable(SomeCurrents):
    """Probabilities of the amount exchanged since time 0; without the table there are none."""

    times: Annotated[tuple[Positive, ...], Field(strict=False, min_length=1, max_length=4)] = Field(
        description="one to four times > 0, strictly ascending [time]"
    )
    initial_temperature: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        default=None, description="of the Gibbs state at time 0 [energy]; the steady state if left out"
    )
    start: StartTable | None = Field(
        default=None, description="the state at time 0: a table with temperature, populations, ket or matrix"
    )
    width: Positive | None = Field(default=None, description="of bins, > 0 [amount]; no bins if left out")


def _rules(draft: System) -> list[Problem]:
    table = draft.sections.get("distribution")
    if not isinstance(table, DistributionTable):
        return []
    found = ascending_flaw(table.times, ("distribution", "times"), "time")
    if table.start is not None:
        if table.initial_temperature is not None:
            need, hint = "must be left out beside a start", "start = { temperature = ... } is the same"
            found.append(Problem(("distribution", "initial_temperature"), need, hint))
        found += start_flaws(("distribution", "start"), table.start, draft)
    elif table.initial_temperature is not None:
        of_start = start_flaws(("distribution",), StartTable(temperature=table.initial_temperature), draft)
        found += [replace(one, place=("distribution", "initial_temperature")) for one in of_start]
    return found


def _start(table: DistributionTable) -> StartTable | None:
    """The start that is meant; None if the table names none."""
    if table.initial_temperature is None:
        return table.start
    return StartTable(temperature=table.initial_temperature)


def _answer(system: System, table: DistributionTable, tell: Tell) -> Exchanges:
    found, times, model = Exchanges(), np.array(table.times), system.model
    initial = start_of(system, "distribution", _start(table))
    start = counting_of(system).steady_state.state if initial is None else initial
    names = currents_asked(system.sections, table)
    for position, words in enumerate(names):
        tell("distribution", position / len(names))
        current = current_of(model, words)
        made = distribution(model, current, start, times, width=table.width)
        found[words] = Exchange(
            made, integrated_cumulants(model, current, start, times, order=AGREED).values, table.width is not None
        )
    return found


DISTRIBUTION = about_currents(
    Question(
        name="distribution",
        tables={"distribution": DistributionTable},
        rules=_rules,
        prepare=lambda system, table: state_problem(system, "distribution", _start(table)),
        summary=lambda system, table: (
            f"distribution at {len(table.times)} {'time' if len(table.times) == 1 else 'times'}"
        ),
        cites=lambda system, table: ["distribution"],
        answer=_answer,
    )
)
