"""Nothing about a comparison depends on the unit of energy and time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import oracles
import strategies
import thermokin as tk
from oracles import Array
from strategies import CoherentData, LevelsData
from thermokin.quench.clocks import matched_completion, matched_heat
from thermokin.quench.comparison import Comparison

# Unit rates beside unit gaps, and rates that grow with the temperature: no law here is about validity.
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

Family = Callable[[float, Any], tk.Model]  # of a factor on all energies and rates, and the temperature
lib = tk.library
STAR = np.zeros((5, 5))
STAR[0, 1:] = STAR[1:, 0] = 1.0
FAMILIES: dict[str, Family] = {
    "qubit": lambda s, t: lib.qubit(s, s, t),
    "qubit on a spin bath": lambda s, t: lib.qubit(s, s, t, statistics=tk.SpinBath()),
    "qutrit ladder": lambda s, t: lib.qutrit_ladder(s, t, energies=s * np.arange(3.0)),
    "degenerate star": lambda s, t: lib.levels([0.0] + [s] * 4, STAR, s, t),
    "ohmic levels": lambda s, t: lib.levels(
        s * np.array([0.0, 1.0, 1.7, 3.0]), temperature=t, spectrum=tk.Ohmic(0.05, 5.0 * s)
    ),
}
FACTORS = [1e-6, 1e6]


def compared(pair: tk.QuenchPair, times: Array) -> Comparison:
    return tk.compare(pair, times)


def same_findings(one: Comparison, two: Comparison, factor: float) -> None:
    """Verdicts to the letter, times times the factor, ratios and lengths as they are; `two` is the scaled one."""
    assert [v.name for v in one.verdicts] == [v.name for v in two.verdicts]
    units = {"nats/time": factor, "1/time": factor, "time": 1.0 / factor}
    for plain, scaled in zip(one.verdicts, two.verdicts, strict=True):
        assert plain.holds == scaled.holds, plain.name
        assert plain.tie == scaled.tie, plain.name
        assert plain.undecided == scaled.undecided, plain.name
        for value, other in ((plain.heating, scaled.heating), (plain.cooling, scaled.cooling)):
            # Root searches stop at a fraction of the time: 1e-9 of what they give.
            np.testing.assert_allclose(other, units.get(plain.unit, 1.0) * value, rtol=1e-8, err_msg=plain.name)
    assert one.crossings.keys() == two.crossings.keys()
    for name, time in one.crossings.items():
        np.testing.assert_allclose(factor * two.crossings[name], time, rtol=1e-8, err_msg=name)
    for plain, scaled in ((one.heating, two.heating), (one.cooling, two.cooling)):
        pairs: dict[str, tuple[Any, Any]] = {
            "populations": (plain.evolution.populations, scaled.evolution.populations),
            "rate": (factor * plain.ledger.entropy_production_rate, scaled.ledger.entropy_production_rate),
            "production": (plain.ledger.entropy_production, scaled.ledger.entropy_production),
            "heat": (factor * plain.heat.mean, scaled.heat.mean),
            "variance": (factor**2 * plain.heat.variance, scaled.heat.variance),
            "relative variance": (plain.heat.relative_variance, scaled.heat.relative_variance),
            "velocity": (factor * plain.kinematics.velocity, scaled.kinematics.velocity),
            "length": (plain.kinematics.length, scaled.kinematics.length),
            "completion": (plain.kinematics.completion, scaled.kinematics.completion),
            "activity": (plain.ledger.total_activity, scaled.ledger.total_activity),
            "gap": (factor * plain.modes.gap, scaled.modes.gap),
        }
        pairs |= {name: (plain.distances[name], scaled.distances[name]) for name in plain.distances}
        for name, (value, other) in pairs.items():
            finite = np.isfinite(value)
            np.testing.assert_array_equal(finite, np.isfinite(other), err_msg=name)
            largest = np.abs(np.asarray(value)[finite]).max(initial=0.0)
            # A decimal factor rounds each energy once; lengths are integrated to 1e-10.
            np.testing.assert_allclose(other, value, rtol=1e-9, atol=1e-13 * largest, err_msg=name)


@pytest.mark.parametrize(("name", "factor"), [("qubit", 1e-6), *zip(FAMILIES, [1e6, 1e-6] * 3, strict=False)])
def test_a_reciprocal_comparison_reads_the_same_in_any_unit(name: str, factor: float) -> None:
    times = np.array([0.0, 0.05, 0.3, 1.0, 3.0])
    family = FAMILIES[name]
    plain = tk.compare(tk.reciprocal(lambda t: family(1.0, t), 0.5, 2.0), times)
    scaled = tk.compare(tk.reciprocal(lambda t: family(factor, t), 0.5 * factor, 2.0 * factor), times / factor)
    same_findings(plain, scaled, factor)


def test_the_equidistant_partner_scales_with_the_unit() -> None:
    factor = 1e-6
    times = np.array([0.0, 0.1, 1.0])
    family = FAMILIES["qutrit ladder"]
    plain = tk.compare(tk.equidistant(lambda t: family(1.0, t), 1.0, 0.6), times)
    scaled = tk.compare(tk.equidistant(lambda t: family(factor, t), factor, 0.6 * factor), times / factor)
    hot = [float(comparison.pair.temperatures["hot"]) for comparison in (plain, scaled)]
    assert hot[1] == pytest.approx(factor * hot[0], rel=1e-11)
    same_findings(plain, scaled, factor)


@settings(max_examples=2, deadline=None)
@given(strategies.thermal_levels(4), strategies.temperature_pairs(), strategies.scales())
def test_any_levels_on_any_bath_read_the_same_in_any_unit(
    data: LevelsData, ends: tuple[float, float], factor: float
) -> None:
    cold, hot = ends
    times = np.array([0.0, 0.1, 1.0]) * data.time_unit
    bigger = data.scaled(factor)
    plain = tk.compare(tk.reciprocal(lambda t: builders.levels(data.at(float(t))), cold, hot), times)
    scaled = tk.compare(
        tk.reciprocal(lambda t: builders.levels(bigger.at(float(t))), cold * factor, hot * factor), times / factor
    )
    same_findings(plain, scaled, factor)


@pytest.mark.parametrize("factor", FACTORS)
@settings(max_examples=2, deadline=None)
@given(st.data())
def test_coherent_starts_between_two_baths_read_the_same_in_any_unit(factor: float, data: st.DataObject) -> None:
    drawn = data.draw(strategies.two_bath_models(3))
    starts = [data.draw(strategies.states(drawn.dimension)) for _ in range(2)]
    times = np.array([0.0, 0.1, 1.0]) * drawn.time_unit

    def pair_of(model_data: CoherentData) -> tk.QuenchPair:
        model = builders.coherent(model_data)
        quenches = [tk.Quench(name, model, start) for name, start in zip(("one", "other"), starts, strict=True)]
        return tk.QuenchPair(quenches[0], quenches[1], "by hand", {})

    plain = tk.compare(pair_of(drawn), times)
    scaled = tk.compare(pair_of(drawn.scaled(factor)), times / factor)
    for one, two in ((plain.heating, scaled.heating), (plain.cooling, scaled.cooling)):
        # Phases of thousands of radians, rounded anew in the other unit.
        np.testing.assert_allclose(one.evolution.states, two.evolution.states, rtol=0, atol=1e-11)
        np.testing.assert_allclose(
            factor * one.ledger.entropy_production_rate, two.ledger.entropy_production_rate, rtol=1e-7
        )
        np.testing.assert_allclose(factor * one.kinematics.velocity, two.kinematics.velocity, rtol=1e-7)
        np.testing.assert_allclose(factor * one.modes.gap, two.modes.gap, rtol=1e-9)
        for name in one.distances:
            np.testing.assert_allclose(one.distances[name], two.distances[name], rtol=1e-7, atol=1e-11)


@settings(max_examples=5, deadline=None)
@given(strategies.models_with_states(number_of_baths=2, largest=3), strategies.scales())
def test_the_ledger_of_two_baths_scales_with_the_unit(drawn: tuple[CoherentData, Array], factor: float) -> None:
    data, state = drawn
    times = np.array([0.0, 0.2, 1.0]) * data.time_unit
    plain, scaled = builders.coherent(data), builders.coherent(data.scaled(factor))
    one = tk.ledger(plain, tk.evolve(plain, state, times))
    two = tk.ledger(scaled, tk.evolve(scaled, state, times / factor))
    for name in ("0", "1"):
        np.testing.assert_allclose(factor * one.heat[name], two.heat[name], rtol=1e-8, atol=1e-10 * factor)
        np.testing.assert_allclose(one.activity[name], two.activity[name], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(one.entropy_production, two.entropy_production, rtol=1e-8, atol=1e-10)
    for plain_rate, scaled_rate in (
        (one.population_part, two.population_part),
        (one.coherence_part, two.coherence_part),
        (one.nonadiabatic, two.nonadiabatic),
    ):
        largest = np.abs(one.entropy_production_rate).max()
        np.testing.assert_allclose(factor * plain_rate, scaled_rate, rtol=1e-7, atol=1e-9 * factor * largest)


def test_matched_moments_scale_with_the_unit_of_time() -> None:
    factor = 1e6
    family = FAMILIES["qutrit ladder"]
    plain = tk.compare(tk.reciprocal(lambda t: family(1.0, t), 0.5, 2.0), [0.0])
    scaled = tk.compare(tk.reciprocal(lambda t: family(factor, t), 0.5 * factor, 2.0 * factor), [0.0])
    for match in (matched_completion, matched_heat):
        one, two = match(plain.heating, plain.cooling, 0.3), match(scaled.heating, scaled.cooling, 0.3)
        np.testing.assert_allclose(one.times, factor * np.array(two.times), rtol=1e-9)
        np.testing.assert_allclose(one.relative_variances, two.relative_variances, rtol=1e-9)


@settings(max_examples=10, deadline=None)
@given(strategies.thermal_levels(), strategies.scales())
def test_the_rate_matrix_of_a_scaled_model_is_the_scaled_one(data: LevelsData, factor: float) -> None:
    """The strategies' own promise, seen by the package: energies, temperatures and rates times one factor."""
    model = builders.levels(data.scaled(factor))
    start = np.full(data.dimension, 1.0 / data.dimension)
    moved = tk.evolve(model, tk.Populations(start), [0.3 * data.time_unit / factor]).populations[0]
    expected = oracles.uniformised(data.rate_matrix(), start, 0.3 * data.time_unit)
    np.testing.assert_allclose(moved, expected, rtol=1e-12)
