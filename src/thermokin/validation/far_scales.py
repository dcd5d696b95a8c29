"""Cases whose rates lie many decades below their energies: leads at millikelvin, and a hardly damped mode."""

from __future__ import annotations

import numpy as np

from thermokin.counting.counting import cumulants
from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.contact import Contact
from thermokin.model.current import particles
from thermokin.model.davies import davies
from thermokin.model.model import Model
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import Fermi
from thermokin.motion.steady_state import steady_state
from thermokin.operators.bosons import destroy
from thermokin.operators.fermions import annihilators
from thermokin.validation.case import Case

__all__ = ["blockaded_dot", "hardly_damped_mode"]

EXACT = 1e-9  # relative deviation allowed of a closed form; exponents of thousands are known to 1e-12
STRENGTH, REPULSION, TEMPERATURE = 0.5, 20.0, 0.01
LEVELS = 20


def blockaded_dot() -> list[Case]:
    """The current through a spinful level with repulsion 2000 temperatures strong, at points of one gate sweep.

    Its particle number is a chain of births and deaths, p1/p0 = 2 in/out and so on, and the current follows without
    subtraction.

    Returns:
        The cases.
    """
    gates, bias = np.array([-25.0, -10.0, -1.02, -1.0, 0.999, 6.0]), 2.0
    c = annihilators(2)
    n = [one.conj().T @ one for one in c]
    leads = [Bath(name, TEMPERATURE, side * bias / 2, Fermi()) for name, side in (("left", 1), ("right", -1))]
    contacts = [Contact(lead, one, Flat(STRENGTH)) for lead in leads for one in c]
    hamiltonian = gates[:, None, None] * (n[0] + n[1]) + REPULSION * n[0] @ n[1]
    model = davies(hamiltonian, contacts, number_operator=n[0] + n[1])
    found = cumulants(model, particles(model, "left"), order=1).values[:, 0]
    system = "level for two spins, repulsion 2000 temperatures"
    return [
        Case(system, f"current at gate {gate:g}", _current(gate, bias), float(ours), EXACT, "closed form")
        for gate, ours in zip(gates, found, strict=True)
    ]


def _current(gate: float, bias: float) -> float:
    def filled(level: float, side: int) -> tuple[float, float]:
        x = (level - side * bias / 2) / TEMPERATURE
        return float(np.exp(-np.logaddexp(0.0, x))), float(np.exp(-np.logaddexp(0.0, -x)))

    (enter, leave), (enter_right, leave_right) = filled(gate, 1), filled(gate, -1)
    (second, first), (second_right, first_right) = filled(gate + REPULSION, 1), filled(gate + REPULSION, -1)
    out, up, down = leave + leave_right, second + second_right, first + first_right
    weights = np.array([out * down, 2.0 * (enter + enter_right) * down, (enter + enter_right) * up])
    if not weights.any():  # one particle that nothing moves
        return 0.0
    none, one, two = weights / weights.sum()
    return float(STRENGTH * (2.0 * enter * none - leave * one + second * one - 2.0 * first * two))


def hardly_damped_mode() -> list[Case]:
    """The photon number of a driven Kerr mode whose damping is 1e-6 to 1e-20 of its nonlinearity.

    Returns:
        The cases.

    Reference:
        drummond1980.
    """
    found = []
    for damping in (1e-6, 1e-11, 1e-16, 1e-20):
        a = destroy(LEVELS)
        up = a.T
        hamiltonian = 0.1 * up @ a - 0.5 * up @ up @ a @ a + 10.0 * damping * (a + up)
        state = steady_state(Model(hamiltonian, [Channel(np.sqrt(damping) * a, None)]))
        ours = float((state.populations * np.arange(LEVELS)).sum())
        expected = _photons(0.1, -1.0, 10.0 * damping, damping)
        found.append(Case("driven Kerr mode", f"photons at damping {damping:g}", expected, ours, EXACT, "drummond1980"))
    return found


def _photons(detuning: float, kerr: float, drive: float, damping: float) -> float:
    """|z|^2 F(c + 1) / (|c|^2 F(c)), F(c) = sum_n (2 |z|^2)^n / (n! |c (c + 1) .. (c + n - 1)|^2)."""
    c, z = 2.0 * (detuning - 0.5j * damping) / kerr, 2.0 * drive / kerr

    def series(start: complex) -> float:
        total, term = 1.0, 1.0
        for number in range(30):
            term *= 2.0 * z**2 / ((number + 1) * abs(start + number) ** 2)
            total += term
        return total

    return z**2 * series(c + 1.0) / (abs(c) ** 2 * series(c))
