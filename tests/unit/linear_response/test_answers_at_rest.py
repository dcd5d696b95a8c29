"""Correlations, susceptibilities and emission: against superoperators, closed forms, and finite differences."""

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
from oracles import Array

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
X, Z = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])
TIMES = np.array([0.0, 0.3, 1.0, 5.0, 20.0])
FREQUENCIES = np.array([-3.0, -1e-7, 0.0, 1e-7, 0.4, 7.0])


def matrix(random: np.random.Generator, size: int) -> Array:
    return random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))


def system(random: np.random.Generator, size: int) -> tuple[Array, list[oracles.Jump]]:
    one = matrix(random, size)
    return one + one.conj().T, [oracles.Jump(0.5 * matrix(random, size)) for _ in range(2)]


def model_of(hamiltonian: Array, jumps: list[oracles.Jump]) -> tk.Model:
    return tk.Model(hamiltonian, [tk.Channel(jump.operator, None) for jump in jumps])


def transform(generator: Array, source: Array, readout: Array, frequency: float) -> complex:
    """tr(A (i w - L)^-1 X) of an X without trace, by least squares with the trace as one more equation."""
    size = len(source)
    rows = np.vstack([1j * frequency * np.eye(size**2) - generator, np.eye(size).reshape(1, -1)])
    found = np.linalg.lstsq(rows, np.append(source.reshape(-1), 0.0), rcond=None)[0]
    return complex(np.trace(readout @ found.reshape(size, size)))


@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
@settings(max_examples=40, deadline=None)
def test_all_three_are_what_the_superoperator_says(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    hamiltonian, jumps = system(random, size)
    model, generator = model_of(hamiltonian, jumps), oracles.liouvillian(hamiltonian, jumps)
    one, two = matrix(random, size), matrix(random, size)
    state = oracles.steady_state(hamiltonian, jumps)
    scale = np.abs(one).sum() * np.abs(two).sum()

    found = tk.correlation(model, one, two, TIMES)
    moved = [oracles.unvec(oracles.propagate(generator, oracles.vec(two @ state), time)) for time in TIMES]
    right = np.array([np.trace(one @ each) for each in moved])
    assert (np.abs(found - right) <= found.error + 1e-13 * scale).all()
    np.testing.assert_allclose(found, right, rtol=0, atol=1e-12 * scale)
    np.testing.assert_allclose(found[0], np.trace(one @ two @ state), rtol=0, atol=1e-13 * scale)

    answer = tk.susceptibility(model, one, two, FREQUENCIES)
    source = 1j * (two @ state - state @ two)
    right = np.array([transform(generator, source, one, -frequency) for frequency in FREQUENCIES])
    np.testing.assert_allclose(answer, right, rtol=1e-9, atol=1e-10 * scale)

    light = tk.emission_spectrum(model, one, FREQUENCIES)
    source = one @ state - np.trace(one @ state) * state
    each = [2.0 * transform(generator, source, one.conj().T, frequency).real for frequency in FREQUENCIES]
    np.testing.assert_allclose(light, each, rtol=1e-9, atol=1e-10 * scale**2)
    assert (light.values >= -light.error).all()


@given(st.integers(0, 2**32 - 1), st.integers(2, 3))
@settings(max_examples=25, deadline=None)
def test_the_static_susceptibility_is_the_change_of_the_steady_state(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    hamiltonian, jumps = system(random, size)
    one, two = matrix(random, size), matrix(random, size)
    two = two + two.conj().T
    step = 1e-4
    shifted = [oracles.steady_state(hamiltonian - sign * step * two, jumps) for sign in (1.0, -1.0)]
    right = np.trace(one @ (shifted[0] - shifted[1])) / (2.0 * step)
    found = tk.susceptibility(model_of(hamiltonian, jumps), one, two, [0.0])
    scale = np.abs(one).sum() * np.abs(two).sum() * np.linalg.norm(found) + 1.0
    assert abs(found[0] - right) <= 1e-5 * scale


@pytest.mark.parametrize("detuning", [0.0, 0.7, -2.0])
@pytest.mark.parametrize("rabi", [0.2, 1.0, 6.0])
def test_an_atom_driven_by_a_laser_shows_the_mollow_triplet(rabi: float, detuning: float) -> None:
    # Mollow 1969: n g O^2 (w^2 + O^2/2 + g^2) / |f(iw)|^2 with f(s) = (s + g)[(s + g/2)^2 + D^2] + O^2 (s + g/2).
    rate = 1.3
    atom = tk.Model(0.5 * rabi * X + 0.5 * detuning * Z, [tk.Channel(np.sqrt(rate) * LOWER.T, None)])
    grid = np.linspace(-10.0, 10.0, 101)
    found = tk.emission_spectrum(atom, LOWER.T, grid)
    s = 1j * grid
    cubic = (s + rate) * ((s + 0.5 * rate) ** 2 + detuning**2) + rabi**2 * (s + 0.5 * rate)
    excited = 0.25 * rabi**2 / (detuning**2 + 0.25 * rate**2 + 0.5 * rabi**2)
    right = excited * rate * rabi**2 * (grid**2 + 0.5 * rabi**2 + rate**2) / np.abs(cubic) ** 2
    np.testing.assert_allclose(found, right, rtol=1e-11, atol=0)
    np.testing.assert_allclose(found.coherent + found.incoherent, excited, rtol=1e-13, atol=0)
    whole = quad(lambda w: float(tk.emission_spectrum(atom, LOWER.T, [w])[0]), -np.inf, np.inf, limit=200)[0]
    np.testing.assert_allclose(whole / (2.0 * np.pi), found.incoherent, rtol=1e-6, atol=0)


@pytest.mark.parametrize("levels", [12, 40])
def test_light_in_a_driven_cavity_is_thermal_light_beside_a_line(levels: int) -> None:
    # Linear: <a^+(t) a> - |<a>|^2 = n exp((i d - k/2) t), n of the bath, whatever the drive. 40 levels: a thin sector.
    loss, gain, drive, detuning = 1.0, 0.05 / (1.05 / 1.0), 0.3, 0.4
    lower = np.diag(np.sqrt(np.arange(1.0, levels)), 1)
    hamiltonian = detuning * lower.T @ lower + drive * (lower + lower.T)
    channels = [tk.Channel(np.sqrt(loss) * lower, None), tk.Channel(np.sqrt(gain) * lower.T, None)]
    cavity = tk.Model(hamiltonian, channels)
    width, photons = 0.5 * (loss - gain), gain / (loss - gain)
    times, grid = np.array([0.0, 0.5, 3.0, 30.0]), np.linspace(-1.0, 2.0, 7)
    found = tk.correlation(cavity, lower.T, lower, times)
    near = 1e-6 if levels == 12 else 1e-12  # what the levels above would hold
    np.testing.assert_allclose(found.connected, photons * np.exp((1j * detuning - width) * times), rtol=0, atol=near)
    light = tk.emission_spectrum(cavity, lower, grid)
    right = 2.0 * photons * width / ((grid - detuning) ** 2 + width**2)
    np.testing.assert_allclose(light, right, rtol=1e-3 if levels == 12 else 1e-9, atol=0)
    amplitude = -1j * drive / (width + 1j * detuning)
    np.testing.assert_allclose(light.coherent, abs(amplitude) ** 2, rtol=1e-4 if levels == 12 else 1e-10, atol=0)
    answer = tk.susceptibility(cavity, lower, lower.T, grid)
    np.testing.assert_allclose(answer, 1j / (width - 1j * (grid - detuning)), rtol=1e-2 if levels == 12 else 1e-9)


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_a_sweep_is_its_points() -> None:
    lift = np.diag([1.0, 1.0], -1)
    drives, hot = np.array([0.05, 0.3]), np.array([3.0, 4.0, 5.0])
    swept = tk.library.three_level_maser(drives[:, None], hot)
    asked: list[Any] = [
        lambda model: tk.correlation(model, lift.T, lift, TIMES),
        lambda model: tk.susceptibility(model, lift + lift.T, lift, FREQUENCIES),
        lambda model: tk.emission_spectrum(model, lift.T, FREQUENCIES),
    ]
    for ask in asked:
        together = ask(swept)
        assert together.shape[:2] == (2, 3)
        for place in np.ndindex(2, 3):
            alone = ask(tk.library.three_level_maser(float(drives[place[0]]), float(hot[place[1]])))
            np.testing.assert_allclose(together[place], alone, rtol=1e-11, atol=1e-13)
            assert (together.error[place] < 1e-12).all()


def test_a_hopping_particle_keeps_to_its_rates() -> None:
    # Populations alone: <1_a(t) 1_b> = (exp(W t))_ab p_b.
    rates = np.array([[0.0, 0.7, 2.0], [0.4, 0.0, 0.1], [1.0, 0.3, 0.0]])
    matrix = rates - np.diag(rates.sum(axis=0))
    ring = tk.rates(rates)
    at_rest = oracles.steady_vector(matrix, np.ones(3)).real
    here, there = np.diag([0.0, 1.0, 0.0]), np.diag([1.0, 0.0, 0.0])
    found = tk.correlation(ring, here, there, TIMES)
    right = [oracles.propagate(matrix, np.array([at_rest[0], 0.0, 0.0]), time)[1] for time in TIMES]
    np.testing.assert_allclose(found, right, rtol=0, atol=1e-14)


def test_the_connected_part_keeps_its_digits_at_late_times() -> None:
    bath = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(LOWER, None), tk.Channel(0.5 * LOWER.T, None)])
    found = tk.correlation(bath, Z, Z, [200.0])
    np.testing.assert_allclose(found.connected, 4.0 * 0.8 * 0.2 * np.exp(-1.25 * 200.0), rtol=1e-10, atol=0)


def test_a_coherence_that_nothing_damps_is_refused_at_its_own_frequency_alone() -> None:
    model = tk.Model(np.diag([0.0, 1.0, 2.5]), [tk.Channel(np.diag([1.0], 2)[:3, :3], None)])
    start = tk.Populations([1.0, 0.0, 0.0])
    flip = np.zeros((3, 3))
    flip[0, 1] = 1.0
    with pytest.raises(tk.errors.NotConvergedError, match="frequency 1 is singular"):
        tk.susceptibility(model, flip, flip.T, [1.0], initial=start)
    np.testing.assert_allclose(tk.susceptibility(model, flip, flip.T, [3.0], initial=start), [-0.5], rtol=1e-12)


def test_what_is_wrong_is_said() -> None:
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(LOWER, None), tk.Channel(0.5 * LOWER.T, None)])
    with pytest.raises(ValueError, match=r"`first` must have shape \(\.\.\., 2, 2\)"):
        tk.correlation(model, X, np.eye(3), TIMES)
    with pytest.raises(ValueError, match="`times` must be strictly ascending"):
        tk.correlation(model, X, X, [1.0, 0.5])
    with pytest.raises(ValueError, match="`frequencies` must be a number, got NaN"):
        tk.susceptibility(model, X, X, [np.nan])
    with pytest.raises(TypeError, match="amplitude"):
        tk.emission_spectrum(model, "lower", [0.0])  # type: ignore[arg-type]
    apart = tk.Model(np.diag([0.0, 1.0, 2.0]), [tk.Channel(np.diag([1.0, 0.0], 1), None)])
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="not unique"):
        tk.emission_spectrum(apart, np.diag([1.0, 1.0], 1), [0.0])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_the_stated_errors_lie_above_the_true_ones(seed: int) -> None:
    # Rates and frequencies over many orders of magnitude, against 50 digits.
    random = np.random.default_rng(seed)
    jumps = [matrix(random, 2) * 10.0 ** random.uniform(-4, 1) for _ in range(2)]
    one = matrix(random, 2)
    hamiltonian = (one + one.conj().T) * 10.0 ** random.uniform(-3, 2)
    readout, driven = matrix(random, 2), matrix(random, 2)
    model = tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])
    frequencies, times = np.array([10.0 ** random.uniform(-3, 2), -1.0]), [0.5, 7.0]
    answer = tk.susceptibility(model, readout, driven, frequencies)
    found = tk.correlation(model, readout, driven, times)
    with mpmath.workdps(50):
        generator = _exact_generator(hamiltonian, jumps)
        state = mpmath.matrix(2, 2)
        for place, value in enumerate(_solved(generator, [1] + [0] * 3, unit=True)):
            state[place // 2, place % 2] = value
        push, look = mpmath.matrix(driven.tolist()), mpmath.matrix(readout.tolist())
        for place, frequency in enumerate(frequencies):
            source = 1j * (push * state - state * push)
            right = [0, source[0, 1], source[1, 0], source[1, 1]]
            moved = _solved(-1j * mpmath.mpf(float(frequency)) * mpmath.eye(4) - generator, right, unit=False)
            assert abs(mpmath.mpc(answer.values[place]) - _read(look, moved)) <= answer.error[place]
        for place, time in enumerate(times):
            source = push * state
            moved = mpmath.expm(generator * time) * mpmath.matrix(
                [source[0, 0], source[0, 1], source[1, 0], source[1, 1]]
            )
            assert abs(mpmath.mpc(complex(found[place])) - _read(look, moved)) <= found.error[place]


def _exact_generator(hamiltonian: Array, jumps: list[Array]) -> Any:
    def kron(one: Any, two: Any) -> Any:
        return mpmath.matrix(
            [[one[i // 2, j // 2] * two[i % 2, j % 2] for j in range(4)] for i in range(4)],
        )

    unit, energy = mpmath.eye(2), mpmath.matrix(hamiltonian.tolist())
    total = -1j * (kron(energy, unit) - kron(unit, energy.T))
    for jump in jumps:
        lowering = mpmath.matrix(jump.tolist())
        decay = lowering.H * lowering
        total += kron(lowering, lowering.apply(mpmath.conj)) - (kron(decay, unit) + kron(unit, decay.T)) / 2
    return total


def _solved(system: Any, right: list[Any], *, unit: bool) -> Any:
    """With the first equation in favour of that of the trace."""
    system = system.copy()
    for column in range(4):
        system[0, column] = 1 if column in {0, 3} else 0
    return mpmath.lu_solve(system, mpmath.matrix([1 if unit else 0, *right[1:]]))


def _read(readout: Any, elements: Any) -> Any:
    return sum(readout[i, j] * elements[2 * j + i] for i in range(2) for j in range(2))


@pytest.mark.filterwarnings("ignore::thermokin.errors.LostPointsWarning")
def test_what_vanishes_is_zero_and_no_lost_digits() -> None:
    rates = np.array([0.0, 0.3, 0.8])[:, None, None]
    swept = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(rates * LOWER, None), tk.Channel(0.5 * rates * LOWER.T, None)])
    cold = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(LOWER, None)])
    np.testing.assert_array_equal(tk.susceptibility(cold, Z, Z + LOWER, FREQUENCIES), np.zeros(6))
    np.testing.assert_allclose(tk.correlation(cold, LOWER.T, LOWER, TIMES), np.zeros(5), rtol=0, atol=1e-30)
    np.testing.assert_allclose(tk.emission_spectrum(cold, LOWER, FREQUENCIES), np.zeros(6), rtol=0, atol=1e-30)
    found = tk.susceptibility(swept, Z, Z + LOWER, FREQUENCIES)
    np.testing.assert_array_equal(found.lost, [True, False, False])
    np.testing.assert_array_equal(found[1:], np.zeros((2, 6)))


def test_points_that_are_lost_are_told_once() -> None:
    rates = np.array([0.0, 0.3, 0.8])[:, None, None]
    swept = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(rates * LOWER, None), tk.Channel(0.5 * rates * LOWER.T, None)])
    with pytest.warns(tk.errors.LostPointsWarning, match=r"at the point \(0,\)") as told:
        found = tk.susceptibility(swept, LOWER, LOWER.T, [0.0, 1.0])
    assert len(told) == 1
    np.testing.assert_array_equal(found.lost, [True, False, False])
    width = 0.5 * rates[1:, 0, 0] ** 2 * 1.25
    np.testing.assert_allclose(found[1:, 1], 0.6j / width, rtol=1e-13)


def test_what_is_conserved_stays_correlated_for_ever() -> None:
    # Two pairs of levels that nothing joins: <P(t) P> of the projector on one of them is its weight.
    up = np.diag([1.0, 0.0, 1.0], -1)
    model = tk.Model(np.diag([0.0, 1.0, 0.2, 1.7]), [tk.Channel(up.T, None), tk.Channel(0.6 * up, None)])
    start, pair = tk.Populations([0.3, 0.0, 0.0, 0.7]), np.diag([1.0, 1.0, 0.0, 0.0])
    found = tk.correlation(model, pair, pair, TIMES, initial=start)
    np.testing.assert_allclose(found, np.full(5, 0.3), rtol=0, atol=1e-14)
    np.testing.assert_allclose(found.connected, np.full(5, 0.21), rtol=0, atol=1e-14)
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="mixture of several"):
        tk.emission_spectrum(model, pair, [1.0], initial=start)
    alone = tk.Model(0.5 * Z, [tk.Channel(Z, None)])
    with pytest.raises(tk.errors.NotConvergedError, match="frequency 0 is singular"):
        tk.emission_spectrum(alone, Z, [0.0], initial=tk.Populations([0.3, 0.7]))


def test_several_operators_are_asked_at_once_by_leading_axes() -> None:
    lower = np.diag(np.sqrt(np.arange(1.0, 32)), 1)
    thin = tk.Model(0.5 * lower.T @ lower + 0.3 * (lower + lower.T), [tk.Channel(lower, None)])
    small = tk.Model(0.2 * X + 0.5 * Z, [tk.Channel(LOWER, None), tk.Channel(0.5 * LOWER.T, None)])
    cases: list[tuple[tk.Model, Array, Array]] = [
        (small, np.array([LOWER, X, Z]), np.array([[Z], [LOWER]])),
        (thin, np.array([lower, lower.T @ lower]), np.array([[lower.T], [lower.T @ lower]])),
    ]
    for model, one, two in cases:
        moved, answer = tk.correlation(model, one, two, TIMES), tk.susceptibility(model, one, two, FREQUENCIES)
        assert moved.shape == (2, len(one), 5)
        assert answer.shape == (2, len(one), 6)
        alone = one[1], two[1, 0]
        np.testing.assert_allclose(moved[1, 1], tk.correlation(model, *alone, TIMES), rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(answer[1, 1], tk.susceptibility(model, *alone, FREQUENCIES), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("frequencies", [[0.5], [0.5, 1.7], [-0.5]])
def test_a_lasting_coherence_in_a_sector_of_several_is_refused_at_its_frequency(frequencies: list[float]) -> None:
    hamiltonian, up, flip = np.zeros((4, 4)), np.zeros((4, 4)), np.zeros((4, 4))
    hamiltonian[0, 1] = hamiltonian[1, 0] = 0.5
    hamiltonian[3, 3], up[2, 3], flip[0, 2] = 2.0, 1.0, 1.0
    model = tk.Model(hamiltonian, [tk.Channel(up, None)])
    start = np.diag([0.0, 0.0, 1.0, 0.0])
    with pytest.raises(tk.errors.NotConvergedError, match=f"frequency {frequencies[0]:g} is singular"):
        tk.susceptibility(model, flip.T, flip, frequencies, initial=start)
