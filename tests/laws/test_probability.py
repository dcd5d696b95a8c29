"""Probability is kept, stays positive, and every bath alone leaves its own Gibbs state where it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import oracles
import strategies
import thermokin as tk
from engines import ENGINES, evolved
from library_models import NAMES, example
from oracles import Array
from strategies import CoherentData, LevelsData

FEW = settings(max_examples=15, deadline=None)


@FEW
@given(st.data())
def test_a_coherent_state_keeps_trace_and_positivity_between_two_baths(data: st.DataObject) -> None:
    model = data.draw(strategies.two_bath_models())
    zeros = data.draw(st.integers(0, model.dimension - 1))
    state = data.draw(strategies.states(model.dimension, zeros))
    times = data.draw(strategies.time_grids()) * model.time_unit
    states = tk.evolve(builders.coherent(model), state, times).states
    # Sums of d numbers of order one, moved by exponentials of a few ten products.
    np.testing.assert_allclose(np.trace(states, axis1=-2, axis2=-1), 1.0, rtol=0, atol=1e-13)
    np.testing.assert_allclose(states, states.conj().swapaxes(-1, -2), rtol=0, atol=1e-14)
    assert np.linalg.eigvalsh(states).min() > -1e-13


@pytest.mark.parametrize("engine", ENGINES)
@FEW
@given(st.data())
def test_populations_keep_their_sum_and_sign_whoever_moves_them(engine: str, data: st.DataObject) -> None:
    model = data.draw(strategies.thermal_levels())
    zeros = data.draw(st.integers(0, model.dimension - 1))
    start = data.draw(strategies.populations(model.dimension, zeros))
    times = data.draw(strategies.time_grids()) * model.time_unit
    evolution = evolved(engine, builders.levels(model), tk.Populations(start), times)
    np.testing.assert_allclose(evolution.populations.sum(axis=-1), 1.0, rtol=0, atol=1e-14)
    assert (evolution.populations >= 0.0).all()
    np.testing.assert_allclose(evolution.deviation.sum(axis=-1), 0.0, rtol=0, atol=1e-14)
    later = evolution.populations[1:]
    assert (later > 0.0).all()  # every pair of levels is coupled, so every level fills at once


@pytest.mark.parametrize("engine", ENGINES)
@FEW
@given(strategies.levels_with_populations(), strategies.time_grids())
def test_every_engine_moves_populations_as_the_sum_of_positive_terms_does(
    engine: str, drawn: tuple[LevelsData, Array], grid: Array
) -> None:
    data, start = drawn
    times = grid * data.time_unit
    populations = evolved(engine, builders.levels(data), tk.Populations(start), times).populations
    expected = [oracles.uniformised(data.rate_matrix(), start, time) for time in times]
    # Populations of order one in doubles; the oracle adds up to a few hundred terms.
    np.testing.assert_allclose(populations, expected, rtol=0, atol=1e-13)


@FEW
@given(strategies.coherent_models(number_of_baths=2), st.integers(0, 1), st.floats(0.1, 10.0))
def test_each_bath_alone_leaves_its_gibbs_state_where_it_is(data: CoherentData, which: int, time: float) -> None:
    """Two baths of different temperature: each is judged by its own contact, whatever the other would do."""
    alone = CoherentData(data.hamiltonian, (data.couplings[which],), (data.baths[which],))
    model = builders.coherent(alone)
    thermal = oracles.gibbs(data.hamiltonian, alone.baths[0].temperature)
    # An eigenbasis to rounding, times exponentials of numbers below 10.
    np.testing.assert_allclose(tk.steady_state(model).state, thermal, rtol=0, atol=1e-13)
    moved = tk.evolve(model, thermal, [time * alone.time_unit]).states[0]
    np.testing.assert_allclose(moved, thermal, rtol=0, atol=1e-12)
    ledger = tk.ledger(model, tk.evolve(model, tk.Gibbs(alone.baths[0].temperature), [time * alone.time_unit]))
    assert ledger.entropy_production_rate[0] * alone.time_unit < 1e-14
    assert abs(ledger.entropy_production[0]) < 1e-14


@pytest.mark.parametrize("name", NAMES)
def test_a_library_model_at_one_temperature_rests_in_its_gibbs_state(name: str) -> None:
    model = example(name, 0.9, 0.9)
    start = tk.evolve(model, tk.Gibbs(0.9), [0.0, 40.0])
    # `local` models rest near, not in, the Gibbs state of what they count only if their parts interact.
    final = tk.steady_state(model).matrix
    np.testing.assert_allclose(start.frame_states[1], final, rtol=0, atol=1e-12)
    assert (np.abs(tk.ledger(model, start).entropy_production_rate) < 1e-13).all()


@FEW
@given(strategies.thermal_levels(), strategies.temperatures())
def test_any_start_ends_in_the_gibbs_state_of_the_bath(data: LevelsData, start: float) -> None:
    model = builders.levels(data)
    late = 45.0 / float(tk.modes(model).gap)  # e^-45 of the start is left
    evolution = tk.evolve(model, tk.Gibbs(start), [late])
    thermal = oracles.gibbs_populations(data.energies, data.bath.temperature)
    np.testing.assert_allclose(evolution.populations[0], thermal, rtol=1e-13)
    assert np.abs(evolution.deviation).max() < 1e-18


@FEW
@given(strategies.thermal_levels(), strategies.time_grids())
def test_a_ground_state_warms_up_with_every_level_above_zero(data: LevelsData, grid: Array) -> None:
    model = builders.levels(data)
    times = grid * data.time_unit
    evolution = tk.evolve(model, tk.Gibbs(0.0), times)
    ledger = tk.ledger(model, evolution)
    ground = np.eye(data.dimension)[np.argmin(data.energies)]
    np.testing.assert_array_equal(evolution.populations[0], ground)
    assert ledger.entropy_production_rate[0] == np.inf
    assert np.isfinite(ledger.entropy_production_rate[1:]).all()
    thermal = oracles.gibbs_populations(data.energies, data.bath.temperature)
    # D(ground || pi) = -ln pi_0, one logarithm.
    assert ledger.total_entropy_production == pytest.approx(-np.log(thermal[0]), rel=1e-14)
    assert abs(ledger.entropy_production[0]) < 1e-15  # a difference of two equal divergences
    assert (np.diff(ledger.entropy_production) > 0.0).all()


def test_levels_that_no_jump_links_keep_their_shares() -> None:
    """Two pairs of levels, each with its own coupling: two classes that never mix."""
    coupling = np.zeros((4, 4))
    coupling[0, 2] = coupling[2, 0] = coupling[1, 3] = coupling[3, 1] = 1.0
    energies = np.array([0.0, 0.3, 1.0, 1.7])
    model = tk.library.levels(energies, coupling, 0.01, 0.8)
    start = np.array([0.1, 0.2, 0.3, 0.4])
    evolution = tk.evolve(model, tk.Populations(start), [0.0, 30.0, 1e4])
    shares = evolution.populations[:, [0, 1]] + evolution.populations[:, [2, 3]]
    np.testing.assert_allclose(shares, np.broadcast_to([0.4, 0.6], (3, 2)), rtol=1e-14)
    for pair, share in (([0, 2], 0.4), ([1, 3], 0.6)):
        thermal = share * oracles.gibbs_populations(energies[pair], 0.8)
        np.testing.assert_allclose(evolution.populations[2, pair], thermal, rtol=1e-13)
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="keeps apart the levels 0, 2; 1, 3"):
        tk.steady_state(model)
    final = tk.steady_state(model, initial=tk.Populations(start))
    np.testing.assert_allclose(final.populations, evolution.populations[2], rtol=1e-13)
    ledger = tk.ledger(model, evolution)
    matrix = oracles.thermal_rate_matrix(energies, coupling**2, lambda w: 0.01, 0.8)
    expected = [oracles.rate_entropy_production(matrix, p) for p in evolution.populations[:2]]
    np.testing.assert_allclose(ledger.entropy_production_rate[:2], expected, rtol=1e-12)
    produced = oracles.classical_divergence(start, evolution.populations[2])  # D within the classes
    assert ledger.entropy_production[2] == pytest.approx(produced, rel=1e-12)


@FEW
@given(st.data())
def test_the_order_of_the_levels_is_a_matter_of_names(data: st.DataObject) -> None:
    model = data.draw(strategies.thermal_levels())
    order = np.array(data.draw(st.permutations(range(model.dimension))))
    start = data.draw(strategies.populations(model.dimension))
    times = data.draw(strategies.time_grids()) * model.time_unit
    renamed = LevelsData(model.energies[order], model.coupling[np.ix_(order, order)], model.bath)
    one, two = (
        tk.ledger(made, tk.evolve(made, tk.Populations(p), times))
        for made, p in ((builders.levels(model), start), (builders.levels(renamed), start[order]))
    )
    # Sums taken in another order.
    np.testing.assert_allclose(one.evolution.populations[:, order], two.evolution.populations, rtol=1e-12)
    np.testing.assert_allclose(one.entropy_production_rate, two.entropy_production_rate, rtol=1e-10)
    np.testing.assert_allclose(one.heat["bath"], two.heat["bath"], rtol=0, atol=1e-13)
    np.testing.assert_allclose(one.total_activity, two.total_activity, rtol=1e-12, atol=1e-15)


@FEW
@given(strategies.coherent_models(number_of_baths=2, largest=3), st.randoms(use_true_random=False))
def test_the_order_of_the_channels_is_a_matter_of_names(data: CoherentData, random: object) -> None:
    model = builders.coherent(data)
    channels = list(model.channels)
    random.shuffle(channels)  # type: ignore[attr-defined]
    shuffled = tk.Model(model.hamiltonian, channels)
    state = np.eye(data.dimension) / data.dimension
    times = np.array([0.0, 0.3, 2.0]) * data.time_unit
    one, two = (tk.ledger(made, tk.evolve(made, state, times)) for made in (model, shuffled))
    # One works in the eigenbasis, the other in the user's: phases of a few thousand radians in doubles.
    np.testing.assert_allclose(one.evolution.states, two.evolution.states, rtol=0, atol=1e-11)
    np.testing.assert_allclose(one.entropy_production_rate, two.entropy_production_rate, rtol=1e-6, atol=1e-14)
    for bath in ("0", "1"):
        np.testing.assert_allclose(one.heat[bath], two.heat[bath], rtol=0, atol=1e-9)
