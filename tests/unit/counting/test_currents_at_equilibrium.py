"""Currents that vanish at equilibrium where there are coherences: no digit of their mean is left, as the error says."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import thermokin as tk
from exact_counting import exact_cumulants
from oracles import Array

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def degenerate_levels(rng: np.random.Generator) -> tk.Model:
    """Levels of which some have one energy, in a basis of their own, on one to three baths at one temperature."""
    size = int(rng.integers(3, 6))
    energies = np.cumsum(np.append(rng.choice([0.0, 1.0], size - 1), 1.0))
    basis = np.linalg.qr(rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size)))[0]
    hamiltonian = (basis * energies) @ basis.conj().T
    temperature, contacts = rng.uniform(0.3, 3.0), []
    for number in range(int(rng.integers(1, 4))):
        coupling = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
        spectrum = tk.Ohmic(0.02 * 10.0 ** -rng.uniform(0.0, 6.0))
        contacts.append(tk.Contact(tk.Bath(str(number), temperature), coupling + coupling.conj().T, spectrum))
    return tk.davies((hamiltonian + hamiltonian.conj().T) / 2.0, contacts)


def linked_qubits(rng: np.random.Generator) -> tk.Model:
    """Two qubits that exchange excitations, each on its own bath, both at one temperature."""
    first, second = np.kron(LOWER, np.eye(2)), np.kron(np.eye(2), LOWER)
    energy = first.T @ first + second.T @ second
    temperature, channels = rng.uniform(0.3, 3.0), []
    for number, lower in enumerate((first, second)):
        rate, bath = 10.0 ** -rng.uniform(0.0, 5.0), tk.Bath(str(number), temperature)
        up = rate * np.exp(-1.0 / temperature)
        channels += [tk.Channel(np.sqrt(rate) * lower, bath, -1.0), tk.Channel(np.sqrt(up) * lower.T, bath, 1.0)]
    exchange = 10.0 ** -rng.uniform(0.0, 4.0) * first @ second.T
    return tk.Model(energy + exchange + exchange.T, channels, energy_operator=energy)


def frame_hamiltonian(model: tk.Model) -> Array:
    return np.asarray(model.generator.dense)


@pytest.mark.parametrize("made", [degenerate_levels, linked_qubits])
@pytest.mark.parametrize("seed", range(40))
def test_the_mean_of_any_flow_at_one_temperature_is_nothing_within_the_error_it_states(made: object, seed: int) -> None:
    model = made(np.random.default_rng(seed))
    try:
        tk.steady_state(model)
    except tk.errors.DegenerateSteadyStateError:
        pytest.skip("several steady states")
    for bath in model.baths:
        heat = tk.heat(model, bath.name)
        found = tk.cumulants(model, heat, order=2)
        covariance = tk.covariance(model, [heat])
        activity = float(tk.cumulants(model, tk.activity(model), order=1).mean)
        assert abs(float(found.mean)) <= found.error[0]
        # Rates of 1e-5 beside frequencies of 1: as many digits are gone from a factorisation.
        assert found.error[0] <= 1e-10 * activity
        spread = found.error[1] + covariance.error[0, 0]
        assert abs(float(found.noise) - float(covariance.values[0, 0])) <= spread


@pytest.mark.parametrize("made", [degenerate_levels, linked_qubits])
@pytest.mark.parametrize("seed", range(100, 106))
def test_flows_of_one_temperature_are_right_within_the_error_they_state(made: object, seed: int) -> None:
    model = made(np.random.default_rng(seed))
    heat = tk.heat(model, "0")
    found = tk.cumulants(model, heat, order=2)
    jumps = [model.table.jump(number) for number in range(model.table.size)]
    exact = exact_cumulants(frame_hamiltonian(model), jumps, heat.weights, 2)
    error = [float(abs(mpmath.mpf(float(value)) - right)) for value, right in zip(found.values, exact, strict=True)]
    # The reference has 80 digits.
    assert (np.asarray(error) <= found.error + 1e-70).all()


def test_the_heat_of_a_single_bath_is_a_change_of_levels_and_neither_flows_nor_fluctuates() -> None:
    # Degenerate levels in a basis of their own: the mean over two ways of one count had missed it by a rounding.
    basis = np.linalg.qr(np.random.default_rng(7).normal(size=(5, 5)))[0]
    hamiltonian = (basis * [0.0, 0.0, 1.0, 1.0, 2.0]) @ basis.T
    model = tk.davies(
        (hamiltonian + hamiltonian.T) / 2.0,
        [tk.Contact(tk.Bath("b", 0.8), np.ones((5, 5)) + basis + basis.T, tk.Ohmic(1e-3))],
    )
    found = tk.cumulants(model, tk.heat(model), order=2)
    assert (np.abs(found.values) <= found.error).all()
    assert (found.error < 1e-14 * float(tk.cumulants(model, tk.activity(model), order=1).mean)).all()
