"""The system of a study of transport: a family of junctions, whose numbers go by their places in the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from thermokin.model.bath import Bath
from thermokin.model.family import Family
from thermokin.model.parameter import Parameter
from thermokin.model.statistics import Bose, Fermi
from thermokin.study.any_system import AnySystem
from thermokin.study.junction_table import SHIFTS, DotsTable, LeadTable
from thermokin.transport import Junction, dots
from thermokin.transport.scatterer import Scatterer

__all__ = ["JunctionSystem"]

STATISTICS = {"bose": Bose(), "fermi": Fermi()}
_TEMPERATURE = Parameter("energy", least=0.0, role="temperature", words="temperature of the lead")
_POTENTIAL = Parameter("energy", words="chemical potential of the lead")
POINT = 64  # numbers of one point of a sweep of junctions, about


@dataclass(frozen=True, eq=False)
class JunctionSystem(AnySystem):
    """A scatterer and its leads."""

    @property
    def leads(self) -> tuple[LeadTable, ...]:
        """The tables [[leads]]; none where they are not sound."""
        return tuple(self.sections.get("leads") or ())

    @property
    def numbers_of_a_point(self) -> int:
        """A few for each lead."""
        return POINT

    @cached_property
    def family(self) -> Family:
        """The junctions of the study, by the numbers of its file: "model.energy", "leads.hot.temperature"."""
        found: dict[str, Parameter] = {}
        for key, known in self.table.known.items():
            if known.axes == 0 and known.role != "whole":
                found[f"model.{key}"] = replace(known, default=getattr(self.table, key))
        for lead in self.leads:
            for key, known in (("temperature", _TEMPERATURE), ("chemical_potential", _POTENTIAL)):
                found[f"leads.{lead.name}.{key}"] = replace(known, default=getattr(lead, key))
        return Family(self._build, parameters=found)

    @cached_property
    def junction(self) -> Junction:
        """The junction at the numbers of the file."""
        made: Any = self.family.at({})
        return made  # type: ignore[no-any-return]

    def _build(self, **given: Any) -> Any:
        numbers = {**{name: known.default for name, known in self.family.parameters.items()}, **given}
        half = 0.5 * np.asarray(numbers["model.bias"], dtype=np.float64)
        leads = []
        for lead, bias in zip(self.leads, (half, -half, *(0.0,) * len(self.leads)), strict=False):
            potential = numbers[f"leads.{lead.name}.chemical_potential"]
            shifted = potential + bias if np.any(half) else potential
            warmth = numbers[f"leads.{lead.name}.temperature"]
            leads.append(Bath(lead.name, warmth, shifted, STATISTICS[lead.statistics]))
        return Junction(self._scatterer(numbers), leads)

    def _scatterer(self, numbers: dict[str, Any]) -> Scatterer:
        table = self.table
        gate = np.asarray(numbers.get("model.gate", 0.0), dtype=np.float64)
        if isinstance(table, DotsTable):
            hamiltonian = self.arrays["model", "hamiltonian"]
            lowered = hamiltonian - gate[..., None, None] * np.eye(len(hamiltonian))
            return dots(lowered, [self.arrays["leads", index, "rates"] for index in range(len(self.leads))])
        given = {
            key: numbers.get(f"model.{key}", self.arrays.get(("model", key), getattr(table, key)))
            for key in table.known
            if key not in SHIFTS
        }
        if "energies" in given:
            given["energies"] = given["energies"] - gate[..., None]
        assert table.made_by is not None  # noqa: S101 - narrows the type: dots alone are made otherwise
        made: Scatterer = table.made_by(**given)
        return made
