"""Which jumps without a bath undo one another."""

from __future__ import annotations

import time

import numpy as np
import pytest

import thermokin as tk
from thermokin.bounds import relaxation_bounds
from thermokin.counting.integrated_cumulants import exchanged

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
FLAT = np.zeros((2, 2))


def reverse_of(*channels: tk.Channel) -> list[int]:
    return [int(k) for k in tk.Model(np.zeros(channels[0].jump.shape[-2:]), list(channels)).table.reverse]


def test_loss_and_gain_without_a_bath_are_a_pair_at_any_ratio_and_phase() -> None:
    gain = tk.Channel(0.2j * LOWER.T, None)
    assert reverse_of(tk.Channel(LOWER, None), gain) == [1, 0]
    weights = tk.entropy_flow(tk.Model(FLAT, [tk.Channel(LOWER, None), gain])).weights
    np.testing.assert_allclose(weights, [-np.log(0.04), np.log(0.04)], rtol=1e-14)


def test_a_bath_and_no_bath_undo_nothing_of_one_another() -> None:
    bath = tk.Bath("b", 1.0)
    thermal = [tk.Channel(LOWER, bath, -1.0), tk.Channel(np.exp(-0.5) * LOWER.T, bath, 1.0)]
    assert reverse_of(*thermal, tk.Channel(LOWER.T, None)) == [1, 0, -1]


def test_of_several_that_fit_the_one_that_gives_the_opposite_is_taken() -> None:
    """Two reservoirs without temperatures: energies tell which gain belongs to which loss; else the order does."""
    losses = [tk.Channel(LOWER, None, -1.0), tk.Channel(0.5 * LOWER, None, -2.0)]
    gains = [tk.Channel(0.3 * LOWER.T, None, 2.0), tk.Channel(0.7 * LOWER.T, None, 1.0)]
    assert reverse_of(*losses, *gains) == [3, 2, 1, 0]
    plain = [tk.Channel(channel.jump, None) for channel in (*losses, *gains)]
    assert reverse_of(*plain) == [2, 3, 0, 1]


def test_equal_jumps_that_undo_themselves_are_not_each_others_partner() -> None:
    flip = tk.Channel(LOWER + LOWER.T, None)
    assert reverse_of(flip, flip) == [0, 1]
    assert reverse_of(tk.Channel(np.exp(0.3j) * (LOWER + LOWER.T), None)) == [0]


def test_an_operator_that_is_only_nearly_the_adjoint_undoes_nothing() -> None:
    jump = np.array([[0.1, 1.0], [0.2, 0.3]])
    bent = jump.T + np.array([[0.0, 1e-6], [0.0, 0.0]])
    assert reverse_of(tk.Channel(jump, None), tk.Channel(bent, None)) == [-1, -1]


def test_jumps_swept_over_parameters_are_pairs_at_every_point_or_at_none() -> None:
    rates = np.array([0.5, 1.0, 2.0])[:, None, None]
    assert reverse_of(tk.Channel(rates * LOWER, None), tk.Channel(LOWER.T, None)) == [1, 0]
    turning = np.stack([np.eye(2) + LOWER, np.eye(2) + 2.0 * LOWER])
    assert reverse_of(tk.Channel(turning, None), tk.Channel(np.eye(2) + LOWER.T, None)) == [-1, -1]


def test_many_jumps_are_paired_in_a_moment() -> None:
    """Two hundred dense pairs in random order: one product for each jump."""
    rng = np.random.default_rng(3)
    jumps = rng.normal(size=(200, 16, 16))
    channels = [tk.Channel(jump, None) for jump in jumps] + [tk.Channel(0.3 * jump.T, None) for jump in jumps]
    order = rng.permutation(400)
    begun = time.perf_counter()
    found = reverse_of(*(channels[k] for k in order))
    assert time.perf_counter() - begun < 20.0  # 0.4 s where nothing else runs
    where = np.argsort(order)
    assert found == [int(where[(k + 200) % 400]) for k in order]


@pytest.mark.parametrize("seed", range(5))
def test_flows_of_two_jumps_that_undo_one_another_are_exactly_opposite(seed: int) -> None:
    rates = 10.0 ** np.random.default_rng(seed).uniform(-3.0, 3.0, (5, 5))
    np.fill_diagonal(rates, 0.0)
    model = tk.rates(rates)
    assert tk.entropy_flow(model).is_odd
    evolution = tk.evolve(model, tk.Populations(np.eye(5)[0]), [1.0])
    bounds = relaxation_bounds(tk.ledger(model, evolution), exchanged(evolution, tk.entropy_flow(model)))
    assert {bound.name: bound for bound in bounds}["thermo-kinetic"].applies


@pytest.mark.filterwarnings("error")
def test_pairs_whose_ratio_is_beyond_doubles_are_pairs() -> None:
    """Closed form: ln(1e20 / 1e-290) = 310 ln 10."""
    weights = tk.entropy_flow(tk.rates([[0.0, 1e-290], [1e20, 0.0]])).weights
    np.testing.assert_allclose(weights, 310.0 * np.log(10.0) * np.array([1.0, -1.0]), rtol=1e-14)


STILL = {
    "quarter turn of the phase": (np.diag([0.0, 1.0]), np.diag([1.0, 1j])),
    "kicks of a third of a turn": (np.diag([0.0, 1.0, 2.5]), np.diag(np.exp(2j * np.pi * np.arange(3) / 3))),
    "the same seen from other levels": (np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, 1j])),
}


@pytest.mark.parametrize("name", STILL)
def test_dephasing_with_complex_amplitudes_costs_what_the_state_gains(name: str) -> None:
    """No flow: what is produced is the growth of the state's entropy, >= 0 since a normal jump keeps the identity."""
    hamiltonian, jump = STILL[name]
    model = tk.Model(hamiltonian, [tk.Channel(jump, None)])
    np.testing.assert_array_equal(tk.entropy_flow(model).weights, 0.0)
    ket = np.exp(1j * np.arange(len(jump))) * np.arange(1.0, len(jump) + 1.0)
    ket /= np.linalg.norm(ket)
    start = 0.6 * np.outer(ket, ket.conj()) + 0.4 * np.eye(len(jump)) / len(jump)
    found = tk.ledger(model, tk.evolve(model, start, np.linspace(0.0, 2.0, 9)))
    gained = found.entropy - found.initial_entropy
    np.testing.assert_allclose(found.entropy_production, gained, rtol=0, atol=1e-13)
    assert (found.entropy_production_rate > 0.0).all()


def test_populations_pay_nothing_for_dephasing_with_complex_amplitudes() -> None:
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(np.diag([1.0, 1j]), None)])
    found = tk.ledger(model, tk.evolve(model, tk.Populations([0.3, 0.7]), [0.0, 1.0]))
    np.testing.assert_array_equal(found.entropy_production_rate, 0.0)
    np.testing.assert_array_equal(found.entropy_production, 0.0)


def test_a_normal_jump_that_moves_populations_round_one_way_is_undone_by_nothing() -> None:
    turn = tk.Channel(np.roll(np.eye(3), 1, axis=0), None)
    assert [int(k) for k in tk.Model(np.diag([0.0, 1.0, 2.5]), [turn]).table.reverse] == [-1]


def test_nearly_equal_rates_of_any_size_keep_the_digits_of_their_ratio() -> None:
    lower, excess = np.array([[0.0, 1.0], [0.0, 0.0]]), 2.0**-20
    for unit in (1.0, 2.0**-33, 2.0**60):
        pair = [tk.Channel(unit * (1.0 + excess) * lower, None), tk.Channel(unit * lower.T, None)]
        found = tk.entropy_flow(tk.Model(np.zeros((2, 2)), pair)).weights
        np.testing.assert_allclose(found, np.array([2.0, -2.0]) * np.log1p(excess), rtol=1e-13)


def test_a_pair_that_vanishes_at_a_point_of_a_sweep_carries_nothing_there() -> None:
    lower, size = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([1.0, 0.0])[:, None, None]
    pair = [tk.Channel(2.0 * size * lower, None), tk.Channel(size * lower.T, None)]
    found = tk.entropy_flow(tk.Model(np.zeros((2, 2)), pair)).weights
    np.testing.assert_allclose(found, [[np.log(4.0), -np.log(4.0)], [0.0, 0.0]], rtol=1e-14)
