"""Dots between leads: closed forms, rate equations in 40 digits, free fermions, and the pump's occupation by an ODE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import thermokin as tk
from exact_jumps import Hop, fermi, mean_and_noise, mp

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
lib = tk.library


def through(model: tk.Model, order: int = 2) -> Any:
    return np.asarray(tk.cumulants(model, tk.particles(model, "left"), order=order).values)


def filled(energy: float, temperature: float, potential: float) -> float:
    return float(1.0 / (np.exp((energy - potential) / temperature) + 1.0))


def test_one_level_has_the_current_and_noise_of_its_closed_form() -> None:
    e, T_l, T_r, m_l, m_r, G_l, G_r = 0.4, 0.5, 0.8, 0.3, -0.2, 0.02, 0.05
    model = lib.single_dot(e, T_l, T_r, potential_left=m_l, potential_right=m_r, rate_left=G_l, rate_right=G_r)
    f_l, f_r, G = filled(e, T_l, m_l), filled(e, T_r, m_r), G_l + G_r
    current = G_l * G_r / G * (f_l - f_r)
    noise = G_l * G_r / G * (f_l * (1.0 - f_r) + f_r * (1.0 - f_l)) - 2.0 * current**2 / G
    np.testing.assert_allclose(through(model), [current, noise], rtol=1e-12)
    heats = [float(tk.cumulants(model, tk.heat(model, name), order=1).mean) for name in ("left", "right")]
    np.testing.assert_allclose(heats, [(e - m_l) * current, -(e - m_r) * current], rtol=1e-12)
    assert tk.figures_of_merit(model).power == pytest.approx((m_r - m_l) * current, rel=1e-11)


def anderson(energy: float, interaction: float | None, leads: list[tuple[float, float, float]]) -> list[Hop]:
    """States 0, up, down, double; leads of (temperature, potential, rate), the first counted."""
    hops = []
    for place, (temperature, potential, rate) in enumerate(leads):
        counts = 1 if place == 0 else 0
        steps = [(0, 1, energy), (0, 2, energy)]
        if interaction is not None:
            steps += [(1, 3, energy + interaction), (2, 3, energy + interaction)]
        for low, high, gain in steps:
            f = fermi(mp.mpf(gain) - mp.mpf(potential), temperature)
            hops += [Hop(high, low, mp.mpf(rate) * f, counts), Hop(low, high, mp.mpf(rate) * (1 - f), -counts)]
    return hops


@pytest.mark.parametrize("interaction", [0.0, 0.7, 3.0, None])
def test_an_orbital_with_both_spins_obeys_its_rate_equation(interaction: float | None) -> None:
    leads = [(0.4, 0.6, 0.02), (0.3, -0.5, 0.05)]
    model = lib.quantum_dot(
        -0.2,
        0.4,
        0.3,
        interaction=np.inf if interaction is None else interaction,
        potential_left=0.6,
        potential_right=-0.5,
        rate_left=0.02,
        rate_right=0.05,
    )
    assert model.dimension == (3 if interaction is None else 4)
    expected = mean_and_noise(model.dimension, anderson(-0.2, interaction, leads))
    np.testing.assert_allclose(through(model), expected, rtol=1e-11)


def test_a_blockaded_dot_carries_the_current_of_its_closed_form_and_a_large_interaction_nears_it() -> None:
    G_l, G_r, f_l, f_r = 0.02, 0.05, filled(-0.2, 0.4, 0.6), filled(-0.2, 0.3, -0.5)
    given = {"potential_left": 0.6, "potential_right": -0.5, "rate_left": G_l, "rate_right": G_r}
    current = 2.0 * G_l * G_r * (f_l - f_r) / (G_l * (1.0 + f_l) + G_r * (1.0 + f_r))
    assert through(lib.quantum_dot(-0.2, 0.4, 0.3, **given))[0] == pytest.approx(current, rel=1e-12)
    strong = lib.quantum_dot(-0.2, 0.4, 0.3, interaction=16.0, **given)
    assert through(strong)[0] == pytest.approx(current, rel=1e-12)


@pytest.mark.parametrize("sites", [2, 3, 4])
def test_dots_that_do_not_repel_are_free_fermions(sites: int) -> None:
    model = lib.dot_chain(
        sites, 0.02, 0.5, 0.5, energy=0.3, potential_left=0.8, potential_right=-0.4, rate_left=0.01, rate_right=0.01
    )
    exact = tk.gaussian.hopping_chain(sites, hopping=0.02, rate=0.01, temperature=0.5, left=0.8, right=-0.4, energy=0.3)
    ours = tk.cumulants(exact, tk.particles(exact, "left"), order=3)
    np.testing.assert_allclose(through(model, 3), np.asarray(ours).ravel()[:3], rtol=1e-9)


def test_two_free_dots_carry_the_current_of_their_closed_form() -> None:
    t, G_l, G_r = 0.02, 0.01, 0.03
    model = lib.dot_chain(2, t, 0.5, 0.7, potential_left=0.8, potential_right=-0.4, rate_left=G_l, rate_right=G_r)
    bias = filled(0.0, 0.5, 0.8) - filled(0.0, 0.7, -0.4)
    current = bias * 4.0 * t**2 * G_l * G_r / ((G_l + G_r) * (4.0 * t**2 + G_l * G_r))
    assert through(model)[0] == pytest.approx(current, rel=1e-11)


@pytest.mark.parametrize("detuning", [0.0, 0.005, 0.03])
def test_a_blockaded_double_dot_at_infinite_bias_is_stoofs_and_nazarovs(detuning: float) -> None:
    t, G_l, G_r = 0.006, 0.0075, 0.004
    model = lib.double_dot(
        t, 1.0, 1.0, detuning=detuning, potential_left=500.0, potential_right=-500.0, rate_left=G_l, rate_right=G_r
    )
    current = t**2 * G_r / (t**2 * (2.0 + G_r / G_l) + G_r**2 / 4.0 + detuning**2)
    assert through(model)[0] == pytest.approx(current, rel=1e-11)


def test_dots_that_repel_strongly_are_blockaded() -> None:
    given: dict[str, Any] = {"energy": -0.1, "potential_left": 0.4, "potential_right": -0.4}
    blockaded = lib.double_dot(0.01, 0.05, 0.05, **given)
    strong = lib.double_dot(0.01, 0.05, 0.05, interaction=4.0, **given)
    assert (blockaded.dimension, strong.dimension) == (3, 4)
    np.testing.assert_allclose(through(strong), through(blockaded), rtol=1e-10)


def test_a_chain_of_three_blockaded_dots_is_that_of_its_jumps_written_out() -> None:
    t, G = 0.02, 0.01
    model = lib.dot_chain(
        3, t, 1.0, 1.0, interaction=np.inf, potential_left=500.0, potential_right=-500.0, rate_left=G, rate_right=G
    )
    H = np.zeros((4, 4))
    H[1, 2] = H[2, 1] = H[2, 3] = H[3, 2] = t
    enter, leave = np.zeros((2, 4, 4))
    enter[1, 0] = leave[0, 3] = np.sqrt(G)
    plain = tk.Model(H, [tk.Channel(enter, None), tk.Channel(leave, None)])
    expected = tk.cumulants(plain, tk.current(plain, [1.0, 0.0]))
    np.testing.assert_allclose(through(model), expected.values, rtol=1e-11)


def occupation_after(period: float, amplitude: float, contrast: float, bias: float) -> tuple[float, float]:
    """The periodic occupation of the pump, and what comes from the left in a cycle, by an integrator of stiff ODEs."""

    def slopes(time: float, y: Any) -> list[float]:
        turn = 2.0 * np.pi * time / period
        level, opening = -amplitude * np.cos(turn), contrast * np.sin(turn)
        left, right = np.exp(opening), np.exp(-opening)
        f_left, f_right = 1.0 / (np.exp(level - bias) + 1.0), 1.0 / (np.exp(level) + 1.0)
        into = left * (f_left - y[0])
        return [into + right * (f_right - y[0]), into]

    def after(start: float) -> Any:
        return solve_ivp(slopes, (0.0, period), [start, 0.0], method="LSODA", rtol=1e-11, atol=1e-13).y[:, -1]

    empty, full = after(0.0), after(1.0)
    fixed = empty[0] / (1.0 - full[0] + empty[0])
    return float(fixed), float(after(fixed)[1])


@pytest.mark.slow
def test_a_slow_deep_cycle_pumps_nearly_one_electron_against_a_bias() -> None:
    period, amplitude, contrast, bias = 20.0, 8.0, 3.0, 0.5

    def pump(time: float) -> tk.Model:
        return lib.electron_pump(time / period, amplitude, contrast, 1.0, 1.0, 1.0, potential_left=bias)

    cycle = tk.limit_cycle(tk.Protocol([tk.Leg(period, pump)]))
    filling, charge = occupation_after(period, amplitude, contrast, bias)
    assert cycle.state[1, 1].real == pytest.approx(filling, rel=1e-7)
    assert float(cycle.ledger.chemical_work.sum()) / bias == pytest.approx(charge, rel=1e-7)
    assert -1.0 < charge < -0.96


def test_the_pumps_level_and_barriers_are_those_of_its_phase() -> None:
    phase = np.array([0.0, 0.25, 0.5, 0.75])
    model = lib.electron_pump(phase, 2.0, 1.5, 0.01, 0.5, 0.5, energy=0.3)
    np.testing.assert_allclose(np.ptp(model.energies, axis=-1), [1.7, 0.3, 2.3, 0.3], atol=1e-12)
    left = tk.activity(model, "left").weights
    strength = (left * model.table.channel_strength).sum(axis=-1)
    np.testing.assert_allclose(strength, 0.01 * np.exp(1.5 * np.sin(2.0 * np.pi * phase)), rtol=1e-12)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: lib.quantum_dot(0.0, 1.0, 1.0, interaction=-1.0),
            "`interaction` must be >= 0, or infinite for a block",
        ),
        (lambda: lib.quantum_dot(0.0, 1.0, 1.0, interaction=[1.0, np.inf]), "`interaction` must be finite or infinite"),
        (lambda: lib.dot_chain(2, 0.1, 1.0, 1.0, interaction=np.nan), "`interaction` must be"),
        (lambda: lib.dot_chain(1, 0.1, 1.0, 1.0), "`sites` must be at least 2, got 1"),
        (lambda: lib.dot_chain(2, np.inf, 1.0, 1.0), "`hopping` must be finite"),
        (lambda: lib.single_dot(0.0, 1.0, -1.0), "`temperature` of a bath must be >= 0, got -1"),
        (lambda: lib.single_dot(0.0, 1.0, 1.0, rate_left=0.0), "`rate` of a spectrum must be > 0, got 0"),
        (lambda: lib.electron_pump(0.0, 1.0, 400.0, 1.0, 1.0, 1.0), "`contrast` must be from -300 to 300"),
        (lambda: lib.electron_pump(0.0, 1.0, 1.0, 0.0, 1.0, 1.0), "`rate` must be > 0 and finite, got 0"),
    ],
)
def test_dots_that_cannot_be_are_refused(build: Callable[[], tk.Model], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()
