"""Cases beyond weak coupling: lost positivity, the correlation function of a bath, and a level by the hierarchy."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from thermokin.bath_memory.correlation_expansion import correlation_expansion
from thermokin.bath_memory.hierarchy import hierarchy
from thermokin.master_equations.redfield import redfield
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.spectrum import Drude, Flat, Lorentzian
from thermokin.model.statistics import Fermi
from thermokin.motion.steady_state import steady_state
from thermokin.operators.fock import destroy, number
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed
from thermokin.validation.case import Case, table_row

__all__ = ["drude_correlation", "lost_positivity", "resonant_level_by_hierarchy"]

SECOND, EXCHANGE, RATE = 1.00709, 0.79603, 0.25432
COLD, HOT = 0.08524, 1.65135
CORRELATION = 0.00734759271691941063 - 0.0125510715083491779j
CURRENT, HEAT = 0.06687640071486985, -0.03386892211203908


def lost_positivity() -> list[Case]:
    """Two strongly damped qubits whose Bloch-Redfield equation has no state at rest."""
    spin = pauli()
    gaps = 0.5 * (embed(spin.z, 0, (2, 2)) + SECOND * embed(spin.z, 1, (2, 2)))
    hop = embed(spin.plus, 0, (2, 2)) @ embed(spin.minus, 1, (2, 2))
    contacts = [
        Contact(Bath(name, at), embed(spin.x, site, (2, 2)), Flat(RATE))
        for site, (name, at) in enumerate((("cold", COLD), ("hot", HOT)))
    ]
    rest = steady_state(redfield(gaps + EXCHANGE * (hop + hop.conj().T), contacts))
    lowest = float(np.asarray(rest.lowest_eigenvalue))
    system = "two qubits, gaps 1 and 1.00709, exchange .79603, flat baths at .08524 and 1.65135, rate .25432"
    return table_row(
        system, "independent dense superoperator, six digits", {"lowest eigenvalue, Redfield": ("-0.0156321", lowest)}
    )


def drude_correlation() -> list[Case]:
    """The correlation function of a Drude bath at time 1."""
    contact = Contact(Bath("bath", 0.7), pauli().x, Drude(0.1, cutoff=1.5))
    value = complex(correlation_expansion(contact, terms=14).at([1.0])[0])
    system, source = "Drude bath, strength .1, cutoff 1.5, at .7", "Matsubara sum, 30 digits"
    return [
        Case(system, "correlation at time 1, real part", CORRELATION.real, value.real, 1e-12, source),
        Case(system, "correlation at time 1, imaginary part", CORRELATION.imag, value.imag, 1e-12, source),
    ]


def resonant_level_by_hierarchy() -> list[Case]:
    """A level between Lorentzian leads, exact at the second tier; nothing where QuTiP is not installed."""
    if find_spec("qutip") is None:
        return []
    leads = [Bath("left", 0.3, 0.5, Fermi()), Bath("right", 0.6, -0.3, Fermi())]
    contacts = [
        Contact(lead, destroy(2), Lorentzian(rate, 0.1, 6.0)) for lead, rate in zip(leads, (0.4, 0.7), strict=True)
    ]
    rest = steady_state(hierarchy(0.2 * number(2), contacts, depth=2, terms=8))
    system = "level .2 between Lorentzian leads, rates .4 and .7, width 6, hierarchy of two tiers"
    source = "Landauer's integrals"
    return [
        Case(system, "particle current", CURRENT, float(rest.particles[0]), 1e-6, source),
        Case(system, "heat from the left lead", HEAT, float(rest.heat[0]), 1e-5, source),
    ]
