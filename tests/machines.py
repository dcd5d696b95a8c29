"""Open systems between several baths, or driven, as plain arrays: what counting statistics is tried on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import counting_oracles
import thermokin as tk
from oracles import Array, Jump

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


@dataclass(frozen=True)
class Machine:
    """A Hamiltonian, jump operators, and one weight for each of them."""

    hamiltonian: Array
    jumps: list[Array]
    weights: Array

    @property
    def model(self) -> tk.Model:
        return tk.Model(self.hamiltonian, [tk.Channel(jump, None) for jump in self.jumps])

    @property
    def current(self) -> tk.Current:
        return tk.current(self.model, self.weights)

    @property
    def tilted(self) -> counting_oracles.Tilted:
        jumps = [Jump(jump) for jump in self.jumps]
        return counting_oracles.tilted_liouvillian(np.asarray(self.hamiltonian, complex), jumps, list(self.weights))

    @property
    def generator(self) -> Array:
        return self.tilted(0.0)


def site(operator: Array, position: int, size: int, levels: int = 2) -> Array:
    """An operator of one of several equal subsystems."""
    made = np.eye(1)
    for place in range(size):
        made = np.kron(made, operator if place == position else np.eye(levels))
    return made


def destroy(levels: int) -> Array:
    return np.diag(np.sqrt(np.arange(1.0, levels)), 1)


def xxz(sites: int) -> Machine:
    """The boundary-driven chain: J = 1, Delta = 1/2, end rates 1, filling 0.8 and 0.3; left magnetisation."""
    x = LOWER + LOWER.T
    y = 1j * (LOWER.T - LOWER)
    z = np.diag([1.0, -1.0])
    bond = [
        sum(scale * site(p, i, sites) @ site(p, i + 1, sites) for p, scale in ((x, 1.0), (y, 1.0), (z, 0.5)))
        for i in range(sites - 1)
    ]
    raised, last = LOWER, sites - 1
    jumps = [
        np.sqrt(0.8) * site(raised, 0, sites),
        np.sqrt(0.2) * site(raised.T, 0, sites),
        np.sqrt(0.3) * site(raised, last, sites),
        np.sqrt(0.7) * site(raised.T, last, sites),
    ]
    return Machine(np.asarray(sum(bond)), jumps, np.array([1.0, -1.0, 0.0, 0.0]))


def oscillators(levels: int) -> Machine:
    """Two bilinearly coupled modes, g = 0.35, damping 1, occupations 0.5 and 0.05; quanta from the cold bath."""
    a, b = site(destroy(levels), 0, 2, levels), site(destroy(levels), 1, 2, levels)
    hamiltonian = a.T @ a + b.T @ b + 0.35 * (a.T @ b + b.T @ a)
    jumps = [np.sqrt(1.5) * a, np.sqrt(0.5) * a.T, np.sqrt(1.05) * b, np.sqrt(0.05) * b.T]
    return Machine(hamiltonian, jumps, np.array([0.0, 0.0, -1.0, 1.0]))


def driven_cavity(levels: int) -> Machine:
    """Frequency 1, damping 0.1, drive 0.5: photons leave a coherent state, so that they are Poissonian."""
    a = destroy(levels)
    return Machine(a.T @ a + 0.5 * (a + a.T), [np.sqrt(0.1) * a], np.array([1.0]))


def kerr(levels: int) -> Machine:
    """A driven anharmonic mode, whose effective Hamiltonian is far from normal."""
    a = destroy(levels)
    return Machine(-0.5 * a.T @ a + 0.1 * a.T @ a.T @ a @ a + 1.2 * (a + a.T), [a], np.array([1.0]))


def jaynes_cummings(levels: int) -> Machine:
    """A driven cavity with an atom, both of them lossy; photons."""
    a, lower = np.kron(destroy(levels), np.eye(2)), np.kron(np.eye(levels), LOWER)
    hamiltonian = 0.2 * a.T @ a + 0.7 * (a.T @ lower + a @ lower.T) + 0.3 * (a + a.T)
    return Machine(hamiltonian, [np.sqrt(0.4) * a, np.sqrt(0.15) * lower], np.array([1.0, 0.0]))


def resonance_fluorescence(rabi: float, rate: float) -> Machine:
    """A two-level atom driven on resonance; its photons."""
    return Machine(0.5 * rabi * (LOWER + LOWER.T), [np.sqrt(rate) * LOWER], np.array([1.0]))


def maser() -> Machine:
    """A three-level maser, hot bath on 0-2, cold bath on 0-1, resonant drive on 1-2; hot quanta."""
    hamiltonian = np.zeros((3, 3))
    hamiltonian[1, 2] = hamiltonian[2, 1] = 0.2
    hot, cold = np.zeros((3, 3)), np.zeros((3, 3))
    hot[0, 2] = cold[0, 1] = 1.0
    jumps = [np.sqrt(1.5) * hot, np.sqrt(0.5) * hot.T, np.sqrt(1.1) * cold, np.sqrt(0.1) * cold.T]
    return Machine(hamiltonian, jumps, np.array([-1.0, 1.0, 0.0, 0.0]))


def collective(spins: int, occupation: float = 0.5) -> Machine:
    """Qubits that only see one bath together: total spin is conserved, so that there is more than one steady state."""
    lower = sum(site(LOWER, position, spins) for position in range(spins))
    jumps = [np.sqrt(occupation + 1.0) * lower, np.sqrt(occupation) * lower.T]
    return Machine(np.zeros((2**spins, 2**spins)), jumps, np.array([-1.0, 1.0]))


# Small enough for dense algebra in the square of their dimension.
SMALL: dict[str, Machine] = {
    "chain of 3": xxz(3),
    "oscillators 3x3": oscillators(3),
    "driven cavity": driven_cavity(7),
    "Kerr": kerr(9),
    "Jaynes-Cummings": jaynes_cummings(5),
    "resonance fluorescence": resonance_fluorescence(0.9, 0.4),
    "maser": maser(),
}
