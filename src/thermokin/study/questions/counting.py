"""The question [counting]: currents at rest, their cumulants and covariances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.counting.counting import Counting
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import population_blocks
from thermokin.machines.figures_of_merit import merits_of
from thermokin.model.current import Current, entropy_flow
from thermokin.model.current_words import OF_ALL_BATHS, QUANTITIES, current_of, terms_of, unit_of
from thermokin.solvers.choice import chosen
from thermokin.solvers.method import Auto, Dense, Krylov, Method, Sparse
from thermokin.study.model_table import ModelTable
from thermokin.study.problem import Place, Problem, described, nearest
from thermokin.study.question import Question, Report, Tell, between, in_doubt, shown_memory
from thermokin.study.section import Section, Sections
from thermokin.study.system import System
from thermokin.views.at_rest import AtRest
from thermokin.views.by_current import charged
from thermokin.views.sweep_axes import Column

__all__ = [
    "COUNTING",
    "SomeCurrents",
    "about_currents",
    "bath_temperatures",
    "counting_of",
    "currents_asked",
    "method_of",
    "words_flaw",
]

METHODS: Mapping[str, Method] = {"auto": Auto(), "dense": Dense(), "sparse": Sparse(), "krylov": Krylov()}
ONE_POINT = ("sparse", "krylov")  # methods that factorise or iterate for one point of a sweep
# Measured at 344 to 1834 coordinates, and at 256 and 512 levels: matrices n x n, and vectors d^2, at the peak.
DENSE, VECTORS = 7, 45
Words = Annotated[str, Field(min_length=1, max_length=200)]
Some = Annotated[tuple[Words, ...], Field(strict=False, min_length=1, max_length=12)]


class SomeCurrents(Section):
    """A question about some of the currents that are counted."""

    currents: Some | None = Field(default=None, description="which of counting.currents; the first if left out")


class CountingTable(Section):
    """What is counted. The covariance of all currents is reported where there are two or more."""

    currents: Some = Field(description='currents in words, as "heat from hot" or "particles from left - activity"')
    order: int = Field(default=4, ge=1, le=20, description="largest cumulant, from 1 to 20")
    method: Literal["auto", "dense", "sparse", "krylov"] = "auto"


class CountingReport(Report):
    """What the report shows; what is counted says the rest."""

    title: str = Field(default="Currents and their fluctuations", min_length=1, max_length=200, description="its title")


def _gathered(sections: Sections) -> CountingTable:
    """The table; where it is left out, two cumulants of every current that the other questions name."""
    if "counting" in sections:
        table: CountingTable = sections["counting"]
        return table
    asking = (table for table in sections.values() if isinstance(table, SomeCurrents))
    named = [words for table in asking for words in table.currents or ()]
    return CountingTable(currents=tuple(dict.fromkeys(named)), order=2)


def _rules(draft: System) -> list[Problem]:
    sections = draft.sections
    table = sections.get("counting")
    if table is None:
        return []
    found = _words_flaws(("counting", "currents"), table.currents, draft)
    if sections.get("sweep") and table.method in ONE_POINT:
        need = f'must be "auto" or "dense" beside [sweep], got "{table.method}", which takes one point at a time'
        found.append(Problem(("counting", "method"), need))
    return found


def _asked_flaws(name: str, draft: System) -> list[Problem]:
    """What is wrong with the currents that a question is about."""
    sections = draft.sections
    table, counting = sections.get(name), sections.get("counting")
    if table is None:
        return []
    if counting is None:
        if table.currents is None and "counting" not in sections:
            return [Problem((name, "currents"), "must be given where there is no table [counting]")]
        return _words_flaws((name, "currents"), table.currents or (), draft)
    known = " or ".join(f'"{one}"' for one in counting.currents)
    return [
        Problem((name, "currents", index), f"must be one of counting.currents, {known}, got {described(words)}")
        for index, words in enumerate(table.currents or ())
        if words not in counting.currents
    ]


def currents_asked(sections: Sections, table: SomeCurrents) -> tuple[str, ...]:
    """The currents that a question is about."""
    return table.currents or sections["counting"].currents[:1]


def _words_flaws(place: Place, currents: tuple[str, ...], draft: System) -> list[Problem]:
    """What is wrong with currents in words."""
    temperatures, found = bath_temperatures(draft), []
    for index, words in enumerate(currents):
        problem = words_flaw((*place, index), words, temperatures)
        if problem is None and words in currents[:index]:
            problem = Problem((*place, index), f"must be named once, got {described(words)} again")
        found += [] if problem is None else [problem]
    return found


def bath_temperatures(draft: System) -> dict[str, float] | None:
    """The temperature of each bath by its name; None if the baths are not known."""
    model, several = draft.sections.get("model"), draft.sections.get("baths") or "channels" in draft.sections
    if isinstance(model, ModelTable) and model.has_no_baths:
        return {}
    if draft.own_baths:
        return {name: float(getattr(model, name)) for name in draft.own_baths}
    if draft.sections.get("bath") is None and (model is None or not several):
        return None
    return {name: bath.temperature for _, name, bath in draft.baths}


def words_flaw(
    place: Place, words: str, temperatures: dict[str, float] | None, counted: Sequence[str] = tuple(QUANTITIES)
) -> Problem | None:
    """What is wrong with one current in words.

    Args:
        place: of the words.
        words: the current.
        temperatures: of the baths by name; None if these are not known.
        counted: what may be counted.

    Returns:
        The problem; None if there is none.
    """
    try:
        terms = terms_of(words)
    except ValueError as error:
        return Problem(place, f"{error}, got {described(words)}", 'as in "heat from hot - heat from cold"')
    unit = None
    for term in terms:
        if term.quantity not in counted:
            near = nearest(term.quantity, list(counted))
            hint = f"did you mean {near}?" if near else ""
            return Problem(place, f"must count one of {', '.join(counted)}, got {described(term.quantity)}", hint)
        if term.bath is not None and term.quantity in OF_ALL_BATHS:
            return Problem(place, f"must count {term.quantity} of the whole system, got {described(words)}")
        if unit not in {None, QUANTITIES[term.quantity][1]}:
            return Problem(place, f"must add amounts of one unit, got {described(words)}")
        unit = QUANTITIES[term.quantity][1]
        if temperatures is not None and (flaw := _bath_flaw(place, term.quantity, term.bath, temperatures)):
            return flaw
    return None


def _bath_flaw(place: Place, quantity: str, bath: str | None, temperatures: dict[str, float]) -> Problem | None:
    if bath is not None and bath not in temperatures:
        near = nearest(bath, list(temperatures))
        names = ", ".join(temperatures) or "none"
        need = f"must come from a bath of the model ({names}), got {described(bath)}"
        return Problem(place, need, near and f"did you mean {near}?")
    coldest = min((value for name, value in temperatures.items() if bath in {None, name}), default=1.0)
    if quantity == "entropy_flow" and coldest == 0.0:
        return Problem(place, "must not count entropy that flows into a bath at temperature 0: it is infinite")
    return None


def method_of(sections: Sections) -> Method:
    """The method that the table [counting] names; the one that suits the system where there is no such table."""
    counting = sections.get("counting")
    return METHODS["auto" if counting is None else counting.method]


def counting_of(system: System) -> Counting:
    """The generator prepared for counting, by the method that the file asks for."""
    return system.once("counting", lambda: Counting(system.model, method=method_of(system.sections)))


def _prepare(system: System, table: CountingTable) -> None:
    for words in table.currents:
        current_of(system.model, words)


def _summary(system: System, table: CountingTable) -> str:
    counted = len(table.currents)
    baths = between((bath.name, bath.temperature) for bath in system.model.baths) or "no bath"
    return (
        f"{system.table.name} of {system.model.dimension} levels on {baths}, "
        f"{counted} {'current' if counted == 1 else 'currents'} to order {table.order}"
    )


def _estimate(system: System, _: CountingTable) -> str:
    """Size of the linear system, method and, where it is known beforehand, memory."""
    blocks = population_blocks(Liouvillian(system.model))
    if len(blocks) > 1:
        return f"{len(blocks)} sectors that nothing joins: the steady state is not the only one"
    (block,) = blocks
    method = chosen(block, method_of(system.sections))
    size = f"{block.size} coordinates, solved by the method {type(method).__name__.lower()}"
    if isinstance(method, Dense):
        return f"{size}, about {shown_memory(8.0 * DENSE * block.size**2)} of memory"
    if isinstance(method, Krylov):
        return f"{size}, about {shown_memory(8.0 * VECTORS * system.model.dimension**2)} of memory"
    return f"{size}; the memory depends on how the factorisation fills in"


def _answer(system: System, table: CountingTable, tell: Tell) -> AtRest:
    tell("steady state", 0.0)
    model, counting = system.model, counting_of(system)
    tell("cumulants", 0.5)
    currents = {words: current_of(model, words) for words in table.currents}
    cumulants = {words: counting.cumulants(current, order=table.order) for words, current in currents.items()}
    covariance = counting.covariance(tuple(currents.values()))
    # At rest all entropy that is produced flows into the baths.
    flow = entropy_flow(model)
    production = float(_mean_of(counting, flow))
    key = next((f"model.{key}" for key, one in system.table.known.items() if one.truncates), "")
    machine = merits_of(counting) if model.baths and "machine" not in system.sections else None
    return AtRest(counting, cumulants, covariance, production, key, _coarser(system, table, key), machine)


def _coarser(system: System, table: CountingTable, key: str) -> dict[str, FloatArray]:
    """The cumulants with one level less, where the model keeps only so many of a mode's."""
    if not key or system.family.parameters[key].default < 3:
        return {}
    model = system.family.at({key: system.family.parameters[key].default - 1})
    counting = Counting(model, method=method_of(system.sections))
    return {words: counting.cumulants(current_of(model, words), order=table.order).values for words in table.currents}


def _swept(system: System, table: CountingTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """Every cumulant at every point, and the entropy production."""
    model = system.family.at(numbers)
    counting, found = Counting(model, method=method_of(system.sections)), []
    for words in table.currents:
        values = counting.cumulants(current_of(model, words), order=table.order).values
        for order in range(1, table.order + 1):
            name, said = f"c{order} {words}", f"cumulant {order} per time of {words}"
            more = charged(words, f"amount^{order}/time")
            found.append(Column(name, said, f"{unit_of(words, order)}/time", values[..., order - 1], said=more))
    rate = _mean_of(counting, entropy_flow(model))
    found.append(Column("entropy_production_rate", "entropy production per time", "nats/time", rate))
    return found


def _mean_of(counting: Counting, current: Current) -> FloatArray:
    """The mean of a current, infinite where a jump happens that counts infinitely."""
    if np.isfinite(current.weights).all():
        return counting.cumulants(current, order=1).mean
    return current.mean(counting.steady_state)


_TEMPERATURES = "each of [[baths]] has its own, and models between two baths have theirs in [model]"
COUNTING = Question(
    name="counting",
    tables={"counting": CountingTable},
    gather=_gathered,
    rules=_rules,
    prepare=_prepare,
    summary=_summary,
    remarks=lambda system, table: in_doubt(system.model, "", "rates"),
    estimate=_estimate,
    report=CountingReport,
    cites=lambda system, table: ["cumulants", "covariance"],
    answer=_answer,
    swept=_swept,
    hints={"temperatures": _TEMPERATURES, "rate": "each of [[baths]] has its own"},
)


def about_currents(question: Question) -> Question:
    """A question about some of the currents that are counted: its table is one of `SomeCurrents`, its report one."""

    def rules(draft: System) -> list[Problem]:
        return [*_asked_flaws(question.name, draft), *question.rules(draft)]

    return replace(question, needs=COUNTING.name, report=CountingReport, rules=rules)
