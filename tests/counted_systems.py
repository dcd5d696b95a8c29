"""Small systems whose jumps are counted, each as a model and as what an oracle needs, with their closed forms."""

from __future__ import annotations

import numpy as np

import oracles
import thermokin as tk
from counting_oracles import Tilted, tilted_liouvillian
from oracles import Array

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def leading(tilted: Tilted, fields: Array) -> Array:
    """The largest real part in the spectrum at each field."""
    return np.array([np.linalg.eigvals(tilted(float(s))).real.max() for s in fields])


def transistor(into: float = 0.5, out: float = 0.1) -> tk.Model:
    """A single level that fills at one rate and empties at another; channel 0 fills it, channel 1 empties it."""
    return tk.rates([[0.0, out], [into, 0.0]], weights={"out": [[0.0, 1.0], [0.0, 0.0]]})


def transistor_generating(s: Array, into: float = 0.5, out: float = 0.1) -> Array:
    """[-(a + b) + sqrt((a + b)^2 - 4 a b (1 - e^s))] / 2: the larger root of det(W_s - lambda) = 0."""
    return np.asarray(0.5 * (-(into + out) + np.sqrt((into + out) ** 2 + 4.0 * into * out * np.expm1(s))))


def poisson(rate: float) -> tk.Model:
    """Two levels that flip at one rate: whatever the level, the next jump comes at that rate."""
    return tk.rates([[0.0, rate], [rate, 0.0]])


def fluorescence(drive: float, rate: float = 1.0) -> tk.Model:
    """A driven two-level atom that emits into the vacuum."""
    return tk.Model(
        0.5 * drive * (LOWER + LOWER.T),
        [tk.Channel(np.sqrt(rate) * LOWER, None, -1.0)],
        energy_operator=np.diag([0.0, 1.0]),
    )


def fluorescence_waiting(drive: float, rate: float, times: Array) -> Array:
    """w(t) = rate e^(-rate t/2) (drive/2)^2 sin^2(nu t)/nu^2, nu^2 = drive^2/4 - rate^2/16: see README.md."""
    nu = np.sqrt(complex(drive**2 / 4.0 - rate**2 / 16.0))
    ratio = times if abs(nu) < 1e-9 else np.sin(nu * times) / nu
    return np.asarray(rate * np.exp(-0.5 * rate * times) * (0.5 * drive) ** 2 * np.abs(ratio) ** 2)


def maser_parts(drive: float = 0.4) -> tuple[Array, list[oracles.Jump]]:
    """Levels 0, 1, 2 in the frame of a drive on 1-2; hot emission, hot absorption (0-2), then cold (0-1)."""
    hamiltonian = np.zeros((3, 3))
    hamiltonian[1, 2] = hamiltonian[2, 1] = drive
    jumps = []
    for bath, (level, rate, number) in enumerate([(2, 0.2, 0.9), (1, 0.3, 0.2)]):
        down = np.zeros((3, 3))
        down[0, level] = 1.0
        jumps.append(oracles.Jump(np.sqrt(rate * (number + 1.0)) * down, float(level), bath=bath))
        jumps.append(oracles.Jump(np.sqrt(rate * number) * down.T, -float(level), bath=bath))
    return hamiltonian, jumps


def heat_engine(drive: float = 0.4) -> tk.Model:
    """The three-level maser between the baths "hot" and "cold"."""
    hamiltonian, jumps = maser_parts(drive)
    temperatures = (2.0 / np.log1p(1.0 / 0.9), 1.0 / np.log1p(1.0 / 0.2))
    baths = [tk.Bath(name, value) for name, value in zip(("hot", "cold"), temperatures, strict=True)]
    channels = [tk.Channel(jump.operator, baths[jump.bath], -jump.frequency) for jump in jumps]
    return tk.Model(hamiltonian, channels, energy_operator=np.diag([0.0, 1.0, 2.0]))


# What a quantum of 2 takes from hot to cold produces: ln of the cycle's forward over backward rates.
MASER_AFFINITY = float(np.log(0.9 * 1.2 / (1.9 * 0.2))) / 2.0


def maser_tilted(weights: Array, drive: float = 0.4) -> Tilted:
    """The maser's tilted generator on all nine elements."""
    hamiltonian, jumps = maser_parts(drive)
    return tilted_liouvillian(hamiltonian, jumps, list(weights))


def switching(switch: float, fast: float = 1.0, slow: float = 0.05) -> tk.Model:
    """A two-level system that flips fast or slowly as its environment says; the environment switches at its own rate.

    Levels 0, 1 with the fast environment, 2, 3 with the slow one; "flips" counts the flips of the system.
    """
    rates, flips = np.zeros((4, 4)), np.zeros((4, 4))
    for first, rate in ((0, fast), (2, slow)):
        rates[first, first + 1] = rates[first + 1, first] = rate
        flips[first, first + 1] = flips[first + 1, first] = 1.0
    for level in (0, 1):
        rates[level, level + 2] = rates[level + 2, level] = switch
    return tk.rates(rates, weights={"flips": flips})


def switching_rings(switch: float, back: float, size: int, fast: float = 1.0, slow: float = 0.05) -> tk.Model:
    """The same with a ring of levels in each environment, each left at the rates fast or slow in total: same lambda.

    The fast environment is entered at the rate `switch` and left at the rate `back`.
    """
    rates, hops = np.zeros((2 * size, 2 * size)), np.zeros((2 * size, 2 * size))
    for first, rate in ((0, fast), (size, slow)):
        for level in range(size):
            for other in ((level + 1) % size, (level - 1) % size):
                rates[first + other, first + level] = 0.5 * rate
                hops[first + other, first + level] = 1.0
    for level in range(size):
        rates[level, size + level], rates[size + level, level] = switch, back
    return tk.rates(rates, weights={"flips": hops})


def switching_generating(
    s: Array, switch: float, back: float | None = None, fast: float = 1.0, slow: float = 0.05
) -> Array:
    """The larger eigenvalue of [[fast (e^s - 1) - b, k], [b, slow (e^s - 1) - k]]; the fast one is left at b.

    The flips of each environment are a Poisson process, so that only the environment is left to follow.
    """
    leave = switch if back is None else back
    first, second = fast * np.expm1(s) - leave, slow * np.expm1(s) - switch
    return np.asarray(0.5 * (first + second + np.sqrt((first - second) ** 2 + 4.0 * switch * leave)))
