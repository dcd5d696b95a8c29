"""What is taken for an operator, a Hamiltonian, a state; and what is refused, in which words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse
from numpy.typing import NDArray

from thermokin.operators.as_operators import as_density_matrix, as_hermitian, as_operator, as_populations, as_real


class FakeQobj:
    """What is known of a QuTiP object without QuTiP: `full`, `isoper`, `type`."""

    def __init__(self, array: NDArray[Any], kind: str = "oper") -> None:
        self.array = array
        self.type = kind
        self.isoper = kind == "oper"

    def full(self) -> NDArray[Any]:
        return self.array


MATRIX = np.array([[0.0, 2.0], [1.0, 3.0]])


@pytest.mark.parametrize(
    "value",
    [
        MATRIX,
        MATRIX.astype(np.float32),
        MATRIX.astype(int),
        MATRIX.tolist(),
        scipy.sparse.csr_array(MATRIX),
        scipy.sparse.coo_matrix(MATRIX),
        FakeQobj(MATRIX),
    ],
    ids=["array", "single precision", "integers", "lists", "sparse array", "sparse matrix", "Qobj"],
)
def test_an_operator_may_come_as_any_kind_of_matrix(value: object) -> None:
    operator = as_operator(value, "jump")
    assert operator.dtype == np.complex128
    np.testing.assert_array_equal(operator, MATRIX)


def test_a_real_qutip_operator_is_accepted() -> None:
    qutip = pytest.importorskip("qutip")
    np.testing.assert_array_equal(as_operator(qutip.sigmam(), "jump"), qutip.sigmam().full())
    with pytest.raises(ValueError, match=r"`jump` must be an operator, got a Qobj of type 'ket'"):
        as_operator(qutip.basis(2, 0), "jump")


def test_leading_axes_of_an_operator_are_kept() -> None:
    assert as_operator(np.zeros((4, 1, 3, 3)), "jump").shape == (4, 1, 3, 3)


def test_the_accepted_operator_shares_no_memory_with_the_user() -> None:
    value = np.eye(2, dtype=np.complex128)
    as_operator(value, "jump")[0, 0] = 5.0
    as_real(value.real, "energies")[0, 0] = 5.0
    assert value[0, 0] == 1.0


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (np.zeros((2, 3)), ValueError, r"`jump` must be square, of shape \(\.\.\., d, d\), got shape \(2, 3\)\."),
        (np.zeros(3), ValueError, r"`jump` must be square.*got shape \(3,\)"),
        (1.0, ValueError, r"`jump` must be square.*got shape \(\)"),
        (np.zeros((0, 0)), ValueError, r"`jump` must be square.*got shape \(0, 0\)"),
        ([[1.0, 0.0], [0.0, np.nan]], ValueError, r"`jump` must be finite, got \(nan\+0j\) at index \(1, 1\)\."),
        ([[np.inf, 0.0], [0.0, 1.0]], ValueError, r"`jump` must be finite, got \(inf\+0j\) at index \(0, 0\)"),
        ([[1.0, 2.0], [3.0]], ValueError, r"`jump` must be a rectangular array, got rows of different shapes"),
        ("sigma_x", TypeError, r"`jump` must hold numbers, got str"),
        (None, TypeError, r"`jump` must hold numbers, got NoneType"),
        ([[object(), 0], [0, 0]], TypeError, r"`jump` must hold numbers, got list of dtype object"),
        (FakeQobj(np.zeros((4, 4)), "super"), ValueError, r"`jump` must be an operator, got a Qobj of type 'super'"),
    ],
)
def test_what_is_no_operator_is_refused_by_name(value: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        as_operator(value, "jump")


def test_rounding_of_a_hermitian_operator_is_removed_exactly() -> None:
    rounded = np.array([[1.0 + 1e-16j, 0.3 + 0.1j], [0.3 - 0.1j + 1e-16, 2.0]])
    hermitian = as_hermitian(rounded, "hamiltonian")
    np.testing.assert_array_equal(hermitian, hermitian.conj().T)
    np.testing.assert_allclose(hermitian, rounded, rtol=0, atol=2e-16)  # the rounding that was put in


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_hermiticity_is_judged_on_the_operators_own_scale(scale: float) -> None:
    good = scale * np.array([[0.0, 1.0], [1.0 + 1e-13, 0.0]])
    bad = scale * np.array([[0.0, 1.0], [1.0 + 1e-11, 0.0]])
    as_hermitian(good, "hamiltonian")
    with pytest.raises(ValueError, match=r"`hamiltonian` must be Hermitian to 1e-12 .* got a largest difference 1e-"):
        as_hermitian(bad, "hamiltonian")


def test_the_non_hermitian_operator_of_a_stack_is_named() -> None:
    stack = np.stack([1e6 * np.eye(2), [[0.0, 1e-3], [0.0, 0.0]]])
    with pytest.raises(ValueError, match=r"largest difference 0\.001 .* at a largest element 0\.001 at index \(1,\)\."):
        as_hermitian(stack, "hamiltonian")


@pytest.mark.parametrize("ket", [np.array([1.0, 0.0]), np.array([[1.0], [0.0]]), np.array([0.6, 0.8j])])
def test_a_vector_is_not_taken_for_a_density_matrix(ket: NDArray[Any]) -> None:
    with pytest.raises(
        ValueError, match=r"`initial` must be a density matrix .* pass np\.outer\(psi, psi\.conj\(\)\)\."
    ):
        as_density_matrix(ket, "initial", 2)


def test_a_qutip_ket_is_the_state_that_it_is() -> None:
    ket = FakeQobj(np.array([[0.6], [0.8j]]), "ket")
    expected = np.array([[0.36, -0.48j], [0.48j, 0.64]])
    np.testing.assert_allclose(as_density_matrix(ket, "initial", 2), expected, rtol=0.0, atol=1e-15)
    with pytest.raises(ValueError, match=r"`initial` must be a ket of norm one .*psi\.unit\(\)"):
        as_density_matrix(FakeQobj(np.array([[1.0], [1.0]]), "ket"), "initial", 2)


@pytest.mark.parametrize(
    "state",
    [
        np.diag([1.0, 0.0]),
        np.full((2, 2), 0.5),
        np.diag([1.0 + 1e-13, -1e-13]),
        np.array([[0.5, 0.5 + 5e-13], [0.5 + 5e-13, 0.5]]),
        np.stack([np.diag([0.3, 0.7]), np.full((2, 2), 0.5)]),
    ],
    ids=["pure", "coherent", "rounded zero", "rounded coherence", "stack"],
)
def test_a_density_matrix_is_taken_as_it_came(state: NDArray[Any]) -> None:
    np.testing.assert_array_equal(as_density_matrix(state, "initial", 2), state)


def test_one_level_has_a_density_matrix_too() -> None:
    assert as_density_matrix([[1.0]], "initial", 1) == 1.0


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (np.eye(3) / 3, r"`initial` must have shape \(\.\.\., 2, 2\), got \(3, 3\)\."),
        (np.eye(2), r"`initial` must have trace one to 1e-10, got 2; divide it by its trace\."),
        (np.stack([np.eye(2) / 2, np.eye(2)]), r"trace one to 1e-10, got 2 at index \(1,\)"),
        (np.diag([1.1, -0.1]), r"`initial` must be positive to 1e-12, got an eigenvalue -0\.1\."),
        ([[0.5, 0.6], [0.6, 0.5]], r"`initial` must be positive to 1e-12, got an eigenvalue -0\.1\."),
        ([[0.5, 0.5 + 5e-12], [0.5 + 5e-12, 0.5]], r"positive to 1e-12, got an eigenvalue -5e-12"),
        (np.stack([np.full((2, 2), 0.5), [[0.5, 0.6], [0.6, 0.5]]]), r"an eigenvalue -0\.1 at index \(1,\)"),
    ],
)
def test_what_is_no_density_matrix_is_refused_by_name(state: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_density_matrix(state, "initial", 2)


@pytest.mark.parametrize(
    ("populations", "error", "message"),
    [
        ([0.5, 0.2, 0.3], ValueError, r"`initial` must have shape \(\.\.\., 2\), got \(3,\)\."),
        (0.5, ValueError, r"`initial` must have shape \(\.\.\., 2\), got \(\)\."),
        ([0.5, 0.6], ValueError, r"`initial` must have sum one to 1e-10, got 1\.1; divide it by its sum\."),
        ([[0.5, 0.5], [-0.1, 1.1]], ValueError, r"positive to 1e-12, got a population -0\.1 at index \(1,\)"),
        ([0.5, np.nan], ValueError, r"`initial` must be finite, got nan at index \(1,\)\."),
        ([0.6, 0.8j], TypeError, r"`initial` must hold real numbers, got dtype complex128"),
    ],
)
def test_what_are_no_populations_is_refused_by_name(populations: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        as_populations(populations, "initial", 2)


def test_populations_are_taken_as_they_came() -> None:
    np.testing.assert_array_equal(as_populations([[1, 0], [0, 1]], "initial", 2), np.eye(2))
