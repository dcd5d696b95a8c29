"""The jump table, its channels one by one, and the algebra of currents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings

import builders
import oracles
import strategies
import thermokin as tk
from library_models import NAMES, example, random_density_matrix
from oracles import Array
from strategies import CoherentData

QUICK = settings(max_examples=20, deadline=None)


def oracle_rates(model: tk.Model, state: Array) -> Array:
    return oracles.activities([oracles.Jump(channel.jump) for channel in model.channels], state)


@pytest.mark.parametrize("name", NAMES)
def test_each_current_is_the_sum_of_its_jumps_rates(name: str) -> None:
    model = example(name)
    state = random_density_matrix(model.dimension)
    rates = oracle_rates(model, state)
    for current, weight in (
        (tk.activity(model), lambda c: 1.0),
        (tk.energy(model), lambda c: c.energy),
        (tk.particles(model), lambda c: c.particles),
        (tk.heat(model), lambda c: c.energy - c.bath.chemical_potential * c.particles),
        (tk.entropy_flow(model), lambda c: c.entropy_flow),
    ):
        expected = sum(weight(channel) * rate for channel, rate in zip(model.channels, rates, strict=True))
        assert current.mean(state) == pytest.approx(float(expected), rel=1e-12, abs=1e-18)


@QUICK
@given(strategies.models_with_states(number_of_baths=2))
def test_heat_from_each_bath_is_what_its_dissipator_does_to_the_energy(drawn: tuple[CoherentData, Array]) -> None:
    data, state = drawn
    model = builders.coherent(data)
    for index, (jumps, _) in enumerate(data.oracle_baths()):
        expected = oracles.heat_rate(data.hamiltonian, jumps, state)
        scale = oracles.activities(jumps, state).sum() * 3.0
        assert abs(tk.heat(model, str(index)).mean(state) - expected) < 1e-13 * scale


def test_currents_from_the_baths_add_up_to_the_whole() -> None:
    model = example("coupled qubits")
    state = random_density_matrix(4)
    total = tk.heat(model, "hot") + tk.heat(model, "cold")
    np.testing.assert_array_equal(total.weights, tk.heat(model).weights)
    assert total.mean(state) == pytest.approx(float(tk.heat(model).mean(state)), rel=1e-14)


def test_currents_form_a_vector_space() -> None:
    model = example("V")
    heat, count = tk.heat(model), tk.activity(model)
    combined = 2.0 * heat - count * 3 + -heat
    np.testing.assert_array_equal(combined.weights, heat.weights - 3 * count.weights)
    assert combined.name == "2 heat - 3 activity + -1 heat"


def test_a_current_scales_along_a_sweep() -> None:
    model = example("qubit")
    swept = np.array([1.0, 2.0]) * tk.heat(model)
    state = np.diag([0.7, 0.3])
    np.testing.assert_allclose(swept.mean(state), np.array([1.0, 2.0]) * tk.heat(model).mean(state), rtol=1e-15)


def test_heat_is_odd_and_activity_is_not() -> None:
    for name in NAMES:
        model = example(name)
        assert all(current(model).is_odd for current in (tk.heat, tk.energy, tk.particles, tk.entropy_flow))
        assert not tk.activity(model).is_odd


def test_currents_of_two_models_do_not_mix() -> None:
    with pytest.raises(ValueError, match="currents 'heat' and 'activity' belong to different models"):
        tk.heat(example("qubit")) + tk.activity(example("qubit"))
    with pytest.raises(ValueError, match="currents 'heat' and 'heat' belong to different models"):
        tk.heat(example("qubit")) - tk.heat(example("qubit"))


@pytest.mark.parametrize("current", [tk.heat, tk.energy, tk.particles, tk.activity, tk.entropy_flow])
def test_an_unknown_bath_is_named(current: object) -> None:
    with pytest.raises(ValueError, match="`bath` must be one of 'hot', 'cold', got 'warm'"):
        current(example("coupled qubits"), "warm")  # type: ignore[operator]


def test_a_current_needs_a_state_of_its_dimension() -> None:
    with pytest.raises(ValueError, match="rho"):
        tk.heat(example("qubit")).mean(np.eye(3) / 3)


def test_heat_into_a_frozen_bath_costs_infinite_entropy() -> None:
    flow = tk.entropy_flow(example("qubit", hot=0.0))
    np.testing.assert_array_equal(flow.weights, [np.inf, -np.inf])


def test_a_jump_that_no_bath_pays_for_carries_energy_but_no_heat() -> None:
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel([[0.0, 0.1], [0.0, 0.0]], None, -1.0)])
    state = np.diag([0.4, 0.6])
    assert tk.energy(model).mean(state) == pytest.approx(-0.006, rel=1e-14)
    assert tk.heat(model).mean(state) == 0.0
    assert tk.entropy_flow(model).mean(state) == np.inf  # nothing undoes it
    assert tk.entropy_flow(model).mean(np.diag([1.0, 0.0])) == 0.0  # where it never happens
    assert tk.activity(model).mean(state) == pytest.approx(0.006, rel=1e-14)


def test_channels_are_a_sequence() -> None:
    model = example("V")
    assert isinstance(model.channels, Sequence)
    assert len(model.channels) == len(list(model.channels)) == 4
    np.testing.assert_array_equal(model.channels[-1].jump, model.channels[3].jump)
    for beyond in (4, -5):
        with pytest.raises(IndexError, match=f"the model has 4 channels, got position {beyond}"):
            model.channels[beyond]


def test_each_channel_undoes_the_one_that_undoes_it() -> None:
    for name in NAMES:
        reverse = example(name).table.reverse
        np.testing.assert_array_equal(reverse[reverse], np.arange(reverse.size))


def test_a_channel_of_a_table_is_its_entries_in_the_users_basis() -> None:
    model = example("Ising chain")
    entries = 0
    for position, channel in enumerate(model.channels):
        framed = model.to_frame(channel.jump)
        here = model.table.channel == position
        np.testing.assert_allclose(
            framed[model.table.row[here], model.table.column[here]], model.table.amplitude[here], atol=1e-15
        )
        entries += int(here.sum())
    assert entries == model.table.entries


def test_pairs_of_entries_are_all_pairs_within_each_channel() -> None:
    table = example("oscillator").table
    made = sorted(zip(*(index.tolist() for index in table.pairs), strict=True))
    expected = [
        (one, two)
        for one in range(table.entries)
        for two in range(table.entries)
        if table.channel[one] == table.channel[two]
    ]
    assert made == expected


def test_a_model_without_channels_only_turns() -> None:
    model = tk.Model(np.diag([0.0, 1.0]), [])
    assert len(model.channels) == 0
    state = tk.evolve(model, np.full((2, 2), 0.5), [np.pi]).states[0]
    np.testing.assert_allclose(state, [[0.5, -0.5], [-0.5, 0.5]], rtol=0, atol=1e-15)
    with pytest.raises(ValueError, match="`bath` must be one of no baths, got 'hot'"):
        model.bath("hot")


def test_energy_is_counted_with_the_operator_that_is_given() -> None:
    H, bare = np.array([[0.0, 0.1], [0.1, 1.0]]), np.diag([0.0, 1.0])
    model = tk.Model(H, [], energy_operator=bare)
    np.testing.assert_array_equal(model.energies, [0.0, 1.0])
    np.testing.assert_array_equal(model.hamiltonian, H)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cold", [0.0, np.array([0.0, 1.0])], ids=["alone", "in a sweep"])
def test_no_entropy_flows_into_a_bath_at_zero_temperature_from_the_ground_state(seed: int, cold: Array) -> None:
    # Levels that no basis state shows: beside the ground state a turn leaves populations of 1e-17 of either sign.
    random = np.random.default_rng(seed)
    shape = (2, 2, 2 + seed % 4, 2 + seed % 4)
    H, coupling = ((part[0] + part[0].T) + 1j * (part[1] - part[1].T) for part in random.normal(size=shape))
    model = tk.davies(H, [tk.Contact(tk.Bath("b", cold), coupling, tk.Ohmic(1e-4))])
    ground = np.linalg.eigh(H)[1][:, 0]
    rest = tk.steady_state(model)
    for state in (rest, rest.state) if np.ndim(cold) else (rest, rest.state, np.outer(ground, ground.conj())):
        flow = tk.entropy_flow(model).mean(state)
        np.testing.assert_allclose(flow, np.zeros(np.shape(cold)), rtol=0, atol=1e-12)  # twelve digits of its terms
    mixed = np.eye(shape[-1]) / shape[-1]  # which emits into the cold bath
    assert np.isposinf(np.ravel(tk.entropy_flow(model).mean(mixed))[0])


def test_entropy_flows_infinitely_into_a_bath_at_zero_temperature_that_another_bath_feeds() -> None:
    # The hot bath keeps the upper level at e^-100: what it emits into the cold one is never undone.
    contacts = [
        tk.Contact(tk.Bath(name, T), tk.operators.pauli().x, tk.Flat(0.001))
        for name, T in (("hot", 2e-3), ("cold", 0.0))
    ]
    model = tk.davies(np.diag([0.0, 0.2]), contacts)
    rest = tk.steady_state(model)
    assert np.isposinf(tk.entropy_flow(model, "cold").mean(rest))
    assert np.isneginf((-tk.entropy_flow(model)).mean(rest))
    assert tk.entropy_flow(model, "cold").mean(np.diag([1.0, 0.0])) == 0.0


def test_amplitudes_that_cancel_at_zero_temperature_put_no_entropy_into_the_cold_bath() -> None:
    # Two degenerate levels that decay together: their dark superposition emits nothing.
    A = np.array([[0.0, 0.3, 0.7], [0.3, 0.0, 0.0], [0.7, 0.0, 0.0]])
    model = tk.davies(np.diag([0.0, 1.0, 1.0]), [tk.Contact(tk.Bath("b", 0.0), A, tk.Flat(0.1))])
    dark, bright = np.array([0.0, 0.7, -0.3]), np.array([0.0, 0.3, 0.7])
    assert tk.entropy_flow(model).mean(np.outer(dark, dark) / 0.58) == 0.0
    assert np.isposinf(tk.entropy_flow(model).mean(np.outer(bright, bright) / 0.58))
