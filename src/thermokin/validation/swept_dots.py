"""Cases of leads at and below zero tunnelling energy, and of heat through spins whose parity forbids dephasing."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.band import Band
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.current import heat, particles
from thermokin.model.davies import davies
from thermokin.model.local import local
from thermokin.model.spectrum import Drude, Flat, Spectrum
from thermokin.model.statistics import Fermi
from thermokin.motion.steady_state import steady_state
from thermokin.operators.fermions import annihilators
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed
from thermokin.validation.case import Case, table_row

__all__ = ["heat_of_spins", "swept_dots"]


def swept_dots() -> list[Case]:
    """The current through a blockaded dot at three gates in one sweep, and the filling of a level below zero energy."""
    gates = np.array([-1.0, 0.0, 1.0])
    printed = (".0283876", ".0414510", ".0385769")
    rows = {
        f"current at gate {gate:g}": (digits, current)
        for gate, digits, current in zip(gates, printed, _through_a_dot(gates), strict=True)
    }
    cases = table_row("spinful dot, U/T = 20, bias 0.5, one sweep", "rate equation of four levels", rows)
    count, level = np.diag([0.0, 1.0]), annihilators(1)[0]
    lead = Bath("lead", 0.5, 0.1, Fermi())
    filled = steady_state(davies(-count, [Contact(lead, level, Band(0.1, -2.0, 2.0))], number_operator=count))
    exact = float(1.0 / (np.exp((-1.0 - 0.1) / 0.5) + 1.0))
    found = float(filled.populations[1])
    return [*cases, Case("level at -1 on a lead with a band", "filling", exact, found, 1e-14, "closed form")]


def _through_a_dot(gate: FloatArray) -> FloatArray:
    up, down = annihilators(2)
    n = [up.conj().T @ up, down.conj().T @ down]
    leads = [Bath(name, 1.0, potential, Fermi()) for name, potential in (("left", 0.25), ("right", -0.25))]
    model = davies(
        gate[:, None, None] * (n[0] + n[1]) + 20.0 * n[0] @ n[1],
        [Contact(lead, level, Flat(0.5)) for lead in leads for level in (up, down)],
        number_operator=n[0] + n[1],
    )
    return particles(model, "left").mean(steady_state(model))


def heat_of_spins() -> list[Case]:
    """Heat through Ising chains with white spectra at their ends, and through two qubits by three generators."""
    numbers = {
        f"{sites} sites": (digits, _through_a_chain(sites))
        for sites, digits in ((4, "3.912e-05"), (5, "3.410e-05"), (6, "3.145e-05"))
    }
    cases = table_row("Ising chain, white spectra, T = 1 and 0.5", "golden rule between parities", numbers)
    sigma = pauli()
    one, two = (embed(sigma.minus, site, (2, 2)) for site in range(2))
    apart = one.conj().T @ one + two.conj().T @ two
    joined = apart + 0.1 * (one.conj().T @ two + two.conj().T @ one)
    ends = _ends((2.02, 1.98), 2, Drude(0.1, 2.0))
    ways = {"davies": davies(joined, ends), "local": local(joined, ends, apart)}
    found = {name: heat(way, "first").mean(steady_state(way)) for name, way in ways.items()}
    return [
        *cases,
        *table_row("two resonant qubits, Drude baths", "golden rule", {"davies": ("3.838e-04", found["davies"])}),
        Case("two resonant qubits, Drude baths", "local", 1.0516e-4, float(found["local"]), 0.005, "Bloch-Redfield"),
    ]


def _through_a_chain(sites: int) -> FloatArray:
    sigma, size = pauli(), (2,) * sites
    field: ComplexArray = np.asarray(sum(0.5 * embed(sigma.z, site, size) for site in range(sites)))
    bonds = sum(embed(sigma.x, site, size) @ embed(sigma.x, site + 1, size) for site in range(sites - 1))
    model = davies(field + bonds, _ends((1.0, 0.5), sites, Flat(1e-3)))
    return heat(model, "first").mean(steady_state(model))


def _ends(temperatures: tuple[float, float], sites: int, spectrum: Spectrum) -> list[Contact]:
    """Baths that flip the first and the last spin."""
    flip, size = pauli().x, (2,) * sites
    return [
        Contact(Bath(name, temperature), embed(flip, site, size), spectrum)
        for name, temperature, site in zip(("first", "last"), temperatures, (0, sites - 1), strict=True)
    ]
