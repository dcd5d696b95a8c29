"""Systems by name with their parameters, whatever they are put on: what the table [model] of every study is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thermokin.study.section import Finite, Matrix, Numbers, Positive, Section

__all__ = [
    "MOST_LEVELS",
    "CoupledQubitsSystem",
    "FermionicLevelSystem",
    "IsingChainSystem",
    "LevelsSystem",
    "OperatorsSystem",
    "OscillatorSystem",
    "QubitSystem",
    "Rate",
    "SpinSystem",
    "implied_system",
]

MOST_LEVELS = 10_000

Rate = Annotated[Positive, Field(description="zero-temperature emission rate of a unit coupling, > 0 [1/time]")]


class QubitSystem(Section):
    """A two-level system H = diag(0, gap)."""

    name: Literal["qubit"]
    gap: Positive = Field(description="the energy gap, > 0 [energy]")


class OscillatorSystem(Section):
    """A harmonic mode, truncated."""

    name: Literal["oscillator"]
    levels: int = Field(ge=2, le=MOST_LEVELS, description="levels kept, from 2 to 10000")
    frequency: Positive = Field(description="the frequency, > 0 [energy]")


class SpinSystem(Section):
    """A spin J in a field, coupled by J_+ + J_-."""

    name: Literal["spin"]
    J: float = Field(ge=0.5, le=0.5 * (MOST_LEVELS - 1), multiple_of=0.5, description="1/2, 1, 3/2, ...")
    gap: Positive = Field(description="the Zeeman splitting, > 0 [energy]")


class LevelsSystem(Section):
    """N levels."""

    name: Literal["levels"] = "levels"
    energies: Numbers = Field(description="N energies [energy], or the name of a .npy or .npz file that holds them")


class FermionicLevelSystem(Section):
    """One level for electrons."""

    name: Literal["fermionic_level"]
    energy: Finite = Field(description="the level's energy [energy]")


class IsingChainSystem(Section):
    """A transverse-field Ising chain whose two ends touch baths."""

    name: Literal["ising_chain"]
    sites: int = Field(ge=2, le=5, description="sites, from 2 to 5")
    field: Finite = Field(description="the transverse field [energy]")
    coupling: Finite = Field(description="the exchange energy [energy]")
    rate: Positive = Field(description="Ohmic strength of both baths, > 0")


class CoupledQubitsSystem(Section):
    """Two coupled qubits, each on a bath."""

    name: Literal["coupled_qubits"]
    gaps: tuple[Positive, Positive] = Field(strict=False, description="the two energy gaps, > 0 [energy]")
    coupling: Finite = Field(description="the exchange energy [energy]")
    rate: Rate


class OperatorsSystem(Section):
    """A Hamiltonian, from a file or as rows of real numbers."""

    name: Literal["operators"] = "operators"
    hamiltonian: Matrix = Field(description="a Hermitian matrix [energy]: a .npy or .npz file, or rows of numbers")
    number_operator: Matrix | None = Field(default=None, description="particle number, for a fermi bath")


def implied_system(table: dict[str, object]) -> str | None:
    """What a table without a name stands for.

    Args:
        table: the table [model].

    Returns:
        "levels", "operators" or None.
    """
    if "hamiltonian" in table:
        return "operators"
    return "levels" if "energies" in table and "couplings" not in table else None
