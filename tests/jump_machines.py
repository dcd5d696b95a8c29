"""Small machines that are unravelled in tests, as plain Hamiltonians and jumps and as models of the package."""

from __future__ import annotations

import numpy as np

import oracles
import thermokin as tk
from oracles import Array

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def driven_qubit(drive: float, rate: float = 1.0) -> tk.Model:
    """A driven qubit in the frame of its drive that fluoresces into the vacuum; its jumps carry one quantum of 1."""
    return tk.Model(
        0.5 * drive * (LOWER + LOWER.T),
        [tk.Channel(np.sqrt(rate) * LOWER, None, -1.0)],
        energy_operator=np.diag([0.0, 1.0]),
    )


def driven_qubit_survival(drive: float, rate: float, time: Array) -> Array:
    """Probability of no emission up to a time after one, from the two amplitudes written out.

    c_g = exp(-rate t/4) (cos(nu t) + rate sin(nu t) / (4 nu)), |c_e| = exp(-rate t/4) (drive/2) |sin(nu t) / nu|,
    nu^2 = drive^2/4 - rate^2/16.
    """
    nu = np.sqrt(complex(drive**2 / 4.0 - rate**2 / 16.0))
    ratio = time if abs(nu) < 1e-9 else np.sin(nu * time) / nu
    ground = np.cos(nu * time) + 0.25 * rate * ratio
    excited = 0.5 * drive * ratio
    return np.asarray(np.exp(-0.5 * rate * time) * (np.abs(ground) ** 2 + np.abs(excited) ** 2))


def maser_parts(drive: float = 0.4) -> tuple[Array, list[oracles.Jump]]:
    """Levels 0, 1, 2 in the frame of a drive on 1-2; the hot bath (0-2) first, then the cold one (0-1)."""
    hamiltonian = np.zeros((3, 3))
    hamiltonian[1, 2] = hamiltonian[2, 1] = drive
    jumps = []
    for bath, (level, rate, occupation) in enumerate([(2, 0.2, 0.9), (1, 0.3, 0.2)]):
        down = np.zeros((3, 3))
        down[0, level] = 1.0
        # Quanta 2 and 1 beside the levels 0, 1 and 2.
        jumps.append(oracles.Jump(np.sqrt(rate * (occupation + 1.0)) * down, float(level), bath=bath))
        jumps.append(oracles.Jump(np.sqrt(rate * occupation) * down.T, -float(level), bath=bath))
    return hamiltonian, jumps


def maser(drive: float = 0.4) -> tk.Model:
    """The three-level maser between the baths "hot" and "cold"."""
    hamiltonian, jumps = maser_parts(drive)
    temperatures = (2.0 / np.log1p(1.0 / 0.9), 1.0 / np.log1p(1.0 / 0.2))
    baths = [tk.Bath(name, value) for name, value in zip(("hot", "cold"), temperatures, strict=True)]
    channels = [tk.Channel(jump.operator, baths[jump.bath], -jump.frequency) for jump in jumps]
    return tk.Model(hamiltonian, channels, energy_operator=np.diag([0.0, 1.0, 2.0]))


def two_qubits(coupling: float = 0.1, detuning: float = 0.0) -> tk.Model:
    """Two coherently coupled qubits, each on its bath, in the local generator."""
    one, two = tk.operators.embed(LOWER, 0, (2, 2)), tk.operators.embed(LOWER, 1, (2, 2))
    bare = one.T @ one + (1.0 + detuning) * two.T @ two
    contacts = [
        tk.Contact(tk.Bath("hot", 2.0), one + one.T, tk.Flat(0.05)),
        tk.Contact(tk.Bath("cold", 0.5), two + two.T, tk.Flat(0.1)),
    ]
    return tk.local(bare + coupling * (one.T @ two + two.T @ one), contacts, bare)
