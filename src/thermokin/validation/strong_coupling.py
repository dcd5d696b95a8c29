"""Cases of strong coupling: oscillators by normal modes and exact transport, a level by Landauer, closed integrals."""

from __future__ import annotations

import numpy as np

from thermokin.machines.steady_ledger import steady_ledger
from thermokin.model.bath import Bath
from thermokin.model.brownian import Brownian
from thermokin.model.contact import Contact
from thermokin.model.spectrum import Lorentzian, Ohmic
from thermokin.model.statistics import Fermi
from thermokin.operators.fock import destroy, number
from thermokin.operators.spins import pauli
from thermokin.strong_coupling.coordinate import Coordinate
from thermokin.strong_coupling.mean_force import mean_force
from thermokin.strong_coupling.reaction_coordinate import reaction_coordinate
from thermokin.transport.answers import Junction
from thermokin.transport.dots import dots
from thermokin.validation.case import Case

__all__ = ["collective_modes", "equilibria", "level_between_peaked_leads", "oscillator_on_a_peak"]

CLOSED = "closed form, 40 digits"
WITHIN = 1e-9
WIDTH = 1e-3
SPREAD, DAVIES_HEAT, EXACT_HEAT = 1.0056761038214115821, 3.6918996810582495022e-6, 3.69163251090629e-6
RESIDUAL, EXCITED = 1.8779138952229220636, 0.119805627509878698


def oscillator_on_a_peak() -> list[Case]:
    """An oscillator between a strong damped mode and a weak bath: the master equation of both, and without any."""
    lower = destroy(16)
    strong = Contact(Bath("hot", 0.3), lower + lower.T, Brownian(0.2, 1.4, WIDTH))
    weak = Contact(Bath("cold", 0.15), lower + lower.T, Ohmic(WIDTH / 5.0))
    heat = float(reaction_coordinate(lower.T @ lower, [strong, weak], levels=14).heat[0])
    system = "oscillator, peak at 1.4 of width .001 coupled by .2, temperatures .3 and .15"
    return [
        Case(system, "heat, Davies by normal modes", DAVIES_HEAT, heat, WITHIN, CLOSED),
        Case(
            system, "heat, without a master equation", EXACT_HEAT, heat, WIDTH, "quantum Langevin equation, 15 digits"
        ),
    ]


def level_between_peaked_leads() -> list[Case]:
    """A level between two Lorentzian leads, of which a site each is taken in."""
    leads = [Bath(name, 0.5, at, Fermi()) for name, at in (("left", 0.3), ("right", -0.3))]
    lines = [Lorentzian(0.16 / WIDTH, centre, WIDTH) for centre in (0.2, -0.1)]
    contacts = [Contact(lead, destroy(2), line) for lead, line in zip(leads, lines, strict=True)]
    found = reaction_coordinate(0.1 * number(2), contacts, number_operator=number(2)).ledger
    chain = np.diag([0.2, 0.1, -0.1]) + 0.2 * (np.eye(3, k=1) + np.eye(3, k=-1))
    exact = steady_ledger(Junction(dots(chain, [[WIDTH, 0.0, 0.0], [0.0, 0.0, WIDTH]]), leads))
    system, source = "level at .1 between leads of width .001, hopping .2", "Landauer's formula, by quadrature"
    return [
        Case(system, words, float(one[0]), float(ours[0]), 1e-5, source)
        for words, one, ours in (
            ("particles", exact.particles, found.particles),
            ("heat", exact.heat, found.heat),
        )
    ]


def equilibria() -> list[Case]:
    """States of mean force."""
    lower = destroy(24)
    strong = Contact(Bath("bath", 0.2), lower + lower.T, Brownian(0.2, 1.4, WIDTH))
    state = mean_force(lower.T @ lower, [strong], levels=20).state
    spread = float(np.trace((lower + lower.T) @ (lower + lower.T) @ state).real)
    weak = Contact(Bath("bath", 0.5), pauli().x, Brownian(0.05, 1.3, 0.4))
    second = float(mean_force(np.diag([0.0, 1.0]), [weak], levels=6).second_order[1, 1].real)
    return [
        Case("oscillator beside a mode at 1.4, coupled by .2, T = .2", "spread", SPREAD, spread, WITHIN, CLOSED),
        Case(
            "qubit on a damped mode, coupled by .05, T = .5", "excited, second order", EXCITED, second, WITHIN,
            "integral over frequency, 18 digits",
        ),
    ]  # fmt: skip


def collective_modes() -> list[Case]:
    """The coordinate of an Ohmic bath."""
    found = Coordinate.of(Ohmic(0.1, cutoff=2.0))
    system = "Ohmic bath, strength .1, cutoff 2"
    rest = float(found.residual(np.array([1.0]))[0])
    return [
        Case(system, "frequency of its coordinate", np.sqrt(8.0), float(found.frequency), WITHIN, CLOSED),
        Case(system, "residual spectrum at 1", RESIDUAL, rest, WITHIN, "exponential integrals, 40 digits"),
    ]
