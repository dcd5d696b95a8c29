"""Cumulants of exchanged amounts: closed forms, tilted generators, samples, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import builders
import counting_oracles as counting
import oracles
import systems
import thermokin as tk
from oracles import Array
from thermokin.counting.integrated_cumulants import cumulants_along, exchanged
from thermokin.counting.moments import DENSE_UP_TO, hierarchy_moments, level_difference_moments

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TIMES = np.array([0.0, 0.05, 0.4, 2.0, 9.0])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
ENERGIES = np.array([0.0, 1.0, 1.7, 3.0])


def by_distribution(quench: systems.Quench, times: Array, reach: int, quantum: float, order: int) -> Array:
    """Cumulants of the closed-form distribution of heat."""
    quanta = np.arange(-reach, reach + 1)
    found = []
    for time in times:
        p = np.array([float(quench.heat_probability(time, int(k))) for k in quanta])
        mean = float(quantum * quanta @ p)
        moments = [1.0] + [float(((quantum * quanta - mean) ** n) @ p) for n in range(1, order + 1)]
        found.append([mean, *counting.cumulants_of_moments(moments)[1:]])
    return np.array(found)


@pytest.mark.parametrize("ends", [(0.5, 2.0), (2.0, 0.5), (0.0, 1.0)])
@pytest.mark.parametrize("statistics", ["bose", "fermi"])
def test_the_heat_of_a_qubit_has_the_cumulants_of_its_three_probabilities(
    statistics: Any, ends: tuple[float, float]
) -> None:
    quench = systems.TwoStateQuench(1.3, 0.8, *ends, statistics)
    model = builders.two_state(quench)
    found = tk.integrated_cumulants(model, tk.heat(model), builders.initial(quench), TIMES, order=6)
    # Sixth powers of 1.3 by a recursion that cancels two digits.
    np.testing.assert_allclose(found, by_distribution(quench, TIMES, 1, 1.3, 6), rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(found[:, 1], quench.heat_variance(TIMES), rtol=1e-11, atol=1e-16)


def test_the_heat_of_an_oscillator_has_the_cumulants_of_its_two_sided_law() -> None:
    quench = systems.OscillatorQuench(1.0, 1.0, 0.4, 0.9)
    model = builders.oscillator(quench, 45)
    found = tk.integrated_cumulants(model, tk.heat(model), builders.initial(quench), TIMES, order=4)
    np.testing.assert_allclose(found, by_distribution(quench, TIMES, 60, 1.0, 4), rtol=1e-9, atol=1e-12)


def test_the_two_ways_of_counting_heat_from_one_bath_agree() -> None:
    """The change of a level's energy, and jump after jump: one amount, trajectory by trajectory."""
    model = tk.library.levels(ENERGIES, rate=0.2, temperature=0.8)
    evolution = tk.evolve(model, tk.Gibbs(2.0), TIMES)
    weights = tk.heat(model).weights
    by_levels = level_difference_moments(evolution, ENERGIES, 5)
    by_jumps = hierarchy_moments(evolution, weights, 5)
    # Fifth powers of three.
    np.testing.assert_allclose(by_levels, by_jumps, rtol=1e-10, atol=1e-11)
    shifted = level_difference_moments(evolution, ENERGIES + 100.0, 5)
    np.testing.assert_allclose(shifted, by_levels, rtol=1e-9, atol=1e-9)


def test_nothing_is_exchanged_at_time_zero() -> None:
    model = tk.library.levels(ENERGIES, rate=0.2, temperature=0.8)
    for times in ([0.0], [0.0, 0.1, 0.2], [0.0, 0.1, 0.4, 2.0, 5.0]):
        for current in (tk.heat(model), tk.activity(model)):
            found = tk.integrated_cumulants(model, current, tk.Gibbs(2.0), times, order=4)
            np.testing.assert_array_equal(found[0], 0.0)
    heat = exchanged(tk.evolve(model, tk.Gibbs(2.0), [0.0, 1.0]), tk.heat(model))
    assert heat.relative_variance[0] == np.inf
    assert heat.deviation[0] == 0.0
    assert heat.relative_variance[1] == heat.variance[1] / heat.mean[1] ** 2


@pytest.mark.parametrize("which", ["activity", "one channel", "entropy", "mixed"])
def test_any_current_of_rates_has_the_cumulants_of_its_tilted_generator(which: str) -> None:
    model = tk.library.levels(ENERGIES, rate=0.2, temperature=0.8)
    size = model.table.size
    weights = {
        "activity": np.ones(size),
        "one channel": np.eye(size)[3],
        "entropy": np.asarray(tk.entropy_flow(model).weights),
        "mixed": np.linspace(-1.0, 1.0, size),
    }[which]
    current = tk.Current(which, weights, model)
    matrix = oracles.thermal_rate_matrix(ENERGIES, np.ones((4, 4)), lambda w: 0.2, 0.8)
    counted = np.zeros((4, 4))
    for position, channel in enumerate(model.channels):
        (to,), (away,) = np.nonzero(channel.jump)
        counted[to, away] = weights[position]
    start = oracles.gibbs_populations(ENERGIES, 2.0)
    found = tk.integrated_cumulants(model, current, tk.Gibbs(2.0), TIMES, order=3)
    gains = counting.rate_gains(matrix, counted, 3)
    for index, time in enumerate(TIMES):
        moments = counting.integrated_moments(matrix, gains, np.ones(4), start, time)
        np.testing.assert_allclose(found[index], counting.cumulants_of_moments(moments), rtol=1e-9, atol=1e-12)
    contour = counting.contour_moments(counting.tilted_rates(matrix, counted), np.ones(4), start, 2.0, 3)
    # 32 points on a circle of radius 1/2.
    np.testing.assert_allclose(found[3], counting.cumulants_of_moments(contour), rtol=1e-6, atol=1e-8)


def test_photons_of_a_driven_qubit_are_counted_with_its_coherence() -> None:
    """Resonance fluorescence: populations and coherences are coupled, no rate equation counts its jumps."""
    drive = np.array([[0.0, 0.4], [0.4, 0.0]])
    model = tk.Model(drive, [tk.Channel(LOWER, None)], energy_operator=np.diag([0.0, 1.0]))
    current = tk.Current("photons", np.ones(1), model)
    start = np.array([[0.6, 0.1 - 0.2j], [0.1 + 0.2j, 0.4]])
    jumps = [oracles.Jump(LOWER)]
    generator = oracles.liouvillian(drive, jumps)
    gains = counting.liouvillian_gains(jumps, [1.0], 3)
    found = tk.integrated_cumulants(model, current, start, TIMES, order=3)
    for index, time in enumerate(TIMES):
        moments = counting.integrated_moments(generator, gains, oracles.vec(np.eye(2)), oracles.vec(start), time)
        np.testing.assert_allclose(found[index], counting.cumulants_of_moments(moments), rtol=1e-9, atol=1e-12)
    counts = counting.quantum_jump_counts(drive, jumps, start, 9.0, 4000, 11)
    mean, error, variance = counting.weighted_means(counts, [1.0])
    assert abs(found[-1, 0] - mean) < 5 * error
    assert found[-1, 1] == pytest.approx(variance, rel=5 * np.sqrt(2 / 4000))


def test_sampled_paths_have_the_mean_and_variance_of_their_heat() -> None:
    model = tk.library.qutrit_ladder(1.0, 2.0)
    energies = np.arange(3.0)
    couplings = np.diag([1.0, 1.0], 1) + np.diag([1.0, 1.0], -1)
    matrix = oracles.thermal_rate_matrix(energies, couplings, lambda w: 1.0, 2.0)
    start = oracles.gibbs_populations(energies, 0.5)
    amounts = counting.gillespie(matrix, np.subtract.outer(energies, energies), start, 0.4, 4000, 3)[1]
    mean, variance = tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(0.5), [0.4])[0]
    assert abs(amounts.mean() - mean) < 5 * np.sqrt(variance / 4000)
    fourth = float(((amounts - amounts.mean()) ** 4).mean())
    assert abs(amounts.var() - variance) < 5 * np.sqrt((fourth - variance**2) / 4000)


def test_dephasing_jumps_are_counted_although_they_move_no_level() -> None:
    """sqrt(g) sigma_z jumps at the rate g in every state: a Poisson count, all of its cumulants g t."""
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(np.sqrt(0.7) * np.diag([1.0, -1.0]), None)])
    for start in (tk.Populations([0.3, 0.7]), np.array([[0.5, 0.3], [0.3, 0.5]])):
        found = tk.integrated_cumulants(model, tk.activity(model), start, TIMES, order=4)
        np.testing.assert_allclose(found, 0.7 * TIMES[:, None] * np.ones(4), rtol=1e-10, atol=1e-14)


def test_a_large_hierarchy_by_products_is_the_small_one_by_exponentials() -> None:
    """Above some hundred rows one sparse product replaces the dense exponential; both count the same jumps."""
    size = DENSE_UP_TO // 3 + 5
    quench = systems.OscillatorQuench(1.0, 0.01, 0.4, 0.9)
    large, small = builders.oscillator(quench, size), builders.oscillator(quench, 45)
    times = [1.0, 30.0]
    found = [tk.integrated_cumulants(m, tk.activity(m), builders.initial(quench), times) for m in (large, small)]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-8)
    np.testing.assert_allclose(found[0][:, 0], quench.activity(times), rtol=1e-9)
    with pytest.raises(ValueError, match="a system this large is counted for one point"):
        tk.integrated_cumulants(large, tk.activity(large), tk.Gibbs([0.4, 0.5]), times)


def test_a_sweep_is_counted_point_by_point() -> None:
    temperatures = np.array([[0.8], [1.2]])
    starts = np.array([0.4, 2.0, 0.0])
    model = tk.library.levels(ENERGIES, rate=0.2, temperature=temperatures)
    for name in ("heat", "activity"):
        current = getattr(tk, name)(model)
        found = tk.integrated_cumulants(model, current, tk.Gibbs(starts), TIMES, order=3)
        assert found.shape == (2, 3, TIMES.size, 3)
        for row in range(2):
            for column in range(3):
                alone = tk.library.levels(ENERGIES, rate=0.2, temperature=float(temperatures[row, 0]))
                one = tk.integrated_cumulants(
                    alone, getattr(tk, name)(alone), tk.Gibbs(float(starts[column])), TIMES, order=3
                )
                np.testing.assert_allclose(found[row, column], one, rtol=1e-9, atol=1e-12)


def test_weights_with_leading_axes_are_a_sweep_of_currents() -> None:
    model = tk.library.levels(ENERGIES, rate=0.2, temperature=0.8)
    weights = np.stack([np.linspace(-1.0, 1.0, model.table.size), np.ones(model.table.size)])
    found = tk.integrated_cumulants(model, tk.Current("both", weights, model), tk.Gibbs(2.0), TIMES)
    for index in range(2):
        one = tk.integrated_cumulants(model, tk.Current("one", weights[index], model), tk.Gibbs(2.0), TIMES)
        np.testing.assert_allclose(found[index], one, rtol=1e-11, atol=1e-13)


def test_particles_and_their_heat_are_proportional_on_one_level() -> None:
    model = tk.library.fermionic_level(-0.3, 0.02, 0.7, 0.2)
    start = tk.Populations([0.9, 0.1])
    electrons = tk.integrated_cumulants(model, tk.particles(model), start, TIMES, order=3)
    heats = tk.integrated_cumulants(model, tk.heat(model), start, TIMES, order=3)
    energies = tk.integrated_cumulants(model, tk.energy(model), start, TIMES, order=3)
    np.testing.assert_allclose(heats, electrons * (-0.5) ** np.arange(1, 4), rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(energies, electrons * (-0.3) ** np.arange(1, 4), rtol=1e-9, atol=1e-14)


def test_cumulants_scale_with_the_weights() -> None:
    model = tk.library.levels(ENERGIES, rate=0.2, temperature=0.8)
    one = tk.integrated_cumulants(model, tk.activity(model), tk.Gibbs(2.0), TIMES, order=3)
    two = tk.integrated_cumulants(model, -2.0 * tk.activity(model), tk.Gibbs(2.0), TIMES, order=3)
    np.testing.assert_allclose(two, one * (-2.0) ** np.arange(1, 4), rtol=1e-11, atol=1e-13)


def test_counting_along_an_evolution_uses_its_start_and_times() -> None:
    model = tk.library.levels(ENERGIES, rate=0.2, temperature=0.8)
    evolution = tk.evolve(model, tk.Gibbs(2.0), TIMES)
    along = cumulants_along(evolution, tk.heat(model), 2)
    np.testing.assert_array_equal(along, tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(2.0), TIMES))
    amount = exchanged(evolution, tk.heat(model))
    np.testing.assert_array_equal(amount.mean, along[..., 0])
    np.testing.assert_array_equal(amount.variance, along[..., 1])
    np.testing.assert_allclose(amount.deviation, np.sqrt(along[..., 1]), rtol=1e-15)
    assert amount.current.name == "heat"


@pytest.mark.parametrize(
    ("order", "error", "message"),
    [
        (0, ValueError, "`order` must be"),
        (-1, ValueError, "`order` must be"),
        (1.5, TypeError, "`order` must be a whole"),
    ],
)
def test_the_order_is_a_whole_number_of_at_least_one(order: Any, error: Any, message: str) -> None:
    model = tk.library.qubit(1.0, 0.01, 0.8)
    with pytest.raises(error, match=message):
        tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(0.3), [1.0], order=order)


def test_a_current_of_another_model_is_refused() -> None:
    one, two = tk.library.qubit(1.0, 0.01, 0.8), tk.library.qubit(1.0, 0.01, 0.8)
    with pytest.raises(ValueError, match="belongs to another model"):
        tk.integrated_cumulants(two, tk.heat(one), tk.Gibbs(0.3), [1.0])


def test_what_is_not_a_current_is_refused() -> None:
    model = tk.library.qubit(1.0, 0.01, 0.8)
    with pytest.raises(TypeError, match="`current` must be a Current"):
        tk.integrated_cumulants(model, np.ones(2), tk.Gibbs(0.3), [1.0])  # type: ignore[arg-type]


def test_high_cumulants_grow_at_the_rates_of_the_steady_state_however_late() -> None:
    """Moments about zero, a mean of 2e4 to the fifth power, would leave no digit; about the drift they leave five."""
    drive = np.array([[0.0, 0.4], [0.4, 0.3]])
    model = tk.Model(drive, [tk.Channel(LOWER, None), tk.Channel(0.6 * LOWER.T, None)])
    found = tk.integrated_cumulants(model, tk.activity(model), np.eye(2) / 2.0, [1e3, 4e4], order=5)
    growth = (found[1] - found[0]) / 3.9e4
    # Fifth moments about the drift are (4e4)^(5/2), the fifth cumulant 4e4: six digits of sixteen are lost.
    np.testing.assert_allclose(growth, np.asarray(tk.cumulants(model, tk.activity(model), order=5)), rtol=1e-5)
