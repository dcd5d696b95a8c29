"""Waiting times between jumps: closed forms, propagators of their own, and tables against what they tabulate."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
from scipy import stats

import jump_machines as machines
import thermokin as tk
from oracles import Array
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.initial import initial_state
from thermokin.trajectories.jump_process import KetJumps, LevelJumps, jump_process
from thermokin.trajectories.no_jump_motion import LadderMotion, SpectralMotion, ladder_motion, no_jump_motion
from thermokin.trajectories.renewal import CELLS, Renewal, cells_of

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

GROUND = np.array([1.0, 0.0])
# Half the rate is the exceptional point, where the effective Hamiltonian has one eigenvector.
DRIVES = (0.2, 0.5, 3.0)


def process_of(model: tk.Model, start: Array, horizon: float) -> object:
    return jump_process(Liouvillian(model), initial_state(model, start), horizon)


def propagated(model: tk.Model, kets: Array, times: Array) -> Array:
    """exp(-i K t) psi by one matrix exponential a time."""
    effective = Liouvillian(model).effective_hamiltonian
    return np.array([scipy.linalg.expm(-1j * effective * time) @ ket for ket, time in zip(kets, times, strict=True)])


@pytest.mark.parametrize("drive", DRIVES)
def test_survivals_at_waiting_times_are_those_drawn(drive: float) -> None:
    model = machines.driven_qubit(drive)
    motion = no_jump_motion(Liouvillian(model), 60.0)
    assert isinstance(motion, LadderMotion if drive == 0.5 else SpectralMotion)
    random = np.random.default_rng(5)
    survival = np.concatenate([1.0 - random.random(200), [0.5**53, 1e-9, 1.0 - 0.5**53]])
    times, kets = motion.waits(np.tile(GROUND, (survival.size, 1)).astype(complex), survival)
    closed = machines.driven_qubit_survival(drive, 1.0, np.where(np.isfinite(times), times, 60.0))
    # The horizon is past the last but one; rounding of a survival of order one elsewhere.
    finite = np.isfinite(times)
    np.testing.assert_allclose(closed[finite], survival[finite], rtol=0.0, atol=2e-13)
    assert (closed[~finite] >= survival[~finite]).all()
    other = propagated(model, np.tile(GROUND, (int(finite.sum()), 1)), times[finite])
    np.testing.assert_allclose(kets[finite], other, atol=1e-12)


def test_the_ladder_and_the_eigenbasis_find_the_same_times() -> None:
    liouvillian = Liouvillian(machines.two_qubits(detuning=0.3))
    spectral = no_jump_motion(liouvillian, 40.0)
    ladder = ladder_motion(liouvillian.effective_hamiltonian, liouvillian.decay.dense, 40.0)
    random = np.random.default_rng(6)
    kets = random.normal(size=(300, 4)) + 1j * random.normal(size=(300, 4))
    kets /= np.linalg.norm(kets, axis=1, keepdims=True)
    survival = 1.0 - random.random(300)
    one, two = spectral.waits(kets, survival), ladder.waits(kets, survival)
    # Hazards are about 0.1: rounding of the survival moves times by ten times as much.
    np.testing.assert_allclose(one[0], two[0], rtol=1e-11)
    finite = np.isfinite(one[0])
    np.testing.assert_allclose(one[1][finite], two[1][finite], atol=1e-12)
    ages = 40.0 * random.random(300)
    np.testing.assert_allclose(spectral.moved(kets, ages), ladder.moved(kets, ages), atol=1e-12)
    for there in (spectral.moved(kets, ages), ladder.moved(kets, ages)):
        rates, changes = spectral.fall(there), ladder.fall(there)
        np.testing.assert_allclose(rates, changes, atol=1e-12)


@pytest.mark.parametrize("machine", ["maser", "two qubits", "driven qubit", "exceptional"])
def test_certified_cells_hold_waiting_times_to_rounding(machine: str) -> None:
    model, start = {
        "maser": (machines.maser(), np.array([1.0, 0.0, 0.0])),
        "two qubits": (machines.two_qubits(), np.array([0.0, 1.0, 0.0, 0.0])),
        "driven qubit": (machines.driven_qubit(3.0), GROUND),
        "exceptional": (machines.driven_qubit(0.5), GROUND),
    }[machine]
    process = process_of(model, start, 200.0)
    assert isinstance(process, Renewal)
    survival = np.random.default_rng(7).random(400)
    cell, place = cells_of(survival)
    for number, ket in enumerate(process.landings.kets):
        row = number * CELLS + cell
        times = sum(process.table.pieces[row, power] * place**power for power in range(6))
        sure = (process.table.lower[row, 0] > -0.9) & np.isfinite(times)
        # One draw in 65536 lies beyond the octaves. Under strong drive the qubit is dark for an instant every half
        # turn, where the inverse survival has a vertical tangent: thirty cells on either side are left to the solver.
        assert sure.mean() > (0.7 if machine == "driven qubit" else 0.99)
        there = propagated(model, np.tile(ket, (int(sure.sum()), 1)), np.asarray(times)[sure])
        # The table's promise of 1e-14, and rounding of the two propagations.
        np.testing.assert_allclose((np.abs(there) ** 2).sum(axis=1), survival[sure], rtol=0.0, atol=2e-13)
        rates = process.jumps.odds(there)[:, process.landings.channel[number]]
        rates = rates * (process.landings.channel[number] >= 0)
        summed = rates.cumsum(axis=1)[:, :-1] / rates.sum(axis=1, keepdims=True)
        assert (process.table.lower[row[sure]] <= summed).all()
        assert (process.table.upper[row[sure]] >= summed).all()


@pytest.mark.parametrize("drive", [1.0, 10.0])
def test_odds_that_turn_inside_a_cell_stay_within_its_bounds(drive: float) -> None:
    """Two beating levels, each with a decay of its own: their odds have a summit between the places a cell is tried."""
    hamiltonian, first, second = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((3, 3))
    hamiltonian[0, 1] = hamiltonian[1, 0] = 0.7
    hamiltonian[1, 2] = hamiltonian[2, 1] = drive
    first[0, 1], second[0, 2] = 1.0, np.sqrt(0.6)
    model = tk.Model(hamiltonian, [tk.Channel(first, None, 0.0), tk.Channel(second, None, 0.0)])
    process = process_of(model, np.diag([1.0, 0.0, 0.0]), 100.0)
    assert isinstance(process, Renewal)
    table = process.table
    rows = np.flatnonzero((table.lower[:CELLS, 0] > -0.9) & np.isfinite(table.pieces[:CELLS]).all(axis=1))
    place = np.linspace(0.0, 1.0, 41)  # ten times as close as the places where odds were looked at
    times = sum(table.pieces[rows, power, None] * place**power for power in range(6))
    there = process.motion.moved(np.tile(process.landings.kets[0], (np.size(times), 1)), np.ravel(times))
    odds = process.jumps.odds(there)[:, process.landings.channel[0]].reshape(rows.size, place.size, 2)
    share = odds[..., 0] / odds.sum(axis=-1)
    assert ((share[:, 1:-1] > share[:, :1]) & (share[:, 1:-1] > share[:, -1:])).any()  # a summit there is
    assert (table.lower[rows] <= share).all()
    assert (table.upper[rows] >= share).all()


def test_a_cell_and_the_place_in_it_are_the_leading_and_other_bits() -> None:
    survival = np.array([0.5**17, 0.25, 0.25 * (1.0 + 1.5 / 128.0), 0.75, 1e-9, 1.0 - 1e-9])
    cell, place = cells_of(survival)
    np.testing.assert_array_equal(cell, [1, 15 * 128 + 1, 15 * 128 + 2, CELLS // 2 + 15 * 128 + 1, 0, CELLS // 2])
    np.testing.assert_array_equal(place[:4], [0.0, 0.0, 0.5, 0.0])


@pytest.mark.parametrize("drive", DRIVES)
def test_the_first_emission_of_a_driven_qubit_follows_its_closed_form(drive: float) -> None:
    records = tk.unravel(machines.driven_qubit(drive), GROUND, [100.0 / drive], trajectories=20_000, seed=4)
    first = records.jump_times[records.block.first[:-1]]
    law = stats.kstest(first, lambda t: 1.0 - machines.driven_qubit_survival(drive, 1.0, t))
    assert law.pvalue > 1e-4  # a fixed seed; the statistic of a right sampler exceeds this once in 10000


def test_gaps_between_emissions_are_independent_and_alike() -> None:
    """Each emission resets the qubit: second and third gaps obey the law of the first, and do not know of it."""
    records = tk.unravel(machines.driven_qubit(3.0), GROUND, [30.0], trajectories=20_000, seed=9)
    first = records.block.first[:-1]
    gaps = np.diff(np.stack([records.jump_times[first + k] for k in range(3)]), axis=0, prepend=0.0)
    for gap in gaps:
        law = stats.kstest(gap, lambda t: 1.0 - machines.driven_qubit_survival(3.0, 1.0, t))
        assert law.pvalue > 1e-4
    assert abs(np.corrcoef(gaps)[0, 1]) < 4.0 / np.sqrt(20_000)  # four standard errors of no correlation


def test_the_first_jump_between_levels_is_exponential() -> None:
    model = tk.library.qubit(1.0, 0.3, 0.0)
    records = tk.unravel(model, np.array([0.0, 1.0]), [200.0], trajectories=20_000, seed=2)
    assert (records.jumps[:, 0] == 1).all()  # cold: one emission and no more; none left after exp(-60)
    assert stats.kstest(records.jump_times, stats.expon(scale=1.0 / 0.3).cdf).pvalue > 1e-4


def test_the_way_of_sampling_follows_from_where_jumps_land() -> None:
    """Levels; few kets that jumps exchange; kets of any kind."""
    plus = np.full((4, 4), 0.25)
    assert isinstance(process_of(tk.library.qubit(1.0, 0.1, 1.0), np.array([0.5, 0.5]), 1.0), LevelJumps)
    renewal = process_of(machines.two_qubits(), np.array([1.0, 0.0, 0.0, 0.0]), 1.0)
    assert isinstance(renewal, Renewal)
    assert len(renewal.landings.kets) == 4
    assert isinstance(process_of(machines.two_qubits(), plus, 1.0), KetJumps)
    bare = tk.Model(np.diag([0.0, 1.0]), [])
    assert isinstance(process_of(bare, np.full((2, 2), 0.5), 1.0), KetJumps)
