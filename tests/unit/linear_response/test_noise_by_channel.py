"""Who makes the noise: parts that add up to it, against quadrature by another route, and by runs."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import expm

import jump_machines
import machines
import oracles
import thermokin as tk
from machines import LOWER
from oracles import Array
from thermokin.linear_response import noise_by_channel

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

X = LOWER + LOWER.T


def driven(drive: float = 1.0, occupation: float = 0.1) -> tuple[Array, list[Array]]:
    jumps = [np.sqrt(occupation + 1.0) * LOWER, np.sqrt(occupation) * LOWER.T]
    return np.asarray(0.5 * drive * X + 0j), jumps


def test_a_driven_qubit_is_what_quadrature_over_its_ages_says() -> None:
    # Each jump lands on one level; the age since then has the survival as its density.
    hamiltonian, jumps = driven()
    weights = np.array([1.0, -1.0])
    worth, state = (
        oracles.excess(hamiltonian, jumps, weights),
        oracles.steady_state(hamiltonian, [*map(oracles.Jump, jumps)]),
    )
    effective = hamiltonian - 0.5j * sum(jump.conj().T @ jump for jump in jumps)
    landings = [np.array([1.0, 0.0]), np.array([0.0, 1.0])]

    def gained(age: float, start: Array, channel: int) -> float:
        ket = expm(-1j * effective * age) @ start
        held = (ket.conj() @ worth @ ket).real / np.vdot(ket, ket).real
        landed = (landings[channel] @ worth @ landings[channel]).real
        return float(np.linalg.norm(jumps[channel] @ ket) ** 2 * (weights[channel] + landed - held) ** 2)

    parts = [
        sum(
            np.trace(jump @ state @ jump.conj().T).real
            * quad(gained, 0.0, 60.0, args=(start, channel), limit=200, epsabs=1e-12)[0]
            for start, jump in zip(landings, jumps, strict=True)
        )
        for channel in range(2)
    ]
    model = tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])
    found = tk.noise_by_channel(model, tk.current(model, weights))
    np.testing.assert_allclose(found, parts, rtol=1e-10)
    assert found.averaged_over == "jumps that reset"
    assert found.mismatch < 4e-14
    assert (found.error < 1e-13).all()


@pytest.mark.parametrize("drive", [0.001, 0.005, 0.02, 0.1])
def test_the_parts_of_a_maser_add_up_to_its_noise(drive: float) -> None:
    maser = tk.library.three_level_maser(drive, 6.0)
    found = tk.noise_by_channel(maser, tk.heat(maser, "hot"))
    assert found.mismatch < 4e-14
    assert found.baths == ("cold", "hot")
    np.testing.assert_allclose(found.by_bath.sum(), found.noise, rtol=1e-13)
    if drive == 0.02:  # independent evaluation, three digits
        np.testing.assert_allclose(found.shares, [0.405, 0.227, 0.245, 0.123], atol=6e-4)
        answers = tk.channel_response(maser, tk.heat(maser, "hot"))
        np.testing.assert_allclose((answers.values**2 / answers.rates).sum() / found.noise, 0.77, atol=6e-3)


def test_bars_wear_the_colour_of_their_bath_and_tell_its_share() -> None:
    maser = tk.library.three_level_maser(0.02, 6.0)
    found = tk.noise_by_channel(maser, tk.heat(maser, "hot"))
    assert [found.baths[bath] for bath in found.bath_of] == ["cold", "cold", "hot", "hot"]
    _, axes = found.plot()
    bars = axes[0, 0].patches
    assert [bar.get_height() for bar in bars] == found.values.tolist()
    assert bars[0].get_facecolor() == bars[1].get_facecolor() != bars[2].get_facecolor() == bars[3].get_facecolor()
    words = [text.get_text() for text in axes[0, 0].get_legend().get_texts()]
    shares = found.by_bath / found.values.sum()
    assert words == [f"{name} {share:.1%}" for name, share in zip(found.baths, shares, strict=True)]


def test_a_ket_that_is_left_long_before_the_others_makes_no_trouble() -> None:
    # The lower levels are left at rates below 0.1, the upper one at 1.4: its survival leaves the range of doubles.
    hamiltonian = np.zeros((3, 3))
    hamiltonian[0, 1] = hamiltonian[1, 0] = 0.3
    jumps = [np.zeros((3, 3)) for _ in range(4)]
    for jump, (row, column, rate) in zip(jumps, [(0, 2, 0.49), (2, 0, 0.09), (1, 2, 0.95), (2, 1, 0.05)], strict=True):
        jump[row, column] = np.sqrt(rate)
    maser = _model(hamiltonian, jumps)
    found = tk.noise_by_channel(maser, tk.current(maser, [-1.0, 1.0, 0.0, 0.0]))
    assert found.mismatch < 4e-14
    assert (found.error < 1e-13).all()


RESETS: dict[str, Callable[[], tk.Model]] = {
    "fluorescence": lambda: machines.resonance_fluorescence(0.8, 1.0).model,
    "two qubits": jump_machines.two_qubits,
    "chain": lambda: machines.xxz(2).model,
    "slow drive": lambda: _model(*driven(1e-3)),
    "fast drive": lambda: _model(*driven(300.0)),
}


def _model(hamiltonian: Array, jumps: list[Array]) -> tk.Model:
    return tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])


@pytest.mark.parametrize("name", RESETS)
def test_jumps_that_reset_share_out_all_of_the_noise(name: str) -> None:
    model = RESETS[name]()
    counted = tk.current(model, np.cos(np.arange(model.table.size) + 0.3))
    found = tk.noise_by_channel(model, counted)
    assert found.averaged_over == "jumps that reset"
    assert (found.values >= 0.0).all()
    assert found.mismatch < (1e-11 if name == "fast drive" else 4e-14)
    assert abs(found.values.sum() - tk.cumulants(model, counted).noise) <= found.error.sum()
    # A response to the rate of a channel, squared over that rate, is no more than the channel's noise; nearly equal to
    # it where conditional states hardly move.
    answers = tk.channel_response(model, counted)
    assert (answers.values**2 / answers.rates).sum() <= found.noise * (1.0 + 1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_networks_share_out_all_of_the_noise(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    rates = np.exp(2.0 * random.normal(size=(size, size)))
    np.fill_diagonal(rates, 0.0)
    counts = random.normal(size=(size, size))
    model = tk.rates(rates, weights={"count": counts})
    found = tk.noise_by_channel(model, tk.current(model, "count"))
    assert found.averaged_over == "jumps between levels"
    assert found.mismatch < 1e-12
    answers = tk.channel_response(model, tk.current(model, "count"))
    np.testing.assert_allclose(found, answers.values**2 / answers.rates, rtol=1e-9, atol=1e-13 * found.noise)
    with mpmath.workdps(40):
        exact = _exact_parts(rates, counts)
        for channel, (row, column) in enumerate(zip(model.table.row, model.table.column, strict=True)):
            assert abs(exact[row, column] - found[channel]) <= found.error[channel]


def _exact_parts(rates: Array, counts: Array) -> dict[tuple[int, int], mpmath.mpf]:
    size = len(rates)
    matrix = mpmath.matrix(rates.tolist())
    generator = matrix.copy()
    for place in range(size):
        generator[place, place] = -mpmath.fsum(matrix[row, place] for row in range(size))
    pinned = generator.copy()
    for place in range(size):
        pinned[0, place] = 1
    state = mpmath.lu_solve(pinned, mpmath.matrix([1] + [0] * (size - 1)))
    leaving = [mpmath.fsum(float(counts[i, j]) * matrix[i, j] for i in range(size)) for j in range(size)]
    mean = mpmath.fsum(leaving[j] * state[j] for j in range(size))
    turned = generator.T
    for place in range(size):
        turned[0, place] = 1 if place == 0 else 0  # up to a constant, which differences do not see
    worth = mpmath.lu_solve(turned, mpmath.matrix([0] + [mean - leaving[j] for j in range(1, size)]))
    return {
        (i, j): matrix[i, j] * state[j] * (float(counts[i, j]) + worth[i] - worth[j]) ** 2
        for i in range(size)
        for j in range(size)
        if i != j
    }


@pytest.mark.parametrize("name", ["fluorescence", "two qubits", "chain"])
def test_the_noise_is_shared_out_at_every_frequency(name: str) -> None:
    model, grid = RESETS[name](), np.array([-0.7, 0.0, 0.1, 5.0])
    counted = tk.current(model, np.cos(np.arange(model.table.size) + 0.3))
    found = tk.noise_by_channel(model, counted, frequencies=grid)
    assert found.shape == (4, model.table.size)
    np.testing.assert_allclose(found.values.sum(axis=-1), tk.spectrum(model, counted, grid), rtol=1e-12)
    np.testing.assert_allclose(found[1], tk.noise_by_channel(model, counted), rtol=1e-12)
    # Far above all that moves, every jump makes noise by itself.
    fast = tk.noise_by_channel(model, counted, frequencies=[1e6])
    rates = tk.channel_response(model, counted).rates
    np.testing.assert_allclose(fast[0], counted.weights**2 * rates, rtol=1e-5)


def test_what_makes_no_noise_makes_none() -> None:
    z = np.diag([1.0, -1.0])
    looped = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(part, None) for part in (LOWER, 0.5 * LOWER.T, 0.3 * z)])
    found = tk.noise_by_channel(looped, tk.current(looped, [0.0, 0.0, 1.0]))
    np.testing.assert_array_equal(found.values[:2], 0.0)
    np.testing.assert_allclose(found.values[2], 0.09, rtol=1e-14)
    still = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(LOWER, None)])
    found = tk.noise_by_channel(still, tk.current(still, [1.0]))
    assert found.values.item() == 0.0
    assert found.mismatch == 0.0
    trapped, jumps = np.zeros((3, 3)), np.zeros((2, 3, 3))
    trapped[:2, 2] = trapped[2, :2] = 0.5  # the difference of the lower levels is dark
    jumps[0, 0, 2], jumps[1, 1, 2] = 1.0, 0.7
    model = _model(trapped, list(jumps))
    found = tk.noise_by_channel(model, tk.activity(model))
    np.testing.assert_array_equal(found, [0.0, 0.0])
    machine = machines.collective(3)
    dark = machine.model
    found = tk.noise_by_channel(dark, tk.current(dark, machine.weights), initial=tk.Ket(np.eye(8)[0]))
    assert (found.values < 1e-25).all()


@pytest.mark.filterwarnings("ignore::thermokin.errors.LostPointsWarning")
def test_points_without_one_steady_state_are_lost_alone() -> None:
    rates = np.zeros((3, 2, 2))
    rates[:, 0, 1], rates[:, 1, 0] = [0.0, 1.0, 2.0], [0.0, 1.0, 1.0]
    model = tk.rates(rates)
    found = tk.noise_by_channel(model, tk.current(model, [1.0, 0.0]))
    np.testing.assert_array_equal(found.lost, [True, False, False])
    np.testing.assert_allclose(found[1], [0.125, 0.125], rtol=1e-14)


def test_points_that_turn_too_often_are_lost_alone() -> None:
    rates = np.array([0.5, 1e-4])[:, None, None]
    model = tk.Model(0.5 * X, [tk.Channel(rates * LOWER, None), tk.Channel(rates * LOWER.T, None)])
    with pytest.warns(tk.errors.LostPointsWarning, match=r"the noise by channel was not found at the point \(1,\)"):
        found = tk.noise_by_channel(model, tk.current(model, [1.0, 0.0]))
    np.testing.assert_array_equal(found.lost, [False, True])
    assert found.mismatch[0] < 4e-14


def test_one_of_several_steady_states_is_shared_out() -> None:
    up = [np.kron(np.diag(place), LOWER) for place in ([1.0, 0.0], [0.0, 1.0])]
    twice = tk.Model(np.kron(np.eye(2), 0.5 * X), [tk.Channel(part, None) for part in up])
    once = tk.Model(0.5 * X, [tk.Channel(LOWER, None)])
    found = tk.noise_by_channel(twice, tk.current(twice, [1.0, 1.0]), initial=tk.Populations([1.0, 0.0, 0.0, 0.0]))
    alone = tk.noise_by_channel(once, tk.current(once, [1.0]))
    np.testing.assert_allclose(found, [*alone.values, 0.0], rtol=1e-13, atol=1e-16)


def test_runs_stay_in_the_steady_state_that_is_meant() -> None:
    z = np.diag([1.0, -1.0])
    place = np.diag([1.0, 0.0])
    kinds = [np.kron(part, jump) for jump in (LOWER, 0.3 * z) for part in (place, np.eye(2) - place)]
    twice = tk.Model(np.kron(np.eye(2), 0.5 * X), [tk.Channel(part, None) for part in kinds])
    once = tk.Model(0.5 * X, [tk.Channel(LOWER, None), tk.Channel(0.3 * z, None)])
    start = tk.Populations([1.0, 0.0, 0.0, 0.0])
    found = tk.noise_by_channel(twice, tk.current(twice, [1.0, 1.0, 0.0, 0.0]), initial=start, trajectories=2000)
    alone = tk.noise_by_channel(once, tk.current(once, [1.0, 0.0]), trajectories=2000, seed=2)
    error = np.hypot(found.error[[0, 2]], alone.error)
    assert (np.abs(found[[0, 2]] - alone.values) < 4.0 * error).all()
    np.testing.assert_array_equal(found[[1, 3]], 0.0)
    assert abs(alone.values.sum() - alone.noise) < 4.0 * alone.error.sum()


def test_a_mode_on_a_bath_is_shared_out_by_its_jumps_between_levels() -> None:
    # A jump operator of several elements: what each level adds is squared by itself.
    mode = tk.library.oscillator(8, 1.0, 0.1, 0.7)
    found = tk.noise_by_channel(mode, tk.activity(mode))
    assert found.averaged_over == "jumps between levels"
    assert found.mismatch < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_runs_share_out_the_noise_within_their_standard_error(seed: int) -> None:
    mode = machines.kerr(6).model
    counted = tk.activity(mode)
    with pytest.raises(tk.errors.HypothesisError, match="Pass `trajectories=10_000`"):
        tk.noise_by_channel(mode, counted)
    found = tk.noise_by_channel(mode, counted, trajectories=1000, seed=seed)
    assert found.averaged_over == "trajectories"
    assert abs(found.values.sum() - found.noise) < 4.0 * found.error.sum()
    assert found.error.sum() < 0.1 * found.noise


def test_runs_and_quadrature_share_out_alike() -> None:
    chain = machines.xxz(2).model
    counted = tk.current(chain, [1.0, -1.0, 0.0, 0.0])
    exact = tk.noise_by_channel(chain, counted)
    # One more channel of rank two that does nothing keeps jumps from resetting.
    idle = tk.Channel(1e-9 * np.eye(4)[:, [1, 0, 3, 2]], None)
    longer = tk.Model(machines.xxz(2).hamiltonian, [*chain.channels, idle])
    found = tk.noise_by_channel(longer, tk.current(longer, [1.0, -1.0, 0.0, 0.0, 0.0]), trajectories=4000)
    assert found.averaged_over == "trajectories"
    assert (np.abs(found.values[:4] - exact.values) < 4.0 * found.error[:4]).all()


@pytest.mark.slow
def test_runs_meet_the_exact_parts_at_every_frequency_with_an_honest_error(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model(*driven())
    counted, frequencies = tk.current(model, [1.0, -0.4]), [0.0, 0.7, 4.0]
    exact = tk.noise_by_channel(model, counted, frequencies=frequencies)
    monkeypatch.setattr(noise_by_channel, "reset_noise", lambda *args, **wish: None)
    off = []
    for seed in range(12):
        found = tk.noise_by_channel(model, counted, frequencies=frequencies, trajectories=300, seed=seed)
        assert found.averaged_over == "trajectories"
        assert (found.error < 0.02 * exact.noise[:, None]).all()
        off.append((found.values - exact.values) / found.error)
    assert np.abs(off).max() < 4.5
    assert 0.6 < np.sqrt(np.mean(np.square(off))) < 1.3


def test_a_sweep_is_its_points() -> None:
    drives, hot = np.array([0.05, 0.3]), np.array([3.0, 5.0])
    swept = tk.library.three_level_maser(drives[:, None], hot)
    together = tk.noise_by_channel(swept, tk.heat(swept, "hot"))
    assert together.shape == (2, 2, 4)
    assert together.by_bath.shape == (2, 2, 2)
    for place in np.ndindex(2, 2):
        alone = tk.library.three_level_maser(float(drives[place[0]]), float(hot[place[1]]))
        found = tk.noise_by_channel(alone, tk.heat(alone, "hot"))
        np.testing.assert_allclose(together[place], found, rtol=1e-11)
    rings = np.array([[[0, 1, 2], [3, 0, 1], [1, 2, 0.0]], [[0, 2, 2], [1, 0, 1], [4, 2, 0.0]]])
    networks = tk.rates(rings, weights={"turns": [[0, -1, 0], [1, 0, 0], [0, 0, 0]]})
    found = tk.noise_by_channel(networks, tk.current(networks, "turns"))
    assert found.shape == (2, 6)
    assert (found.mismatch < 1e-14).all()


def test_what_is_wrong_is_said() -> None:
    model = _model(*driven())
    with pytest.raises(TypeError, match="`trajectories` must be a whole number or None"):
        tk.noise_by_channel(model, tk.activity(model), trajectories=1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`trajectories` must be >= 2"):
        tk.noise_by_channel(model, tk.activity(model), trajectories=1)
    with pytest.raises(ValueError, match="belongs to another model"):
        tk.noise_by_channel(model, tk.activity(machines.xxz(2).model))
    slow = tk.Model(0.5 * X, [tk.Channel(1e-4 * LOWER, None), tk.Channel(1e-4 * LOWER.T, None)])
    with pytest.raises(tk.errors.NotConvergedError, match="some state turns too often"):
        tk.noise_by_channel(slow, tk.current(slow, [1.0, 0.0]))
