"""Entropy produced to the end where a coupling makes coherences: D(rho_0 || pi), with pi that of the bare energies."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest
from scipy.linalg import expm

import thermokin as tk

LEVELS, TEMPERATURE = 5, 0.5
A = tk.operators.tensor(np.diag(np.sqrt(np.arange(1.0, LEVELS)), 1), np.eye(2)).real
LOWER = tk.operators.tensor(np.eye(LEVELS), [[0.0, 1.0], [0.0, 0.0]]).real
COUPLING = 0.02 * (A.T @ LOWER + LOWER.T @ A)
TIMES = np.array([0.0, 1.0, 40.0, 300.0, 20000.0])


def bare(detuning: float = 0.0) -> np.ndarray:
    return A.T @ A + (1.0 + detuning) * LOWER.T @ LOWER


def local(detuning: float = 0.0, other: float = TEMPERATURE) -> tk.Model:
    cavity, qubit = tk.Bath("cavity", TEMPERATURE), tk.Bath("qubit", other)
    contacts = [tk.Contact(cavity, A + A.T, tk.Flat(0.01)), tk.Contact(qubit, LOWER + LOWER.T, tk.Flat(0.004))]
    return tk.local(bare(detuning) + COUPLING, contacts, bare(detuning))


def by_hand(energy_operator: np.ndarray | None) -> tk.Model:
    bath, up = tk.Bath("bath", TEMPERATURE), np.exp(-0.5 / TEMPERATURE)
    channels = [
        channel
        for jump in (0.1 * A, 0.06 * LOWER)
        for channel in (tk.Channel(jump, bath, -1.0), tk.Channel(up * jump.T, bath, 1.0))
    ]
    return tk.Model(bare() + COUPLING, channels, energy_operator=energy_operator)


def ket(photons: int, excited: int) -> tk.Ket:
    return tk.Ket(np.eye(2 * LEVELS)[2 * photons + excited])


def surprise(level: int) -> float:
    """-ln of the bare Gibbs population of a level, closed form."""
    energies = np.diag(bare())
    return float(energies[level] / TEMPERATURE + np.log(np.exp(-energies / TEMPERATURE).sum()))


MODELS = {
    "local": local,
    "by hand, energy counted with the bare Hamiltonian": lambda: by_hand(bare()),
    "by hand, energy counted with the coupling": lambda: by_hand(None),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_resonant_pair_at_one_temperature_produces_its_distance_from_the_bare_gibbs_state(name: str) -> None:
    model = MODELS[name]()
    found = tk.ledger(model, tk.evolve(model, ket(3, 1), TIMES))
    assert found.relaxes_to_equilibrium
    assert float(found.total_entropy_production) == pytest.approx(surprise(7), rel=1e-13)
    assert found.entropy_production[-1] == pytest.approx(surprise(7), rel=1e-9)
    # On the way too what has been produced is the drop of the relative entropy.
    pi = np.diag(np.exp([-surprise(level) for level in range(2 * LEVELS)]))
    left = [float(tk.distances.relative_entropy(state, pi)) for state in found.evolution.states]
    np.testing.assert_allclose(found.entropy_production, surprise(7) - np.array(left), rtol=0.0, atol=1e-10)


def test_a_coherent_start_produces_less_its_own_entropy() -> None:
    model, vector = local(), (np.eye(10)[0] + 1j * np.eye(10)[7]) / np.sqrt(2.0)
    rho = 0.6 * np.outer(vector, vector.conj()) + 0.4 * np.diag(np.eye(10)[1])
    found = tk.ledger(model, tk.evolve(model, rho, TIMES))
    cross = 0.3 * surprise(0) + 0.3 * surprise(7) + 0.4 * surprise(1)
    entropy = -(0.6 * np.log(0.6) + 0.4 * np.log(0.4))
    assert float(found.total_entropy_production) == pytest.approx(cross - entropy, rel=1e-12)


def test_a_start_next_to_the_end_keeps_its_digits() -> None:
    """D of Gibbs states at T (1 + e) and T is variance(E) e^2 / (2 T^2), to order e^3."""
    model, near = local(), 1e-7
    found = tk.ledger(model, tk.evolve(model, tk.Gibbs(TEMPERATURE * (1.0 + near)), TIMES))
    energies, weights = np.diag(bare()), np.exp(-np.diag(bare()) / TEMPERATURE)
    weights /= weights.sum()
    variance = weights @ energies**2 - (weights @ energies) ** 2
    expected = variance * near**2 / (2.0 * TEMPERATURE**2)
    assert float(found.total_entropy_production) == pytest.approx(expected, rel=1e-6)


def test_a_frozen_pair_produces_without_bound() -> None:
    contact = tk.Contact(tk.Bath("cold", 0.0), A + A.T, tk.Flat(0.01))
    model = tk.local(bare() + COUPLING, [contact], bare())
    assert float(tk.ledger(model, tk.evolve(model, ket(1, 0), TIMES)).total_entropy_production) == np.inf
    assert not tk.ledger(model, tk.evolve(model, ket(1, 0), TIMES)).relaxes_to_equilibrium


@pytest.mark.parametrize(("detuning", "other"), [(0.1, TEMPERATURE), (1e-6, TEMPERATURE), (0.0, 0.6)])
def test_what_never_comes_to_rest_has_no_total(detuning: float, other: float) -> None:
    # Between detuned modes local jumps carry heat at one temperature as well.
    carries = pytest.warns(tk.errors.ValidityWarning, match="the local heat assumption is in doubt")
    with carries if detuning == 0.1 else nullcontext():
        model = local(detuning, other)
    found = tk.ledger(model, tk.evolve(model, ket(3, 1), TIMES))
    with pytest.raises(
        tk.errors.HypothesisError, match=r"total entropy production .* one equilibrium.*Hamiltonian leaves at"
    ):
        _ = found.total_entropy_production
    assert not found.relaxes_to_equilibrium


def test_a_part_that_nothing_touches_leaves_the_end_open() -> None:
    alone = tk.operators.tensor(np.diag([0.0, 1.0]), np.eye(2 * LEVELS)).real
    touched = tk.operators.tensor(np.eye(2), A + A.T).real
    whole = tk.operators.tensor(np.eye(2), bare() + COUPLING).real + alone
    contact = tk.Contact(tk.Bath("cavity", TEMPERATURE), touched, tk.Flat(0.01))
    model = tk.local(whole, [contact], tk.operators.tensor(np.eye(2), bare()).real + alone)
    found = tk.ledger(model, tk.evolve(model, tk.Ket(np.eye(4 * LEVELS)[3]), TIMES))
    with pytest.raises(tk.errors.HypothesisError, match="relaxation from everywhere to one equilibrium"):
        _ = found.total_entropy_production


def test_the_verdict_on_the_totals_and_the_data_know_them() -> None:
    model = local()
    heating, cooling = tk.Quench("heating", model, ket(0, 0)), tk.Quench("cooling", model, ket(3, 1))
    comparison = tk.compare(tk.QuenchPair(heating, cooling, "by hand", {}), TIMES[:2])
    assert "total" in [verdict.name for verdict in comparison.verdicts]
    totals = comparison.to_xarray()["total_entropy_production"]
    np.testing.assert_allclose(totals, [surprise(0), surprise(7)], rtol=1e-12)


@pytest.mark.parametrize("cold", [0.35, 0.5, 1.0])
def test_a_displaced_thermal_state_produces_entropy_at_a_finite_rate_from_the_start(cold: float) -> None:
    # Closed form: the rate at which D(rho || Gibbs) falls; the state stays a displaced thermal one while it decays.
    levels, amplitude, damping, hot = 40, 0.3, 0.005, 1.2
    a = np.diag(np.sqrt(np.arange(1.0, levels)), 1)
    turned = expm(amplitude * (a.T - a))
    weights = np.exp(-np.arange(levels) / cold)
    start = turned @ np.diag(weights / weights.sum()) @ turned.conj().T
    begun, end = (1.0 / np.expm1(1.0 / one) for one in (cold, hot))
    right = damping * ((end - begun) * (1.0 / cold - 1.0 / hot) + amplitude**2 / hot)
    model = tk.library.oscillator(levels, 1.0, damping, hot)
    rate = tk.ledger(model, tk.evolve(model, start, [0.0, 1e-9])).entropy_production_rate
    np.testing.assert_allclose(rate, right, rtol=1e-8)
