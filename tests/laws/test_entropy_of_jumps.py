"""Jumps carry the logarithm of how much likelier they are than their reverse, with a bath behind them or without."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk
from oracles import Array

FEW = settings(max_examples=12, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)


def random_network(rng: np.random.Generator, size: int) -> Array:
    """Rates over six decades between all levels of a random connected graph, both ways."""
    linked = np.triu(rng.random((size, size)) < 0.5, 1) | np.eye(size, k=1, dtype=bool)
    return np.exp(rng.uniform(-7.0, 7.0, (size, size))) * (linked | linked.T)


def random_state(rng: np.random.Generator, size: int) -> Array:
    root = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    state = root @ root.conj().T
    return state / np.trace(state).real


def schnakenberg(rates: Array, p: Array) -> float:
    """Half the sum of (a - a~) ln(a / a~), written out link by link."""
    total = 0.0
    for i, j in zip(*np.nonzero(rates), strict=True):
        forth, back = rates[i, j] * p[j], rates[j, i] * p[i]
        total += 0.5 * (forth - back) * np.log(forth / back)
    return total


def produced_by_pairs(jumps: list[Array], reverse: list[int], state: Array) -> float:
    """Trajectory form: sum_k sum_mn w_k^mn p_n ln(w_k^mn p_n / w_r^nm p_m) with w_k^mn = |<m|L_k|n>|^2."""
    p, basis = np.linalg.eigh(state)
    weights = [np.abs(basis.conj().T @ jump @ basis) ** 2 for jump in jumps]
    total = 0.0
    for k, r in enumerate(reverse):
        forth, back = weights[k] * p, (weights[r] * p).T
        total += float((forth * np.log(forth / back)).sum())
    return total


@FEW
@given(SEEDS, st.integers(2, 5))
def test_a_classical_process_produces_what_schnakenberg_says(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    rates, start = random_network(rng, size), rng.dirichlet(np.ones(size))
    model = tk.rates(rates)
    times = np.array([0.0, 0.3, 2.0]) / rates.sum(axis=0).max()
    found = tk.ledger(model, tk.evolve(model, tk.Populations(start), times))
    for index, p in enumerate(found.evolution.populations):
        assert found.entropy_production_rate[index] == pytest.approx(schnakenberg(rates, p), rel=1e-10)
    np.testing.assert_allclose(
        found.channel_entropy_production_rates.sum(axis=-1), found.entropy_production_rate, rtol=1e-10
    )

    def rate(time: float) -> float:
        return float(tk.ledger(model, found.evolution.at([time])).entropy_production_rate[0])

    through = scipy.integrate.quad(rate, 0.0, times[2], epsrel=1e-11, epsabs=0.0, limit=200)[0]
    assert found.entropy_production[2] == pytest.approx(through, rel=1e-8)


@FEW
@given(SEEDS, st.integers(2, 5))
def test_at_rest_what_is_produced_flows_out_and_all_of_it_is_adiabatic(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    model = tk.rates(random_network(rng, size))
    rest = tk.steady_state(model)
    found = tk.ledger(model, tk.evolve(model, tk.Populations(rest.populations), [1.0]))
    flow = float(tk.entropy_flow(model).mean(rest.state))
    # Rates span six decades: flows of 1e3 cancel to what is produced.
    assert found.entropy_production_rate[0] == pytest.approx(flow, rel=1e-9, abs=1e-9)
    assert found.adiabatic[0] == pytest.approx(flow, rel=1e-9, abs=1e-9)


@FEW
@given(SEEDS, st.integers(2, 4), st.integers(1, 3))
def test_operators_proportional_to_adjoints_undo_one_another_without_a_bath(seed: int, size: int, pairs: int) -> None:
    rng = np.random.default_rng(seed)
    jumps, flows = [], []
    for _ in range(pairs):
        jump = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
        ratio = np.exp(rng.uniform(-3.0, 3.0) + 1j * rng.uniform(0.0, 6.0))
        jumps += [jump, ratio * jump.conj().T]
        flows += [-2.0 * np.log(abs(ratio)), 2.0 * np.log(abs(ratio))]
    order = rng.permutation(len(jumps))
    hamiltonian = random_state(rng, size)
    model = tk.Model(hamiltonian, [tk.Channel(jumps[k], None) for k in order])
    where = np.argsort(order)
    reverse = [int(where[k ^ 1]) for k in order]
    assert model.table.reverse.tolist() == reverse
    np.testing.assert_allclose(tk.entropy_flow(model).weights, np.array(flows)[order], rtol=1e-10, atol=1e-12)
    state = random_state(rng, size)
    found = tk.ledger(model, tk.evolve(model, state, [0.0])).entropy_production_rate[0]
    expected = produced_by_pairs([jumps[k] for k in order], reverse, state)
    assert found == pytest.approx(expected, rel=1e-9)


@FEW
@given(SEEDS, st.integers(2, 4))
def test_a_jump_that_is_its_own_adjoint_puts_no_entropy_anywhere(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    state, phase = random_state(rng, size), np.exp(1j * rng.uniform(0.0, 6.0))
    model = tk.Model(np.zeros((size, size)), [tk.Channel(phase * random_state(rng, size), None)])
    assert model.table.reverse.tolist() == [0]
    np.testing.assert_array_equal(tk.entropy_flow(model).weights, [0.0])
    found = tk.ledger(model, tk.evolve(model, state, [0.0, 0.5]))
    np.testing.assert_allclose(found.entropy_production, found.entropy - found.entropy[0], rtol=0, atol=1e-13)
    assert (found.entropy_production_rate > 0.0).all()


@FEW
@given(SEEDS, st.integers(2, 4), st.integers(1, 2))
def test_one_definition_of_the_rate_whatever_energies_the_jumps_declare(seed: int, size: int, baths: int) -> None:
    """Sum of channels, sum of baths, dS/dt plus the flow and the integral agree where levels know nothing of jumps."""
    rng = np.random.default_rng(seed)
    channels = []
    for name in range(baths):
        bath = tk.Bath(str(name), rng.uniform(0.3, 2.0), rng.uniform(-1.0, 1.0), tk.Fermi())
        for upper in range(1, size):
            energy, particles = rng.uniform(-1.0, 1.0), float(rng.integers(-1, 2))
            s = -(energy - float(bath.chemical_potential) * particles) / float(bath.temperature)
            jump = np.zeros((size, size))
            jump[upper, upper - 1] = rng.uniform(0.1, 1.0)
            channels += [tk.Channel(jump * np.exp(s / 4), bath, energy, particles)]
            channels += [tk.Channel(jump.T * np.exp(-s / 4), bath, -energy, -particles)]
    start = rng.dirichlet(np.ones(size))
    # The interaction picture: without a Hamiltonian no jump has a quantum of its own that another could contradict.
    for phases in (np.zeros(size), np.full(size, rng.normal())):
        model = tk.Model(np.diag(phases), channels)
        evolution = tk.evolve(model, np.diag(start), [0.0, 0.2, 3.0])
        found, flow = tk.ledger(model, evolution), tk.entropy_flow(model)
        p, rates = evolution.populations, evolution.population_rates
        expected = -(rates * np.log(p)).sum(axis=-1) + np.array([flow.mean(np.diag(x)) for x in p])
        np.testing.assert_allclose(found.entropy_production_rate, expected, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found.channel_entropy_production_rates.sum(axis=-1), expected, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(sum(found.entropy_production_rates.values()), expected, rtol=1e-9, atol=1e-12)
        counted = tk.integrated_cumulants(model, flow, np.diag(start), [0.0, 0.2, 3.0], order=1)[..., 0]
        gained = found.entropy - found.entropy[0]
        np.testing.assert_allclose(found.entropy_production, gained + counted, rtol=1e-9, atol=1e-12)
