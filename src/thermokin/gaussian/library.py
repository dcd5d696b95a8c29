"""Chains between two contacts: oscillators, and sites of free fermions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray
from thermokin.gaussian.bosons import bosons
from thermokin.gaussian.contacts import SiteContact
from thermokin.gaussian.fermions import fermions
from thermokin.gaussian.model import GaussianModel
from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import Fermi
from thermokin.operators.as_numbers import as_whole, common_axes

__all__ = ["hopping_chain", "oscillator_chain"]

MOST = 20_000  # sites, beyond which one matrix takes more than 6 GB


def oscillator_chain(
    sites: int,
    *,
    frequency: ArrayLike,
    coupling: ArrayLike,
    rate: ArrayLike,
    hot: ArrayLike,
    cold: ArrayLike,
    spring: ArrayLike = 0.0,
) -> GaussianModel:
    """A chain of oscillators, H = sum_i w a_i^+ a_i + g (a_i^+ a_{i+1} + its adjoint), with a bath on each end.

    Args:
        sites: number of oscillators n >= 2.
        frequency: w (...) of all, or (..., n) of each with a last axis of n [energy].
        coupling: hopping g (...) [energy].
        rate: energy damping rate of the first and of the last (...) [1/time].
        hot: temperature of the bath "hot" on the first (...) [energy].
        cold: temperature of the bath "cold" on the last (...) [energy].
        spring: pairing s (...) of s (a_i^+ a_{i+1}^+ + its adjoint) [energy]; a spring has s = g.

    Returns:
        The model; leading axes of all numbers broadcast, and are a sweep.

    Raises:
        ValueError: if a number is not valid, or as `bosons`.
        TypeError: if a number is of the wrong type.

    Cost:
        One eigendecomposition of an n x n matrix.

    Example:
        >>> import thermokin as tk
        >>> chain = tk.gaussian.oscillator_chain(50, frequency=1.0, coupling=0.05, rate=0.02, hot=0.5, cold=0.25)
        >>> round(float(tk.cumulants(chain, tk.heat(chain, "hot"), order=1).mean), 6)
        0.001326
    """
    sites = as_whole(sites, "sites", 2, MOST)
    hamiltonian = _chain(sites, frequency, "frequency", coupling, "coupling")
    paired = finite_numbers(spring, "spring")
    contacts = [
        SiteContact(Bath(name, temperature), site, Flat(rate))
        for name, temperature, site in (("hot", hot, 0), ("cold", cold, sites - 1))
    ]
    if not paired.any():
        return bosons(hamiltonian, contacts)
    return bosons(hamiltonian, contacts, pairing=paired[..., None, None] * _links(sites))


def hopping_chain(
    sites: int,
    *,
    hopping: ArrayLike,
    rate: ArrayLike,
    temperature: ArrayLike,
    left: ArrayLike,
    right: ArrayLike,
    energy: ArrayLike = 0.0,
) -> GaussianModel:
    """Free fermions on a chain, H = sum_i e c_i^+ c_i + t (c_i^+ c_{i+1} + its adjoint), with a lead at each end.

    Args:
        sites: number of sites n >= 2.
        hopping: t (...) [energy].
        rate: of the leads "left" on the first site and "right" on the last (...) [1/time].
        temperature: of both leads (...) [energy].
        left: chemical potential of the left lead (...) [energy].
        right: chemical potential of the right lead (...) [energy].
        energy: e (...) of all sites, or (..., n) of each with a last axis of n [energy].

    Returns:
        The model; leading axes of all numbers broadcast, and are a sweep.

    Raises:
        ValueError: if a number is not valid, or as `fermions`.
        TypeError: if a number is of the wrong type.

    Cost:
        One eigendecomposition of an n x n matrix.

    Example:
        >>> import thermokin as tk
        >>> chain = tk.gaussian.hopping_chain(20, hopping=0.1, rate=0.1, temperature=1.0, left=2.0, right=-2.0)
        >>> round(float(tk.cumulants(chain, tk.particles(chain, "left"), order=1).mean), 6)
        0.030464
    """
    sites = as_whole(sites, "sites", 2, MOST)
    hamiltonian = _chain(sites, energy, "energy", hopping, "hopping")
    contacts = [
        SiteContact(Bath(name, temperature, potential, Fermi()), site, Flat(rate))
        for name, potential, site in (("left", left, 0), ("right", right, sites - 1))
    ]
    return fermions(hamiltonian, contacts)


def _links(sites: int) -> ComplexArray:
    return np.eye(sites, k=1, dtype=np.complex128) + np.eye(sites, k=-1)


def _chain(sites: int, energies: ArrayLike, word: str, coupling: ArrayLike, link: str) -> ComplexArray:
    own, between = finite_numbers(energies, word), finite_numbers(coupling, link)
    if own.ndim == 0 or own.shape[-1] != sites:
        own = np.broadcast_to(own[..., None], (*own.shape, sites))
    common_axes({word: own.shape[:-1], link: between.shape})
    if (between == 0.0).any():
        raise ArgumentError(f"`{link}` must not be 0: the chain would be in pieces.", link)
    return np.asarray(own[..., None] * np.eye(sites) + between[..., None, None] * _links(sites))
