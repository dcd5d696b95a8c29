"""Spins, bosons and fermions obey their algebras; parts make wholes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from random_states import SEEDS, random_state
from thermokin.operators.fock import annihilators, coherent, create, destroy, displacement, number
from thermokin.operators.spins import pauli, spin
from thermokin.operators.tensor import embed, partial_trace, tensor

ROUNDING = 1e-13  # sums of a few products of numbers of order ten


def commutator(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(a @ b - b @ a)


def anticommutator(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(a @ b + b @ a)


@pytest.mark.parametrize("quantum_number", [0, 0.5, 1, 1.5, 4.5])
def test_a_spin_obeys_the_angular_momentum_algebra(quantum_number: float) -> None:
    s = spin(quantum_number)
    size = round(2 * quantum_number + 1)
    casimir = quantum_number * (quantum_number + 1) * np.eye(size)
    for a, b, c in ((s.x, s.y, s.z), (s.y, s.z, s.x), (s.z, s.x, s.y)):
        np.testing.assert_allclose(commutator(a, b), 1j * c, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(s.x @ s.x + s.y @ s.y + s.z @ s.z, casimir, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(s.plus, s.x + 1j * s.y, rtol=0, atol=ROUNDING)
    np.testing.assert_array_equal(s.minus, s.plus.conj().T)


def test_the_lowest_weight_of_a_spin_comes_first() -> None:
    np.testing.assert_array_equal(np.diagonal(spin(1.5).z), [-1.5, -0.5, 0.5, 1.5])
    np.testing.assert_array_equal(spin(1.5).minus @ [1, 0, 0, 0], np.zeros(4))
    np.testing.assert_array_equal(np.diagonal(pauli().z), [-1, 1])
    np.testing.assert_array_equal(pauli().minus @ [0, 1], [1, 0])


def test_pauli_matrices_square_to_one_and_multiply_cyclically() -> None:
    s = pauli()
    for sigma in (s.x, s.y, s.z):
        np.testing.assert_array_equal(sigma @ sigma, np.eye(2))
    np.testing.assert_array_equal(s.x @ s.y, 1j * s.z)
    np.testing.assert_array_equal(s.plus + s.minus, s.x)


def test_spin_operators_are_frozen() -> None:
    with pytest.raises(ValueError, match="read-only"):
        spin(1).z[0, 0] = 5.0


@pytest.mark.parametrize("quantum_number", [-0.5, 0.3, np.nan, np.inf])
def test_a_spin_that_is_no_multiple_of_one_half_is_refused(quantum_number: float) -> None:
    with pytest.raises(ValueError, match=r"`J` must be 0 or a positive multiple of 1/2, got "):
        spin(quantum_number)


def test_a_truncated_boson_breaks_its_commutator_in_the_last_level_only() -> None:
    expected = np.eye(7)
    expected[-1, -1] = -6.0
    np.testing.assert_allclose(commutator(destroy(7), create(7)), expected, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(create(7) @ destroy(7), number(7), rtol=0, atol=ROUNDING)
    np.testing.assert_array_equal(create(7), destroy(7).conj().T)


def test_a_coherent_state_is_the_displaced_vacuum() -> None:
    alpha, levels = 0.8 - 0.5j, 40
    ket = coherent(alpha, levels)
    np.testing.assert_allclose(np.linalg.norm(ket), 1.0, rtol=ROUNDING)
    # at |alpha|^2 = 0.9 the weight beyond level 40 is below 1e-40
    np.testing.assert_allclose(ket, displacement(alpha, levels)[:, 0], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(destroy(levels) @ ket, alpha * ket, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(displacement(alpha, 5).conj().T @ displacement(alpha, 5), np.eye(5), atol=ROUNDING)


def test_coherent_states_exist_at_the_edges() -> None:
    np.testing.assert_array_equal(coherent(0.0, 3), [1, 0, 0])
    np.testing.assert_allclose(np.linalg.norm(coherent(1e8, 400)), 1.0, rtol=ROUNDING)
    with pytest.raises(ValueError, match="`amplitude` must be finite, got nan"):
        coherent(np.nan, 3)
    with pytest.raises(ValueError, match="`amplitude` must be finite, got inf"):
        displacement(np.inf, 3)


@pytest.mark.parametrize("levels", [0, -1, 2.0, True])
def test_a_number_of_levels_must_be_a_positive_whole_number(levels: Any) -> None:
    for make in (destroy, create, number):
        with pytest.raises(ValueError, match="`levels` must be a whole number of at least 1, got"):
            make(levels)


@pytest.mark.parametrize("modes", [1, 2, 4])
def test_fermions_anticommute_exactly(modes: int) -> None:
    c = annihilators(modes)
    assert len(c) == modes
    for j, k in np.ndindex(modes, modes):
        np.testing.assert_array_equal(anticommutator(c[j], c[k].conj().T), (j == k) * np.eye(2**modes))
        np.testing.assert_array_equal(anticommutator(c[j], c[k]), np.zeros((2**modes, 2**modes)))


def test_the_empty_state_of_fermions_comes_first() -> None:
    c = annihilators(3)
    assert not any((mode[:, 0] != 0).any() for mode in c)
    np.testing.assert_array_equal(np.flatnonzero(c[0].conj().T[:, 0]), [4])
    with pytest.raises(ValueError, match="`modes` must be a whole number of at least 1, got 0"):
        annihilators(0)


@given(SEEDS)
@settings(deadline=None, max_examples=20)
def test_tracing_out_one_factor_of_a_product_leaves_the_others(seed: int) -> None:
    generator = np.random.default_rng(seed)
    sizes = (2, 3, 2)
    parts = [random_state(generator, size, size) for size in sizes]
    whole = tensor(*parts)
    np.testing.assert_allclose(whole, np.kron(np.kron(parts[0], parts[1]), parts[2]), rtol=ROUNDING)
    for site, part in enumerate(parts):
        np.testing.assert_allclose(partial_trace(whole, site, sizes), part, rtol=0, atol=ROUNDING)
    for pair in ((0, 1), (0, 2), (1, 2)):
        expected = tensor(*(parts[k] for k in pair))
        np.testing.assert_allclose(partial_trace(whole, pair, sizes), expected, rtol=0, atol=ROUNDING)


@given(SEEDS)
@settings(deadline=None, max_examples=20)
def test_the_mean_of_an_embedded_operator_is_that_in_the_reduced_state(seed: int) -> None:
    generator = np.random.default_rng(seed)
    sizes = (2, 3, 2)
    state, operator = random_state(generator, 12, 5), random_state(generator, 3, 3)
    whole = np.trace(embed(operator, 1, sizes) @ state)
    np.testing.assert_allclose(whole, np.trace(operator @ partial_trace(state, 1, sizes)), rtol=0, atol=ROUNDING)


def test_leading_axes_of_parts_broadcast() -> None:
    generator = np.random.default_rng(0)
    a, b = generator.normal(size=(4, 1, 2, 2)), generator.normal(size=(3, 3, 3))
    whole = tensor(a, b)
    assert whole.shape == (4, 3, 6, 6)
    np.testing.assert_array_equal(whole[1, 2], np.kron(a[1, 0], b[2]))
    np.testing.assert_allclose(
        partial_trace(whole, 0, (2, 3)), np.trace(b, axis1=-2, axis2=-1)[:, None, None] * a, rtol=0, atol=ROUNDING
    )
    np.testing.assert_array_equal(embed(b, 1, (2, 3))[1], np.kron(np.eye(2), b[1]))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (tensor, r"`operators` must hold at least one operator, got none\."),
        (lambda: tensor(np.eye(2), np.zeros((2, 3))), r"`operators\[1\]` must be square"),
        (
            lambda: tensor(np.zeros((2, 2, 2)), np.zeros((3, 2, 2))),
            r"`operators` must have leading axes that broadcast",
        ),
        (lambda: embed(np.eye(2), 1, (2, 3)), r"`operator` must have shape \(\.\.\., 3, 3\), got \(2, 2\)"),
        (lambda: embed(np.eye(2), 2, (2, 3)), r"`site` must be a part's index, 0 to 1, got 2"),
        (lambda: embed(np.eye(2), -1, (2, 2)), r"`site` must be a part's index, 0 to 1, got -1"),
        (lambda: embed(np.eye(2), 0, (2, 0)), r"`dimensions` must be whole numbers of at least 1, got \(2, 0\)"),
        (lambda: partial_trace(np.eye(5), 0, (2, 3)), r"`state` must have shape \(\.\.\., 6, 6\) for dimensions"),
        (lambda: partial_trace(np.eye(6), (1, 0), (2, 3)), r"`keep` must name parts in increasing order, got \(1, 0\)"),
        (lambda: partial_trace(np.eye(6), (), (2, 3)), r"`keep` must name parts in increasing order, got \(\)"),
        (lambda: partial_trace(np.eye(6), 5, (2, 3)), r"`keep` must be a part's index, 0 to 1, got 5"),
    ],
)
def test_parts_that_do_not_fit_are_refused_by_name(wrong: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wrong()
