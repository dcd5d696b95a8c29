"""Evolutions: what they take, what they hold, and how much of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

import oracles
import thermokin as tk
from engines import evolved
from library_models import NAMES, example, random_density_matrix
from thermokin.model.frame_operator import FrameOperator
from thermokin.motion.initial import initial_state


@pytest.mark.parametrize("name", NAMES)
def test_a_gibbs_start_is_the_gibbs_state_of_the_counted_energy(name: str) -> None:
    model = example(name)
    H = model.from_frame(model.energy.dense)
    if model.number is not None:
        H = H - model.baths[0].chemical_potential * model.from_frame(model.number.dense)
    for temperature in (0.3, 2.0):
        state = tk.evolve(model, tk.Gibbs(temperature), [0.0]).states[0]
        np.testing.assert_allclose(state, oracles.gibbs(H, temperature), rtol=0, atol=1e-14)


def test_a_gibbs_start_reaches_from_zero_to_infinite_temperature() -> None:
    made = tk.evolve(example("levels"), tk.Gibbs([0.0, np.inf]), [0.0]).populations[:, 0]
    np.testing.assert_array_equal(made, [[1.0, 0.0, 0.0, 0.0], [0.25] * 4])


def test_logarithms_of_a_cold_start_outlive_its_populations() -> None:
    state = initial_state(example("levels"), tk.Gibbs(1e-3))
    assert state.logarithms is not None
    np.testing.assert_allclose(state.logarithms, [0.0, -1000.0, -1700.0, -3000.0], rtol=1e-15)
    assert state.populations[3] == 0.0


def test_populations_are_those_of_the_counted_energy() -> None:
    H = np.array([[0.0, 0.5], [0.5, 1.0]])
    model = tk.Model(H, [])
    energies, vectors = np.linalg.eigh(H)
    np.testing.assert_allclose(model.energies, energies, rtol=1e-14)
    state = tk.evolve(model, tk.Populations([0.8, 0.2]), [0.0]).states[0]
    np.testing.assert_allclose(state, (vectors * [0.8, 0.2]) @ vectors.T, rtol=0, atol=1e-15)


def test_a_plain_vector_means_populations_and_a_square_a_density_matrix() -> None:
    model = example("qubit")
    vector, named = (tk.evolve(model, start, [3.0]).populations for start in ([0.8, 0.2], tk.Populations([0.8, 0.2])))
    matrix = tk.evolve(model, np.diag([0.8, 0.2]), [3.0]).populations
    np.testing.assert_array_equal(vector, named)
    np.testing.assert_array_equal(vector, matrix)
    # Two sets of populations of a qubit look like a matrix: they need their name.
    pair = tk.evolve(model, tk.Populations([[0.8, 0.2], [0.5, 0.5]]), [3.0])
    assert pair.populations.shape == (2, 1, 2)


@pytest.mark.parametrize(
    ("start", "kind", "message"),
    [
        ([0.8, 0.3], ValueError, "initial"),
        ([1.2, -0.2], ValueError, "initial"),
        ([0.5, 0.3, 0.2], ValueError, "initial"),
        (np.eye(2), ValueError, "initial"),
        (np.diag([1.2, -0.2]), ValueError, "initial"),
        (np.array([[0.5, 0.5], [0.0, 0.5]]), ValueError, "`initial` must be Hermitian"),
        ("hot", TypeError, "initial"),
        (2.0, ValueError, "initial"),
    ],
)
def test_a_start_that_is_no_state_is_refused(start: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        tk.evolve(example("qubit"), start, [1.0])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.5, 0.6], r"`values` must have sum one to 1e-10, got 1.1"),
        ([1, 5], r"`values` must have sum one to 1e-10, got 6"),
        ([1.2, -0.2], r"`values` must .*negative|`values` must .*-0.2"),
        ([[0.5, 0.5], [0.5, 0.4]], r"got 0.9 at index \(1,\)"),
        (1.0, r"`values` must have shape \(\.\.\., d\)"),
    ],
)
def test_populations_that_are_none_are_refused_before_there_is_a_model(values: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tk.Populations(values)


def test_a_gibbs_start_of_negative_temperature_is_refused() -> None:
    with pytest.raises(ValueError, match="`temperature` of a Gibbs state must be >= 0, got -1"):
        tk.Gibbs([1.0, -1.0])
    with pytest.raises(ValueError, match="`temperature` must be a number, got NaN"):
        tk.Gibbs(np.nan)


def lead(name: str, mu: float) -> tk.Contact:
    return tk.Contact(tk.Bath(name, 0.5, mu, tk.Fermi()), np.array([[0.0, 1.0], [0.0, 0.0]]), tk.Flat(0.01))


def test_a_gibbs_start_needs_one_chemical_potential_and_a_particle_number() -> None:
    H = np.diag([0.0, 1.0])
    unequal = tk.davies(H, [lead("left", 0.1), lead("right", 0.2)], number_operator=H)
    with pytest.raises(ValueError, match="needs one chemical potential, but the baths have different ones; give popul"):
        tk.evolve(unequal, tk.Gibbs(1.0), [1.0])
    with pytest.raises(
        ValueError, match="at a chemical potential needs the model's `number_operator`, diagonal in its"
    ):
        tk.evolve(tk.davies(H, [lead("left", 0.1)]), tk.Gibbs(1.0), [1.0])


@pytest.mark.parametrize(
    ("times", "message"),
    [
        (1.0, r"`times` must have shape \(..., t\) with t >= 1, got shape \(\)"),
        ([], r"`times` must have shape \(..., t\) with t >= 1, got shape \(0,\)"),
        ([-1.0, 1.0], "`times` must be finite and >= 0"),
        ([1.0, np.inf], "`times` must be finite and >= 0"),
        ([1.0, 1.0], "`times` must be strictly ascending"),
        ([2.0, 1.0], "`times` must be strictly ascending"),
        ([0.0, np.nan], "`times` must be a number, got NaN"),
    ],
)
def test_times_that_do_not_rise_are_refused(times: ArrayLike, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tk.evolve(example("qubit"), tk.Gibbs(1.0), times)
    with pytest.raises(ValueError, match=message):
        tk.evolve(example("qubit"), tk.Gibbs(1.0), [1.0]).at(times)


@pytest.mark.parametrize("name", NAMES)
def test_other_times_are_the_same_evolution(name: str) -> None:
    model = example(name)
    start = random_density_matrix(model.dimension)
    moved = tk.evolve(model, start, [1.0]).at([0.5, 20.0, 21.0])
    np.testing.assert_allclose(moved.states, tk.evolve(model, start, [0.5, 20.0, 21.0]).states, rtol=0, atol=1e-15)


@pytest.mark.parametrize("name", NAMES)
def test_rates_are_the_generator_on_the_state(name: str) -> None:
    model = example(name)
    evolution = tk.evolve(model, random_density_matrix(model.dimension), [0.0, 7.0])
    jumps = [oracles.Jump(channel.jump) for channel in model.channels]
    scale = np.abs(oracles.liouvillian(model.hamiltonian, jumps)).max()
    for state, rate in zip(evolution.states, evolution.frame_rates, strict=True):
        expected = oracles.master_equation(model.hamiltonian, jumps, state)
        np.testing.assert_allclose(model.from_frame(rate), expected, rtol=0, atol=1e-14 * scale)
    diagonal = np.diagonal(evolution.frame_rates, axis1=-2, axis2=-1).real
    np.testing.assert_allclose(evolution.population_rates, diagonal, rtol=0, atol=1e-16)


@pytest.mark.parametrize("name", NAMES)
def test_means_are_traces(name: str) -> None:
    model = example(name)
    evolution = tk.evolve(model, random_density_matrix(model.dimension), [0.0, 7.0])
    matrix = random_density_matrix(model.dimension, seed=4)
    operator = FrameOperator.from_matrix(model.to_frame(matrix))
    expected = [np.trace(matrix @ state).real for state in evolution.states]
    np.testing.assert_allclose(evolution.expectation(operator), expected, rtol=1e-13)
    slopes = [np.trace(matrix @ model.from_frame(rate)).real for rate in evolution.frame_rates]
    np.testing.assert_allclose(evolution.expectation_rate(operator), slopes, rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_rates_keep_their_digits_when_almost_at_rest(name: str) -> None:
    model = example(name)
    gap = float(tk.modes(model).gap)
    start = np.zeros(model.dimension)
    start[0] = 1.0
    evolution = tk.evolve(model, np.diag(start), np.array([40.0, 40.1]) / gap)
    # Between two near times almost only the slowest mode is left: e^{-0.1} for deviation and rate.
    for numbers in (evolution.deviation, evolution.population_rates):
        assert 0.0 < np.abs(numbers[0]).max() < 1e-14
        np.testing.assert_allclose(np.abs(numbers[1]).max(), np.abs(numbers[0]).max() * np.exp(-0.1), rtol=1e-2)


def test_thousands_of_levels_hold_a_few_numbers_per_level_and_time() -> None:
    # All arrays that an evolution can reach; for 3000 levels at 200 times they grow as N t and N^2.
    size, times = 300, np.linspace(0.0, 5e9, 200)
    model = tk.library.random_levels(size, 1, temperature=1.0, spectrum=tk.Ohmic(1e-12))
    evolution = tk.evolve(model, tk.Gibbs(0.5), times)
    held = bytes_held(evolution)
    numbers = 8 * size * times.size
    squares = 8 * size**2
    assert evolution.population_only
    # Populations and deviations; of N^2 numbers the table holds about six, rates and their symmetrised form two more.
    assert held < 2.1 * numbers + 10 * squares
    assert 2.1 * 8 * 3000 * 200 + 10 * 8 * 3000**2 < 0.75e9  # density matrices would take 29 GB


def bytes_held(root: object) -> int:
    """Bytes of all NumPy buffers reachable from an object, each counted once."""
    seen: set[int] = set()
    buffers: dict[int, int] = {}
    stack = [root]
    while stack:
        item = stack.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, np.ndarray):
            base = item
            while isinstance(base.base, np.ndarray):
                base = base.base
            buffers[id(base)] = base.nbytes
        elif isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list | tuple):
            stack.extend(item)
        elif hasattr(item, "__dict__") and type(item).__module__.startswith("thermokin"):
            stack.extend(vars(item).values())
    return sum(buffers.values())


def test_coherences_of_thermal_levels_turn_and_decay_one_by_one() -> None:
    model = example("levels")
    start = random_density_matrix(4)
    times = np.array([0.0, 3.0, 50.0])
    evolution = tk.evolve(model, start, times)
    out = np.zeros(4)
    for channel in model.channels:
        out += (np.abs(channel.jump) ** 2).sum(axis=0)
    E = model.energies
    for i, j in np.ndindex(4, 4):
        if i != j:
            expected = start[i, j] * np.exp((-1j * (E[i] - E[j]) - 0.5 * (out[i] + out[j])) * times)
            np.testing.assert_allclose(evolution.states[:, i, j], expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fastest", r"must be one of 'closed form', 'stepping', .* got 'fastest'"),
        ("closed form", r"does not serve here: .* Take one of 'stepping'"),
        ("modes", r"does not serve here: .* need detailed balance"),
        ("rational Krylov", r"does not serve here: .* need detailed balance"),
    ],
)
def test_an_engine_that_cannot_move_these_populations_is_refused(name: str, words: str) -> None:
    driven = tk.rates([[0.0, 1.0, 2.0], [3.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    with pytest.raises(ValueError, match=words):
        evolved(name, driven, [1.0, 0.0, 0.0], np.array([0.5]))


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
@pytest.mark.parametrize("name", ["stepping", "modes", "Chebyshev", "rational Krylov", "uniformisation"])
def test_an_evolution_asked_from_any_engine_is_the_same_one(name: str) -> None:
    evolution = tk.evolve(tk.library.levels([0.0, 1.0, 2.3], None, 0.1, 1.2), tk.Gibbs(0.4), [0.0, 1.0])
    asked = evolved(name, evolution.model, tk.Gibbs(0.4), np.array([0.0, 0.5, 30.0]))
    np.testing.assert_allclose(asked.populations, evolution.at([0.0, 0.5, 30.0]).populations, rtol=1e-13)
