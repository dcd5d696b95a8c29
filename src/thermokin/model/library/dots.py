"""A quantum dot between two leads: one level, or one orbital with both spins and a charging energy."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.library.transition import unit
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Parameter, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import Fermi
from thermokin.operators.as_numbers import as_extended, common_axes
from thermokin.operators.fock import annihilators

__all__ = ["Charging", "charging_energy", "leads", "quantum_dot", "single_dot"]

Charging: TypeAlias = Annotated[ArrayLike, Parameter("energy", least=0.0, role="extended")]


def leads(
    left: ArrayLike, right: ArrayLike, potential_left: ArrayLike, potential_right: ArrayLike
) -> tuple[Bath, Bath]:
    """The leads "left" and "right".

    Args:
        left: temperature of the left one (...) [energy].
        right: temperature of the right one (...) [energy].
        potential_left: chemical potential of the left one (...) [energy].
        potential_right: chemical potential of the right one (...) [energy].

    Returns:
        The two baths.

    Raises:
        ValueError: as `Bath`.
    """
    return Bath("left", left, potential_left, Fermi()), Bath("right", right, potential_right, Fermi())


def charging_energy(value: ArrayLike, name: str) -> FloatArray | None:
    """A charging energy (...), or None where it is infinite: then no second electron enters.

    Args:
        value: the numbers [energy].
        name: of the argument, for errors.

    Returns:
        The numbers, or None.

    Raises:
        ArgumentError: if one is negative or not a number, or only some of a sweep are infinite.
    """
    numbers = as_extended(value, name)
    if np.isnan(numbers).any() or (numbers < 0.0).any():
        raise ArgumentError(f"`{name}` must be >= 0, or infinite for a blockaded dot.", name)
    if np.isinf(numbers).all():
        return None
    if np.isinf(numbers).any():
        raise ArgumentError(f"`{name}` must be finite or infinite all along a sweep: these are other models.", name)
    return numbers


@knows_parameters
def single_dot(
    energy: Energy,
    left: Temperature,
    right: Temperature,
    *,
    potential_left: Energy = 0.0,
    potential_right: Energy = 0.0,
    rate_left: Rate = 0.01,
    rate_right: Rate = 0.01,
) -> Annotated[Model, NOT_THERMAL]:
    """One level between two leads, sequential tunnelling: electrons enter at G f and leave at G (1 - f).

    With f_l, f_r the Fermi functions at the level and G = G_l + G_r, the current is I = (G_l G_r / G)(f_l - f_r)
    ("particles from left", positive into the dot) and its noise
    D = (G_l G_r / G)[f_l (1 - f_r) + f_r (1 - f_l)] - 2 I^2 / G. Each electron carries energy - mu: "heat from left" is
    (energy - mu_l) I, "heat from right" -(energy - mu_r) I, and "power" = (mu_r - mu_l) I is delivered where it is
    positive. Tight coupling: an engine's efficiency is (mu_c - mu_h) / (energy - mu_h), Carnot's where f_l = f_r.

    Args:
        energy: of the level (...) [energy].
        left: temperature of the lead "left" (...) [energy].
        right: temperature of the lead "right" (...) [energy].
        potential_left: chemical potential of the left lead (...) [energy].
        potential_right: chemical potential of the right lead (...) [energy].
        rate_left: tunnelling rate of the left barrier (...) [1/time].
        rate_right: tunnelling rate of the right barrier (...) [1/time].

    Returns:
        The model of dimension 2, with its particle number.

    Raises:
        ValueError: as `Bath` and `Flat`.

    Reference:
        bagrets2003, esposito2009dot.

    Example:
        >>> import thermokin as tk
        >>> dot = tk.library.single_dot(1.5, left=1.0, right=0.5, potential_right=0.3)
        >>> found = tk.figures_of_merit(dot)
        >>> str(found.does), round(float(found.efficiency), 12)
        ('engine', 0.2)
    """
    (level,) = annihilators(1)
    occupied = level.conj().T @ level
    one, other = leads(left, right, potential_left, potential_right)
    return davies(
        finite_numbers(energy, "energy")[..., None, None] * occupied,
        [Contact(one, level, Flat(rate_left)), Contact(other, level, Flat(rate_right))],
        number_operator=occupied,
    )


@knows_parameters
def quantum_dot(
    energy: Energy,
    left: Temperature,
    right: Temperature,
    *,
    interaction: Charging = np.inf,
    potential_left: Energy = 0.0,
    potential_right: Energy = 0.0,
    rate_left: Rate = 0.01,
    rate_right: Rate = 0.01,
) -> Annotated[Model, NOT_THERMAL]:
    """One orbital for both spins between two leads, with a charging energy: Anderson's dot in sequential tunnelling.

    States of energies 0, energy (twice) and 2 energy + interaction; an electron of either spin tunnels at the rates of
    its lead. Its charge is a chain of births and deaths, so that the current is known: with x the rates in and y out,
    summed over leads, at energy (1) and at energy + interaction (2), the probabilities of no, one and two electrons
    are as 1 : 2 x_1 / y_1 : x_1 x_2 / (y_1 y_2). An infinite interaction is Coulomb blockade, at most one electron:
    I = 2 G_l G_r (f_l - f_r) / [G_l (1 + f_l) + G_r (1 + f_r)]. Natural currents "particles from left", "heat from
    left" (energy - mu for each electron, positive into the dot) and "power".

    Args:
        energy: of the orbital (...) [energy].
        left: temperature of the lead "left" (...) [energy].
        right: temperature of the lead "right" (...) [energy].
        interaction: charging energy (...) [energy], >= 0; infinite for a blockaded dot.
        potential_left: chemical potential of the left lead (...) [energy].
        potential_right: chemical potential of the right lead (...) [energy].
        rate_left: tunnelling rate of the left barrier, for each spin (...) [1/time].
        rate_right: tunnelling rate of the right barrier, for each spin (...) [1/time].

    Returns:
        The model with its particle number, of dimension 4; 3 if blockaded.

    Raises:
        ArgumentError: if the interaction is negative, or infinite at some points of a sweep alone.
        ValueError: as `Bath` and `Flat`.

    Reference:
        beenakker1991.

    Example:
        >>> import thermokin as tk
        >>> dot = tk.library.quantum_dot(-0.5, 0.1, 0.1, potential_left=1.0, potential_right=-1.0)
        >>> round(float(tk.cumulants(dot, tk.particles(dot, "left"), order=1).mean), 6)
        0.006607
    """
    charge = charging_energy(interaction, "interaction")
    level = finite_numbers(energy, "energy")
    removing, filled, doubly = _orbital(blockaded=charge is None)
    hamiltonian = level[..., None, None] * filled
    if charge is not None:
        common_axes({"energy": level.shape, "interaction": charge.shape})
        hamiltonian = hamiltonian + charge[..., None, None] * doubly
    one, other = leads(left, right, potential_left, potential_right)
    contacts = [
        Contact(bath, operator, Flat(rate))
        for bath, rate in ((one, rate_left), (other, rate_right))
        for operator in removing
    ]
    return davies(hamiltonian, contacts, number_operator=filled)


def _orbital(*, blockaded: bool) -> tuple[list[ComplexArray], ComplexArray, ComplexArray]:
    """What removes an electron of each spin, the number of electrons, and that of pairs."""
    if blockaded:
        removing = [np.asarray(unit(3, 0, spin), dtype=np.complex128) for spin in (1, 2)]
        return removing, np.diag([0.0, 1.0, 1.0]).astype(np.complex128), np.zeros((3, 3), dtype=np.complex128)
    up, down = annihilators(2)
    filled = [one.conj().T @ one for one in (up, down)]
    return [up, down], filled[0] + filled[1], filled[0] @ filled[1]
