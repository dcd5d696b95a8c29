"""The question [hierarchy]: heat and state at rest at any coupling, by QuTiP's hierarchy, with what its cut leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from thermokin._errors import NotConvergedError, ThermokinError
from thermokin._typing import FloatArray
from thermokin.bath_memory.hierarchy import hierarchy
from thermokin.bath_memory.hierarchy_answers import HierarchyState, steady_state
from thermokin.bath_memory.hierarchy_system import HierarchySystem
from thermokin.study.behind_model import behind_model
from thermokin.study.point_columns import Said, point_columns, too_many_points
from thermokin.study.problem import Problem
from thermokin.study.question import Question, Report, Tell
from thermokin.study.section import Positive, Section
from thermokin.study.system import System
from thermokin.views.sweep_axes import DATA_ALONE, Column

__all__ = ["HIERARCHY", "HierarchyTable"]

NEEDED = "must be asked of a system that baths touch by operators, and in no rotating frame"


class HierarchyTable(Section):
    """A system on baths with memory, exact up to a cut; without the table nothing is said of it."""

    depth: int | None = Field(default=None, ge=1, le=100, description="tiers of auxiliary matrices; found if left out")
    terms: int | None = Field(
        default=None, ge=0, le=100, description="poles of the occupation of each bath; found if left out"
    )
    tolerance: Positive = Field(
        default=1e-3, lt=1, description="by how much the last tier and the last pole may change states and heats, > 0"
    )


class HierarchyReport(Report):
    """What the report shows."""

    title: str = Field(default="At any coupling", min_length=1, max_length=200, description="its title")


def _made(system: System, table: HierarchyTable, numbers: Mapping[str, Any]) -> HierarchySystem:
    behind = behind_model(system, numbers)
    assert behind is not None  # noqa: S101 - `_prepare` has seen to it
    return hierarchy(behind[0], behind[1], depth=table.depth, terms=table.terms, tolerance=table.tolerance)


def _prepare(system: System, table: HierarchyTable) -> Problem | None:
    """What has no hierarchy; nothing is solved, which may take long."""
    if behind_model(system, {}) is None:
        return Problem(("hierarchy",), NEEDED)
    try:
        _made(system, table, {})
    except (ValueError, ThermokinError, ModuleNotFoundError) as error:
        return Problem(("hierarchy",), f"cannot be answered: {str(error).replace('`', '')}".rstrip("."))
    return None


def _answer(system: System, table: HierarchyTable, tell: Tell) -> HierarchyState:
    tell("hierarchy", 0.0)
    return steady_state(_made(system, table, {}))


def _swept(system: System, table: HierarchyTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """One hierarchy after another."""
    return point_columns(numbers, lambda point: _of_a_point(system, table, point))


def _of_a_point(system: System, table: HierarchyTable, point: Mapping[str, float]) -> Iterator[Said]:
    """What is found; nothing where no depth is enough."""
    try:
        found = steady_state(_made(system, table, point))
    except NotConvergedError:
        return
    for place, bath in enumerate(found.system.baths):
        heat, energy = float(found.heat[place]), float(found.interaction_energy[place])
        yield f"exact_heat {bath.name}", f"heat that leaves {bath.name}, by the hierarchy", "energy/time", heat, {}
        yield f"interaction_energy {bath.name}", f"energy of the interaction with {bath.name}", "energy", energy, {}
    produced = found.entropy_production
    yield "exact_entropy_production", "entropy produced per time, by the hierarchy", "nats/time", produced, {}
    yield "depth", "tiers of the hierarchy", "1", float(found.depth), DATA_ALONE
    yield "depth_error", "change by the last tier of the hierarchy", "1", found.depth_error, DATA_ALONE
    yield "terms_error", "change by the last pole of the occupations", "1", found.terms_error, DATA_ALONE


HIERARCHY = Question(
    name="hierarchy",
    tables={"hierarchy": HierarchyTable},
    rules=lambda draft: too_many_points(draft, "hierarchies") if "hierarchy" in draft.sections else [],
    prepare=_prepare,
    summary=lambda system, table: f"hierarchy of {system.table.name} at rest",
    report=HierarchyReport,
    cites=lambda system, table: [hierarchy],
    answer=_answer,
    swept=_swept,
)
