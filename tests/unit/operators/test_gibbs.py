"""Gibbs states from temperature zero to infinity."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

import oracles
from random_states import DIMENSIONS, SEEDS, random_unitary
from thermokin.operators.gibbs import gibbs, gibbs_populations, log_gibbs_populations

ROUNDING = 1e-13  # some hundred roundings of a double


def test_a_thermal_qubit_has_the_populations_of_the_textbook() -> None:
    temperatures = np.array([0.1, 0.5, 2.0])
    excited = 1.0 / (1.0 + np.exp(1.0 / temperatures))
    np.testing.assert_allclose(gibbs_populations([0.0, 1.0], temperatures)[:, 1], excited, rtol=ROUNDING)


@given(DIMENSIONS, SEEDS, st.floats(min_value=0.05, max_value=50.0))
@settings(deadline=None, max_examples=50)
def test_the_gibbs_state_is_the_exponential_of_the_hamiltonian(dimension: int, seed: int, temperature: float) -> None:
    generator = np.random.default_rng(seed)
    matrix = generator.normal(size=(dimension, dimension)) + 1j * generator.normal(size=(dimension, dimension))
    hamiltonian = matrix + matrix.conj().T
    state = gibbs(hamiltonian, temperature)
    np.testing.assert_array_equal(state, state.conj().T)
    # exponents up to 300: the oracle's matrix exponential has as many roundings
    np.testing.assert_allclose(state, oracles.gibbs(hamiltonian, temperature), rtol=0, atol=1e-12)


@given(DIMENSIONS, SEEDS)
@settings(deadline=None, max_examples=30)
def test_the_gibbs_state_turns_with_the_hamiltonian(dimension: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    energies, unitary = generator.uniform(size=dimension), random_unitary(generator, dimension)
    turned = gibbs((unitary * energies) @ unitary.conj().T, 0.7)
    straight = (unitary * gibbs_populations(energies, 0.7)) @ unitary.conj().T
    np.testing.assert_allclose(turned, straight, rtol=0, atol=ROUNDING)


@given(
    st.lists(st.floats(min_value=-5.0, max_value=5.0), min_size=1, max_size=6),
    st.floats(min_value=1e-3, max_value=1e3),
)
@settings(deadline=None, max_examples=60)
def test_logarithms_of_populations_keep_their_digits_where_populations_underflow(
    energies: list[float], temperature: float
) -> None:
    with mpmath.workdps(50):
        weights = [-mpmath.mpf(energy) / mpmath.mpf(temperature) for energy in energies]
        total = mpmath.log(sum(mpmath.exp(weight) for weight in weights))
        exact = [float(weight - total) for weight in weights]
    # atol: the oracle has 50 digits of the largest exponent, 1e4
    np.testing.assert_allclose(log_gibbs_populations(energies, temperature), exact, rtol=ROUNDING, atol=1e-45)
    np.testing.assert_allclose(
        gibbs_populations(energies, temperature), np.exp(exact), rtol=1e-11, atol=1e-300
    )  # exponents to 1e4 or so turn one rounding into 1e-12


def test_at_temperature_zero_the_degenerate_ground_space_is_filled_evenly() -> None:
    np.testing.assert_array_equal(gibbs_populations([2.0, 1.0, 1.0 + 1e-14], 0.0), [0.0, 0.5, 0.5])
    np.testing.assert_array_equal(log_gibbs_populations([2.0, 1.0, 1.0], 0), [-np.inf, -np.log(2.0), -np.log(2.0)])
    flip = np.array([[0.0, 1.0], [1.0, 0.0]])
    np.testing.assert_allclose(gibbs(flip, 0.0), 0.5 * (np.eye(2) - flip), rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_degeneracy_of_the_ground_state_is_judged_on_the_energies_own_scale(scale: float) -> None:
    energies = scale * np.array([[0.0, 1e-13, 1.0], [0.0, 1e-11, 1.0]])
    np.testing.assert_array_equal(gibbs_populations(energies, 0.0), [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])


@pytest.mark.parametrize("energies", [[0.0, 1.0, 5.0], [-3.0, -3.0, 2.0]])
def test_the_coldest_positive_temperature_meets_temperature_zero(energies: ArrayLike) -> None:
    smallest = np.finfo(np.float64).smallest_subnormal
    np.testing.assert_array_equal(gibbs_populations(energies, smallest), gibbs_populations(energies, 0.0))
    np.testing.assert_array_equal(log_gibbs_populations(energies, smallest), log_gibbs_populations(energies, 0.0))


def test_at_infinite_temperature_all_levels_are_filled_evenly() -> None:
    np.testing.assert_array_equal(gibbs_populations([0.0, 1.0, 7.0, -2.0], np.inf), np.full(4, 0.25))
    np.testing.assert_allclose(log_gibbs_populations([0.0, 1.0], np.inf), np.full(2, -np.log(2.0)), rtol=ROUNDING)
    np.testing.assert_allclose(gibbs([[0.0, 1j], [-1j, 3.0]], np.inf), np.eye(2) / 2, rtol=0, atol=ROUNDING)


def test_leading_axes_of_hamiltonian_and_temperature_broadcast() -> None:
    generator = np.random.default_rng(3)
    matrix = generator.normal(size=(4, 1, 3, 3))
    hamiltonians, temperatures = matrix + np.swapaxes(matrix, -1, -2), np.array([0.0, 0.5, np.inf])
    states = gibbs(hamiltonians, temperatures)
    assert states.shape == (4, 3, 3, 3)
    np.testing.assert_allclose(states[2, 1], gibbs(hamiltonians[2, 0], 0.5), rtol=0, atol=ROUNDING)
    diagonal = gibbs(np.diag([0.0, 1.0]), temperatures)
    np.testing.assert_array_equal(np.einsum("tii->ti", diagonal), gibbs_populations([0.0, 1.0], temperatures))


def test_a_diagonal_hamiltonian_keeps_the_digits_of_tiny_populations() -> None:
    np.testing.assert_allclose(gibbs(np.diag([0.0, 1.0]), 0.01)[1, 1].real, np.exp(-100.0), rtol=ROUNDING)


@pytest.mark.parametrize("temperature", [-1.0, np.nan, [1.0, -1e-3]])
def test_a_negative_temperature_is_refused(temperature: ArrayLike) -> None:
    with pytest.raises(ValueError, match=r"`temperature` must be 0 or larger \(inf included\), got (-|nan)"):
        gibbs(np.eye(2), temperature)


@pytest.mark.parametrize("temperature", ["hot", 1j, None])
def test_a_temperature_that_is_no_number_is_refused(temperature: object) -> None:
    with pytest.raises(TypeError, match=r"`temperature` must hold (real )?numbers, got"):
        gibbs(np.eye(2), temperature)


@pytest.mark.parametrize("energies", [1.0, []])
def test_energies_without_levels_are_refused(energies: ArrayLike) -> None:
    with pytest.raises(ValueError, match=r"`energies` must have shape \(\.\.\., d\) with d at least 1, got"):
        gibbs_populations(energies, 1.0)
