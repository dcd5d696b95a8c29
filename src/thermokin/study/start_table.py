"""The keys `start` and `times` of questions about states: which states are meant, and what they make of a model."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from thermokin._typing import ComplexArray
from thermokin.lab_units.asked import in_asked_units
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import initial_state
from thermokin.motion.starts import Gibbs, Initial, Ket, Populations
from thermokin.motion.steady_state import steady_state
from thermokin.study.grid import TIMES, ListedTimes, TimeGrid, Times, ascending_flaw, grid_flaws, grid_of
from thermokin.study.problem import Place, Problem
from thermokin.study.section import Matrix, Numbers, Section
from thermokin.study.system import System
from thermokin.views.in_units import noted

__all__ = ["StartTable", "StatesTable", "start_flaws", "start_of", "state_problem", "states_flaws", "states_of", "when"]


class StartTable(Section):
    """One of four ways to say where a system is at time 0."""

    temperature: Annotated[float, Field(ge=0)] | None = Field(default=None, description="of a Gibbs state [energy]")
    populations: Numbers | None = Field(default=None, description="of the energy eigenstates, >= 0, of sum 1")
    ket: Numbers | None = Field(default=None, description="amplitudes, of norm 1: numbers, or a file")
    matrix: Matrix | None = Field(default=None, description="a density matrix: rows of numbers, or a file")


class StatesTable(Section):
    """A question about a state: the steady one, one that is given, or those that follow it."""

    start: StartTable | None = Field(
        default=None,
        description="the state at time 0: a table with temperature, populations, ket or matrix; the steady state if "
        "left out",
    )
    times: TIMES | None = Field(
        default=None, description="a table: start, stop, points and spacing, or values; the start alone if left out"
    )


def start_flaws(place: Place, table: StartTable, draft: System) -> list[Problem]:
    """What is wrong with a start as far as it can be told without the model."""
    given = [key for key in type(table).model_fields if getattr(table, key) is not None]
    if len(given) != 1:
        ways = "temperature, populations, ket or matrix"
        return [Problem(place, f"must hold one of {ways}, got {' and '.join(given) or 'none'}")]
    if (
        table.temperature is not None
        and len({bath.chemical_potential for bath in draft.sections.get("baths") or ()}) > 1
    ):
        need = "must be left out where baths have different chemical potentials: no Gibbs state is meant"
        return [Problem((*place, "temperature"), need)]
    return []


def states_flaws(name: str, draft: System) -> list[Problem]:
    """What is wrong with the states that a question is about.

    Args:
        name: of the question.
        draft: the system.

    Returns:
        The problems.
    """
    table = draft.sections.get(name)
    if not isinstance(table, StatesTable):
        return []
    found = [] if table.start is None else start_flaws((name, "start"), table.start, draft)
    times: Times | None = table.times
    if times is not None and table.start is None:
        found.append(Problem((name, "times"), "must be left out without a start: the steady state stays as it is"))
    if isinstance(times, ListedTimes):
        found += ascending_flaw(times.values, (name, "times", "values"), "time")
    return found + (grid_flaws((name, "times"), times) if isinstance(times, TimeGrid) else [])


def start_of(system: System, name: str, table: StartTable | None) -> Initial | None:
    """The start that a question means, as `evolve` takes it.

    Args:
        system: the system.
        name: of the question, whose table holds the start.
        table: the start.

    Returns:
        The start; None if there is none.
    """
    if table is None:
        return None
    if table.temperature is not None:
        return Gibbs(table.temperature)
    arrays = {key: system.arrays.get((name, "start", key)) for key in ("populations", "ket", "matrix")}
    if arrays["populations"] is not None:
        return Populations(arrays["populations"])
    return arrays["matrix"] if arrays["ket"] is None else Ket(arrays["ket"])


def state_problem(system: System, name: str, table: StartTable | None) -> Problem | None:
    """What keeps a start from being a state of the model."""
    try:
        initial = start_of(system, name, table)
        if initial is not None:
            initial_state(system.model, initial)
    except (ValueError, TypeError) as error:
        return Problem((name, "start"), f"must be a state of the model: {error}".rstrip("."))
    return None


def states_of(system: System, name: str, model: Model) -> tuple[Any, ComplexArray | None]:
    """The states that a question is about, as `tk.ergotropy` and its neighbours take them.

    Args:
        system: whose tables say which.
        name: of the question.
        model: of the system, at some of its numbers.

    Returns:
        A steady state, an evolution or a density matrix; beside the last the operator whose energy the model counts.
    """
    table: StatesTable = system.sections[name]
    initial = start_of(system, name, table.start)
    if initial is None:
        return steady_state(model), None
    times: Times | None = table.times
    if times is not None:
        return evolve(model, initial, grid_of(times)), None
    found = initial_state(model, initial)
    inside = found.matrix
    if inside is None:
        inside = np.asarray(found.populations[..., None] * np.eye(model.dimension, dtype=np.complex128))
    return model.from_frame(inside), model.from_frame(model.energy.dense)


def when(table: StatesTable) -> str:
    """Which states a question is about, in a few words."""
    times: Times | None = table.times
    if times is None:
        return "at rest" if table.start is None else "of the start"
    last = float(in_asked_units(grid_of(times)[-1], "time"))
    return f"at {grid_of(times).size} times to {last:g}{noted('time')}"
