"""The table [model] of a quench: a system and the rate at which its one bath changes it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thermokin.study.choice import Choice
from thermokin.study.section import Finite, Matrix, Positive, Section
from thermokin.study.system_section import (
    MOST_LEVELS,
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
    "CoupledQubits",
    "FermionicLevel",
    "IsingChain",
    "Levels",
    "ModelSection",
    "Operators",
    "Oscillator",
    "Qubit",
    "QutritLadder",
    "QutritLambda",
    "QutritV",
    "RandomLevels",
    "SpectrumModel",
    "Spin",
]

ThreeEnergies = Annotated[tuple[Finite, Finite, Finite], Field(strict=False, description="three energies [energy]")]
TwoCouplings = Annotated[tuple[Finite, Finite], Field(strict=False, description="the two couplings")]
OptionalRate = Annotated[
    Positive | None, Field(description="rate of a flat spectrum, > 0 [1/time]; left out beside a table [bath.spectrum]")
]


class Qubit(QubitSystem):
    """A two-level system H = diag(0, gap) on one bath with a flat spectrum."""

    rate: Rate


class Oscillator(OscillatorSystem):
    """A harmonic mode, truncated, on one bath with a flat spectrum."""

    rate: Rate


class Spin(SpinSystem):
    """A spin J in a field, coupled by J_+ + J_- to one bath with a flat spectrum."""

    rate: Rate


class QutritLadder(Section):
    """Three levels linked 0-1 and 1-2."""

    name: Literal["qutrit_ladder"]
    rate: Rate
    energies: ThreeEnergies = (0.0, 1.0, 2.0)
    couplings: TwoCouplings = (1.0, 1.0)


class QutritV(Section):
    """Three levels linked 0-1 and 0-2."""

    name: Literal["qutrit_v"]
    rate: Rate
    energies: ThreeEnergies = (0.0, 1.0, 1.2)
    couplings: TwoCouplings = (1.0, 1.0)


class QutritLambda(Section):
    """Three levels linked 0-2 and 1-2."""

    name: Literal["qutrit_lambda"]
    rate: Rate
    energies: ThreeEnergies = (0.0, 0.2, 1.0)
    couplings: TwoCouplings = (1.0, 1.0)


class Levels(LevelsSystem):
    """N levels on one bath, every transition a channel of its own."""

    coupling: Matrix | None = Field(
        default=None, description="N rows of N real numbers, or the name of a file; all ones if left out"
    )
    rate: OptionalRate = None


class RandomLevels(Section):
    """N levels with random energies and couplings; the seed reproduces them."""

    name: Literal["random_levels"]
    count: int = Field(ge=2, le=MOST_LEVELS, description="levels, from 2 to 10000")
    seed: int = Field(ge=0, lt=2**63, description="seed of the random numbers, a whole number >= 0")
    width: Positive = Field(default=4.0, description="energies lie between 0 and this, > 0 [energy]")
    rate: OptionalRate = None


class FermionicLevel(FermionicLevelSystem):
    """One level that exchanges electrons with one lead."""

    rate: Rate


class IsingChain(IsingChainSystem):
    """A transverse-field Ising chain; both ends touch baths at the one temperature of the quench."""


class CoupledQubits(CoupledQubitsSystem):
    """Two coupled qubits; both touch baths at the one temperature of the quench."""


class Operators(OperatorsSystem):
    """A Hamiltonian and a coupling operator, from files or as rows of real numbers; the Davies generator."""

    coupling: Matrix = Field(description="what the bath couples to: a .npy or .npz file, or rows of real numbers")
    rate: OptionalRate = None


ModelSection = Annotated[
    Qubit
    | Oscillator
    | Spin
    | QutritLadder
    | QutritV
    | QutritLambda
    | Levels
    | RandomLevels
    | FermionicLevel
    | IsingChain
    | CoupledQubits
    | Operators,
    Field(discriminator="name"),
]

SpectrumModel = Levels | RandomLevels | Operators

MODELS: dict[str, type[Section]] = {
    "qubit": Qubit,
    "oscillator": Oscillator,
    "spin": Spin,
    "qutrit_ladder": QutritLadder,
    "qutrit_v": QutritV,
    "qutrit_lambda": QutritLambda,
    "levels": Levels,
    "random_levels": RandomLevels,
    "fermionic_level": FermionicLevel,
    "ising_chain": IsingChain,
    "coupled_qubits": CoupledQubits,
    "operators": Operators,
}
_ONE_TEMPERATURE = (
    "its local generator does not relax to a Gibbs state of the whole Hamiltonian, so a quench from one temperature "
    'to another is not defined; use "ising_chain" or "coupled_qubits", or a family of your own in Python'
)
_TWO_BATHS = ("xxz_chain", "coupled_oscillators")  # local generators: no Gibbs state of H to relax to
MODEL = Choice("name", MODELS, implied_system, dict.fromkeys(_TWO_BATHS, _ONE_TEMPERATURE))
