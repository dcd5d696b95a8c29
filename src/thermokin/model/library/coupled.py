"""Two coupled systems, each on a bath of its own."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from numpy.typing import ArrayLike

from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.known_numbers import knows_parameters
from thermokin.model.local import local
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Gap, Parameter, Rate, Temperature
from thermokin.model.spectrum import Flat
from thermokin.operators.as_numbers import as_whole, common_axes
from thermokin.operators.bosons import create, destroy, number
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed

__all__ = ["coupled_oscillators", "coupled_qubits"]

MOST = 100  # levels of each mode
Levels: TypeAlias = Annotated[int, Parameter(least=3, most=40, levels=lambda kept: kept**2)]
Gaps: TypeAlias = Annotated[ArrayLike, Parameter("energy", above=0.0, axes=1, length=2)]


@knows_parameters
def coupled_oscillators(
    levels: Levels,
    frequency: Gap,
    coupling: Energy,
    rate: Rate,
    hot: Temperature,
    cold: Temperature,
) -> Annotated[Model, NOT_THERMAL]:
    """Two resonant modes H = w (a^+ a + b^+ b) + g (a^+ b + b^+ a), in the local generator.

    Args:
        levels: states kept per mode, >= 2.
        frequency: of both modes, w (...) [energy].
        coupling: hopping g (...) [energy], much smaller than w.
        rate: energy damping rate of each mode (...) [1/time].
        hot: temperature of the bath "hot" on mode a (...) [energy].
        cold: temperature of the bath "cold" on mode b (...) [energy].

    Returns:
        The model of dimension levels^2.

    Raises:
        ValueError: if fewer than two levels are kept, or as `local`.
    """
    levels = as_whole(levels, "levels", 2, MOST)
    size = (levels, levels)
    first, second = embed(destroy(levels), 0, size), embed(destroy(levels), 1, size)
    energy, hopping = finite_numbers(frequency, "frequency"), finite_numbers(coupling, "coupling")
    common_axes({"frequency": energy.shape, "coupling": hopping.shape})
    bare = energy[..., None, None] * (embed(number(levels), 0, size) + embed(number(levels), 1, size))
    hop = first.T @ second
    position = destroy(levels) + create(levels)
    return local(
        bare + hopping[..., None, None] * (hop + hop.T),
        [
            Contact(Bath("hot", hot), embed(position, 0, size), Flat(rate)),
            Contact(Bath("cold", cold), embed(position, 1, size), Flat(rate)),
        ],
        bare=bare,
    )


@knows_parameters
def coupled_qubits(gaps: Gaps, coupling: Energy, rate: Rate, hot: Temperature, cold: Temperature) -> Model:
    """Two qubits H = w_1 n_1 + w_2 n_2 + g (s_1^+ s_2^- + h.c.), in the global (Davies) generator.

    Args:
        gaps: the two energy gaps (..., 2) w_1 and w_2 [energy].
        coupling: the exchange energy g (...) [energy].
        rate: zero-temperature emission rate of each qubit (...) [1/time].
        hot: temperature of the bath "hot" on the first (...) [energy].
        cold: temperature of the bath "cold" on the second (...) [energy].

    Returns:
        The model of dimension 4.

    Raises:
        ValueError: if `gaps` has another shape, or as `davies`.
    """
    splittings, exchange = finite_numbers(gaps, "gaps"), finite_numbers(coupling, "coupling")
    if splittings.shape[-1:] != (2,):
        raise ValueError(f"`gaps` must have shape (..., 2), got {splittings.shape}.")
    common_axes({"gaps": splittings.shape[:-1], "coupling": exchange.shape})
    sigma, size = pauli(), (2, 2)
    one, two = embed(sigma.minus, 0, size), embed(sigma.minus, 1, size)
    hop = one.conj().T @ two
    hamiltonian = (
        splittings[..., 0, None, None] * (one.conj().T @ one)
        + splittings[..., 1, None, None] * (two.conj().T @ two)
        + exchange[..., None, None] * (hop + hop.conj().T)
    )
    return davies(
        hamiltonian,
        [
            Contact(Bath("hot", hot), embed(sigma.x, 0, size), Flat(rate)),
            Contact(Bath("cold", cold), embed(sigma.x, 1, size), Flat(rate)),
        ],
    )
