"""Models as people write them, right and wrong: leads, jumps without a bath, declared quanta, starts, gate sweeps."""

from __future__ import annotations

from dataclasses import dataclass

import hypothesis.strategies as st
import numpy as np

import thermokin as tk
from oracles import Array

LEVELS = st.sampled_from([0.0, 0.3, -0.3, 1.0, -1.0, 0.5, 2.5])
TEMPERATURES = st.sampled_from([0.2, 0.5, 1.0, 5.0])
POTENTIALS = st.sampled_from([0.0, 0.5, -0.5, 1.0])
COEFFICIENTS = st.sampled_from([0.0, 0.0, 1.0, -0.5, 2.0, 1j])


@dataclass(frozen=True)
class Lead:
    """One lead on a few fermionic modes, its operators as a user may give them.

    Args:
        hamiltonian: (d, d), which conserves the particle number.
        number: particle number (d, d).
        operators: one per contact.
        temperature: of the lead.
        chemical_potential: of the lead.
    """

    hamiltonian: Array
    number: Array
    operators: tuple[Array, ...]
    temperature: float
    chemical_potential: float

    def model(self, number: Array | None) -> tk.Model:
        """The model as the package makes it."""
        lead = tk.Bath("lead", self.temperature, self.chemical_potential, tk.Fermi())
        contacts = [tk.Contact(lead, operator, tk.Flat(0.01)) for operator in self.operators]
        return tk.davies(self.hamiltonian, contacts, number_operator=number)

    @property
    def removes_one(self) -> bool:
        """Whether every operator takes out exactly one particle."""
        return all(np.array_equal(self.number @ a - a @ self.number, -a) for a in self.operators)

    def gibbs(self, number: Array) -> Array:
        """The grand canonical state of the lead, exp(-(H - mu N)/T)/Z."""
        values, vectors = np.linalg.eigh(self.hamiltonian - self.chemical_potential * number)
        weight = np.exp(-(values - values.min()) / self.temperature)
        return (vectors * (weight / weight.sum())) @ vectors.conj().T


@st.composite
def leads(draw: st.DrawFn) -> Lead:
    """One or two modes on one lead; operators that remove a particle, add one, move two, or do several of these."""
    modes = draw(st.integers(1, 2))
    c = [
        np.asarray(one.todense() if hasattr(one, "todense") else one, complex)
        for one in tk.operators.annihilators(modes)
    ]
    n = [one.conj().T @ one for one in c]
    energies = draw(st.lists(LEVELS, min_size=modes, max_size=modes))
    hamiltonian = sum(energy * one for energy, one in zip(energies, n, strict=True))
    if modes == 2:
        hop = draw(st.sampled_from([0.0, 0.4]))
        hamiltonian = hamiltonian + hop * (c[0].conj().T @ c[1] + c[1].conj().T @ c[0])
        hamiltonian = hamiltonian + draw(st.sampled_from([0.0, 1.0, 20.0])) * n[0] @ n[1]
    words = [*c, *(one.conj().T for one in c), *n]
    words += [c[0] @ c[1], c[0].conj().T @ c[1], c[0] @ n[1]] if modes == 2 else []
    operators = []
    for _ in range(draw(st.integers(1, 2))):
        weights = draw(st.lists(COEFFICIENTS, min_size=len(words), max_size=len(words)).filter(any))
        if draw(st.booleans()):  # one word alone, as most people give it
            weights = [0.0] * len(words)
            weights[draw(st.integers(0, len(words) - 1))] = 1.0
        operators.append(sum(weight * word for weight, word in zip(weights, words, strict=True)))
    return Lead(hamiltonian, sum(n), tuple(operators), draw(TEMPERATURES), draw(POTENTIALS))


@dataclass(frozen=True)
class Pairs:
    """Jumps between levels without a bath, of which some can be reversed and some cannot.

    Args:
        rates: W (n, n), rate of j -> i.
        start: populations, of full rank.
    """

    rates: Array
    start: Array

    @property
    def reversible(self) -> bool:
        """Whether every jump has one that undoes it."""
        return bool(np.array_equal(self.rates > 0.0, self.rates.T > 0.0))

    def production(self) -> float:
        """The sum over links of (flow forward - flow back) ln(flow forward / flow back) at the start."""
        flows = self.rates * self.start
        total = 0.0
        for i in range(len(flows)):
            for j in range(i):
                there, back = flows[i, j], flows[j, i]
                if there != back:
                    total += (there - back) * np.log(there / back) if min(there, back) > 0.0 else np.inf
        return float(total)

    def written(self) -> tk.Model:
        """The same process as hand-written channels with phases, one for each jump."""
        channels = []
        for k, (i, j) in enumerate(np.argwhere(self.rates > 0.0)):
            jump = np.zeros(self.rates.shape, complex)
            jump[i, j] = np.sqrt(self.rates[i, j]) * np.exp(0.7j * k)
            channels.append(tk.Channel(jump, None))
        return tk.Model(np.zeros(self.rates.shape), channels)


@st.composite
def pairs(draw: st.DrawFn) -> Pairs:
    """Two to four levels, rates of a few decades; now and then a jump that nothing undoes."""
    size = draw(st.integers(2, 4))
    rate = st.sampled_from([0.0, 0.3, 1.0, 2.0, 0.5, 1e-3, 1e3])
    rates = np.array(draw(st.lists(rate, min_size=size**2, max_size=size**2))).reshape(size, size)
    np.fill_diagonal(rates, 0.0)
    if draw(st.sampled_from([True, True, False])):
        rates = np.where((rates > 0.0) & (rates.T > 0.0), rates, 0.0)
    weight = draw(st.lists(st.sampled_from([1.0, 2.0, 0.1, 1e-6]), min_size=size, max_size=size))
    return Pairs(rates, np.array(weight) / sum(weight))


@st.composite
def declared(draw: st.DrawFn) -> tuple[tk.Bath, float, float, Array]:
    """A bath, the gap of a ladder, the quantum declared for its jumps, and the lowering operator."""
    gap = draw(st.sampled_from([1.0, 0.2, 2.5]))
    factor = draw(st.sampled_from([1.0, 2.0, 0.5, -1.0, 0.0, 1.0 + 1e-3, 1.0 + 1e-14]))
    levels = draw(st.integers(2, 4))
    lower = np.diag(np.sqrt(np.arange(1.0, levels)), 1)
    return tk.Bath("b", draw(TEMPERATURES)), gap, factor * gap, lower


@st.composite
def bare_starts(draw: st.DrawFn) -> tuple[Array, Array]:
    """A Hamiltonian, diagonal or not, and a vector as a user gives it for a start."""
    size = draw(st.integers(2, 3))
    hamiltonian = np.diag(np.array(draw(st.lists(LEVELS, min_size=size, max_size=size))))
    if draw(st.booleans()):
        hamiltonian[0, 1] = hamiltonian[1, 0] = draw(st.sampled_from([0.75, 1e-3]))
    entry = st.sampled_from([0.0, 0.0, 1.0, 0.6, 0.8, -0.6, 0.8j, 0.5])
    vector = np.array(draw(st.lists(entry, min_size=size, max_size=size).filter(any)))
    scale = draw(st.sampled_from(["as it is", "sum", "norm"]))
    if scale == "sum" and abs(vector.sum()) > 0.1:
        vector = vector / vector.sum()
    elif scale == "norm":
        vector = vector / np.linalg.norm(vector)
    return hamiltonian, vector


@st.composite
def gates(draw: st.DrawFn) -> tuple[Array, Array, float, float]:
    """Gate and bias voltages on a round grid, so that tunnelling energies vanish at points, repulsion, temperature."""
    start, step = draw(st.sampled_from([-2.0, -1.0, 0.0, -20.0, -0.5])), draw(st.sampled_from([1.0, 0.5, 10.0]))
    gate = start + step * np.arange(draw(st.integers(1, 4)))
    bias = draw(st.sampled_from([np.array([0.5]), np.array([-1.0, 0.0, 1.0]), np.array([0.0, 2.0])]))
    return gate, bias, draw(st.sampled_from([0.0, 1.0, 20.0])), draw(st.sampled_from([1.0, 0.2, 0.05, 0.02]))
