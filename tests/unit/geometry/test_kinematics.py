"""Velocity against the Lyapunov oracle, length against closed forms and adaptive quadrature, and the laws of both."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import oracles
import strategies
import systems
import thermokin as tk
from oracles import Array
from reference_cases import case
from thermokin.geometry.kinematics import Kinematics, kinematics
from thermokin.geometry.unitary_part import DissipativeOnly, WithUnitary
from thermokin.numerics.kronrod import ABSCISSAE, KRONROD, partial_weights

FEW = settings(max_examples=20, deadline=None)


@pytest.fixture(autouse=True)
def _strong_rates_are_meant() -> Iterator[None]:
    # These models are exact as rate equations; how weak their coupling is does not matter here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        yield


def run(model: tk.Model, initial: object, times: object, rotation: object = None) -> Kinematics:
    return kinematics(model, tk.evolve(model, initial, times), rotation=rotation)


def test_qubit_reciprocal_quenches_move_as_in_the_reference_case() -> None:
    # Source: closed form, cross-checked by the SLD Fisher information.
    given_case = case("kinematics_qubit")
    cold, hot = given_case.parameters["T_c"], given_case.parameters["T_h"]
    values = {}
    for name, start, bath in (("heat", cold, hot), ("cool", hot, cold)):
        model = tk.library.qubit(given_case.parameters["w"], given_case.parameters["g"], bath)
        moved = run(model, tk.Gibbs(start), [0.0, 2.0, 10.0])
        values |= {
            f"v_{name}": moved.velocity,
            f"L_{name}": moved.length[1:],
            f"completion_{name}": moved.completion[1:],
        }
        given_case.agrees("L_total", moved.total_length)
    given_case.all_agree(values | {"L_total": moved.total_length})


def test_a_qubit_leaving_its_ground_state_has_finite_length_though_its_velocity_diverges() -> None:
    given_case = case("rank_deficient_start")
    model = tk.library.qubit(given_case.parameters["w"], given_case.parameters["g"], given_case.parameters["T"])
    moved = run(model, tk.Gibbs(0.0), [0.0, 1.0])
    given_case.agrees("length_0_1", moved.length[1])
    assert moved.velocity[0] == np.inf
    assert moved.length[0] == 0.0


# Temperatures of start and bath: ordinary, without full rank, nearly so, and a nearly empty final state.
QUENCHES = [(0.5, 2.0), (2.0, 0.5), (0.0, 2.0), (0.03, 2.0), (2.0, 0.05)]
GRIDS = [[0.0, 2.0, 10.0], [1e-6, 0.1, 1.0, 30.0], [1000.0]]


@pytest.mark.parametrize("grid", GRIDS, ids=str)
@pytest.mark.parametrize("degeneracy", [1, 3], ids=["two levels in closed form", "four levels by quadrature"])
@pytest.mark.parametrize(("start", "bath"), QUENCHES)
def test_lengths_of_two_state_quenches_are_exact_on_any_grid(
    start: float, bath: float, degeneracy: int, grid: list[float]
) -> None:
    system = systems.TwoStateQuench(1.0, 1.0, start, bath, degeneracy=degeneracy)
    moved = run(builders.two_state(system), builders.initial(system), grid)
    # The quadrature's own tolerance is 1e-11 a panel; 1e-12 is what it reaches for these smooth velocities.
    np.testing.assert_allclose(moved.length, system.length(grid), rtol=1e-12, atol=1e-40)
    np.testing.assert_allclose(moved.total_length, system.total_length, rtol=1e-12)
    assert (moved.length_error <= 1e-9 * moved.total_length).all()
    at = np.asarray(grid) > 0.0
    # Rounding of the start lets slower modes in that the exact state does not hold, 1e-15 of its largest velocity.
    np.testing.assert_allclose(moved.velocity[at], system.velocity(moved.times[at]), rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize(("start", "bath"), [(0.5, 0.7), (0.7, 0.5), (0.0, 0.7), (0.03, 0.7), (0.7, 0.05)])
def test_an_oscillator_of_many_nearly_empty_levels_moves_as_its_closed_form(start: float, bath: float) -> None:
    system = systems.OscillatorQuench(1.0, 1.0, start, bath)
    times = [1e-3, 2.0, 10.0]
    moved = run(builders.oscillator(system, 60), builders.initial(system), times)
    # Sixty levels of a state below T = 0.7 lose less than 1e-37.
    np.testing.assert_allclose(moved.velocity, system.velocity(times), rtol=1e-11)
    np.testing.assert_allclose(moved.length, system.length(times), rtol=1e-12)
    np.testing.assert_allclose(moved.total_length, system.total_length, rtol=1e-12)


def test_what_is_left_of_a_qubit_s_way_keeps_its_digits_at_late_times() -> None:
    system, mp = systems.TwoStateQuench(1.0, 1.0, 0.5, 2.0), systems.mp
    times = np.array([1.0, 5.0, 15.0])  # e^{-G t} down to 1e-27
    final, *path = (mp.asin(mp.sqrt(p)) for p in (system._end, *(system._excited(mp.mpf(float(t))) for t in times)))
    left = [float(2 * abs(angle - final) / mp.mpf(system.total_length)) for angle in path]
    moved = run(builders.two_state(system), builders.initial(system), times)
    np.testing.assert_allclose(moved.remaining, left, rtol=1e-13)
    np.testing.assert_allclose(moved.remaining + moved.completion, 1.0, rtol=1e-14)


def test_what_is_left_of_an_oscillator_s_way_keeps_its_digits_at_late_times() -> None:
    system, mp = systems.OscillatorQuench(1.0, 1.0, 0.4, 0.7), systems.mp
    times = np.array([1.0, 10.0, 30.0])  # e^{-G t} down to 1e-13
    final, *path = (mp.asinh(mp.sqrt(n)) for n in (system._end, *(system._mean(mp.mpf(float(t))) for t in times)))
    left = [float(2 * abs(angle - final) / mp.mpf(system.total_length)) for angle in path]
    moved = run(builders.oscillator(system, 60), builders.initial(system), times)
    # The quadrature asks for 1e-9 of what is left.
    np.testing.assert_allclose(moved.remaining, left, rtol=1e-9)


@FEW
@given(drawn=strategies.models_with_states(), time=strategies.times(0.05, 2.0), turning=st.booleans())
def test_velocity_of_a_coherent_state_is_that_of_the_lyapunov_equation(
    drawn: tuple[strategies.CoherentData, Array], time: float, *, turning: bool
) -> None:
    data, state = drawn
    jumps = [jump for some, _ in data.oracle_baths() for jump in some]
    model = builders.coherent(data)
    evolution = tk.evolve(model, state, [time * data.time_unit])
    moved = kinematics(model, evolution, rotation=WithUnitary() if turning else DissipativeOnly())
    rho = evolution.states[0]
    hamiltonian = data.hamiltonian if turning else np.zeros_like(data.hamiltonian)
    # The oracle solves for the logarithmic derivative by least squares; states here have no eigenvalue below 1e-3.
    np.testing.assert_allclose(moved.velocity[0], oracles.velocity(hamiltonian, jumps, rho), rtol=1e-8)


@pytest.mark.parametrize("pure", [False, True], ids=["mixed start", "pure start"])
def test_length_of_a_driven_qubit_is_that_of_adaptive_quadrature(*, pure: bool) -> None:
    # H does not commute with the jumps, so populations and coherences turn into each other.
    lowering, occupation = np.array([[0.0, 1.0], [0.0, 0.0]]), 1.0 / np.expm1(1.0)
    hamiltonian = np.array([[0.0, 0.3], [0.3, 1.0]])
    jumps = [
        oracles.Jump(np.sqrt(0.1 * (occupation + 1.0)) * lowering, 1.0, 1.0),
        oracles.Jump(np.sqrt(0.1 * occupation) * lowering.T, -1.0, -1.0),
    ]
    bath = tk.Bath("bath", 1.0)
    channels = [tk.Channel(jump.operator, bath, -jump.frequency) for jump in jumps]
    model = tk.Model(hamiltonian, channels, energy_operator=np.diag([0.0, 1.0]))
    start = np.diag([1.0, 0.0]) if pure else np.array([[0.5, 0.3], [0.3, 0.5]])
    times = [0.0, 1.0, 8.0]
    moved = run(model, start, times)
    expected = [oracles.length(hamiltonian, jumps, start.astype(complex), t) for t in times[1:]]
    np.testing.assert_allclose(moved.length[1:], expected, rtol=1e-9)  # of the oracle's quadrature
    assert np.isfinite(moved.total_length)
    # Its final state does not commute with H, so in the interaction picture it turns for ever.
    turning = run(model, start, times, DissipativeOnly())
    assert turning.total_length == np.inf
    assert (turning.completion == 0.0).all()


def test_without_rotation_a_coherent_thermal_qubit_moves_a_finite_way_and_with_it_much_farther() -> None:
    model = tk.library.qubit(1.0, 1e-3, 1.0)
    state = np.array([[0.6, 0.3], [0.3, 0.4]])
    whole, still = (run(model, state, [500.0], rotation) for rotation in (WithUnitary(), DissipativeOnly()))
    # One turn is about 2 pi |b| of Bloch length; a thousand of them pass while the state relaxes.
    assert 20.0 * still.total_length < whole.total_length < np.inf


def test_a_coherence_that_never_decays_has_endless_length_unless_rotation_is_left_out() -> None:
    energies, jump = np.diag([0.0, 1.0, 2.5]), np.zeros((3, 3))
    jump[0, 2] = 0.3
    model = tk.Model(energies, [tk.Channel(jump, tk.Bath("bath", 0.0), -2.5)])
    state = np.full((3, 3), 1.0 / 3.0)
    whole = run(model, state, [0.0, 1.0, 20.0])
    assert whole.total_length == np.inf
    assert np.isfinite(whole.length).all()
    np.testing.assert_array_equal(whole.remaining, 1.0)
    assert np.isfinite(run(model, state, [0.0, 1.0, 20.0], DissipativeOnly()).total_length)


def test_a_state_at_rest_has_no_way_to_go() -> None:
    model = tk.library.qubit(1.0, 0.1, 1.5)
    moved = run(model, tk.Gibbs(1.5), [0.0, 1.0])
    np.testing.assert_array_equal(moved.length, 0.0)
    np.testing.assert_array_equal(moved.completion, 1.0)
    np.testing.assert_array_equal(moved.remaining, 0.0)


@FEW
@given(strategies.levels_with_populations(4), strategies.time_grids())
def test_a_path_is_no_shorter_than_the_geodesic_and_completion_only_grows(
    drawn: tuple[strategies.LevelsData, Array], grid: Array
) -> None:
    data, populations = drawn
    model, times = builders.levels(data), grid * data.time_unit
    evolution = tk.evolve(model, tk.Populations(populations), times)
    moved = kinematics(model, evolution)
    for path, length in zip(evolution.populations, moved.length, strict=True):
        angle = oracles.distances(np.diag(populations), np.diag(path))["bures_angle"]
        assert length >= 2.0 * angle - 1e-7  # arccos near 1 loses half the digits in the oracle
    steps = np.diff(np.concatenate([moved.completion, [1.0]]))
    assert (steps >= -1e-12).all()
    assert ((moved.completion >= 0.0) & (moved.completion <= 1.0)).all()
    np.testing.assert_allclose(moved.completion + moved.remaining, 1.0, atol=1e-10)


@FEW
@given(strategies.levels_with_populations(4), strategies.scales())
def test_velocity_scales_with_the_rates_and_length_does_not(
    drawn: tuple[strategies.LevelsData, Array], factor: float
) -> None:
    data, populations = drawn
    times = np.array([0.0, 0.3, 2.0]) * data.time_unit
    one = run(builders.levels(data), tk.Populations(populations), times)
    other = run(builders.levels(data.scaled(factor)), tk.Populations(populations), times / factor)
    np.testing.assert_allclose(other.velocity, factor * one.velocity, rtol=1e-9)
    np.testing.assert_allclose(other.length, one.length, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(other.total_length, one.total_length, rtol=1e-9)


@pytest.mark.parametrize("levels", [2, 3])
def test_a_sweep_of_bath_temperatures_is_the_points_one_by_one(levels: int) -> None:
    energies, baths, times = np.arange(levels) ** 1.2, np.array([0.3, 1.0, 4.0]), [0.0, 1.0, 20.0]
    swept = run(tk.library.levels(energies, None, 0.1, baths), tk.Gibbs(0.7), times)
    for point, bath in enumerate(baths):
        alone = run(tk.library.levels(energies, None, 0.1, bath), tk.Gibbs(0.7), times)
        for name in ("velocity", "length", "completion", "remaining"):
            # Panels are split where any point asks for it, so a point alone has others.
            np.testing.assert_allclose(getattr(swept, name)[point], getattr(alone, name), rtol=1e-9, atol=1e-14)


def test_every_point_may_have_times_of_its_own() -> None:
    rates, unit = np.array([0.01, 1.0]), np.array([0.0, 0.5, 3.0, 20.0])
    times = unit / rates[:, None]
    model = tk.library.levels([0.0, 1.0, 2.5], None, rates, 2.0)
    moved = run(model, tk.Gibbs(0.5), times)
    # The same path at two speeds.
    np.testing.assert_allclose(moved.length[0], moved.length[1], rtol=1e-10)
    np.testing.assert_allclose(moved.remaining[0], moved.remaining[1], rtol=1e-8)
    alone = run(tk.library.levels([0.0, 1.0, 2.5], None, 1.0, 2.0), tk.Gibbs(0.5), unit)
    np.testing.assert_allclose(moved.length[1], alone.length, rtol=1e-10)


@pytest.mark.slow
def test_many_levels_summed_over_modes_move_as_stepped_ones() -> None:
    model = tk.library.random_levels(160, 3, 1e-3, 2.0)
    evolution = tk.evolve(model, tk.Gibbs(0.5), [0.0])
    fastest = evolution.liouvillian.decay.diagonal.max()
    times = np.array([1.0, 150.0, 400.0]) / fastest
    late, plain = evolution.at_many(times), evolution.at(times)
    np.testing.assert_allclose(late.populations, plain.populations, rtol=1e-9)
    # In the 1/pi norm, in which both engines are accurate.
    root = np.sqrt(evolution.motion.limit.stationary[0])
    size = np.linalg.norm(plain.deviation / root, axis=-1, keepdims=True)
    assert (np.abs(late.deviation - plain.deviation) / root <= 1e-9 * size).all()


@pytest.mark.slow
def test_levels_that_a_sum_over_modes_drowns_are_found_by_another_route() -> None:
    # Cooled to a hundredth of the width: final populations fall to 1e-43, far below the rounding of a sum over modes.
    model = tk.library.random_levels(160, 3, 1e-3, 0.04)
    evolution = tk.evolve(model, tk.Gibbs(2.0), [0.0])
    times = np.array([130.0, 200.0]) / evolution.liouvillian.decay.diagonal.max()
    late, plain = evolution.at_many(times), evolution.at(times)
    # Populations that are kept stand a thousandfold above the rounding.
    np.testing.assert_allclose(late.populations, plain.populations, rtol=1e-3)


def test_the_nodes_integrate_polynomials_exactly_up_to_any_place() -> None:
    place = np.linspace(-1.0, 1.0, 7)
    for degree in range(15):
        whole = (1.0 - (-1.0) ** (degree + 1)) / (degree + 1)
        assert KRONROD @ ABSCISSAE**degree == pytest.approx(whole, abs=1e-14)
        until = (place ** (degree + 1) - (-1.0) ** (degree + 1)) / (degree + 1)
        np.testing.assert_allclose(partial_weights(place) @ ABSCISSAE**degree, until, atol=1e-13)
    assert pytest.approx(2.0 / 23.0, rel=1e-13) == KRONROD @ ABSCISSAE**22  # Kronrod's 15 points are exact to degree 22


def test_an_evolution_of_another_model_is_refused() -> None:
    one, other = (tk.library.qubit(1.0, 0.1, 2.0) for _ in range(2))
    with pytest.raises(ValueError, match="`evolution` belongs to another model"):
        kinematics(one, tk.evolve(other, tk.Gibbs(1.0), [1.0]))


def test_rotation_is_a_value_not_a_switch() -> None:
    model = tk.library.qubit(1.0, 0.1, 2.0)
    with pytest.raises(TypeError, match=r"`rotation` must be WithUnitary\(\) or DissipativeOnly\(\), got True"):
        kinematics(model, tk.evolve(model, tk.Gibbs(1.0), [1.0]), rotation=True)


def test_times_alone_may_be_swept_with_any_number_of_levels() -> None:
    times = np.array([[0.0, 1.0], [0.0, 2.0], [0.5, 9.0]])
    model = tk.library.qutrit_ladder(1.0, 2.0)
    for start in (tk.Gibbs(0.5), np.full((3, 3), 0.1) + np.diag([0.4, 0.2, 0.1])):
        found = tk.kinematics(model, tk.evolve(model, start, times))
        for row, completion, remaining in zip(times, found.completion, found.remaining, strict=True):
            alone = tk.kinematics(model, tk.evolve(model, start, row))
            np.testing.assert_allclose(completion, alone.completion, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(remaining, alone.remaining, rtol=1e-8, atol=1e-12)
