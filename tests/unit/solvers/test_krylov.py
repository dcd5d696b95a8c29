"""The matrix-free method against dense algebra, where its steady state is not the only one, and where it stalls."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example as instance
from hypothesis import given, settings
from hypothesis import strategies as st

import machines
import thermokin as tk
from library_models import NAMES, example
from machines import Machine
from oracles import Array
from random_states import random_unitary
from thermokin._errors import DegenerateSteadyStateError, NotConvergedError
from thermokin.liouville.block import Block
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import population_blocks
from thermokin.numerics.gmres import shifted_start
from thermokin.solvers import hamiltonian_frame
from thermokin.solvers.dense import DenseResolvent
from thermokin.solvers.krylov import KrylovResolvent
from thermokin.solvers.method import Krylov

LARGER = {
    "chain of 4": machines.xxz(4),
    "chain of 6": machines.xxz(6),
    "oscillators 8x8": machines.oscillators(8),
    "driven cavity of 40": machines.driven_cavity(40),
    "Kerr of 30": machines.kerr(30),
    "Jaynes-Cummings of 16": machines.jaynes_cummings(16),
}
MACHINES = machines.SMALL | LARGER


def elements(block: Block) -> Block:
    """The same sector in complex elements."""
    return block.generator if isinstance(block, HermitianBlock) else block


def only_block(model: tk.Model) -> Block:
    (block,) = population_blocks(Liouvillian(model))
    return block


def krylov(block: Block, iterations: int = 2000) -> KrylovResolvent:
    return KrylovResolvent(block, Krylov(iterations=iterations))


def noise(made: KrylovResolvent | DenseResolvent, weights: Array) -> float:
    """<<1| J^(2) rho - 2 <<1| J L^D J rho."""
    block, state = made.block, made.stationary[:, None]
    response = made.drazin(made.gain(weights) @ state)
    value = made.gain(weights**2) @ state - 2.0 * (made.gain(weights) @ response)
    return float((block.trace @ value).real.item())


def complex_vectors(size: int, count: int = 2) -> Array:
    random = np.random.default_rng(5)
    return random.normal(size=(size, count)) + 1j * random.normal(size=(size, count))


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_the_steady_state_and_its_noise_are_those_of_dense_algebra(name: str) -> None:
    machine = MACHINES[name]
    block = only_block(machine.model)
    made, dense = krylov(block), DenseResolvent(block)
    # The condition of these generators, 1e2 to 1e4, times rounding.
    np.testing.assert_allclose(made.stationary, dense.stationary, rtol=0, atol=1e-11)
    assert noise(made, machine.weights) == pytest.approx(noise(dense, machine.weights), rel=1e-9, abs=1e-12)
    assert float(made.residual) < 1e-14
    assert 1.0 <= float(made.condition) <= 10.0 * float(dense.condition)
    assert 0 < made.iterations < 1500


@pytest.mark.parametrize("name", NAMES)
def test_library_models_have_the_steady_state_of_dense_algebra(name: str) -> None:
    block = only_block(example(name))
    np.testing.assert_allclose(krylov(block).stationary, DenseResolvent(block).stationary, rtol=0, atol=1e-11)


@pytest.mark.parametrize("name", ["Jaynes-Cummings", "Kerr", "chain of 4", "maser", "oscillators 3x3"])
def test_responses_of_any_vector_are_those_of_dense_algebra_in_elements_and_in_real_coordinates(name: str) -> None:
    machine = MACHINES[name]
    frequencies = np.array([0.0, -0.4, 0.3, 5.0])
    for block in (only_block(machine.model), elements(only_block(machine.model))):
        made, dense = krylov(block), DenseResolvent(block)
        right = complex_vectors(block.size)
        scale = np.abs(dense.drazin(right)).max()
        np.testing.assert_allclose(made.drazin(right), dense.drazin(right), rtol=0, atol=1e-11 * scale)
        shifted = made.shifted(right, frequencies)
        np.testing.assert_allclose(shifted, dense.shifted(right, frequencies), rtol=0, atol=1e-11 * scale)
        np.testing.assert_allclose(shifted[0], -made.drazin(right), rtol=0, atol=1e-12 * scale)
        gain = np.abs(dense.gain(machine.weights)).max()
        np.testing.assert_allclose(
            made.gain(machine.weights) @ right, dense.gain(machine.weights) @ right, rtol=0, atol=1e-13 * gain
        )
        assert float(made.backward_error(made.drazin(right) * 0.0, made.stationary[:, None])) < 1e-14


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.sampled_from([0.05, 1.0, 8.0]))
@instance(71119, 2, 0.05)  # energies beside which rounding stops the residual above the tolerance
def test_random_models_of_any_damping_agree_with_dense_algebra(seed: int, size: int, strength: float) -> None:
    random = np.random.default_rng(seed)
    raw = random.normal(size=(3, size, size)) + 1j * random.normal(size=(3, size, size))
    machine = Machine(raw[0] + raw[0].conj().T, [strength * raw[1], strength * raw[2]], np.array([1.0, -0.5]))
    block = only_block(machine.model)
    made, dense = krylov(block), DenseResolvent(block)
    np.testing.assert_allclose(made.stationary, dense.stationary, rtol=0, atol=1e-11)
    assert noise(made, machine.weights) == pytest.approx(noise(dense, machine.weights), rel=1e-9)


def test_two_oscillators_have_their_exact_rates() -> None:
    machine = machines.oscillators(22)
    block = only_block(machine.model)
    made = krylov(block)
    current = float(block.rate_row(machine.weights) @ made.stationary)
    # In the limit of many levels; 22 leave out 1e-10.
    assert current == pytest.approx(-0.07399328859, abs=3e-10)
    assert noise(made, machine.weights) == pytest.approx(0.11883072959, abs=3e-9)


def test_photons_of_a_driven_cavity_are_poissonian() -> None:
    machine = machines.driven_cavity(30)
    made = krylov(only_block(machine.model))
    # kappa |alpha|^2 with alpha = E/(w - i kappa/2).
    rate = 0.1 * 0.5**2 / (1.0 + 0.05**2)
    assert noise(made, machine.weights) == pytest.approx(rate, rel=1e-11)


@pytest.mark.parametrize("strength", [1e-3, 0.1, 4.0, 20.0])
def test_weak_and_strong_damping_of_a_chain_agree_with_dense_algebra(strength: float) -> None:
    chain = machines.xxz(4)
    machine = Machine(chain.hamiltonian, [np.sqrt(strength) * jump for jump in chain.jumps], chain.weights)
    block = only_block(machine.model)
    made, dense = krylov(block), DenseResolvent(block)
    assert noise(made, machine.weights) == pytest.approx(noise(dense, machine.weights), rel=1e-10)


def driven(machine: Machine) -> Machine:
    """The same with a field on all qubits alike, which no basis state diagonalises."""
    spins = int(np.log2(len(machine.hamiltonian)))
    field = sum(machines.site(machines.LOWER, i, spins) for i in range(spins))
    return Machine(0.3 * (field + field.T) + machine.hamiltonian, machine.jumps, machine.weights)


@pytest.mark.parametrize("machine", [machines.collective(2), *(driven(machines.collective(n)) for n in (2, 3, 5))])
def test_collectively_coupled_qubits_are_refused_at_every_size(machine: Machine) -> None:
    with pytest.raises(DegenerateSteadyStateError, match="not unique") as caught:
        _ = krylov(only_block(machine.model)).stationary
    assert [len(levels) for levels in caught.value.sectors] == [len(machine.hamiltonian)]


@pytest.mark.parametrize("seed", range(4))
def test_a_symmetry_that_no_basis_state_shows_is_found(seed: int) -> None:
    random = np.random.default_rng(seed)
    turn = random_unitary(random, 6)

    def hidden() -> Array:
        blocks = np.zeros((6, 6), dtype=complex)
        for part in (slice(0, 2), slice(2, 6)):
            size = part.stop - part.start
            blocks[part, part] = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
        return turn @ blocks @ turn.conj().T

    raw = hidden()
    machine = Machine(raw + raw.conj().T, [0.5 * hidden(), 0.5 * hidden()], np.ones(2))
    with pytest.raises(DegenerateSteadyStateError, match="break the symmetry"):
        _ = krylov(only_block(machine.model)).stationary


def two_pairs(rate: float) -> Machine:
    """Two pairs of levels, quick inside and linked at a rate of their own."""
    quick = [(0, 1, 1.0), (1, 0, 0.5), (2, 3, 0.8), (3, 2, 0.3), (0, 2, rate), (2, 0, 2.0 * rate)]
    jumps = []
    for into, out, strength in quick:
        jump = np.zeros((4, 4))
        jump[into, out] = np.sqrt(strength)
        jumps.append(jump)
    drive = np.zeros((4, 4))
    drive[0, 1] = drive[1, 0] = 0.2
    return Machine(drive, jumps, np.array([1.0, 0, 0, 0, 0, 0]))


@pytest.mark.parametrize("rate", [1e-3, 1e-6, 1e-8])
def test_a_slow_link_is_not_mistaken_for_a_second_steady_state(rate: float) -> None:
    block = only_block(two_pairs(rate).model)
    made, dense = krylov(block), DenseResolvent(block)
    # Rounding times the slowest time.
    np.testing.assert_allclose(made.stationary, dense.stationary, rtol=0, atol=1e-14 / rate)
    assert float(made.condition) > 0.03 / rate


def test_a_solve_that_stalls_in_single_precision_goes_on_in_double(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hamiltonian_frame, "LARGEST_CHAIN", 0)  # without which nothing knows the slow mode beforehand
    block = only_block(two_pairs(1e-9).model)
    made = krylov(block)
    np.testing.assert_allclose(made.stationary, DenseResolvent(block).stationary, rtol=0, atol=1e-5)
    assert made.double


@pytest.mark.parametrize("iterations", [1, 20])
def test_too_few_products_are_an_error_with_its_residual(iterations: int) -> None:
    with pytest.raises(NotConvergedError, match=f"after {iterations} products: they are used up") as caught:
        _ = krylov(only_block(machines.xxz(5).model), iterations).stationary
    assert 1e-14 < caught.value.residual < 10.0
    assert "Krylov(iterations=...)" in caught.value.remedy


def test_a_chain_takes_few_products() -> None:
    made = krylov(only_block(machines.xxz(6).model))
    assert noise(made, machines.xxz(6).weights) > 0.0
    assert made.iterations <= 130  # 102 when this was written: a worse preconditioner is slow before it is wrong


def test_a_system_that_no_bath_touches_has_no_single_steady_state() -> None:
    model = tk.Model(
        machines.collective(3).hamiltonian + driven(machines.collective(3)).hamiltonian + np.diag(np.arange(8.0)), []
    )
    with pytest.raises(DegenerateSteadyStateError, match="not unique"):
        _ = krylov(only_block(model)).stationary


def test_a_rate_matrix_among_all_pairs_of_levels_is_solved_as_by_dense_algebra() -> None:
    random = np.random.default_rng(4)
    block = only_block(tk.rates(random.exponential(size=(40, 40)) * (1.0 - np.eye(40))))
    np.testing.assert_allclose(krylov(block).stationary, DenseResolvent(block).stationary, rtol=0, atol=1e-13)


def test_a_solve_starts_from_the_best_combination_of_solutions_at_other_frequencies() -> None:
    random = np.random.default_rng(7)
    generator = random.normal(size=(20, 20)) - 8.0 * np.eye(20)
    right = random.normal(size=20)

    def system(frequency: float) -> Array:
        return 1j * frequency * np.eye(20) - generator

    known = [(w, np.linalg.solve(system(w), right)) for w in (0.2, 0.5, 1.0)]
    start = shifted_start(right, 0.7, known)
    images = system(0.7) @ np.stack([solution for _, solution in known], axis=1)
    best, *_ = np.linalg.lstsq(images, right.astype(complex))
    np.testing.assert_allclose(system(0.7) @ start, images @ best, rtol=0, atol=1e-10)
    assert float(np.linalg.norm(right - system(0.7) @ start)) < 1e-3 * float(np.linalg.norm(right))
    assert shifted_start(right, 0.7, []) is None


def test_close_frequencies_cost_less_than_far_ones() -> None:
    machine = machines.kerr(20)
    made = krylov(only_block(machine.model))
    right = made.gain(machine.weights) @ made.stationary[:, None]
    before = made.iterations
    made.shifted(right, np.array([0.5]))
    alone = made.iterations - before
    before = made.iterations
    made.shifted(right, np.linspace(0.5, 0.7, 10))
    assert made.iterations - before < 7 * alone


def test_one_level_has_a_steady_state_without_a_solve() -> None:
    made = krylov(only_block(tk.Model([[0.3]], [tk.Channel([[0.5]], None)])))
    np.testing.assert_allclose(made.stationary, [1.0])
    assert float(made.residual) == 0.0


def test_rates_further_apart_than_an_iteration_resolves_are_refused() -> None:
    # A single decay at 1e14 beside a frequency of 1e38: the iteration's small residual says nothing of the state.
    hamiltonian = np.array([[0.0, 1.0], [1.0, 1e38]])
    model = tk.Model(hamiltonian, [tk.Channel(1e7 * np.array([[0.0, 1.0], [0.0, 0.0]]), None)])
    with pytest.raises(tk.errors.NotConvergedError, match=r"more than an iteration resolves\. Ask for Dense"):
        tk.steady_state(model, method=tk.Krylov())
