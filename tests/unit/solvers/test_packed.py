"""Packed superblocks, the coordinates and jumps on them, and a cycle of GMRES."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import machines
from oracles import Array
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import population_blocks
from thermokin.numerics.gmres import gmres_cycle
from thermokin.solvers import packed_jumps
from thermokin.solvers.packed_generator import PackedGenerator, real_model
from thermokin.solvers.superblocks import PackedVectors

REAL = ("Jaynes-Cummings", "chain of 3", "oscillators 3x3")


def hermitian_block(name: str) -> HermitianBlock:
    (block,) = population_blocks(Liouvillian(machines.SMALL[name].model))
    assert isinstance(block, HermitianBlock)
    return block


def hermitian_vector(block: HermitianBlock) -> Array:
    return np.random.default_rng(1).normal(size=block.size)


def test_a_chain_has_one_superblock_for_each_magnetisation() -> None:
    (block,) = population_blocks(Liouvillian(machines.xxz(5).model))
    assert isinstance(block, HermitianBlock)
    assert PackedVectors(block, real=True).blocks.sizes.tolist() == [1, 1, 5, 5, 10, 10]


@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize("name", REAL)
def test_packing_keeps_lengths_and_is_undone_by_unpacking(name: str, real: Any) -> None:
    block = hermitian_block(name)
    vectors = PackedVectors(block, real)
    vector = hermitian_vector(block)
    packed = vectors.pack(vector)
    assert np.isrealobj(packed) == real
    assert float(np.linalg.norm(packed)) == pytest.approx(float(np.linalg.norm(vector)), rel=1e-14)
    np.testing.assert_allclose(vectors.unpack(packed), vector, rtol=0, atol=1e-14)
    # In elements: the state itself.
    state = block.frame_state(vector)
    inside = PackedVectors(block.generator, real)
    found = block.generator.frame_state(inside.unpack(packed))
    np.testing.assert_allclose(found, state, rtol=0, atol=1e-14)


@pytest.mark.parametrize("terms", [0, 10**9])
@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize("name", REAL)
def test_the_generator_on_packed_vectors_is_the_block_s(
    name: str, real: Any, terms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jumps as one sparse matrix, and as products of jump operators."""
    monkeypatch.setattr(packed_jumps, "LARGEST_LIST", terms)
    block = hermitian_block(name)
    assert real_model(block.liouvillian)
    vectors = PackedVectors(block, real)
    generator = PackedGenerator(block.liouvillian, vectors.blocks, real)
    vector = hermitian_vector(block)
    scale = np.abs(block.matrix).max()
    moved = vectors.unpack(generator.apply(vectors.pack(vector)))
    np.testing.assert_allclose(moved, block.matrix @ vector, rtol=0, atol=1e-14 * scale)
    weights = np.arange(1.0, block.liouvillian.table.size + 1.0)
    gained = vectors.unpack(generator.weighted(weights) @ vectors.pack(vector))
    np.testing.assert_allclose(gained, block.jumps(weights) @ vector, rtol=0, atol=1e-13 * scale)
    single = generator.dissipated(vectors.pack(vector).astype(np.float32 if real else np.complex64))
    double = generator.dissipated(vectors.pack(vector))
    np.testing.assert_allclose(single, double, rtol=0, atol=1e-5 * scale)


def test_a_phase_of_a_jump_leaves_a_model_real_and_one_of_its_elements_does_not() -> None:
    machine = machines.SMALL["maser"]
    turned = machines.Machine(machine.hamiltonian, [1j * jump for jump in machine.jumps], machine.weights)
    assert real_model(Liouvillian(machine.model))
    assert real_model(Liouvillian(turned.model))
    driven = machines.Machine(machine.hamiltonian * 1j + (machine.hamiltonian * 1j).conj().T, machine.jumps, None)
    assert real_model(Liouvillian(driven.model))  # nothing is left of an antisymmetric drive
    skew = np.triu(machine.hamiltonian) * 1j
    assert not real_model(Liouvillian(machines.Machine(skew + skew.conj().T, machine.jumps, machine.weights).model))
    mixed = machine.jumps[0] + 1j * machine.jumps[0].T
    assert not real_model(Liouvillian(machines.Machine(machine.hamiltonian, [mixed], np.ones(1)).model))


@pytest.mark.parametrize("kind", [float, complex])
def test_a_cycle_leaves_the_smallest_residual_of_its_krylov_space(kind: type) -> None:
    random = np.random.default_rng(2)
    matrix, right = np.eye(30, dtype=kind), random.normal(size=30).astype(kind)
    matrix += 0.2 * random.normal(size=(30, 30))
    if kind is complex:
        matrix += 0.2j * random.normal(size=(30, 30))
        right += 1j * random.normal(size=30)
    space = [right]
    for _ in range(6):
        space.append(matrix @ space[-1])
    best = np.linalg.lstsq(np.stack(space[1:], axis=1), right)[1]
    solution, steps = gmres_cycle(lambda vector: matrix @ vector, right, 1e-14, 6)
    assert steps == 6
    # Powers of a matrix are nearly parallel: the plain least squares lose half of the digits.
    assert float(np.linalg.norm(right - matrix @ solution)) == pytest.approx(float(np.sqrt(best.sum())), rel=1e-6)


def test_a_cycle_stops_at_its_goal_and_where_its_space_is_complete() -> None:
    matrix = np.diag([1.0, 2.0, 2.0, 3.0])
    solution, steps = gmres_cycle(lambda vector: matrix @ vector, np.ones(4), 1e-15, 4)
    assert steps == 3  # three different eigenvalues
    np.testing.assert_allclose(solution, 1.0 / np.diagonal(matrix), rtol=1e-13)
    _, steps = gmres_cycle(lambda vector: vector, np.ones(4), 1e-3, 4)
    assert steps == 1
