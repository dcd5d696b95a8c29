"""The rate equation of thermal levels by another route: no line of the package is used here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Levels:
    """N levels on one flat Bose bath: W_ij = rate |A_ij|^2 n(E_i - E_j) upwards, rate |A_ij|^2 (n + 1) downwards.

    Args:
        energies: (N,) ascending.
        coupling: (N, N), symmetric.
        rate: of the flat spectrum.
        temperature: of the bath.
    """

    energies: Array
    coupling: Array
    rate: float
    temperature: float

    @property
    def rates(self) -> Array:
        """W (N, N), columns of sum zero."""
        up = self.energies[:, None] - self.energies[None, :]  # energy of a jump j -> i
        np.fill_diagonal(up, 1.0)
        occupation = 1.0 / np.expm1(np.abs(up) / self.temperature)
        matrix = self.rate * self.coupling**2 * np.where(up > 0.0, occupation, occupation + 1.0)
        np.fill_diagonal(matrix, 0.0)
        matrix -= np.diag(matrix.sum(axis=0))
        return matrix

    def gibbs(self, temperature: float) -> Array:
        """Populations at a temperature (N,)."""
        weights = np.exp(-(self.energies - self.energies[0]) / temperature)
        return np.asarray(weights / weights.sum())


def drawn(size: int, seed: int) -> Levels:
    """Energies uniform in [0, 4], couplings normal, bath at 1; the rate 1/N keeps relaxation times near 1 at any N."""
    random = np.random.default_rng(seed)
    energies = np.sort(random.uniform(0.0, 4.0, size))
    elements = random.normal(size=(size, size))
    return Levels(energies - energies[0], (elements + elements.T) / np.sqrt(2.0), 1.0 / size, 1.0)


def spread(size: int, seed: int) -> Levels:
    """As `drawn`, but energies evenly spaced with a jitter of a tenth of the spacing: no two levels nearly coincide."""
    random = np.random.default_rng(seed)
    spacing = 4.0 / (size - 1)
    energies = np.linspace(0.0, 4.0, size) + random.uniform(-0.1, 0.1, size) * spacing
    elements = random.normal(size=(size, size))
    elements += elements.T
    elements /= np.sqrt(2.0)
    return Levels(energies - energies[0], elements, 1.0 / size, 1.0)


def populations(system: Levels, start: Array, times: Array) -> Array:
    """p(t) (t, N) by one matrix exponential a step."""
    return _by_steps(system.rates, start, times)


def _by_steps(matrix: Array, start: Array, times: Array) -> Array:
    state, now, out = start, 0.0, []
    made: dict[float, Array] = {}
    for time in times:
        step = float(time) - now
        if step > 0.0:
            key = float(f"{step:.12e}")
            if key not in made:
                made[key] = expm(matrix * step)
            state = made[key] @ state
        out.append(state)
        now = float(time)
    return np.stack(out)


def entropy_production_rate(system: Levels, path: Array) -> Array:
    """Sum over pairs of net current times force, sum_(i<j) (W_ij p_j - W_ji p_i) ln (W_ij p_j / W_ji p_i) (t,)."""
    rates = system.rates
    out = []
    for populations_now in path:
        flow = rates * populations_now
        np.fill_diagonal(flow, 1.0)
        out.append(0.5 * ((flow - flow.T) * np.log(flow / flow.T)).sum())
    return np.asarray(out)


def heat_moments(system: Levels, start: Array, times: Array) -> tuple[Array, Array]:
    """Mean and variance of the heat (t,) from the block-triangular generator of the counted jumps, of 3 N rows."""
    rates, size = system.rates, system.energies.size
    quantum = system.energies[:, None] - system.energies[None, :]
    first, second = rates * quantum, rates * quantum**2
    zero = np.zeros_like(rates)
    generator = np.block([[rates, zero, zero], [first, rates, zero], [second, 2.0 * first, rates]])
    path = _by_steps(generator, np.concatenate([start, np.zeros(2 * size)]), times)
    mean, square = path[:, size : 2 * size].sum(axis=1), path[:, 2 * size :].sum(axis=1)
    return mean, square - mean**2
