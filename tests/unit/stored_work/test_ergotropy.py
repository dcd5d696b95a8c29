"""Ergotropy and what belongs to it: published and closed numbers, other routes to each, and what is refused."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.optimize import linear_sum_assignment, minimize

import thermokin as tk
from oracles import Array
from random_states import random_state, random_unitary
from thermokin.parts.given_state import GivenState
from thermokin.stored_work.ergotropy import of_given

PSI = np.array([0.6, 0.0, 0.8])
STATE = 0.7 * np.outer(PSI, PSI) + 0.3 * np.diag([0.2, 0.5, 0.3])
LEVELS = np.diag([0.0, 1.0, 2.5])
ROUNDING = 1e-12  # of sums of few terms of order one


def drawn(seed: int, size: int = 4, rank: int = 4) -> tuple[Array, Array]:
    generator = np.random.default_rng(seed)
    frame = random_unitary(generator, size)
    energies = np.sort(generator.normal(size=size))
    return random_state(generator, size, rank), (frame * energies) @ frame.conj().T


def test_the_ergotropy_of_a_known_state_has_its_known_parts() -> None:
    found = tk.ergotropy(STATE, LEVELS)
    np.testing.assert_allclose(found.total, 1.1687314878, atol=6e-11)  # printed with ten decimals
    np.testing.assert_allclose(found.incoherent, 0.808, atol=ROUNDING)
    np.testing.assert_allclose(found.coherent, 0.3607314878, atol=6e-11)
    np.testing.assert_allclose(found.locked + found.total, found.energy, atol=ROUNDING)


@pytest.mark.parametrize("seed", range(4))
def test_no_pairing_of_eigenvectors_and_levels_draws_more(seed: int) -> None:
    state, hamiltonian = drawn(seed)
    values, vectors = np.linalg.eigh(state)
    energies, levels = np.linalg.eigh(hamiltonian)
    cost = np.multiply.outer(values, energies)
    best = cost[linear_sum_assignment(cost)].sum()
    overlaps = np.abs(vectors.conj().T @ levels) ** 2
    np.testing.assert_allclose(tk.ergotropy(state, hamiltonian).total, (cost * overlaps).sum() - best, atol=ROUNDING)
    permuted = np.outer(np.diag(levels.conj().T @ state @ levels).real, energies)
    incoherent = np.trace(permuted) - permuted[linear_sum_assignment(permuted)].sum()
    np.testing.assert_allclose(tk.ergotropy(state, hamiltonian).incoherent, incoherent, atol=ROUNDING)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("temperature", [0.4, 3.0])
def test_coherent_work_is_coherence_and_a_difference_of_divergences(seed: int, temperature: float) -> None:
    state, hamiltonian = drawn(seed)
    found = tk.ergotropy(state, hamiltonian)
    _, levels = np.linalg.eigh(hamiltonian)
    dephased = (levels * np.diag(levels.conj().T @ state @ levels)) @ levels.conj().T
    thermal = tk.operators.gibbs(hamiltonian, temperature)
    least = tk.ergotropy(dephased, hamiltonian).passive_state
    divergence = [tk.distances.relative_entropy(one, thermal) for one in (least, found.passive_state)]
    np.testing.assert_allclose(found.coherence, tk.distances.relative_entropy(state, dephased), atol=1e-11)
    # Francica et al. 2020, equation (5), times the temperature
    expected = temperature * (found.coherence + divergence[0] - divergence[1])
    np.testing.assert_allclose(found.coherent, expected, atol=1e-11)


def test_the_passive_state_has_the_same_eigenvalues_and_nothing_to_give() -> None:
    state, hamiltonian = drawn(7)
    passive = tk.ergotropy(state, hamiltonian).passive_state
    np.testing.assert_allclose(np.linalg.eigvalsh(passive), np.linalg.eigvalsh(state), atol=ROUNDING)
    np.testing.assert_allclose(tk.ergotropy(passive, hamiltonian).total, 0.0, atol=ROUNDING)
    assert tk.ergotropy(tk.operators.gibbs(LEVELS, 0.7), LEVELS).total == 0.0


def test_coherence_within_one_energy_is_no_coherent_work() -> None:
    plus = np.zeros((3, 3))
    plus[1:, 1:] = 0.5
    found = tk.ergotropy(plus, np.diag([0.0, 1.0, 1.0]))
    np.testing.assert_allclose([found.total, found.incoherent, found.coherence], [1.0, 1.0, 0.0], atol=ROUNDING)


@pytest.mark.parametrize("copies", [1, 2, 3, 4])
def test_several_copies_give_what_their_product_gives(copies: int) -> None:
    found = tk.ergotropy(STATE, LEVELS)
    whole = reduce(np.kron, [STATE] * copies)
    levels = reduce(lambda one, other: np.add.outer(one, other).ravel(), [np.diag(LEVELS)] * copies)
    np.testing.assert_allclose(found.of_copies(copies), tk.ergotropy(whole, np.diag(levels)).total / copies, atol=1e-12)


def test_many_copies_tend_to_the_completely_passive_limit() -> None:
    found = tk.ergotropy(STATE, LEVELS)
    left = np.array([float(found.asymptotic - found.of_copies(n)) for n in (1, 4, 16, 32)])
    assert (left > 0.0).all()
    assert (np.diff(left) < 0.0).all()
    thermal = tk.operators.gibbs(LEVELS, found.asymptotic_temperature)
    np.testing.assert_allclose(tk.operators.entropy(thermal), found.entropy, rtol=1e-13)
    np.testing.assert_allclose(found.work_with_bath(found.asymptotic_temperature), found.asymptotic, rtol=1e-12)
    np.testing.assert_allclose(found.bound, found.asymptotic - found.total, atol=ROUNDING)


@pytest.mark.parametrize(
    ("state", "temperature"),
    [(np.diag([1.0, 0.0, 0.0]), 0.0), (np.eye(3) / 3.0, np.inf), (np.diag([0.0, 1.0, 0.0]), 0.0)],
)
def test_pure_and_maximally_mixed_states_reach_the_ends_of_temperature(state: Array, temperature: float) -> None:
    found = tk.ergotropy(state, LEVELS)
    assert found.asymptotic_temperature == temperature
    np.testing.assert_allclose(found.asymptotic, found.total, atol=ROUNDING)


@pytest.mark.parametrize("temperature", [1e-3, 0.03, 0.5, 20.0, 1e4])
def test_the_temperature_of_an_entropy_is_found_over_many_decades(temperature: float) -> None:
    state = tk.operators.gibbs(np.diag([0.0, 0.01, 0.9]), temperature)
    found = tk.ergotropy(state, np.diag([0.0, 0.01, 0.9]))
    # at 1e4 ln 3 - S is of the order of 1e-9, of which doubles know seven digits
    np.testing.assert_allclose(found.asymptotic_temperature, temperature, rtol=1e-7)


def test_free_energy_is_that_of_the_divergence() -> None:
    state, hamiltonian = drawn(11)
    found = tk.ergotropy(state, hamiltonian)
    thermal = tk.operators.gibbs(hamiltonian, 0.8)
    np.testing.assert_allclose(
        found.work_with_bath(0.8), 0.8 * tk.distances.relative_entropy(state, thermal), rtol=1e-12
    )
    equilibrium = -0.8 * np.log(np.trace(expm(-hamiltonian / 0.8)).real)
    np.testing.assert_allclose(found.free_energy(0.8) - equilibrium, found.work_with_bath(0.8), atol=1e-12)


def test_leading_axes_and_times_are_those_of_single_states() -> None:
    drives = np.array([0.05, 0.1])
    model = tk.library.three_level_maser(drives, 4.0)
    run = tk.evolve(model, tk.Ket([0, 1, 0]), [0.0, 3.0, 9.0])
    found = tk.ergotropy(run)
    one = tk.ergotropy(run.states[1, 2], np.diag([0.0, 1.0, 2.5]))
    for name in ("total", "incoherent", "locked", "energy", "asymptotic", "asymptotic_temperature"):
        np.testing.assert_allclose(getattr(found, name)[1, 2], getattr(one, name), rtol=1e-9, atol=ROUNDING)
    np.testing.assert_allclose(found.of_copies(2)[1, 2], one.of_copies(2), atol=ROUNDING)
    np.testing.assert_allclose(found.free_energy([0.5, 0.7])[1, 2], one.free_energy(0.7), rtol=1e-12)
    data = found.to_xarray()
    assert data["total"].dims == ("drive", "time")
    rest = tk.ergotropy(tk.steady_state(model))
    np.testing.assert_allclose(
        rest.total[1], tk.ergotropy(tk.steady_state(model).state[1], LEVELS).total, atol=ROUNDING
    )


def test_a_driven_run_is_measured_by_the_hamiltonian_of_each_time() -> None:
    bath = tk.Contact(tk.Bath("bath", 0.8), [[0, 1], [1, 0]], tk.Flat(0.01))
    ramp = tk.Leg(10.0, lambda t: tk.davies(np.diag([0.3, 1.0 + t / 10.0]), [bath]))
    back = tk.Leg(10.0, lambda t: tk.davies(np.diag([0.3, 2.0 - t / 10.0]), [bath]))
    run = tk.evolve(tk.Protocol([ramp, back]), tk.Populations([0.2, 0.8]), [0.0, 4.0, 10.0, 14.0, 20.0])
    found = tk.ergotropy(run)
    gaps = np.array([0.7, 1.1, 1.7, 1.3, 0.7])
    np.testing.assert_allclose(found.energy, run.energy, atol=ROUNDING)
    np.testing.assert_allclose(found.total, gaps * np.maximum(2.0 * run.states[:, 1, 1].real - 1.0, 0.0), atol=ROUNDING)
    cycle = tk.limit_cycle(tk.Protocol([ramp, back]))
    np.testing.assert_allclose(
        tk.ergotropy(cycle).locked, [0.7, 1.7, 0.7] * cycle.ledger.states[:, 1, 1].real, atol=1e-9
    )


def test_one_state_among_many_hamiltonians_is_each_of_them() -> None:
    found = tk.ergotropy(STATE, np.multiply.outer([1.0, 2.0], LEVELS))
    one = tk.ergotropy(STATE, LEVELS)
    for name in ("total", "coherent", "asymptotic", "asymptotic_temperature", "energy"):
        np.testing.assert_allclose(getattr(found, name), [getattr(one, name), 2.0 * getattr(one, name)], rtol=1e-12)
    np.testing.assert_allclose(found.of_copies(3), [one.of_copies(3), 2.0 * one.of_copies(3)], rtol=1e-12)


def test_a_swept_protocol_has_its_own_hamiltonian_at_each_point() -> None:
    gaps, bath = np.array([1.0, 1.5]), tk.Contact(tk.Bath("bath", 0.8), [[0, 1], [1, 0]], tk.Flat(0.01))

    def leg(first: float, slope: float) -> tk.Leg:
        return tk.Leg(5.0, lambda t: tk.davies((gaps + first + slope * t)[:, None, None] * np.diag([0.0, 1.0]), [bath]))

    protocol = tk.Protocol([leg(0.0, 0.1), leg(0.5, -0.1)])
    run = tk.evolve(protocol, tk.Populations([0.2, 0.8]), [0.0, 2.0, 6.0])
    np.testing.assert_allclose(tk.ergotropy(run).energy, run.energy, atol=ROUNDING)
    cycle = tk.ergotropy(tk.limit_cycle(protocol))
    assert cycle.total.shape == (2, 3)
    np.testing.assert_allclose(cycle.locked[:, 0], cycle.locked[:, 2], atol=1e-8)  # as the maps


def test_a_bell_pair_gives_nothing_to_each_of_its_halves() -> None:
    bell = np.array([1.0, 0.0, 0.0, 1.0]) / np.sqrt(2.0)
    found = tk.local_ergotropy(np.outer(bell, bell), np.diag([0.0, 1.0, 1.0, 2.0]), (2, 2))
    np.testing.assert_allclose(found.parts, 0.0, atol=ROUNDING)
    np.testing.assert_allclose([found.total, found.gap], 1.0, atol=ROUNDING)


def test_a_product_hides_nothing_that_energy_can_tell() -> None:
    one, other = (random_state(np.random.default_rng(seed), size, size) for seed, size in ((1, 2), (2, 3)))
    level, ladder = np.diag([0.0, 1.0]), np.diag([0.0, 0.4, 1.7])
    whole = np.kron(level, np.eye(3)) + np.kron(np.eye(2), ladder) + 5.0 * np.eye(6)
    found = tk.local_ergotropy(np.kron(one, other), whole, (2, 3))
    expected = [tk.ergotropy(one, level).total, tk.ergotropy(other, ladder).total]
    np.testing.assert_allclose(found.parts, expected, atol=ROUNDING)
    np.testing.assert_allclose(found.together, sum(expected), atol=ROUNDING)
    assert found.gap >= 0.0


@pytest.mark.parametrize("part", [0, 1])
def test_of_a_coupled_qubit_the_best_rotation_is_found(part: int) -> None:
    state, hamiltonian = drawn(5)
    found = tk.local_ergotropy(state, hamiltonian, (2, 2))
    sigma = tk.operators.pauli()

    def left(angles: Array) -> float:
        size = float(np.linalg.norm(angles)) + 1e-300
        axis = sum(angle * one for angle, one in zip(angles / size, (sigma.x, sigma.y, sigma.z), strict=True))
        turn = np.cos(size) * np.eye(2) - 1j * np.sin(size) * axis
        whole = tk.operators.embed(turn, part, (2, 2))
        return float(np.trace(whole @ state @ whole.conj().T @ hamiltonian).real)

    starts = np.random.default_rng(3).normal(size=(3, 3))
    least = min(minimize(left, start, method="BFGS", options={"gtol": 1e-9}).fun for start in starts)
    np.testing.assert_allclose(found.parts[part], left(np.zeros(3)) - least, atol=1e-10)
    with pytest.raises(tk.errors.HypothesisError, match="parts are coupled"):
        _ = found.together


def test_what_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(tk.errors.ArgumentError, match="`hamiltonian` must be given beside a density matrix"):
        tk.ergotropy(STATE)
    with pytest.raises(tk.errors.ArgumentError, match=r"`hamiltonian` must have shape \(..., 3, 3\), got \(2, 2\)"):
        tk.ergotropy(STATE, np.eye(2))
    with pytest.raises(tk.errors.UnphysicalStateError, match="`state` must be positive to 1e-12"):
        tk.ergotropy(np.diag([1.1, -0.1]), np.diag([0.0, 1.0]))
    with pytest.raises(ValueError, match="`state` must have trace one"):
        tk.ergotropy(np.eye(2), np.diag([0.0, 1.0]))
    with pytest.raises(tk.errors.ArgumentError, match="`temperature` must be finite and 0 or larger"):
        tk.ergotropy(STATE, LEVELS).free_energy(-1.0)
    with pytest.raises(tk.errors.ArgumentError, match="200 copies of 3 levels are too many; `asymptotic` is the limit"):
        tk.ergotropy(STATE, LEVELS).of_copies(200)
    with pytest.raises(tk.errors.ArgumentError, match="`dims` must say the sizes of the parts of the 3 levels"):
        tk.local_ergotropy(STATE, LEVELS)
    with pytest.raises(tk.errors.ArgumentError, match="product is 3, the number of levels"):
        tk.local_ergotropy(STATE, LEVELS, (2, 2))
    coupled = np.diag(np.arange(6.0)) + np.eye(6)[::-1]
    with pytest.raises(tk.errors.ArgumentError, match="part 1 of `dims` has 3 levels and is coupled"):
        tk.local_ergotropy(np.eye(6) / 6.0, coupled, (2, 3))


def test_points_of_a_sweep_that_have_no_state_are_nan() -> None:
    lost = np.array([STATE, np.full((3, 3), np.nan)])
    found = of_given(GivenState(lost), LEVELS.astype(complex))
    assert np.isnan([found.total[1], found.asymptotic[1], found.entropy[1]]).all()
    np.testing.assert_allclose(found.total[0], tk.ergotropy(STATE, LEVELS).total, atol=ROUNDING)


@pytest.mark.parametrize("temperature", [0.02, 1.0, 1e3, 1e6, 1e9])
def test_many_copies_of_a_thermal_state_hold_no_work_however_hot(temperature: float) -> None:
    # Near the mixed state the entropy alone had lost the temperature: 6e-5 of it at 10^6, and work of 2.5e-10.
    energies = np.array([0.0, 0.3, 1.1])
    found = tk.ergotropy(tk.operators.gibbs(np.diag(energies), temperature), np.diag(energies))
    assert float(found.asymptotic_temperature) == pytest.approx(temperature, rel=1e-15 * max(temperature, 10.0))
    assert 0.0 <= float(found.asymptotic) < 2e-15
