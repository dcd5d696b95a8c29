"""Entropy is produced: the rate and its integral, in every form that the theory gives them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.integrate
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import oracles
import strategies
import thermokin as tk
from engines import ENGINES, evolved
from library_models import NAMES, example, random_density_matrix
from oracles import Array
from strategies import CoherentData, LevelsData

FEW = settings(max_examples=12, deadline=None)


def integral(evolution: tk.results.Evolution, time: float) -> float:
    """The integral of the entropy production rate from 0 to a time, through an infinite start if there is one.

    The double-exponential rule, at all its nodes at once; it never touches the end point 0.
    """

    def rate(times: Array) -> Array:
        asked, place = np.unique(np.ravel(times), return_inverse=True)
        values = tk.ledger(evolution.model, evolution.at(asked)).entropy_production_rate
        return values[place].reshape(np.shape(times))

    return float(scipy.integrate.tanhsinh(rate, 0.0, time, rtol=1e-11).integral)


@FEW
@given(strategies.models_with_states(number_of_baths=2), strategies.time_grids(3))
def test_all_forms_of_the_rate_agree_for_a_coherent_state_between_two_baths(
    drawn: tuple[CoherentData, Array], grid: Array
) -> None:
    """Trajectory form, Spohn's form bath by bath, and dS/dt - sum heat/T."""
    data, state = drawn
    times = grid * data.time_unit
    evolution = tk.evolve(builders.coherent(data), state, times)
    ledger = tk.ledger(evolution.model, evolution)
    both = data.oracle_baths()
    jumps = [jump for some, _ in both for jump in some]
    unit = data.time_unit
    for index, moved in enumerate(evolution.states):
        rate = ledger.entropy_production_rate[index] * unit
        trajectory = oracles.trajectory_entropy_production(jumps, moved) * unit
        spohn = [
            oracles.spohn_entropy_production(some, moved, oracles.gibbs(data.hamiltonian, temperature)) * unit
            for some, temperature in both
        ]
        balance = oracles.ledger_entropy_production(data.hamiltonian, both, moved) * unit
        # Rates of order one in this unit; logarithms of populations above a thousandth.
        assert rate == pytest.approx(trajectory, abs=1e-11)
        assert rate == pytest.approx(sum(spohn), abs=1e-11)
        # The oracle's heat takes the Hamiltonian's commutator of a thousand times the rate along.
        assert rate == pytest.approx(balance, abs=1e-9)
        for bath, value in enumerate(spohn):
            assert ledger.entropy_production_rates[str(bath)][index] * unit == pytest.approx(value, abs=1e-11)
            assert value > -1e-13


@pytest.mark.parametrize("zeros", [0, 1])
@pytest.mark.parametrize("baths", [1, 2])
@FEW
@given(st.data())
def test_a_coherent_state_never_destroys_entropy(baths: int, zeros: int, data: st.DataObject) -> None:
    model = data.draw(strategies.coherent_models(baths))
    state = data.draw(strategies.states(model.dimension, zeros))
    times = data.draw(strategies.time_grids(5)) * model.time_unit
    ledger = _ledger(model, state, times)
    unit = model.time_unit
    # Rounding of a sum of some tens of terms of order one in this unit.
    assert (ledger.entropy_production_rate * unit > -1e-13).all()
    assert (ledger.channel_entropy_production_rates * unit > -1e-13).all()
    assert abs(ledger.entropy_production[0]) < 1e-12
    assert (np.diff(ledger.entropy_production) > -1e-10).all()  # heat from a solve with the generator
    if zeros:
        assert ledger.entropy_production_rate[0] == np.inf
        assert np.isfinite(ledger.entropy_production_rate[1:]).all()


@pytest.mark.parametrize("angle", [0.3, 0.7, 1.1, 1.3])
def test_an_energy_eigenstate_given_as_a_density_matrix_leaves_the_other_levels_empty(angle: float) -> None:
    """In the eigenbasis its matrix has +-1e-17 where there is nothing: neither a population nor a logarithm."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    H = turn @ np.diag([0.0, 3.0]) @ turn.T
    model = tk.davies(H, [tk.Contact(tk.Bath("bath", 1.0), turn @ np.array([[0, 1], [1, 0]]) @ turn.T, tk.Flat(1e-3))])
    for column in turn.T:
        ledger = tk.ledger(model, tk.evolve(model, np.outer(column, column), [0.0, 1.0]))
        assert ledger.entropy_production_rate[0] == np.inf


def _ledger(data: CoherentData, state: Any, times: Array) -> tk.results.Ledger:
    model = builders.coherent(data)
    return tk.ledger(model, tk.evolve(model, state, times))


@pytest.mark.parametrize("engine", ENGINES)
@FEW
@given(strategies.levels_with_populations(), strategies.time_grids())
def test_populations_never_destroy_entropy_whoever_moves_them(
    engine: str, drawn: tuple[LevelsData, Array], grid: Array
) -> None:
    data, start = drawn
    evolution = evolved(engine, builders.levels(data), tk.Populations(start), grid * data.time_unit)
    ledger = tk.ledger(evolution.model, evolution)
    matrix = data.rate_matrix()
    expected = [oracles.rate_entropy_production(matrix, p) for p in evolution.populations]
    # The oracle adds up differences of rates, each known to its last digit, near equilibrium no better than 1e-16.
    np.testing.assert_allclose(
        ledger.entropy_production_rate * data.time_unit, np.array(expected) * data.time_unit, rtol=1e-10, atol=1e-15
    )
    assert (ledger.entropy_production_rate >= 0.0).all()
    thermal = oracles.gibbs_populations(data.energies, data.bath.temperature)
    begin = oracles.classical_divergence(start, thermal)
    left = np.array([oracles.classical_divergence(p, thermal) for p in evolution.populations])
    # A population that is known to 5e-15 (each engine holds that) enters the oracle's divergence with ln(p / pi).
    held = np.array([start, *evolution.populations])
    weight = 1.0 + np.abs(np.log(held[held > 0.0] / np.broadcast_to(thermal, held.shape)[held > 0.0])).max()
    np.testing.assert_allclose(ledger.entropy_production, begin - left, rtol=0, atol=5e-15 * weight)
    assert ledger.total_entropy_production == pytest.approx(begin, rel=1e-12)
    assert (np.diff(ledger.entropy_production) >= 0.0).all()


@pytest.mark.parametrize("zeros", [0, 1])
@settings(max_examples=6, deadline=None)
@given(st.data())
def test_the_rate_of_thermal_levels_integrates_to_what_was_produced(zeros: int, data: st.DataObject) -> None:
    model = data.draw(strategies.thermal_levels(4))
    start = data.draw(strategies.populations(model.dimension, zeros))
    time = data.draw(strategies.times(0.1, 3.0)) * model.time_unit
    evolution = tk.evolve(builders.levels(model), tk.Populations(start), [time])
    produced = tk.ledger(evolution.model, evolution).entropy_production[0]
    # What the rule promises; a start with an empty level has a logarithm at its end.
    assert integral(evolution, time) == pytest.approx(produced, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("zeros", [0, 1])
@settings(max_examples=5, deadline=None)
@given(st.data())
def test_the_rate_of_a_coherent_state_integrates_to_what_was_produced(zeros: int, data: st.DataObject) -> None:
    model = data.draw(strategies.coherent_models(2, 3))
    state = data.draw(strategies.states(model.dimension, zeros))
    time = data.draw(strategies.times(0.1, 3.0)) * model.time_unit
    evolution = tk.evolve(builders.coherent(model), state, [time])
    produced = tk.ledger(evolution.model, evolution).entropy_production[0]
    # An eigensolver knows a nearly empty state to 1e-15; that leaves the early rate 1e-8 of the whole.
    assert integral(evolution, time) == pytest.approx(produced, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_a_library_model_produces_entropy_from_any_coherent_start(name: str) -> None:
    model = example(name)
    end = 3.0 / float(tk.modes(model).gap)
    evolution = tk.evolve(model, random_density_matrix(model.dimension, 5), [0.0, 0.1 * end, end])
    ledger = tk.ledger(model, evolution)
    jumps = [oracles.Jump(c.jump, entropy=float(c.entropy_flow)) for c in model.channels]
    expected = np.array([oracles.trajectory_entropy_production(jumps, state) for state in evolution.states])
    np.testing.assert_allclose(ledger.entropy_production_rate, expected, rtol=1e-9, atol=1e-12 * expected[0])
    assert (ledger.entropy_production_rate > 0.0).all()
    nodes, shares = np.polynomial.legendre.leggauss(60)
    at = evolution.at(0.5 * 0.1 * end * (nodes + 1.0))
    quadrature = 0.05 * end * float(shares @ tk.ledger(model, at).entropy_production_rate)
    # Sixty nodes resolve a tenth of the way of a full-rank start to rounding, phases of weak coupling included.
    assert ledger.entropy_production[1] == pytest.approx(quadrature, rel=1e-6)


@FEW
@given(strategies.models_with_states(number_of_baths=2), strategies.time_grids(3))
def test_populations_and_coherences_each_produce_their_share(drawn: tuple[CoherentData, Array], grid: Array) -> None:
    data, state = drawn
    ledger = _ledger(data, state, grid * data.time_unit)
    unit = data.time_unit
    both = data.oracle_baths()
    vectors = np.linalg.eigh(data.hamiltonian)[1]
    matrices = []
    for some, _ in both:
        rates = sum(np.abs(vectors.conj().T @ jump.operator @ vectors) ** 2 for jump in some)
        np.fill_diagonal(rates, 0.0)
        matrices.append(rates - np.diag(rates.sum(axis=0)))
    for index, moved in enumerate(ledger.evolution.states):
        diagonal = np.real(np.diag(vectors.conj().T @ moved @ vectors))
        population = sum(oracles.rate_entropy_production(matrix, diagonal) for matrix in matrices)
        assert ledger.population_part[index] * unit == pytest.approx(population * unit, abs=1e-11)
        change = vectors.conj().T @ oracles.dissipator([j for some, _ in both for j in some], moved) @ vectors
        rest = oracles.log_matrix(vectors.conj().T @ moved @ vectors) - np.diag(np.log(diagonal))
        coherence = -np.trace(change @ rest).real  # -d/dt [S(diag rho) - S(rho)]
        assert ledger.coherence_part[index] * unit == pytest.approx(coherence * unit, abs=1e-11)
    assert (ledger.population_part * unit > -1e-13).all()
    assert (ledger.coherence_part * unit > -1e-13).all()


@FEW
@given(strategies.models_with_states(number_of_baths=2), strategies.time_grids(3))
def test_relaxation_towards_a_steady_state_never_destroys_entropy(
    drawn: tuple[CoherentData, Array], grid: Array
) -> None:
    data, state = drawn
    ledger = _ledger(data, state, grid * data.time_unit)
    unit = data.time_unit
    jumps = [jump for some, _ in data.oracle_baths() for jump in some]
    steady = oracles.steady_state(data.hamiltonian, jumps)
    for index, moved in enumerate(ledger.evolution.states):
        change = oracles.master_equation(data.hamiltonian, jumps, moved)
        expected = -np.trace(change @ (oracles.log_matrix(moved) - oracles.log_matrix(steady))).real
        # The oracle's steady state comes from a singular vector of a matrix a thousand times the rates.
        assert ledger.nonadiabatic[index] * unit == pytest.approx(expected * unit, abs=1e-8)
    assert (ledger.nonadiabatic * unit > -1e-12).all()
    total = ledger.adiabatic + ledger.nonadiabatic
    # What H turns drops out of both parts only to its rounding, and it turns thousands of times a relaxation.
    rounding = 1e-12 + 1e-15 * np.linalg.norm(data.hamiltonian, 2) * unit
    np.testing.assert_allclose(total * unit, ledger.entropy_production_rate * unit, rtol=0, atol=rounding)


@FEW
@given(strategies.levels_with_populations(), strategies.time_grids())
def test_one_bath_leaves_nothing_adiabatic(drawn: tuple[LevelsData, Array], grid: Array) -> None:
    data, start = drawn
    model = builders.levels(data)
    ledger = tk.ledger(model, tk.evolve(model, tk.Populations(start), grid * data.time_unit))
    np.testing.assert_allclose(ledger.nonadiabatic, ledger.entropy_production_rate, rtol=1e-9, atol=1e-25)
    np.testing.assert_allclose(ledger.adiabatic * data.time_unit, 0.0, rtol=0, atol=1e-12)


@FEW
@given(strategies.levels_with_populations(), strategies.time_grids())
def test_the_modes_share_the_rate_among_them(drawn: tuple[LevelsData, Array], grid: Array) -> None:
    data, start = drawn
    model = builders.levels(data)
    ledger = tk.ledger(model, tk.evolve(model, tk.Populations(start), grid * data.time_unit))
    unit = data.time_unit
    # Modes of size up to pi^(-1/2) < 100 cancel in the sum.
    summed = ledger.mode_rates.sum(axis=-1) * unit
    np.testing.assert_allclose(summed, ledger.entropy_production_rate * unit, rtol=1e-9, atol=1e-13)
    thermal = oracles.gibbs_populations(data.energies, data.bath.temperature)
    time = grid[-1] * unit
    oracle = oracles.mode_entropy_production_rate(data.rate_matrix(), thermal, start, time)
    assert summed[-1] == pytest.approx(oracle * unit, rel=1e-8, abs=1e-12)


@FEW
@given(strategies.thermal_levels(4), strategies.temperature_pairs())
def test_modes_and_totals_hold_at_every_point_of_a_sweep(data: LevelsData, ends: tuple[float, float]) -> None:
    """Leading axes of the bath's temperature: each point as if it were alone."""
    cold, hot = ends
    temperatures = np.array([cold, hot])
    kind = builders.STATISTICS[data.bath.statistics]
    swept = tk.library.levels(data.energies, data.coupling, data.bath.strength, temperatures, statistics=kind)
    times = np.array([0.0, 0.2, 1.0]) * data.time_unit
    start = tk.Gibbs([hot, cold])
    ledger = tk.ledger(swept, tk.evolve(swept, start, times))
    for index, (bath, initial) in enumerate(((cold, hot), (hot, cold))):
        alone = builders.levels(data.at(bath))
        one = tk.ledger(alone, tk.evolve(alone, tk.Gibbs(initial), times))
        np.testing.assert_allclose(ledger.entropy_production_rate[index], one.entropy_production_rate, rtol=1e-10)
        np.testing.assert_allclose(ledger.entropy_production[index], one.entropy_production, rtol=0, atol=1e-14)
        np.testing.assert_allclose(ledger.total_entropy_production[index], one.total_entropy_production, rtol=1e-12)
        np.testing.assert_allclose(ledger.mode_rates[index].sum(axis=-1), one.entropy_production_rate, rtol=1e-9)
        np.testing.assert_allclose(ledger.activity["bath"][index], one.activity["bath"], rtol=1e-10, atol=1e-15)


@FEW
@given(strategies.two_bath_models(3), strategies.time_grids(3))
def test_a_current_between_two_baths_produces_entropy_for_ever(data: CoherentData, grid: Array) -> None:
    model = builders.coherent(data)
    steady = tk.steady_state(model).state
    times = grid * data.time_unit
    ledger = tk.ledger(model, tk.evolve(model, steady, times))
    flows = [tk.heat(model, str(index)).mean(steady) for index in range(2)]
    (one, two) = (bath.temperature for bath in data.baths)
    rate = -(flows[0] / one + flows[1] / two) * data.time_unit
    np.testing.assert_allclose(ledger.entropy_production_rate * data.time_unit, rate, rtol=0, atol=1e-11)
    np.testing.assert_allclose(ledger.entropy_production, rate * grid, rtol=0, atol=1e-9)
    assert flows[0] + flows[1] == pytest.approx(0.0, abs=1e-11 / data.time_unit)
    # Heat leaves the hotter bath and enters the colder one.
    assert flows[0] * (one - two) * data.time_unit > -1e-11


def test_the_adiabatic_part_can_be_negative_with_coherence() -> None:
    """A sign that no theorem forbids: outside the class in which the split is into two positive parts.

    Two coupled qubits with jumps of the parts: the steady state is not diagonal in the basis of the jumps.
    """
    lowest = np.inf
    rng = np.random.default_rng(1)
    lower, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2)
    parts = (np.kron(lower, one), np.kron(one, lower))
    bare = parts[0].T @ parts[0] + parts[1].T @ parts[1]
    full = bare + 0.5 * (parts[0].T @ parts[1] + parts[1].T @ parts[0])
    channels = []
    for name, temperature, part in (("hot", 2.0, parts[0]), ("cold", 0.4, parts[1])):
        bath = tk.Bath(name, temperature)
        number = 1.0 / np.expm1(1.0 / temperature)
        channels.append(tk.Channel(np.sqrt(number + 1.0) * part, bath, -1.0))
        channels.append(tk.Channel(np.sqrt(number) * part.T, bath, 1.0))
    model = tk.Model(full, channels, energy_operator=bare)
    for _ in range(30):
        root = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))
        state = root @ root.conj().T / np.trace(root @ root.conj().T).real
        ledger = tk.ledger(model, tk.evolve(model, state, [0.0]))
        assert ledger.nonadiabatic[0] > 0.0
        assert ledger.entropy_production_rate[0] > 0.0
        lowest = min(lowest, float(ledger.adiabatic[0]))
    assert lowest < 0.0
