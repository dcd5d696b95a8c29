"""Sectors with coherences, moved by each engine in turn, against dense exponentials and against one another."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.sparse import csr_array

import machines
import oracles
import thermokin as tk
from oracles import Array
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.motion import coherent_motion, sector_motion
from thermokin.motion.coherent_motion import ENGINES, moved_along
from thermokin.motion.sector_coordinates import MovingPart
from thermokin.motion.sector_motion import SectorMotion
from thermokin.motion.stationary_projector import Stationary

GRIDS = {
    "even": np.linspace(0.0, 12.0, 13),
    "log": np.geomspace(1e-3, 40.0, 14),
    "one": np.array([3.0]),
    "start": np.array([0.0, 1e-9]),
}
X, LOWER = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 0.0]])


def random_model(seed: int, size: int) -> tk.Model:
    random = np.random.default_rng(seed)
    hamiltonian = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    jumps = [0.3 * (random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))) for _ in range(2)]
    return tk.Model(hamiltonian + hamiltonian.conj().T, [tk.Channel(jump, None) for jump in jumps])


def random_state(seed: int, size: int) -> Array:
    random = np.random.default_rng(seed)
    root = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    state = root @ root.conj().T
    return np.asarray(state / np.trace(state).real)


def kerr(levels: int, damping: float = 0.2) -> tk.Model:
    """Far from normal, and the longer the faster its highest levels turn."""
    a = machines.destroy(levels)
    hamiltonian = 0.1 * a.T @ a - 0.05 * a.T @ a.T @ a @ a + 0.5 * (a + a.T)
    return tk.Model(hamiltonian, [tk.Channel(np.sqrt(damping) * a, None)])


def motion_of(model: tk.Model) -> tuple[SectorMotion, Sector]:
    liouvillian = Liouvillian(model)
    (sector,) = sector_map(liouvillian).of_populations()
    return SectorMotion(SectorGenerator(liouvillian, sector)), sector


def moved(model: tk.Model, state: Array, times: Array, engine: str) -> tuple[Array, Array, Array]:
    """Elements of the sector over time, their deviation from where they end, and its error."""
    motion, sector = motion_of(model)
    frame = np.eye(model.dimension) if model.frame is None else model.frame
    start = (frame.conj().T @ state @ frame)[sector.rows, sector.columns]
    deviation, error = motion.deviation(start, times, engine)
    return motion.staying(start) + deviation, deviation, error


def exactly(model: tk.Model, state: Array, times: Array) -> Array:
    motion, sector = motion_of(model)
    frame = np.eye(model.dimension) if model.frame is None else model.frame
    start = (frame.conj().T @ state @ frame)[sector.rows, sector.columns]
    return np.stack([expm(motion.generator.matrix * time) @ start for time in times])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("seed", range(4))
def test_random_generators_move_states_as_dense_exponentials_do(engine: str, grid: str, seed: int) -> None:
    size = 2 + seed
    model, state, times = random_model(seed, size), random_state(seed + 9, size), GRIDS[grid]
    values, _, error = moved(model, state, times, engine)
    expected = exactly(model, state, times)
    np.testing.assert_allclose(values, expected, rtol=0, atol=1e-12)
    assert (error >= np.linalg.norm(values - expected, axis=-1) - 2e-14).all()  # of the exponential itself


@pytest.mark.parametrize("grid", [np.linspace(0.0, 50.0, 11), np.geomspace(1e-3, 500.0, 12)], ids=["even", "log"])
def test_engines_agree_on_a_mode_far_from_normal_and_know_how_far_they_are_off(grid: Array) -> None:
    model, state = kerr(12), np.zeros((12, 12))
    state[0, 0] = 1.0
    found = {engine: moved(model, state, grid, engine) for engine in ENGINES}
    for one, other in product(found, repeat=2):
        apart = np.linalg.norm(found[one][1] - found[other][1], axis=-1)
        size = np.linalg.norm(found[other][1], axis=-1)
        assert (apart <= 1e-10 * size).all()
        assert (apart <= found[one][2] + found[other][2]).all()


def test_stiff_dephasing_is_followed_by_few_solves() -> None:
    """Two modes of which one loses its phase a thousand times faster than anything else moves."""
    lower, one = machines.destroy(4), np.eye(4)
    a, b = np.kron(lower, one), np.kron(one, lower)
    hamiltonian = 0.3 * (a.T @ b + b.T @ a) + 0.2 * (a + a.T)
    jumps = [np.sqrt(0.2) * a, np.sqrt(0.1) * b, np.sqrt(1e3) * b.T @ b]
    model = tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])
    state, times = np.zeros((16, 16)), np.geomspace(1e-3, 1e2, 11)
    state[5, 5] = 1.0
    motion, sector = motion_of(model)
    start = state[sector.rows, sector.columns].astype(complex) if model.frame is None else None
    assert start is not None
    here = motion.coordinates
    vector = here.from_elements(start)
    vector = vector - here.stationary.of(vector)
    windows, ladder = (moved_along(here.part, vector, times, engine) for engine in ("windows", "ladder"))
    size = np.linalg.norm(ladder.states, axis=-1)
    assert (np.linalg.norm(windows.states - ladder.states, axis=-1) <= 2e-10 * size).all()
    assert windows.products < 1500  # polynomials would need 10^5


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_conserved_beside_the_trace_stays(engine: str) -> None:
    # X is conserved: (1 + c X) / 2 is at rest for every c, and the rest of a state decays to it.
    model, state = tk.Model(0.7 * X, [tk.Channel(0.5 * X, None)]), np.array([[0.9, 0.2 + 0.1j], [0.2 - 0.1j, 0.1]])
    values, deviation, _ = moved(model, state, np.array([1.0, 200.0]), engine)
    np.testing.assert_allclose(values, exactly(model, state, np.array([1.0, 200.0])), rtol=0, atol=1e-13)
    assert np.abs(deviation[1]).max() < 1e-40


def test_points_of_a_sweep_of_a_large_sector_are_moved_as_each_alone() -> None:
    a, dampings = machines.destroy(9), np.array([0.2, 0.5, 1.0])
    hamiltonian = 0.1 * a.T @ a - 0.05 * a.T @ a.T @ a @ a + 0.5 * (a + a.T)
    jump = np.sqrt(dampings)[:, None, None] * a
    start, times = np.diag(np.eye(9)[0]), np.geomspace(1e-2, 30.0, 7)
    assert coherent_motion.STACKED_UP_TO < 81
    batch = tk.evolve(tk.Model(hamiltonian, [tk.Channel(jump, None)]), start, times)
    for point, damping in enumerate(dampings):
        alone = tk.evolve(tk.Model(hamiltonian, [tk.Channel(np.sqrt(damping) * a, None)]), start, times)
        np.testing.assert_allclose(batch.states[point], alone.states, rtol=0, atol=1e-12)
        np.testing.assert_allclose(batch.deviation[point], alone.deviation, rtol=0, atol=1e-12)


def test_sectors_of_opposite_charge_hold_conjugate_elements() -> None:
    chain = machines.xxz(3)
    model = tk.Model(chain.hamiltonian, [tk.Channel(jump, None) for jump in chain.jumps])
    state = random_state(3, 8)
    times = np.array([0.0, 0.4, 2.0])
    made = tk.evolve(model, state, times).states
    jumps = [oracles.Jump(channel.jump) for channel in model.channels]
    generator = oracles.liouvillian(model.hamiltonian, jumps)
    expected = np.stack([(expm(generator * time) @ oracles.vec(state)).reshape(8, 8) for time in times])
    np.testing.assert_allclose(made, expected, rtol=0, atol=1e-13)
    np.testing.assert_allclose(made, made.conj().swapaxes(-1, -2), rtol=0, atol=1e-15)


def test_a_motion_that_would_take_a_day_is_refused_with_its_cost() -> None:
    size, count = 60_000, 300_000
    random = np.random.default_rng(0)
    links = random.integers(0, size, count), random.integers(0, size, count)
    scattered = csr_array((random.normal(size=count), links), shape=(size, size))
    part = MovingPart(scattered, Stationary.none(size).itself)
    with pytest.raises(tk.errors.NotConvergedError, match=r"60000 coherent elements would take about \d+ hours"):
        moved_along(part, np.ones(size), np.array([1e9]))


def chain(spins: int) -> tk.Model:
    """Many sectors of coherences, the larger ones above what is stacked."""
    sites = [
        [np.kron(np.kron(np.eye(2**k), one), np.eye(2 ** (spins - k - 1))) for k in range(spins)] for one in (LOWER, X)
    ]
    lower, z = sites[0], [np.eye(2**spins) - 2.0 * one.T @ one for one in sites[0]]
    pairs = zip(range(spins - 1), range(1, spins), strict=True)
    hamiltonian = sum(2.0 * (lower[a].T @ lower[b] + lower[b].T @ lower[a]) + 0.5 * z[a] @ z[b] for a, b in pairs)
    return tk.Model(hamiltonian, [tk.Channel(0.9 * lower[0], None), tk.Channel(0.5 * lower[-1].T, None)])


@pytest.mark.parametrize("times", [np.linspace(0.0, 4.0, 9), np.geomspace(1e-3, 20.0, 40)], ids=["even", "log"])
def test_sectors_moved_as_one_agree_with_each_moved_alone(times: Array, monkeypatch: pytest.MonkeyPatch) -> None:
    model, state = chain(4), random_state(3, 16)
    alone = [0]

    def counted(*args: object) -> bool:
        alone[0] += 1
        return False

    whole = tk.evolve(model, state, times)
    monkeypatch.setattr(SectorMotion, "as_one", counted)
    apart = tk.evolve(model, state, times)
    assert alone[0] == 1
    off = np.linalg.norm(whole.states - apart.states, axis=(-2, -1))
    assert (off <= whole.coherent_error + apart.coherent_error).all()
    for one, other in zip(whole.paths, apart.paths, strict=True):
        np.testing.assert_allclose(one.deviation, other.deviation, rtol=0, atol=1e-11)


def test_small_sectors_moved_as_one_stack_agree_with_each_moved_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    model, state = tk.library.oscillator(12, 1.3, 0.01, 0.8), random_state(4, 12)
    times = np.array([0.0, 0.1, 20.0, 700.0])
    stacked = tk.evolve(model, state, times)
    assert any(path.together is not None for path in stacked.paths)
    monkeypatch.setattr(sector_motion.SectorsTogether, "serves", lambda *_: False)
    apart = tk.evolve(model, state, times)
    np.testing.assert_allclose(stacked.states, apart.states, rtol=0, atol=1e-14)
    for one, other in zip(stacked.paths, apart.paths, strict=True):
        np.testing.assert_allclose(one.deviation, other.deviation, rtol=1e-10, atol=1e-300)
