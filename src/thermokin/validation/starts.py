"""Cases of starts that are no Gibbs states, and of jumps without a bath: closed forms."""

from __future__ import annotations

import numpy as np

from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.starts import Ket, Populations
from thermokin.operators.bosons import destroy
from thermokin.operators.tensor import embed
from thermokin.quench.branch import branch
from thermokin.quench.protocol import Quench
from thermokin.validation.case import Case

__all__ = ["starts"]

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def starts() -> list[Case]:
    """Kets and populations in a Hamiltonian that is not diagonal, and heat beside a loss that no bath pays for."""
    return [*_photons(), *_turned(), *_leak()]


def _photons() -> list[Case]:
    """Jaynes-Cummings from five photons and the atom down: n = 5 - sin^2(g sqrt(5) t)."""
    levels, coupling, time = 8, 0.3, 1.7
    a, down = embed(destroy(levels), 0, (levels, 2)), embed(LOWER, 1, (levels, 2))
    photons = a.conj().T @ a
    exchange = coupling * a.conj().T @ down
    model = Model(photons + down.conj().T @ down + exchange + exchange.conj().T, [])
    start = np.kron(np.eye(levels)[5], [1.0, 0.0])
    ours = evolve(model, Ket(start), [time]).expectation(photons)[0].real
    expected = 5.0 - np.sin(coupling * np.sqrt(5.0) * time) ** 2
    return [Case("atom and mode from five photons", "photons", expected, float(ours), 1e-12, "closed form")]


def _turned() -> list[Case]:
    """H = 3/4 sigma_x: the first basis state is a ket, the lower eigenstate has coherence -1/2."""
    model, system = Model(0.75 * (LOWER + LOWER.T), [Channel(LOWER, None)]), "two levels, H = 3/4 sigma_x"
    lower = evolve(model, Populations([1.0, 0.0]), [0.0]).states[0]
    first = evolve(model, Ket([1.0, 0.0]), [0.0]).states[0]
    found = (
        ("coherence of the lower eigenstate", -0.5, lower[0, 1].real),
        ("population of the first basis state", 1.0, first[0, 0].real),
        ("its coherence", 0.0, abs(first[0, 1])),
    )
    return [Case(system, name, expected, float(ours), 1e-14, "closed form") for name, expected, ours in found]


def _leak() -> list[Case]:
    """Levels 0 and 1 on a bath, level 0 leaking at rate g to where nothing returns, rates r up and 1 down."""
    # With P_i the integral of the population of level i: P_1 = 1 + r P_0, so that the heat is r P_0 - P_1 = -1.
    bath, leak = Bath("bath", 0.8), np.zeros((3, 3))
    down, up = np.zeros((3, 3)), np.zeros((3, 3))
    down[0, 1], up[1, 0], leak[2, 0] = 1.0, np.exp(-0.5 / 0.8), np.sqrt(0.3)
    channels = [Channel(down, bath, -1.0), Channel(up, bath, 1.0), Channel(leak, None)]
    side = branch(Quench("leaking", Model(np.diag([0.0, 1.0, 5.0]), channels), [0.0, 1.0, 0.0]), [0.0, 1.0])
    return [
        Case("thermal pair of levels that leaks", "heat to the end", -1.0, float(side.total_heat), 1e-11, "closed form")
    ]
