"""Means along an evolution: operators in the user's basis, of any kind that an operator may come as."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import strategies
import thermokin as tk
from library_models import NAMES, example, random_density_matrix
from oracles import Array

TIMES = np.array([0.0, 0.7, 20.0])


class FakeQobj:
    """What is known of a QuTiP operator without QuTiP."""

    isoper, type = True, "oper"

    def __init__(self, array: Array) -> None:
        self.array = array

    def full(self) -> Array:
        return np.asarray(self.array, complex)


def traces(operator: Array, states: Array) -> Array:
    return np.asarray(np.einsum("...ij,...tji->...t", operator, states))


@st.composite
def evolutions_with_operators(draw: st.DrawFn) -> tuple[tk.results.Evolution, Array]:
    data, start = draw(strategies.models_with_states(number_of_baths=1))
    model = builders.coherent(data)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (model.dimension, model.dimension)
    return tk.evolve(model, start, TIMES), random.normal(size=shape) + 1j * random.normal(size=shape)


@settings(max_examples=30, deadline=None)
@given(evolutions_with_operators())
def test_means_are_traces_in_the_users_basis(drawn: tuple[tk.results.Evolution, Array]) -> None:
    evolution, operator = drawn
    hermitian = operator + operator.conj().T
    for kind in (np.asarray, scipy.sparse.csr_array, FakeQobj, lambda array: array.tolist()):
        for matrix in (operator, hermitian):
            found = evolution.expectation(kind(matrix))
            expected = traces(matrix, evolution.states)
            # Some roundings of d^2 terms of order one.
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)
        assert evolution.expectation(kind(hermitian)).dtype == np.float64
        assert evolution.expectation(kind(operator)).dtype == np.complex128
    slopes = traces(operator, np.asarray(evolution.model.from_frame(evolution.frame_rates)))
    np.testing.assert_allclose(evolution.expectation_rate(operator), slopes, rtol=0, atol=1e-13)
    assert evolution.expectation_rate(hermitian).dtype == np.float64


@pytest.mark.parametrize("name", NAMES)
def test_the_mean_of_the_hamiltonian_is_the_energy_of_the_ledger(name: str) -> None:
    model = example(name)
    evolution = tk.evolve(model, random_density_matrix(model.dimension), [0.0, 7.0])
    energy = model.from_frame(model.energy.dense)
    np.testing.assert_allclose(evolution.expectation(energy), tk.ledger(model, evolution).energy, rtol=1e-13)


def test_amplitudes_of_a_decaying_oscillator_spiral_in() -> None:
    """Closed form: <a> = alpha exp(-i w t - kappa t / 2) of a damped mode in vacuum."""
    levels, kappa, frequency = 8, 0.3, 1.3
    a = tk.operators.destroy(levels)
    model = tk.Model(frequency * a.conj().T @ a, [tk.Channel(np.sqrt(kappa) * a, None)])
    psi = np.zeros(levels)
    psi[:2] = 0.6, 0.8
    evolution = tk.evolve(model, tk.Ket(psi), TIMES)
    spiral = 0.48 * np.exp(-1j * frequency * TIMES - 0.5 * kappa * TIMES)
    np.testing.assert_allclose(evolution.expectation(a), spiral, rtol=0, atol=1e-14)
    np.testing.assert_allclose(
        evolution.expectation_rate(a), (-1j * frequency - 0.5 * kappa) * spiral, rtol=0, atol=1e-14
    )


def test_leading_axes_of_operator_and_evolution_broadcast() -> None:
    model = tk.library.qubit(1.0, 0.01, [0.5, 1.0, 2.0])
    evolution = tk.evolve(model, [0.3, 0.7], TIMES)
    stack = np.array([np.diag([0.0, 1.0]), np.diag([1.0, -1.0])])
    found = evolution.expectation(stack[:, None])
    assert found.shape == (2, 3, 3)
    for point, operator in enumerate(stack):
        np.testing.assert_array_equal(found[point], evolution.expectation(operator))
    single = tk.evolve(tk.library.qubit(1.0, 0.01, 0.5), [0.3, 0.7], TIMES)
    assert single.expectation(stack).shape == (2, 3)
    with pytest.raises(
        ValueError, match=r"the leading axes \(2,\) of `operator` do not broadcast .*`evolution` \(3,\)"
    ):
        evolution.expectation(stack)


@pytest.mark.parametrize(
    ("operator", "kind", "message"),
    [
        (np.eye(3), ValueError, r"`operator` must have shape \(..., 2, 2\), got \(3, 3\)"),
        ([1.0, 0.0], ValueError, r"`operator` must be square"),
        (lambda t: np.eye(2), TypeError, "`operator` must be an operator, got a function"),
        ("energy", TypeError, "`operator` must hold numbers"),
        ([[np.nan, 0.0], [0.0, 1.0]], ValueError, "`operator` must be finite"),
    ],
)
def test_what_is_no_operator_of_the_system_is_refused(operator: Any, kind: type[Exception], message: str) -> None:
    evolution = tk.evolve(example("qubit"), tk.Gibbs(1.0), TIMES)
    for mean in (evolution.expectation, evolution.expectation_rate):
        with pytest.raises(kind, match=message):
            mean(operator)


@pytest.mark.parametrize("name", NAMES)
def test_a_steady_state_has_the_means_of_its_density_matrix(name: str) -> None:
    model = example(name)
    try:
        steady = tk.steady_state(model)
    except tk.errors.DegenerateSteadyStateError:
        steady = tk.steady_state(model, initial=tk.Gibbs(1.0))
    random = np.random.default_rng(3)
    size = model.dimension
    operator = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    for matrix, kind in ((operator, np.complex128), (operator + operator.conj().T, np.float64)):
        expected = np.einsum("ij,...ji->...", matrix, steady.state)
        for taken in (matrix, FakeQobj(matrix), scipy.sparse.csr_array(matrix)):
            found = steady.expectation(taken)
            assert found.dtype == kind
            np.testing.assert_allclose(found, expected if kind is np.complex128 else expected.real, rtol=0, atol=1e-13)
    lasting = tk.evolve(model, steady.state, [0.0]).expectation(operator)[..., 0]
    np.testing.assert_allclose(steady.expectation(operator), lasting, rtol=0, atol=1e-13)


def test_operators_of_a_sweep_meet_the_steady_states_of_one() -> None:
    sweep = tk.library.qubit(gap=1.0, rate=1e-3, temperature=np.array([0.5, 1.0, 2.0]))
    steady = tk.steady_state(sweep)
    np.testing.assert_allclose(
        steady.expectation(np.diag([0.0, 1.0])), 1.0 / (1.0 + np.exp([2.0, 1.0, 0.5])), rtol=1e-13
    )
    with pytest.raises(ValueError, match=r"the leading axes \(2,\) of `operator` do not broadcast .*`model` \(3,\)"):
        steady.expectation(np.zeros((2, 2, 2)))
    with pytest.raises(ValueError, match=r"`operator` must have shape \(\.\.\., 2, 2\), got \(3, 3\)"):
        steady.expectation(np.eye(3))
