"""Hypothesis strategies for plain data: baths, thermal levels, coherent models, states, times, scales.

Every model has one steady state by construction, gaps that are not tiny beside its scale, and rates at most a tenth
of the smallest difference between its Bohr frequencies, so that no draw is thrown away and no assumption is in doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

import oracles
from oracles import Array

# Marks whose differences are all different (Golomb rulers), by the number of levels.
RULERS = {2: (0, 1), 3: (0, 1, 3), 4: (0, 1, 4, 6), 5: (0, 1, 4, 9, 11)}
WIDTH = 3.0  # the largest gap, in units of which temperatures are drawn from 0.4 to 3


@dataclass(frozen=True)
class BathData:
    """A bath: temperature, strength of its spectrum, "bose" or "spin"."""

    temperature: float
    strength: float
    statistics: str = "bose"


@dataclass(frozen=True)
class LevelsData:
    """A thermal N-level model on one bath with the flat spectrum G(w) = strength; coupling (N, N) Hermitian."""

    energies: Array
    coupling: Array
    bath: BathData

    @property
    def dimension(self) -> int:
        return len(self.energies)

    @property
    def time_unit(self) -> float:
        """One over the zero-temperature rate of a unit coupling."""
        return 1.0 / self.bath.strength

    def rate_matrix(self) -> Array:
        """W by the oracle's double loop."""
        strengths, rate = np.abs(self.coupling) ** 2, self.bath.strength
        kind = "bose" if self.bath.statistics == "bose" else "fermi"
        return oracles.thermal_rate_matrix(self.energies, strengths, lambda w: rate, self.bath.temperature, kind)

    def at(self, temperature: float) -> LevelsData:
        """The same levels on a bath at another temperature."""
        return replace(self, bath=replace(self.bath, temperature=temperature))

    def scaled(self, factor: float) -> LevelsData:
        """Energies, temperature and rate times a factor; times must be divided by it."""
        bath = BathData(factor * self.bath.temperature, factor * self.bath.strength, self.bath.statistics)
        return LevelsData(factor * self.energies, self.coupling, bath)


@dataclass(frozen=True)
class CoherentData:
    """A Hamiltonian, and baths with the Ohmic spectrum G(w) = strength w, each with its Hermitian coupling."""

    hamiltonian: Array
    couplings: tuple[Array, ...]
    baths: tuple[BathData, ...]

    @property
    def dimension(self) -> int:
        return len(self.hamiltonian)

    @property
    def time_unit(self) -> float:
        """One over the zero-temperature rate of a unit coupling across the whole spectrum."""
        width = np.ptp(np.linalg.eigvalsh(self.hamiltonian))
        return float(1.0 / (width * max(bath.strength for bath in self.baths)))

    def oracle_baths(self) -> list[tuple[list[oracles.Jump], float]]:
        """For every bath its Davies jumps, by the oracle's loops, and its temperature."""
        found = []
        for index, (coupling, bath) in enumerate(zip(self.couplings, self.baths, strict=True)):
            kind = "bose" if bath.statistics == "bose" else "fermi"
            # Ohmic dephasing: T G'(0) in a Bose bath, G(0)/2 = 0 in a spin bath.
            at_zero = bath.temperature * bath.strength if kind == "bose" else 0.0
            gamma = oracles.emission_rate(lambda w, g=bath.strength: g * w, bath.temperature, kind, at_zero)
            jumps = oracles.davies(self.hamiltonian, coupling, gamma, bath.temperature, index)
            found.append((jumps, bath.temperature))
        return found

    def scaled(self, factor: float) -> CoherentData:
        """Energies and temperatures times a factor (Ohmic rates follow); times must be divided by it."""
        baths = tuple(replace(bath, temperature=factor * bath.temperature) for bath in self.baths)
        return CoherentData(factor * self.hamiltonian, self.couplings, baths)


def _floats(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_subnormal=False)


def temperatures(low: float = 0.4, high: float = 3.0) -> st.SearchStrategy[float]:
    """Temperatures beside a largest gap of three."""
    return _floats(low, high)


@st.composite
def temperature_pairs(draw: st.DrawFn, low: float = 0.4, high: float = 3.0) -> tuple[float, float]:
    """A cold and a hot temperature, at least a fifth apart."""
    cold = draw(_floats(low, high / 1.3))
    return cold, draw(_floats(1.2 * cold, high))


def scales() -> st.SearchStrategy[float]:
    """Factors from 1e-6 to 1e6 for all energies and rates."""
    return st.integers(-6, 6).map(lambda power: 10.0**power)


def times(low: float = 0.01, high: float = 10.0) -> st.SearchStrategy[float]:
    """Times in units of a model's `time_unit`, spread evenly in the logarithm."""
    return _floats(float(np.log(low)), float(np.log(high))).map(lambda x: float(np.exp(x)))


def time_grids(size: int = 4) -> st.SearchStrategy[Array]:
    """Rising times from 0, in units of a model's `time_unit`."""
    return st.lists(times(0.03, 3.0), min_size=size - 1, max_size=size - 1).map(lambda x: np.cumsum([0.0, *x]))


@st.composite
def unitaries(draw: st.DrawFn, size: int) -> Array:
    """Cayley transforms of Hermitian matrices; shrinks to the identity."""
    entries = draw(st.lists(_floats(-1.0, 1.0), min_size=size * size, max_size=size * size))
    square = np.array(entries).reshape(size, size)
    generator = 1j * (np.triu(square) + np.triu(square, 1).T) - (np.tril(square, -1) - np.tril(square, -1).T)
    return np.linalg.solve(np.eye(size) + generator, np.eye(size) - generator)


@st.composite
def _coupling_in_eigenbasis(draw: st.DrawFn, size: int) -> Array:
    pairs = size * (size - 1) // 2
    moduli = draw(st.lists(_floats(0.3, 1.0), min_size=pairs, max_size=pairs))
    phases = draw(st.lists(_floats(-np.pi, np.pi), min_size=pairs, max_size=pairs))
    matrix = np.diag(np.array(draw(st.lists(_floats(-1.0, 1.0), min_size=size, max_size=size)), complex))
    matrix[np.triu_indices(size, 1)] = np.array(moduli) * np.exp(1j * np.array(phases))
    return matrix + np.triu(matrix, 1).conj().T


@st.composite
def energies(draw: st.DrawFn, size: int) -> Array:
    """Rising energies whose gaps are all different: a Golomb ruler, each mark moved by a tenth of its unit."""
    moves = draw(st.lists(_floats(-0.1, 0.1), min_size=size, max_size=size))
    return (np.array(RULERS[size], float) + np.array(moves)) * WIDTH / RULERS[size][-1]


def sizes(largest: int = 5) -> st.SearchStrategy[int]:
    """Numbers of levels from 2."""
    return st.integers(2, largest)


def statistics_kinds() -> st.SearchStrategy[str]:
    """Statistics of a bath that moves no particles."""
    return st.sampled_from(["bose", "spin"])


@st.composite
def baths(draw: st.DrawFn) -> BathData:
    """A weakly coupled bath."""
    return BathData(draw(temperatures()), draw(_floats(2e-4, 1e-3)), draw(statistics_kinds()))


@st.composite
def thermal_levels(draw: st.DrawFn, largest: int = 5) -> LevelsData:
    """N levels on one bath, every pair coupled."""
    size = draw(sizes(largest))
    return LevelsData(draw(energies(size)), draw(_coupling_in_eigenbasis(size)), draw(baths()))


@st.composite
def coherent_models(draw: st.DrawFn, number_of_baths: int = 1, largest: int = 4) -> CoherentData:
    """A Hermitian Hamiltonian in a general basis, and Hermitian couplings without a common symmetry."""
    size = draw(sizes(largest))
    basis, levels = draw(unitaries(size)), draw(energies(size))
    hamiltonian = basis @ np.diag(levels) @ basis.conj().T
    couplings = []
    for _ in range(number_of_baths):
        rotated = basis @ draw(_coupling_in_eigenbasis(size)) @ basis.conj().T
        couplings.append((rotated + rotated.conj().T) / 2)
    hamiltonian = (hamiltonian + hamiltonian.conj().T) / 2
    return CoherentData(hamiltonian, tuple(couplings), tuple(draw(baths()) for _ in range(number_of_baths)))


def two_bath_models(largest: int = 4) -> st.SearchStrategy[CoherentData]:
    """A coherent model between two baths."""
    return coherent_models(2, largest)


@st.composite
def populations(draw: st.DrawFn, size: int, zeros: int = 0) -> Array:
    """Probabilities of at least about a hundredth, but for the given number of exact zeros."""
    weights = np.array(draw(st.lists(_floats(0.05, 1.0), min_size=size - zeros, max_size=size - zeros)))
    order = draw(st.permutations(range(size)))
    return np.concatenate([weights / weights.sum(), np.zeros(zeros)])[list(order)]


@st.composite
def states(draw: st.DrawFn, size: int, zeros: int = 0) -> Array:
    """Density matrices with coherences; the given number of eigenvalues is zero."""
    basis, weights = draw(unitaries(size)), draw(populations(size, zeros))
    kets = basis * np.sqrt(weights)
    return kets @ kets.conj().T


@st.composite
def rank_deficient_states(draw: st.DrawFn, size: int) -> Array:
    """Density matrices without full rank."""
    return draw(states(size, draw(st.integers(1, size - 1))))


@st.composite
def models_with_states(draw: st.DrawFn, number_of_baths: int = 1, largest: int = 4) -> tuple[CoherentData, Array]:
    """A coherent model and a full-rank state of its size."""
    model = draw(coherent_models(number_of_baths, largest))
    return model, draw(states(model.dimension))


@st.composite
def levels_with_populations(draw: st.DrawFn, largest: int = 5) -> tuple[LevelsData, Array]:
    """Thermal levels and populations without zeros."""
    model = draw(thermal_levels(largest))
    return model, draw(populations(model.dimension))
