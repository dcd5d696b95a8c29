"""The tables [model] and [[leads]] of a junction: what scatters, read off the signatures of `tk.transport`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar, Literal

from pydantic import Field, create_model

from thermokin.model.parameter import Parameter, parameters_of
from thermokin.study.model_table import table_of
from thermokin.study.section import Finite, Matrix, Numbers, Section, Several, choice
from thermokin.transport import boxcar, chain, constant, mach_zehnder, one_way_ring, point_contact, resonant_level, step
from thermokin.transport.scatterer import Scatterer

__all__ = ["SHIFTS", "DotsTable", "LeadTable", "ScattererTable", "junction_layouts"]

SCATTERERS: Mapping[str, tuple[Callable[..., Scatterer], int | None]] = {
    "resonant_level": (resonant_level, 2),
    "boxcar": (boxcar, 2),
    "step": (step, 2),
    "point_contact": (point_contact, 2),
    "constant": (constant, 2),
    "chain": (chain, 2),
    "mach_zehnder": (mach_zehnder, 4),
    "one_way_ring": (one_way_ring, None),
}
"""What scatters, and between how many terminals; None where `terminals` says so."""
GATE = Parameter("energy", words="by which all sites lie lower", default=0.0)
BIAS = Parameter("energy", words="potential of the first lead less that of the second, half of it on each", default=0.0)
SHIFTS = frozenset({"gate", "bias"})
"""Numbers of [model] that are none of the scatterer's own."""
_GATE: Any = (Finite, Field(default=0.0, description="by which all sites lie lower [energy]"))


class ScattererTable(Section):
    """A scatterer by name. What the name means is the function `made_by`, or nothing for `dots`."""

    made_by: ClassVar[Callable[..., Scatterer] | None] = None
    known: ClassVar[Mapping[str, Parameter]] = {}
    joined: ClassVar[int | None] = None
    name: str
    bias: Finite = Field(
        default=0.0,
        description="of two fermi leads: half of it raises the first potential, half lowers the second [energy]",
    )

    @property
    def leads(self) -> int | None:
        """How many leads it joins; None for any number."""
        return self.joined or getattr(self, "terminals", None)

    @property
    def size(self) -> int | None:
        """How many levels of many bodies it has: none, a scatterer has amplitudes."""
        return 0


class DotsTable(ScattererTable):
    """Sites without interaction, by the Hamiltonian of one particle."""

    known: ClassVar[Mapping[str, Parameter]] = {"gate": GATE, "bias": BIAS}
    name: Literal["dots"]
    hamiltonian: Matrix = Field(description="of one particle on the sites [energy]: rows of numbers, or a file")
    gate: Finite = _GATE[1]


class LeadTable(Section):
    """One lead."""

    name: str = Field(pattern="^[A-Za-z0-9_-]{1,40}$", description="how currents refer to it")
    temperature: float = Field(ge=0, allow_inf_nan=False, description="its temperature, >= 0 [energy]")
    chemical_potential: Finite = Field(default=0.0, description="only fermi leads have one [energy]")
    statistics: Literal["fermi", "bose"] = Field(default="fermi", description='"fermi" for electrons, or "bose"')
    rates: Numbers | None = Field(
        default=None, description="of dots: at which each site empties into it [energy]; left out otherwise"
    )


@cache
def junction_layouts() -> Mapping[str, Any]:
    """What stands under the names of the tables that make a junction."""
    options: dict[str, type[ScattererTable]] = {}
    for name, (build, terminals) in SCATTERERS.items():
        table: type[ScattererTable] = table_of("name", name, build, (), (), ScattererTable)
        known = {**parameters_of(build), "bias": BIAS}
        if name == "chain":
            known["gate"] = GATE
            table = create_model("chain", __base__=table, gate=_GATE)
        table.made_by, table.known, table.joined = staticmethod(build), known, terminals
        options[name] = table
    options["dots"] = DotsTable
    return {"model": choice("name", options), "leads": Several(LeadTable)}
