"""Systems that touch one bath: a qubit, a spin, an oscillator, a fermionic level; and their parts for several baths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeAlias

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.bath import Bath, finite_numbers, positive_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.model import Model
from thermokin.model.parameter import Energy, Gap, Parameter, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat, Spectrum
from thermokin.model.statistics import Fermi, Statistics
from thermokin.operators.as_numbers import as_whole
from thermokin.operators.fock import annihilators, create, destroy, number
from thermokin.operators.spins import pauli
from thermokin.operators.spins import spin as spin_operators

__all__ = ["PARTS", "Parts", "fermionic_level", "lowering_contact", "oscillator", "qubit", "spin"]

MOST = 10_000  # levels of one mode
Levels: TypeAlias = Annotated[int, Parameter(least=2, most=MOST, levels=lambda kept: kept)]
Length: TypeAlias = Annotated[
    float, Parameter(least=0.5, most=4999.5, step=0.5, levels=lambda length: round(2.0 * length + 1.0))
]
Value: TypeAlias = Callable[[str], Any]
"""The value of an argument of the library function, by its name."""
Parts: TypeAlias = tuple[OperatorLike, OperatorLike | None, OperatorLike | None]
"""Hamiltonian, what a bath couples to unless it says so, and number of particles."""


@knows_parameters
def qubit(gap: Gap, rate: Rate, temperature: Temperature, *, statistics: Statistics | None = None) -> Model:
    """A two-level system H = diag(0, gap) on one bath with a flat spectrum.

    Args:
        gap: the energy gap (...) [energy], > 0.
        rate: zero-temperature emission rate of a unit coupling (...) [1/time].
        temperature: of the bath, which is named "bath" (...) [energy].
        statistics: `Bose()` if None; with `Fermi()` every quantum of the system is a particle of the bath.

    Returns:
        The model; leading axes broadcast.

    Raises:
        ValueError: if the gap is not positive, or as `Bath` and `Flat`.
    """
    energy = positive_numbers(gap, "gap")
    hamiltonian = energy[..., None, None] * np.diag([0.0, 1.0])
    bath = Bath("bath", temperature, statistics=statistics)
    return davies(hamiltonian, [lowering_contact(bath, pauli().minus, Flat(rate))])


@knows_parameters
def fermionic_level(energy: Energy, rate: Rate, temperature: Temperature, chemical_potential: Energy = 0.0) -> Model:
    """One level H = energy d^+ d on one lead, named "bath": in at rate f, out at rate (1 - f).

    Args:
        energy: the level's energy (...) [energy], of either sign.
        rate: tunnelling rate (...) [1/time].
        temperature: of the lead (...) [energy].
        chemical_potential: of the lead (...) [energy].

    Returns:
        The model of dimension 2, with its particle number.

    Raises:
        ValueError: as `Bath` and `Flat`.
    """
    (level,) = annihilators(1)
    number = level.conj().T @ level
    lead = Bath("bath", temperature, chemical_potential, Fermi())
    hamiltonian = finite_numbers(energy, "energy")[..., None, None] * np.asarray(number)
    return davies(hamiltonian, [Contact(lead, level, Flat(rate))], number_operator=number)


@knows_parameters
def oscillator(
    levels: Levels, frequency: Gap, rate: Rate, temperature: Temperature, *, statistics: Statistics | None = None
) -> Model:
    """A mode H = frequency n, truncated to `levels`, on one bath with a flat spectrum.

    All its gaps are one Bohr frequency, so emission is one collective jump, the annihilation operator.

    Args:
        levels: states kept, >= 2; the truncation is the caller's to judge.
        frequency: the frequency (...) [energy], > 0.
        rate: energy damping rate at zero temperature (...) [1/time].
        temperature: of the bath, which is named "bath" (...) [energy].
        statistics: `Bose()` if None; with `Fermi()` every quantum of the system is a particle of the bath.

    Returns:
        The model; leading axes broadcast.

    Raises:
        ValueError: if the frequency is not positive or fewer than two levels are kept, or as `Bath` and `Flat`.
    """
    energy = positive_numbers(frequency, "frequency")
    levels = as_whole(levels, "levels", 2, MOST)
    hamiltonian = energy[..., None, None] * number(levels)
    bath = Bath("bath", temperature, statistics=statistics)
    return davies(hamiltonian, [lowering_contact(bath, destroy(levels), Flat(rate))])


@knows_parameters
def spin(
    J: Length,  # noqa: N803 - the field's symbol for the spin quantum number
    gap: Gap,
    rate: Rate,
    temperature: Temperature,
    *,
    statistics: Statistics | None = None,
) -> Model:
    """A spin J with H = gap J_z, coupled by J_+ + J_- to one bath with a flat spectrum.

    Args:
        J: the spin, 1/2, 1, 3/2, ...
        gap: Zeeman splitting (...) [energy], > 0.
        rate: zero-temperature emission rate of a unit coupling (...) [1/time].
        temperature: of the bath, which is named "bath" (...) [energy].
        statistics: `Bose()` if None; with `Fermi()` every quantum of the system is a particle of the bath.

    Returns:
        The model; leading axes broadcast.

    Raises:
        ValueError: if J is no spin or the gap is not positive, or as `Bath` and `Flat`.
    """
    energy = positive_numbers(gap, "gap")
    operators = spin_operators(J)
    bath = Bath("bath", temperature, statistics=statistics)
    return davies(energy[..., None, None] * operators.z, [lowering_contact(bath, operators.minus, Flat(rate))])


def lowering_contact(bath: Bath, lowering: FloatArray | ComplexArray, spectrum: Spectrum) -> Contact:
    """A bath that moves no particles touches A + A^+; a lead, of which every quantum is a particle, touches A.

    Both ways each gap is emptied and filled at the bath's two rates, once.

    Args:
        bath: the bath.
        lowering: A (..., d, d), whose elements all lower the energy.
        spectrum: of the contact.

    Returns:
        The contact.
    """
    if bath.statistics.moves_particles:
        return Contact(bath, lowering, spectrum)
    return Contact(bath, lowering + lowering.conj().swapaxes(-1, -2), spectrum)


def _levels(get: Value) -> Parts:
    energies = np.asarray(get("energies"))
    every = np.ones((energies.shape[-1],) * 2) - np.eye(energies.shape[-1])
    return energies[..., None] * np.eye(energies.shape[-1]), every, None


def _fermionic_level(get: Value) -> Parts:
    (level,) = annihilators(1)
    occupied = level.conj().T @ level
    return np.asarray(get("energy"))[..., None, None] * np.asarray(occupied), level, occupied


def _mode(get: Value) -> Parts:
    kept = get("levels")
    return np.asarray(get("frequency"))[..., None, None] * number(kept), destroy(kept) + create(kept), None


def _spin(get: Value) -> Parts:
    operators = spin_operators(get("J"))
    return np.asarray(get("gap"))[..., None, None] * operators.z, 2.0 * operators.x, None


PARTS: Mapping[str, Callable[[Value], Parts]] = {
    "qubit": lambda get: (np.asarray(get("gap"))[..., None, None] * np.diag([0.0, 1.0]), np.eye(2)[::-1], None),
    "oscillator": _mode,
    "spin": _spin,
    "levels": _levels,
    "fermionic_level": _fermionic_level,
}
"""By the name of the library function."""
