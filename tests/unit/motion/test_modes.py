"""Modes of relaxation: biorthonormal, complete, their gaps and overlaps as in the references."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

import builders
import oracles
import strategies
import systems
import thermokin as tk
from library_models import NAMES, example, random_density_matrix
from oracles import Array
from reference_cases import case
from strategies import CoherentData, LevelsData

QUICK = settings(max_examples=25, deadline=None)


@pytest.mark.parametrize("name", NAMES)
def test_left_and_right_modes_are_biorthonormal(name: str) -> None:
    made = tk.modes(example(name))
    product = made.left.conj().T @ made.right
    # Rounding of an inverse grows with the condition of the modes.
    np.testing.assert_allclose(product, np.eye(len(product)), rtol=0, atol=1e-14 * float(made.condition) ** 2)
    assert float(made.residual) < 1e-13


@pytest.mark.parametrize("name", NAMES)
def test_modes_span_the_motion_of_any_state(name: str) -> None:
    model = example(name)
    start = random_density_matrix(model.dimension)
    made = tk.modes(model, initial=start)
    time = 1.0 / float(made.gap)
    amplitude = made.overlaps(start) * np.exp(made.values * time)
    frame = np.zeros((model.dimension, model.dimension), complex)
    frame[made.sector.rows, made.sector.columns] = made.right @ amplitude
    state = model.from_frame(frame)
    np.testing.assert_allclose(state, tk.evolve(model, start, [time]).states[0], rtol=0, atol=1e-11)


@pytest.mark.parametrize("name", NAMES)
def test_the_first_mode_is_the_steady_state_and_every_state_holds_it_once(name: str) -> None:
    model = example(name)
    made = tk.modes(model)
    state = np.zeros((model.dimension, model.dimension), complex)
    state[made.sector.rows, made.sector.columns] = made.right[:, 0]
    np.testing.assert_allclose(state, tk.steady_state(model).matrix, rtol=0, atol=1e-13)
    overlap = made.overlaps(random_density_matrix(model.dimension))[0]
    assert overlap == pytest.approx(1.0, abs=1e-12)


def test_the_slowest_mode_comes_second_and_the_stationary_one_first() -> None:
    for name in NAMES:
        values = tk.modes(example(name)).values.real
        assert abs(values[0]) < 1e-15
        assert (np.diff(values) <= 1e-15).all()


@QUICK
@given(strategies.levels_with_populations())
def test_gap_and_slow_overlap_are_those_of_the_symmetrised_rates(drawn: tuple[LevelsData, Array]) -> None:
    data, start = drawn
    made = tk.modes(builders.levels(data))
    W = data.rate_matrix()
    pi = oracles.gibbs_populations(data.energies, data.bath.temperature)
    assert float(made.gap) == pytest.approx(oracles.spectral_gap(W, pi), rel=1e-11)
    slow = float(made.overlaps(tk.Populations(start))[1]) ** 2
    assert slow == pytest.approx(oracles.slow_overlap_squared(W, pi, start), rel=1e-6, abs=1e-14)


@QUICK
@given(strategies.levels_with_populations())
def test_overlaps_sum_to_the_chi_squared_distance(drawn: tuple[LevelsData, Array]) -> None:
    data, start = drawn
    pi = oracles.gibbs_populations(data.energies, data.bath.temperature)
    overlaps = np.asarray(tk.modes(builders.levels(data)).overlaps(tk.Populations(start)))
    assert overlaps[0] == pytest.approx(1.0, rel=1e-12)
    assert (overlaps[1:] ** 2).sum() == pytest.approx(float(((start - pi) ** 2 / pi).sum()), rel=1e-10, abs=1e-15)


@QUICK
@given(strategies.coherent_models())
def test_values_are_the_eigenvalues_of_the_dense_generator(data: CoherentData) -> None:
    start = (
        np.full((data.dimension, data.dimension), 0.3 / data.dimension) + 0.7 * np.eye(data.dimension) / data.dimension
    )
    model = builders.coherent(data)
    made = tk.modes(model, initial=model.from_frame(start))
    dense = oracles.liouvillian(data.hamiltonian, [jump for some, _ in data.oracle_baths() for jump in some])
    expected = np.linalg.eigvals(dense)
    assert made.values.size == expected.size
    for value in made.values:
        assert np.abs(expected - value).min() < 1e-12


@pytest.mark.parametrize("end", ["heat", "cool"])
def test_the_qutrit_ladder_relaxes_as_in_the_reference(end: str) -> None:
    reference = case("qutrit_ladder")
    cold, hot = reference.parameters["T_c"], reference.parameters["T_h"]
    start, bath = (cold, hot) if end == "heat" else (hot, cold)
    with pytest.warns(tk.errors.ValidityWarning, match="secular"):  # the reference sets its rate to its gap
        made = tk.modes(tk.library.qutrit_ladder(1.0, bath))
    reference.agrees(f"gap_{end}", made.gap)
    reference.agrees(f"slow_overlap2_{end}", np.asarray(made.overlaps(tk.Gibbs(start)))[1] ** 2)


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")  # the reference's rates are a tenth of its gaps
@pytest.mark.parametrize("end", ["heat", "cool"])
def test_four_levels_on_an_ohmic_bath_relax_as_in_the_reference(end: str) -> None:
    reference = case("four_level_ohmic")
    cold, hot = reference.parameters["T_c"], reference.parameters["T_h"]
    start, bath = (cold, hot) if end == "heat" else (hot, cold)
    coupling = np.sqrt(np.array(reference.parameters["K"]))
    spectrum = tk.Ohmic(0.05, 5.0)
    made = tk.modes(tk.library.levels(reference.parameters["E"], coupling, temperature=bath, spectrum=spectrum))
    reference.agrees(f"gap_{end}", made.gap)
    reference.agrees(f"slow_overlap2_{end}", np.asarray(made.overlaps(tk.Gibbs(start)))[1] ** 2)


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_the_davies_builder_gives_the_reference_the_same_gap() -> None:
    reference = case("four_level_ohmic")
    contact = tk.Contact(tk.Bath("bath", 2.0), np.sqrt(np.array(reference.parameters["K"])), tk.Ohmic(0.05, 5.0))
    model = tk.davies(np.diag(reference.parameters["E"]), [contact])
    reference.agrees("gap_heat", tk.modes(model).gap)


def test_heating_and_cooling_a_qubit_excite_the_slow_mode_alike_in_trace_norm() -> None:
    made = {}
    for start, bath in ((0.5, 2.0), (2.0, 0.5)):
        modes = tk.modes(tk.library.qubit(1.0, 0.01, bath))
        made[bath] = modes.trace_norm_overlaps(tk.Gibbs(start))[1], abs(modes.overlaps(tk.Gibbs(start))[1])
    # Twice the trace distance of the two Gibbs states; printed as .5167, .533 and .797.
    exact = 2 * (1 / (1 + np.exp(0.5)) - 1 / (1 + np.exp(2.0)))
    assert made[2.0][0] == pytest.approx(exact, rel=1e-13)
    assert made[0.5][0] == pytest.approx(exact, rel=1e-13)
    assert exact == pytest.approx(0.5167, abs=5e-5)
    assert made[2.0][1] == pytest.approx(0.533, abs=5e-4)
    assert made[0.5][1] == pytest.approx(0.797, abs=5e-4)


@pytest.mark.parametrize("name", ["XXZ chain", "coupled oscillators", "qutrit ladder"])
def test_trace_norm_overlaps_do_not_depend_on_how_modes_are_scaled(name: str) -> None:
    model = example(name)
    start = random_density_matrix(model.dimension)
    made = tk.modes(model, initial=start)
    frame = model.to_frame(start)
    for mode in (0, 1, 2):
        right = np.zeros((model.dimension, model.dimension), complex)
        left = right.copy()
        right[made.sector.rows, made.sector.columns] = made.right[:, mode]
        left[made.sector.rows, made.sector.columns] = made.left[:, mode]
        expected = abs(np.trace(left.conj().T @ frame)) * np.linalg.svd(right, compute_uv=False).sum()
        assert made.trace_norm_overlaps(start)[mode] == pytest.approx(float(expected), rel=1e-10)


def test_an_oscillators_ladder_of_decay_rates_is_its_damping_rate() -> None:
    # n -> 0, g, 2g, ... up to the truncation, which thirty levels at kT = 0.5 hide below the tenth digit.
    values = np.asarray(tk.modes(tk.library.oscillator(30, 1.0, 1e-3, 0.5)).values)
    np.testing.assert_allclose(values[:4], [0.0, -1e-3, -2e-3, -3e-3], rtol=1e-7, atol=1e-16)
    system = systems.OscillatorQuench(rate=1e-3, bath_temperature=0.5)
    assert -values[1] == pytest.approx(system.relaxation, rel=1e-9)


def test_the_gap_is_that_of_the_slowest_mode_that_decays() -> None:
    A = np.zeros((4, 4))
    A[0, 1] = A[1, 0] = A[2, 3] = A[3, 2] = 1.0
    model = tk.davies(np.diag([0.0, 1.0, 5.0, 7.0]), [tk.Contact(tk.Bath("b", 0.7), A, tk.Flat(1e-3))])
    assert float(tk.modes(model).gap) == pytest.approx(1e-3 / np.tanh(2 / 1.4), rel=1e-12)
    assert float(tk.modes(tk.Model(np.array([[0.0, 1.0], [1.0, 0.0]]), [])).gap) == 0.0


def test_modes_of_a_sweep_are_those_of_its_points() -> None:
    batch = tk.modes(example("V", np.array([0.5, 1.0])))
    for point, temperature in enumerate((0.5, 1.0)):
        single = tk.modes(example("V", temperature))
        np.testing.assert_allclose(batch.values[point], single.values, rtol=1e-12, atol=1e-18)
        np.testing.assert_allclose(batch.gap[point], single.gap, rtol=1e-12)
        one, two = batch.trace_norm_overlaps(tk.Gibbs(0.7))[point], single.trace_norm_overlaps(tk.Gibbs(0.7))
        np.testing.assert_allclose(one, two, rtol=1e-10, atol=1e-15)


def test_modes_near_an_exceptional_point_say_how_ill_conditioned_they_are() -> None:
    # Damped at 0.5, driven at W: eigenvalues -3/8 +- sqrt(1/64 - W^2) of the Bloch vector meet at W = 1/8.
    def condition(drive: float) -> float:
        H = 0.5 * drive * np.array([[0.0, 1.0], [1.0, 0.0]])
        model = tk.Model(H, [tk.Channel(np.sqrt(0.5) * np.array([[0.0, 1.0], [0.0, 0.0]]), None)])
        return float(tk.modes(model).condition)

    assert condition(0.4) < 50
    assert condition(0.125 * (1 + 1e-10)) > 1e4


@pytest.mark.parametrize("seed", range(5))
def test_modes_of_a_sweep_whose_points_fall_apart_are_those_of_its_points(seed: int) -> None:
    rates = cut_rates(seed)
    batch = tk.modes(tk.rates(rates))
    assert len(set(batch.lasting.tolist())) > 1
    for point, alone in enumerate(tk.modes(tk.rates(one)) for one in rates):
        assert batch.lasting[point] == alone.lasting
        found, expected = np.sort(batch.values[point].real), np.sort(alone.values.real)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-15)  # rates of 1 to 1e-6
        matrix = rates[point] - np.diag(rates[point].sum(axis=0))
        rebuilt = (batch.right[point] * batch.values[point]) @ batch.left[point].conj().T
        np.testing.assert_allclose(rebuilt, matrix, rtol=0, atol=1e-9 * float(batch.condition[point]))


def cut_rates(seed: int) -> Array:
    """Four points of five levels, one whole, one without links, one cut in two, one cut in another place."""
    rates = 10.0 ** np.random.default_rng(seed).uniform(-6.0, 0.0, (4, 5, 5))
    rates[1] = 0.0
    rates[2, :2, 2:] = rates[2, 2:, :2] = 0.0
    rates[3, :4, 4] = rates[3, 4, :4] = 0.0
    rates[:, np.arange(5), np.arange(5)] = 0.0
    return rates
