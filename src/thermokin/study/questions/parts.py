"""The question [parts]: what parts know of one another, how warm each is, what each produces, what flows between."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Annotated, Any, Literal

from pydantic import Field

from thermokin._typing import FloatArray
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution
from thermokin.parts.bond_balance import BondCurrents
from thermokin.parts.bond_currents import bond_currents
from thermokin.parts.cluster_terms import cluster_terms
from thermokin.parts.local_entropy_production import LocalEntropyProduction, local_entropy_production
from thermokin.parts.local_temperatures import LocalTemperatures, local_temperatures
from thermokin.parts.part_correlations import PartCorrelations, part_correlations
from thermokin.parts.part_quantity import BARE, PARTICLES
from thermokin.study.problem import Place, Problem, described, nearest
from thermokin.study.question import Question, Report, Tell, in_doubt
from thermokin.study.questions.counting import bath_temperatures
from thermokin.study.start_table import StatesTable, state_problem, states_flaws, states_of, when
from thermokin.study.state_columns import state_columns
from thermokin.study.system import System
from thermokin.views.asked_parts import AskedParts, AskedPartsView
from thermokin.views.sweep_axes import Column

__all__ = ["PARTS", "PartsTable"]

CALLED = {"temperature": "part_temperature", "energy": "part_energy"}
"""Names along a sweep, where other questions have numbers beside them."""
Size = Annotated[int, Field(ge=2, le=10_000)]


class PartsTable(StatesTable):
    """What parts have to do with one another; without the table nothing is said of it."""

    dims: Annotated[tuple[Size, ...], Field(strict=False, min_length=2, max_length=12)] = Field(
        description="levels of each part, as [2, 2], whose product is that of the system"
    )
    baths: dict[str, int] | None = Field(
        default=None,
        description="the part, from 0, that each bath acts on, as { hot = 0, cold = 1 }, for shares of entropy "
        "production over time; none if left out",
    )
    bonds: Literal["energy", "particles", "bare energy"] | None = Field(
        default=None,
        description="what flows on the bonds between parts: energy, particles, or the energy that local models book "
        "heat with; nothing is said of it if left out",
    )


class PartsReport(Report):
    """What the report shows."""

    title: str = Field(default="Parts and their correlations", min_length=1, max_length=200, description="its title")


def _rules(draft: System) -> list[Problem]:
    table = draft.sections.get("parts")
    if not isinstance(table, PartsTable):
        return []
    found, place = states_flaws("parts", draft), ("parts", "baths")
    if table.bonds is not None and table.start is not None and table.times is None:
        need = "must be left out of a start alone: what flows is told at rest, or with times"
        found.append(Problem(("parts", "bonds"), need))
    if table.baths is None:
        return found
    if table.times is None:
        return [*found, Problem(place, "must be left out without times: it is entropy produced since time 0")]
    found += [
        Problem((*place, name), f"must be a part from 0 to {len(table.dims) - 1}, got {part}")
        for name, part in table.baths.items()
        if not 0 <= part < len(table.dims)
    ]
    known = bath_temperatures(draft)
    return found if known is None else [*found, *_name_flaws(place, table.baths, known)]


def _name_flaws(place: Place, given: Mapping[str, int], known: Mapping[str, float]) -> list[Problem]:
    """Baths that are none, that are left out, or that take up infinite entropy."""
    found = []
    for name in given:
        if name not in known:
            near = nearest(name, [one for one in known if one not in given])
            need = f"must be a bath of the model ({', '.join(known) or 'none'}), got {described(name)}"
            found.append(Problem((*place, name), need, near and f"did you mean {near}?"))
        elif known[name] == 0.0:
            found.append(Problem((*place, name), "must not be a bath at temperature 0, whose entropy is infinite"))
    missing = [name for name in known if name not in given]
    if missing and not found:
        found.append(Problem(place, f"must say the part of every bath, {', '.join(missing)} as well"))
    return found


def _prepare(system: System, table: PartsTable) -> Problem | None:
    size, model = prod(table.dims), system.model
    if size != model.dimension:
        return Problem(
            ("parts", "dims"), f"must have the product {model.dimension}, the levels of the system, got {size}"
        )
    if table.baths is not None and model.table.bathless.any():
        return Problem(
            ("parts", "baths"), "must be left out where jumps without a bath happen: no part is booked with them"
        )
    return _bond_problem(model, table) or state_problem(system, "parts", table.start)


def _bond_problem(model: Model, table: PartsTable) -> Problem | None:
    """What is no quantity of single parts in this model."""
    place: Place = ("parts", "bonds")
    if table.bonds == PARTICLES and model.number is None:
        return Problem(place, 'must be "energy" or "bare energy" of a system that counts no particles')
    if table.bonds == BARE and cluster_terms(model.from_frame(model.energy.dense), table.dims).links:
        return Problem(place, 'must be "energy" where baths are booked with the energy of the links as well')
    return None


def _found(system: System, table: PartsTable, model: Model) -> AskedParts:
    state, hamiltonian = states_of(system, "parts", model)
    whose = "the steady state" if table.start is None else "the start" if table.times is None else "the state"
    produced: Any = None
    if table.baths is not None and isinstance(state, Evolution):
        produced = local_entropy_production(state, table.baths, table.dims)
    warmth = local_temperatures(state, hamiltonian, table.dims)
    flows = None if table.bonds is None else bond_currents(state, table.dims, quantity=table.bonds, baths=table.baths)
    return AskedParts(part_correlations(state, table.dims), warmth, produced, flows, whose)


def _answer(system: System, table: PartsTable, tell: Tell) -> AskedParts:
    tell("parts", 0.0)
    return _found(system, table, system.model)


def _swept(system: System, table: PartsTable, numbers: Mapping[str, FloatArray]) -> list[Column]:
    """Every number of every part and pair at every point; of states over time at the last of them."""
    return state_columns(AskedPartsView(), _found(system, table, system.family.at(numbers)), CALLED)


def _bonds_cited(table: PartsTable) -> list[Any]:
    return [] if table.bonds is None else [BondCurrents]


PARTS = Question(
    name="parts",
    tables={"parts": PartsTable},
    rules=_rules,
    prepare=_prepare,
    summary=lambda system, table: f"parts of {' x '.join(map(str, table.dims))} levels {when(table)}",
    remarks=lambda system, table: in_doubt(system.model, "", "rates"),
    report=PartsReport,
    cites=lambda system, table: [PartCorrelations, LocalTemperatures, LocalEntropyProduction, *_bonds_cited(table)],
    answer=_answer,
    swept=_swept,
)
