"""The sectors' motion against the exponential of the whole generator, and its invariants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import oracles
import strategies
import thermokin as tk
from library_models import NAMES, example, random_density_matrix
from oracles import Array
from strategies import CoherentData, LevelsData

QUICK = settings(max_examples=20, deadline=None)
STARTS = ["populations", "Gibbs", "coherent", "ground state"]
HOT = np.array([0.5, 1.1])


def start_of(kind: str, model: tk.Model) -> Any:
    if kind == "Gibbs":
        return tk.Gibbs(0.4)
    if kind == "coherent":
        return random_density_matrix(model.dimension)
    weights = np.arange(1.0, model.dimension + 1) if kind == "populations" else np.eye(model.dimension)[0]
    return tk.Populations(weights / weights.sum())


def grid_of(kind: str, model: tk.Model) -> Array:
    end = 5.0 / float(np.min(tk.modes(model).gap))
    return np.linspace(0.0, end, 5) if kind == "uniform" else np.geomspace(1e-4 * end, end, 6)


def expected(model: tk.Model, start: Array, times: Array) -> Array:
    generator = oracles.liouvillian(model.hamiltonian, [oracles.Jump(channel.jump) for channel in model.channels])
    return np.array([oracles.unvec(oracles.propagate(generator, oracles.vec(start), time)) for time in times])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", STARTS)
@pytest.mark.parametrize("grid", ["uniform", "decades"])
def test_every_library_model_moves_as_its_whole_generator_says(name: str, kind: str, grid: str) -> None:
    model = example(name)
    times = grid_of(grid, model)
    evolution = tk.evolve(model, start_of(kind, model), times)
    start = tk.evolve(model, start_of(kind, model), [0.0]).states[0]
    # The dense exponential itself turns phases of several thousand radians in doubles.
    np.testing.assert_allclose(evolution.states, expected(model, start, times), rtol=0, atol=3e-12)
    diagonal = np.diagonal(model.to_frame(evolution.states), axis1=-2, axis2=-1).real
    np.testing.assert_allclose(evolution.populations, diagonal, rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", STARTS)
@pytest.mark.parametrize("grid", ["uniform", "decades"])
def test_a_batch_moves_as_its_points(name: str, kind: str, grid: str) -> None:
    batch = example(name, HOT)
    times = grid_of(grid, batch)
    made = tk.evolve(batch, start_of(kind, batch), times)
    for point, temperature in enumerate(HOT):
        single = tk.evolve(example(name, temperature), start_of(kind, batch), times)
        # Phases of thousands of radians, taken in other orders.
        np.testing.assert_allclose(made.states[point], single.states, rtol=0, atol=1e-11)
        np.testing.assert_allclose(made.populations[point], single.populations, rtol=1e-7, atol=1e-14)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", STARTS)
def test_states_stay_states(name: str, kind: str) -> None:
    model = example(name)
    for grid in ("uniform", "decades"):
        evolution = tk.evolve(model, start_of(kind, model), grid_of(grid, model))
        states = evolution.states
        np.testing.assert_allclose(np.trace(states, axis1=-2, axis2=-1), 1.0, rtol=0, atol=1e-13)
        np.testing.assert_allclose(states, states.conj().swapaxes(-1, -2), rtol=0, atol=1e-14)
        assert np.linalg.eigvalsh(states).min() > -1e-14
        if evolution.population_only:
            assert evolution.populations.min() >= 0.0


@pytest.mark.parametrize("name", NAMES)
def test_every_start_ends_in_the_steady_state(name: str) -> None:
    model = example(name)
    end = 80.0 / float(tk.modes(model).gap)  # coherences may decay at half the gap of the populations
    for kind in STARTS:
        late = tk.evolve(model, start_of(kind, model), [end])
        np.testing.assert_allclose(late.states[0], tk.steady_state(model).state, rtol=0, atol=1e-12)


@QUICK
@given(strategies.coherent_models(2), strategies.times(), st.data())
def test_random_coherent_models_move_as_their_oracle_says(data: CoherentData, time: float, draw: st.DataObject) -> None:
    start = draw.draw(strategies.states(data.dimension))
    jumps = [jump for some, _ in data.oracle_baths() for jump in some]
    generator = oracles.liouvillian(data.hamiltonian, jumps)
    t = time * data.time_unit
    whole = oracles.unvec(oracles.propagate(generator, oracles.vec(start), t))
    made = tk.evolve(builders.coherent(data), start, [t]).states[0]
    # Phases up to 1e5 radians.
    np.testing.assert_allclose(made, whole, rtol=0, atol=1e-9)


@QUICK
@given(strategies.levels_with_populations(), strategies.time_grids())
def test_random_levels_fill_as_a_sum_of_positive_terms_says(drawn: tuple[LevelsData, Array], grid: Array) -> None:
    data, start = drawn
    times = grid * data.time_unit
    made = tk.evolve(builders.levels(data), tk.Populations(start), times).populations
    W = data.rate_matrix()
    whole = np.array([oracles.uniformised(W, start, time) for time in times])
    np.testing.assert_allclose(made, whole, rtol=1e-9, atol=0)


@QUICK
@given(strategies.levels_with_populations(), strategies.scales())
def test_scaling_energies_and_rates_changes_only_the_unit(drawn: tuple[LevelsData, Array], factor: float) -> None:
    data, start = drawn
    model, other = builders.levels(data), builders.levels(data.scaled(factor))
    times = np.array([0.1, 1.0, 30.0]) * data.time_unit
    one, two = tk.evolve(model, tk.Populations(start), times), tk.evolve(other, tk.Populations(start), times / factor)
    np.testing.assert_allclose(two.populations, one.populations, rtol=1e-10)
    np.testing.assert_allclose(two.deviation, one.deviation, rtol=1e-8, atol=1e-18)
    np.testing.assert_allclose(tk.modes(other).gap, factor * tk.modes(model).gap, rtol=1e-10)
    np.testing.assert_allclose(other.validity[0].ratio, model.validity[0].ratio, rtol=1e-12)


@QUICK
@given(strategies.models_with_states(2), strategies.scales())
def test_scaling_a_coherent_model_changes_only_the_unit(drawn: tuple[CoherentData, Array], factor: float) -> None:
    data, start = drawn
    model, other = builders.coherent(data), builders.coherent(data.scaled(factor))
    assert other.table.size == model.table.size
    times = np.array([0.1, 1.0]) * data.time_unit
    one, two = tk.evolve(model, start, times).states, tk.evolve(other, start, times / factor).states
    np.testing.assert_allclose(two, one, rtol=0, atol=1e-9)  # phases of 1e4 radians
    np.testing.assert_allclose(tk.steady_state(other).state, tk.steady_state(model).state, rtol=0, atol=1e-11)
    np.testing.assert_allclose(other.validity[0].ratio, model.validity[0].ratio, rtol=1e-10)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_scaling_a_local_model_changes_only_the_unit(factor: float) -> None:
    def chain(scale: float) -> tk.Model:
        return tk.library.xxz_chain(2, 0.5, 0.005 * scale, 1.1 * scale, 0.7 * scale, field=scale, coupling=0.02 * scale)

    start = random_density_matrix(4)
    one, two = (
        tk.evolve(chain(1.0), start, [50.0, 5e3]),
        tk.evolve(chain(factor), start, np.array([50.0, 5e3]) / factor),
    )
    np.testing.assert_allclose(two.states, one.states, rtol=0, atol=1e-12)
    np.testing.assert_allclose(tk.modes(chain(factor)).gap, factor * tk.modes(chain(1.0)).gap, rtol=1e-10)
    heats = [tk.heat(model, "left").mean(tk.steady_state(model).state) for model in (chain(1.0), chain(factor))]
    assert heats[1] == pytest.approx(float(heats[0]) * factor**2, rel=1e-9)
