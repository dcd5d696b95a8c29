"""How heat fluctuates: the exchange fluctuation theorem, the mirror theorem, and the variance at the end of time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import counting_oracles as counting
import oracles
import strategies
import systems
import thermokin as tk
from oracles import Array
from strategies import CoherentData, LevelsData

FEW = settings(max_examples=12, deadline=None)
# The mirror pairs below have rates of order their gaps; nothing in them is about validity.
STRONG = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def joint_probabilities(model: tk.Model, start: tk.Gibbs, time: float) -> Array:
    """P(from j to i), by the package: all sharp starts in one call, as leading axes."""
    weights = tk.evolve(model, start, [time]).initial.populations
    moved = tk.evolve(model, tk.Populations(np.eye(model.dimension)), [time]).populations[:, 0, :]
    return moved.T * weights


def cumulants_of(values: Array, probabilities: Array, order: int) -> Array:
    """Cumulants of a distribution, about its mean."""
    mean = float(values @ probabilities)
    moments = [1.0] + [float((values - mean) ** n @ probabilities) for n in range(1, order + 1)]
    return np.array([mean, *counting.cumulants_of_moments(moments)[1:]])


@FEW
@given(strategies.thermal_levels(), strategies.temperatures(), strategies.times())
def test_heat_comes_in_and_goes_out_as_the_exchange_theorem_says(data: LevelsData, start: float, time: float) -> None:
    """P(Q)/P(-Q) = exp[(1/T_i - 1/T_f) Q] at every time; all gaps differ, so Q names the pair of levels."""
    model = builders.levels(data)
    joint = joint_probabilities(model, tk.Gibbs(start), time * data.time_unit)
    heat = np.subtract.outer(data.energies, data.energies)
    force = 1.0 / start - 1.0 / data.bath.temperature
    # Each transition probability to a few roundings of its own size: the engine adds positive terms.
    np.testing.assert_allclose(joint, joint.T * np.exp(force * heat), rtol=1e-11)
    assert joint.sum() == pytest.approx(1.0, abs=1e-14)


@FEW
@given(strategies.thermal_levels(4), strategies.temperatures(), strategies.times(0.05, 3.0))
def test_counted_heat_has_the_cumulants_of_its_two_point_distribution(
    data: LevelsData, start: float, time: float
) -> None:
    """One bath, no coherence: jumps counted one by one add up to the difference of two measured energies."""
    model = builders.levels(data)
    instant = time * data.time_unit
    joint = joint_probabilities(model, tk.Gibbs(start), instant)
    heat = np.subtract.outer(data.energies, data.energies)
    counted = tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(start), [instant], order=4)[0]
    # Fourth powers of energies of order three.
    np.testing.assert_allclose(counted, cumulants_of(heat.ravel(), joint.ravel(), 4), rtol=1e-9, atol=1e-11)
    weights = np.subtract.outer(data.energies, data.energies)
    tilted = counting.tilted_rates(data.rate_matrix(), weights)
    initial = oracles.gibbs_populations(data.energies, start)
    moments = counting.contour_moments(tilted, np.ones(data.dimension), initial, instant, 4)
    # Cauchy's integral with 32 points on a circle of radius 1/2 leaves 1e-9 of moments of order a hundred.
    np.testing.assert_allclose(counted, counting.cumulants_of_moments(moments), rtol=1e-6, atol=1e-7)


@FEW
@given(strategies.coherent_models(1, 3), strategies.temperatures(), strategies.times(0.05, 3.0))
def test_the_tilted_generator_of_any_hamiltonian_obeys_the_exchange_theorem(
    data: CoherentData, start: float, time: float
) -> None:
    """<exp(x Q)> = <exp(-(x + F) Q)>, F = 1/T_i - 1/T_f, and its derivatives at 0 are the package's cumulants."""
    model = builders.coherent(data)
    ((jumps, temperature),) = data.oracle_baths()
    tilted = counting.tilted_liouvillian(data.hamiltonian, jumps, [-jump.frequency for jump in jumps])
    trace, initial = oracles.vec(np.eye(data.dimension)), oracles.vec(oracles.gibbs(data.hamiltonian, start))
    instant, force = time * data.time_unit, 1.0 / start - 1.0 / temperature

    def generating(x: complex) -> complex:
        return counting.moment_generating_function(tilted, trace, initial, instant, x)

    for x in (0.3, -0.2):
        assert generating(x) == pytest.approx(generating(-x - force), rel=1e-9)
    assert generating(-force).real == pytest.approx(1.0, abs=1e-9)  # <exp(-F Q)> = 1
    moments = counting.contour_moments(tilted, trace, initial, instant, 3)
    counted = tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(start), [instant], order=3)[0]
    np.testing.assert_allclose(counted, counting.cumulants_of_moments(moments), rtol=1e-6, atol=1e-7)


@FEW
@given(st.data())
def test_the_heat_of_each_of_two_baths_has_the_moments_of_its_tilted_generator(data: st.DataObject) -> None:
    """Coherent start, two baths: no level carries the count, the hierarchy of moments does."""
    drawn = data.draw(strategies.two_bath_models(3))
    state = data.draw(strategies.states(drawn.dimension, data.draw(st.integers(0, 1))))
    time = data.draw(strategies.times(0.05, 3.0)) * drawn.time_unit
    model = builders.coherent(drawn)
    jumps = [jump for some, _ in drawn.oracle_baths() for jump in some]
    trace = oracles.vec(np.eye(drawn.dimension))
    generator = oracles.liouvillian(drawn.hamiltonian, jumps)
    for bath in (0, 1):
        weights = [-jump.frequency if jump.bath == bath else 0.0 for jump in jumps]
        gains = counting.liouvillian_gains(jumps, weights, 3)
        moments = counting.integrated_moments(generator, gains, trace, oracles.vec(state), time)
        counted = tk.integrated_cumulants(model, tk.heat(model, str(bath)), state, [time], order=3)[0]
        # Exponentials of matrices with phases of ten thousand radians; third powers of quanta of order three.
        np.testing.assert_allclose(counted, counting.cumulants_of_moments(moments), rtol=1e-8, atol=1e-8)
        mean = tk.ledger(model, tk.evolve(model, state, [time])).heat[str(bath)][0]
        assert counted[0] == pytest.approx(mean, abs=1e-10)


Build = Callable[[float], tk.Model]


def mirrored(family: Build, ends: tuple[float, float], progress: float, rates: tuple[float, float]) -> list[Array]:
    """Five cumulants of heat of heating and of cooling at equal progress x = 1 - exp(-Gam t)."""
    cold, hot = ends
    found = []
    for start, bath, rate in ((cold, hot, rates[0]), (hot, cold, rates[1])):
        model, time = family(bath), -np.log1p(-progress) / rate
        found.append(tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(start), [time], order=5)[0])
    return found


SIGNS = np.array([-1.0, 1.0, -1.0, 1.0, -1.0])


@STRONG
@pytest.mark.parametrize("statistics", ["bose", "fermi"])
@FEW
@given(ends=strategies.temperature_pairs(), progress=st.floats(0.05, 0.95))
def test_heating_a_qubit_mirrors_cooling_it_at_equal_progress(
    statistics: Any, ends: tuple[float, float], progress: float
) -> None:
    systems_ = [systems.TwoStateQuench(1.3, 0.7, a, b, statistics) for a, b in (ends, ends[::-1])]
    kind = builders.STATISTICS[statistics]
    heating, cooling = mirrored(
        lambda t: tk.library.qubit(1.3, 0.7, t, statistics=kind),
        ends,
        progress,
        (systems_[0].relaxation, systems_[1].relaxation),
    )
    # Cumulants of order one from moments by a recursion that cancels one digit or two.
    np.testing.assert_allclose(heating, SIGNS * cooling, rtol=1e-11, atol=1e-13)
    time = -np.log1p(-progress) / systems_[0].relaxation
    quanta = np.array([-1, 0, 1])
    probabilities = np.array([systems_[0].heat_probability(time, int(k)) for k in quanta])
    np.testing.assert_allclose(heating, cumulants_of(1.3 * quanta, probabilities, 5), rtol=1e-11, atol=1e-13)


@STRONG
@pytest.mark.parametrize("statistics", ["bose", "fermi"])
@settings(max_examples=6, deadline=None)
@given(ends=strategies.temperature_pairs(0.3, 1.0), progress=st.floats(0.05, 0.95))
def test_heating_an_oscillator_mirrors_cooling_it_at_equal_progress(
    statistics: Any, ends: tuple[float, float], progress: float
) -> None:
    pair = [systems.OscillatorQuench(1.0, 1.0, a, b, statistics) for a, b in (ends, ends[::-1])]
    kind = builders.STATISTICS[statistics]
    heating, cooling = mirrored(
        lambda t: tk.library.oscillator(45, 1.0, 1.0, t, statistics=kind),
        ends,
        progress,
        (pair[0].relaxation, pair[1].relaxation),
    )
    # 45 levels leave e^-45 of a state at temperature 1 out, times 45^5 = 2e8 in the fifth moment.
    np.testing.assert_allclose(heating, SIGNS * cooling, rtol=1e-8, atol=1e-10)
    time = -np.log1p(-progress) / pair[0].relaxation
    quanta = np.arange(-80, 81)
    probabilities = np.array([float(pair[0].heat_probability(time, int(k))) for k in quanta])
    np.testing.assert_allclose(heating, cumulants_of(quanta.astype(float), probabilities, 5), rtol=1e-8, atol=1e-10)


@STRONG
def test_a_qutrit_ladder_has_no_mirror() -> None:
    """Outside the two systems of the theorem: at equal mean heat the variances of a ladder differ by a percent."""
    noise = {}
    for word, start, bath in (("heating", 0.5, 2.0), ("cooling", 2.0, 0.5)):
        model = tk.library.qutrit_ladder(1.0, bath)
        times = np.linspace(0.01, 3.0, 3000)
        mean, variance = tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(start), times).T
        noise[word] = float(np.interp(0.25418961, np.abs(mean), variance / mean**2))
    assert noise["heating"] > 1.01 * noise["cooling"]


@FEW
@given(strategies.thermal_levels(), strategies.temperature_pairs())
def test_at_the_end_of_time_heating_and_cooling_have_one_heat_variance(
    data: LevelsData, ends: tuple[float, float]
) -> None:
    """Start and end are independent by then: Var Q = Var_c(H) + Var_h(H), whichever came first."""
    cold, hot = ends
    spread = []
    for temperature in ends:
        p = oracles.gibbs_populations(data.energies, temperature)
        spread.append(p @ data.energies**2 - (p @ data.energies) ** 2)
    pair = tk.reciprocal(lambda t: builders.levels(data.at(float(t))), cold, hot)
    late = [45.0 / float(tk.modes(quench.model).gap) for quench in (pair.heating, pair.cooling)]
    comparison = tk.compare(pair, [max(late)])
    for side in (comparison.heating, comparison.cooling):
        # Variances of order one, from second moments of energies of order three.
        assert side.heat.variance[0] == pytest.approx(sum(spread), rel=1e-12)
    assert comparison.heating.heat.mean[0] == pytest.approx(-comparison.cooling.heat.mean[0], rel=1e-12)
    produced = [side.ledger.total_entropy_production for side in (comparison.heating, comparison.cooling)]
    energy = float(comparison.heating.total_heat)
    # D(c||h) + D(h||c) = (1/T_c - 1/T_h) (E_h - E_c).
    assert produced[0] + produced[1] == pytest.approx((1 / cold - 1 / hot) * energy, rel=1e-10)


@FEW
@given(strategies.thermal_levels(), strategies.temperature_pairs())
def test_a_gibbs_start_produces_entropy_at_the_rate_of_its_heat(data: LevelsData, ends: tuple[float, float]) -> None:
    """sigma(0) = (1/T_i - 1/T_f) dQ/dt(0): ln pi_i - ln pi_f is linear in the energy."""
    cold, hot = ends
    comparison = tk.compare(tk.reciprocal(lambda t: builders.levels(data.at(float(t))), cold, hot), [0.0])
    for side, force in ((comparison.heating, 1 / cold - 1 / hot), (comparison.cooling, 1 / hot - 1 / cold)):
        expected = force * float(side.ledger.heat_rate["bath"][0])
        assert side.ledger.entropy_production_rate[0] == pytest.approx(expected, rel=1e-10)


@FEW
@given(strategies.levels_with_populations(4), strategies.time_grids())
def test_the_number_of_jumps_is_counted_alike_by_the_ledger_and_by_moments(
    drawn: tuple[LevelsData, Array], grid: Array
) -> None:
    data, start = drawn
    model = builders.levels(data)
    times = grid * data.time_unit
    ledger = tk.ledger(model, tk.evolve(model, tk.Populations(start), times))
    counted = tk.integrated_cumulants(model, tk.activity(model), tk.Populations(start), times)
    np.testing.assert_allclose(ledger.total_activity, counted[:, 0], rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(ledger.activity["bath"], counted[:, 0], rtol=1e-11, atol=1e-14)
    matrix = data.rate_matrix()
    gains = counting.rate_gains(matrix, np.ones_like(matrix), 2)
    first, second = counting.integrated_moments(matrix, gains, np.ones(data.dimension), start, times[-1])[1:]
    np.testing.assert_allclose(counted[-1], [first, second - first**2], rtol=1e-9)
    rates = [-np.diag(matrix) @ p for p in ledger.evolution.populations]
    np.testing.assert_allclose(ledger.total_activity_rate, rates, rtol=1e-12)
    np.testing.assert_allclose(ledger.activity_rate["bath"], rates, rtol=1e-12)
