"""A qubit that touches one bath."""

from __future__ import annotations

import numpy as np

from thermokin.model.bath import Bath, real_numbers
from thermokin.model.davies import davies
from thermokin.model.known_numbers import knows_parameters
from thermokin.model.library.lowering_contact import lowering_contact
from thermokin.model.model import Model
from thermokin.model.parameter import Gap, Rate, Temperature
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import Statistics
from thermokin.operators.spins import pauli

__all__ = ["qubit"]


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
    energy = real_numbers(gap, "gap")
    if (energy <= 0.0).any() or np.isinf(energy).any():
        raise ValueError(f"`gap` must be > 0 and finite, got {energy.min():g}.")
    hamiltonian = energy[..., None, None] * np.diag([0.0, 1.0])
    bath = Bath("bath", temperature, statistics=statistics)
    return davies(hamiltonian, [lowering_contact(bath, pauli().minus, Flat(rate))])
