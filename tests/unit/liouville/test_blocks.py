"""Blocks: the same motion in real coordinates, weighted jumps, and what hidden symmetries leave out."""

from __future__ import annotations

import numpy as np
import pytest

import machines
import thermokin as tk
from library_models import NAMES, example, random_density_matrix
from machines import Machine
from oracles import Array
from thermokin.liouville.block import Block
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import population_blocks


def action(model: tk.Model, state: Array, weights: Array) -> tuple[Array, Array]:
    """L rho and the weighted jump part, by operators."""
    jumps = [channel.jump for channel in model.channels]
    gain = sum((w * L @ state @ L.conj().T for w, L in zip(weights, jumps, strict=True)), np.zeros_like(state))
    decay = sum(L.conj().T @ L for L in jumps)
    between = -1j * (model.hamiltonian @ state - state @ model.hamiltonian) - 0.5 * (decay @ state + state @ decay)
    return between + sum(L @ state @ L.conj().T for L in jumps), gain


def part_of(block: Block, model: tk.Model, state: Array) -> Array:
    """The part of a state of the user's basis that a block holds, as a vector."""
    frame = model.to_frame(state)
    return block.elements(np.diagonal(frame).real, frame)


def as_matrix(frame_state: Array) -> Array:
    return np.diag(frame_state).astype(complex) if frame_state.ndim == 1 else frame_state


MODELS = {name: example(name) for name in NAMES} | {name: m.model for name, m in machines.SMALL.items()}


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_block_moves_as_its_operators_do(name: str) -> None:
    model = MODELS[name]
    state = random_density_matrix(model.dimension)
    weights = np.random.default_rng(3).normal(size=model.table.size)
    for block in population_blocks(Liouvillian(model)):
        vector = part_of(block, model, state)
        inside = model.from_frame(as_matrix(block.frame_state(vector)))
        moved, gained = action(model, inside, weights)
        scale = np.abs(block.matrix).max()
        np.testing.assert_allclose(block.matrix @ vector, part_of(block, model, moved), rtol=0, atol=1e-13 * scale)
        np.testing.assert_allclose(
            block.jumps(weights) @ vector, part_of(block, model, gained), rtol=0, atol=1e-13 * scale
        )
        rate = block.rate_row(weights) @ vector
        assert float(np.real(rate)) == pytest.approx(float(np.trace(gained).real), abs=1e-13 * scale)
        np.testing.assert_allclose(block.sparse.toarray(), block.matrix, rtol=0, atol=1e-15 * scale)
        np.testing.assert_allclose(block.sparse_jumps(weights).toarray(), block.jumps(weights), atol=1e-15 * scale)
        assert float(np.real(block.trace @ vector)) == pytest.approx(float(np.trace(inside).real), abs=1e-14)


@pytest.mark.parametrize("name", ["Jaynes-Cummings", "Kerr", "chain of 3"])
def test_real_coordinates_keep_lengths_and_states(name: str) -> None:
    model = MODELS[name]
    (block,) = population_blocks(Liouvillian(model))
    assert isinstance(block, HermitianBlock)
    state = as_matrix(block.frame_state(part_of(block, model, random_density_matrix(model.dimension))))
    vector = part_of(block, model, state)
    assert np.linalg.norm(vector) == pytest.approx(np.linalg.norm(state), rel=1e-14)
    np.testing.assert_allclose(block.frame_state(vector), state, rtol=0, atol=1e-15)


def test_a_hidden_antiunitary_symmetry_halves_the_coordinates() -> None:
    # Without detuning a real drive moves only imaginary coherences of odd order.
    fluorescence = machines.resonance_fluorescence(0.9, 0.4).model
    (block,) = population_blocks(Liouvillian(fluorescence))
    assert block.size == 3
    detuned = Machine(
        fluorescence.hamiltonian.real + np.diag([0.0, 0.3]), [0.6 * machines.LOWER], np.array([1.0])
    ).model
    (block,) = population_blocks(Liouvillian(detuned))
    assert block.size == 4


def test_a_sweep_shares_one_pattern() -> None:
    drive = np.array([0.0, 0.4])
    H = drive[:, None, None] * (machines.LOWER + machines.LOWER.T)
    (block,) = population_blocks(Liouvillian(tk.Model(H, [tk.Channel(machines.LOWER, None)])))
    assert block.matrix.shape == (2, block.size, block.size)
    with pytest.raises(ValueError, match="one point; evaluate the points of a sweep one by one"):
        _ = block.sparse


def test_the_zero_of_energy_hides_no_link() -> None:
    # Beside a common energy of 2 a coupling of 1e-16 is rounding, beside a rate of 1e-12 it is not.
    coupling, offset = 1e-16 * (machines.LOWER + machines.LOWER.T), 2.0 * np.eye(2)
    dephasing = tk.Channel(np.diag([0.0, 1e-6]), None)
    sizes = [
        [block.size for block in population_blocks(Liouvillian(tk.Model(hamiltonian, [dephasing])))]
        for hamiltonian in (coupling, coupling + offset)
    ]
    assert sizes[0] == sizes[1]
    assert len(sizes[0]) == 1


def test_a_weak_coupling_beside_a_huge_frequency_is_still_a_link() -> None:
    # Nothing but a coupling 24 decades below the third energy joins the upper levels.
    hamiltonian = np.diag([1.0, 1.0, 1e38]) + 1e14 * (np.eye(3, k=1) + np.eye(3, k=-1))
    (block,) = population_blocks(Liouvillian(tk.Model(hamiltonian, [tk.Channel(1e7 * np.eye(3)[:, [1, 0, 2]], None)])))
    coupled = block.matrix != 0.0
    assert coupled.any(axis=0).all()
    assert block.size > 3
