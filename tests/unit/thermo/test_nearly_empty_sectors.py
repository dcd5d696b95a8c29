"""Starts of full rank whose smallest populations lie below rounding, in models whose coherences move."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
# d/dt S + heat flow from -tr (L rho)(ln rho - ln pi) of the first bath's jumps at 60 digits.
RIGHT = {0.026: 0.62546882, 0.02: 0.82160887, 0.01: 1.67154909}


def pair_of_oscillators() -> tk.Model:
    one, two = np.kron(LOWER, np.eye(2)), np.kron(np.eye(2), LOWER)
    hamiltonian = one.T @ one + two.T @ two + 0.1 * (one.T @ two + two.T @ one)
    bath = tk.Bath("cold", 0.6)
    up = 0.3 * np.exp(-0.5 / 0.6)
    return tk.Model(hamiltonian, [tk.Channel(0.3 * one, bath, -1.0), tk.Channel(up * one.T, bath, 1.0)])


@pytest.mark.parametrize("temperature", RIGHT)
def test_the_first_rate_knows_a_nearly_empty_block_of_coherences(temperature: float) -> None:
    model = pair_of_oscillators()
    found = tk.ledger(model, tk.evolve(model, tk.Gibbs(temperature), [0.0]))
    assert found.entropy_production_rate[0] == pytest.approx(RIGHT[temperature], rel=1e-7)


@pytest.mark.parametrize("temperature", [0.026, 0.02])
def test_the_same_state_given_as_a_matrix_or_as_populations_has_the_same_first_rate(temperature: float) -> None:
    model = pair_of_oscillators()
    hamiltonian = np.array([[0, 0, 0, 0], [0, 1, 0.1, 0], [0, 0.1, 1, 0], [0, 0, 0, 2.0]])
    energies, vectors = np.linalg.eigh(hamiltonian)
    populations = np.exp(-energies / temperature)
    populations /= populations.sum()
    matrix = (vectors * populations) @ vectors.T
    for start in (tk.Populations(populations), matrix):
        found = tk.ledger(model, tk.evolve(model, start, [0.0]))
        assert found.entropy_production_rate[0] == pytest.approx(RIGHT[temperature], rel=1e-7)


def test_rounding_of_a_given_matrix_opens_no_sector() -> None:
    model = pair_of_oscillators()
    noisy = np.diag([0.7, 0.2, 0.0, 0.1]) + 3e-17 * (np.ones((4, 4)) - np.eye(4))
    assert tk.evolve(model, noisy, [0.0]).initial.matrix is None
