"""Dissipation far below the Hamiltonian: one steady state is found, several are refused, and neither is guessed."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk

QUICK = settings(max_examples=40, deadline=None)
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
X, Z, ONE = LOWER + LOWER.T, np.diag([1.0, -1.0]), np.eye(2)


def kerr(damping: float, levels: int) -> tk.Model:
    """A Kerr mode with weak damping, driven ten times as strongly as it is damped."""
    a = tk.operators.destroy(levels)
    up = a.conj().T
    H = 0.1 * up @ a - 0.5 * up @ up @ a @ a + 10 * damping * (a + up)
    return tk.Model(H, [tk.Channel(np.sqrt(damping) * a, None)])


def drummond_walls(damping: float) -> float:
    """Photon number of the damped, driven Kerr mode in its steady state, 60 digits.

    For H = D a^+a + (K/2) a^+2 a^2 + F (a + a^+) and damping g, with c = 2 (D - i g/2) / K and z = 2 F / K,
    <a^+a> = |z|^2 0F2(c + 1, c* + 1, 2|z|^2) / (|c|^2 0F2(c, c*, 2|z|^2)): Drummond and Walls, J. Phys. A 13, 725.
    """
    with mpmath.workdps(60):
        g, F = mpmath.mpf(damping), 10 * mpmath.mpf(damping)
        D, K = mpmath.mpf(0.1), mpmath.mpf(-1)
        c, z = 2 * (D - 0.5j * g) / K, 2 * F / K
        above = mpmath.hyper([], [c + 1, mpmath.conj(c) + 1], 2 * z**2)
        below = mpmath.hyper([], [c, mpmath.conj(c)], 2 * z**2)
        return float(mpmath.re(z**2 * above / (abs(c) ** 2 * below)))


@pytest.mark.parametrize("damping", [1e-6, 1e-10, 1e-11, 1e-13, 1e-16, 1e-20])
@pytest.mark.parametrize("levels", [6, 20])
def test_the_photon_number_of_a_hardly_damped_kerr_mode_is_the_closed_form(damping: float, levels: int) -> None:
    # A public thread on a driven Kerr oscillator; the value is the closed form of Drummond and Walls.
    state = tk.steady_state(kerr(damping, levels))
    made = float((state.populations * np.arange(levels)).sum())
    assert made == pytest.approx(drummond_walls(damping), rel=1e-11)


@pytest.mark.parametrize("damping", [1e-8, 1e-13, 1e-15, 1e-18, 1e-30])
def test_a_qubit_damped_by_next_to_nothing_ends_in_the_mixture_of_its_eigenstates(damping: float) -> None:
    # Golden rule between eigenstates at angle t: excited share s^4 / (s^4 + c^4) with s = sin(t/2), c = cos(t/2).
    angle = 1.1
    energy = 0.5 * np.array([[-np.cos(angle), np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    made = tk.steady_state(tk.Model(energy, [tk.Channel(np.sqrt(damping) * LOWER, None)])).state
    s, c = np.sin(angle / 2), np.cos(angle / 2)
    expected = 0.5 * ONE - (c**4 - s**4) / (c**4 + s**4) * energy
    np.testing.assert_allclose(made, expected, rtol=0, atol=1e-14 + 2 * damping)


def golden_rule(hamiltonian: np.ndarray, jumps: list[np.ndarray]) -> np.ndarray:
    """The steady state as the rates go to zero: the rate equation between eigenstates of H."""
    _, vectors = np.linalg.eigh(hamiltonian)
    W = np.sum([np.abs(vectors.conj().T @ jump @ vectors) ** 2 for jump in jumps], axis=0)
    W = W - np.diag(W.sum(axis=0))
    system = np.vstack([W / np.abs(W).max(), np.ones(len(W))])
    populations = np.linalg.lstsq(system, np.append(np.zeros(len(W)), 1.0))[0]
    return vectors @ np.diag(populations) @ vectors.conj().T


@st.composite
def weakly_damped(draw: st.DrawFn) -> tuple[np.ndarray, list[np.ndarray], float]:
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size, rate = draw(st.integers(2, 6)), 10.0 ** -draw(st.floats(8, 20))
    H = random.normal(size=(size, size)) + 1j * draw(st.booleans()) * random.normal(size=(size, size))
    H = H + H.conj().T + np.diag(random.normal(size=size) * draw(st.sampled_from([0.0, 3.0, 100.0])))
    jumps = [random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)) for _ in range(2)]
    return H, [np.sqrt(rate) * jump for jump in jumps], rate


@QUICK
@given(weakly_damped())
def test_a_random_system_of_weak_rates_ends_where_the_golden_rule_says(
    data: tuple[np.ndarray, list[np.ndarray], float],
) -> None:
    H, jumps, rate = data
    made = tk.steady_state(tk.Model(H, [tk.Channel(jump, None) for jump in jumps])).state
    # Coherences between eigenstates are of the size of rate over gap; gaps below 1e-2 are rare.
    np.testing.assert_allclose(made, golden_rule(H, jumps), rtol=0, atol=1e-10 + 1e4 * rate)


@QUICK
@given(weakly_damped(), st.sampled_from([tk.Sparse(), tk.Krylov()]))
def test_no_method_takes_weak_rates_for_several_steady_states(
    data: tuple[np.ndarray, list[np.ndarray], float], method: tk.Sparse
) -> None:
    H, jumps, rate = data
    try:
        made = tk.steady_state(tk.Model(H, [tk.Channel(jump, None) for jump in jumps]), method=method)
    except tk.errors.NotConvergedError as error:
        assert "too weak beside the Hamiltonian" in str(error) or "more than an iteration resolves" in str(error)  # noqa: PT017
    else:
        np.testing.assert_allclose(made.state, golden_rule(H, jumps), rtol=0, atol=1e-10 + 1e4 * rate)


def test_a_sweep_from_strong_to_next_to_no_damping_is_its_points() -> None:
    damping = np.array([1e-1, 1e-4, 1e-7, 1e-12, 1e-17, 1e-21])
    H = np.array([[0.3, 0.5, 0.1], [0.5, 0.0, 0.2], [0.1, 0.2, -0.7]])
    jump = np.diag([0.4, 0.9], 1)
    sweep = tk.steady_state(tk.Model(H, [tk.Channel(np.sqrt(damping)[:, None, None] * jump, None)]))
    for point, rate in enumerate(damping):
        alone = tk.steady_state(tk.Model(H, [tk.Channel(np.sqrt(rate) * jump, None)]))
        np.testing.assert_allclose(sweep.state[point], alone.state, rtol=0, atol=1e-13)
    np.testing.assert_allclose(sweep.state[-1], golden_rule(H, [jump]), rtol=0, atol=1e-13)


def degenerate_models(rate: float) -> list[tk.Model]:
    size = np.sqrt(rate)
    collective = np.kron(LOWER, ONE) + np.kron(ONE, LOWER)
    dark = np.diag([0.0, 0.3, 1.0, 2.0])
    dark[2, 3] = dark[3, 2] = 0.4
    falls = [np.zeros((4, 4)) for _ in range(3)]
    falls[0][0, 2] = falls[1][1, 2] = falls[2][2, 3] = size
    return [
        tk.Model(1.3 * (np.kron(X, ONE) + np.kron(ONE, X)), [tk.Channel(size * collective, None)]),
        tk.Model(dark, [tk.Channel(fall, None) for fall in falls]),
        tk.Model(np.kron(X + 0.3 * Z, ONE) + np.kron(ONE, Z), [tk.Channel(size * np.kron(LOWER, Z), None)]),
        tk.Model(np.kron(X + 0.3 * Z, ONE), [tk.Channel(size * np.kron(LOWER, X), None)]),
    ]


@pytest.mark.parametrize("rate", [1e-2, 1e-8, 1e-12, 1e-16, 1e-20])
@pytest.mark.parametrize("method", [tk.Auto(), tk.Dense(), tk.Sparse()])
@pytest.mark.parametrize("number", range(4))
def test_several_steady_states_are_refused_as_such_however_weak_the_rates(
    rate: float, method: tk.Auto, number: int
) -> None:
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="the steady state is not unique"):
        tk.steady_state(degenerate_models(rate)[number], method=method)


def test_currents_of_a_hardly_damped_qubit_keep_their_digits() -> None:
    # Between eigenstates jumps go up and down at rates g s^4 and g c^4 and stay at g s^2 c^2: all of them photons.
    angle, damping = 1.1, 1e-14
    energy = 0.5 * np.array([[-np.cos(angle), np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    model = tk.Model(energy, [tk.Channel(np.sqrt(damping) * LOWER, None)])
    s, c = np.sin(angle / 2), np.cos(angle / 2)
    mean = 2 * (s * c) ** 4 / (c**4 + s**4) + (s * c) ** 2
    assert tk.cumulants(model, tk.activity(model), order=1).mean == pytest.approx(damping * mean, rel=1e-12)
