"""What jumps put into their surroundings keeps its digits on weak links, and its error says what it lacks."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp

import thermokin as tk
from thermokin._typing import FloatArray
from thermokin.counting.integrated_cumulants import exchanged

WEAK = [1e-3, 1e-6, 1e-10, 1e-13, 1e-15, 1e-18, 1e-30]
TIMES = np.array([1e-9, 1e-3, 0.1, 3.0, 100.0])


def produced(rates: FloatArray, start: FloatArray, time: float) -> mp.mpf:
    """S(t) - S(0) + the integral of sum W_ij p_j ln(W_ij / W_ji), from one exponential of 60 digits."""
    size = len(rates)
    generator = mp.zeros(size + 1)
    for column in range(size):
        for row in range(size):
            if row != column:
                rate = mp.mpf(float(rates[row, column]))
                generator[row, column] += rate
                generator[column, column] -= rate
                generator[size, column] += rate * mp.log(rate / mp.mpf(float(rates[column, row])))
    first = mp.matrix([*(mp.mpf(float(number)) for number in start), 0])
    first = first / sum(first)
    last = mp.expm(generator * mp.mpf(float(time)), method="taylor") * first
    entropies = [-sum(p * mp.log(p) for p in list(state)[:size] if p > 0) for state in (first, last)]
    return entropies[1] - entropies[0] + last[size]


def ledger_of(rates: FloatArray, start: FloatArray, times: FloatArray) -> tk.results.Ledger:
    model = tk.rates(rates)
    return tk.ledger(model, tk.evolve(model, tk.Populations(start), times))


@pytest.mark.parametrize("weak", WEAK)
def test_a_ring_with_one_weak_link_knows_what_it_has_produced(weak: float) -> None:
    """60-digit reference; to all digits however weak the link, and within the error that is given."""
    rates = np.array([[0.0, weak, 5.0], [2.0 * weak, 0.0, 0.4 * weak], [9.0, 0.3 * weak, 0.0]])
    start, times = np.array([1.0, 0.0, 0.0]), np.array([0.1, 10.0, 1e3])
    found = ledger_of(rates, start, times)
    with mp.workdps(60):
        expected = [produced(rates, start, time) for time in times]
    np.testing.assert_allclose(found.entropy_production, np.array(expected, dtype=float), rtol=1e-14)
    assert (found.entropy_production_error < 1e-13).all()


def test_weak_links_keep_their_digits_at_every_point_of_a_sweep() -> None:
    sweep = np.stack([[[0, e, 5.0], [2 * e, 0, 0.4 * e], [9.0, 0.3 * e, 0]] for e in WEAK])
    start, times = np.array([1.0, 0.0, 0.0]), np.array([0.1, 10.0, 1e3])
    together = ledger_of(sweep, start, times).entropy_production
    alone = [ledger_of(rates, start, times).entropy_production for rates in sweep]
    np.testing.assert_allclose(together, alone, rtol=1e-14)


@pytest.mark.parametrize("seed", range(30))
def test_what_random_rates_have_produced_lies_within_its_error(seed: int) -> None:
    """60-digit reference; rates over six decades, every third obeying detailed balance."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 6))
    rates = 10.0 ** rng.uniform(-3.0, 3.0, (size, size))
    if seed % 3 == 0:
        energies = rng.uniform(-3.0, 3.0, size)
        rates = np.sqrt(rates * rates.T) * np.exp(0.5 * (energies[None, :] - energies[:, None]))
    np.fill_diagonal(rates, 0.0)
    start = rng.dirichlet(np.ones(size))
    if seed % 4 == 0:
        start = np.eye(size)[rng.integers(size)]
    found = ledger_of(rates, start, TIMES)
    with mp.workdps(60):
        exact = [produced(rates, start, time) for time in TIMES]
        miss = [abs(float(mp.mpf(float(one)) - two)) for one, two in zip(found.entropy_production, exact, strict=True)]
    # The start is normalised to one rounding.
    assert (np.array(miss) <= found.entropy_production_error + 1e-22).all()
    assert (found.entropy_production_error <= 1e-11 * np.maximum(np.array(exact, dtype=float), 1e-3)).all()


@pytest.mark.parametrize("drive", [0.0, 0.4])
def test_entropy_given_is_what_counting_gives_also_with_coherences(drive: float) -> None:
    """S(t) - S(0) and the mean of the counted flow, whose way there has nothing in common."""
    ring = np.array([[0.0, 1.0, 3.0], [2.0, 0.0, 0.5], [0.4, 1.5, 0.0]])
    hamiltonian = np.diag([0.0, 1.0, 2.5]) + drive * (np.eye(3, k=1) + np.eye(3, k=-1))
    channels = []
    for row, column in ((0, 1), (0, 2), (1, 2)):
        for one, two in ((row, column), (column, row)):
            jump = np.zeros((3, 3))
            jump[one, two] = np.sqrt(ring[one, two])
            channels.append(tk.Channel(jump, None))
    model = tk.Model(hamiltonian, channels)
    ket = np.array([0.6, 0.48, 0.64])
    start = 0.7 * np.outer(ket, ket) + 0.1 * np.eye(3)
    evolution = tk.evolve(model, start, [0.1, 1.0, 20.0])
    found = tk.ledger(model, evolution)
    counted = exchanged(evolution, tk.entropy_flow(model)).mean
    expected = found.entropy - found.initial_entropy + counted
    np.testing.assert_allclose(found.entropy_production, expected, rtol=1e-11)


def test_two_baths_that_share_a_weak_link_produce_what_little_heat_they_pass() -> None:
    """Levels 0 and 1 on a hot bath, 1 and 2 on a cold one through 1e-14: S + the sum over pairs, 60-digit reference."""
    hot, cold, weak = 2.0, 0.5, 1e-14
    rates = np.zeros((3, 3))
    rates[0, 1], rates[1, 0] = 3.0, 3.0 * np.exp(-1.0 / hot)
    rates[1, 2], rates[2, 1] = weak, weak * np.exp(-1.0 / cold)
    rates[0, 2], rates[2, 0] = 1.0, np.exp(-2.0 / hot)
    channels = []
    baths = {(0, 1): tk.Bath("hot", hot), (1, 2): tk.Bath("cold", cold)}
    baths[0, 2] = baths[0, 1]
    for (low, high), bath in baths.items():
        gap = float(high - low)
        for one, two, energy in ((low, high, -gap), (high, low, gap)):
            jump = np.zeros((3, 3))
            jump[one, two] = np.sqrt(rates[one, two])
            channels.append(tk.Channel(jump, bath, energy))
    model = tk.Model(np.diag([0.0, 1.0, 2.0]), channels)
    start, times = np.array([0.2, 0.3, 0.5]), np.array([0.1, 10.0, 1e3])
    found = tk.ledger(model, tk.evolve(model, tk.Populations(start), times))
    with mp.workdps(60):
        expected = [float(produced(rates, start, time)) for time in times]
    np.testing.assert_allclose(found.entropy_production, expected, rtol=1e-13)
