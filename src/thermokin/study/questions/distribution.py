"""The question [distribution]: probabilities of the amount that is exchanged since time 0."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from thermokin.counting.distribution import distribution
from thermokin.counting.integrated_cumulants import integrated_cumulants
from thermokin.model.current_words import current_of
from thermokin.motion.initial import Initial, initial_state
from thermokin.motion.starts import Gibbs, Ket, Populations
from thermokin.study.grid import ascending_flaw
from thermokin.study.problem import Place, Problem
from thermokin.study.question import Question, Tell
from thermokin.study.questions.counting import SomeCurrents, about_currents, counting_of, currents_asked
from thermokin.study.section import Matrix, Numbers, Positive, Section
from thermokin.study.system import System
from thermokin.views.exchanges import Exchange, Exchanges

__all__ = ["DISTRIBUTION", "DistributionTable"]

AGREED = 3  # cumulants of a distribution that are held against those of the moment hierarchy


class StartTable(Section):
    """One of four ways to say where a system is at time 0."""

    temperature: Annotated[float, Field(ge=0)] | None = Field(default=None, description="of a Gibbs state [energy]")
    populations: Numbers | None = Field(default=None, description="of the energy eigenstates, >= 0, of sum 1")
    ket: Numbers | None = Field(default=None, description="amplitudes, of norm 1: numbers, or a file")
    matrix: Matrix | None = Field(default=None, description="a density matrix: rows of numbers, or a file")


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
        found += _start_flaws(("distribution", "start"), table.start)
    baths = draft.sections.get("baths") or ()
    thermal = table.initial_temperature is not None or (table.start is not None and table.start.temperature is not None)
    if thermal and len({bath.chemical_potential for bath in baths}) > 1:
        need = "must be left out where baths have different chemical potentials: no Gibbs state is meant"
        key = ("initial_temperature",) if table.start is None else ("start", "temperature")
        found.append(Problem(("distribution", *key), need))
    return found


def _initial(system: System, table: DistributionTable) -> Initial | None:
    """The start that is meant, as `evolve` takes it; None if the table names none."""
    start = table.start or StartTable(temperature=table.initial_temperature)
    if start.temperature is not None:
        return Gibbs(start.temperature)
    arrays = {key: system.arrays.get(("distribution", "start", key)) for key in ("populations", "ket", "matrix")}
    if arrays["populations"] is not None:
        return Populations(arrays["populations"])
    return arrays["matrix"] if arrays["ket"] is None else Ket(arrays["ket"])


def _prepare(system: System, table: DistributionTable) -> Problem | None:
    try:
        initial = _initial(system, table)
        if initial is not None:
            initial_state(system.model, initial)
    except (ValueError, TypeError) as error:
        return Problem(("distribution", "start"), f"must be a state of the model: {error}".rstrip("."))
    return None


def _answer(system: System, table: DistributionTable, tell: Tell) -> Exchanges:
    found, times, model = Exchanges(), np.array(table.times), system.model
    initial = _initial(system, table)
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


def _start_flaws(place: Place, table: StartTable) -> list[Problem]:
    """What is wrong with a start as far as it can be told without the model."""
    given = [key for key in type(table).model_fields if getattr(table, key) is not None]
    if len(given) == 1:
        return []
    ways = "temperature, populations, ket or matrix"
    return [Problem(place, f"must hold one of {ways}, got {' and '.join(given) or 'none'}")]


DISTRIBUTION = about_currents(
    Question(
        name="distribution",
        tables={"distribution": DistributionTable},
        rules=_rules,
        prepare=_prepare,
        summary=lambda system, table: (
            f"distribution at {len(table.times)} {'time' if len(table.times) == 1 else 'times'}"
        ),
        cites=lambda system, table: ["distribution"],
        answer=_answer,
    )
)
