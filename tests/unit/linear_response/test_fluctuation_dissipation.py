"""Fluctuations against response: exact cases, the integrated violation, and what equilibrium makes vanish."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

import oracles
import thermokin as tk
from machines import LOWER
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

LEVELS, SPEEDS = np.array([0.0, 0.6, -0.3, 0.9]), np.array([1.0, 0.5, 1.4, 0.8])
SEEN = np.diag([1.0, 0.0, -1.0, 0.5])


def ring(force: float, field: float = 0.0, temperature: float = 1.0) -> Array:
    """Four states in a ring, pushed by a force around it; energies less a field times what is seen."""
    energies = LEVELS - field * np.diag(SEEN)
    rates = np.zeros((4, 4))
    for place, speed in enumerate(SPEEDS):
        other = (place + 1) % 4
        half = 0.5 * (energies[other] - energies[place]) / temperature - force / 8.0
        rates[other, place], rates[place, other] = speed * np.exp(-half), speed * np.exp(half)
    return rates


def generator(rates: Array) -> Array:
    return np.asarray(rates - np.diag(rates.sum(axis=0)))


def test_a_driven_ring_is_what_forty_digits_say() -> None:
    # Independent 40-digit evaluation, at w = .4 and 2.
    found = tk.fluctuation_dissipation(tk.rates(ring(6.0)), SEEN, [0.4, 2.0])
    np.testing.assert_allclose(found, [0.12031505818659191, 0.05743892235775522], rtol=1e-13)
    np.testing.assert_allclose(found.spectrum, [0.506317937960352, 0.35460731420850383], rtol=1e-13)
    answer = [0.5586070701760831 + 0.07720057595475202j, 0.3742957641586093 + 0.2971683918507486j]
    np.testing.assert_allclose(found.susceptibility, answer, rtol=1e-13)
    np.testing.assert_allclose(found.static, 0.5668483287026043, rtol=1e-13)
    assert (found.error < 1e-14).all()
    effective = np.array([0.4, 2.0]) * found.spectrum / (2.0 * np.imag(answer))
    np.testing.assert_allclose(found.effective_temperature, effective, rtol=1e-12)
    np.testing.assert_allclose(found.relative, found.values / found.spectrum, rtol=1e-15)
    assert "2 T Im chi(w) / w" in found.statement


def test_a_ring_at_rest_obeys_the_relation() -> None:
    found = tk.fluctuation_dissipation(tk.rates(ring(0.0)), SEEN, [0.0, 0.4, 2.0, 1e3])
    assert (np.abs(found.values) <= found.error).all()
    assert (np.abs(found.values) < 1e-14).all()
    np.testing.assert_allclose(found.spectrum[1:3], [1.116048721623333, 0.2998794543167778], rtol=1e-13)
    np.testing.assert_allclose(found.effective_temperature[:3], 1.0, rtol=1e-13)
    assert abs(found.integrated) < 1e-14


@pytest.mark.parametrize("force", [0.0, 2.0, 6.0])
def test_the_answer_is_that_of_shifted_energies(force: float) -> None:
    step, temperature = 1e-4, 0.7
    model = tk.rates(ring(force, temperature=temperature))
    found = tk.fluctuation_dissipation(model, SEEN, [0.0], temperature=temperature)
    high, low = (
        oracles.steady_vector(generator(ring(force, sign * step, temperature)), np.ones(4)).real for sign in (1, -1)
    )
    slope = np.diag(SEEN) @ (high - low) / (2.0 * step)
    np.testing.assert_allclose(found.susceptibility[0], slope, rtol=1e-7)
    np.testing.assert_allclose(found.static, temperature * slope, rtol=1e-7)


def test_the_violation_over_all_frequencies_is_the_variance_less_the_static_answer() -> None:
    model = tk.rates(ring(6.0))
    found = tk.fluctuation_dissipation(model, SEEN, [0.0])
    whole = quad(lambda w: float(tk.fluctuation_dissipation(model, SEEN, [w])[0]), -np.inf, np.inf)[0] / (2.0 * np.pi)
    np.testing.assert_allclose(found.integrated, whole, rtol=1e-8)
    state = oracles.steady_vector(generator(ring(6.0)), np.ones(4)).real
    seen = np.diag(SEEN)
    np.testing.assert_allclose(found.variance, seen**2 @ state - (seen @ state) ** 2, rtol=1e-13)


@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
@settings(max_examples=30, deadline=None)
def test_random_networks_answer_as_their_resolvent_says(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    rates, seen = np.exp(random.normal(size=(size, size))), random.normal(size=size)
    np.fill_diagonal(rates, 0.0)
    grid = np.array([-1.3, 0.2, 5.0])
    found = tk.fluctuation_dissipation(tk.rates(rates), np.diag(seen), grid)
    state = oracles.steady_vector(generator(rates), np.ones(size)).real
    tilt = 0.5 * (seen[:, None] - seen[None, :])
    push = generator(rates * tilt) @ state
    noise = (seen - seen @ state) * state
    for place, frequency in enumerate(grid):
        system = -1j * frequency * np.eye(size) - generator(rates)
        answer, spread = (seen @ np.linalg.solve(system, part) for part in (push, noise))
        np.testing.assert_allclose(found.answer[place], answer, rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(found.spectrum[place], 2.0 * spread.real, rtol=1e-11, atol=1e-13)
        violation = 2.0 * spread.real - 2.0 * answer.imag / frequency
        np.testing.assert_allclose(found[place], violation, rtol=1e-9, atol=1e-12)
    # One temperature and energies alone: nothing is violated.
    energies = random.normal(size=size)
    symmetric = rates + rates.T
    balanced = symmetric * np.exp(-0.5 * (energies[:, None] - energies[None, :]))
    rest = tk.fluctuation_dissipation(tk.rates(balanced), np.diag(seen), grid)
    assert (np.abs(rest.values) <= rest.error).all()


def two_baths(hot: Any, cold: float = 0.5) -> tk.Model:
    coupling = np.ones((3, 3)) - np.eye(3)
    contacts = [
        tk.Contact(tk.Bath(name, temperature), coupling * part, tk.Flat(0.05))
        for name, temperature, part in (
            ("hot", hot, np.array([[1, 1, 0.2], [1, 1, 1], [0.2, 1, 1]])),
            ("cold", cold, np.array([[1, 0.3, 1], [0.3, 1, 1], [1, 1, 1]])),
        )
    ]
    return tk.davies(np.diag([0.0, 1.0, 2.5]), contacts)


def test_baths_of_two_temperatures_violate_what_one_temperature_keeps() -> None:
    seen = np.diag([0.0, 1.0, 1.0])
    rest = tk.fluctuation_dissipation(two_baths(0.5), seen, [0.0, 0.1])
    np.testing.assert_allclose(rest.effective_temperature, 0.5, rtol=1e-12)
    with pytest.raises(ValueError, match="the baths have different temperatures"):
        tk.fluctuation_dissipation(two_baths(1.5), seen, [0.1])
    found = tk.fluctuation_dissipation(two_baths(1.5), seen, [0.0, 0.1], temperature=0.5)
    assert (found.effective_temperature > 0.5).all()
    swept = tk.fluctuation_dissipation(two_baths(np.array([0.5, 1.5])), seen, [0.0, 0.1], temperature=0.5)
    np.testing.assert_allclose(swept[1], found, rtol=1e-11)
    assert (np.abs(swept[0]) <= swept.error[0]).all()


def test_emission_and_absorption_of_a_line_have_the_ratio_of_their_level_and_not_of_the_frequency() -> None:
    grid = np.array([0.0, 0.7, 1.0, 3.0])
    rest = tk.fluctuation_dissipation(tk.library.qubit(gap=1.0, rate=0.2, temperature=0.7), LOWER, grid)
    assert isinstance(rest, tk.results.ResolvedBalance)
    np.testing.assert_allclose(rest.absorption / rest.emission, np.exp(1.0 / 0.7), rtol=1e-12)
    np.testing.assert_allclose(rest.effective_temperature, 0.7, rtol=1e-12)
    assert (np.abs(rest.values) <= rest.error).all()
    flip = np.zeros((3, 3))
    flip[0, 1] = 1.0
    found = tk.fluctuation_dissipation(two_baths(1.5), flip, grid, temperature=0.5)
    populations = tk.steady_state(two_baths(1.5)).populations
    np.testing.assert_allclose(found.values, np.log(populations[0] / populations[1]) - 2.0, rtol=1e-10)
    light = tk.emission_spectrum(two_baths(1.5), flip, grid)
    taken = tk.emission_spectrum(two_baths(1.5), flip.T, -grid)
    np.testing.assert_allclose(found.emission, light, rtol=1e-12)
    np.testing.assert_allclose(found.absorption, taken, rtol=1e-12)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_every_line_of_a_davies_model_keeps_the_ratio_at_equilibrium(seed: int) -> None:
    random = np.random.default_rng(seed)
    one = random.normal(size=(4, 4)) + 1j * random.normal(size=(4, 4))
    coupling = one + one.conj().T
    model = tk.davies(np.diag([0.0, 1.0, 2.7, 4.1]), [tk.Contact(tk.Bath("bath", 0.9), coupling, tk.Ohmic(0.05))])
    high, low = sorted(random.choice(4, 2, replace=False))[::-1]
    flip = np.zeros((4, 4))
    flip[low, high] = 1.0
    found = tk.fluctuation_dissipation(model, flip, np.array([0.0, 1.0, 2.0]))
    np.testing.assert_allclose(found.values, 0.0, atol=1e-11)


def test_what_no_relation_is_known_for_is_refused() -> None:
    x = LOWER + LOWER.T
    qubit = tk.library.qubit(gap=1.0, rate=0.2, temperature=0.7)
    with pytest.raises(tk.errors.HypothesisError, match="this operator is neither"):
        tk.fluctuation_dissipation(qubit, x, [1.0])
    driven = tk.Model(0.5 * x, [tk.Channel(LOWER, None), tk.Channel(0.5 * LOWER.T, None)])
    with pytest.raises(tk.errors.HypothesisError, match="coherences move the populations"):
        tk.fluctuation_dissipation(driven, np.diag([0.0, 1.0]), [1.0])
    with pytest.raises(ValueError, match="`temperature` must be > 0"):
        tk.fluctuation_dissipation(tk.rates(ring(1.0)), SEEN, [1.0], temperature=0.0)
    with pytest.raises(ValueError, match=r"`operator` must have shape \(\.\.\., 4, 4\)"):
        tk.fluctuation_dissipation(tk.rates(ring(1.0)), np.eye(3), [1.0])
    with pytest.raises(TypeError, match="`model` must be a Model"):
        tk.fluctuation_dissipation("ring", SEEN, [1.0])  # type: ignore[arg-type]


def test_the_relation_with_the_hyperbolic_cotangent_fails_at_equilibrium_and_is_not_offered() -> None:
    # Lorentzian lines have the weights of their centres at every frequency; at the centre itself both agree.
    temperature, x = 0.7, LOWER + LOWER.T
    qubit = tk.library.qubit(gap=1.0, rate=0.05, temperature=temperature)
    grid = np.array([0.5, 1.0, 2.0])
    both = 0.5 * (tk.emission_spectrum(qubit, x, grid) + tk.emission_spectrum(qubit, x, -grid))
    answer = tk.susceptibility(qubit, x, x, grid).values.imag / np.tanh(0.5 * grid / temperature)
    ratio = both / answer
    np.testing.assert_allclose(ratio[1], 1.0, atol=2e-3)
    assert (np.abs(ratio[[0, 2]] - 1.0) > 0.1).all()


@pytest.mark.parametrize("link", [1.0, 1e-3, 1e-5, 1e-7])
def test_errors_tell_what_a_weak_link_takes(link: float) -> None:
    rates = np.zeros((4, 4))
    rates[0, 1], rates[1, 0], rates[2, 3], rates[3, 2] = 1.1, 2.3, 1.7, 0.6
    rates[2, 1], rates[1, 2], rates[0, 3] = link, 2.0 * link, link
    seen, grid = np.random.default_rng(0).normal(size=4), [0.0, link, 1.0]
    found = tk.fluctuation_dissipation(tk.rates(rates), np.diag(seen), grid)
    with mpmath.workdps(40):
        for exact, value, error in zip(_exact_violation(rates, seen, grid), found, found.error, strict=True):
            assert abs(exact - value) <= error
    assert (found.error <= 1e-13 / link * found.spectrum).all()


def _exact_violation(rates: Array, seen: Array, grid: list[float]) -> list[mpmath.mpf]:
    """S(w) - 2 T Im chi(w) / w from (B - <B>) p less the static answer, all of it at the working precision."""
    size, matrix, levels = len(rates), mpmath.matrix(rates.tolist()), [mpmath.mpf(float(one)) for one in seen]
    moves = matrix.copy()
    for place in range(size):
        moves[place, place] = -mpmath.fsum(matrix[row, place] for row in range(size))

    def solved(system: mpmath.matrix, right: mpmath.matrix, trace: int = 0) -> mpmath.matrix:
        pinned, source = system.copy(), right.copy()
        for place in range(size):
            pinned[0, place] = 1
        source[0] = trace
        return mpmath.lu_solve(pinned, source)

    state = solved(moves, mpmath.zeros(size, 1), 1)
    mean = mpmath.fsum(one * weight for one, weight in zip(levels, state, strict=True))
    push = mpmath.zeros(size, 1)
    for i in range(size):
        for j in range(size):
            flow = matrix[i, j] * state[j] * (levels[i] - levels[j]) / 2
            push[i] += flow
            push[j] -= flow
    static = solved(moves, -push)
    gone = mpmath.matrix([(levels[i] - mean) * state[i] - static[i] for i in range(size)])
    moved = [solved(-1j * mpmath.mpf(frequency) * mpmath.eye(size) - moves, gone) for frequency in grid]
    return [2 * mpmath.fsum(levels[i] * one[i] for i in range(size)).real for one in moved]
