"""Jump records: what they hold, exact distributions, the first law run by run, seeds, executors and refusals."""

from __future__ import annotations

from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from scipy import stats

import builders
import jump_machines as machines
import systems
import thermokin as tk
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.initial import initial_state
from thermokin.trajectories.jump_process import KetJumps
from thermokin.trajectories.jump_records import starts
from thermokin.trajectories.no_jump_motion import no_jump_motion
from thermokin.trajectories.renewal import Renewal
from thermokin.trajectories.reset_kets import jump_operators
from thermokin.trajectories.trajectories import sample_cumulants

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TIMES = np.array([0.0, 1.0, 5.0, 20.0])
PLUS = np.full((2, 2), 0.5)
CASES = {
    "levels": lambda: (tk.library.random_levels(4, 1, rate=0.02, temperature=1.0), tk.Gibbs(0.5)),
    "coherent start": lambda: (tk.library.qubit(1.0, 0.1, 0.7), PLUS),
    "maser": lambda: (machines.maser(), np.array([0.2, 0.5, 0.3])),
    "two qubits": lambda: (machines.two_qubits(detuning=0.2), np.full((4, 4), 0.25)),
}


def record(
    case: str, trajectories: int = 400, seed: int = 3, executor: Executor | None = None
) -> tk.results.Trajectories:
    model, start = CASES[case]()
    return tk.unravel(model, start, TIMES, trajectories=trajectories, seed=seed, executor=executor)


def test_a_decaying_superposition_gives_half_a_quantum_in_the_mean_and_no_work() -> None:
    """|+> at constant H, gap 1, rate 1, T = 0 for t = 1: mean heat -(1 - 1/e)/2 by channels; the rest is knowledge."""
    model = tk.library.qubit(1.0, 1.0, 0.0)
    records = tk.unravel(model, PLUS, [1.0], trajectories=100_000, seed=1)
    heat = records.cumulants(tk.heat(model))
    exact = -(1.0 - np.exp(-1.0)) / 2.0
    probability = -exact
    # Five standard errors of a coin of that bias.
    error = np.sqrt(probability * (1.0 - probability) / len(records))
    assert heat.mean[0] == pytest.approx(exact, abs=5.0 * error)
    assert heat.mean_error[0] == pytest.approx(error, rel=0.01)  # its own scatter is a few times 1e-3
    # Run by run: without a click 1/2 becomes p_e(1), with one 1/2 becomes 0 while the channel pays 1.
    clicked = records.jumps[:, 0] == 1
    excited = np.exp(-1.0) / (1.0 + np.exp(-1.0))
    np.testing.assert_allclose(records.energy_between_jumps[clicked, 0], 0.5, atol=1e-12)
    np.testing.assert_allclose(records.energy_between_jumps[~clicked, 0], excited - 0.5, atol=1e-12)
    between = records.energy_between_jumps[:, 0]
    assert abs(between.mean()) < 5.0 * between.std() / np.sqrt(len(records))


@pytest.mark.parametrize("statistics", ["bose", "fermi"])
def test_the_heat_of_a_qubit_is_distributed_by_its_three_probabilities(statistics: Any) -> None:
    quench = systems.TwoStateQuench(1.3, 0.8, 0.5, 2.0, statistics)
    model = builders.two_state(quench)
    records = tk.unravel(model, builders.initial(quench), [0.4, 2.0], trajectories=40_000, seed=6)
    heat = records.amount(tk.heat(model))
    for number, time in enumerate(records.times):
        exact = np.array([float(quench.heat_probability(float(time), k)) for k in (-1, 0, 1)])
        counts = [int((np.abs(heat[:, number] - 1.3 * k) < 1e-9).sum()) for k in (-1, 0, 1)]
        assert sum(counts) == len(records)
        assert stats.chisquare(counts, exact * len(records)).pvalue > 1e-4  # fixed seed; a right sampler exceeds it


def test_emissions_of_a_bare_decay_at_a_constant_rate_are_poissonian() -> None:
    """A channel that leaves the state alone clicks at its rate, whatever the state."""
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(np.sqrt(0.7) * np.eye(2), None)])
    for start in (np.array([0.5, 0.5]), PLUS):
        counts = tk.unravel(model, start, [10.0], trajectories=20_000, seed=8).jumps[:, 0]
        edges = np.arange(2, 14)
        law = np.diff(stats.poisson.cdf(edges, 7.0), prepend=0.0, append=1.0)
        found = np.histogram(counts, np.concatenate([[-1], edges + 0.5, [np.inf]]))[0]
        assert stats.chisquare(found, law * len(counts)).pvalue > 1e-4


@pytest.mark.parametrize("case", CASES)
def test_records_are_sorted_and_every_view_of_them_agrees(case: str) -> None:
    records = record(case)
    assert len(records) == 400
    assert (np.diff(records.trajectory) >= 0).all()
    same_run = np.diff(records.trajectory) == 0
    assert (np.diff(records.jump_times)[same_run] > 0.0).all()
    assert (records.jump_times > 0.0).all()
    assert (records.jump_times <= TIMES[-1]).all()
    counts = records.counts
    np.testing.assert_array_equal(counts.sum(axis=2), records.jumps)
    heat = tk.heat(records.model)
    np.testing.assert_allclose(records.amount(heat), counts @ heat.weights, atol=1e-12)
    for run in (0, 17, -1):
        one = records[run]
        assert len(one) == records.jumps[run, -1]
        np.testing.assert_allclose(one.heat.sum(), records.amount(heat)[run, -1], atol=1e-12)
        np.testing.assert_allclose(one.energy, tk.energy(records.model).weights[one.channels])
        np.testing.assert_array_equal(records.jumps[run], [(one.times <= time).sum() for time in TIMES])
    assert not records.jumps[:, 0].any()


@pytest.mark.parametrize("case", CASES)
def test_kets_follow_from_a_record_step_by_step(case: str) -> None:
    """Matrix exponentials and jumps of the user's basis, one run at a time."""
    records = record(case, 12)
    model, kets = records.model, records.kets
    jumps = [channel.jump for channel in model.channels]
    effective = model.hamiltonian - 0.5j * sum(jump.conj().T @ jump for jump in jumps)
    for run in range(12):
        ket, clock, one = kets[run, 0], 0.0, records[run]
        events = [(time, int(channel)) for time, channel in zip(one.times, one.channels, strict=True)]
        for number, time in enumerate(TIMES):
            while events and events[0][0] <= time:
                when, channel = events.pop(0)
                ket = jumps[channel] @ scipy.linalg.expm(-1j * effective * (when - clock)) @ ket
                ket, clock = ket / np.linalg.norm(ket), when
            now = scipy.linalg.expm(-1j * effective * (time - clock)) @ ket
            overlap = abs(np.vdot(now, kets[run, number])) / np.linalg.norm(now)
            assert overlap == pytest.approx(1.0, abs=1e-11)  # a few dozen products


def test_kets_of_a_resetting_machine_are_those_of_the_general_way() -> None:
    records = record("maser")
    assert isinstance(records.process, Renewal)
    liouvillian = Liouvillian(records.model)
    general = KetJumps(
        starts(initial_state(records.model, np.array([0.2, 0.5, 0.3]))),
        no_jump_motion(liouvillian, TIMES[-1]),
        jump_operators(liouvillian),
    )
    one, two = records.process.kets_at(records.block, TIMES), general.kets_at(records.block, TIMES)
    overlaps = np.abs(np.einsum("ntd,ntd->nt", one.conj(), two))
    np.testing.assert_allclose(overlaps, 1.0, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_energy_changes_by_what_jumps_pay_and_what_is_learnt_between(case: str) -> None:
    records = record(case)
    energy = records.expectation(np.asarray(records.model.from_frame(records.model.energy.dense)))
    paid = records.amount(tk.energy(records.model))
    np.testing.assert_allclose(energy, records.energy, atol=1e-12)
    np.testing.assert_allclose(energy - energy[:, :1] - paid, records.energy_between_jumps, atol=1e-12)
    if case == "levels":  # each level is sharp: jumps pay for everything
        np.testing.assert_allclose(records.energy_between_jumps, 0.0, atol=1e-12)


def test_a_mixed_start_is_drawn_from_its_eigenstates() -> None:
    random = np.random.default_rng(0)
    root = random.normal(size=(3, 3)) + 1j * random.normal(size=(3, 3))
    state = root @ root.conj().T
    state /= np.trace(state).real
    records = tk.unravel(machines.maser(), state, [0.0, 1.0], trajectories=20_000, seed=5)
    # Populations of one draw each: five binomial standard errors of at most 1/2.
    np.testing.assert_allclose(records.mean_states[0], state, atol=5.0 * 0.5 / np.sqrt(20_000))
    kets = np.unique(np.abs(records.kets[:, 0]).round(9), axis=0)
    assert len(kets) == 3


@pytest.mark.parametrize("case", CASES)
def test_a_seed_reproduces_records_bit_for_bit_whoever_does_the_work(case: str) -> None:
    first, again, other = record(case, 9000), record(case, 9000), record(case, 9000, seed=4)
    with ThreadPoolExecutor(2) as pool:
        threads = record(case, 9000, executor=pool)
    for records in (again, threads):
        np.testing.assert_array_equal(first.jump_times, records.jump_times)
        np.testing.assert_array_equal(first.channels, records.channels)
        np.testing.assert_array_equal(first.trajectory, records.trajectory)
    assert first.jump_times[0] != other.jump_times[0]


@pytest.mark.slow
def test_processes_give_the_records_of_one_process() -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for case in ("maser", "two qubits"):
            here, there = record(case, 20_000), record(case, 20_000, executor=pool)
            np.testing.assert_array_equal(here.jump_times, there.jump_times)
            np.testing.assert_array_equal(here.channels, there.channels)


def test_more_runs_begin_with_the_same_full_blocks() -> None:
    model, start = CASES["two qubits"]()
    few, many = (tk.unravel(model, start, [2.0], trajectories=number, seed=3) for number in (8192, 9000))
    np.testing.assert_array_equal(few.jump_times, many.jump_times[: few.jump_times.size])


def test_no_two_blocks_draw_the_same_runs() -> None:
    model, start = CASES["two qubits"]()
    records = tk.unravel(model, start, [2.0], trajectories=2 * 8192, seed=3)
    assert records.process.block_size == 8192
    one, two = records.block.part(0, 8192), records.block.part(8192, 2 * 8192)
    assert not np.isin(one.times, two.times).any()


def test_nothing_happens_without_jumps_or_time() -> None:
    bare = tk.Model(np.array([[0.0, 0.3], [0.3, 1.0]]), [])
    records = tk.unravel(bare, tk.Populations([1.0, 0.0]), [1.0, 2.0], trajectories=50)
    assert not records.jumps.any()
    assert records.counts.shape == (50, 2, 0)
    np.testing.assert_allclose(
        records.mean_states, tk.evolve(bare, tk.Populations([1.0, 0.0]), [1.0, 2.0]).states, atol=1e-12
    )
    still = tk.unravel(machines.maser(), np.array([1.0, 0.0, 0.0]), [0.0], trajectories=50)
    assert not still.jumps.any()
    cold = tk.unravel(tk.library.qubit(1.0, 1.0, 0.0), np.array([1.0, 0.0]), [5.0], trajectories=50)
    assert not cold.jumps.any()


def test_dark_states_are_never_left() -> None:
    """Two ways into one level interfere: half of the starts stay dark for ever."""
    jump = np.zeros((3, 3))
    jump[0, 1], jump[0, 2] = 1.0, -1.0
    model = tk.Model(np.zeros((3, 3)), [tk.Channel(jump, None)])
    records = tk.unravel(model, np.array([0.0, 1.0, 0.0]), [500.0], trajectories=20_000, seed=2)
    share = records.jumps[:, 0].mean()
    assert share == pytest.approx(0.5, abs=5.0 * 0.5 / np.sqrt(20_000))  # five standard errors of a fair coin


def test_estimates_know_their_errors() -> None:
    """Standard errors against the scatter of the estimates over many repetitions."""
    random = np.random.default_rng(1)
    samples = random.exponential(size=(2000, 500))  # cumulants (n - 1)!
    found = sample_cumulants(samples, 3)
    np.testing.assert_allclose(found.values.mean(axis=0), [1.0, 1.0, 2.0], rtol=0.03)
    scatter = found.values.std(axis=0)
    np.testing.assert_allclose(np.sqrt((found.errors**2).mean(axis=0)), scatter, rtol=0.15)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"trajectories": 0}, ValueError, "`trajectories` must be >= 1, got 0"),
        ({"trajectories": 2.5}, TypeError, "`trajectories` must be a whole number"),
        ({"seed": -1}, ValueError, "`seed` must be >= 0"),
        ({"seed": True}, TypeError, "`seed` must be a whole number"),
        ({"times": [[0.0, 1.0]]}, ValueError, "`times` must have shape"),
        ({"times": [2.0, 1.0]}, ValueError, "strictly ascending"),
        ({"initial": np.ones((5, 2)) / 2}, ValueError, "`initial` must have no leading axes"),
        ({"executor": 2}, TypeError, "`executor` must be"),
        ({"model": tk.library.qubit(1.0, 0.01, np.array([0.5, 0.7]))}, ValueError, "`model` must have no leading axes"),
    ],
)
def test_what_cannot_be_unravelled_is_refused(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    given: dict[str, Any] = {"model": tk.library.qubit(1.0, 0.1, 0.5), "initial": tk.Gibbs(1.0), "times": [1.0]}
    with pytest.raises(error, match=message):
        tk.unravel(**(given | arguments))


def test_what_cannot_be_read_from_records_is_refused() -> None:
    records = record("maser", 5)
    with pytest.raises(ValueError, match="belongs to another model"):
        records.amount(tk.heat(machines.maser()))
    with pytest.raises(IndexError, match="there are 5 trajectories, got position 5"):
        records[5]
    with pytest.raises(ValueError, match="`operator` must have shape"):
        records.expectation(np.eye(2))
    with pytest.raises(ValueError, match="`order` must be from 1 to 3"):
        records.cumulants(tk.heat(records.model), order=4)
    few = record("maser", 2)
    with pytest.raises(ValueError, match="at least 3 trajectories, got 2"):
        few.cumulants(tk.heat(few.model))
