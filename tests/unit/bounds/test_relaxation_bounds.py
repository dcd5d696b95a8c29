"""Bounds on the heat of a relaxing system: the formula book's numbers, closed forms, and what happens at the edges."""

from __future__ import annotations

import re
from pathlib import Path

import mpmath
import numpy as np
import pytest
import scipy.integrate

import builders
import counting_oracles as counting
import oracles
import systems
import thermokin as tk
from bounded import BARE, EXACT, bounds_along
from oracles import Array
from thermokin.bounds import Bound, Kind, Situation, catalogue, relaxation_bounds
from thermokin.bounds.kinetic import KINETIC
from thermokin.bounds.theorem import VARIANCE
from thermokin.counting.integrated_cumulants import exchanged

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")  # unit rates beside unit gaps

BIBLIOGRAPHY = Path(__file__).parents[3] / "src" / "thermokin" / "references.bib"


def qubit_in_its_own_time(cold: float, hot: float, progress: list[float]) -> tuple[systems.TwoStateQuench, Array]:
    """A qubit quench from the first to the second temperature, and times g t."""
    return systems.TwoStateQuench(initial_temperature=cold, bath_temperature=hot), np.array(progress)


def quench_bounds(system: systems.TwoStateQuench, times: Array) -> dict[str, Bound]:
    return bounds_along(builders.two_state(system), builders.initial(system), times)


# Numbers of the formula book, section 8, given there to the digits that are compared here.


@pytest.mark.parametrize(
    ("start", "end", "value", "bare"), [(0.5, 2.0, 6.004, 12.43), (2.0, 0.5, 11.66, 14.75), (0.05, 5.0, 1.2215, 3.41)]
)
def test_the_bare_bound_is_broken_by_a_relaxing_qubit(start: float, end: float, value: float, bare: float) -> None:
    system, times = qubit_in_its_own_time(start, end, [0.5] if end < 5.0 else [1.0])
    found = quench_bounds(system, times)[BARE]
    assert found.relative_value[0] == pytest.approx(value, rel=2e-3)
    assert found.relative_limit[0] == pytest.approx(bare, rel=1e-2)
    assert not found.holds.any()
    assert (found.slack < 0.0).all()
    assert (found.ratio < 1.0).all()
    assert not found.applies
    assert found.kind is Kind.COMPARISON


def test_with_delta_the_bound_holds_and_becomes_loose() -> None:
    heating = quench_bounds(*qubit_in_its_own_time(0.5, 2.0, [0.5, 2.0]))["thermo-kinetic"]
    cooling = quench_bounds(*qubit_in_its_own_time(2.0, 0.5, [0.5, 2.0]))["thermo-kinetic"]
    np.testing.assert_allclose(heating.ratio, [5.2, 7.9e4], rtol=5e-3)
    assert cooling.ratio[0] == pytest.approx(1.58, rel=5e-3)
    assert heating.applies
    assert heating.holds.all()
    assert heating.kind is Kind.THEOREM


def test_the_time_weighted_bound_misses_two_parts_in_a_billion_of_a_cold_start() -> None:
    found = quench_bounds(*qubit_in_its_own_time(0.05, 2.0, [2.0]))["time-weighted"]
    assert found.limit[0] == pytest.approx(0.234977425, abs=1e-9)
    assert found.value[0] == pytest.approx(0.234977427, abs=1e-9)
    assert found.limit[0] < found.value[0]


# Closed forms of the qubit, in 50 digits

QUBITS = [
    systems.TwoStateQuench(initial_temperature=0.5, bath_temperature=2.0),
    systems.TwoStateQuench(initial_temperature=2.0, bath_temperature=0.5),
    systems.TwoStateQuench(rate=0.3, gap=1.7, initial_temperature=0.4, bath_temperature=5.0, statistics="fermi"),
    systems.TwoStateQuench(initial_temperature=0.0, bath_temperature=1.0),
]
TIMES = np.array([0.01, 0.3, 1.0, 4.0])


@pytest.mark.parametrize("system", QUBITS)
def test_every_limit_on_a_qubit_is_its_formula(system: systems.TwoStateQuench) -> None:
    found = quench_bounds(system, TIMES)
    variance, mean = system.heat_variance(TIMES), system.heat_mean(TIMES)
    entropy, activity = system.entropy_production(TIMES), system.activity(TIMES)
    response = (TIMES * system.heat_rate(TIMES)) ** 2
    information = [counting.tkur_information(s, a) for s, a in zip(entropy, activity, strict=True)]
    # Sums and differences of numbers of order one, in doubles.
    for name, limit in {
        "thermo-kinetic": response / information,
        "thermodynamic": response / (entropy / 2),
        "kinetic": response / activity,
        BARE: mean**2 / information,
    }.items():
        np.testing.assert_allclose(found[name].limit, limit, rtol=1e-11, err_msg=name)
        np.testing.assert_allclose(found[name].value, variance, rtol=1e-12)
    if system.initial_temperature:
        force = 1 / system.initial_temperature - 1 / system.bath_temperature
        limit = mean**2 * [counting.fluctuation_theorem_bound(force * q) for q in mean]
        np.testing.assert_allclose(found["fluctuation theorem"].limit, limit, rtol=1e-11)
    else:  # an infinite force: the theorem says nothing
        np.testing.assert_array_equal(found["fluctuation theorem"].limit, 0.0)
    assert all(found[name].applies for name in found if name != BARE)
    assert all(found[name].holds.all() for name in found if name != BARE)


@pytest.mark.parametrize("system", QUBITS)
def test_the_closed_form_of_the_time_weighted_limit_is_its_integral(system: systems.TwoStateQuench) -> None:
    start, end = float(system.population(0.0)), float(system.population(np.inf))
    for time, limit in zip(TIMES, quench_bounds(system, TIMES)["time-weighted"].limit, strict=True):

        def weight(s: float) -> float:
            return float(system.activity_rate(s) / (system.heat_rate(s) / system.gap) ** 2)

        integral = mpmath.quad(weight, [0.0, time / 2, time])
        factor = (system.gap * system.relaxation * (end - start) * np.exp(-system.relaxation * time)) ** 2
        assert limit == pytest.approx(factor * float(integral), rel=1e-10)  # mpmath's quadrature in doubles


@pytest.mark.parametrize("system", QUBITS)
def test_the_time_weighted_limit_misses_only_the_uncertainty_of_the_start(system: systems.TwoStateQuench) -> None:
    found = quench_bounds(system, TIMES)["time-weighted"]
    start = system.population(0.0)
    lost = (system.gap * system.progress(TIMES)) ** 2 * start * (1.0 - start)
    # The law of total variance, exact in doubles but for the variance's own rounding.
    np.testing.assert_allclose(found.limit + lost, found.value, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("system", QUBITS[:3])
def test_the_exact_information_of_a_qubit_is_the_integral_of_its_net_flow(system: systems.TwoStateQuench) -> None:
    found = quench_bounds(system, TIMES)
    information = []
    for time in TIMES:

        def rate(s: float) -> float:
            return float((system.heat_rate(s) / system.gap) ** 2 / system.activity_rate(s))

        information.append(float(mpmath.quad(rate, [0.0, time / 2, time])))
    limit = (TIMES * system.heat_rate(TIMES)) ** 2 / np.array(information)
    np.testing.assert_allclose(found[EXACT].limit, limit, rtol=1e-10)  # mpmath's quadrature in doubles
    assert (found[EXACT].limit >= found["thermo-kinetic"].limit * (1 - 1e-12)).all()


@pytest.mark.parametrize("left", [1e-2, 1e-3, 1e-4, 1e-6])
def test_the_exact_information_resolves_scores_that_turn_within_a_short_time(left: float) -> None:
    """The score between two nearly empty levels turns within a time as short as they are empty."""
    model = tk.library.levels([0.0, 1.0, 2.2], [[0, 1, 0], [1, 0, 1], [0, 1, 0]], 1.0, 2.0)
    start, end = np.array([1.0 - 2.0 * left, left, left]), 3.0
    matrix = oracles.thermal_rate_matrix([0.0, 1.0, 2.2], [[0, 1, 0], [1, 0, 1], [0, 1, 0]], lambda w: 1.0, 2.0)

    def rate(logarithm: float) -> float:
        p = oracles.uniformised(matrix, start, np.exp(logarithm))
        flows = [(matrix[i, j] * p[j], matrix[j, i] * p[i]) for i, j in ((1, 0), (2, 1))]
        return float(np.exp(logarithm) * sum((a - b) ** 2 / (a + b) for a, b in flows))

    # In the logarithm of time nothing is sharp; what lies before 1e-14 is 1e-14 of the whole.
    lows = np.log(end) - np.arange(3.0, 34.0, 3.0)
    pieces = [scipy.integrate.quad(rate, low, low + 3.0, epsabs=0, epsrel=1e-12)[0] for low in lows]
    found = bounds_along(model, tk.Populations(start), [end])[EXACT]
    response = end * float(np.array([0.0, 1.0, 2.2]) @ matrix @ oracles.uniformised(matrix, start, end))
    assert found.limit[0] == pytest.approx(response**2 / sum(pieces), rel=1e-11)


# The edges


def test_at_time_zero_every_value_and_limit_is_zero_and_no_ratio_is_not_a_number() -> None:
    for bound in quench_bounds(*qubit_in_its_own_time(0.5, 2.0, [0.0, 1.0])).values():
        assert bound.value[0] == bound.limit[0] == 0.0
        assert bound.holds[0]
        assert bound.ratio[0] == bound.relative_value[0] == bound.relative_limit[0] == np.inf


def test_without_a_quench_nothing_is_claimed_and_nothing_breaks() -> None:
    system = systems.TwoStateQuench(initial_temperature=1.3, bath_temperature=1.3)
    found = quench_bounds(system, np.array([0.0, 0.1, 1.0, 50.0]))
    for name in ("thermo-kinetic", "thermodynamic", "kinetic", BARE):
        # <J> and its response are rounding, as is the entropy production.
        assert (found[name].limit <= 1e-12).all() or not found[name].limit.any(), name
    assert found["time-weighted"].limit[3] > 0.0  # p_f (1 - p_f): it does not need a current
    for name, bound in found.items():
        assert bound.holds.all(), name


@pytest.mark.parametrize("step", [1e-3, 1e-6, 1e-9, 1e-12])
def test_close_to_equilibrium_the_fluctuation_theorem_is_tight_and_rounding_breaks_nothing(step: float) -> None:
    system = systems.TwoStateQuench(initial_temperature=1.0, bath_temperature=1.0 + step)
    found = quench_bounds(system, np.array([1e-9, 1e-4, 1.0, 60.0]))
    for name, bound in found.items():
        assert bound.holds.all() or name == BARE, name
    if step > 1e-7:
        # Var = 2 <Q> / (1/T_i - 1/T_f) in linear response; the difference is of relative order of the step.
        assert found["fluctuation theorem"].ratio[2] == pytest.approx(1.0, abs=step)


@pytest.mark.parametrize("apart", [1, 10, 100, 1000, 100_000])
def test_times_that_hardly_differ_have_limits_that_hardly_differ(apart: int) -> None:
    model = tk.library.levels([0.0, 1.0, 2.7], rate=0.3, temperature=2.0)
    times = np.array([1.0, 1.0 + apart * np.spacing(1.0), 2.0, 2.0 + apart * np.spacing(2.0)])
    for name, bound in bounds_along(model, tk.Gibbs(0.5), times).items():
        # Slopes are of order one.
        np.testing.assert_allclose(bound.limit[1::2], bound.limit[::2], rtol=1e-10, err_msg=name)
    few = bounds_along(model, tk.Gibbs(0.5), times[::2])
    assert few[EXACT].limit == pytest.approx(bounds_along(model, tk.Gibbs(0.5), times)[EXACT].limit[::2], rel=1e-12)


def test_limits_own_up_to_the_rounding_of_an_entropy_production_that_is_a_difference() -> None:
    """A coherence of 1e-12 changes nothing but the form: entropies and flows are then all there is to go by."""
    qubit = tk.library.qubit(1.0, 0.1, 1.0)
    for step in (1e-4, 1e-6, 1e-7):
        populations = oracles.gibbs_populations([0.0, 1.0], 1.0 + step)
        coherent = np.diag(populations) + 1e-12 * np.array([[0.0, 1.0], [1.0, 0.0]])
        starts = (tk.Populations(populations), coherent)
        exact, found = (bounds_along(qubit, start, [1.0, 20.0]) for start in starts)
        for name in ("thermo-kinetic", "thermodynamic"):
            difference = np.abs(found[name].limit - exact[name].limit)
            assert (difference <= found[name].error).all(), (name, step, difference, found[name].error)
            assert found[name].holds.all()
            assert (found[name].error > 10.0 * exact[name].error).all()


def test_short_times_saturate_the_thermo_kinetic_bound_of_a_qubit() -> None:
    found = quench_bounds(*qubit_in_its_own_time(0.5, 2.0, [1e-12, 1e-9, 1e-6, 1e-4]))
    # One force at all times: the ratio is 1 + O(g t), with a rounding of 1e-16 / (g t).
    np.testing.assert_allclose(found["thermo-kinetic"].ratio, 1.0, atol=1e-3)
    assert found["thermo-kinetic"].holds.all()
    assert found[EXACT].holds.all()


def test_a_bath_at_zero_temperature_leaves_the_kinetic_bound() -> None:
    model = tk.library.qubit(1.0, 1.0, 0.0)
    found = bounds_along(model, tk.Gibbs(1.0), [0.5, 2.0])
    np.testing.assert_allclose(found["thermo-kinetic"].limit, found["kinetic"].limit, rtol=1e-12)
    np.testing.assert_allclose(found[EXACT].limit, found["kinetic"].limit, rtol=1e-12)
    np.testing.assert_array_equal(found["thermodynamic"].limit, 0.0)
    assert found["thermo-kinetic"].applies
    assert all(bound.holds.all() for name, bound in found.items() if name != BARE)


def test_the_kinetic_bound_on_the_number_of_jumps_is_its_formula() -> None:
    system = QUBITS[0]
    found = bounds_along(builders.two_state(system), builders.initial(system), TIMES, tk.activity)["kinetic"]
    limit = (TIMES * system.activity_rate(TIMES)) ** 2 / system.activity(TIMES)
    np.testing.assert_allclose(found.limit, limit, rtol=1e-12)  # a few sums of doubles
    assert found.holds.all()


def test_a_start_so_cold_that_its_populations_underflow_still_has_its_temperature() -> None:
    system = systems.TwoStateQuench(initial_temperature=1e-3, bath_temperature=2.0)
    found = quench_bounds(system, TIMES)["fluctuation theorem"]
    mean = system.heat_mean(TIMES)
    limit = mean**2 * [counting.fluctuation_theorem_bound((1e3 - 0.5) * q) for q in mean]
    assert 0.0 < limit[-1] < 1e-100
    # The exponent, up to 400, is known to rounding.
    np.testing.assert_allclose(found.limit, limit, rtol=1e-11)
    assert found.applies


def test_late_limits_keep_their_digits_however_small() -> None:
    system = systems.TwoStateQuench(initial_temperature=0.5, bath_temperature=2.0)
    times = np.array([5.0, 40.0, 80.0])
    limit = quench_bounds(system, times)["kinetic"].limit
    start = system.heat_rate(0.0)
    exact = (times * start * np.exp(-system.relaxation * times)) ** 2 / system.activity(times)
    assert limit[-1] < 1e-280
    # The exponent 650 is known to rounding, and so is the limit to 650 roundings.
    np.testing.assert_allclose(limit, exact, rtol=1e-12)


# Sweeps and scales


def test_a_sweep_gives_what_its_points_give() -> None:
    cold, hot, times = np.array([[0.4], [0.7], [1.1]]), np.array([1.2, 2.5]), np.array([0.0, 0.2, 1.5])
    swept = bounds_along(tk.library.levels([0.0, 1.0, 2.7], rate=0.3, temperature=hot), tk.Gibbs(cold), times)
    for i, j in np.ndindex(3, 2):
        model = tk.library.levels([0.0, 1.0, 2.7], rate=0.3, temperature=hot[j])
        for name, bound in bounds_along(model, tk.Gibbs(cold[i, 0]), times).items():
            # The sweep and the point may take different engines for the motion.
            np.testing.assert_allclose(swept[name].limit[i, j], bound.limit, rtol=1e-9, atol=1e-15, err_msg=name)
            assert swept[name].applies_where[i, j] == bound.applies
            assert swept[name].holds.shape == (3, 2, 3)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_no_verdict_changes_with_the_unit_of_energy(factor: float) -> None:
    times = np.array([0.0, 1e-9, 0.2, 3.0])
    unit = bounds_along(tk.library.qubit(1.0, 1.0, 2.0), tk.Gibbs(0.5), times)
    model = tk.library.qubit(factor, factor, 2.0 * factor)
    for name, bound in bounds_along(model, tk.Gibbs(0.5 * factor), times / factor).items():
        np.testing.assert_allclose(bound.limit, unit[name].limit * factor**2, rtol=1e-6, err_msg=name)
        np.testing.assert_allclose(bound.limit[2:], unit[name].limit[2:] * factor**2, rtol=1e-11, err_msg=name)
        np.testing.assert_array_equal(bound.holds, unit[name].holds)
        assert bound.applies == unit[name].applies
        np.testing.assert_allclose(bound.error, unit[name].error * factor**2, rtol=1e-6)


# Hypotheses


def holding(bound: Bound) -> list[bool]:
    return [hypothesis.everywhere for hypothesis in bound.hypotheses]


def test_the_fluctuation_theorem_asks_for_a_gibbs_start_one_bath_and_heat_as_energy() -> None:
    levels = tk.library.levels([0.0, 1.0, 2.7], rate=0.01, temperature=1.5)
    name = "fluctuation theorem"
    assert holding(bounds_along(levels, tk.Gibbs(0.6), [1.0])[name]) == [True, True, True]
    assert holding(bounds_along(levels, tk.Gibbs(np.inf), [1.0])[name]) == [True, True, True]
    assert holding(bounds_along(levels, tk.Populations([0.2, 0.5, 0.3]), [1.0])[name]) == [False, True, True]
    assert holding(bounds_along(levels, tk.Gibbs(0.6), [1.0], tk.activity)[name]) == [True, True, False]
    two = builders.two_bath_qubit(systems.TwoBathQubit())
    assert holding(bounds_along(two, tk.Gibbs(0.6), [1.0])[name]) == [True, False, True]
    coherent = tk.library.qubit(1.0, 0.01, 2.0)
    plus = np.array([[0.5, 0.5], [0.5, 0.5]])
    assert holding(bounds_along(coherent, plus, [1.0])[name]) == [False, True, True]


def test_entropy_bounds_ask_for_a_count_that_changes_sign_with_the_jump() -> None:
    model = tk.library.levels([0.0, 1.0, 2.7], rate=0.01, temperature=1.5)
    found = bounds_along(model, tk.Gibbs(0.6), [1.0], tk.activity)
    assert holding(found["thermo-kinetic"]) == [True, False]
    assert not found["thermo-kinetic"].applies
    assert not found["thermodynamic"].applies
    assert found["kinetic"].applies


def test_entropy_bounds_ask_for_jumps_in_pairs() -> None:
    lower = np.array([[0.0, 0.3], [0.0, 0.0]])
    thermal = tk.library.qubit(1.0, 0.1, 1.0).channels
    pumped = tk.Model(np.diag([0.0, 1.0]), [*thermal, tk.Channel(lower.T, None, 1.0)])
    found = bounds_along(pumped, tk.Gibbs(0.5), [1.0])
    assert holding(found["thermo-kinetic"]) == [False, True]
    assert not found["thermodynamic"].applies
    assert found["kinetic"].applies


def test_pure_dephasing_costs_a_bound_nothing() -> None:
    """A jump that undoes itself feels no force, so that its activity is left out: with or without its bath."""
    model = tk.library.qubit(1.0, 0.1, 1.0)
    turn = np.diag([0.4, -0.4])
    plain = bounds_along(model, tk.Gibbs(0.5), [1.0, 5.0])
    for bath in (None, model.channels[0].bath):
        noisy = tk.Model(np.diag([0.0, 1.0]), [*model.channels, tk.Channel(turn, bath, 0.0)])
        found = bounds_along(noisy, tk.Gibbs(0.5), [1.0, 5.0])
        for name in ("thermo-kinetic", "thermodynamic", "kinetic", BARE, EXACT):
            np.testing.assert_allclose(found[name].limit, plain[name].limit, rtol=1e-12, err_msg=name)
            assert found[name].applies == plain[name].applies


def test_dephasing_counts_as_activity_since_time_0_where_it_is_asked_to() -> None:
    qubit = tk.library.qubit(1.0, 0.1, 1.0)
    noisy = tk.Model(np.diag([0.0, 1.0]), [*qubit.channels, tk.Channel(np.diag([0.4, -0.4]), None)])
    times = np.array([1.0, 5.0])
    left_out, counted = (
        tk.bounds.evaluate(noisy, tk.heat(noisy), tk.Gibbs(0.5), times, counts_dephasing=wish) for wish in (False, True)
    )
    kinetic = counted["kinetic"]
    assert kinetic.cost is not None
    assert left_out["kinetic"].cost is not None
    np.testing.assert_allclose(kinetic.cost.values, left_out["kinetic"].cost.values + 0.16 * times, rtol=1e-12)
    assert (counted["thermo-kinetic"].limit < left_out["thermo-kinetic"].limit).all()
    np.testing.assert_array_equal(counted["thermodynamic"].limit, left_out["thermodynamic"].limit)
    assert all(bound.holds.all() for bound in counted if bound.applies)


def test_dephasing_that_counts_is_sped_up_with_all_other_jumps() -> None:
    lower, times = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([0.7, 3.0])

    def atom(theta: float) -> tk.Model:
        jumps = [np.exp(0.5 * theta) * jump for jump in (lower, np.diag([0.5, -0.5]))]
        return tk.Model(0.4 * (lower + lower.T), [tk.Channel(jump, None) for jump in jumps])

    def photons(theta: float) -> Array:
        model = atom(theta)
        evolution = tk.evolve(model, tk.Populations([0.7, 0.3]), times)
        return np.asarray(tk.exchanged(evolution, tk.current(model, [1.0, 0.0])).mean)

    slopes = [(photons(step) - photons(-step)) / (2.0 * step) for step in (2e-3, 1e-3)]
    model = atom(0.0)
    found = tk.bounds.evaluate(
        model, tk.current(model, [1.0, 0.0]), tk.Populations([0.7, 0.3]), times, counts_dephasing=True
    )["kinetic"]
    assert found.response is not None
    np.testing.assert_allclose(found.response.values, (4.0 * slopes[1] - slopes[0]) / 3.0, rtol=1e-8)
    plain = tk.bounds.evaluate(model, tk.current(model, [1.0, 0.0]), tk.Populations([0.7, 0.3]), times)["kinetic"]
    assert plain.response is not None
    assert (np.abs(plain.response.values / found.response.values - 1.0) > 5e-4).all()
    assert found.holds.all()


@pytest.mark.parametrize("turning", [0.05, 1.0, 20.0])
def test_jumps_that_undo_themselves_but_move_populations_take_part(turning: float) -> None:
    # Jumps sigma_x at a rate k, then one counted jump down at a rate 1: at rest the current is j = k / (1 + 2k) and, of
    # sojourns that alternate, the noise is j (1 - 2k / (1 + 2k)^2), less than that of Poisson: without jumps sigma_x
    # the limit j^2 / j would be broken.
    flip, down = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 0.0]])
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(np.sqrt(turning) * flip, None), tk.Channel(down, None)])
    end = 1e3 * (1.0 + 1.0 / turning)
    (bound,) = tk.bounds.evaluate(
        model, tk.current(model, [0.0, 1.0]), tk.Populations([1.0, 0.0]), [end], theorems=[KINETIC]
    )
    j = turning / (1.0 + 2.0 * turning)
    np.testing.assert_allclose(bound.value[-1], j * (1.0 - 2.0 * turning / (1.0 + 2.0 * turning) ** 2) * end, rtol=5e-3)
    np.testing.assert_allclose(bound.limit[-1], j**2 / (j + turning) * end, rtol=5e-3)
    assert bound.applies
    assert bound.holds.all()


def test_the_time_weighted_bound_is_there_for_two_levels_only() -> None:
    assert "time-weighted" not in bounds_along(tk.library.qutrit_ladder(0.01, 1.0), tk.Gibbs(0.5), [1.0])
    assert "time-weighted" in bounds_along(tk.library.qubit(1.0, 0.01, 1.0), tk.Gibbs(0.5), [1.0])
    two = builders.two_bath_qubit(systems.TwoBathQubit())
    one_of_two = bounds_along(two, tk.Gibbs(0.6), [1.0], lambda model: tk.heat(model, "hot"))
    assert "time-weighted" not in one_of_two  # not the change of any number of the levels


def test_a_collective_ladder_has_the_bounds_of_its_single_steps() -> None:
    """Heat jumps of an oscillator, one operator for all steps, and of the same levels with a channel for every step."""
    size, times = 6, np.array([0.5, 2.0, 6.0])
    ladder = tk.library.oscillator(size, 1.0, 0.1, 1.5)
    steps = []
    for some in ladder.channels:
        for row, column in np.argwhere(some.jump):
            jump = np.zeros((size, size), complex)
            jump[row, column] = some.jump[row, column]
            steps.append(tk.Channel(jump, some.bath, some.energy))
    resolved = tk.Model(ladder.hamiltonian, steps)
    one, other = (bounds_along(model, tk.Gibbs(0.4), times) for model in (ladder, resolved))
    for name, bound in one.items():
        np.testing.assert_allclose(bound.limit, other[name].limit, rtol=1e-11, err_msg=name)


# The catalogue, and what is refused


def test_every_bound_is_in_the_catalogue_and_every_source_in_the_bibliography() -> None:
    beside = {"dynamical activity", "survival", "exchange"}  # by `evaluate` alone
    shown = (entry for entry in catalogue(Situation.RELAXATION) if entry.name not in beside)
    entries = [entry for entry in shown if entry.bounded is VARIANCE]
    found = quench_bounds(QUBITS[0], TIMES)
    assert set(found) == {entry.name for entry in entries}
    keys = set(re.findall(r"^@\w+\{(\S+),$", BIBLIOGRAPHY.read_text(encoding="utf-8"), re.MULTILINE))
    for entry in entries:
        assert set(entry.reference.split(", ")) <= keys
        assert entry.statement.startswith("Var ")
        assert entry.domain
        assert entry.equality
        bound = found[entry.name]
        assert (bound.statement, bound.reference, bound.kind) == (entry.statement, entry.reference, entry.kind)
    assert [entry.name for entry in entries if entry.kind is Kind.COMPARISON] == [BARE]
    for entry in catalogue():
        assert set(entry.reference.split(", ")) <= keys
        assert entry.statement
        assert entry.domain
        assert entry.equality


def test_an_amount_of_another_evolution_is_refused() -> None:
    model, other = tk.library.qubit(1.0, 0.01, 1.0), tk.library.qubit(1.0, 0.01, 1.0)
    ledger = tk.ledger(model, tk.evolve(model, tk.Gibbs(0.5), [1.0]))
    foreign = exchanged(tk.evolve(other, tk.Gibbs(0.5), [1.0]), tk.heat(other))
    with pytest.raises(ValueError, match="make it from the ledger"):
        relaxation_bounds(ledger, foreign)
    later = exchanged(tk.evolve(model, tk.Gibbs(0.5), [2.0]), tk.heat(model))
    with pytest.raises(ValueError, match="times of `ledger`"):
        relaxation_bounds(ledger, later)


def test_a_larger_limit_than_value_is_a_finding_and_not_an_error() -> None:
    bound = quench_bounds(*qubit_in_its_own_time(0.5, 2.0, [1.0]))[BARE]
    assert isinstance(bound, Bound)
    assert bound.slack[0] == bound.value[0] - bound.limit[0] < 0.0
