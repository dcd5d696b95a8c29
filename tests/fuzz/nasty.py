"""Models that are sound but numerically hard: rates over twenty decades, levels that nearly meet, tiny couplings."""

from __future__ import annotations

from dataclasses import dataclass

import hypothesis.strategies as st
import numpy as np

import thermokin as tk
from oracles import Array

UNITS = st.sampled_from([1.0, 1e-6, 1e6, 1e-40, 1e40])
DECADES = st.integers(-20, 0).map(lambda power: 10.0**power)
ORDINARY = st.sampled_from([0.3, 1.0, 0.7, 2.5])
SIZES = st.integers(1, 4)


@dataclass(frozen=True)
class Classical:
    """A rate matrix with one weight per link."""

    rates: Array
    weights: Array


@dataclass(frozen=True)
class Coherent:
    """A Hamiltonian and jump operators without baths."""

    hamiltonian: Array
    jumps: tuple[Array, ...]

    def model(self) -> tk.Model:
        """The model as the package makes it."""
        return tk.Model(self.hamiltonian, [tk.Channel(jump, None, 1.0) for jump in self.jumps])


@st.composite
def stiff_rates(draw: st.DrawFn) -> Classical:
    """Rates from zero to twenty decades, in odd units; levels may be absorbing, apart, or the only one."""
    size, unit = draw(SIZES), draw(UNITS)
    entry = st.just(0.0) | st.builds(lambda a, b: a * b, ORDINARY, DECADES | st.just(1.0))
    rates = np.array(draw(st.lists(entry, min_size=size**2, max_size=size**2))).reshape(size, size)
    np.fill_diagonal(rates, 0.0)
    weight = st.sampled_from([0.0, 1.0, -1.0, 0.5, 1e-8, 1e8, 1e-90, 1e90])
    weights = np.array(draw(st.lists(weight, min_size=size**2, max_size=size**2))).reshape(size, size)
    return Classical(unit * rates, weights)


@st.composite
def coherent(draw: st.DrawFn) -> Coherent:
    """Near-degenerate, defective, weakly driven, duplicated, dark: whatever two or three levels can be."""
    size, unit = draw(st.integers(1, 3)), draw(st.sampled_from([1.0, 1e-30, 1e30]))
    near = st.sampled_from([0.0, 1.0, 1.0 + 1e-14, 2.0, -1.0, 1e-14, 1e8])
    hamiltonian = np.diag(np.array(draw(st.lists(near, min_size=size, max_size=size)), complex))
    tiny = st.sampled_from([0.0, 0.25, 1.0, 1e-6, 1e-12, 1e-16, 0.5j])
    pairs = size * (size - 1) // 2
    hamiltonian[np.triu_indices(size, 1)] = draw(st.lists(tiny, min_size=pairs, max_size=pairs))
    hamiltonian = hamiltonian + np.triu(hamiltonian, 1).conj().T
    element = st.sampled_from([0.0, 0.0, 1.0, 0.5, 1e-3, 1e-6, 1e-8, 1j, 1e3])
    jump = st.lists(element, min_size=size**2, max_size=size**2).map(lambda x: np.array(x, complex).reshape(size, size))
    jumps = draw(st.lists(jump, min_size=1, max_size=3))
    if draw(st.booleans()):
        jumps.append(jumps[0])
    return Coherent(unit * hamiltonian, tuple(np.sqrt(unit) * one for one in jumps))


@st.composite
def thermal(draw: st.DrawFn) -> tuple[Array, Array, float, float]:
    """Energies, coupling, rate and temperature of levels on one bath, with gaps and temperatures at odds."""
    size, unit = draw(st.integers(2, 4)), draw(UNITS)
    gap = st.sampled_from([1.0, 0.3, 1e-8, 1e-14, 40.0, 800.0])
    energies = np.concatenate([[0.0], np.cumsum(draw(st.lists(gap, min_size=size - 1, max_size=size - 1)))])
    pairs = size * (size - 1) // 2
    coupling = np.zeros((size, size))
    links = st.sampled_from([1.0, 0.0, 1e-6, 1e-12, 30.0])
    coupling[np.triu_indices(size, 1)] = draw(st.lists(links, min_size=pairs, max_size=pairs))
    temperature = draw(st.sampled_from([1.0, 0.0, 0.01, 1e-12, 1e12, 1e90]))
    return unit * energies, coupling + coupling.T, draw(DECADES), unit * temperature


@st.composite
def starts(draw: st.DrawFn, size: int) -> Array:
    """Populations with zeros and tiny entries."""
    entry = st.sampled_from([0.0, 1.0, 0.5, 1e-12, 1e-30, 1e-300])
    weights = np.array(draw(st.lists(entry, min_size=size, max_size=size).filter(any)))
    return weights / weights.sum()
