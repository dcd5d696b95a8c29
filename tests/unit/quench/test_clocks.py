"""Fluctuations on the clocks of completion and of heat, against closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.optimize

import counting_oracles as counting
import oracles
import systems
import thermokin as tk
from thermokin.quench.branch import Branch, branch
from thermokin.quench.clocks import matched_completion, matched_heat, time_of_completion, time_of_heat

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

HEATING = systems.TwoStateQuench()
PAIR = (HEATING, HEATING.reversed())


def sides(times: Any = (0.0, 1.0)) -> tuple[Branch, Branch]:
    one, two = (
        branch(
            tk.Quench("a quench", tk.library.qubit(1.0, 1.0, q.bath_temperature), tk.Gibbs(q.initial_temperature)),
            times,
        )
        for q in PAIR
    )
    return one, two


@pytest.mark.parametrize("fraction", [0.01, 0.5, 0.97])
def test_equal_completion_is_reached_where_the_arc_length_says(fraction: float) -> None:
    match = matched_completion(*sides(), fraction)
    assert match.clock == "completion"
    assert match.level == fraction
    for quench, time, noise in zip(PAIR, match.times, match.relative_variances, strict=True):
        expected = scipy.optimize.brentq(lambda t, q=quench: float(q.completion(t)) - fraction, 0.0, 30.0, xtol=1e-13)
        assert float(time) == pytest.approx(expected, rel=1e-9)
        ratio = float(quench.heat_variance(expected) / quench.heat_mean(expected) ** 2)
        assert float(noise) == pytest.approx(ratio, rel=1e-9)


@pytest.mark.parametrize("fraction", [0.01, 0.5, 0.97])
def test_equal_heat_is_equal_progress_of_a_qubit(fraction: float) -> None:
    match = matched_heat(*sides(), fraction)
    assert match.clock == "heat"
    assert float(match.level) == pytest.approx(fraction * float(HEATING.heat_mean(np.inf)), rel=1e-13)
    for quench, time in zip(PAIR, match.times, strict=True):
        assert float(time) == pytest.approx(-np.log1p(-fraction) / quench.relaxation, rel=1e-9)
    # The mirror theorem.
    assert float(match.relative_variances[0]) == pytest.approx(float(match.relative_variances[1]), rel=1e-10)


def test_the_given_times_do_not_move_the_matched_moments() -> None:
    expected = matched_completion(*sides((0.0, 1.0)))
    for times in ((0.0,), (0.3,), (50.0, 60.0), tuple(np.linspace(0.0, 5.0, 11))):
        found = matched_completion(*sides(times))
        np.testing.assert_allclose(found.times, expected.times, rtol=1e-10)
        np.testing.assert_allclose(found.relative_variances, expected.relative_variances, rtol=1e-10)


def test_equal_heat_of_unequal_pairs_is_a_fraction_of_the_smaller_total() -> None:
    """Equidistant starts take in different heats: the level is that of the one which exchanges less."""
    pair = tk.equidistant(lambda t: tk.library.qubit(1.0, 1.0, t), 1.0, 0.5)
    comparison = tk.compare(pair, [0.0])
    energies = [float(oracles.gibbs_populations([0.0, 1.0], t)[1]) for t in (0.5, float(pair.temperatures["hot"]), 1.0)]
    totals = [energies[2] - energies[0], energies[1] - energies[2]]
    match = matched_heat(comparison.heating, comparison.cooling, 0.5)
    assert float(match.level) == pytest.approx(0.5 * min(totals), rel=1e-11)
    for side, total, time in zip((comparison.heating, comparison.cooling), totals, match.times, strict=True):
        speed = 1.0 / np.tanh(0.5)
        assert float(time) == pytest.approx(-np.log1p(-float(match.level) / total) / speed, rel=1e-9)
        assert abs(float(side.at([float(time)]).heat.mean[0])) == pytest.approx(float(match.level), rel=1e-11)


def test_the_noise_of_a_ladder_at_equal_heat_is_that_of_its_rate_matrix() -> None:
    energies = np.arange(3.0)
    comparison = tk.compare(tk.reciprocal(lambda t: tk.library.qutrit_ladder(1.0, t), 0.5, 2.0), [0.0])
    match = matched_heat(comparison.heating, comparison.cooling, 0.5)
    for start, bath, noise in zip((0.5, 2.0), (2.0, 0.5), match.relative_variances, strict=True):
        couplings = np.diag([1.0, 1.0], 1) + np.diag([1.0, 1.0], -1)
        matrix = oracles.thermal_rate_matrix(energies, couplings, lambda w: 1.0, bath)
        p = oracles.gibbs_populations(energies, start)
        gains = counting.rate_gains(matrix, np.subtract.outer(energies, energies), 2)

        def moments(time: float, matrix: Any = matrix, gains: Any = gains, p: Any = p) -> Any:
            return counting.integrated_moments(matrix, gains, np.ones(3), p, time)

        time = scipy.optimize.brentq(lambda t, m=moments: abs(m(t)[1]) - float(match.level), 1e-4, 20.0, xtol=1e-13)
        mean, second = moments(time)[1:]
        assert float(noise) == pytest.approx(second / mean**2 - 1.0, rel=1e-8)


def test_a_state_that_is_where_it_ends_has_no_matched_moments_to_speak_of() -> None:
    """No length and no heat: completion 1 from the first moment on, and a relative variance without a mean."""
    model = tk.library.qubit(1.0, 1.0, 2.0)
    still = branch(tk.Quench("still", model, tk.Gibbs(2.0)), [0.0, 1.0])
    assert (still.kinematics.completion == 1.0).all()
    match = matched_heat(still, sides()[0])
    assert float(match.level) == pytest.approx(0.0, abs=1e-16)


@pytest.mark.parametrize(
    ("start", "bath"), [(0.0, 1.0), (np.inf, 1.0), (1.0, 0.0), (1.0, 1.0 + 1e-9), (0.02, 0.1), (9.0, 0.01)]
)
@pytest.mark.parametrize("part", [1e-8, 1e-4, 0.1, 0.5, 0.9])
def test_two_levels_are_that_far_on_when_the_closed_forms_say(start: float, bath: float, part: float) -> None:
    side = branch(tk.Quench("a quench", tk.library.qubit(1.0, 0.7, bath), tk.Gibbs(start)), [0.0, 1.0])
    time = time_of_completion(side, np.asarray(part))
    assert time is not None
    assert float(side.at(time[None]).kinematics.completion[0]) == pytest.approx(part, rel=1e-11)
    heat = part * abs(float(side.total_heat))
    time = time_of_heat(side, np.asarray(heat))
    assert time is not None
    assert abs(float(side.at(time[None]).heat.mean[0])) == pytest.approx(heat, rel=1e-10)
    for end in (0.0, 1.0):
        time = time_of_completion(side, np.asarray(end))
        assert time is not None
        assert time == 0.0 if end == 0.0 else np.isnan(time)
    beyond = time_of_heat(side, np.asarray(1.01 * abs(float(side.total_heat))))
    assert beyond is not None
    assert np.isnan(beyond)


@pytest.mark.parametrize("up", [0.0, 1e-9, 1.0, 50.0, 1e9])
@pytest.mark.parametrize("lower", [0.0, 1e-12, 0.3, 1.0])
def test_either_level_may_be_the_emptier_one(up: float, lower: float) -> None:
    """Inverted populations end near 1 in the upper level: the angle from the lower one keeps the digits."""
    model = tk.rates(np.array([[0.0, 2.0], [up, 0.0]]))
    side = branch(tk.Quench("a quench", model, tk.Populations([lower, 1.0 - lower])), [0.0, 1.0])
    time = time_of_completion(side, np.asarray(0.5))
    assert time is not None
    if float(side.kinematics.total_length) == 0.0:
        assert np.isnan(time)
    else:
        assert float(side.at(time[None]).kinematics.completion[0]) == pytest.approx(0.5, rel=1e-11)


def test_more_levels_and_coherences_have_no_closed_moment() -> None:
    ladder = branch(tk.Quench("a", tk.library.qutrit_ladder(1.0, 2.0), tk.Gibbs(0.5)), [0.0, 1.0])
    tilted = branch(tk.Quench("b", tk.library.qubit(1.0, 1.0, 2.0), np.full((2, 2), 0.5)), [0.0, 1.0])
    for side in (ladder, tilted):
        assert time_of_completion(side, np.asarray(0.5)) is None
        assert time_of_heat(side, np.asarray(0.1)) is None


@pytest.mark.parametrize("last", [1.0, 100.0, 1e5])
def test_a_coherent_start_is_half_way_whenever_the_last_time_comes(last: float) -> None:
    start = np.array([[0.3, 0.2], [0.2, 0.7]])
    model = tk.library.qubit(1.0, 1.0, 2.0)
    side = branch(tk.Quench("a quench", model, start), [0.0, last])
    match = matched_completion(side, branch(tk.Quench("the other", model, tk.Gibbs(0.5)), [0.0, last]))
    assert float(side.at([float(match.times[0])]).kinematics.completion[0]) == pytest.approx(0.5, rel=1e-9)


def test_a_ladder_is_half_way_whenever_the_last_time_comes() -> None:
    pair = tk.reciprocal(lambda t: tk.library.qutrit_ladder(1.0, t), 0.5, 2.0)
    for last in (1.0, 1e4):
        comparison = tk.compare(pair, [0.0, last])
        match = matched_completion(comparison.heating, comparison.cooling)
        for side, time in zip((comparison.heating, comparison.cooling), match.times, strict=True):
            assert float(side.at([float(time)]).kinematics.completion[0]) == pytest.approx(0.5, rel=1e-9)


def test_matched_moments_have_the_leading_axes_of_the_times() -> None:
    pair = tk.reciprocal(lambda t: tk.library.qubit(1.0, 1.0, t), 0.5, 2.0)
    comparison = tk.compare(pair, [[0.0, 1.0], [0.0, 2.0], [0.5, 1.0]])
    for matched in (matched_completion, matched_heat):
        match = matched(comparison.heating, comparison.cooling)
        assert match.times[0].shape == match.relative_variances[1].shape == (3,)
