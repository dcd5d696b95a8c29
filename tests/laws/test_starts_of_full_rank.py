"""Which states are empty is decided by the preparation: a population of 1e-30 is one, and its first rate is finite."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

FEW = settings(max_examples=15, deadline=None)


def cavity(levels: int, gap: float, coupling: float, temperature: float) -> tk.Model:
    """Jaynes-Cummings, resonant; its lossy mode counts the energy of the uncoupled parts."""
    a = np.kron(np.eye(2), tk.operators.destroy(levels))
    s = np.kron(np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(levels))
    bare, hop = gap * (a.T @ a + s.T @ s), coupling * (a.T @ s + s.T @ a)
    bath, photons = tk.Bath("b", temperature), 1.0 / np.expm1(gap / temperature)
    channels = [
        tk.Channel(np.sqrt(0.1 * (photons + 1.0)) * a, bath, -gap),
        tk.Channel(np.sqrt(0.1 * photons) * a.T, bath, gap),
    ]
    return tk.Model(bare + hop, channels, energy_operator=bare)


def first_rate(model: tk.Model, start: float) -> tuple[float, float]:
    """The rate at time 0, and what it is for a Gibbs start: sum over baths of (1/T_start - 1/T_b) heat rate."""
    found = tk.ledger(model, tk.evolve(model, tk.Gibbs(start), [0.0]))
    heat = [(1.0 / start - 1.0 / float(bath.temperature)) * found.heat_rate[bath.name][0] for bath in model.baths]
    return float(found.entropy_production_rate[0]), float(sum(heat))


def test_a_jaynes_cummings_quench_starts_at_the_rate_of_its_heat() -> None:
    """Closed form .1 (n(1) - n(.3)) (1/.3 - 1) less what ten levels cut off: .12716, not inf."""
    rate, expected = first_rate(cavity(10, 1.0, 0.05, 1.0), 0.3)
    assert rate == pytest.approx(0.12716270, rel=1e-7)
    assert rate == pytest.approx(expected, rel=1e-12)


def test_two_cold_coupled_oscillators_start_at_a_finite_rate() -> None:
    rate, expected = first_rate(tk.library.coupled_oscillators(6, 1.0, 0.02, 0.01, 1.0, 0.5), 0.25)
    assert rate == pytest.approx(expected, rel=1e-12)
    assert rate == pytest.approx(0.01965679, rel=1e-6)


@FEW
@given(st.floats(0.02, 0.5), st.floats(0.5, 2.0), st.integers(3, 7), st.floats(0.01, 0.2))
def test_gibbs_starts_with_populations_of_any_size_have_the_rate_of_their_heat(
    start: float, gap: float, levels: int, coupling: float
) -> None:
    """Down to exp(-2 * 8/.02) = 1e-347 and below: what underflows is known by its logarithm."""
    for model in (
        cavity(levels, gap, coupling, 1.3),
        tk.library.coupled_oscillators(min(levels, 4), gap, coupling, 0.01, 1.0, 0.5),
    ):
        rate, expected = first_rate(model, start)
        assert rate == pytest.approx(expected, rel=1e-11)


@FEW
@given(st.integers(0, 2**32 - 1), st.floats(-60.0, -16.0))
def test_an_energy_that_is_not_diagonal_keeps_its_cold_populations(seed: int, exponent: float) -> None:
    """Populations of a random energy's eigenstates, the smallest at 1e-16 to 1e-60: sums over pairs, by hand."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    energy = root + root.conj().T
    jump = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    model = tk.Model(energy, [tk.Channel(jump, None), tk.Channel(0.5 * jump.conj().T, None)])
    p = np.array([0.7, 0.3 - 10.0**exponent, 10.0**exponent])
    found = tk.ledger(model, tk.evolve(model, tk.Populations(p), [0.0])).entropy_production_rate[0]
    basis = np.linalg.eigh(energy)[1]
    forth = np.abs(basis.conj().T @ jump @ basis) ** 2 * p
    back = 0.25 * np.abs(basis.conj().T @ jump.conj().T @ basis) ** 2 * p
    expected = ((forth - back.T) * np.log(forth / back.T)).sum()
    assert found == pytest.approx(expected, rel=1e-10)
    empty = tk.ledger(model, tk.evolve(model, tk.Populations([0.7, 0.3, 0.0]), [0.0])).entropy_production_rate[0]
    assert empty == np.inf


def test_blocks_of_a_matrix_are_each_resolved_on_their_own_scale() -> None:
    """A coherent block beside one of 1e-20, linked by a flip: the small one is populated."""
    flips = np.kron(np.array([[0.0, 1.0], [1.0, 0.0]]), np.eye(2))
    turns = np.kron(np.eye(2), np.array([[0.0, 0.1], [0.1, 0.0]]))
    model = tk.Model(turns, [tk.Channel(flips, None)])
    small, inner = 1e-20, np.array([[0.6, 0.2], [0.2, 0.4]])
    state = np.kron(np.diag([1.0, 0.0]), inner) + np.kron(np.diag([0.0, 1.0]), 0.5 * small * np.eye(2))
    found = tk.ledger(model, tk.evolve(model, state, [0.0])).entropy_production_rate[0]
    large = np.linalg.eigvalsh(inner)
    # (a - a~) ln(a / a~) of the flip of each eigenstate.
    assert found == pytest.approx(((large - small / 2.0) * np.log(large / (small / 2.0))).sum(), rel=1e-12)
    pure = np.kron(np.diag([1.0, 0.0]), inner)
    assert tk.ledger(model, tk.evolve(model, pure, [0.0])).entropy_production_rate[0] == np.inf


def test_one_cold_bath_leaves_nothing_adiabatic_in_a_cavity() -> None:
    """At T = .1 the equilibrium's populations go down to exp(-80): all that is produced is relaxation towards it."""
    model = cavity(8, 1.0, 0.05, 0.1)
    found = tk.ledger(model, tk.evolve(model, tk.Gibbs(0.9), [0.0, 0.5, 3.0]))
    np.testing.assert_allclose(found.nonadiabatic, found.entropy_production_rate, rtol=1e-9)


def race(cold: float, hot: float) -> Any:
    pair = tk.reciprocal(lambda t: cavity(8, 1.0, 0.05, float(t)), cold, hot)
    return tk.compare(pair, np.linspace(0.0, 2.0, 5), distances=[tk.distances.Trace()])


def test_no_crossing_of_rates_is_made_by_a_start_that_is_only_nearly_empty() -> None:
    """Up to the first moments nothing crosses: both rates are smooth there."""
    found = race(0.3, 0.9)
    heating = [float(side.at(np.zeros(1)).ledger.entropy_production_rate[0]) for side in (found.heating, found.cooling)]
    assert np.isfinite(heating).all()
    assert not float(found.crossings["entropy production rate"]) < 1e-3
    lead: Array = np.array(
        [side.at([0.0, 1e-8, 1e-6, 1e-4]).ledger.entropy_production_rate for side in (found.heating, found.cooling)]
    )
    np.testing.assert_allclose(lead, lead[:, :1] * np.ones(4), rtol=1e-3)
