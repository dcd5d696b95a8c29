"""A harmonic oscillator that touches one bath."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from thermokin.model.bath import Bath, real_numbers
from thermokin.model.davies import davies
from thermokin.model.known_numbers import knows_parameters
from thermokin.model.library.lowering_contact import lowering_contact
from thermokin.model.model import Model
from thermokin.model.parameter import Gap, Parameter, Rate, Temperature
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import Statistics
from thermokin.operators.bosons import destroy, number
from thermokin.operators.numbers import as_whole

__all__ = ["oscillator"]

MOST = 10_000  # levels of one mode
Levels: TypeAlias = Annotated[int, Parameter(least=2, most=MOST, levels=lambda kept: kept)]


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
    energy = real_numbers(frequency, "frequency")
    if (energy <= 0.0).any() or np.isinf(energy).any():
        raise ValueError(f"`frequency` must be > 0 and finite, got {energy.min():g}.")
    levels = as_whole(levels, "levels", 2, MOST)
    hamiltonian = energy[..., None, None] * number(levels)
    bath = Bath("bath", temperature, statistics=statistics)
    return davies(hamiltonian, [lowering_contact(bath, destroy(levels), Flat(rate))])
