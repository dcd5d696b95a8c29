"""A fermionic level that touches one lead."""

from __future__ import annotations

import numpy as np

from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.known_numbers import knows_parameters
from thermokin.model.model import Model
from thermokin.model.parameter import Energy, Rate, Temperature
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import Fermi
from thermokin.operators.fermions import annihilators

__all__ = ["fermionic_level"]


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
