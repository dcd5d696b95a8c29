"""Propagators of equations whose coefficients change in time."""

from collections.abc import Callable
from typing import Any, TypeAlias

import mpmath
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from thermokin._typing import FloatArray
from thermokin.errors import NotConvergedError
from thermokin.numerics.magnus import Survey, propagation, survey, survey_times
from thermokin.numerics.magnus_step import commutator_free_step, magnus_step, midpoint_step

Array: TypeAlias = NDArray[Any]
Function: TypeAlias = Callable[[FloatArray], Array]

RATE = np.array([[-1.0, 0.3], [1.0, -0.3]])
TURN = np.array([[0.0, -1.0], [1.0, 0.0]])


def turning(times: FloatArray) -> Array:
    """A decay and a rotation that do not commute, both changing in time."""
    times = np.asarray(times)[:, None, None]
    return (1.0 + 0.5 * np.sin(2.0 * times)) * RATE + np.cos(times) ** 2 * TURN


def surveyed(function: Function, end: float) -> Survey:
    """What 256 samples show of a function."""
    times = survey_times(0.0, end, 256)
    return survey(function(times), times, 0.0, end)


def reference(generator: Function, start: float, end: float) -> Array:
    size = generator(np.array([start])).shape[-1]
    found = solve_ivp(
        lambda t, x: (generator(np.array([t]))[0] @ x.reshape(size, size)).reshape(-1),
        (start, end),
        np.eye(size).reshape(-1),
        method="DOP853",
        rtol=1e-13,
        atol=1e-14,
    )
    return found.y[:, -1].reshape(size, size)


def fixed_steps(step: Callable[[Function, FloatArray, FloatArray], Array], count: int) -> Array:
    lengths = np.full(count, 3.0 / count)
    maps = step(turning, np.arange(count) * 3.0 / count, lengths)
    total = np.eye(2)
    for one in maps:
        total = one @ total
    return total


@pytest.mark.parametrize(("step", "gain"), [(commutator_free_step, 16.0), (magnus_step, 16.0), (midpoint_step, 4.0)])
def test_errors_fall_by_the_order_of_the_step_when_steps_are_halved(
    step: Callable[[Function, FloatArray, FloatArray], Array], gain: float
) -> None:
    exact = reference(turning, 0.0, 3.0)
    errors = [np.abs(fixed_steps(step, count) - exact).max() for count in (16, 32, 64)]
    ratios = [errors[0] / errors[1], errors[1] / errors[2]]
    assert ratios == pytest.approx([gain, gain], rel=0.1)


def test_two_exponentials_in_the_other_order_lose_the_order() -> None:
    # What the test above must see: the value alone looks right.
    def swapped(generator: Function, starts: FloatArray, lengths: FloatArray) -> Array:
        return commutator_free_step(
            lambda times: generator(2.0 * np.tile(starts, 2) + np.tile(lengths, 2) - times), starts, lengths
        )

    exact = reference(turning, 0.0, 3.0)
    errors = [np.abs(fixed_steps(swapped, count) - exact).max() for count in (16, 32)]
    assert errors[0] / errors[1] < 6.0
    # A step is the inverse of the step back in time: why errors are even in its length.
    for step in (commutator_free_step, magnus_step):
        forth, back = (step(turning, np.array([at]), np.array([length])) for at, length in ((0.3, 0.2), (0.5, -0.2)))
        assert (back @ forth)[0] == pytest.approx(np.eye(2), abs=1e-14)


@pytest.mark.parametrize("tolerance", [1e-6, 1e-9, 1e-12])
def test_maps_are_within_the_tolerance_and_say_so(tolerance: float) -> None:
    exact = reference(turning, 0.0, 3.0)
    found = propagation(turning, np.array([0.0, 3.0]), tolerance=tolerance)
    miss = np.abs(found.maps[0] - exact).sum(axis=-1).max()
    assert miss <= max(tolerance, 2e-13)
    assert miss <= found.error + 2e-13
    assert found.error <= tolerance
    assert not found.at_floor


def test_maps_between_edges_make_the_whole_and_conserve_the_sum() -> None:
    edges = np.array([0.0, 0.1, 0.11, 2.0, 3.0])
    found = propagation(turning, edges, tolerance=1e-11)
    whole = np.linalg.multi_dot(found.maps[::-1])
    assert whole == pytest.approx(reference(turning, 0.0, 3.0), abs=1e-11)

    def rates(times: FloatArray) -> Array:
        return (1.0 + 0.5 * np.sin(2.0 * times))[:, None, None] * RATE

    maps = propagation(rates, edges, tolerance=1e-11).maps
    assert maps.sum(axis=-2) == pytest.approx(np.ones((4, 2)), abs=1e-13)


def test_commuting_coefficients_are_integrated_to_the_last_digit() -> None:
    with mpmath.workdps(30):
        area = mpmath.quad(lambda t: 1 + mpmath.sin(2 * t) / 2, [0, 3])
        kept = float((mpmath.mpf("0.3") + mpmath.exp(-mpmath.mpf("1.3") * area)) / mpmath.mpf("1.3"))

    def rates(times: FloatArray) -> Array:
        return (1.0 + 0.5 * np.sin(2.0 * times))[:, None, None] * RATE

    assert propagation(rates, np.array([0.0, 3.0]), tolerance=1e-13).maps[0, 0, 0] == pytest.approx(kept, rel=1e-13)


def test_complex_generators_give_unitary_maps() -> None:
    def hamiltonian(times: FloatArray) -> Array:
        return -1j * np.stack([[[1.0, t], [t, -1.0]] for t in np.asarray(times)])

    found = propagation(hamiltonian, np.array([0.0, 4.0]), tolerance=1e-12).maps[0]
    assert found @ found.conj().T == pytest.approx(np.eye(2), abs=1e-12)


def test_midpoint_steps_serve_where_positivity_must_be_kept() -> None:
    found = propagation(turning, np.array([0.0, 3.0]), tolerance=1e-5, positive=True)
    miss = np.abs(found.maps[0] - reference(turning, 0.0, 3.0)).sum(axis=-1).max()
    assert 1e-9 < miss <= 1e-5


def test_a_narrow_pulse_is_found_by_samples_and_missed_without() -> None:
    def pulsed(times: FloatArray) -> Array:
        return (0.01 + 40.0 * np.exp(-(((times - 3.217) / 0.03) ** 2)))[:, None, None] * RATE

    edges = np.array([0.0, 10.0])
    area = 0.1 + 40.0 * 0.03 * np.sqrt(np.pi)
    exact = (0.3 + np.exp(-1.3 * area)) / 1.3
    missed = propagation(pulsed, edges, tolerance=1e-10, first=2).maps[0, 0, 0]
    assert abs(missed - exact) > 0.1
    seen = surveyed(pulsed, 10.0).sudden
    assert np.count_nonzero((seen > 3.1) & (seen < 3.3)) >= 4
    assert 4 <= np.count_nonzero((seen < 3.0) | (seen > 3.5)) <= 10
    found = propagation(pulsed, np.concatenate([[0.0], seen, [10.0]]), tolerance=1e-10)
    whole = np.linalg.multi_dot(found.maps[::-1])
    assert whole[0, 0] == pytest.approx(exact, abs=1e-10)


def test_a_survey_finds_nothing_sudden_in_a_smooth_drive_and_counts_its_swings() -> None:
    def waving(times: FloatArray) -> Array:
        return np.cos(times)[:, None, None] * RATE

    assert surveyed(turning, 3.0).sudden.size == 0
    assert surveyed(lambda times: times[:, None, None] * RATE, 3.0).panels == 4
    # 40 half periods, two panels for each.
    assert surveyed(waving, 40.0 * np.pi).panels == pytest.approx(82, abs=1)
    assert surveyed(lambda times: np.ones((times.size, 2, 2)), 3.0).panels == 4


def test_kinks_and_jumps_are_bisected_and_cost_more_than_break_points() -> None:
    def kinked(times: FloatArray) -> Array:
        return np.minimum(times, 1.0)[:, None, None] * RATE

    exact = (0.3 + np.exp(-1.3 * 2.5)) / 1.3
    without = propagation(kinked, np.array([0.0, 3.0]), tolerance=1e-10)
    named = propagation(kinked, np.array([0.0, 1.0, 3.0]), tolerance=1e-10)
    assert without.maps[0, 0, 0] == pytest.approx(exact, abs=1e-10)
    assert (named.maps[1] @ named.maps[0])[0, 0] == pytest.approx(exact, abs=1e-12)
    assert named.panels < without.panels
    assert not without.at_floor


def test_noise_in_the_coefficients_ends_the_bisection_and_is_said() -> None:
    def noisy(times: FloatArray) -> Array:
        hashed = np.sin(1e9 * np.asarray(times))[:, None, None]
        return turning(times) + 1e-10 * hashed * TURN

    found = propagation(noisy, np.array([0.0, 3.0]), tolerance=1e-13)
    assert found.at_floor
    assert found.panels < 3000
    miss = np.abs(found.maps[0] - reference(turning, 0.0, 3.0)).sum(axis=-1).max()
    assert miss <= max(found.error, 1e-11) <= 1e-8


def test_coefficients_without_a_limit_are_refused() -> None:
    def wild(times: FloatArray) -> Array:
        return np.sin(1e9 * np.asarray(times))[:, None, None] * TURN

    with pytest.raises(NotConvergedError, match="does not converge as panels are halved"):
        propagation(wild, np.array([0.0, 3.0]), tolerance=1e-8)


def test_coefficients_that_are_noise_state_what_halving_could_not_gain() -> None:
    def noisy(times: np.ndarray) -> np.ndarray:
        noise = 1e-7 * np.sin(1e9 * times + 1e5 * times**2)
        return np.asarray((np.cos(times) + noise)[:, None, None])

    found = propagation(noisy, np.array([0.0, 1.0]), tolerance=1e-12)
    assert found.at_floor
    assert abs(found.maps[0, 0, 0] - np.exp(np.sin(1.0))) < found.error
    assert 1e-9 < found.error < 1e-5
