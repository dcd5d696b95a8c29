"""Closed forms of qubit, oscillator and levels against 50-digit arithmetic, evolved models and exact laws."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import strategies
import systems
import thermokin as tk
from builders import STATISTICS
from reference_cases import case
from thermokin.exact import HeatDistribution, NLevelQuench, OscillatorQuench, QubitQuench

FEW = settings(max_examples=30, deadline=None)
TIMES = np.array([0.0, 1e-12, 1e-6, 1e-3, 0.1, 1.0, 5.0, 10.0])
# Start at temperature 0, nearly so, two nearly equal temperatures, a hot end.
TEMPERATURES = [0.0, 0.05, 0.5, 0.5000001, 2.0, 50.0]
PAIRS = list(permutations(TEMPERATURES, 2))
OVER_TIME = ["heat_rate", "heat_mean", "heat_variance", "activity_rate", "activity", "velocity", "length", "completion"]
PRODUCTION = ["entropy_production_rate", "entropy_production"]


@pytest.fixture(autouse=True)
def _strong_rates_are_meant() -> Iterator[None]:
    # Models here only repeat what the closed forms say; how weak their coupling is does not matter.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        yield


def names_for(bath: float) -> list[str]:
    # A bath at temperature 0 takes infinite entropy in; the oracle has no such limit.
    return OVER_TIME + (PRODUCTION if bath > 0.0 else [])


@pytest.mark.parametrize("statistics", ["bose", "fermi"])
@pytest.mark.parametrize(("start", "bath"), PAIRS)
def test_qubit_formulas_keep_thirteen_digits_everywhere(start: float, bath: float, statistics: str) -> None:
    exact = systems.TwoStateQuench(1.0, 1.0, start, bath, statistics)
    quench = QubitQuench(1.0, 1.0, start, bath, statistics=STATISTICS[statistics])
    for name in names_for(bath):
        # 1e-40: at time 0 the oracle subtracts 50-digit numbers.
        np.testing.assert_allclose(
            getattr(quench, name)(TIMES), getattr(exact, name)(TIMES), rtol=1e-13, atol=1e-40, err_msg=name
        )
    np.testing.assert_allclose(quench.populations(TIMES)[:, 1], exact.population(TIMES), rtol=1e-13)
    np.testing.assert_allclose(quench.relaxation_rate, exact.relaxation, rtol=1e-14)
    np.testing.assert_allclose(quench.total_length, exact.total_length, rtol=1e-13)
    distribution = quench.heat_distribution(TIMES)
    for position, quanta in enumerate((-1, 0, 1)):
        expected = exact.heat_probability(TIMES, quanta)
        np.testing.assert_allclose(distribution.probabilities[:, position], expected, rtol=1e-13, atol=1e-40)


@pytest.mark.parametrize("statistics", ["bose", "fermi"])
@pytest.mark.parametrize(("start", "bath"), PAIRS)
def test_oscillator_formulas_keep_their_digits_everywhere(start: float, bath: float, statistics: str) -> None:
    exact = systems.OscillatorQuench(1.0, 1.0, start, bath, statistics)
    quench = OscillatorQuench(1.0, 1.0, start, bath, statistics=STATISTICS[statistics])
    for name in names_for(bath):
        # The activity's two terms nearly cancel at early times under a fermionic bath: one digit.
        np.testing.assert_allclose(
            getattr(quench, name)(TIMES), getattr(exact, name)(TIMES), rtol=1e-13, atol=1e-40, err_msg=name
        )
    np.testing.assert_allclose(quench.occupation(TIMES), exact.number(TIMES), rtol=1e-13)
    np.testing.assert_allclose(quench.effective_temperature(TIMES), exact.temperature(TIMES), rtol=1e-13)
    np.testing.assert_allclose(quench.total_length, exact.total_length, rtol=1e-13)
    if bath > 0.0:
        np.testing.assert_allclose(quench.total_entropy_production, exact.divergence(0.0), rtol=1e-13)
    distribution = quench.heat_distribution(TIMES, largest=4)
    for position, quanta in enumerate(range(-4, 5)):
        expected = exact.heat_probability(TIMES, quanta)
        np.testing.assert_allclose(distribution.probabilities[:, position], expected, rtol=1e-13, atol=1e-40)


@pytest.mark.parametrize("direction", ["heating", "cooling"])
def test_oscillator_is_the_reference_case(direction: str) -> None:
    # Source: closed form (thermal-loss channel); P(Q) from a 140-level truncation.
    given_case = case(f"oscillator_{direction}")
    p, late = given_case.parameters, np.array([7.0])
    quench = OscillatorQuench(p["w"], p["g"], p["T_i"], p["T_f"])
    distribution = quench.heat_distribution(late, largest=1)
    given_case.all_agree(
        {
            "n": quench.occupation(p["times"]),
            "T_eff": quench.effective_temperature(p["times"]),
            "sigma": quench.entropy_production_rate(p["times"]),
            "Sigma_total": quench.total_entropy_production,
            "heat_mean_t7": quench.heat_mean(late)[0],
            "heat_var_t7": quench.heat_variance(late)[0],
            "P0_t7": distribution.probabilities[0, 1],
            "Pp1_t7": distribution.probabilities[0, 2],
            "Pm1_t7": distribution.probabilities[0, 0],
        }
    )


def test_qubit_starting_empty_is_the_reference_case() -> None:
    given_case = case("rank_deficient_start")
    p = given_case.parameters
    quench = QubitQuench(p["w"], p["g"], 0.0, p["T"])
    given_case.all_agree(
        {
            "sigma": quench.entropy_production_rate(p["times"]),
            "Sigma": quench.entropy_production(p["times"]),
            "Sigma_total": quench.total_entropy_production,
            "length_0_1": quench.length([1.0])[0],
        }
    )
    assert quench.entropy_production_rate([0.0])[0] == np.inf
    assert quench.entropy_production([0.0])[0] == 0.0


def test_qubit_on_a_spin_bath_ties_as_in_the_reference_case() -> None:
    given_case = case("qubit_fermionic_bath_tie")
    p = given_case.parameters
    heating = QubitQuench(p["w"], p["g"], p["T_c"], p["T_h"], statistics=tk.SpinBath())
    cooling = heating.reversed()
    for key, value in {
        "sigma0_heat": heating.entropy_production_rate([0.0])[0],
        "sigma0_cool": cooling.entropy_production_rate([0.0])[0],
        "sigma5_heat": heating.entropy_production_rate([5.0])[0],
        "sigma5_cool": cooling.entropy_production_rate([5.0])[0],
        "heat_mean_t5": heating.heat_mean([5.0])[0],
        "heat_var_t5_heating": heating.heat_variance([5.0])[0],
        "heat_var_t5_cooling": cooling.heat_variance([5.0])[0],
    }.items():
        given_case.agrees(key, value)
    assert heating.initial_rate_ratio == pytest.approx(1.0, rel=1e-15)


@pytest.mark.parametrize("name", ["qutrit_ladder", "four_level_ohmic"])
def test_levels_are_the_reference_case(name: str) -> None:
    # Source: population rate equation, cross-checked mode by mode.
    given_case = case(name)
    p = given_case.parameters
    spectrum = tk.Ohmic(0.05, 5.0) if name == "four_level_ohmic" else None
    heating = NLevelQuench(p["E"], np.sqrt(p["K"]), 1.0, p["T_c"], p["T_h"], spectrum=spectrum)
    for direction, quench in (("heat", heating), ("cool", heating.reversed())):
        given_case.agrees(f"sigma_{direction}", quench.entropy_production_rate(p["times"]))
        given_case.agrees(f"gap_{direction}", quench.gap)
        given_case.agrees(f"Sigma_total_{direction}", quench.total_entropy_production)
        given_case.agrees(f"slow_overlap2_{direction}", quench.overlaps[1] ** 2)
        given_case.agrees("R0", quench.initial_rate_ratio)


@FEW
@given(strategies.thermal_levels(5), strategies.temperatures(), strategies.time_grids())
def test_levels_by_their_modes_are_the_evolved_model(
    data: strategies.LevelsData, start: float, grid: strategies.Array
) -> None:
    times = grid * data.time_unit
    kind = STATISTICS[data.bath.statistics]
    quench = NLevelQuench(
        data.energies, data.coupling, data.bath.strength, start, data.bath.temperature, statistics=kind
    )
    model = builders.levels(data)
    evolution = tk.evolve(model, tk.Gibbs(start), times)
    ledger = tk.ledger(model, evolution)
    np.testing.assert_allclose(quench.populations(times), evolution.populations, rtol=1e-9)
    # 1e-26: the square of rounding, where both temperatures are nearly equal.
    np.testing.assert_allclose(
        quench.entropy_production_rate(times) * data.time_unit,
        ledger.entropy_production_rate * data.time_unit,
        rtol=1e-7,
        atol=1e-26,
    )
    # The ledger subtracts two divergences, so it knows small amounts to the rounding of the larger.
    total = quench.total_entropy_production
    np.testing.assert_allclose(
        quench.entropy_production(times), ledger.entropy_production, rtol=1e-9, atol=1e-13 * total + 1e-26
    )
    np.testing.assert_allclose(
        quench.initial_heat_rate, ledger.heat_rate["bath"][0], rtol=1e-9, atol=1e-13 * data.bath.strength
    )


def test_late_heat_of_levels_has_the_variance_of_both_gibbs_states() -> None:
    p = case("qutrit_ladder").parameters
    quench = NLevelQuench(p["E"], np.sqrt(p["K"]), 1.0, p["T_c"], p["T_h"])
    variances = []
    for temperature in (p["T_c"], p["T_h"]):
        populations, energies = tk.operators.gibbs(np.diag(p["E"]), temperature).diagonal().real, np.array(p["E"])
        variances.append(populations @ energies**2 - (populations @ energies) ** 2)
    assert quench.total_heat_variance == pytest.approx(sum(variances), rel=1e-13)
    assert quench.reversed().total_heat_variance == pytest.approx(sum(variances), rel=1e-13)


@pytest.mark.parametrize("statistics", ["bose", "spin"])
def test_qubit_closed_form_is_the_evolved_model(statistics: str) -> None:
    quench = QubitQuench(1.3, 0.05, 0.4, 1.7, statistics=STATISTICS[statistics])
    model = tk.library.qubit(1.3, 0.05, 1.7, statistics=STATISTICS[statistics])
    times = np.array([0.0, 1.0, 12.0])
    evolution = tk.evolve(model, tk.Gibbs(0.4), times)
    ledger = tk.ledger(model, evolution)
    for one, other in (
        (quench.populations(times), evolution.populations),
        (quench.entropy_production_rate(times), ledger.entropy_production_rate),
        (quench.entropy_production(times), ledger.entropy_production),
        (quench.heat_mean(times), ledger.heat["bath"]),
        (quench.heat_rate(times), ledger.heat_rate["bath"]),
        (quench.activity(times), ledger.activity["bath"]),
        (quench.activity_rate(times), ledger.activity_rate["bath"]),
    ):
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-16)


quenches = st.tuples(strategies.temperatures(), strategies.temperatures(), strategies.times(0.01, 5.0))


def moments_agree(distribution: HeatDistribution, quench: QubitQuench | OscillatorQuench, times: object) -> None:
    np.testing.assert_allclose(distribution.probabilities.sum(axis=-1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(distribution.mean, quench.heat_mean(times), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(distribution.variance, quench.heat_variance(times), rtol=1e-9)


@FEW
@given(quenches)
def test_the_heat_distribution_is_normalised_and_has_the_stated_moments(drawn: tuple[float, float, float]) -> None:
    start, bath, time = drawn
    qubit, oscillator = QubitQuench(1.0, 1.0, start, bath), OscillatorQuench(1.0, 1.0, start, bath)
    moments_agree(qubit.heat_distribution([time]), qubit, [time])
    # At T = 3 the tail falls as e^{-k/3} or faster: 150 quanta hold all of it to 1e-21.
    moments_agree(oscillator.heat_distribution([time], largest=150), oscillator, [time])


@FEW
@given(quenches)
def test_heat_obeys_the_exchange_fluctuation_theorem(drawn: tuple[float, float, float]) -> None:
    start, bath, time = drawn
    for distribution in (
        QubitQuench(1.0, 1.0, start, bath).heat_distribution([time]),
        OscillatorQuench(1.0, 1.0, start, bath).heat_distribution([time], largest=6),
    ):
        probabilities = distribution.probabilities[0]
        ratio = np.log(probabilities / probabilities[::-1])
        np.testing.assert_allclose(ratio, (1.0 / start - 1.0 / bath) * distribution.values, rtol=1e-9, atol=1e-12)


@FEW
@given(strategies.temperature_pairs(), st.floats(0.01, 0.99))
def test_at_equal_completion_the_heat_of_heating_mirrors_that_of_cooling(
    pair: tuple[float, float], passed: float
) -> None:
    cold, hot = pair
    for kind, heating in (
        ("qubit", QubitQuench(1.0, 1.0, cold, hot)),
        ("oscillator", OscillatorQuench(1.0, 1.0, cold, hot)),
    ):
        cooling = heating.reversed()
        laws = []
        for quench in (heating, cooling):
            time = [-np.log1p(-passed) / float(quench.relaxation_rate)]
            laws.append(
                quench.heat_distribution(time) if isinstance(quench, QubitQuench) else quench.heat_distribution(time, 8)
            )
        np.testing.assert_allclose(laws[0].probabilities, laws[1].probabilities[:, ::-1], rtol=1e-12, err_msg=kind)


@FEW
@given(quenches, strategies.scales())
def test_scaling_energies_and_rates_changes_no_dimensionless_number(
    drawn: tuple[float, float, float], factor: float
) -> None:
    start, bath, time = drawn
    for family in (QubitQuench, OscillatorQuench):
        one = family(1.0, 0.3, start, bath)
        other = family(factor, 0.3 * factor, start * factor, bath * factor)
        for name in ("completion", "length", "entropy_production", "activity"):
            np.testing.assert_allclose(
                getattr(one, name)([time]), getattr(other, name)([time / factor]), rtol=1e-9, atol=1e-30
            )
        assert other.initial_rate_ratio == pytest.approx(float(one.initial_rate_ratio), rel=1e-12)


def test_sweeps_are_the_points_one_by_one() -> None:
    baths, times = np.array([0.2, 0.9, 3.0]), np.array([0.0, 0.4, 2.0])
    energies, coupling = [0.0, 1.0, 2.2], np.ones((3, 3))
    swept = [
        QubitQuench(1.0, 0.5, 0.7, baths),
        OscillatorQuench(1.0, 0.5, 0.7, baths),
        NLevelQuench(energies, coupling, 0.5, 0.7, baths),
    ]
    for point, bath in enumerate(baths):
        alone = [
            QubitQuench(1.0, 0.5, 0.7, bath),
            OscillatorQuench(1.0, 0.5, 0.7, bath),
            NLevelQuench(energies, coupling, 0.5, 0.7, bath),
        ]
        for many, one in zip(swept, alone, strict=True):
            for name in (n for n in OVER_TIME + PRODUCTION if hasattr(one, n)):
                np.testing.assert_allclose(getattr(many, name)(times)[point], getattr(one, name)(times), rtol=1e-11)
            for name in ("total_entropy_production", "initial_rate_ratio"):
                np.testing.assert_allclose(getattr(many, name)[point], getattr(one, name), rtol=1e-13)
        laws = [swept[0].heat_distribution(times), swept[1].heat_distribution(times, 3)]
        singles = [alone[0].heat_distribution(times), alone[1].heat_distribution(times, 3)]
        for law, single in zip(laws, singles, strict=True):
            np.testing.assert_allclose(law.probabilities[point], single.probabilities, rtol=1e-13)


def test_a_bath_at_temperature_zero_takes_infinite_entropy_and_finite_heat() -> None:
    for quench in (QubitQuench(1.0, 1.0, 1.0, 0.0), OscillatorQuench(1.0, 1.0, 1.0, 0.0)):
        assert quench.entropy_production_rate([0.0, 1.0]).tolist() == [np.inf, np.inf]
        assert quench.entropy_production([0.0, 1.0]).tolist() == [0.0, np.inf]
        assert quench.total_entropy_production == np.inf
        assert np.isfinite(quench.heat_mean([1.0])[0])
        assert quench.completion([0.0])[0] == 0.0


def test_very_cold_ends_that_underflow_keep_their_force() -> None:
    # p_f = e^-1000 is no double, its logarithm is.
    cooling = QubitQuench(1.0, 1.0, 1.0, 1e-3)
    start = cooling.initial_populations[1]
    expected = start * (1000.0 - 1.0) - np.log1p(np.exp(-1.0))
    assert cooling.total_entropy_production == pytest.approx(expected, rel=1e-12)
    assert cooling.entropy_production([800.0])[0] == pytest.approx(expected, rel=1e-12)
    heating = cooling.reversed()
    assert heating.entropy_production_rate([0.0])[0] == pytest.approx(
        float(heating.relaxation_rate) * float(heating.change) * 999.0, rel=1e-12
    )


def test_equal_temperatures_produce_nothing_and_are_complete() -> None:
    for quench in (QubitQuench(1.0, 1.0, 0.8, 0.8), OscillatorQuench(1.0, 1.0, 0.8, 0.8)):
        times = [0.0, 1.0]
        for name in ("entropy_production_rate", "entropy_production", "heat_mean", "velocity", "length"):
            np.testing.assert_array_equal(getattr(quench, name)(times), 0.0)
        np.testing.assert_array_equal(quench.completion(times), 1.0)
        np.testing.assert_allclose(quench.effective_temperature(times), 0.8, rtol=1e-14)


def test_a_qubit_may_start_at_infinite_temperature_and_warm_from_zero() -> None:
    hot = QubitQuench(1.0, 1.0, np.inf, 1.0)
    np.testing.assert_array_equal(hot.populations([0.0])[0], 0.5)
    assert hot.effective_temperature([0.0])[0] == np.inf
    assert hot.entropy_production_rate([0.0])[0] == pytest.approx(
        float(hot.relaxation_rate) * (0.5 - float(hot.final_populations[1])), rel=1e-13
    )
    cold = QubitQuench(1.0, 1.0, 0.0, 1.0)
    exact = systems.mp.log((1 - systems.mp.mpf(cold.populations([1e-3])[0, 1])) / cold.populations([1e-3])[0, 1])
    assert cold.effective_temperature([0.0, 1e-3]) == pytest.approx([0.0, float(1 / exact)], rel=1e-13)


REFUSED = [
    (lambda: QubitQuench(0.0, 1.0, 1.0, 1.0), "`gap` must be > 0 and finite, got 0"),
    (lambda: QubitQuench(1.0, -1.0, 1.0, 1.0), "`rate` must be > 0 and finite, got -1"),
    (lambda: QubitQuench(1.0, 1.0, -0.5, 1.0), "`initial_temperature` must be >= 0, got -0.5"),
    (lambda: QubitQuench(1.0, 1.0, 0.5, -1.0), "`temperature` of a bath must be >= 0"),
    (lambda: OscillatorQuench(1.0, 1.0, np.inf, 1.0), "`initial_temperature` must be >= 0 and finite"),
    (lambda: OscillatorQuench(1.0, 1.0, 1.0, np.inf, statistics=tk.SpinBath()), "`bath_temperature` must be finite"),
    (lambda: NLevelQuench([0.0, 1.0], np.ones((2, 2)), 1.0, 1.0, 0.0), "`bath_temperature` must be > 0"),
    (lambda: NLevelQuench([0.0, 0.0], np.ones((2, 2)), 1.0, 1.0, 1.0), "links two levels that have one energy"),
    (lambda: NLevelQuench([0.0, 1.0], np.ones((3, 3)), 1.0, 1.0, 1.0), r"`coupling` must have shape \(..., 2, 2\)"),
    (lambda: NLevelQuench([1.0], np.ones((1, 1)), 1.0, 1.0, 1.0), "with N >= 2, got shape"),
    (lambda: QubitQuench(1.0, 1.0, 1.0, 2.0).length(1.0), r"`times` must have shape \(..., t\)"),
    (lambda: QubitQuench(1.0, 1.0, 1.0, 2.0).length([np.inf]), "`times` must be finite and >= 0"),
    (lambda: OscillatorQuench(1.0, 1.0, 1.0, 2.0).heat_distribution([1.0], -1), "`largest` must be >= 0, got -1"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_no_quench_can_be_is_refused_by_name(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
