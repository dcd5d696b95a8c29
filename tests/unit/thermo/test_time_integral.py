"""Jumps counted over time where rates lie many decades apart, or elements turn alone."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import thermokin as tk
from oracles import Array
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.population_motion import population_motion


def exact_integral(rates: Array, start: Array, row: Array, time: float) -> float:
    """The integral of row . exp(W s) start over s from 0 to t, by a doubled matrix in 80 digits."""
    size = len(start)
    with mpmath.workdps(80):
        doubled = mpmath.zeros(size + 1)
        for i in range(size):
            for j in range(size):
                if i != j:
                    doubled[i, j] = mpmath.mpf(float(rates[i, j]))
        for j in range(size):
            doubled[j, j] = -mpmath.fsum(doubled[i, j] for i in range(size) if i != j)
            doubled[size, j] = mpmath.mpf(float(row[j]))
        moved = mpmath.expm(doubled * mpmath.mpf(time)) * mpmath.matrix([*start.tolist(), 0.0])
        return float(moved[size])


@pytest.mark.parametrize("coupling", [1e-6, 1e-12, 0.0], ids=["weak", "below rounding", "dark"])
def test_the_jumps_of_levels_fed_more_slowly_than_rounding_are_counted(coupling: float) -> None:
    energies = np.array([0.0, 40.0, 40.3])
    links = np.array([[0.0, 0.0, coupling], [0.0, 0.0, 30.0], [coupling, 30.0, 0.0]])
    model = tk.library.levels(energies, links, rate=1e-6, temperature=1.0)
    start = np.array([0.25, 0.5, 0.25])
    evolution = tk.evolve(model, tk.Populations(start), np.array([0.0, 1.0, 1e3, 2e4]))
    rates = np.asarray(population_motion(Liouvillian(model)).rates)
    row = -np.diag(rates)
    expected = [exact_integral(rates, start, row, float(t)) for t in evolution.times]
    # The rate, of order one, is integrated to a dozen digits.
    np.testing.assert_allclose(tk.ledger(model, evolution).activity["bath"], expected, rtol=1e-10)


def test_an_equation_of_rates_over_thirty_decades_is_solved_to_every_digit() -> None:
    from thermokin.numerics.eliminated_generator import pinned_generator

    random = np.random.default_rng(2)
    rates = random.uniform(1.0, 2.0, (5, 5)) * 10.0 ** random.integers(-30, 1, (5, 5))
    np.fill_diagonal(rates, 0.0)
    right = random.uniform(0.1, 1.0, 5)
    found = pinned_generator(rates, np.array([0])).solve_transposed(right[:, None])[:, 0]
    with mpmath.workdps(80):
        whole = mpmath.matrix(rates.tolist())
        for j in range(5):
            whole[j, j] = -mpmath.fsum(whole[i, j] for i in range(5))
        inner = whole[1:5, 1:5].T
        expected = [float(x) for x in mpmath.lu_solve(inner, mpmath.matrix(right[1:].tolist()))]
    # Sums of numbers of one sign: a few roundings.
    np.testing.assert_allclose(found, [0.0, *expected], rtol=1e-14)


def test_the_integral_of_a_turning_coherence_stays_bounded_however_long_it_turns() -> None:
    model = tk.Model(np.diag([0.0, 2.0]), [tk.Channel(np.diag([1e-12, 0.0]), None, 0.0)])
    from thermokin.model.frame_operator import FrameOperator
    from thermokin.thermo.time_integral import time_integral

    evolution = tk.evolve(model, np.full((2, 2), 0.5), [1e-3, 1.0, 1e19])
    made = time_integral(evolution, FrameOperator(np.zeros(2), np.array([[0.0, 1.0], [1.0, 0.0]])))
    with mpmath.workdps(60):
        expected = [float(mpmath.sin(2 * mpmath.mpf(float(t))) / 2) for t in evolution.times]
    np.testing.assert_allclose(made, expected, rtol=1e-5)  # by then 5e-6 of it has decayed


@pytest.mark.parametrize("seed", range(3))
def test_jumps_are_counted_at_every_point_of_a_sweep_also_where_levels_are_cut_off(seed: int) -> None:
    rates = 10.0 ** np.random.default_rng(seed).uniform(-6.0, 0.0, (3, 4, 4))
    rates[1, :2, 2:] = rates[1, 2:, :2] = 0.0
    rates[2, :3, 3] = rates[2, 3, :3] = 0.0
    rates[:, np.arange(4), np.arange(4)] = 0.0
    model, start = tk.rates(rates), np.array([0.4, 0.3, 0.2, 0.1])
    evolution = tk.evolve(model, tk.Populations(start), np.array([0.0, 3.0, 1e3, 1e7]))
    counted = tk.integrated_cumulants(model, tk.activity(model), tk.Populations(start), evolution.times, order=1)
    for point, one in enumerate(rates):
        expected = [exact_integral(one, start, one.sum(axis=0), float(t)) for t in evolution.times]
        np.testing.assert_allclose(tk.ledger(model, evolution).total_activity[point], expected, rtol=1e-10)
        np.testing.assert_allclose(counted.mean[point], expected, rtol=1e-6)
