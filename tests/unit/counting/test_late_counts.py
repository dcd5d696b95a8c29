"""Amounts exchanged over up to 1e20 jumps of the fastest level, against squares of a propagator in 100 digits."""

from __future__ import annotations

from math import comb
from typing import Any

import mpmath
import numpy as np
import pytest

import thermokin as tk
from oracles import Array

START = np.array([0.5, 0.25, 0.125, 0.125])  # adds up to one exactly


def exact(generator: Any, gains: list[Any], start: list[Any], trace: list[int], time: float) -> list[float]:
    """Cumulants from moment-resolved states, moved by a matrix that is squared some hundred times (mpmath)."""
    size, order = generator.rows, len(gains)
    whole = mpmath.zeros(size * (order + 1))
    for row in range(order + 1):
        for column in range(row + 1):
            part = generator if row == column else comb(row, column) * gains[row - column - 1]
            for i in range(size):
                for j in range(size):
                    whole[row * size + i, column * size + j] = part[i, j]
    squares = int(mpmath.ceil(mpmath.log(mpmath.mnorm(whole, 1) * time + 1, 2))) + 12
    short, moved, term = whole * mpmath.mpf(time) / mpmath.mpf(2) ** squares, mpmath.eye(whole.rows), 1
    for power in range(1, 16):
        term = short * term / power
        moved += term
    for _ in range(squares):
        moved = moved * moved
    state = moved * mpmath.matrix([*start, *[0] * (size * order)])
    moments = [mpmath.re(mpmath.fsum(state[row * size + place] for place in trace)) for row in range(order + 1)]
    found: list[Any] = []
    for n in range(1, order + 1):
        less = mpmath.fsum(comb(n - 1, k - 1) * found[k - 1] * moments[n - k] for k in range(1, n))
        found.append(moments[n] - less)
    return [float(one) for one in found]


def exact_of_rates(rates: Array, weights: Array, start: Array, time: float, order: int) -> list[float]:
    size = len(start)
    with mpmath.workdps(100):
        generator = mpmath.matrix(rates.tolist())
        for j in range(size):
            generator[j, j] = -mpmath.fsum(generator[i, j] for i in range(size) if i != j)
        gains = [mpmath.zeros(size) for _ in range(order)]
        for power, gain in enumerate(gains, 1):
            for i in range(size):
                for j in range(size):
                    gain[i, j] = mpmath.mpf(float(rates[i, j])) * mpmath.mpf(float(weights[i, j])) ** power
        return exact(generator, gains, start.tolist(), list(range(size)), time)


def random_rates(seed: int) -> Array:
    """Four levels, rates over fourteen decades; some under detailed balance, some with links left out."""
    random = np.random.default_rng(seed)
    rates = 10.0 ** random.uniform(-14.0, 0.0, (4, 4))
    if seed % 3 == 0:
        energies = random.normal(size=4)
        rates = (rates + rates.T) * np.exp(0.5 * (energies - energies[:, None]))
    if seed % 4 == 1:
        rates[random.random((4, 4)) < 0.3] = 0.0
    np.fill_diagonal(rates, 0.0)
    return np.asarray(rates)


def counted(model: tk.Model, weights: Array, name: str = "x") -> tk.Current:
    table = model.table
    return tk.current(model, weights[table.row, table.column], name=name)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(9))
def test_late_cumulants_have_their_digits_however_far_apart_rates_lie(seed: int) -> None:
    rates, weights = random_rates(seed), np.random.default_rng(seed + 100).normal(size=(4, 4))
    model = tk.rates(rates)
    times = np.array([1e5, 1e9, 1e13, 1e17, 1e20]) / rates.sum(axis=0).max()
    found = tk.integrated_cumulants(model, counted(model, weights), tk.Populations(START), times, order=3)
    for place, time in enumerate(times):
        expected = np.array(exact_of_rates(rates, weights, START, float(time), 3))
        np.testing.assert_allclose(found.values[place], expected, rtol=1e-7)
        if place:  # what exponentials say of the first is sampled
            assert (np.abs(found.values[place] - expected) <= found.error[place] + 1e-15 * np.abs(expected)).all()


@pytest.mark.slow
@pytest.mark.parametrize("link", [1e-13, 1e-9])
def test_two_parts_hardly_joined_are_followed_through_the_time_of_their_link(link: float) -> None:
    rates = np.array([[0, 0.3, 0, 0], [0.7, 0, link, 0], [0, 0.3 * link, 0, 0.2], [0, 0, 0.9, 0]])
    model = tk.rates(rates)
    times = np.array([0.1, 1.0, 10.0, 1e2, 1e6]) / link
    found = tk.integrated_cumulants(model, tk.activity(model), tk.Populations(START), times, order=3)
    for place, time in enumerate(times):
        expected = np.array(exact_of_rates(rates, np.ones((4, 4)), START, float(time), 3))
        assert (np.abs(found.values[place] - expected) <= [1e-13, 1e-9, 1e-8] * np.abs(expected)).all()
        assert (np.abs(found.values[place] - expected) <= found.error[place]).all()
    at_rest = tk.cumulants(model, tk.activity(model), order=3).values
    np.testing.assert_allclose(found.values[-1], at_rest * times[-1], rtol=1e-4)  # the constant is that much


@pytest.mark.parametrize("size", [2, 3, 5])
def test_thermal_levels_count_late_what_their_rates_say(size: int) -> None:
    model = tk.library.oscillator(size, 1.0, 0.01, 0.7)  # one point, detailed balance
    rates = np.zeros((size, size))
    np.add.at(rates, (model.table.row, model.table.column), model.table.amplitude**2)
    start, weights = np.eye(size)[-1], np.ones((size, size))
    times = np.array([0.0, 1e3, 1e7, 1e13, 1e19])
    found = tk.integrated_cumulants(model, tk.activity(model), tk.Populations(start), times, order=3)
    for place, time in enumerate(times[1:], 1):
        expected = np.array(exact_of_rates(rates, weights, start, float(time), 3))
        np.testing.assert_allclose(found.values[place], expected, rtol=1e-9)
        assert (np.abs(found.values[place] - expected) <= found.error[place] + 1e-12 * expected).all()


@pytest.mark.slow
def test_late_covariances_are_those_of_sums_and_differences() -> None:
    rates = random_rates(0)
    model, random = tk.rates(rates), np.random.default_rng(7)
    one, two = random.normal(size=(4, 4)), 1e-4 * random.normal(size=(4, 4))
    times = np.array([1e4, 1e9, 1e15]) / rates.sum(axis=0).max()
    currents = [counted(model, one, "one"), counted(model, two, "two")]
    found = tk.integrated_covariance(model, currents, tk.Populations(START), times)
    for place, time in enumerate(times):
        noise = {sign: exact_of_rates(rates, one + sign * 1e4 * two, START, float(time), 2)[1] for sign in (1.0, -1.0)}
        alone = [exact_of_rates(rates, each, START, float(time), 2)[1] for each in (one, two)]
        joint = 0.25e-4 * (noise[1.0] - noise[-1.0])
        expected = np.array([[alone[0], joint], [joint, alone[1]]])
        # Of the root of both variances ten digits, which is what can cancel.
        scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
        assert (np.abs(found.values[place] - expected) <= 1e-9 * scale).all()
        assert (np.abs(found.values[place] - expected) <= found.error[place]).all()


def test_late_and_early_points_of_a_sweep_are_what_they_are_alone() -> None:
    rates = random_rates(3) * np.array([1.0, 1e-9, 1e3])[:, None, None]
    times = np.array([0.0, 1.0, 1e3, 1e8, 1e14])
    sweep = tk.rates(rates)
    together = tk.integrated_cumulants(sweep, tk.activity(sweep), tk.Populations(START), times, order=3)
    both = tk.integrated_covariance(sweep, [tk.activity(sweep)], tk.Populations(START), times)
    assert np.isfinite(together.error).all()
    for point, one in enumerate(rates):
        model = tk.rates(one)
        for place, time in enumerate(times):
            alone = tk.integrated_cumulants(model, tk.activity(model), tk.Populations(START), [time], order=3)
            np.testing.assert_allclose(together.values[point, place], alone.values[0], rtol=1e-8, atol=1e-30)
            np.testing.assert_allclose(both.values[point, place, 0, 0], alone.variance[0], rtol=1e-8, atol=1e-30)


def test_parts_that_nothing_joins_count_as_a_mixture_at_late_times() -> None:
    # Activity of two telegraph processes of which the start holds one or the other: closed forms of both.
    pairs, share, time = ((0.7, 0.3), (0.2, 0.9)), 0.25, 1e13
    rates = np.zeros((4, 4))
    for place, (up, down) in enumerate(pairs):
        rates[2 * place + 1, 2 * place], rates[2 * place, 2 * place + 1] = up, down
    model = tk.rates(rates)
    start = tk.Populations([share, 0.0, 1.0 - share, 0.0])
    found = tk.integrated_cumulants(model, tk.activity(model), start, [time])
    means = [2.0 * a * b / (a + b) for a, b in pairs]
    apart = share * (1.0 - share) * (means[0] - means[1]) ** 2
    assert float(found.mean[0]) == pytest.approx((share * means[0] + (1.0 - share) * means[1]) * time, rel=1e-12)
    assert float(found.variance[0]) == pytest.approx(apart * time**2, rel=1e-10)  # what else grows does so as the time


def exact_of_operators(hamiltonian: Array, jumps: list[Array], weights: Array, rho: Array, time: float) -> list[float]:
    """The first two cumulants, from the whole density matrix row by row (mpmath)."""
    size = len(hamiltonian)
    with mpmath.workdps(70):
        one = mpmath.eye(size)

        def kron(a: Any, b: Any) -> Any:
            out = mpmath.zeros(size * size)
            for i, j, k, l in np.ndindex(size, size, size, size):  # noqa: E741 - the four indices of a product
                out[i * size + k, j * size + l] = a[i, j] * b[k, l]
            return out

        ham = mpmath.matrix(hamiltonian.tolist())
        generator = -1j * (kron(ham, one) - kron(one, ham.T))
        gains = [mpmath.zeros(size * size) for _ in range(2)]
        for jump, weight in zip(jumps, weights, strict=True):
            matrix = mpmath.matrix(jump.tolist())
            back, kept = kron(matrix, matrix.apply(mpmath.conj)), matrix.H * matrix
            generator += back - (kron(kept, one) + kron(one, kept.T)) / 2
            gains = [gain + mpmath.mpf(float(weight)) ** power * back for power, gain in enumerate(gains, 1)]
        start = [mpmath.mpc(complex(x)) for x in rho.ravel()]
        return exact(generator, gains, start, [place * (size + 1) for place in range(size)], time)


@pytest.mark.parametrize("seed", range(3))
def test_coherent_models_count_on_once_they_have_settled(seed: int) -> None:
    random = np.random.default_rng(seed)
    H = random.normal(size=(2, 2)) + 1j * random.normal(size=(2, 2))
    H = (H + H.conj().T) * 10.0 ** random.uniform(-1.0, 2.0)
    jumps = [random.normal(size=(2, 2)) * 10.0 ** random.uniform(-1.0, 0.0) for _ in range(2)]
    weights, rho = random.normal(size=2), np.array([[0.25, 0.125j], [-0.125j, 0.75]])
    model = tk.Model(H, [tk.Channel(jump, None) for jump in jumps])
    times = np.array([1e2, 1e9, 1e13, 1e18])
    found = tk.integrated_cumulants(model, tk.current(model, weights), rho, times)
    both = tk.integrated_covariance(model, [tk.current(model, weights), tk.activity(model)], rho, times)
    for place, time in enumerate(times):
        expected = exact_of_operators(H, jumps, weights, rho, float(time))
        np.testing.assert_allclose(found.values[place], expected, rtol=1e-11)
        np.testing.assert_allclose(both.values[place, 0, 0], expected[1], rtol=1e-10)
        if place:
            assert (np.abs(found.values[place] - expected) <= found.error[place]).all()


def test_a_slow_coherent_link_is_refused_while_it_still_moves_what_rounding_has_taken() -> None:
    # Two atoms joined by nothing but a coherent coupling of 1e-7, asked amid its relaxation, 1e14 jumps late.
    H = np.zeros((3, 3))
    H[0, 1] = H[1, 0] = 1e-7
    jumps = [np.zeros((3, 3)) for _ in range(2)]
    jumps[0][2, 1], jumps[1][1, 2] = 1.0, 0.8
    model = tk.Model(H, [tk.Channel(jump, None) for jump in jumps])
    with pytest.raises(tk.errors.NotConvergedError, match="coherent motion this long are lost"):
        tk.integrated_cumulants(model, tk.activity(model), np.diag([1.0, 0.0, 0.0]), [1e14])
