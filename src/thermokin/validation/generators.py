"""Cases of generators side by side: exact transport of two oscillators, two qubits, and heat that runs uphill."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.master_equations.generators import generators
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.current import heat
from thermokin.model.local import local
from thermokin.model.spectrum import Flat, Ohmic
from thermokin.model.unified import unified
from thermokin.motion.evolution import evolve
from thermokin.motion.steady_state import steady_state
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed
from thermokin.thermo.ledger import ledger
from thermokin.validation.case import Case, table_row

__all__ = ["oscillators_on_resonance", "qubits_by_generator", "uphill_heat"]

HOT, COLD = Bath("hot", 0.5), Bath("cold", 0.25)
INTEGRALS = "independent integrals over energy, exact in the rates"
LEVELS = 8
# Coupling, exact heat, and what merging leaves: the square of the splitting, or beyond it rate over splitting.
RESONANT = ((0.004, 1.9015696e-4, 1e-4), (0.02, 1.1030034e-3, 2e-4), (0.1, 1.3679511e-3, 1.1e-2))
QUBITS = "independent dense superoperators, four digits"


def oscillators_on_resonance() -> list[Case]:
    """Two oscillators of frequency 1, damped at .02 by baths at .5 and .25."""
    lower = np.diag(np.sqrt(np.arange(1.0, LEVELS)), 1)
    a, b = (embed(lower, site, (LEVELS, LEVELS)) for site in (0, 1))
    contacts = [Contact(bath, one + one.T, Flat(0.02)) for bath, one in ((HOT, a), (COLD, b))]
    found = []
    for coupling, exact, allowed in RESONANT:
        model = unified(a.T @ a + b.T @ b + coupling * (a.T @ b + b.T @ a), contacts)
        ours = float(heat(model, "hot").mean(steady_state(model)))
        found.append(Case(f"two oscillators, coupling {coupling:g}", "heat, unified", exact, ours, allowed, INTEGRALS))
    return found


def qubits_by_generator() -> list[Case]:
    """Two qubits on Ohmic baths: Davies and geometric generator."""
    flips = [embed(pauli().x, site, (2, 2)) for site in (0, 1)]
    contacts = [Contact(bath, flip, Ohmic(0.02)) for bath, flip in zip((HOT, COLD), flips, strict=True)]
    found = []
    for second, coupling, davies, geometric in (
        (1.0, 0.002, "1.1731e-3", "3.3473e-5"),
        (1.0, 0.01, "1.1729e-3", "4.9665e-4"),
        (1.1, 0.05, "5.8552e-4", "5.6852e-4"),
        (1.5, 0.2, "4.2040e-4", "4.1965e-4"),
    ):
        bare = 0.5 * (embed(pauli().z, 0, (2, 2)) + second * embed(pauli().z, 1, (2, 2)))
        made = generators(bare + coupling * (flips[0] @ flips[1]), contacts)
        ours = dict(zip(made.names, made.heats[:, 0], strict=True))
        numbers = {"heat, Davies": (davies, ours["davies"]), "heat, geometric": (geometric, ours["geometric"])}
        found += table_row(f"two qubits, gaps 1 and {second:g}, coupling {coupling:g}", QUBITS, numbers)
    return found


def uphill_heat() -> list[Case]:
    """Two detuned qubits with local jumps: heat by the whole Hamiltonian runs from cold to hot."""
    one, two = (embed(pauli().minus, site, (2, 2)) for site in (0, 1))
    bare: ComplexArray | FloatArray = 1.6 * one.conj().T @ one + 1.0 * two.conj().T @ two
    contacts = [
        Contact(Bath("warm", 1.0), one + one.conj().T, Flat(0.02)),
        Contact(Bath("cool", 0.9), two + two.conj().T, Flat(0.03)),
    ]
    model = local(bare + 0.3 * (one.conj().T @ two + two.conj().T @ one), contacts, bare)
    account = ledger(model, evolve(model, steady_state(model).state, [0.0]))
    numbers = {
        "heat from warm, whole Hamiltonian": ("-1.174e-3", account.full_heat_rate["warm"][0]),
        "heat from cool, whole Hamiltonian": ("1.174e-3", account.full_heat_rate["cool"][0]),
        "entropy produced, by quanta": ("4.10e-4", account.entropy_production_rate[0]),
    }
    return table_row("two qubits with local jumps, 1.0 against 0.9", "levy2014", numbers)
