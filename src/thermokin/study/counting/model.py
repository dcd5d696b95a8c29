"""From a counting study to its model."""

from __future__ import annotations

import numpy as np

from thermokin._typing import OperatorLike
from thermokin.model import library
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.model import Model
from thermokin.model.spectrum import Flat
from thermokin.operators.bosons import create, destroy, number
from thermokin.operators.fermions import annihilators
from thermokin.operators.spins import spin
from thermokin.study.arrays import Arrays
from thermokin.study.counting.bath_section import BathSection
from thermokin.study.counting.model_section import CoupledOscillators, CoupledQubits, IsingChain, ModelSection, XxzChain
from thermokin.study.counting.study import CountingStudy, statistics_of
from thermokin.study.problem import Place
from thermokin.study.removal import conserved_number
from thermokin.study.section import Section
from thermokin.study.spectrum_section import spectrum_of
from thermokin.study.statistics_name import STATISTICS
from thermokin.study.system_section import (
    FermionicLevelSystem,
    LevelsSystem,
    OperatorsSystem,
    OscillatorSystem,
    QubitSystem,
    SpinSystem,
)

__all__ = ["model_of"]


def model_of(study: CountingStudy, arrays: Arrays) -> Model:
    """The model of a study.

    Args:
        study: the study.
        arrays: its arrays, by place.

    Returns:
        The model.

    Raises:
        ValueError: if it refuses what the study says.
    """
    model = study.model
    match model:
        case XxzChain():
            return library.xxz_chain(
                model.sites,
                model.anisotropy,
                model.rate,
                model.left,
                model.right,
                field=model.field,
                coupling=model.coupling,
            )
        case IsingChain():
            return library.ising_chain(model.sites, model.field, model.coupling, model.rate, model.left, model.right)
        case CoupledQubits():
            return library.coupled_qubits(model.gaps, model.coupling, model.rate, model.hot, model.cold)
        case CoupledOscillators():
            return library.coupled_oscillators(
                model.levels, model.frequency, model.coupling, model.rate, model.hot, model.cold
            )
    hamiltonian, coupling, particles = _system(model, arrays)
    contacts = [_contact(model, bath, coupling, arrays, ("baths", index)) for index, bath in enumerate(study.baths)]
    return davies(hamiltonian, contacts, number_operator=particles)


def _system(model: ModelSection, arrays: Arrays) -> tuple[OperatorLike, OperatorLike, OperatorLike | None]:
    """Hamiltonian, what a bath couples to unless it says so itself, and the number of particles."""
    match model:
        case QubitSystem():
            return np.diag([0.0, model.gap]), np.array([[0.0, 1.0], [1.0, 0.0]]), None
        case OscillatorSystem():
            return model.frequency * number(model.levels), destroy(model.levels) + create(model.levels), None
        case SpinSystem():
            operators = spin(model.J)
            return model.gap * operators.z, 2.0 * operators.x, None
        case FermionicLevelSystem():
            (level,) = annihilators(1)
            occupied = level.conj().T @ level
            return model.energy * occupied, level, occupied
        case LevelsSystem():
            energies = arrays["model", "energies"]
            return np.diag(energies), np.ones((energies.size, energies.size)) - np.eye(energies.size), None
        case OperatorsSystem():
            return arrays["model", "hamiltonian"], None, conserved_number(arrays)
    raise TypeError(f"`model` must be a system, got {model!r}.")


def _contact(model: Section, bath: BathSection, coupling: OperatorLike, arrays: Arrays, place: Place) -> Contact:
    lead = Bath(bath.name, bath.temperature, bath.chemical_potential, STATISTICS[statistics_of(model, bath)])
    if bath.spectrum is not None:
        spectrum = spectrum_of(bath.spectrum, arrays, (*place, "spectrum"))
    else:
        spectrum = Flat(np.nan if bath.rate is None else bath.rate)
    return Contact(lead, arrays.get((*place, "coupling"), coupling), spectrum)
