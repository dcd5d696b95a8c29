"""The table [model]: a library model by name with its parameters, levels with couplings, or operators from files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thermokin.study.section import Finite, Matrix, Numbers, Positive, Section

__all__ = [
    "MODELS",
    "TWO_BATH_MODELS",
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

MOST_LEVELS = 10_000

Rate = Annotated[Positive, Field(description="zero-temperature emission rate of a unit coupling, > 0 [1/time]")]
ThreeEnergies = Annotated[tuple[Finite, Finite, Finite], Field(strict=False, description="three energies [energy]")]
TwoCouplings = Annotated[tuple[Finite, Finite], Field(strict=False, description="the two couplings")]
OptionalRate = Annotated[
    Positive | None, Field(description="rate of a flat spectrum, > 0 [1/time]; left out beside a table [bath.spectrum]")
]


class Qubit(Section):
    """A two-level system H = diag(0, gap) on one bath with a flat spectrum."""

    name: Literal["qubit"]
    gap: Positive = Field(description="the energy gap, > 0 [energy]")
    rate: Rate


class Oscillator(Section):
    """A harmonic mode, truncated."""

    name: Literal["oscillator"]
    levels: int = Field(ge=2, le=MOST_LEVELS, description="levels kept, from 2 to 10000")
    frequency: Positive = Field(description="the frequency, > 0 [energy]")
    rate: Rate


class Spin(Section):
    """A spin J in a field, coupled by J_+ + J_-."""

    name: Literal["spin"]
    J: float = Field(ge=0.5, le=0.5 * (MOST_LEVELS - 1), multiple_of=0.5, description="1/2, 1, 3/2, ...")
    gap: Positive = Field(description="the Zeeman splitting, > 0 [energy]")
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


class Levels(Section):
    """N levels on one bath, every transition a channel of its own."""

    name: Literal["levels"] = "levels"
    energies: Numbers = Field(description="N energies [energy], or the name of a .npy or .npz file that holds them")
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


class FermionicLevel(Section):
    """One level that exchanges electrons with one lead."""

    name: Literal["fermionic_level"]
    energy: Finite = Field(description="the level's energy [energy]")
    rate: Rate


class IsingChain(Section):
    """A transverse-field Ising chain; both ends touch baths at the one temperature of the quench."""

    name: Literal["ising_chain"]
    sites: int = Field(ge=2, le=5, description="sites, from 2 to 5")
    field: Finite = Field(description="the transverse field [energy]")
    coupling: Finite = Field(description="the exchange energy [energy]")
    rate: Positive = Field(description="Ohmic strength of both baths, > 0")


class CoupledQubits(Section):
    """Two coupled qubits; both touch baths at the one temperature of the quench."""

    name: Literal["coupled_qubits"]
    gaps: tuple[Positive, Positive] = Field(strict=False, description="the two energy gaps, > 0 [energy]")
    coupling: Finite = Field(description="the exchange energy [energy]")
    rate: Rate


class Operators(Section):
    """A Hamiltonian and a coupling operator, from files or as rows of real numbers; the Davies generator."""

    name: Literal["operators"] = "operators"
    hamiltonian: Matrix = Field(description="a Hermitian matrix [energy]: a .npy or .npz file, or rows of numbers")
    coupling: Matrix = Field(description="what the bath couples to: a .npy or .npz file, or rows of real numbers")
    number_operator: Matrix | None = Field(default=None, description="particle number, for a fermi bath")
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
TWO_BATH_MODELS = ("xxz_chain", "coupled_oscillators")  # local generators: no Gibbs state of H to relax to
