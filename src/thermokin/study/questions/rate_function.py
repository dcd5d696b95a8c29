"""The question [rate_function]: the scaled cumulant generating function, and its Legendre transform."""

from __future__ import annotations

from pydantic import Field

from thermokin.counting.cumulant_generating_function import cumulant_generating_function
from thermokin.model.current_words import current_of
from thermokin.study.grid import Grid, grid_flaws, grid_of
from thermokin.study.problem import Problem
from thermokin.study.question import Question, Tell
from thermokin.study.questions.counting import SomeCurrents, about_currents, currents_asked, method_of
from thermokin.study.section import Finite
from thermokin.study.system import System
from thermokin.views.large_deviations import LargeDeviations

__all__ = ["RATE_FUNCTION", "RateFunctionTable"]


class RateFunctionTable(SomeCurrents, Grid):
    """Counting fields for generating function and rate function; without the table there are none."""

    start: Finite = Field(description="the first counting field [1/amount]")
    stop: Finite = Field(description="the last counting field, > start [1/amount]")
    points: int = Field(default=101, ge=3, le=2001, description="how many counting fields, from 3 to 2001")


def _rules(draft: System) -> list[Problem]:
    table, counting = draft.sections.get("rate_function"), draft.sections.get("counting")
    found = grid_flaws(("rate_function",), table) if isinstance(table, RateFunctionTable) else []
    if table is not None and counting is not None and counting.method == "krylov":
        need = 'must be "auto", "dense" or "sparse" beside a table [rate_function], got "krylov"'
        found.append(Problem(("counting", "method"), need))
    return found


def _answer(system: System, table: RateFunctionTable, tell: Tell) -> LargeDeviations:
    method, fields, found = method_of(system.sections), grid_of(table), LargeDeviations()
    names = currents_asked(system.sections, table)
    for position, words in enumerate(names):
        tell("rate function", position / len(names))
        found[words] = cumulant_generating_function(
            system.model, current_of(system.model, words), fields, method=method
        )
    return found


RATE_FUNCTION = about_currents(
    Question(
        name="rate_function",
        tables={"rate_function": RateFunctionTable},
        rules=_rules,
        summary=lambda system, table: f"rate function from {table.points} counting fields",
        cites=lambda system, table: ["cumulant_generating_function"],
        answer=_answer,
    )
)
