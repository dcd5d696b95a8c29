"""The table [model] of a counting study: a library model between two baths, or a system that [[baths]] are put on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thermokin.study.choice import Choice
from thermokin.study.section import Finite, Positive, Section
from thermokin.study.system_section import (
    CoupledQubitsSystem,
    FermionicLevelSystem,
    IsingChainSystem,
    LevelsSystem,
    OperatorsSystem,
    OscillatorSystem,
    QubitSystem,
    Rate,
    SpinSystem,
    implied_system,
)

__all__ = [
    "MODEL",
    "MODELS",
    "BetweenBaths",
    "CoupledOscillators",
    "CoupledQubits",
    "IsingChain",
    "ModelSection",
    "Temperature",
    "Truncated",
    "XxzChain",
]

Temperature = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class XxzChain(Section):
    """The XXZ chain with thermal ends, in the local generator."""

    name: Literal["xxz_chain"]
    sites: int = Field(ge=2, le=12, description="sites, from 2 to 12")
    anisotropy: Finite = Field(description="of the exchange along z")
    rate: Positive = Field(description="zero-temperature flip rate of an end spin, > 0 [1/time]")
    left: Temperature = Field(description='temperature of the bath "left", >= 0 [energy]')
    right: Temperature = Field(description='temperature of the bath "right", >= 0 [energy]')
    field: Positive = Field(default=1.0, description="Zeeman energy, > 0 [energy]")
    coupling: Finite = Field(default=0.04, description="exchange, much smaller than the field [energy]")


class IsingChain(IsingChainSystem):
    """A transverse-field Ising chain with thermal ends, in the global generator."""

    left: Temperature = Field(description='temperature of the bath "left", >= 0 [energy]')
    right: Temperature = Field(description='temperature of the bath "right", >= 0 [energy]')


class CoupledQubits(CoupledQubitsSystem):
    """Two coupled qubits, one on a hot and one on a cold bath, in the global generator."""

    hot: Temperature = Field(description='temperature of the bath "hot", >= 0 [energy]')
    cold: Temperature = Field(description='temperature of the bath "cold", >= 0 [energy]')


class CoupledOscillators(Section):
    """Two resonant modes, one on a hot and one on a cold bath, in the local generator."""

    name: Literal["coupled_oscillators"]
    levels: int = Field(ge=3, le=40, description="levels kept of each mode, from 3 to 40")
    frequency: Positive = Field(description="of both modes, > 0 [energy]")
    coupling: Finite = Field(description="hopping, much smaller than the frequency [energy]")
    rate: Rate
    hot: Temperature = Field(description='temperature of the bath "hot", >= 0 [energy]')
    cold: Temperature = Field(description='temperature of the bath "cold", >= 0 [energy]')


BetweenBaths = XxzChain | IsingChain | CoupledQubits | CoupledOscillators
"""Models that bring their two baths with them."""
Truncated = OscillatorSystem | CoupledOscillators
"""Models of which only so many levels are kept."""

ModelSection = Annotated[
    XxzChain
    | IsingChain
    | CoupledQubits
    | CoupledOscillators
    | QubitSystem
    | OscillatorSystem
    | SpinSystem
    | LevelsSystem
    | FermionicLevelSystem
    | OperatorsSystem,
    Field(discriminator="name"),
]

MODELS: dict[str, type[Section]] = {
    "xxz_chain": XxzChain,
    "ising_chain": IsingChain,
    "coupled_qubits": CoupledQubits,
    "coupled_oscillators": CoupledOscillators,
    "qubit": QubitSystem,
    "oscillator": OscillatorSystem,
    "spin": SpinSystem,
    "levels": LevelsSystem,
    "fermionic_level": FermionicLevelSystem,
    "operators": OperatorsSystem,
}
_OF_LEVELS = 'give "levels" with a coupling in each of [[baths]]'
MODEL = Choice(
    "name",
    MODELS,
    implied_system,
    dict.fromkeys(("qutrit_ladder", "qutrit_v", "qutrit_lambda", "random_levels"), _OF_LEVELS),
)
