"""The question [ergotropy]: the work that a state holds, at rest, of a start, or on its way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.model import Model
from thermokin.stored_work.copies import require_few_copies
from thermokin.stored_work.ergotropy import ergotropy
from thermokin.study.grid import grid_of
from thermokin.study.problem import Problem
from thermokin.study.question import Question, Report, Tell, in_doubt
from thermokin.study.start_table import StatesTable, state_problem, states_flaws, states_of, when
from thermokin.study.state_columns import state_columns
from thermokin.study.sweep import Swept
from thermokin.study.system import System
from thermokin.views.asked_ergotropy import AskedErgotropy, AskedErgotropyView
from thermokin.views.sweep_axes import Column

__all__ = ["ERGOTROPY", "ErgotropyTable"]

CALLED = {
    "total": "ergotropy",
    "incoherent": "incoherent_ergotropy",
    "coherent": "coherent_ergotropy",
    "locked": "locked_energy",
    "energy": "mean_energy",
    "entropy": "state_entropy",
    "asymptotic": "asymptotic_ergotropy",
    "of_copies": "ergotropy_of_copies",
    "with_bath": "work_with_bath",
}
"""Names along a sweep, where other questions have numbers beside them."""


class ErgotropyTable(StatesTable):
    """The work that unitaries draw from a state; without the table nothing is said of it."""

    copies: int | None = Field(
        default=None, ge=1, le=64, description="how many copies are worked on together, from 1 to 64; none if left out"
    )
    temperature: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        default=None, description="of a bath that helps to draw work [energy]; none if left out"
    )


class ErgotropyReport(Report):
    """What the report shows."""

    title: str = Field(default="Stored work", min_length=1, max_length=200, description="its title")


def _prepare(system: System, table: ErgotropyTable) -> Problem | None:
    if problem := state_problem(system, "ergotropy", table.start):
        return problem
    if table.copies is not None:
        swept: Swept | None = system.sections.get("sweep")
        points = (1 if swept is None else swept.points, 1 if table.times is None else grid_of(table.times).size)
        try:
            require_few_copies(table.copies, system.model.dimension, points)
        except ArgumentError as error:
            return Problem(("ergotropy", "copies"), str(error).removeprefix("`copies` ").rstrip("."))
    return None


def _found(system: System, table: ErgotropyTable, model: Model) -> AskedErgotropy:
    state, hamiltonian = states_of(system, "ergotropy", model)
    whose = "the steady state" if table.start is None else "the start" if table.times is None else "the state"
    return AskedErgotropy(ergotropy(state, hamiltonian), whose, table.copies, table.temperature)


def _answer(system: System, table: ErgotropyTable, tell: Tell) -> AskedErgotropy:
    tell("ergotropy", 0.0)
    return _found(system, table, system.model)


def _swept(system: System, table: ErgotropyTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """Every number at every point; of states over time at the last of them."""
    return state_columns(AskedErgotropyView(), _found(system, table, system.family.at(numbers)), CALLED)


ERGOTROPY = Question(
    name="ergotropy",
    tables={"ergotropy": ErgotropyTable},
    rules=lambda draft: states_flaws("ergotropy", draft),
    prepare=_prepare,
    summary=lambda system, table: f"ergotropy of {system.table.name} {when(table)}",
    remarks=lambda system, table: in_doubt(system.model, "", "rates"),
    report=ErgotropyReport,
    cites=lambda system, table: ["ergotropy"],
    answer=_answer,
    swept=_swept,
)
