"""Laws of strongly coupled systems over random models: both laws of thermodynamics, states, limits of equilibrium."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

SEEDS = st.integers(0, 2**32 - 1)


def random_system(seed: int, size: int = 2) -> tuple[np.ndarray, list[np.ndarray], np.random.Generator]:
    rng = np.random.default_rng(seed)
    made = rng.normal(size=(3, size, size)) + 1j * rng.normal(size=(3, size, size))
    energy, one, two = made + made.conj().swapaxes(-1, -2)
    return energy / 2.0, [one / np.abs(one).max(), two / np.abs(two).max()], rng


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_a_strongly_coupled_system_obeys_both_laws_and_stays_a_state(seed: int) -> None:
    energy, couplings, rng = random_system(seed)
    contacts = [
        tk.Contact(tk.Bath(name, rng.uniform(0.3, 1.0)), operator, tk.Brownian(rng.uniform(0.05, 0.8), mode, 0.01))
        for name, operator, mode in zip("ab", couplings, rng.uniform(0.7, 2.0, 2), strict=True)
    ]
    found = tk.reaction_coordinate(energy, contacts, levels=4)
    scale = np.abs(found.heat).max() + found.ledger.heat_error.max()
    assert abs(found.heat.sum()) <= 1e-9 * scale
    assert found.entropy_production >= -found.ledger.entropy_production_error
    assert np.linalg.eigvalsh(found.state).min() > 0.0
    assert np.trace(found.state).real == pytest.approx(1.0, abs=1e-10)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_with_one_temperature_it_rests_in_the_state_of_mean_force(seed: int) -> None:
    energy, couplings, rng = random_system(seed)
    temperature = rng.uniform(0.3, 0.6)
    strong = tk.Contact(tk.Bath("s", temperature), couplings[0], tk.Brownian(rng.uniform(0.1, 1.0), 1.3, 0.01))
    weak = tk.Contact(tk.Bath("w", temperature), couplings[1], tk.Ohmic(0.01))
    rest = tk.reaction_coordinate(energy, [strong, weak], levels=8).state
    np.testing.assert_allclose(rest, tk.mean_force(energy, [strong, weak], levels=8).state, atol=1e-10)


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_mean_force_leads_from_gibbs_to_the_basis_that_the_bath_measures(seed: int) -> None:
    energy, couplings, _ = random_system(seed)
    _, basis = np.linalg.eigh(couplings[0])
    measured = (basis * [1.0, -1.0]) @ basis.conj().T

    def far(coupling: float) -> np.ndarray:
        bath = tk.Bath("bath", 0.8)
        return tk.mean_force(energy, [tk.Contact(bath, measured, tk.Brownian(coupling, 1.5, 1e-6))]).distances

    slight, twice = far(0.005), far(0.01)
    assert twice[0] == pytest.approx(4.0 * slight[0], rel=0.05, abs=1e-9)
    assert twice[1] <= 1e-3 * twice[0] + 1e-9
    assert far(6.0)[2] < 0.1 * max(far(0.0001)[2], 1e-3)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_a_residual_bath_is_positive_and_leads_back(seed: int) -> None:
    rng = np.random.default_rng(seed)
    own = tk.Ohmic(rng.uniform(0.01, 1.0), rng.uniform(0.5, 3.0), rng.choice([1.0, 2.0, 3.0]))
    found, at = tk.Coordinate.of(own), rng.uniform(0.1, 3.0, 5)
    assert (found.residual(at) > 0.0).all()
    np.testing.assert_allclose(found.spectrum(at), own(at), rtol=1e-6)
