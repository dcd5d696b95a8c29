"""The part of an operator that removes one particle, and what counts particles."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

import thermokin as tk
from thermokin.operators.particle_number import number_changes, removes_one


def turned(random: np.random.Generator, *matrices: np.ndarray) -> list[np.ndarray]:
    """The matrices in another basis."""
    size = matrices[0].shape[-1]
    basis = np.linalg.qr(random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)))[0]
    return [basis @ matrix @ basis.conj().T for matrix in matrices]


@pytest.mark.parametrize("seed", range(10))
def test_the_annihilation_part_of_fields_is_their_annihilators(seed: int) -> None:
    random = np.random.default_rng(seed)
    c = tk.operators.annihilators(3)
    removing = sum(complex(*random.normal(size=2)) * each for each in c)
    number = sum(each.conj().T @ each for each in c)
    noise = random.normal() * c[0] @ c[1] + random.normal() * number
    for part, whole, count in (
        (removing, removing + removing.conj().T + noise, number),
        turned(random, removing, removing + removing.conj().T + noise, number),
    ):
        found = tk.operators.annihilation_part(whole, count)
        np.testing.assert_allclose(found, part, rtol=0, atol=1e-13)
        assert removes_one(found, count)
        assert not removes_one(whole, count)
        assert number_changes(whole, count) == (-2, -1, 0, 1)


def test_stacks_and_sparse_matrices_have_their_annihilation_part() -> None:
    flip, number = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([0.0, 1.0])
    strengths = np.array([1.0, 2.0, 0.0])[:, None, None]
    np.testing.assert_array_equal(tk.operators.annihilation_part(strengths * flip, number), strengths * np.triu(flip))
    both = np.stack([number, number[::-1, ::-1]])
    np.testing.assert_array_equal(tk.operators.annihilation_part(flip, both), [np.triu(flip), np.tril(flip)])
    np.testing.assert_array_equal(
        tk.operators.annihilation_part(scipy.sparse.csr_array(flip), number.tolist()), np.triu(flip)
    )


def test_what_has_no_annihilation_part_is_refused() -> None:
    number = np.diag([0.0, 1.0])
    with pytest.raises(ValueError, match="`operator` must have a part that removes one particle, but none of its"):
        tk.operators.annihilation_part(np.diag([1.0, 2.0]), number)
    with pytest.raises(ValueError, match=r"`number_operator` must have whole numbers as eigenvalues.*got 0\.5"):
        tk.operators.annihilation_part(np.eye(2)[::-1], 0.5 * number)
    with pytest.raises(ValueError, match="`number_operator` must be Hermitian"):
        tk.operators.annihilation_part(np.eye(2)[::-1], np.triu(np.ones((2, 2))))
    with pytest.raises(
        ValueError, match=r"`number_operator` must have shape \(\.\.\., 2, 2\), as `operator` has, got \(3"
    ):
        tk.operators.annihilation_part(np.eye(2)[::-1], np.eye(3))
    with pytest.raises(ValueError, match="do not broadcast"):
        tk.operators.annihilation_part(np.ones((2, 2, 2)), np.ones((3, 1, 1)) * number)
