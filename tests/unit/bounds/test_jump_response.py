"""The auxiliary operator of coherent states: against its differential equation, and against what is known exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import builders
import counting_oracles as counting
import oracles
import thermokin as tk
from bounded import EXACT, bounds_along
from library_models import random_density_matrix
from oracles import Array
from thermokin.bounds.exact_information import score_information
from thermokin.bounds.jump_response import JumpResponse, by_adaptive_steps, jump_response
from thermokin.bounds.relaxation_case import end_point_amount, jumps_taking_part
from thermokin.bounds.response_source import response_source
from thermokin.numerics.kronrod import FINE, NODES, ROUGH, panels

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]], complex)
TEMPERATURES = (0.7, 2.0)
TIMES = np.array([0.0, 0.5, 3.0, 8.0])


def pair_of_jumps(operator: Array, frequency: float, rate: float, temperature: float, bath: int) -> list[oracles.Jump]:
    number = 1.0 / np.expm1(frequency / temperature)
    down, up = np.sqrt(rate * (number + 1.0)), np.sqrt(rate * number)
    entropy = frequency / temperature
    return [
        oracles.Jump(down * operator, frequency, entropy, bath),
        oracles.Jump(up * operator.conj().T, -frequency, -entropy, bath),
    ]


def two_qubits(exchange: float = 0.3) -> tuple[Array, list[oracles.Jump], tk.Model]:
    """Two detuned qubits that swap quanta, each on a bath of its own: populations and coherences are coupled."""
    first, second = np.kron(LOWER, np.eye(2)), np.kron(np.eye(2), LOWER)
    hop = first.conj().T @ second
    hamiltonian = first.conj().T @ first + 1.2 * second.conj().T @ second + exchange * (hop + hop.conj().T)
    cold = pair_of_jumps(first, 1.0, 0.2, TEMPERATURES[0], 0)
    hot = pair_of_jumps(second, 1.2, 0.3, TEMPERATURES[1], 1)
    model = builders.channels(hamiltonian, [(cold, TEMPERATURES[0]), (hot, TEMPERATURES[1])])
    return hamiltonian, cold + hot, model


def driven_qubit() -> tuple[Array, list[oracles.Jump], tk.Model]:
    """A resonantly driven qubit on a bath: one sector of all four elements."""
    hamiltonian = np.array([[0.0, 0.4], [0.4, 0.0]], complex)
    jumps = pair_of_jumps(LOWER, 1.0, 0.5, 1.3, 0)
    return hamiltonian, jumps, builders.channels(hamiltonian, [(jumps, 1.3)])


SYSTEMS = {"two qubits": two_qubits, "driven qubit": driven_qubit}


def response_of(model: tk.Model, start: Any, times: Any, current: tk.Current) -> JumpResponse:
    return jump_response(tk.evolve(model, start, times), current, jumps_taking_part(current))


@pytest.mark.parametrize("name", SYSTEMS)
def test_response_information_and_costs_solve_the_differential_equation_of_phi(name: str) -> None:
    hamiltonian, jumps, model = SYSTEMS[name]()
    start = random_density_matrix(model.dimension, 2)
    current = tk.heat(model, "0")
    found = response_of(model, start, TIMES, current)
    bounds = bounds_along(model, start, TIMES, lambda some: tk.heat(some, "0"))
    weights = [-jump.frequency if jump.bath == 0 else 0.0 for jump in jumps]
    for position, time in enumerate(TIMES[1:], start=1):
        exact = counting.thermo_kinetic(hamiltonian, jumps, oracles.partners(jumps), weights, start, time)
        # The oracle's tolerances, 1e-11 of numbers of order one.
        assert found.to_forces[position] == pytest.approx(exact.corrected_mean, abs=1e-9)
        assert found.information[position] == pytest.approx(exact.information, rel=1e-9)
        assert bounds["thermo-kinetic"].limit[position] == pytest.approx(exact.limit, rel=1e-8)
        assert bounds["thermodynamic"].limit[position] == pytest.approx(
            exact.corrected_mean**2 / (exact.entropy_production / 2), rel=1e-8
        )
        assert bounds[EXACT].limit[position] == pytest.approx(exact.corrected_mean**2 / exact.information, rel=1e-8)
        assert bounds["kinetic"].limit[position] == pytest.approx(
            found.to_speed[position] ** 2 / exact.activity, rel=1e-8
        )


def test_a_count_that_does_not_change_sign_has_its_response_too() -> None:
    hamiltonian, jumps, model = two_qubits()
    start = random_density_matrix(4, 2)
    exact = counting.thermo_kinetic(hamiltonian, jumps, [1, 0, 3, 2], [1.0] * 4, start, TIMES[1])
    found = response_of(model, start, TIMES, tk.activity(model))
    assert found.to_forces[1] == pytest.approx(exact.corrected_mean, abs=1e-9)  # the oracle's tolerance


def test_jumps_that_nothing_undoes_have_the_score_one() -> None:
    """A driven qubit on a bath at temperature 0: forces and speed are one response, information is activity."""
    cold = tk.Bath("cold", 0.0)
    model = tk.Model(driven_qubit()[0], [tk.Channel(0.15 * LOWER, cold, -1.0)])
    assert model.table.reverse.tolist() == [-1]
    start, times = random_density_matrix(2, 2), [10.0, 60.0]
    found = response_of(model, start, times, tk.heat(model))
    np.testing.assert_allclose(found.to_forces, found.to_speed, rtol=0, atol=1e-12)  # one formula, twice
    activity = tk.ledger(model, tk.evolve(model, start, times)).total_activity
    np.testing.assert_allclose(found.information, activity, rtol=1e-12)


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_kinetic_response_is_the_derivative_of_the_mean_by_the_speed_of_all_jumps(name: str) -> None:
    hamiltonian, jumps, model = SYSTEMS[name]()
    start = random_density_matrix(model.dimension, 2)
    weights = [-jump.frequency if jump.bath == 0 else 0.0 for jump in jumps]

    def mean(speed: float) -> float:
        faster = [oracles.Jump(np.exp(speed / 2) * j.operator, j.frequency, j.entropy, j.bath) for j in jumps]
        generator = oracles.liouvillian(hamiltonian, faster)
        gains = counting.liouvillian_gains(faster, weights, 1)
        return float(
            counting.integrated_moments(
                generator, gains, oracles.vec(np.eye(len(hamiltonian))), oracles.vec(start), TIMES[-1]
            )[1]
        )

    step = 1e-4
    slope = (8 * (mean(step) - mean(-step)) - (mean(2 * step) - mean(-2 * step))) / (12 * step)
    # A difference of fourth order: 1e-16 / step in rounding.
    found = response_of(model, start, TIMES, tk.heat(model, "0"))
    assert found.to_speed[-1] == pytest.approx(slope, abs=1e-10)


def test_the_response_to_forces_is_the_derivative_of_the_mean_by_tilts_frozen_at_the_forces() -> None:
    """L_k -> exp(theta l_k(t)/2) L_k with l_k(t) of the untilted state, integrated as a master equation."""
    hamiltonian, jumps, model = driven_qubit()
    start, end = random_density_matrix(2, 2), 3.0
    weights = np.array([-jump.frequency for jump in jumps])
    partner = np.array(oracles.partners(jumps))

    def mean(theta: float) -> float:
        def change(_: float, y: Array) -> Array:
            plain, tilted = y[:4].reshape(2, 2), y[4:8].reshape(2, 2)
            flow = oracles.activities(jumps, plain)
            score = (flow - flow[partner]) / (flow + flow[partner])
            faster = [oracles.Jump(np.exp(theta * s / 2) * jump.operator) for s, jump in zip(score, jumps, strict=True)]
            return np.concatenate(
                [
                    oracles.master_equation(hamiltonian, jumps, plain).ravel(),
                    oracles.master_equation(hamiltonian, faster, tilted).ravel(),
                    [weights @ oracles.activities(faster, tilted)],
                ]
            )

        y, steps = np.concatenate([start.ravel(), start.ravel(), [0.0]]).astype(complex), 400
        h = end / steps
        for _ in range(steps):  # Runge-Kutta of fourth order: 400 steps of a hundredth, 1e-10
            a = change(0.0, y)
            b = change(0.0, y + h / 2 * a)
            c = change(0.0, y + h / 2 * b)
            d = change(0.0, y + h * c)
            y = y + h / 6 * (a + 2 * b + 2 * c + d)
        return float(y[-1].real)

    slope = (mean(1e-3) - mean(-1e-3)) / 2e-3
    found = response_of(model, start, [end], tk.heat(model))
    assert found.to_forces[0] == pytest.approx(slope, abs=1e-6)  # the difference's own error is of order 1e-6


@pytest.mark.parametrize("start", [tk.Gibbs(0.4), tk.Populations([0.1, 0.6, 0.3]), random_density_matrix(3, 5)])
def test_where_populations_obey_a_rate_equation_phi_gives_the_end_point_current(start: Any) -> None:
    model = tk.library.levels([0.0, 1.0, 2.7], rate=0.02, temperature=1.5)
    times = np.array([0.0, 5.0, 20.0, 60.0])
    evolution = tk.evolve(model, start, times)
    current = tk.heat(model)
    found = jump_response(evolution, current, jumps_taking_part(current))
    end_point = end_point_amount(evolution, current)
    # Two roads to numbers of order one.
    np.testing.assert_allclose(found.to_forces, end_point, rtol=0, atol=1e-13)
    np.testing.assert_allclose(found.to_speed, end_point, rtol=0, atol=1e-13)
    resolved = score_information(evolution)
    np.testing.assert_allclose(found.information, resolved.information, rtol=1e-12, atol=1e-15)


def test_the_quadrature_knows_its_error() -> None:
    model = two_qubits()[2]
    start = random_density_matrix(4, 2)
    found = response_of(model, start, TIMES, tk.heat(model, "0"))
    for value in (found.to_forces_error, found.to_speed_error, found.information_error):
        assert value.max() < 1e-9  # the seven-point rule's own error


@pytest.mark.parametrize("left", [1e-2, 1e-3, 1e-6])
def test_scores_that_turn_within_a_short_time_are_resolved(left: float) -> None:
    """Nearly empty levels: the score of a jump out of them turns within a time as short as they are empty."""
    hamiltonian, jumps, model = two_qubits()
    cold = np.diag([1.0 - 3.0 * left, left, left, left]).astype(complex)
    found = response_of(model, cold, TIMES, tk.heat(model, "0"))
    exact = counting.thermo_kinetic(hamiltonian, jumps, [1, 0, 3, 2], [-1.0, 1.0, 0.0, 0.0], cold, TIMES[1])
    # The oracle's tolerance, 1e-11 of numbers of order one; the seven-point rule's error bounds the package's.
    assert found.to_forces[1] == pytest.approx(exact.corrected_mean, abs=1e-10)
    assert found.information[1] == pytest.approx(exact.information, abs=1e-10)
    assert found.to_forces_error.max() < 1e-9
    assert found.information_error.max() < 1e-9


def test_a_pure_start_is_no_obstacle() -> None:
    hamiltonian, jumps, model = two_qubits()
    pure = np.diag([0.0, 0.0, 1.0, 0.0]).astype(complex)
    bounds = bounds_along(model, pure, TIMES, lambda some: tk.heat(some, "0"))
    exact = counting.thermo_kinetic(hamiltonian, jumps, [1, 0, 3, 2], [-1.0, 1.0, 0.0, 0.0], pure, TIMES[2])
    assert bounds["thermo-kinetic"].limit[2] == pytest.approx(exact.limit, rel=1e-7)  # the oracle starts at 0/0
    assert all(bound.holds.all() for bound in bounds.values() if bound.applies)


def test_a_sweep_of_coherent_models_gives_what_its_points_give() -> None:
    hamiltonian = np.array([[0.0, 0.4], [0.4, 0.0]], complex) * np.array([0.5, 1.0, 2.0])[:, None, None]
    channels = driven_qubit()[2].channels
    start = random_density_matrix(2, 2)
    swept = bounds_along(tk.Model(hamiltonian, list(channels)), start, TIMES)
    shifted = bounds_along(tk.Model(hamiltonian[1], list(channels)), start, np.stack([TIMES, 2.0 * TIMES]))
    for point in range(3):
        single = bounds_along(tk.Model(hamiltonian[point], list(channels)), start, TIMES)
        for name, bound in single.items():
            # Panels of the sweep are those of its fastest point.
            np.testing.assert_allclose(swept[name].limit[point], bound.limit, rtol=1e-11, err_msg=name)
            if point == 1:
                np.testing.assert_allclose(shifted[name].limit[0], bound.limit, rtol=1e-11, err_msg=name)


@pytest.mark.parametrize("name", SYSTEMS)
def test_adaptive_steps_and_exponentials_agree(name: str) -> None:
    model = SYSTEMS[name]()[2]
    start, current = random_density_matrix(model.dimension, 2), tk.heat(model, "0")
    evolution = tk.evolve(model, start, TIMES)
    taking_part = jumps_taking_part(current)
    panelled = jump_response(evolution, current, taking_part)
    answers, informations = by_adaptive_steps(response_source(evolution, current, taking_part), TIMES)
    # The tolerance of the steps, 1e-10, over some hundred steps.
    np.testing.assert_allclose(answers[:, 0], panelled.to_forces, rtol=0, atol=1e-8)
    np.testing.assert_allclose(answers[:, 2], panelled.to_speed, rtol=0, atol=1e-8)
    np.testing.assert_allclose(informations[:, 0], panelled.information, rtol=0, atol=1e-8)
    assert np.abs(answers[:, 0] - panelled.to_forces).max() <= np.abs(answers[:, 0] - answers[:, 1]).max() + 1e-12


def test_steps_do_not_know_the_unit_of_the_count() -> None:
    model = two_qubits()[2]
    start = random_density_matrix(4, 2)
    evolution = tk.evolve(model, start, TIMES)
    taking_part = np.ones(4)
    unit, scaled = (
        by_adaptive_steps(response_source(evolution, f * tk.heat(model, "0"), taking_part), TIMES) for f in (1.0, 1e6)
    )
    np.testing.assert_allclose(scaled[0], 1e6 * unit[0], rtol=1e-9, atol=1e-6)  # the tolerance of the rough steps


@pytest.mark.slow
def test_a_large_system_takes_adaptive_steps() -> None:
    model = tk.library.xxz_chain(5, 0.5, 0.005, 1.1, 0.7, coupling=0.01)
    found = bounds_along(model, tk.Gibbs(0.9), [0.0, 100.0], lambda some: tk.heat(some, "left"))
    # Steps of a tolerance of 1e-10: exponentials would have told an error of rounding.
    assert 1e-11 < (found[EXACT].error - found["bare thermo-kinetic"].error).max() < 1e-7
    assert all(bound.holds.all() for bound in found.values() if bound.applies)


def test_jumps_whose_decay_cancels_in_the_sum_are_followed_into_every_element() -> None:
    """L_1 = |a>(<c| + <d|) and L_2 = |a>(<c| - <d|): the sum of L^+L is diagonal, each alone moves |d><e| to |c><e|.

    |c><e| is in the sector of the populations, by L_3 = |a><c| + |b><e| and a Hamiltonian that couples a and b; |d><e|
    is not.
    """
    a, b, c, d, e = range(5)
    rate, frequency, temperature = 0.3, 1.0, 1.4
    jumps = []
    for bath, sign in enumerate((1.0, -1.0)):  # two baths alike, so that the cross terms cancel exactly
        operator = np.zeros((5, 5), complex)
        operator[a, c], operator[a, d] = 1.0, sign
        jumps += pair_of_jumps(operator, frequency, rate, temperature, bath)
    both = np.zeros((5, 5), complex)
    both[a, c], both[b, e] = 1.0, 1.0
    jumps += pair_of_jumps(both, frequency, rate, temperature, 2)
    hamiltonian = np.diag([0.0, 0.0, 1.0, 1.0, 1.0]).astype(complex)
    hamiltonian[a, b] = hamiltonian[b, a] = 0.5
    model = builders.channels(hamiltonian, [(jumps[k : k + 2], temperature) for k in (0, 2, 4)])
    start = random_density_matrix(5, 7)
    evolution = tk.evolve(model, start, [2.0])
    assert all(path.sector.size < 25 for path in evolution.paths)
    found = response_of(model, start, [2.0], tk.heat(model))
    weights = [-jump.frequency for jump in jumps]
    exact = counting.thermo_kinetic(hamiltonian, jumps, oracles.partners(jumps), weights, start, 2.0)
    assert found.to_forces[0] == pytest.approx(exact.corrected_mean, abs=1e-9)  # the oracle's tolerance
    assert found.information[0] == pytest.approx(exact.information, abs=1e-9)


def test_the_rules_of_a_panel_integrate_polynomials_exactly() -> None:
    for power in range(23):
        assert FINE @ NODES**power == pytest.approx(1.0 / (power + 1), rel=1e-14)  # degree 3 * 7 + 1 at least
    for power in range(14):
        assert ROUGH @ NODES**power == pytest.approx(1.0 / (power + 1), rel=1e-14)  # degree 2 * 7 - 1
    assert pytest.approx(1.0 / 15, rel=1e-10) != ROUGH @ NODES**14


def test_panels_tile_the_time_and_end_at_every_grid_point() -> None:
    times = np.array([[0.0, 1.0, 1.5, 40.0], [0.0, 0.1, 0.2, 90.0]])
    plan = panels(times, np.array([3.0, 1.0]), np.array([5.0, 0.0]))
    np.testing.assert_allclose(plan.starts[:, 1:], plan.starts[:, :-1] + plan.lengths[:, :-1], rtol=1e-12)
    edges = np.concatenate([np.zeros((2, 1)), np.cumsum(plan.lengths, axis=-1)], axis=-1)
    np.testing.assert_allclose(edges[:, list(plan.ends)], times, rtol=1e-12)
    assert (plan.lengths[0] * 5.0).max() <= 2.0 + 1e-9
    assert plan.ends[0] == 0


def test_responses_grow_as_at_rest_however_late() -> None:
    maser = tk.library.three_level_maser(drive=0.02, hot=6.0, rate_hot=0.01, rate_cold=0.02)
    heat, times = tk.heat(maser, "hot"), np.array([0.0, 1e3, 2e3, 2e4, 1e6, 1e9])
    found = response_of(maser, tk.Populations([0.3, 0.3, 0.4]), times, heat)
    rest = tk.bounds.evaluate(maser, heat)
    pairs = (
        (found.to_forces, found.to_forces_error, rest["thermo-kinetic"].response.values),
        (found.to_speed, found.to_speed_error, rest["kinetic"].response.values),
        (found.information, found.information_error, rest["thermo-kinetic, exact information"].cost.values),
    )
    for values, error, per_time in pairs:
        # What the start has left behind is a constant beside the growth.
        left = values[3:] - per_time * times[3:]
        assert (np.abs(left[1:] - left[0]) <= error[4:] + error[3] + 1e-9 * per_time * times[4:]).all()
        assert values[-1] == pytest.approx(per_time * 1e9, rel=1e-6)
        assert (error[-1] < 1e-6 * values[-1]).all()


def test_a_state_that_turns_too_often_is_refused_at_once() -> None:
    model = tk.Model(1e3 * np.array([[0.0, 1.0], [1.0, 0.0]]), [tk.Channel(np.array([[0.0, 0.1], [0.0, 0.0]]), None)])
    with pytest.raises(tk.NotConvergedError, match="ask for earlier times, or for the bounds of the steady state"):
        response_of(model, tk.Populations([1.0, 0.0]), np.array([1.0, 1e4]), tk.activity(model))
