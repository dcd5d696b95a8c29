"""The questions [strong_coupling] and [mean_force]: a system with modes of its baths in it, and its equilibrium."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from pydantic import Field

from thermokin._errors import ThermokinError
from thermokin._typing import FloatArray
from thermokin.model.brownian import Brownian
from thermokin.model.contact import Contact
from thermokin.model.spectrum import Lorentzian
from thermokin.strong_coupling.mean_force import mean_force
from thermokin.strong_coupling.mean_force_state import MeanForce
from thermokin.strong_coupling.reaction_coordinate import reaction_coordinate
from thermokin.strong_coupling.strongly_coupled import StronglyCoupled
from thermokin.study.behind_model import behind_model
from thermokin.study.problem import Problem
from thermokin.study.question import Question, Report, Tell
from thermokin.study.section import Positive, Section
from thermokin.study.system import System
from thermokin.views.sweep_axes import Column

__all__ = ["MEAN_FORCE", "STRONG_COUPLING", "MeanForceTable", "StrongCouplingTable"]

NEEDED = (
    'must be asked of a system with a bath whose spectrum is "brownian", or a lead whose spectrum is "lorentzian": a '
    "mode or a site of it becomes part of the system, which stands in no rotating frame"
)
STATES = ("gibbs", "second order", "ultrastrong")


class MeanForceTable(Section):
    """What equilibrium strong baths of one temperature leave; without the table nothing is said of it."""

    levels: int | None = Field(default=None, ge=2, le=1000, description="kept of each mode; chosen if left out")
    tolerance: Positive = Field(default=1e-6, lt=1, description="of the choice of levels, > 0")
    counterterm: float = Field(
        default=1.0, allow_inf_nan=False, description="share of the counterterm in the Hamiltonian, 0 for none"
    )


class StrongCouplingTable(MeanForceTable):
    """What a system exchanges whose strong baths have a mode in it; without the table nothing is said of it."""


class StrongCouplingReport(Report):
    """What the report shows."""

    title: str = Field(default="Strong coupling", min_length=1, max_length=200, description="its title")


def _strong(system: System, table: Any, numbers: Mapping[str, Any]) -> StronglyCoupled:
    given = behind_model(system, numbers)
    assert given is not None  # noqa: S101 - `_prepare` has seen to it
    said = {"levels": table.levels, "tolerance": table.tolerance, "counterterm": table.counterterm}
    return reaction_coordinate(given[0], given[1], number_operator=given[2], **said)


def _mean(system: System, table: Any, numbers: Mapping[str, Any]) -> MeanForce:
    given = behind_model(system, numbers)
    assert given is not None  # noqa: S101 - `_prepare` has seen to it
    return mean_force(given[0], given[1], levels=table.levels, tolerance=table.tolerance, counterterm=table.counterterm)


def _prepare(name: str, make: Callable[[System, Any, Mapping[str, Any]], Any]) -> Callable[..., Problem | None]:
    def prepare(system: System, table: Any) -> Problem | None:
        given = behind_model(system, {})
        if given is None or not any(_is_strong(contact) for contact in given[1]):
            return Problem((name,), NEEDED)
        try:
            make(system, table, {})
        except (ValueError, ThermokinError) as error:
            return Problem((name,), f"cannot be answered: {str(error).replace('`', '')}")
        return None

    return prepare


def _is_strong(contact: Contact) -> bool:
    return isinstance(contact.spectrum, Lorentzian if contact.bath.statistics.moves_particles else Brownian)


def _told(words: str, make: Callable[..., Any]) -> Callable[[System, Any, Tell], Any]:
    def answer(system: System, table: Any, tell: Tell) -> Any:
        tell(words, 0.0)
        return make(system, table, {})

    return answer


def _swept_strong(system: System, table: Any, numbers: Mapping[str, FloatArray]) -> list[Column]:
    found = _strong(system, table, numbers)
    names = [bath.name for bath in found.model.baths]
    heats = [
        Column(f"heat {name}", f"heat from {name}, strongly coupled", "energy/time", found.heat[..., place])
        for place, name in enumerate(names)
    ]
    energy = Column("system_energy", "mean energy of the strongly coupled system", "energy", found.system_energy)
    return [*heats, energy]


def _swept_mean(system: System, table: Any, numbers: Mapping[str, FloatArray]) -> list[Column]:
    found = _mean(system, table, numbers)
    columns = [
        Column(f"distance {name}", f"distance of the state of mean force to {name}", "1", found.distances[..., place])
        for place, name in enumerate(STATES)
        if not np.isnan(found.distances[..., place]).all()
    ]
    columns.append(Column("free_energy", "free energy of mean force", "energy", found.free_energy))
    return [*columns, Column("entropy", "entropy of mean force", "nats", found.entropy)]


STRONG_COUPLING = Question(
    name="strong_coupling",
    tables={"strong_coupling": StrongCouplingTable},
    prepare=_prepare("strong_coupling", _strong),
    summary=lambda system, table: f"strong coupling of {system.table.name}",
    remarks=lambda system, table: [one.said() for one in _strong(system, table, {}).validity if one.in_doubt],
    report=StrongCouplingReport,
    cites=lambda system, table: [reaction_coordinate],
    answer=_told("system and modes", _strong),
    swept=_swept_strong,
)
MEAN_FORCE = Question(
    name="mean_force",
    tables={"mean_force": MeanForceTable},
    prepare=_prepare("mean_force", _mean),
    summary=lambda system, table: f"state of mean force of {system.table.name}",
    report=StrongCouplingReport,
    cites=lambda system, table: [mean_force],
    answer=_told("state of mean force", _mean),
    swept=_swept_mean,
)
