"""Populations of parts that are nearly decoupled: no probability is lost, however slow they are beside the fastest."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

import slow_machines as machines
import thermokin as tk
from oracles import Array
from thermokin.motion.evolution import Evolution
from thermokin.motion.long_time_limit import long_time_limit
from thermokin.motion.population_motion import PopulationMotion

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

SUMMED = 1e-13  # of the sum of 160 populations: roundings of each
KINDS = ["levels", "rates", "trap"]


def machine(kind: str, rng: np.random.Generator) -> tk.Model:
    size, groups = int(rng.integers(3, 7)), int(rng.integers(2, 4))
    decades = float(rng.choice([8.0, 20.0, 40.0]))
    if kind == "levels":
        return machines.grouped_levels(rng, size, groups, decades)
    rates = machines.grouped_rates(rng, size, groups, decades)
    if kind == "trap":
        rates[:, 0] *= 10.0 ** -rng.uniform(0.0, 30.0)
    return tk.rates(rates)


def rates_of(evolution: Evolution) -> Array:
    assert evolution.motion is not None
    assert isinstance(evolution.motion.rates, np.ndarray)
    return evolution.motion.rates


@pytest.mark.parametrize(
    ("link", "time", "first_ladder"),
    [
        (1e-5, 2.5e10, 0.95329669618442143),
        (1e-6, 2.5e12, 0.95329669886100947),
        (1e-7, 2.5e14, 0.95329669888777534),
        (1e-8, 2.5e16, 0.95329669888804300),
        (1e-8, 1e20, 0.50624967449951022),  # Gibbs
    ],
)
def test_two_ladders_on_a_weak_link_share_out_as_in_eighty_digits(
    link: float, time: float, first_ladder: float
) -> None:
    """Reference: the slow mode of the path of 160 levels by inverse iteration in 80 digits, on the same rates."""
    model = machines.ladders(link)
    populations = tk.evolve(model, np.eye(160)[0], [time]).populations[0]
    assert abs(populations.sum() - 1.0) < SUMMED
    np.testing.assert_allclose(populations[:80].sum(), first_ladder, rtol=1e-13)


def test_a_grid_of_times_gives_what_single_times_give() -> None:
    model, start = machines.ladders(1e-7), np.eye(160)[0]
    times = np.geomspace(1e2, 2.5e16, 12)
    together = tk.evolve(model, start, times)
    np.testing.assert_allclose(together.populations.sum(axis=-1), 1.0, atol=SUMMED)
    for number in (0, 5, 9, 11):
        alone = tk.evolve(model, start, times[number : number + 1]).populations[0]
        np.testing.assert_allclose(together.populations[number], alone, rtol=0.0, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(6))
def test_parts_that_hardly_talk_move_as_in_a_hundred_digits(kind: str, seed: int) -> None:
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    model = machine(kind, rng)
    start = np.eye(model.dimension)[int(rng.integers(model.dimension))]
    slowest = float(tk.modes(model).gap)
    for times in ([3.0 / slowest], list(np.geomspace(0.1, 30.0 / slowest, 6))):
        moved = tk.evolve(model, start, times)
        for number, time in enumerate(times):
            exact, rate = machines.exact_populations(rates_of(moved), start, time)
            # Sums over modes are exact to rounding of one, small populations to the 1e-8 that the engine promises.
            np.testing.assert_allclose(moved.populations[number], exact, rtol=1e-8, atol=1e-12)
            np.testing.assert_allclose(moved.population_rates[number], rate, rtol=0.0, atol=1e-6 * np.abs(rate).max())


def test_each_point_of_a_sweep_moves_as_if_alone() -> None:
    """Links from strong to 1e-20, so that some points have slow modes and others have none."""
    links = 10.0 ** -np.array([[0.0, 1.0, 3.0], [5.0, 7.0, 10.0]])
    coupling = np.zeros((2, 3, 6, 6))
    for one, other in ((0, 1), (1, 2), (3, 4), (4, 5)):
        coupling[..., one, other] = coupling[..., other, one] = 1.0
    coupling[..., 2, 3] = coupling[..., 3, 2] = links
    energies = np.array([0.0, 0.4, 1.1, 0.2, 0.9, 1.7])
    sweep, start = tk.library.levels(energies, coupling, 0.1, 1.0), np.eye(6)[0]
    times = np.geomspace(1.0, 1e21, 9)
    for grid in (times, times[5:6]):
        moved = tk.evolve(sweep, start, grid)
        np.testing.assert_allclose(moved.populations.sum(axis=-1), 1.0, atol=SUMMED)
        for point in np.ndindex(2, 3):
            alone = tk.evolve(tk.library.levels(energies, coupling[point], 0.1, 1.0), start, grid)
            np.testing.assert_allclose(moved.populations[point], alone.populations, rtol=0.0, atol=1e-13)
            np.testing.assert_allclose(moved.population_rates[point], alone.population_rates, rtol=1e-6, atol=1e-40)


def test_every_engine_that_can_be_chosen_keeps_the_trace_of_slow_ladders() -> None:
    model, start, times = machines.ladders(1e-7, 40), np.eye(80)[0], np.array([2.5e14])
    motion = tk.evolve(model, start, times).motion
    assert motion is not None
    spectral, stepping = (motion.path(start, times, engine=engine)[0] for engine in ("modes", "stepping"))
    np.testing.assert_allclose(spectral, stepping, rtol=1e-12)
    assert abs(spectral.sum() - 1.0) < SUMMED


def test_polynomials_that_would_round_a_slow_link_away_say_so() -> None:
    """4002 levels in a thin rate matrix, beyond the size that is ever filled, for 1e12 jumps of the fastest."""
    size = 4002
    level = np.arange(size - 1)
    jumps = np.ones(size - 1)
    jumps[size // 2] = 1e-14
    rates = sparse.csr_array((jumps, (level + 1, level)), shape=(size, size))
    rates = sparse.csr_array(rates + rates.T)
    rates = sparse.csr_array(rates - sparse.diags_array(np.asarray(rates.sum(axis=0)).ravel()))
    uniform = np.full(size, 1.0 / size)
    motion = PopulationMotion(rates, long_time_limit(rates, np.zeros(size), uniform))
    spread = np.where(np.arange(size) < size // 2, 1.5, 0.5) / size
    with pytest.raises(tk.errors.NotConvergedError, match=r"4002 levels .* Ask for shorter times"):
        motion.path(spread, np.array([1e12]))


def test_a_slow_cycle_that_breaks_detailed_balance_is_not_symmetrised_away() -> None:
    """Three fast pairs in equilibrium within, slow jumps around the ring of pairs in one sense only."""
    rates = np.zeros((6, 6))
    for pair in (0, 2, 4):
        rates[pair, pair + 1], rates[pair + 1, pair] = 1.0, 2.0
        rates[(pair + 2) % 6, pair] = 1e-13
    model, start, time = tk.rates(rates), np.eye(6)[0], 2e13
    found = tk.modes(model).values
    expected = machines.exact_values(rates)
    # The slow pair turns: two complex values, which a symmetrised matrix cannot have.
    assert abs(expected[1].imag) > 0.1 * abs(expected[1])
    np.testing.assert_allclose(np.sort_complex(found[1:3]), np.sort_complex(expected[1:3]), rtol=1e-12)
    exact, _ = machines.exact_populations(rates, start, time)
    np.testing.assert_allclose(tk.evolve(model, start, [time]).populations[0], exact, rtol=1e-12)
    grid = np.geomspace(1.0, time, 7)
    np.testing.assert_allclose(tk.evolve(model, start, grid).populations[-1], exact, rtol=1e-12)


@pytest.mark.parametrize("size", [120, 400, 1200])
def test_a_steady_state_out_of_balance_keeps_the_share_of_a_weakly_linked_half(size: int) -> None:
    """Two chains with a current through each; the odds of the halves are those of the one link, 3 to 1."""
    rates, half = np.zeros((size, size)), size // 2
    for first in (0, half):
        level = np.arange(first, first + half)
        after = np.roll(level, -1)
        rates[after, level], rates[level, after] = 1.0, 0.5  # a ring that turns: uniform at rest
    rates[half, 0], rates[0, half] = 3e-18, 1e-18
    found = tk.steady_state(tk.rates(rates)).populations
    np.testing.assert_allclose(found[:half], 0.25 / half, rtol=1e-11)
    np.testing.assert_allclose(found[half:], 0.75 / half, rtol=1e-11)


def test_heat_and_entropy_of_slow_relaxation_follow_the_slow_mode() -> None:
    """Two pairs of levels with a link: late rates are those of the one slow mode, its heat the change of energy."""
    coupling = np.zeros((4, 4))
    coupling[0, 1] = coupling[1, 0] = coupling[2, 3] = coupling[3, 2] = 1.0
    coupling[1, 2] = coupling[2, 1] = 1e-8
    energies = np.array([0.0, 1.0, 1.7, 3.0])
    model, start = tk.library.levels(energies, coupling, 0.01, 1.0), np.eye(4)[3]
    times = np.array([1e16, 1e18, 3e18])
    moved = tk.evolve(model, start, times)
    account = tk.ledger(model, moved)
    exact = [machines.exact_populations(rates_of(moved), start, time) for time in times]
    heat = np.array([energies @ populations - 3.0 for populations, _ in exact])
    np.testing.assert_allclose(account.heat["bath"], heat, rtol=1e-12)
    heat_rate = np.array([energies @ rate for _, rate in exact])
    np.testing.assert_allclose(account.heat_rate["bath"], heat_rate, rtol=1e-9)
    gibbs = np.exp(-energies) / np.exp(-energies).sum()
    production = np.array([-(rate @ np.log(populations / gibbs)) for populations, rate in exact])
    np.testing.assert_allclose(account.entropy_production_rate, production, rtol=1e-9)


@pytest.mark.parametrize("time", [1e2, 1e10, 1e15, 1e17, 2e18])
def test_jumps_and_heat_since_the_start_keep_their_digits_across_a_slow_link(time: float) -> None:
    """Integral of the activity and two cumulants of heat, against an augmented generator in a hundred digits."""
    coupling = np.zeros((5, 5))
    for one, other in ((0, 1), (2, 3), (3, 4)):
        coupling[one, other] = coupling[other, one] = 1.0
    coupling[1, 2] = coupling[2, 1] = 1e-8
    energies, start = np.array([0.0, 1.0, 1.7, 3.0, 3.4]), np.array([0.1, 0.2, 0.1, 0.25, 0.35])
    model = tk.library.levels(energies, coupling, 0.01, 1.0)
    moved = tk.evolve(model, start, [time])
    rates = rates_of(moved)
    # A sixth state, which nothing leaves, counts jumps: it is fed by each level at the rate of the jumps out of it.
    counted = machines.exact_integral(rates, start, time, -np.diagonal(rates))
    np.testing.assert_allclose(tk.ledger(model, moved).total_activity, [counted], rtol=1e-13)
    ways = np.stack([machines.exact_populations(rates, level, time)[0] for level in np.eye(5)], axis=1) * start
    change = energies[:, None] - energies
    mean = (ways * change).sum()
    taken = tk.exchanged(moved, tk.heat(model))
    np.testing.assert_allclose(np.abs(taken.mean), [abs(mean)], rtol=1e-13)
    np.testing.assert_allclose(taken.variance, [(ways * change**2).sum() - mean**2], rtol=1e-12)


@pytest.mark.parametrize("level", [0, 3])
def test_the_statistical_velocity_of_a_slow_crossing_is_that_of_a_hundred_digits(level: int) -> None:
    coupling = np.zeros((4, 4))
    coupling[0, 1] = coupling[1, 0] = coupling[2, 3] = coupling[3, 2] = 1.0
    coupling[1, 2] = coupling[2, 1] = 1e-8
    model, start = tk.library.levels([0.0, 1.0, 1.7, 3.0], coupling, 0.01, 1.0), np.eye(4)[level]
    times = np.array([1.0, 1e10, 1e16, 1e18])
    moved = tk.evolve(model, start, times)
    exact = [machines.exact_populations(rates_of(moved), start, time) for time in times]
    expected = [np.sqrt((rate**2 / populations).sum()) for populations, rate in exact]
    np.testing.assert_allclose(tk.kinematics(model, moved).velocity, expected, rtol=1e-7)
