"""Identities between fluctuations and responses to single jumps, which hold in every classical network."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles
import thermokin as tk
from oracles import Array

SOME = settings(max_examples=40, deadline=None)
FREQUENCIES = np.array([-2.0, 0.0, 0.05, 0.7, 30.0])


@st.composite
def networks(draw: st.DrawFn, smallest: int = 3, largest: int = 6) -> tuple[Array, Array, Array]:
    """Rates of a connected network whose links all lead both ways, and what two currents count."""
    size = draw(st.integers(smallest, largest))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    linked = np.triu(random.random((size, size)) < 0.6, 1)
    linked |= np.eye(size, k=1, dtype=bool)  # a path through all of it
    linked[0, -1] = True
    linked = linked | linked.T
    rates = np.where(linked, np.exp(1.5 * random.normal(size=(size, size))), 0.0)
    np.fill_diagonal(rates, 0.0)
    one, two = (random.normal(size=(size, size)) for _ in range(2))
    return rates, one - one.T, two - two.T


def generator(rates: Array) -> Array:
    return np.asarray(rates - np.diag(rates.sum(axis=0)))


def answers(model: tk.Model, rates: Array, seen: Array, frequency: float) -> Array:
    """What the mean of a function of the state answers to d ln rate of each jump, modulated at a frequency."""
    size = len(rates)
    state = oracles.steady_vector(generator(rates), np.ones(size)).real
    row, column = model.table.row, model.table.column
    pushed = np.zeros((size, row.size))
    flow, jump = rates[row, column] * state[column], np.arange(row.size)
    pushed[row, jump] += flow
    pushed[column, jump] -= flow
    system = -1j * frequency * np.eye(size) - generator(rates)
    system[0] = 1.0  # the trace of an answer, which is none
    pushed[0] = 0.0
    return np.asarray(seen @ np.linalg.solve(system, pushed))


@SOME
@given(networks())
def test_covariances_are_made_of_answers_to_pairs_of_jumps(network: tuple[Array, Array, Array]) -> None:
    rates, one, two = network
    model = tk.rates(rates, weights={"one": one, "two": two})
    currents = [tk.current(model, name) for name in ("one", "two")]
    covariance = tk.covariance(model, currents)
    found = [tk.channel_response(model, current) for current in currents]
    reverse, jumps = model.table.reverse, found[0].rates
    pair = np.arange(reverse.size) < reverse
    traffic, net = (jumps + jumps[reverse])[pair], (jumps - jumps[reverse])[pair]
    scale = np.sqrt(np.outer(*(2 * [np.diag(covariance.values)])))
    by_forces = np.stack([part.antisymmetric[pair] for part in found])
    np.testing.assert_allclose((4.0 / traffic * by_forces) @ by_forces.T / scale, covariance / scale, atol=1e-12)
    # By barriers, each answer vanishes with the flow through its link, and the identity loses those digits.
    by_barriers = np.stack([part.symmetric[pair] for part in found])
    lost = 1e-15 * np.max(traffic / np.abs(net)) ** 2 + 1e-12
    np.testing.assert_allclose((traffic / net**2 * by_barriers) @ by_barriers.T / scale, covariance / scale, atol=lost)


@SOME
@given(networks(), st.sampled_from(FREQUENCIES))
def test_noise_at_every_frequency_is_made_of_answers_at_that_frequency(
    network: tuple[Array, Array, Array], frequency: float
) -> None:
    rates, one, _ = network
    model = tk.rates(rates, weights={"count": one + 0.3})
    current, seen = tk.current(model, "count"), np.random.default_rng(1).normal(size=len(rates))
    found = tk.channel_response(model, current, frequencies=[frequency])
    jumps = found.rates
    # Counts, with their direct part.
    gained = (np.where(rates > 0.0, one + 0.3, 0.0) * rates).sum(axis=0)
    expected = current.weights * jumps + answers(model, rates, gained, frequency)
    assert (np.abs(found[0] - expected) <= found.error[0] + 1e-11 * np.abs(expected).max()).all()
    noise = tk.spectrum(model, current, [frequency])[0]
    np.testing.assert_allclose((np.abs(found[0]) ** 2 / jumps).sum(), noise, rtol=1e-12)
    np.testing.assert_allclose(tk.noise_by_channel(model, current, frequencies=[frequency]).sum(), noise, rtol=1e-12)
    # A function of the state.
    found = tk.channel_response(model, np.diag(seen), frequencies=[frequency])
    expected = answers(model, rates, seen, frequency)
    assert (np.abs(found[0] - expected) <= found.error[0] + 1e-11 * np.abs(expected).max()).all()
    spread = tk.emission_spectrum(model, np.diag(seen), [frequency])[0]
    np.testing.assert_allclose((np.abs(found[0]) ** 2 / jumps).sum(), spread, rtol=1e-12)


@SOME
@given(networks())
def test_integrated_observables_and_currents_have_mixed_identities(network: tuple[Array, Array, Array]) -> None:
    """The covariance of a current and the time integral of a function of the state, over pairs of jumps."""
    rates, one, _ = network
    model = tk.rates(rates, weights={"count": one})
    current, seen = tk.current(model, "count"), np.random.default_rng(2).normal(size=len(rates))
    found = tk.channel_response(model, current)
    reverse = model.table.reverse
    pair = np.arange(reverse.size) < reverse
    traffic = (found.rates + found.rates[reverse])[pair]
    by_forces = tk.channel_response(model, np.diag(seen)).antisymmetric[pair]
    mixed = (4.0 / traffic * by_forces * found.antisymmetric[pair]).sum()
    # <<N O>> / t from both orders in time: -O L^D (J - c) p - c L^D (O - <O>) p, by least squares.
    matrix, size = generator(rates), len(rates)
    state = oracles.steady_vector(matrix, np.ones(size)).real
    gained = np.where(rates > 0.0, one, 0.0) * rates
    rows = np.vstack([matrix, np.ones(size)])
    mean = gained.sum(axis=0) @ state

    def gone(source: Array) -> Array:
        return np.asarray(np.linalg.lstsq(rows, np.append(-source, 0.0), rcond=None)[0])

    expected = seen @ gone(gained @ state - mean * state)
    expected += gained.sum(axis=0) @ gone(seen * state - (seen @ state) * state)
    scale = np.sqrt(tk.cumulants(model, current).noise * float(tk.emission_spectrum(model, np.diag(seen), [0.0])[0]))
    np.testing.assert_allclose(mixed / scale, expected / scale, atol=1e-11)


@SOME
@given(networks())
def test_currents_are_straight_lines_of_one_another_along_one_rate(network: tuple[Array, Array, Array]) -> None:
    rates, one, two = network
    column, row = 0, 1  # a link of the path through all
    factors = np.array([1.0, 0.1, 0.6, 3.0, 40.0])
    swept = np.broadcast_to(rates, (factors.size, *rates.shape)).copy()
    swept[:, row, column] *= factors
    model = tk.rates(swept, weights={"one": one, "two": two})
    first, second = (tk.cumulants(model, tk.current(model, name)).mean for name in ("one", "two"))
    cross = (first[1:] - first[0])[:, None] * (second[1:] - second[0])
    scale = (np.abs(first).max() + np.ptp(first)) * (np.abs(second).max() + np.ptp(second))
    np.testing.assert_allclose(cross - cross.T, 0.0, atol=1e-12 * scale)
    # So that answers of two currents to that one rate have the same ratio everywhere.
    jump = int(np.flatnonzero((model.table.row == row) & (model.table.column == column))[0])
    slopes = [tk.channel_response(model, tk.current(model, name))[..., jump] for name in ("one", "two")]
    turned = slopes[0][1:] * slopes[1][0] - slopes[0][0] * slopes[1][1:]
    size = np.abs(slopes[0]).max() * np.abs(slopes[1]).max()
    np.testing.assert_allclose(turned, 0.0, atol=1e-12 * max(size, 1e-3 * scale))


def test_published_numbers_of_a_ring_of_three() -> None:
    # arXiv:2410.17140: current, noise, and answers to the barriers of the links 01, 02, 12; and, for the directed form
    # at a frequency, the power spectrum of a function of the state: independent evaluations.
    rates = np.array([[0.0, 2.0, 0.5], [0.3, 0.0, 1.5], [1.1, 0.4, 0.0]])
    around = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
    model = tk.rates(rates, weights={"around": around})
    current = tk.current(model, "around")
    found = tk.channel_response(model, current)
    flow, noise = tk.cumulants(model, current).values
    np.testing.assert_allclose([flow, noise], [-1.05537459283, 1.88053635593], rtol=1e-11)
    reverse = model.table.reverse
    pair = {(int(r), int(c)): k for k, (r, c) in enumerate(zip(model.table.row, model.table.column, strict=True))}
    links = [pair[1, 0], pair[2, 0], pair[2, 1]]
    np.testing.assert_allclose(
        found.symmetric[links], [-0.262411272268, -0.409086568558, -0.383876752008], rtol=0, atol=1e-12
    )
    jumps = found.rates
    traffic, net = (jumps + jumps[reverse])[links], (jumps - jumps[reverse])[links]
    np.testing.assert_allclose((traffic / net**2 * found.symmetric[links] ** 2).sum(), noise, rtol=1e-13)
    np.testing.assert_allclose((4.0 / traffic * found.antisymmetric[links] ** 2).sum(), noise, rtol=1e-13)
    np.testing.assert_allclose(found.values.sum(), flow, rtol=1e-13)
    seen = tk.channel_response(model, np.diag([1.0, 0.0, -0.5]), frequencies=[0.8])
    np.testing.assert_allclose((np.abs(seen[0]) ** 2 / seen.rates).sum(), 0.290750424814, rtol=1e-11)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.sampled_from(FREQUENCIES))
def test_jumps_that_reset_make_all_of_the_noise_at_every_frequency(seed: int, size: int, frequency: float) -> None:
    """Any Hamiltonian, and jumps each of which lands on a ket of its own, whatever coherence they leave or find."""
    random = np.random.default_rng(seed)
    one, *kets = random.normal(size=(7, size, size)) + 1j * random.normal(size=(7, size, size))
    jumps = [np.outer(ket[0], ket[1].conj()) / size for ket in kets]
    model = tk.Model(0.5 * (one + one.conj().T), [tk.Channel(jump, None) for jump in jumps])
    current = tk.current(model, random.normal(size=len(jumps)))
    noise = tk.spectrum(model, current, [frequency])
    found = tk.noise_by_channel(model, current, frequencies=[frequency])
    assert found.averaged_over == "jumps that reset"
    np.testing.assert_allclose(found.values.sum(axis=-1), noise, rtol=1e-11)
    assert (np.abs(found.values.sum(axis=-1) - noise) <= found.error.sum(axis=-1)).all()
    # Answers to single channels, all of them together, see no more than that: a quantum Cramer-Rao bound.
    answers = tk.channel_response(model, current, frequencies=[frequency])
    assert (np.abs(answers.values) ** 2 / answers.rates).sum() <= noise[0] * (1.0 + 1e-9)
