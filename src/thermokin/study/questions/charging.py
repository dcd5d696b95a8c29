"""The question [charging]: what a battery stores on the way from a start, how fast, and how much of it is work."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Annotated

from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution
from thermokin.stored_work.charging import Charging, charging
from thermokin.study.grid import TIMES
from thermokin.study.problem import Problem
from thermokin.study.question import Question, Report, Tell, in_doubt
from thermokin.study.section import Matrix
from thermokin.study.start_table import StartTable, StatesTable, state_problem, states_flaws, states_of, when
from thermokin.study.state_columns import state_columns
from thermokin.study.system import System
from thermokin.views.stored_work import ChargingView
from thermokin.views.sweep_axes import Column

__all__ = ["CHARGING", "ChargingTable"]

CALLED = {
    "energy": "stored_energy",
    "work": "stored_work",
    "variance": "battery_variance",
    "power": "charging_power",
    "power_limit": "charging_power_limit",
}
"""Names along a sweep, where other questions have numbers beside them."""
Size = Annotated[int, Field(ge=2, le=10_000)]


class ChargingTable(StatesTable):
    """How a battery is charged; without the table nothing is said of it."""

    start: StartTable = Field(description="the state at time 0: a table with temperature, populations, ket or matrix")
    times: TIMES = Field(description="a table: start, stop, points and spacing, or values")
    battery: Matrix | None = Field(
        default=None,
        description="its Hamiltonian, rows of numbers or a file [energy]; what the model counts the energy of if left "
        "out",
    )
    dims: Annotated[tuple[Size, ...], Field(strict=False, min_length=2, max_length=12)] | None = Field(
        default=None, description="levels of each part, where the battery is one of them, as [2, 2]"
    )
    part: int | None = Field(default=None, ge=0, description="which part the battery is, from 0")


class ChargingReport(Report):
    """What the report shows."""

    title: str = Field(default="Charging of a battery", min_length=1, max_length=200, description="its title")


def _rules(draft: System) -> list[Problem]:
    table = draft.sections.get("charging")
    if not isinstance(table, ChargingTable):
        return []
    found = states_flaws("charging", draft)
    if (table.dims is None) != (table.part is None):
        missing, other = ("dims", "part") if table.dims is None else ("part", "dims")
        found.append(Problem(("charging", missing), f"must be given beside {other}: a battery that is a part has both"))
    elif table.dims is not None and table.part is not None:
        if table.part >= len(table.dims):
            need = f"must be a part from 0 to {len(table.dims) - 1}, got {table.part}"
            found.append(Problem(("charging", "part"), need))
        elif table.battery is None:
            found.append(Problem(("charging", "battery"), "must be given beside part: the Hamiltonian of the part"))
    return found


def _prepare(system: System, table: ChargingTable) -> Problem | None:
    size, levels = system.model.dimension, system.model.dimension
    if table.dims is not None and table.part is not None:
        levels = table.dims[table.part]
        if prod(table.dims) != size:
            need = f"must have the product {size}, the levels of the system, got {prod(table.dims)}"
            return Problem(("charging", "dims"), need)
    battery = system.arrays.get(("charging", "battery"))
    if battery is not None and battery.shape[0] != levels:
        what = "the part that it is" if table.dims is not None else "the system"
        hint = "" if table.dims is not None else "dims and part say which part of the system it is"
        need = f"must have {levels} rows and columns, as {what} has levels, got {battery.shape[0]}"
        return Problem(("charging", "battery"), need, hint)
    return state_problem(system, "charging", table.start)


def _found(system: System, table: ChargingTable, model: Model) -> Charging:
    evolution, _ = states_of(system, "charging", model)
    assert isinstance(evolution, Evolution)  # noqa: S101 - narrows the type: its table has times
    own = system.arrays.get(("charging", "battery"))
    battery = model.from_frame(model.energy.dense) if own is None else own
    return charging(evolution, battery, table.dims, table.part)


def _answer(system: System, table: ChargingTable, tell: Tell) -> Charging:
    tell("charging", 0.0)
    return _found(system, table, system.model)


def _swept(system: System, table: ChargingTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """What is largest over time at every point, and all else at the last time."""
    found = _found(system, table, system.family.at(numbers))
    most = [
        Column("largest_stored_energy", "most energy that is stored", "energy", found.energy.max(axis=-1)),
        Column("largest_stored_work", "most ergotropy that is gained", "energy", found.work.max(axis=-1)),
    ]
    return [*most, *state_columns(ChargingView(), found, CALLED)]


CHARGING = Question(
    name="charging",
    tables={"charging": ChargingTable},
    rules=_rules,
    prepare=_prepare,
    summary=lambda system, table: f"charging of {system.table.name} {when(table)}",
    remarks=lambda system, table: in_doubt(system.model, "", "rates"),
    report=ChargingReport,
    cites=lambda system, table: [Charging],
    answer=_answer,
    swept=_swept,
)
