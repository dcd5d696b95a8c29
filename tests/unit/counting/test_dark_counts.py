"""Steady states in which nothing that is counted can happen: every cumulant is zero, and its error next to nothing."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from oracles import Array

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
FIRST, SECOND = np.kron(LOWER, np.eye(2)), np.kron(np.eye(2), LOWER)
DIFFERENCE = np.diag([0.0, 1.0, -1.0, 0.0])
METHODS = [tk.Dense(), tk.Sparse(), tk.Krylov()]


def turned(hamiltonian: Array, jumps: list[Array], rng: np.random.Generator) -> tk.Model:
    """The same system in a basis of no pattern."""
    size = len(hamiltonian)
    basis = np.linalg.qr(rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size)))[0]
    moved = basis @ hamiltonian @ basis.conj().T
    channels = [tk.Channel(basis @ jump @ basis.conj().T, None) for jump in jumps]
    return tk.Model((moved + moved.conj().T) / 2.0, channels)


def random_dark_state(rng: np.random.Generator) -> tuple[Array, list[Array]]:
    """A Hamiltonian with an eigenstate that two random jump operators annihilate."""
    size = int(rng.integers(2, 6))
    project = np.diag([0.0] + [1.0] * (size - 1))
    hamiltonian = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    hamiltonian = project @ (hamiltonian + hamiltonian.conj().T) @ project
    strength = 10.0 ** -rng.uniform(0.0, 3.0, 2)
    return hamiltonian, [one * rng.normal(size=(size, size)) @ project for one in strength]


def pair_of_atoms(drive: float, detuning: float) -> tk.Model:
    both = FIRST + SECOND
    return tk.Model(drive * (both + both.T) + detuning * DIFFERENCE, [tk.Channel(both, None)])


@pytest.mark.parametrize("drive", [0.3, 1.0])
@pytest.mark.parametrize("detuning", [1e-1, 1e-2, 3e-3])
@pytest.mark.parametrize("order", [1, 2, 4])
def test_two_atoms_in_their_dark_state_scatter_nothing_at_any_order(drive: float, detuning: float, order: int) -> None:
    model = pair_of_atoms(drive, detuning)
    found = tk.cumulants(model, tk.activity(model), order=order)
    # Closed form: the steady state is pure, |gg> beside the singlet, and the jump annihilates both.
    assert (np.abs(found.values) <= found.error).all()
    # Rounding times a condition of 1e3 to 1e4 where solves are still good enough.
    assert found.error[0] < 1e-11


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(20))
def test_random_dark_states_count_nothing_within_the_error_they_state(seed: int, method: tk.Dense) -> None:
    rng = np.random.default_rng(seed)
    model = turned(*random_dark_state(rng), rng)
    found = tk.cumulants(model, tk.activity(model), order=3, method=method)
    assert (np.abs(found.values) <= found.error).all()
    assert found.error[0] < 1e-12 * np.abs(model.generator.dense).max() + 1e-12


@pytest.mark.parametrize("method", METHODS)
def test_one_channel_may_be_dark_beside_others_that_are_not(method: tk.Dense) -> None:
    # Level 2 is emptied towards a pair that a bath keeps moving; nothing ever goes back.
    jumps = [np.zeros((3, 3)) for _ in range(3)]
    jumps[0][0, 1], jumps[1][1, 0], jumps[2][0, 2] = 1.0, 0.6, 1.3
    drive = np.zeros((3, 3))
    drive[0, 1] = drive[1, 0] = 0.4
    model = turned(drive, jumps, np.random.default_rng(5))
    found = tk.cumulants(model, tk.current(model, [0.0, 0.0, 1.0]), order=3, method=method)
    assert (np.abs(found.values) <= found.error).all()
    assert found.error[0] < 1e-12
    assert float(tk.cumulants(model, tk.current(model, [1.0, 0.0, 0.0]), order=1, method=method).mean) > 0.1


def test_a_sweep_through_a_dark_state_is_right_on_both_sides_of_it() -> None:
    leaks = np.array([0.0, 1e-8, 1e-4])
    both = FIRST + SECOND
    hamiltonian = 0.5 * (both + both.T) + 0.01 * DIFFERENCE
    leaking = np.sqrt(leaks)[:, None, None] * FIRST
    model = tk.Model(hamiltonian, [tk.Channel(both, None), tk.Channel(leaking, None)])
    found = tk.cumulants(model, tk.activity(model), order=2)
    assert (np.abs(found.values[0]) <= found.error[0]).all()
    for number in (1, 2):
        alone = tk.Model(hamiltonian, [tk.Channel(both, None), tk.Channel(leaking[number], None)])
        np.testing.assert_allclose(
            found.values[number], tk.cumulants(alone, tk.activity(alone), order=2).values, rtol=1e-6
        )
        assert found.values[number, 0] > 0.1 * leaks[number]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(8))
def test_random_dark_states_have_neither_covariance_nor_spectrum_beyond_the_error_stated(
    seed: int, method: tk.Dense
) -> None:
    rng = np.random.default_rng(seed)
    model = turned(*random_dark_state(rng), rng)
    counting = tk.Counting(model, method=method)
    weights = rng.uniform(0.5, 2.0, model.table.size)
    both = counting.covariance([tk.activity(model), tk.current(model, weights)])
    noise = counting.spectrum(tk.activity(model), [0.0, 1e-9, 0.3, 1e3])
    assert (np.abs(both.values) <= both.error).all()
    assert (np.abs(noise.values) <= noise.error).all()
    assert (np.abs(both.mean) < 1e-12).all()


@pytest.mark.parametrize("method", [tk.Dense(), tk.Sparse()])
@pytest.mark.parametrize("drive", [1e-2, 1e-3, 1e-5])
def test_a_dark_current_goes_along_with_no_other_and_leaves_it_right(drive: float, method: tk.Dense) -> None:
    # A Lambda that rests in its dark state beside a qubit that jumps up at .7 and down at .4, joined by nothing.
    legs, up, down = np.zeros((3, 3)), 0.7, 0.4
    legs[2] = 0.3 * drive, 0.2 * drive, 0.0
    emptied = [np.eye(3)[:, [leg]] @ np.eye(3)[[2]] for leg in (0, 1)]
    jumps = [np.kron(one, np.eye(2)) for one in emptied]
    jumps += [np.kron(np.eye(3), np.sqrt(up) * LOWER.T), np.kron(np.eye(3), np.sqrt(down) * LOWER)]
    model = tk.Model(np.kron(legs + legs.T, np.eye(2)), [tk.Channel(jump, None) for jump in jumps])
    currents = [tk.current(model, weights) for weights in ([1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0])]
    counting, frequencies = tk.Counting(model, method=method), np.array([0.0, 1e-6, 0.1, 2.0])
    both = counting.covariance(currents)
    # Closed form: both directions together count at 4 a b (a^2 + b^2) / (a + b)^3 of noise.
    total, each = up + down, up * down / (up + down)
    bright = 4.0 * each * (up**2 + down**2) / total**2
    np.testing.assert_allclose(both.values, [[0.0, 0.0], [0.0, bright]], rtol=1e-12, atol=0)
    assert (both.error[0] >= 0.0).all()
    np.testing.assert_array_equal(counting.spectrum(currents[0], frequencies).values, np.zeros(4))
    qubit = tk.rates([[0.0, down], [up, 0.0]])
    expected = tk.spectrum(qubit, tk.activity(qubit), frequencies).values
    np.testing.assert_allclose(counting.spectrum(currents[1], frequencies).values, expected, rtol=1e-10)
