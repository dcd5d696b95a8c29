"""Relative accuracy where doubles are tempted to lose it: after sixty e-foldings, and where populations are tiny."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import oracles
import thermokin as tk
from engines import ENGINES
from library_models import example
from oracles import Array
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import sector_map
from thermokin.motion import prepared_populations
from thermokin.motion.coherent_motion import ENGINES as COHERENT
from thermokin.motion.population_motion import population_motion
from thermokin.motion.sector_motion import SectorMotion

LEVELS = tk.library.levels([0.0, 1.0, 1.7, 3.0], rate=0.02, temperature=0.8)
START = np.array([0.1, 0.2, 0.3, 0.4])


def exactly(generator: Array, vector: Array, times: Array) -> tuple[Array, Array]:
    """exp(L t) v and its deviation from the limit, from an eigendecomposition in forty digits."""
    with mpmath.workdps(40):
        values, right = mpmath.eig(mpmath.matrix(np.asarray(generator).tolist()))
        amplitude = mpmath.lu_solve(right, mpmath.matrix(np.asarray(vector).tolist()))
        size, still = len(values), min(range(len(values)), key=lambda n: abs(values[n]))
        # The smallest eigenvalue counts as exactly zero: rates in doubles leave it at 1e-17.
        lasting = [right[row, still] * amplitude[still] for row in range(size)]

        def decayed(time: float, row: int) -> mpmath.mpc:
            return mpmath.fsum(
                right[row, n] * amplitude[n] * mpmath.exp(values[n] * time) for n in range(size) if n != still
            )

        decaying = [[decayed(float(time), row) for row in range(size)] for time in times]
        whole = [[complex(a + b) for a, b in zip(lasting, row, strict=True)] for row in decaying]
        return np.array(whole), np.array([[complex(value) for value in row] for row in decaying])


def gap_of(model: tk.Model) -> float:
    return float(tk.modes(model).gap)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("grid", ["one step", "steps", "decades"])
def test_sixty_e_foldings_leave_the_deviation_its_digits(engine: str, grid: str) -> None:
    motion = population_motion(Liouvillian(LEVELS))
    end = 60.0 / gap_of(LEVELS)
    times = {"one step": np.array([end]), "steps": np.linspace(0, end, 7), "decades": np.geomspace(1e-3, 1, 7) * end}[
        grid
    ]
    _, made = motion.path(START, times, engine=engine)
    _, expected = exactly(np.asarray(motion.rates), START, times)
    # Rates are known to 1e-16, hence the exponent 60 to 1e-14 times the ratio of the fastest to the slowest rate.
    np.testing.assert_allclose(made, expected.real, rtol=3e-12, atol=0)
    assert np.abs(made[-1]).max() < 1e-24


def test_two_levels_keep_the_digits_of_their_deviation() -> None:
    model = example("qubit")
    motion = population_motion(Liouvillian(model))
    times = np.array([1.0, 60.0, 300.0]) / gap_of(model)
    start = np.array([0.2, 0.8])
    _, made = motion.path(start, times, engine="closed form")
    decay = np.exp(-np.array([1.0, 60.0, 300.0]))
    np.testing.assert_allclose(made[:, 1], decay * (0.8 - motion.limit.stationary[0][1]), rtol=1e-12)


def moved_sector(model: tk.Model, state: Array) -> tuple[SectorMotion, Array, Array]:
    """The motion of the populations' sector, the start in it, and its dense generator."""
    liouvillian = Liouvillian(model)
    (sector,) = sector_map(liouvillian).of_populations()
    generator = SectorGenerator(liouvillian, sector)
    return SectorMotion(generator), state[sector.rows, sector.columns].astype(complex), generator.matrix


@pytest.mark.parametrize("engine", COHERENT)
@pytest.mark.parametrize("grid", ["one step", "steps", "decades"])
def test_a_coherent_sector_keeps_the_digits_of_its_deviation(engine: str, grid: str) -> None:
    model = tk.library.xxz_chain(2, 0.5, 0.01, 1.1, 0.7, coupling=0.01)
    motion, start, matrix = moved_sector(model, np.diag([0.1, 0.2, 0.3, 0.4]))
    values = np.linalg.eigvals(matrix)
    end = 60.0 / float(-np.sort(values.real)[-2])
    times = {"one step": np.array([end]), "steps": np.linspace(0, end, 7), "decades": np.geomspace(1e-3, 1, 7) * end}[
        grid
    ]
    made, _ = motion.deviation(start, times, engine)
    _, expected = exactly(matrix, start, times)
    scale = np.abs(expected).max(axis=-1, keepdims=True)
    # Relative to the largest element at each time: single elements may pass through zero.
    np.testing.assert_allclose(made / scale, expected / scale, rtol=0, atol=1e-10)
    assert scale[-1] < 1e-24


@pytest.mark.parametrize("times", [np.geomspace(1e-9, 1e3, 13), np.linspace(0.0, 0.1, 5)[1:]], ids=["decades", "steps"])
@pytest.mark.parametrize("temperature", [0.02, 0.1, 0.8])
def test_a_start_in_the_ground_state_fills_every_level_with_its_digits(temperature: float, times: Array) -> None:
    model = tk.library.qutrit_ladder(0.01, temperature, energies=[0.0, 1.0, 2.3])
    made = tk.evolve(model, tk.Gibbs(0.0), times).populations
    W = np.asarray(population_motion(Liouvillian(model)).rates)
    expected = np.array([oracles.uniformised(W, np.array([1.0, 0.0, 0.0]), time) for time in times])
    assert expected.min() < 1e-8
    # Both are sums of positive terms with rates known to eps E/T = 1e-14.
    np.testing.assert_allclose(made, expected, rtol=1e-11, atol=0)


def test_cooling_to_a_fiftieth_of_the_gap_keeps_the_digits_of_every_level() -> None:
    model = tk.library.levels([0.0, 1.0, 1.7, 3.0], rate=0.02, temperature=0.02)
    motion = population_motion(Liouvillian(model))
    times = np.geomspace(1e-2, 1e4, 25)
    made = tk.evolve(model, tk.Gibbs(2.0), times).populations
    start = oracles.gibbs_populations([0.0, 1.0, 1.7, 3.0], 2.0)
    expected = np.array([oracles.uniformised(np.asarray(motion.rates), start, time) for time in times])
    np.testing.assert_allclose(made, expected, rtol=1e-10, atol=0)
    assert made.min() < 1e-60


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_keeps_the_digits_of_small_populations(engine: str) -> None:
    model = tk.library.levels([0.0, 1.0, 1.7, 3.0], rate=0.02, temperature=0.12)
    motion = population_motion(Liouvillian(model))
    times, start = np.geomspace(1e-6, 1e3, 11), np.array([1.0, 0.0, 0.0, 0.0])
    made, _ = motion.path(start, times, engine=engine)
    expected = np.array([oracles.uniformised(np.asarray(motion.rates), start, time) for time in times])
    # A sum over modes may fall short of this only where it hands over to sums of positive terms.
    np.testing.assert_allclose(made, expected, rtol=1e-7, atol=0)


def test_a_batch_keeps_the_digits_of_small_populations_at_each_point() -> None:
    temperatures = np.array([0.02, 0.12, 0.8])
    model = tk.library.levels([0.0, 1.0, 1.7, 3.0], rate=0.02, temperature=temperatures)
    times = np.geomspace(1e-4, 1e4, 9)
    made = tk.evolve(model, tk.Gibbs(0.0), times).populations
    W = np.asarray(population_motion(Liouvillian(model)).rates)
    for point in range(3):
        expected = np.array([oracles.uniformised(W[point], np.eye(4)[0], time) for time in times])
        np.testing.assert_allclose(made[point], expected, rtol=1e-7, atol=0)


@pytest.mark.parametrize("fast", [1e3, 1e6])
def test_stiff_rates_keep_slow_populations_exact(fast: float) -> None:
    W = np.array([[-1.0, 0.5, 2.0], [1.0, -0.5 - fast, fast], [0.0, fast, -fast - 2.0]])
    channels = []
    for into, out in np.argwhere((W > 0) & ~np.eye(3, dtype=bool)):
        jump = np.zeros((3, 3))
        jump[into, out] = np.sqrt(W[into, out])
        channels.append(tk.Channel(jump, None))
    model = tk.Model(np.zeros((3, 3)), channels)
    times = np.array([1e-8, 1e-3, 0.5, 10.0])
    made = tk.evolve(model, tk.Populations([1.0, 0.0, 0.0]), times)
    whole, deviation = exactly(W, np.array([1.0, 0.0, 0.0]), times)
    np.testing.assert_allclose(made.populations, whole.real, rtol=1e-8, atol=0)
    # A generator known to eps of its fastest rate knows the slowest to 1e-16 fast, over ten units of time.
    np.testing.assert_allclose(made.deviation, deviation.real, rtol=1e-14 * fast + 1e-10, atol=0)


def test_states_at_time_zero_are_the_initial_ones_to_the_last_digit() -> None:
    times = np.concatenate([[0.0], np.geomspace(1e-3, 10, 8)])
    for name in ("qubit", "levels", "qutrit ladder", "XXZ chain"):
        model = example(name)
        populations = np.zeros(model.dimension)
        populations[0] = 1.0
        start = np.diag(populations)
        if model.frame is None:
            np.testing.assert_array_equal(tk.evolve(model, start, times).populations[0], populations)


def test_a_batch_that_hides_a_tiny_population_beside_large_motions_keeps_its_digits() -> None:
    # Two levels share everything; the third, e^-50 of them, is lost in the rounding of a sum over modes.
    temperatures = np.array([0.02, 0.021])
    model = tk.library.levels([0.0, 0.05, 1.0], rate=1e-3, temperature=temperatures)
    times, start = np.geomspace(1.0, 1e5, 9), np.array([0.5, 0.5, 0.0])
    made = tk.evolve(model, tk.Populations(start), times).populations
    W = np.asarray(population_motion(Liouvillian(model)).rates)
    for point in range(2):
        expected = np.array([oracles.uniformised(W[point], start, time) for time in times])
        assert expected[-1, 2] < 1e-20
        np.testing.assert_allclose(made[point], expected, rtol=1e-9, atol=0)


def test_a_sum_over_modes_fills_levels_from_where_they_started(monkeypatch: pytest.MonkeyPatch) -> None:
    # Many levels accept fewer digits of the tiniest populations, but first steps from zero keep theirs.
    monkeypatch.setattr(prepared_populations, "SINGLE_FROM", 1)
    motion = population_motion(Liouvillian(LEVELS))
    times, start = np.geomspace(1e-8, 1e-3, 6), np.array([1.0, 0.0, 0.0, 0.0])
    made, _ = motion.path(start, times, engine="modes")
    expected = np.array([oracles.uniformised(np.asarray(motion.rates), start, time) for time in times])
    np.testing.assert_allclose(made, expected, rtol=1e-9, atol=0)


def test_millions_of_jumps_conserve_probability() -> None:
    jumps = [np.zeros((3, 3)) for _ in range(4)]
    for jump, (into, out, rate) in zip(jumps, [(0, 1, 3e6), (1, 0, 1e6), (1, 2, 0.3), (2, 1, 0.7)], strict=True):
        jump[into, out] = np.sqrt(rate)
    model = tk.Model(np.zeros((3, 3)), [tk.Channel(jump, None) for jump in jumps])
    made = tk.evolve(model, tk.Populations([1.0, 0.0, 0.0]), [100.0]).populations
    assert made.sum() == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize("temperature", [0.02, 0.8])
def test_a_qubit_fills_from_its_ground_state_with_every_digit(temperature: float) -> None:
    rate, times = 0.01, np.array([1e-13, 1e-6, 1.0, 1e3])
    made = tk.evolve(tk.library.qubit(1.0, rate, temperature), tk.Gibbs(0.0), times).populations[:, 1]
    with mpmath.workdps(30):
        n = 1 / mpmath.expm1(1 / mpmath.mpf(temperature))
        filled = [float(n / (2 * n + 1) * -mpmath.expm1(-rate * (2 * n + 1) * mpmath.mpf(float(t)))) for t in times]
    np.testing.assert_allclose(made, filled, rtol=2e-14, atol=0)  # w/T = 50 is known to eps, its exponential to 50 eps


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")  # sixty random levels have close ones
@pytest.mark.parametrize("size", [20, 60])
def test_many_cold_levels_fill_with_their_digits_where_a_sum_over_modes_would_lose_them(size: int) -> None:
    random = np.random.default_rng(0)
    energies, coupling = np.sort(random.uniform(0.0, 1.0, size)), random.normal(size=(size, size))
    model = tk.library.levels(energies - energies[0], coupling + coupling.T, 1e-3, 0.02)
    times = np.geomspace(1e-3, 20.0, 6) / gap_of(model)
    for start in (np.eye(size)[0], oracles.gibbs_populations(energies, 0.026)):
        made = tk.evolve(model, tk.Populations(start), times).populations
        W = np.asarray(population_motion(Liouvillian(model)).rates)
        expected = np.array([oracles.uniformised(W, start, time) for time in times])
        np.testing.assert_allclose(made, expected, rtol=1e-10, atol=0)


@pytest.mark.parametrize("late", [1e12, 1e17])
def test_early_times_keep_their_own_steps_however_late_the_last_time_is(late: float) -> None:
    model = tk.Model([[0.0, 0.3], [0.3, 1.0]], [tk.Channel(np.array([[0.0, 1.0], [0.0, 0.0]]), None, 1.0)])
    start, early = np.array([[0.5, 0.2], [0.2, 0.5]]), [0.0, 1e-12, 1e-3, 5.0]
    with_late = tk.evolve(model, start, [*early, late]).states
    np.testing.assert_allclose(with_late[:-1], tk.evolve(model, start, early).states, atol=1e-14)
    rates = tk.rates([[0.0, 0.3, 0.1], [0.2, 0.0, 0.4], [0.3, 0.5, 0.0]])
    populations = tk.evolve(rates, [1.0, 0.0, 0.0], [*early, late]).populations
    np.testing.assert_allclose(
        populations[:-1], tk.evolve(rates, [1.0, 0.0, 0.0], early).populations, rtol=0, atol=1e-14
    )


def test_levels_that_hardly_leave_for_one_of_two_ends_are_shared_to_every_digit() -> None:
    # Levels 2 and 3 exchange at rate one; 3 reaches ends 0 and 1 at 1e-18 and 3e-18, below rounding of their diagonal.
    rates = np.array([[0.0, 0.0, 0.0, 1e-18], [0.0, 0.0, 0.0, 3e-18], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.0]])
    made = tk.steady_state(tk.rates(rates), initial=tk.Populations([0.0, 0.0, 0.5, 0.5]))
    np.testing.assert_allclose(made.populations, [0.25, 0.75, 0.0, 0.0], rtol=1e-14)


def test_several_starts_of_one_large_thin_system_move_as_each_does_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_populations, "FILLED_UP_TO", 1000)
    size, times = 1100, np.array([0.0, 0.5, 2.0]) / 1100
    model = tk.library.oscillator(size, 1.0, 1e-3, 0.7)
    starts = np.zeros((2, 1, size))
    starts[0, 0, 0], starts[1, 0, 5] = 1.0, 1.0
    together = tk.evolve(model, tk.Populations(starts), times * 1e3)
    assert together.populations.shape == (2, 1, 3, size)
    produced = tk.ledger(model, together)
    assert produced.entropy_production_error.shape == (2, 1, 3)
    for place, start in enumerate(starts[:, 0]):
        alone = tk.evolve(model, tk.Populations(start), times * 1e3)
        np.testing.assert_array_equal(together.populations[place, 0], alone.populations)
        np.testing.assert_array_equal(together.deviation[place, 0], alone.deviation)
        one = tk.ledger(model, alone)
        np.testing.assert_allclose(produced.entropy_production[place, 0], one.entropy_production, rtol=1e-12)
