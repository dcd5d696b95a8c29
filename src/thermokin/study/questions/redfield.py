"""The question [redfield]: heat and state at rest by the Bloch-Redfield equation, and whether it is a state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from pydantic import Field

from thermokin._errors import DegenerateSteadyStateError, ThermokinError
from thermokin._typing import FloatArray
from thermokin.master_equations.redfield import redfield
from thermokin.master_equations.redfield_rest import DENSE_UP_TO
from thermokin.master_equations.redfield_state import RedfieldState, steady_state
from thermokin.model.davies import LambShift
from thermokin.study.behind_model import behind_model
from thermokin.study.point_columns import Said, point_columns, too_many_points
from thermokin.study.problem import Problem
from thermokin.study.question import Question, Report, Tell
from thermokin.study.section import Section
from thermokin.study.system import System
from thermokin.views.sweep_axes import Column

__all__ = ["REDFIELD", "RedfieldTable"]

MADE = "redfield"
NEEDED = "must be asked of a system that baths touch by operators, and in no rotating frame"


class RedfieldTable(Section):
    """The Bloch-Redfield equation at rest; without the table nothing is said of it."""

    lamb_shift: bool = Field(default=False, description="whether the shifts of the gaps by the baths are included")


class RedfieldReport(Report):
    """What the report shows."""

    title: str = Field(default="Bloch-Redfield at rest", min_length=1, max_length=200, description="its title")


def _rules(draft: System) -> list[Problem]:
    table = draft.sections.get("redfield")
    one_by_one = isinstance(table, RedfieldTable) and table.lamb_shift
    return too_many_points(draft, "equations") if one_by_one else []


def _rest(system: System, table: RedfieldTable, numbers: Mapping[str, Any]) -> RedfieldState:
    behind = behind_model(system, numbers)
    assert behind is not None  # noqa: S101 - `_prepare` has seen to it
    shift = LambShift() if table.lamb_shift else None
    return steady_state(redfield(behind[0], behind[1], number_operator=behind[2], lamb_shift=shift))


def _found(system: System, table: RedfieldTable) -> RedfieldState:
    return system.once(MADE, lambda: _rest(system, table, {}))


def _prepare(system: System, table: RedfieldTable) -> Problem | None:
    if behind_model(system, {}) is None:
        return Problem(("redfield",), NEEDED)
    try:
        _found(system, table)
    except (ValueError, ThermokinError) as error:
        return Problem(("redfield",), f"cannot be answered: {str(error).replace('`', '')}".rstrip("."))
    return None


def _remarks(system: System, table: RedfieldTable) -> list[str]:
    """What a Bloch-Redfield equation may get wrong, where it does."""
    found, said = _found(system, table), []
    if not bool(np.all(found.is_positive)):
        lowest = float(found.lowest_eigenvalue)
        said.append(f"the Bloch-Redfield equation has no state at rest: its lowest eigenvalue is {lowest:.3g}")
    if bool(np.any(found.breaks_second_law)):
        said.append("the heat of the Bloch-Redfield equation breaks the second law")
    return [f"{one} (lower the rates, or ask [hierarchy])" for one in said]


def _answer(system: System, table: RedfieldTable, tell: Tell) -> RedfieldState:
    tell("Bloch-Redfield equation", 0.0)
    return _found(system, table)


def _numbers(found: RedfieldState) -> Iterator[tuple[str, str, str, FloatArray]]:
    """Name, words, unit and values (...) of what is found."""
    for place, bath in enumerate(found.equation.baths):
        yield (
            f"redfield_heat {bath.name}",
            f"heat from {bath.name} by Bloch-Redfield",
            "energy/time",
            found.heat[..., place],
        )
    yield "lowest_eigenvalue", "lowest eigenvalue of the Bloch-Redfield state", "1", found.lowest_eigenvalue
    entropy = found.entropy_production
    yield "redfield_entropy_production", "entropy produced per time by Bloch-Redfield", "nats/time", entropy
    broken = np.where(np.isnan(entropy), np.nan, np.asarray(found.breaks_second_law, dtype=np.float64))
    yield "breaks_second_law", "1 where heat by Bloch-Redfield breaks the second law, else 0", "1", broken
    yield "distance_to_unified", "trace distance to the state of tk.unified", "1", found.distance_to_nearest


def _swept(system: System, table: RedfieldTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """All points at once, or one after another where the equation takes no arrays."""
    if not table.lamb_shift and system.model.dimension <= DENSE_UP_TO:
        return [Column(*one) for one in _numbers(_rest(system, table, numbers))]
    return point_columns(numbers, lambda point: _of_a_point(system, table, point))


def _of_a_point(system: System, table: RedfieldTable, point: Mapping[str, float]) -> Iterator[Said]:
    try:
        found = _rest(system, table, point)
    except DegenerateSteadyStateError:
        return
    for name, words, unit, value in _numbers(found):
        yield name, words, unit, float(value), {}


REDFIELD = Question(
    name="redfield",
    tables={"redfield": RedfieldTable},
    rules=_rules,
    prepare=_prepare,
    summary=lambda system, table: f"Bloch-Redfield equation of {system.table.name} at rest",
    remarks=_remarks,
    report=RedfieldReport,
    cites=lambda system, table: [redfield],
    answer=_answer,
    swept=_swept,
)
