"""Steady means, noises and covariances from the whole superoperator in 50 digits, and their derivatives by differences.

Nothing of the package is used: eigenstates, gaps, rates and jumps are made anew at every value of a parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import mpmath
from mpmath import mp

from flint_algebra import solved

DIGITS = 50
STEP = mpmath.mpf(10) ** -16  # of a central difference: its error is some 1e-32, and leaves 34 digits
SAME = mpmath.mpf(10) ** -30  # of the width of the spectrum: gaps that differ by less are one, others never

Matrix = Any  # mpmath.matrix
Number = Any  # mpmath.mpf


@dataclass
class Jump:
    """A jump operator and what one jump counts, by name."""

    operator: Matrix
    counts: dict[str, Number] = field(default_factory=dict)


@dataclass
class Contact:
    """A bath on an operator: G(w), temperature, chemical potential, statistics "bose", "fermi" or "spin"."""

    name: str
    operator: Matrix
    spectrum: Callable[[Number], Number]
    temperature: Number
    potential: Number = 0
    statistics: str = "bose"
    still: Number = 0  # rate of a unit element at frequency zero


def matrix(rows: Any) -> Matrix:
    """A complex matrix of anything that has rows."""
    return mpmath.matrix(
        [[mp.mpc(complex(one)) if not isinstance(one, mp.mpf | mp.mpc) else one for one in row] for row in rows]
    )


def superoperators(hamiltonian: Matrix, jumps: Sequence[Jump]) -> tuple[Matrix, list[Matrix]]:
    """The generator on vectors of rows, and L_k (x) L_k^* of each jump."""
    size = hamiltonian.rows
    one = mpmath.eye(size)
    decay = mpmath.zeros(size)
    for jump in jumps:
        decay += jump.operator.H * jump.operator
    effective = hamiltonian - mp.mpc(0, 1) / 2 * decay
    total = -mp.mpc(0, 1) * (kron(effective, one) - kron(one, effective.H.T))
    gains = [kron(jump.operator, jump.operator.H.T) for jump in jumps]
    for gain in gains:
        total += gain
    return total, gains


def kron(one: Matrix, other: Matrix) -> Matrix:
    rows, size = one.rows, other.rows
    out = mpmath.zeros(rows * size)
    for i in range(rows):
        for j in range(rows):
            if one[i, j] != 0:
                for k in range(size):
                    for m in range(size):
                        if other[k, m] != 0:
                            out[i * size + k, j * size + m] = one[i, j] * other[k, m]
    return out


@dataclass
class Steady:
    """The steady state of a generator, with what is counted in it."""

    hamiltonian: Matrix
    jumps: Sequence[Jump]

    def __post_init__(self) -> None:
        self.size = self.hamiltonian.rows
        self.generator, self.gains = superoperators(self.hamiltonian, self.jumps)
        self.trace = [k * self.size + k for k in range(self.size)]
        self.pinned = self.generator.copy()
        for column in range(self.size**2):
            self.pinned[0, column] = 1 if column in self.trace else 0
        right = mpmath.zeros(self.size**2, 1)
        right[0] = 1
        self.state = solved(self.pinned, right)

    def _gain(self, name: str, other: str | None = None) -> Matrix:
        out = mpmath.zeros(self.size**2)
        for jump, gain in zip(self.jumps, self.gains, strict=True):
            count = jump.counts[name] * (1 if other is None else jump.counts[other])
            if count != 0:
                out += count * gain
        return out

    def _trace(self, vector: Matrix) -> Number:
        return mp.re(mp.fsum(vector[place] for place in self.trace))

    def mean(self, name: str) -> Number:
        return self._trace(self._gain(name) * self.state)

    def response(self, name: str) -> Matrix:
        right = self.mean(name) * self.state - self._gain(name) * self.state
        right[0] = 0
        return solved(self.pinned, right)

    def covariance(self, one: str, two: str) -> Number:
        total = self._trace(self._gain(one, two) * self.state)
        total += self._trace(self._gain(one) * self.response(two))
        return total + self._trace(self._gain(two) * self.response(one))

    def expectation(self, operator: Matrix) -> Number:
        size = self.size
        return mp.re(mp.fsum(operator[i, j] * self.state[j * size + i] for i in range(size) for j in range(size)))

    def number(self, words: str) -> Number:
        """Of the outputs that `tk.response` takes in words."""
        if words.startswith("noise of "):
            return self.covariance(words[9:], words[9:])
        if words.startswith("covariance of "):
            return self.covariance(*words[14:].split(" and "))
        return self.mean(words)


def fillings(contact: Contact, frequency: Number) -> tuple[Number, Number]:
    """Emission and absorption."""
    x = (frequency - contact.potential) / contact.temperature
    if contact.statistics == "bose":
        absorbed = 1 / mp.expm1(x)
        return absorbed + 1, absorbed
    filled = 1 / (mp.exp(x) + 1)
    return 1 - filled, filled


def secular(hamiltonian: Matrix, contacts: Sequence[Contact]) -> list[Jump]:
    """The jumps of a Davies generator in the basis that is given, with what they count of each bath and in all."""
    energies, states = mp.eighe(hamiltonian)
    size = hamiltonian.rows
    width = max(energies) - min(energies)
    out: list[Jump] = []
    names = [contact.name for contact in contacts]
    for contact in contacts:
        turned = states.H * contact.operator * states
        leads = contact.statistics == "fermi"
        elements = sorted(
            (
                (energies[j] - energies[i], i, j)
                for i in range(size)
                for j in range(size)
                if (leads or energies[j] - energies[i] >= -SAME * width) and abs(turned[i, j]) > mpmath.mpf(10) ** -25
            ),
            key=lambda one: one[0],
        )
        groups: list[list[tuple[Number, int, int]]] = []
        for element in elements:
            if groups and element[0] - groups[-1][-1][0] <= SAME * width:
                groups[-1].append(element)
            else:
                groups.append([element])
        for group in groups:
            out += _jumps_of(group, contact, turned, states, names, SAME * width)
    return out


def _jumps_of(
    group: list[tuple[Number, int, int]],
    contact: Contact,
    turned: Matrix,
    states: Matrix,
    names: list[str],
    near: Number,
) -> list[Jump]:
    size = turned.rows
    frequency = mp.fsum(one[0] for one in group) / len(group)
    lowering = mpmath.zeros(size)
    if abs(frequency) <= near and contact.statistics != "fermi":
        for _, i, j in group:
            lowering[i, j] = turned[i, j]
        lowering -= mp.fsum(lowering[k, k] for k in range(size)) / size * mpmath.eye(size)
        operator = states * lowering * states.H * mp.sqrt(contact.still)
        return [Jump(operator, counted(names, contact, mpmath.mpf(0), 0))] if contact.still != 0 else []
    emitted, absorbed = fillings(contact, frequency)
    strength = contact.spectrum(frequency)
    for _, i, j in group:
        lowering[i, j] = turned[i, j]
    lowering = states * lowering * states.H
    moved = 1 if contact.statistics == "fermi" else 0
    return [
        Jump(lowering * mp.sqrt(strength * emitted), counted(names, contact, -frequency, -moved)),
        Jump(lowering.H * mp.sqrt(strength * absorbed), counted(names, contact, frequency, moved)),
    ]


def counted(names: Sequence[str], contact: Contact, energy: Number, particles: int) -> dict[str, Number]:
    """What a jump counts, in the words of currents."""
    heat = energy - contact.potential * particles
    out = {"activity": mpmath.mpf(1), "energy": energy, "heat": heat, "particles": mpmath.mpf(particles)}
    out["entropy production"] = -heat / contact.temperature
    for name in names:
        here = name == contact.name
        out[f"heat from {name}"] = heat if here else mpmath.mpf(0)
        out[f"energy from {name}"] = energy if here else mpmath.mpf(0)
        out[f"particles from {name}"] = mpmath.mpf(particles if here else 0)
    return out


def derivative(number: Callable[[dict[str, Number]], Number], at: dict[str, float], name: str) -> float:
    """d number / d name, by a central difference."""
    with mp.workdps(DIGITS):
        base = {key: mpmath.mpf(value) for key, value in at.items()}
        up, down = dict(base), dict(base)
        up[name], down[name] = base[name] + STEP, base[name] - STEP
        return float((number(up) - number(down)) / (2 * STEP))
