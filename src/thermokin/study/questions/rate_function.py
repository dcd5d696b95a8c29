"""The question [rate_function]: the scaled cumulant generating function, and its Legendre transform."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from thermokin.counting.cumulant_generating_function import (
    CumulantGeneratingFunction,
    cumulant_generating_function,
)
from thermokin.model.current_words import current_of
from thermokin.study.grid import Grid, grid_flaws, grid_of
from thermokin.study.problem import Problem
from thermokin.study.question import Tell
from thermokin.study.questions.counting import Chosen, asked_flaws, currents_asked, method_of, of_currents
from thermokin.study.section import Finite
from thermokin.study.system import System

__all__ = ["RATE_FUNCTION", "RateFunctionTable"]


class RateFunctionTable(Grid):
    """Counting fields for generating function and rate function; without the table there are none."""

    currents: Chosen = None
    start: Finite = Field(description="the first counting field [1/amount]")
    stop: Finite = Field(description="the last counting field, > start [1/amount]")
    points: int = Field(default=101, ge=3, le=2001, description="how many counting fields, from 3 to 2001")


def _rules(draft: System) -> list[Problem]:
    sections = draft.sections
    found, table = asked_flaws("rate_function", sections), sections.get("rate_function")
    if isinstance(table, RateFunctionTable):
        found += grid_flaws(("rate_function",), table)
    counting = sections.get("counting")
    if table is not None and counting is not None and counting.method == "krylov":
        need = 'must be "auto", "dense" or "sparse" beside a table [rate_function], got "krylov"'
        found.append(Problem(("counting", "method"), need))
    return found


def _answer(system: System, table: RateFunctionTable, tell: Tell) -> Mapping[str, CumulantGeneratingFunction]:
    method, fields, found = method_of(system.sections), grid_of(table), {}
    names = currents_asked(system.sections, table)
    for position, words in enumerate(names):
        tell("rate function", position / len(names))
        found[words] = cumulant_generating_function(
            system.model, current_of(system.model, words), fields, method=method
        )
    return found


RATE_FUNCTION = of_currents(
    name="rate_function",
    tables={"rate_function": RateFunctionTable},
    rules=_rules,
    summary=lambda system, table: f"rate function from {table.points} counting fields",
    answer=_answer,
)
