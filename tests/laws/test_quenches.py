"""Pairs of quenches: a sweep is its points, a partner is as far as its partner, a verdict is its two numbers."""

from __future__ import annotations

from typing import Any

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
from strategies import LevelsData
from thermokin.quench.comparison import Comparison

# Unit rates beside unit gaps, here and there: no law here is about validity.
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

FEW = settings(max_examples=10, deadline=None)
lib = tk.library
DISTANCES = [
    tk.distances.RelativeEntropy(),
    tk.distances.Trace(),
    tk.distances.Bures(),
    tk.distances.HilbertSchmidt(),
    tk.distances.WignerYanase(),
]


def family_of(data: LevelsData) -> Any:
    kind = builders.STATISTICS[data.bath.statistics]
    return lambda t: lib.levels(data.energies, data.coupling, data.bath.strength, t, statistics=kind)


def same_data(whole: Comparison, point: Comparison, place: Any) -> None:
    """Every field of the labelled data of one point, against its place in the sweep."""
    swept, alone = whole.to_xarray(), point.to_xarray()
    assert set(alone.data_vars) == set(swept.data_vars)
    for name, field in alone.data_vars.items():
        axes = dict(zip(swept["verdict_gap"].dims, place, strict=True))
        chosen = swept[name]
        chosen = chosen.isel({axis: index for axis, index in axes.items() if axis in chosen.dims})
        finite = np.isfinite(field.values)
        np.testing.assert_array_equal(finite, np.isfinite(chosen.values), err_msg=name)
        largest = np.abs(field.values[finite]).max(initial=0.0)
        # Batched products add up in another order; crossings and matched times stop at 1e-10 of their own.
        np.testing.assert_allclose(chosen.values, field.values, rtol=1e-8, atol=1e-12 * largest, err_msg=name)


@pytest.mark.parametrize(
    "family",
    [
        pytest.param(lambda t: lib.qubit(1.0, 1.0, t), id="qubit"),
        pytest.param(lambda t: lib.qubit(1.0, 1.0, t, statistics=tk.SpinBath()), id="spin bath"),
        pytest.param(lambda t: lib.levels([0.0, 1.0, 1.7], rate=1.0, temperature=t), id="three levels"),
    ],
)
def test_a_sweep_of_temperatures_is_its_points_one_by_one(family: Any) -> None:
    cold, hot = np.array([0.0, 0.4, 0.7]), np.array([2.0, 1.5, 0.8])
    times = np.array([0.0, 0.1, 0.7, 2.5])
    # A start at temperature 0 has an infinite first rate; the two others have not.
    whole = tk.compare(tk.reciprocal(family, np.maximum(cold, 0.3), hot), times)
    for index in range(3):
        pair = tk.reciprocal(family, max(float(cold[index]), 0.3), float(hot[index]))
        same_data(whole, tk.compare(pair, times), (index,))


def test_a_sweep_over_two_axes_is_its_points_one_by_one() -> None:
    gaps = np.array([[0.7], [1.3]])
    cold = np.array([0.4, 0.6])
    times = np.array([0.0, 0.3, 2.0])
    whole = tk.compare(tk.reciprocal(lambda t: lib.qubit(gaps, 1.0, t), cold, 1.5), times)
    assert whole.crossings["entropy production rate"].shape == (2, 2)
    for row in range(2):
        for column in range(2):
            gap = float(gaps[row, 0])
            pair = tk.reciprocal(lambda t, gap=gap: lib.qubit(gap, 1.0, t), float(cold[column]), 1.5)
            same_data(whole, tk.compare(pair, times), (row, column))


def test_each_point_of_a_sweep_has_its_own_times() -> None:
    cold, times = np.array([0.4, 0.6]), np.array([[0.0, 0.2, 1.0], [0.1, 0.5, 3.0]])
    family = lambda t: lib.qutrit_ladder(1.0, t)  # noqa: E731
    whole = tk.compare(tk.reciprocal(family, cold, 1.5), times)
    for index in range(2):
        alone = tk.compare(tk.reciprocal(family, float(cold[index]), 1.5), times[index])
        same_data(whole, alone, (index,))


def test_a_sweep_of_equidistant_pairs_is_its_points_one_by_one() -> None:
    target, times = np.array([0.8, 1.0, 1.3]), np.array([0.0, 0.4, 2.0])
    family = lambda t: lib.qubit(1.0, 1.0, t)  # noqa: E731
    whole = tk.compare(tk.equidistant(family, target, 0.6), times)
    for index in range(3):
        alone = tk.compare(tk.equidistant(family, float(target[index]), 0.6), times)
        hot = whole.pair.temperatures["hot"][index]
        assert hot == pytest.approx(float(alone.pair.temperatures["hot"]), rel=1e-12)
        same_data(whole, alone, (index,))


@pytest.mark.parametrize("distance", DISTANCES, ids=lambda d: d.name)
@FEW
@given(st.data())
def test_an_equidistant_partner_is_hotter_and_exactly_as_far(
    distance: tk.distances.RelativeEntropy, data: st.DataObject
) -> None:
    model = data.draw(strategies.thermal_levels())
    target = data.draw(strategies.temperatures(0.5, 1.5))
    cold = target * data.draw(st.floats(0.55, 0.95))
    levels = model.energies

    def far(temperature: float) -> float:
        p, q = (oracles.gibbs_populations(levels, t) for t in (temperature, target))
        return float(distance.between_populations(p, q))

    wanted, largest = far(cold), far(1e9)
    if wanted >= largest * (1.0 - 1e-6):
        with pytest.raises(tk.errors.UnreachableDistanceError, match="no start hotter than target") as failure:
            tk.equidistant(family_of(model), target, cold, distance=distance)
        assert failure.value.largest == pytest.approx(largest, rel=1e-6)
        return
    pair = tk.equidistant(family_of(model), target, cold, distance=distance)
    hot = float(pair.temperatures["hot"])
    assert hot > target
    # A root search in 1/T to a few roundings, magnified where the distance is flat, near infinite temperature.
    assert far(hot) == pytest.approx(wanted, rel=1e-9)
    sides = tk.compare(pair, [0.0], distances=[distance])
    starts = [side.initial_distances[distance.name] for side in (sides.heating, sides.cooling)]
    assert starts[0] == pytest.approx(float(starts[1]), rel=1e-9)


@FEW
@given(strategies.temperatures(0.6, 2.0), st.floats(0.6, 0.95))
def test_the_partner_in_relative_entropy_is_the_one_of_the_closed_form(target: float, fraction: float) -> None:
    cold = target * fraction
    expected = systems.two_state_partner(1.0, target, cold)[0]
    pair = tk.equidistant(lambda t: lib.qubit(1.0, 0.01, t), target, cold)
    assert float(pair.temperatures["hot"]) == pytest.approx(expected, rel=1e-8)


@settings(max_examples=4, deadline=None)
@given(strategies.thermal_levels(4), strategies.temperature_pairs())
def test_a_verdict_holds_if_and_only_if_its_numbers_say_so(data: LevelsData, ends: tuple[float, float]) -> None:
    times = np.array([0.0, 0.2, 1.0, 4.0]) * data.time_unit
    comparison = tk.compare(tk.reciprocal(family_of(data), *ends), times)
    numbers = {v.name: (float(v.heating), float(v.cooling)) for v in comparison.verdicts}
    for verdict in comparison.verdicts:
        one, two = numbers[verdict.name]
        even = one == two or (np.isfinite(one - two) and abs(one - two) <= 1e-9 * max(abs(one), abs(two)))
        assert bool(verdict.tie) == even
        assert bool(verdict.holds) == (not even and (one > two) == verdict.larger)
    matrices = [data.at(t).rate_matrix() for t in reversed(ends)]  # heating runs on the hot bath
    starts = [oracles.gibbs_populations(data.energies, t) for t in ends]
    finals = [oracles.gibbs_populations(data.energies, t) for t in reversed(ends)]
    rates = [oracles.rate_entropy_production(w, p) for w, p in zip(matrices, starts, strict=True)]
    # Written-out sums of some ten terms that cancel by a digit or two.
    np.testing.assert_allclose(numbers["initial rate"], rates, rtol=1e-10)
    totals = [oracles.classical_divergence(p, q) for p, q in zip(starts, finals, strict=True)]
    np.testing.assert_allclose(numbers["total"], totals, rtol=1e-11)
    gaps = [oracles.spectral_gap(w, q) for w, q in zip(matrices, finals, strict=True)]
    np.testing.assert_allclose(numbers["gap"], gaps, rtol=1e-9)


@settings(max_examples=6, deadline=None)
@given(strategies.temperature_pairs(0.5, 3.0), st.sampled_from(["bose", "fermi"]))
def test_the_curves_of_a_qubit_cross_where_bisection_finds_it(ends: tuple[float, float], kind: Any) -> None:
    cold, hot = ends
    heating = systems.TwoStateQuench(1.0, 1.0, cold, hot, kind)
    cooling = heating.reversed()
    family = lambda t: lib.qubit(1.0, 1.0, t, statistics=builders.STATISTICS[kind])  # noqa: E731
    times = np.linspace(0.0, 8.0 / cooling.relaxation, 9)
    comparison = tk.compare(tk.reciprocal(family, cold, hot), times)
    for name, quantity in (
        ("entropy production rate", "entropy_production_rate"),
        ("entropy production", "entropy_production"),
    ):
        curve = [getattr(q, quantity)(times[1:]) for q in (heating, cooling)]
        early = [float(getattr(q, quantity)(1e-4 * times[1])) for q in (heating, cooling)]
        lead = np.concatenate([[early[0] - early[1]], curve[0] - curve[1]])
        change = np.flatnonzero(lead[:-1] * lead[1:] < 0.0)
        found = comparison.crossings[name]
        if kind == "fermi" and name == "entropy production rate":
            # Even at time 0 in exact arithmetic: rounding must not make a crossing of it.
            assert np.isnan(found) or found > 1e-3 * times[1]
            continue
        if change.size == 0:
            assert np.isnan(found)
            continue
        grid = np.concatenate([[1e-4 * times[1]], times[1:]])
        bracket = (grid[change[0]], grid[change[0] + 1])
        # Two curves that part slowly fix their crossing to some 1e-9 of the time.
        assert float(found) == pytest.approx(systems.crossing_time(heating, cooling, quantity, bracket), rel=1e-7)


def _coherent_pair(model: tk.Model, states: list[Array]) -> tk.QuenchPair:
    one, two = (tk.Quench(name, model, state) for name, state in zip(("first", "second"), states, strict=True))
    return tk.QuenchPair(one, two, "by hand", {})


@settings(max_examples=4, deadline=None)
@given(st.data())
def test_a_pair_by_hand_may_be_coherent_and_between_two_baths(data: st.DataObject) -> None:
    drawn = data.draw(strategies.two_bath_models(3))
    states = [data.draw(strategies.states(drawn.dimension, data.draw(st.integers(0, 1)))) for _ in range(2)]
    model = builders.coherent(drawn)
    times = np.array([0.0, 0.3, 1.0]) * drawn.time_unit
    comparison = tk.compare(_coherent_pair(model, states), times)
    jumps = [jump for some, _ in drawn.oracle_baths() for jump in some]
    steady = oracles.steady_state(drawn.hamiltonian, jumps)
    for side, state in ((comparison.heating, states[0]), (comparison.cooling, states[1])):
        np.testing.assert_allclose(side.evolution.states[0], state, rtol=0, atol=1e-14)
        expected = [oracles.distances(moved, steady)["trace_distance"] for moved in side.evolution.states]
        # The oracle's steady state is a singular vector of a matrix a thousand times the rates.
        np.testing.assert_allclose(side.distances["trace distance"], expected, rtol=0, atol=1e-9)
        assert side.initial_distances["trace distance"] == pytest.approx(expected[0], abs=1e-9)
        heats = side.ledger.heat["0"] + side.ledger.heat["1"]
        np.testing.assert_allclose(side.heat.mean, heats, rtol=0, atol=1e-9)
        energy = np.trace(drawn.hamiltonian @ (steady - state)).real
        assert float(side.total_heat) == pytest.approx(energy, abs=1e-9)
    if drawn.baths[0].temperature == drawn.baths[1].temperature:
        return
    with pytest.raises(tk.errors.HypothesisError, match="total entropy production"):
        _ = comparison.heating.ledger.total_entropy_production
