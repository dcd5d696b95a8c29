"""Cases of parts: Werner states, three qubits in two classes, oscillators on a spring, currents between sites."""

from __future__ import annotations

import numpy as np

from thermokin.gaussian.bosons import bosons
from thermokin.gaussian.contacts import NormalModeContact
from thermokin.gaussian.gaussian_state import steady_state
from thermokin.gaussian.library import hopping_chain, oscillator_chain
from thermokin.model.bath import Bath
from thermokin.model.spectrum import Flat
from thermokin.parts.bond_currents import bond_currents
from thermokin.parts.part_correlations import part_correlations
from thermokin.validation.case import Case

__all__ = ["currents_between_sites", "oscillators_on_a_spring", "two_and_three_qubits"]

WITHIN = 1e-12


def two_and_three_qubits() -> list[Case]:
    """States whose entanglement is known in closed form."""
    singlet = np.array([0.0, 1.0, -1.0, 0.0]) / np.sqrt(2.0)
    werner = part_correlations(0.8 * np.outer(singlet, singlet) + 0.05 * np.eye(4), (2, 2))
    w = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]) / np.sqrt(3.0)
    three = part_correlations(np.outer(w, w), (2, 2, 2))
    p = np.array([0.85, 0.05, 0.05, 0.05])
    shared = 2.0 * np.log(2.0) + float((p * np.log(p)).sum())
    name, source = "Werner state of weight 0.8", "closed form"
    return [
        Case(name, "concurrence", 0.7, float(werner.concurrence[0]), WITHIN, "closed form; Wootters 1998"),
        Case(name, "negativity", 0.35, float(werner.negativity[0]), WITHIN, "closed form; Vidal, Werner 2002"),
        Case(name, "mutual information", shared, float(werner.mutual_information[0]), WITHIN, source),
        Case(
            "W state of three qubits", "concurrence of a pair", 2.0 / 3.0, float(three.concurrence[0]), WITHIN, source
        ),
    ]


def oscillators_on_a_spring() -> list[Case]:
    """Two oscillators of frequency 1 on a spring, in the Gibbs state of both."""
    baths = [NormalModeContact(Bath(str(site), 0.05), site, Flat(0.02)) for site in (0, 1)]
    spring = np.array([[0.0, 0.3], [0.3, 0.0]])
    found = part_correlations(steady_state(bosons(np.eye(2) + spring, baths, pairing=spring)))
    fast, slow = np.sqrt(1.6), np.sqrt(0.4)
    spread = np.tanh(fast / 0.1) * np.tanh(slow / 0.1)
    expected = 0.5 * float(np.log(spread * fast / slow))
    system = "oscillators 1, 1 on a spring of 0.3, T = 0.05"
    ours = float(found.logarithmic_negativity[0])
    return [Case(system, "logarithmic negativity", expected, ours, 1e-10, "closed form, normal modes")]


def currents_between_sites() -> list[Case]:
    """Chains whose current has a closed form, and a ring with a flux in equilibrium."""
    fermions = hopping_chain(4, hopping=0.1, rate=0.07, temperature=1.0, left=400.0, right=-400.0)
    passed = float(bond_currents(fermions, quantity="particles").between(1, 2))
    pair = oscillator_chain(2, frequency=1.0, coupling=0.03, rate=0.05, hot=2.0, cold=0.5)
    quanta = 1.0 / np.expm1(0.5) - 1.0 / np.expm1(2.0)
    h = np.eye(5) + np.zeros((5, 5), dtype=np.complex128)
    for site in range(5):
        h[site, (site + 1) % 5] += 0.2 * np.exp(0.3j)
        h[(site + 1) % 5, site] += 0.2 * np.exp(-0.3j)
    ring = bosons(h, [NormalModeContact(Bath("bath", 0.4), 0, Flat(1e-3))])
    q = 0.4 * np.pi * np.arange(5) + 0.3
    lasting = float((-0.4 * np.sin(q) / np.expm1((1.0 + 0.4 * np.cos(q)) / 0.4)).sum()) / 5.0
    name, source = "bond current", "closed form"
    return [
        Case(
            "fermions hopping over 4 sites",
            name,
            0.0014 / (0.04 + 0.0049),
            passed,
            WITHIN,
            "closed form, 2t²r/(4t²+r²)",
        ),
        Case(
            "two oscillators at 2 and 0.5",
            name,
            float(2.0 * 0.03**2 * 0.05 * quanta / (4.0 * 0.03**2 + 0.05**2)),
            float(bond_currents(pair).currents[0]),
            WITHIN,
            source,
        ),
        Case(
            "ring of 5 with a flux in equilibrium",
            name,
            lasting,
            float(bond_currents(ring, quantity="particles").between(0, 1)),
            1e-10,
            source,
        ),
    ]
