"""Systems between two baths: coupled qubits and oscillators, and spin chains with a bath at each end."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import ComplexArray
from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.library.cut_modes import told_if_cut
from thermokin.model.local import local
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Gap, Number, Parameter, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat, Ohmic
from thermokin.operators.as_numbers import as_whole, common_axes
from thermokin.operators.fock import create, destroy, number
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed

__all__ = ["coupled_oscillators", "coupled_qubits", "ising_chain", "xxz_chain"]

MOST = 100  # levels of each mode
Levels: TypeAlias = Annotated[int, Parameter(least=3, most=40, levels=lambda kept: kept**2, truncates=True)]
Gaps: TypeAlias = Annotated[ArrayLike, Parameter("energy", above=0.0, axes=1, length=2)]
MOST_SITES = 14  # sites, beyond which one dense operator takes more than 4 GB


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
        levels: states kept per mode, >= 2; enough where no number changes with one more, as `truncated_cumulants` finds
            out. `validity` has a line "truncation" where they are too few for the hotter temperature.
        frequency: of both modes, w (...) [energy].
        coupling: hopping g (...) [energy], much smaller than w.
        rate: energy damping rate of each mode (...) [1/time].
        hot: temperature of the bath "hot" on mode a (...) [energy].
        cold: temperature of the bath "cold" on mode b (...) [energy].

    Returns:
        The model of dimension levels^2.

    Raises:
        ValueError: if fewer than two levels are kept, or as `local`.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> pair = tk.library.coupled_oscillators(4, frequency=1.0, coupling=0.01, rate=0.01, hot=0.2, cold=0.1)
        >>> found = tk.heat(pair, "hot").mean(tk.steady_state(pair))
        >>> n, m = 1.0 / math.expm1(1.0 / 0.2), 1.0 / math.expm1(1.0 / 0.1)
        >>> round(float(found), 8), round(2.0 * 0.01**3 / (4.0 * 0.01**2 + 0.01**2) * (n - m), 8)  # nearly
        (2.695e-05, 2.695e-05)
    """
    levels = as_whole(levels, "levels", 2, MOST)
    size = (levels, levels)
    first, second = embed(destroy(levels), 0, size), embed(destroy(levels), 1, size)
    energy, hopping = finite_numbers(frequency, "frequency"), finite_numbers(coupling, "coupling")
    common_axes({"frequency": energy.shape, "coupling": hopping.shape})
    bare = energy[..., None, None] * (embed(number(levels), 0, size) + embed(number(levels), 1, size))
    hop = first.T @ second
    position = destroy(levels) + create(levels)
    baths = Bath("hot", hot), Bath("cold", cold)
    modes = local(
        bare + hopping[..., None, None] * (hop + hop.T),
        [Contact(bath, embed(position, place, size), Flat(rate)) for place, bath in enumerate(baths)],
        bare=bare,
    )
    return told_if_cut(modes, levels, energy, np.maximum(*(bath.temperature for bath in baths)))


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

    Example:
        >>> import thermokin as tk
        >>> pair = tk.library.coupled_qubits([1.0, 1.0], coupling=0.2, rate=0.001, hot=2.0, cold=1.0)
        >>> pair.energies.round(6)  # 0, w - g, w + g, 2 w
        array([0. , 0.8, 1.2, 2. ])
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


@knows_parameters
def ising_chain(
    sites: Annotated[int, Parameter(least=2, most=5, levels=lambda sites: 2**sites)],
    field: Energy,
    coupling: Energy,
    rate: Annotated[ArrayLike, Parameter(above=0.0)],
    left: Temperature,
    right: Temperature,
) -> Model:
    """The transverse-field Ising chain with thermal ends, in the global (Davies) generator.

    H = (field/2) sum_i sigma^z_i - coupling sum_i sigma^x_i sigma^x_{i+1}; both ends couple by sigma^x, to Ohmic baths.

    Args:
        sites: how many sites, n >= 2.
        field: the transverse field (...) [energy].
        coupling: the exchange energy (...) [energy].
        rate: Ohmic strength of both baths (...).
        left: temperature of the bath "left" (...) [energy].
        right: temperature of the bath "right" (...) [energy].

    Returns:
        The model of dimension 2^n.

    Raises:
        ValueError: if there are fewer than two sites, or as `davies`.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> chain = tk.library.ising_chain(2, field=1.0, coupling=0.5, rate=0.001, left=2.0, right=1.0)
        >>> chain.energies.round(6), round(math.sqrt(1.0 + 0.5**2), 6)
        (array([-1.118034, -0.5     ,  0.5     ,  1.118034]), 1.118034)
    """
    sigma = pauli()
    sites = as_whole(sites, "sites", 2, MOST_SITES)
    along = _sum(sites, sigma.z)
    bonds = sum(_on(sites, sigma.x, i) @ _on(sites, sigma.x, i + 1) for i in range(sites - 1))
    splitting, link = _matrix(field, "field"), _matrix(coupling, "coupling")
    common_axes({"field": splitting.shape, "coupling": link.shape})
    hamiltonian = 0.5 * splitting * along - link * bonds
    return davies(
        hamiltonian,
        [
            Contact(Bath("left", left), _on(sites, sigma.x, 0), Ohmic(rate)),
            Contact(Bath("right", right), _on(sites, sigma.x, sites - 1), Ohmic(rate)),
        ],
    )


@knows_parameters
def xxz_chain(
    sites: Annotated[int, Parameter(least=2, most=12, levels=lambda sites: 2**sites)],
    anisotropy: Number,
    rate: Rate,
    left: Temperature,
    right: Temperature,
    *,
    field: Gap = 1.0,
    coupling: Energy = 0.04,
) -> Annotated[Model, NOT_THERMAL]:
    """The XXZ chain with thermal ends, in the local generator: its end spins flip at the Zeeman energy.

    H = (field/2) sum_i sigma^z_i
        + coupling sum_i (sigma^x sigma^x + sigma^y sigma^y + anisotropy sigma^z sigma^z)_{i,i+1}.

    Args:
        sites: how many sites, n >= 2.
        anisotropy: of the exchange along z (...).
        rate: zero-temperature flip rate of an end spin (...) [1/time].
        left: temperature of the bath "left" (...) [energy].
        right: temperature of the bath "right" (...) [energy].
        field: Zeeman energy (...) [energy], > 0.
        coupling: exchange (...) [energy], much smaller than the field.

    Returns:
        The model of dimension 2^n; magnetisation is conserved between jumps, so its sectors are small.

    Raises:
        ValueError: if there are fewer than two sites, or as `local`.

    Example:
        >>> import thermokin as tk
        >>> chain = tk.library.xxz_chain(3, anisotropy=0.5, rate=0.01, left=2.0, right=1.0)
        >>> rest = tk.steady_state(chain)
        >>> heat, flow = (float(count.mean(rest)) for count in (tk.heat(chain, "left"), tk.entropy_flow(chain)))
        >>> round(flow / heat, 8)  # 1 / 1.0 - 1 / 2.0
        0.5
    """
    sigma = pauli()
    sites = as_whole(sites, "sites", 2, MOST_SITES)
    splitting, link, ratio = _matrix(field, "field"), _matrix(coupling, "coupling"), _matrix(anisotropy, "anisotropy")
    common_axes({"field": splitting.shape, "coupling": link.shape, "anisotropy": ratio.shape})
    bare = 0.5 * splitting * _sum(sites, sigma.z)

    def bond(operator: ComplexArray) -> ComplexArray:
        return np.asarray(sum(_on(sites, operator, i) @ _on(sites, operator, i + 1) for i in range(sites - 1)))

    exchange = bond(sigma.x) + bond(sigma.y) + ratio * bond(sigma.z)
    return local(
        bare + link * exchange,
        [
            Contact(Bath("left", left), _on(sites, sigma.x, 0), Flat(rate)),
            Contact(Bath("right", right), _on(sites, sigma.x, sites - 1), Flat(rate)),
        ],
        bare=bare,
    )


def _matrix(value: ArrayLike, name: str) -> np.ndarray:
    return finite_numbers(value, name)[..., None, None]


def _on(sites: int, operator: ComplexArray, site: int) -> ComplexArray:
    return embed(operator, site, (2,) * sites)


def _sum(sites: int, operator: ComplexArray) -> ComplexArray:
    return np.asarray(sum(_on(sites, operator, site) for site in range(sites)))
