"""What the strategies promise, so that no law is tested on models it does not speak of."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles
import strategies
from oracles import Array
from strategies import CoherentData, LevelsData

QUICK = settings(max_examples=25, deadline=None)


@QUICK
@given(strategies.models_with_states(number_of_baths=2))
def test_each_bath_of_a_drawn_model_keeps_its_gibbs_state(drawn: tuple[CoherentData, Array]) -> None:
    data, state = drawn
    for jumps, temperature in data.oracle_baths():
        # Entries of the generator are of order one here, in doubles.
        assert oracles.gibbs_deviation(data.hamiltonian, jumps, temperature) < 1e-12
        assert oracles.spohn_entropy_production(jumps, state, oracles.gibbs(data.hamiltonian, temperature)) > -1e-15


@QUICK
@given(strategies.coherent_models(largest=5))
def test_drawn_rates_are_far_below_every_difference_of_bohr_frequencies(data: CoherentData) -> None:
    energies = np.linalg.eigvalsh(data.hamiltonian)
    gaps = np.sort(np.subtract.outer(energies, energies)[~np.eye(len(energies), dtype=bool)])
    smallest = min(np.diff(gaps).min(), np.abs(gaps).min())
    jumps = data.oracle_baths()[0][0]
    fastest = max(np.linalg.norm(jump.operator, 2) ** 2 for jump in jumps)
    assert smallest > 10 * fastest


@QUICK
@given(strategies.thermal_levels(), strategies.scales())
def test_drawn_levels_obey_detailed_balance_on_every_scale(data: LevelsData, factor: float) -> None:
    scaled = data.scaled(factor)
    temperature = scaled.bath.temperature
    assert oracles.detailed_balance_deviation(scaled.rate_matrix(), scaled.energies, temperature) < 1e-14
    np.testing.assert_allclose(scaled.rate_matrix(), factor * data.rate_matrix(), rtol=1e-12)


@QUICK
@given(st.data())
def test_drawn_states_are_density_matrices_of_the_rank_asked_for(data: st.DataObject) -> None:
    size = data.draw(strategies.sizes())
    zeros = data.draw(st.integers(0, size - 1))
    state = data.draw(strategies.states(size, zeros))
    values = np.linalg.eigvalsh(state)
    np.testing.assert_allclose(state, state.conj().T, atol=1e-15)
    assert abs(np.trace(state) - 1.0) < 1e-13
    assert np.abs(values[:zeros]).max(initial=0.0) < 1e-14
    assert values[zeros] > 0.005


@QUICK
@given(strategies.time_grids(), strategies.temperature_pairs())
def test_drawn_times_rise_and_temperatures_are_in_order(grid: Array, pair: tuple[float, float]) -> None:
    assert grid[0] == 0.0
    assert np.all(np.diff(grid) > 0)
    assert 0.4 <= pair[0] < pair[1] <= 3.0
