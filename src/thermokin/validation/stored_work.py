"""Cases of work that states hold: ergotropy with its parts, copies, and a pair that hides all of it."""

from __future__ import annotations

import numpy as np

from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution, evolve
from thermokin.motion.starts import Ket
from thermokin.stored_work.charging import charging
from thermokin.stored_work.ergotropy import ergotropy
from thermokin.stored_work.local_ergotropy import local_ergotropy
from thermokin.validation.case import Case, table_row

__all__ = ["charged_batteries", "hidden_work", "three_levels_with_coherence"]

WITHIN = 1e-12


def three_levels_with_coherence() -> list[Case]:
    """A mixture of a superposition and populations."""
    psi = np.array([0.6, 0.0, 0.8])
    state = 0.7 * np.outer(psi, psi) + 0.3 * np.diag([0.2, 0.5, 0.3])
    found = ergotropy(state, np.diag([0.0, 1.0, 2.5]))
    return table_row(
        "levels 0, 1, 2.5, a superposition mixed with populations",
        "definition, independent sums",
        {
            "ergotropy": ("1.1687314878", found.total),
            "incoherent part": ("0.808", found.incoherent),
            "coherent part": ("0.3607314878", found.coherent),
        },
    )


def hidden_work() -> list[Case]:
    """Gaps of correlated pairs, and the limit of many copies of a mixture."""
    bell = np.array([1.0, 0.0, 0.0, 1.0]) / np.sqrt(2.0)
    pair = local_ergotropy(np.outer(bell, bell), np.diag([0.0, 1.0, 1.0, 2.0]), (2, 2))
    # Passive, with the entropy ln 2 of a Gibbs state with p on the two upper levels: h(p) + p ln 2.
    copies = ergotropy(np.diag([0.5, 0.5, 0.0]), np.diag([0.0, 1.0, 1.0]))
    excited = 0.2270921952193482
    return [
        Case("Bell pair of two qubits, gap 1", "ergotropic gap", 1.0, float(pair.gap), WITHIN, "closed form"),
        Case("passive state of three levels", "ergotropy", 0.0, float(copies.total), WITHIN, "closed form"),
        Case(
            "passive state of three levels",
            "ergotropy of each of many copies",
            0.5 - excited,
            float(copies.asymptotic),
            1e-11,
            "root of h(p) + p ln 2 = ln 2",
        ),
    ]


def charged_batteries() -> list[Case]:
    """One and two spins that a cavity with as many photons charges, on resonance."""
    coupling, times = 0.05, np.linspace(0.0, 60.0, 6001)
    one = charging(_cavity(coupling, [1.0], times), np.diag([0.0, 1.0]))
    two = charging(_cavity(coupling, [2.0, np.sqrt(2.0)], times), np.diag([0.0, 1.0, 2.0]))
    # The grid of times misses the largest value by its square.
    within, name, source = 1e-6, "spins charged by as many photons, coupling 0.05", "closed form"
    power = 0.7246113537767085 * coupling  # of sin(x)^2 / x
    return [
        Case(f"1 of {name}", "largest power", power, float(one.largest_power), within, source),
        Case(f"2 of {name}", "largest energy", 16.0 / 9.0, float(two.energy.max()), within, source),
    ]


def _cavity(coupling: float, steps: list[float], times: np.ndarray) -> Evolution:
    """The ladder of states that exchange one quantum after the other, all of them in the cavity at the beginning."""
    hamiltonian = coupling * (np.diag(steps, 1) + np.diag(steps, -1))
    return evolve(Model(hamiltonian, []), Ket([1.0, *[0.0] * len(steps)]), times)
