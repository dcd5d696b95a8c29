"""Floquet modes and their jumps by a matrix of all harmonics, which uses no line of the package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Rate = Callable[[float], float]
SX, SY, SZ = (np.array(rows, dtype=complex) for rows in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]))


@dataclass(frozen=True)
class Harmonics:
    """H(t) = sum_k parts[k] e^{i k Omega t}, cut off at some order."""

    parts: dict[int, Array]
    frequency: float
    order: int = 24

    def modes(self) -> tuple[Array, Array]:
        """Quasi-energies (d,) and components (2K + 1, d, d), of the modes whose weight is about order 0."""
        size, orders = self.parts[0].shape[0], np.arange(-self.order, self.order + 1)
        whole = np.zeros((orders.size, size, orders.size, size), dtype=complex)
        for place, one in enumerate(orders):
            for other, two in enumerate(orders):
                if one - two in self.parts:
                    whole[place, :, other] = self.parts[one - two]
            whole[place, :, place] += one * self.frequency * np.eye(size)
        values, vectors = np.linalg.eigh(whole.reshape(orders.size * size, -1))
        middle = np.argsort(np.abs(values - np.trace(self.parts[0]).real / size))
        chosen: list[int] = []
        for place in middle:  # one of each class modulo the frequency
            apart = [abs(np.remainder((values[place] - values[c]) / self.frequency + 0.5, 1.0) - 0.5) for c in chosen]
            if all(each > 1e-7 for each in apart):
                chosen.append(int(place))
            if len(chosen) == size:
                break
        return values[chosen], vectors[:, chosen].reshape(orders.size, size, size)

    def sidebands(self, operator: Array) -> list[tuple[int, int, float, complex]]:
        """Final and initial mode, quantum into the bath and element of each sideband of a coupling."""
        values, parts = self.modes()
        found, count = [], len(parts)
        for shift in range(-self.order, self.order + 1):
            low, high = max(0, -shift), min(count, count - shift)
            block = sum(parts[m].conj().T @ operator @ parts[m + shift] for m in range(low, high))
            for a in range(len(values)):
                for b in range(len(values)):
                    quantum = values[b] - values[a] - shift * self.frequency
                    found.append((a, b, float(quantum), complex(np.asarray(block)[a, b])))
        return found

    def heats(self, contacts: Sequence[tuple[Array, Rate]]) -> Array:
        """Heat from each bath, from populations alone; the rate is of giving a quantum, negative ones included."""
        size = self.parts[0].shape[0]
        jumps = [[(a, b, w, abs(x) ** 2 * rate(w)) for a, b, w, x in self.sidebands(A) if abs(x) > 1e-9]
                 for A, rate in contacts]  # fmt: skip
        matrix = np.zeros((size, size))
        for a, b, _, rate in (jump for each in jumps for jump in each):
            matrix[a, b] += rate
            matrix[b, b] -= rate
        bordered = np.vstack([matrix, np.ones(size)])
        p = np.linalg.lstsq(bordered, np.eye(size + 1)[-1], rcond=None)[0]
        return np.array([-sum(w * rate * p[b] for _, b, w, rate in each) for each in jumps])


def ohmic(strength: float, temperature: float) -> Rate:
    """Rate of giving w to an Ohmic Bose bath: strength w (n + 1), of either sign."""
    return lambda w: strength * temperature if abs(w) < 1e-12 else strength * w / -np.expm1(-w / temperature)
