"""A spin of any length that touches one bath."""

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
from thermokin.operators.spins import spin as spin_operators

__all__ = ["spin"]

Length: TypeAlias = Annotated[
    float, Parameter(least=0.5, most=4999.5, step=0.5, levels=lambda length: round(2.0 * length + 1.0))
]


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
    energy = real_numbers(gap, "gap")
    if (energy <= 0.0).any() or np.isinf(energy).any():
        raise ValueError(f"`gap` must be > 0 and finite, got {energy.min():g}.")
    operators = spin_operators(J)
    bath = Bath("bath", temperature, statistics=statistics)
    return davies(energy[..., None, None] * operators.z, [lowering_contact(bath, operators.minus, Flat(rate))])
