"""Ising spins on Ohmic baths as devices of heat: the diode of two spins and the transistor of three."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.model import Model
from thermokin.model.parameter import Energy, Parameter, Temperature, knows_parameters
from thermokin.model.spectrum import Ohmic
from thermokin.operators.as_numbers import common_axes, shown
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed

__all__ = ["spin_diode", "thermal_transistor"]

SAME = 1e-13  # of the largest energy: gaps below this fraction of it are none
AtZero = Literal["ohmic", "none"]
Strength: TypeAlias = Annotated[ArrayLike, Parameter(above=0.0)]


@knows_parameters
def spin_diode(
    field_left: Energy,
    coupling: Energy,
    left: Temperature,
    right: Temperature,
    *,
    field_right: Energy = 0.0,
    rate: Strength = 0.001,
) -> Model:
    """Two Ising spins on a bath each: the one without a field of its own lets heat out, and hardly in.

    H = (field_left s_1 + field_right s_2 + coupling s_1 s_2) / 2 with s = sigma^z; Ohmic baths flip their spins by
    sigma^x. "heat from left" is positive into the system, "heat from right" its opposite. A spin of the left flips at
    field_left +- coupling, one of the right at field_right +- coupling, so that each cycle of the four states moves
    2 coupling from bath to bath.

    Args:
        field_left: splitting of the left spin (...) [energy].
        coupling: Ising energy (...) [energy].
        left: temperature of the bath "left" (...) [energy].
        right: temperature of the bath "right" (...) [energy].
        field_right: splitting of the right spin (...) [energy].
        rate: Ohmic strength of both baths (...).

    Returns:
        The model of dimension 4.

    Raises:
        ValueError: if leading axes do not broadcast, or as `davies`.

    Reference:
        werlang2014.

    Example:
        >>> import thermokin as tk
        >>> diode = tk.Family(tk.library.spin_diode, {"field_left": 2.0, "coupling": 1.0})
        >>> bool(tk.rectification(diode, hot=1.0, cold=0.1).factor > 0.9998)
        True
    """
    up, link = finite_numbers(field_left, "field_left"), finite_numbers(coupling, "coupling")
    other = finite_numbers(field_right, "field_right")
    common_axes({"field_left": up.shape, "coupling": link.shape, "field_right": other.shape})
    energies = _ising([up, other], {(0, 1): link})
    return davies(energies[..., None] * np.eye(4), _contacts({"left": left, "right": right}, rate, None))


@knows_parameters
def thermal_transistor(
    coupling: Energy,
    left: Temperature,
    middle: Temperature,
    right: Temperature,
    *,
    field: Energy = 0.0,
    rate: Strength = 0.001,
    zero_frequency: AtZero = "ohmic",
) -> Model:
    """Three Ising spins on a bath each: a small heat of the middle bath steers a large one from left to right.

    H = (coupling (s_l s_m + s_m s_r) + field s_m) / 2 with s = sigma^z; Ohmic baths flip their spins by sigma^x, at
    rates strength w (n + 1) and strength w n. **Between its neighbours, where these point apart, the middle spin flips
    at no cost** if it has no field: an Ohmic bath does that at the rate strength T, its limit ("ohmic"), and a bath
    without weight at frequency zero does not ("none"). The amplification d J_right / d J_middle hangs on that: 151.9
    against -1/2 at coupling 1 and temperatures .2, .1, .02. Natural currents "heat from left", "heat from middle" and
    "heat from right", positive into the system.

    Args:
        coupling: Ising energy between neighbours (...) [energy].
        left: temperature of the bath "left", as an emitter (...) [energy].
        middle: temperature of the bath "middle", as a base (...) [energy].
        right: temperature of the bath "right", as a collector (...) [energy].
        field: splitting of the middle spin (...) [energy].
        rate: Ohmic strength of the baths (...).
        zero_frequency: "ohmic" or "none", whether flips that cost nothing happen.

    Returns:
        The model of dimension 8.

    Raises:
        ArgumentError: if `zero_frequency` is neither word.
        ValueError: if leading axes do not broadcast, or as `davies`.

    Reference:
        joulain2016.

    Example:
        >>> import thermokin as tk
        >>> device = tk.Family(tk.library.thermal_transistor, {"coupling": 1.0, "left": 0.2, "right": 0.02})
        >>> round(float(tk.amplification(device, at={"middle": 0.1}).factor), 2)
        151.89
    """
    if not isinstance(zero_frequency, str) or zero_frequency not in get_args(AtZero):
        raise ArgumentError(
            f'`zero_frequency` must be "ohmic" or "none", got {shown(zero_frequency)}.', "zero_frequency"
        )
    link, own = finite_numbers(coupling, "coupling"), finite_numbers(field, "field")
    common_axes({"coupling": link.shape, "field": own.shape})
    nothing = np.zeros(())
    energies = _ising([nothing, own, nothing], {(0, 1): link, (1, 2): link})
    temperatures = {"left": left, "middle": middle, "right": right}
    contacts = _contacts(temperatures, rate, energies if zero_frequency == "none" else None)
    return davies(energies[..., None] * np.eye(8), contacts)


def _ising(fields: list[FloatArray], links: dict[tuple[int, int], FloatArray]) -> FloatArray:
    """The energies (..., 2^n) of all settings of n spins, the first the most significant."""
    sites = (2,) * len(fields)
    spins = [np.diag(embed(pauli().z, place, sites)).real for place in range(len(fields))]
    every = [field[..., None] * spin for field, spin in zip(fields, spins, strict=True)]
    every += [link[..., None] * spins[one] * spins[other] for (one, other), link in links.items()]
    return np.asarray(0.5 * sum(every))


def _contacts(temperatures: dict[str, ArrayLike], rate: ArrayLike, energies: FloatArray | None) -> list[Contact]:
    """A bath on each spin; without the flips between equal energies, where energies are given."""
    sites, found = (2,) * len(temperatures), []
    for place, (name, temperature) in enumerate(temperatures.items()):
        operator = embed(pauli().x, place, sites)
        if energies is not None:
            gaps = np.abs(energies[..., :, None] - energies[..., None, :])
            operator = np.where(gaps > SAME * np.abs(energies).max(axis=-1)[..., None, None], operator, 0.0)
        found.append(Contact(Bath(name, temperature), operator, Ohmic(rate)))
    return found
