"""Sampled records against counting, against the master equation, and against samplers of their own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import counting_oracles as counting
import jump_machines as machines
import oracles
import thermokin as tk
from oracles import Array
from thermokin.trajectories.jump_process import KetJumps, LevelJumps
from thermokin.trajectories.renewal import Renewal

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TIMES = np.array([0.5, 4.0, 25.0])
RUNS = 20_000
# Every number within five standard errors; seeds are fixed, so a pass stays a pass.
FIVE = 5.0

MIXED = np.array([[0.6, 0.3j], [-0.3j, 0.4]])
CASES: dict[str, tuple[Callable[[], tk.Model], Array | tk.Gibbs, type]] = {
    "qubit": (lambda: tk.library.qubit(1.0, 0.2, 0.8), tk.Gibbs(2.0), LevelJumps),
    "qubit with coherence": (lambda: tk.library.qubit(1.0, 0.2, 0.8), MIXED, Renewal),
    "fermionic level": (lambda: tk.library.fermionic_level(-0.3, 0.2, 0.4, 0.2), np.array([0.5, 0.5]), LevelJumps),
    "Davies pair of qubits": (
        lambda: tk.library.coupled_qubits([1.0, 1.4], 0.3, 0.05, 2.0, 0.5),
        tk.Populations([0.1, 0.2, 0.3, 0.4]),
        LevelJumps,
    ),
    "Davies pair with coherence": (
        lambda: tk.library.coupled_qubits([1.0, 1.4], 0.3, 0.05, 2.0, 0.5),
        np.full((4, 4), 0.25),
        KetJumps,
    ),
    "maser": (machines.maser, np.array([0.2, 0.5, 0.3]), Renewal),
    "local pair of qubits": (machines.two_qubits, np.array([1.0, 0.0, 0.0, 0.0]), Renewal),
    "local pair, superposed": (lambda: machines.two_qubits(detuning=0.3), np.full((4, 4), 0.25), KetJumps),
    "resonance fluorescence": (lambda: machines.driven_qubit(2.0), np.array([1.0, 0.0]), Renewal),
    "exceptional point": (lambda: machines.driven_qubit(0.5), MIXED, Renewal),
    "oscillators": (
        lambda: tk.library.coupled_oscillators(3, 1.0, 0.1, 0.05, 1.0, 0.5),
        np.eye(9)[4],
        KetJumps,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_sampled_cumulants_are_the_counted_ones(case: str) -> None:
    build, start, way = CASES[case]
    model = build()
    runs = RUNS // 4 if case == "oscillators" else RUNS
    records = tk.unravel(model, start, TIMES, trajectories=runs, seed=11)
    assert isinstance(records.process, way)
    for current in (tk.energy(model), tk.activity(model)):
        exact = tk.integrated_cumulants(model, current, start, TIMES, order=6)
        found = records.cumulants(current, order=3)
        k2, k3, k4, k6 = (exact[:, order - 1] for order in (2, 3, 4, 6))
        errors = np.sqrt(
            np.stack([k2, k4 + 2.0 * k2**2, k6 + 9.0 * k4 * k2 + 9.0 * k3**2 + 6.0 * k2**3], axis=-1) / runs
        )
        assert (np.abs(found.values - exact[:, :3]) <= FIVE * errors + 1e-12).all()
        # The estimated errors scatter by their own kurtosis: a fifth for the first two orders at late times.
        np.testing.assert_allclose(found.errors[-1, :2], errors[-1, :2], rtol=0.2)


@pytest.mark.parametrize("case", CASES)
def test_the_mean_over_runs_is_the_state_of_the_master_equation(case: str) -> None:
    build, start, _ = CASES[case]
    model = build()
    records = tk.unravel(model, start, TIMES, trajectories=4000, seed=12)
    exact = tk.evolve(model, start, TIMES)
    # An element of |psi><psi| lies within a disc of radius 1/2, an element of a population within [0, 1].
    np.testing.assert_allclose(records.mean_states, exact.states, atol=FIVE * 0.5 / np.sqrt(4000))
    account = tk.ledger(model, exact)
    scatter = records.energy.std(axis=0) / np.sqrt(4000)
    assert (np.abs(records.energy.mean(axis=0) - account.energy) <= FIVE * scatter + 1e-12).all()


def test_two_currents_of_one_record_covary_as_counted() -> None:
    """Variance of a sum of currents: the covariance of hot and cold heat, jump by jump."""
    model = machines.maser()
    start = np.array([1.0, 0.0, 0.0])
    hot, cold = tk.heat(model, "hot"), tk.heat(model, "cold")
    records = tk.unravel(model, start, [25.0], trajectories=RUNS, seed=13)
    sampled = np.cov(records.amount(hot)[:, 0], records.amount(cold)[:, 0])[0, 1]
    plus, minus = (tk.integrated_cumulants(model, c, start, [25.0])[0, 1] for c in (hot + cold, hot - cold))
    variances = [tk.integrated_cumulants(model, c, start, [25.0])[0, 1] for c in (hot, cold)]
    exact = (plus - minus) / 4.0
    # Standard error of a covariance of nearly normal amounts.
    error = np.sqrt((variances[0] * variances[1] + exact**2) / RUNS)
    assert abs(sampled - exact) <= FIVE * error


def test_levels_jump_as_a_plain_loop_over_runs_lets_them() -> None:
    energies = np.array([0.0, 1.0, 1.7, 3.0])
    model = tk.library.levels(energies, rate=0.2, temperature=0.8)
    matrix = oracles.thermal_rate_matrix(energies, np.ones((4, 4)), lambda w: 0.2, 0.8)
    start = np.array([0.1, 0.2, 0.3, 0.4])
    weights = np.subtract.outer(energies, energies)
    _, amounts, numbers = counting.gillespie(matrix, weights, start, 3.0, 2000, seed=1)
    records = tk.unravel(model, start, [3.0], trajectories=RUNS, seed=14)
    for ours, theirs in ((records.amount(tk.heat(model))[:, 0], amounts), (records.jumps[:, 0], numbers)):
        error = np.hypot(np.std(ours) / np.sqrt(len(ours)), np.std(theirs) / np.sqrt(len(theirs)))
        assert abs(ours.mean() - theirs.mean()) <= FIVE * error


@pytest.mark.parametrize("drive", [0.4, 0.05])
def test_a_maser_jumps_as_the_oracle_that_halves_time_lets_it(drive: float) -> None:
    hamiltonian, jumps = machines.maser_parts(drive)
    start = np.diag([0.2, 0.5, 0.3])
    theirs = counting.quantum_jump_counts(hamiltonian, jumps, start, 25.0, 4000, seed=2)
    model = machines.maser(drive)
    ours = tk.unravel(model, start.astype(complex), [25.0], trajectories=RUNS, seed=15).counts[:, 0]
    error = np.hypot(ours.std(axis=0) / np.sqrt(RUNS), theirs.std(axis=0) / np.sqrt(4000))
    assert (np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) <= FIVE * error).all()
    spread = np.abs(np.cov(ours.T) - np.cov(theirs.T))
    scale = np.sqrt(2.0 * np.outer(theirs.var(axis=0), theirs.var(axis=0)) * (1.0 / RUNS + 1.0 / 4000))
    assert (spread <= FIVE * scale).all()


def test_gaps_between_recorded_jumps_are_the_waiting_times_of_counting() -> None:
    """From a quantum absorbed from the hot bath to the next jump, where that gives one to the cold bath."""
    model = machines.maser()
    rest = np.asarray(tk.steady_state(model))
    records = tk.unravel(model, rest, [300.0], trajectories=2000, seed=16)
    followed = np.diff(records.trajectory) == 0
    absorbed = (records.channels[:-1] == 1) & (records.jump_times[:-1] < 200.0) & followed
    to_cold = absorbed & (records.channels[1:] == 2)
    waits = np.diff(records.jump_times)[to_cold]
    exact = tk.waiting_times(model, 1, 2, np.linspace(0.0, 80.0, 801), monitored=[0, 1, 2, 3])
    # The clock starts by time 200 and no wait lasts 100: nothing is cut off.
    share = to_cold.sum() / absorbed.sum()
    probability = float(exact.probability)
    assert abs(share - probability) <= FIVE * np.sqrt(probability * (1.0 - probability) / absorbed.sum())
    mean, deviation = float(exact.mean), float(np.sqrt(exact.variance))
    assert abs(waits.mean() - mean) <= FIVE * deviation / np.sqrt(waits.size)
