"""Spin chains whose two ends touch baths."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import ComplexArray
from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.known_numbers import knows_parameters
from thermokin.model.local import local
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Gap, Number, Parameter, Rate, Temperature
from thermokin.model.spectrum import Flat, Ohmic
from thermokin.operators.as_numbers import as_whole, common_axes
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed

__all__ = ["ising_chain", "xxz_chain"]

MOST = 14  # sites, beyond which one dense operator takes more than 4 GB


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
    """
    sigma = pauli()
    sites = as_whole(sites, "sites", 2, MOST)
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
    """
    sigma = pauli()
    sites = as_whole(sites, "sites", 2, MOST)
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
