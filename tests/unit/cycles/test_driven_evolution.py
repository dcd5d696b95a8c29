"""Driven states, their heat and their two works, against closed integrals and a hand-written integration."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

import thermokin as tk
from driven import DOWN, SX, SZ, Array, flat, momentary_jumps, ohmic, rotating_field, turning_gap, walked
from thermokin.errors import ValidityWarning

DIGITS = 1e-11  # the default tolerance of maps is 1e-10, estimates are conservative


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    # The exact cases couple strongly so that all digits matter; that this is doubtful is another test's business.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def davies_leg(duration: float, hamiltonian: object, *contacts: tk.Contact, **rest: object) -> tk.Leg:
    return tk.Leg(duration, lambda t: tk.davies(hamiltonian(t), contacts), **rest)  # type: ignore[operator, arg-type]


def test_a_qubit_whose_gap_grows_in_a_bath_takes_the_work_of_the_closed_integrals() -> None:
    # Independent evaluation of the closed integrals in 25 digits.
    bath = tk.Contact(tk.Bath("bath", 0.8), SX, tk.Flat(0.1))
    run = tk.evolve(davies_leg(10.0, lambda t: np.diag([0.0, 1.0 + t / 10.0]), bath), tk.Gibbs(0.8), [10.0])
    assert run.work_on_counted[0] == pytest.approx(0.1924798798526924, abs=DIGITS)
    assert run.power_of_drive[0] == pytest.approx(0.1924798798526924, abs=DIGITS)
    assert run.heat["bath"][0] == pytest.approx(-0.1142012768636413, abs=DIGITS)
    assert run.states[0, 1, 1].real == pytest.approx(0.1504893709071798, abs=DIGITS)
    assert run.entropy[0] - run.initial_entropy == pytest.approx(-0.10674724209177089, abs=DIGITS)
    assert run.entropy_production[0] == pytest.approx(0.036004353987780735, abs=DIGITS)
    assert abs(run.first_law[0]) < 1e-11
    assert run.choi > -1e-14
    assert run.error < 1e-10


def test_erasure_costs_landauers_heat_and_what_speed_adds() -> None:
    # Scalar differential equation to 1e-12.
    bath = tk.Contact(tk.Bath("bath", 1.0), SX, tk.Ohmic(0.5))
    leg = davies_leg(20.0, lambda t: np.diag([0.0, 0.1 + 9.9 * t / 20.0]), bath)
    run = tk.evolve(leg, np.eye(2) / 2.0, [20.0])
    assert -run.heat["bath"][0] == pytest.approx(0.8917176454475324, abs=DIGITS)
    assert run.work_on_counted[0] == pytest.approx(0.8422221297293606, abs=DIGITS)
    assert run.states[0, 1, 1].real == pytest.approx(5.044842818287138e-05, abs=1e-14)
    assert run.entropy_production[0] == pytest.approx(0.19912007699070478, abs=DIGITS)


@pytest.mark.parametrize("breaks", [(), (5.0,)])
def test_levels_cross_without_labels(breaks: tuple[float, ...]) -> None:
    # Rate equation with the limit T a of the rates at zero gap, by DOP853.
    coupling = np.array([[0.0, 1.0, 0.7], [1.0, 0.0, 0.5], [0.7, 0.5, 0.0]])
    bath = tk.Contact(tk.Bath("bath", 0.6), coupling, tk.Ohmic(0.1))
    leg = davies_leg(10.0, lambda t: np.diag([0.0, 1.0, 1.6 - 0.12 * t]), bath, breaks=breaks)
    run = tk.evolve(leg, tk.Gibbs(0.6), [5.0, 10.0])
    expected = [0.7444868153193382, 0.13928135345379963, 0.11623183122686223]
    assert np.diag(run.states[-1]).real == pytest.approx(expected, abs=DIGITS)
    assert run.heat["bath"][-1] == pytest.approx(0.03739132436156205, abs=DIGITS)
    assert run.work_on_counted[-1] == pytest.approx(-0.0900620001294012, abs=DIGITS)
    assert run.entropy_production[-1] == pytest.approx(0.054843185839082174, abs=DIGITS)


def test_coherent_driving_agrees_with_an_integration_by_hand() -> None:
    bath = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(0.1))
    start = np.array([[0.6, 0.2 - 0.1j], [0.2 + 0.1j, 0.4]])
    run = tk.evolve(davies_leg(5.0, turning_gap, bath), start, [5.0])
    slow = walked(start, 5.0, turning_gap, lambda t: momentary_jumps(turning_gap(t), SX, ohmic(0.1), 0.7, 0, 0.1 * 0.7))
    assert run.states[0] == pytest.approx(slow.rho, abs=DIGITS)
    assert run.heat["bath"][0] == pytest.approx(slow.heat[0], abs=DIGITS)
    assert run.work_on_counted[0] == pytest.approx(slow.work, abs=1e-10)  # differences of the Hamiltonian, by hand
    assert abs(run.first_law[0]) < 1e-12


@pytest.mark.slow
def test_one_time_at_once_and_many_give_the_same() -> None:
    bath = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(0.1))
    slowly = tk.Leg(5.0, lambda t: tk.davies(turning_gap(float(t)), [bath]))
    whole = tk.Leg(
        5.0, lambda t: tk.Model(turning_gap(float(t)), list(tk.davies(turning_gap(float(t)), [bath]).channels))
    )
    runs = [tk.evolve(leg, tk.Gibbs(0.7), [2.0, 5.0]) for leg in (davies_leg(5.0, turning_gap, bath), slowly, whole)]
    for run in runs[1:]:
        assert run.states == pytest.approx(runs[0].states, abs=1e-11)
        assert run.heat["bath"] == pytest.approx(runs[0].heat["bath"], abs=1e-11)


def test_local_jumps_have_two_works_of_which_one_closes_with_counted_heat() -> None:
    bath = tk.Bath("bath", 1.0 / np.log(13.0 / 3.0))

    def model(time: float) -> tk.Model:
        channels = [tk.Channel(np.sqrt(0.13) * DOWN, bath, -1.0), tk.Channel(np.sqrt(0.03) * DOWN.T, bath, 1.0)]
        return tk.Model(rotating_field(time), channels, energy_operator=0.5 * SZ)

    start = np.array([[0.3, 0.1j], [-0.1j, 0.7]])
    run = tk.evolve(tk.Leg(4.0, model), start, [4.0])
    jumps = [(np.sqrt(0.13) * DOWN, -1.0, 0), (np.sqrt(0.03) * DOWN.T, 1.0, 0)]
    slow = walked(start, 4.0, rotating_field, lambda _: jumps, counted=lambda _: 0.5 * SZ)  # type: ignore[arg-type, return-value]
    assert run.heat["bath"][0] == pytest.approx(slow.heat[0], abs=DIGITS)
    assert run.work_on_counted[0] == pytest.approx(slow.work, abs=DIGITS)
    assert run.power_of_drive[0] == pytest.approx(slow.power, abs=1e-10)
    assert abs(run.work_on_counted[0] - run.power_of_drive[0]) > 0.01
    assert abs(run.first_law[0]) < 1e-12


def test_a_temperature_that_changes_along_a_leg_is_that_of_each_jump() -> None:
    def temperature(time: float) -> float:
        return 0.6 + 0.3 * np.sin(time)

    def model(time: float) -> tk.Model:
        return tk.davies(np.diag([0.0, 1.0]), [tk.Contact(tk.Bath("bath", temperature(time)), SX, tk.Flat(0.2))])

    run = tk.evolve(tk.Leg(3.0, model), tk.Populations([0.5, 0.5]), [3.0])
    hamiltonian = np.diag([0.0, 1.0]).astype(complex)
    slow = walked(
        np.eye(2) / 2.0,
        3.0,
        lambda _: hamiltonian,
        lambda t: momentary_jumps(hamiltonian, SX, flat(0.2), temperature(t), 0, 0.0),
    )
    assert run.heat["bath"][0] == pytest.approx(slow.heat[0], abs=DIGITS)
    assert run.work_on_counted[0] == pytest.approx(0.0, abs=1e-14)


def test_quenches_between_legs_are_work() -> None:
    bath = tk.Contact(tk.Bath("bath", 0.8), SX, tk.Flat(0.1))
    models = [tk.davies(np.diag([0.0, gap]), [bath]) for gap in (1.0, 2.0)]
    protocol = tk.Protocol([tk.Leg(3.0, model) for model in models], quench=True)
    run = tk.evolve(protocol, tk.Populations([0.5, 0.5]), [3.0, 4.0, 6.0])
    first = tk.evolve(models[0], tk.Populations([0.5, 0.5]), [3.0])
    excited = first.populations[0, 1]
    assert run.work_on_counted == pytest.approx([excited, excited, excited], abs=1e-13)
    second = tk.evolve(models[1], first.states[0], [1.0, 3.0])
    assert run.states[1:] == pytest.approx(second.states, abs=1e-12)
    assert run.first_law == pytest.approx(np.zeros(3), abs=1e-13)


def test_starts_with_leading_axes_run_side_by_side() -> None:
    bath = tk.Contact(tk.Bath("bath", 0.8), SX, tk.Flat(0.1))
    leg = davies_leg(10.0, lambda t: np.diag([0.0, 1.0 + t / 10.0]), bath)
    starts = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    run = tk.evolve(leg, tk.Populations(starts), [4.0, 10.0])
    assert run.heat["bath"].shape == (3, 2)
    for row, start in enumerate(starts):
        alone = tk.evolve(leg, tk.Populations(start), [4.0, 10.0])
        assert run.heat["bath"][row] == pytest.approx(alone.heat["bath"], abs=1e-13)
        assert run.entropy_production[row] == pytest.approx(alone.entropy_production, abs=1e-12)


def test_narrow_pulses_are_found() -> None:
    lead = tk.Contact(tk.Bath("bath", 0.8), SX, tk.Ohmic(0.01))

    def pulsed(time: object) -> Array:
        now = np.asarray(time, dtype=float)[..., None, None]
        return 0.5 * SZ + 8.0 * np.exp(-(((now - 3.217) / 0.05) ** 2)) * SX

    run = tk.evolve(davies_leg(10.0, pulsed, lead), tk.Gibbs(0.8), [10.0])
    named = tk.evolve(davies_leg(10.0, pulsed, lead, breaks=(3.0, 3.1, 3.3, 3.4)), tk.Gibbs(0.8), [10.0])
    assert run.states == pytest.approx(named.states, abs=1e-9)
    assert abs(run.first_law[0]) < 1e-9
    assert run.work_on_counted[0] > 0.1


def test_a_model_alone_moves_as_before() -> None:
    model = tk.library.qubit(gap=1.0, rate=0.1, temperature=0.5)
    assert tk.evolve(model, tk.Gibbs(2.0), [1.0]).populations.shape == (1, 2)
    with pytest.raises(TypeError, match="tolerance"):
        tk.evolve(model, tk.Gibbs(2.0), [1.0], tolerance=1e-8)  # type: ignore[call-overload]


@pytest.mark.parametrize("tolerance", [1e-6, 1e-8, 1e-12])
def test_errors_are_within_the_tolerance(tolerance: float) -> None:
    bath = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(0.1))
    exact = tk.evolve(davies_leg(5.0, turning_gap, bath), tk.Gibbs(0.7), [5.0], tolerance=1e-13)
    run = tk.evolve(davies_leg(5.0, turning_gap, bath), tk.Gibbs(0.7), [5.0], tolerance=tolerance)
    assert np.abs(run.states - exact.states).max() < tolerance
    assert run.heat["bath"][0] == pytest.approx(exact.heat["bath"][0], abs=2.0 * tolerance)
    assert run.error <= tolerance


def test_times_beyond_the_end_are_refused_with_the_remedy() -> None:
    leg = tk.Leg(1.0, tk.library.qubit(gap=1.0, rate=0.1, temperature=0.5))
    with pytest.raises(ValueError, match=r"within the protocol, which ends at 1, got 2; repeat its legs"):
        tk.evolve(leg, tk.Gibbs(1.0), [0.5, 2.0])
    with pytest.raises(ValueError, match=r"`tolerance` must be one number from 1e-14 to 0\.01"):
        tk.evolve(leg, tk.Gibbs(1.0), [0.5], tolerance=1.0)


def test_a_multiple_of_the_identity_in_a_coupling_is_no_jump() -> None:
    contacts = [tk.Contact(tk.Bath("bath", 0.8), SX + shift * np.eye(2), tk.Flat(0.1)) for shift in (0.0, 0.7)]
    start = np.array([[0.6, 0.2], [0.2, 0.4]])
    runs = [
        tk.evolve(davies_leg(3.0, lambda t: np.diag([0.0, 1.0 + t / 10.0]), contact), start, [3.0])
        for contact in contacts
    ]
    assert runs[1].states == pytest.approx(runs[0].states, abs=1e-13)
