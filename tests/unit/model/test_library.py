"""The library's models: their levels and rates against closed forms, and every refusal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import ArrayLike

import builders
import oracles
import strategies
import thermokin as tk
from library_models import NAMES, example
from oracles import Array
from strategies import LevelsData
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.population_motion import population_motion

lib = tk.library
QUICK = settings(max_examples=30, deadline=None)
ONE_BATH = [name for name in NAMES if len(example(name).baths) == 1]


def rates(model: tk.Model) -> Array:
    return np.asarray(population_motion(Liouvillian(model)).rates)


@pytest.mark.parametrize("name", ONE_BATH)
def test_one_bath_brings_every_model_to_its_gibbs_state(name: str) -> None:
    model = example(name)
    energies, mu = model.energies, model.baths[0].chemical_potential
    number = 0.0 if model.number is None else model.number.diagonal
    expected = oracles.gibbs_populations(energies - mu * number, 1.1)
    np.testing.assert_allclose(tk.steady_state(model).populations, expected, rtol=1e-13)


@QUICK
@given(strategies.thermal_levels())
def test_levels_obey_the_rate_equation_summed_pair_by_pair(data: LevelsData) -> None:
    np.testing.assert_allclose(rates(builders.levels(data)), data.rate_matrix(), rtol=1e-12, atol=1e-18)


def test_levels_may_stand_in_any_order() -> None:
    random = np.random.default_rng(0)
    energies, coupling = np.array([2.0, 0.0, 3.5, 1.1]), random.normal(size=(4, 4))
    coupling = coupling + coupling.T
    made = rates(lib.levels(energies, coupling, 1e-3, 0.7))
    order = np.argsort(energies)
    in_order = rates(lib.levels(energies[order], coupling[np.ix_(order, order)], 1e-3, 0.7))
    np.testing.assert_allclose(made[np.ix_(order, order)], in_order, rtol=1e-15)


def test_pairs_that_are_not_coupled_have_no_channel_and_may_be_degenerate() -> None:
    coupling = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    model = lib.levels([0.0, 1.0, 1.0], coupling, 1e-3, 0.7)
    assert len(model.channels) == 4
    with pytest.raises(ValueError, match="`coupling` links levels 1 and 2, which have one energy"):
        lib.levels([0.0, 1.0, 1.0], rate=1e-3)


def test_a_spectrum_replaces_the_rate() -> None:
    model = lib.levels([0.0, 2.0], temperature=0.0, spectrum=tk.Ohmic(0.01, 5.0))
    assert rates(model)[0, 1] == pytest.approx(0.02 * np.exp(-0.4), rel=1e-15)


def test_a_real_integer_or_complex_coupling_means_its_modulus() -> None:
    ones = np.ones((3, 3), dtype=int)
    phases = np.exp(1j * np.array([[0.0, 0.3, -1.0], [-0.3, 0.0, 2.0], [1.0, -2.0, 0.0]]))
    plain = rates(lib.levels([0.0, 1.0, 2.5], rate=1e-3))
    for coupling in (ones, ones.astype(bool), phases, ones.astype(np.float32)):
        np.testing.assert_allclose(rates(lib.levels([0.0, 1.0, 2.5], coupling, 1e-3)), plain, rtol=1e-15)


def test_an_oscillator_climbs_by_its_quantum_number() -> None:
    W = rates(lib.oscillator(5, 1.0, 1e-3, 0.8))
    n = 1 / np.expm1(1 / 0.8)
    np.testing.assert_allclose(np.diagonal(W, -1), 1e-3 * n * np.arange(1, 5), rtol=1e-13)
    np.testing.assert_allclose(np.diagonal(W, 1), 1e-3 * (n + 1) * np.arange(1, 5), rtol=1e-13)


@pytest.mark.parametrize("J", [0.5, 1.0, 2.5])
def test_a_spin_flips_by_its_ladder_elements(J: float) -> None:  # noqa: N803
    model = lib.spin(J, 1.0, 1e-3, 0.8)
    m = np.arange(-J, J + 1)
    order = np.argsort(model.energies)
    down = np.diagonal(rates(model)[np.ix_(order, order)], 1)
    expected = 1e-3 * (1 + 1 / np.expm1(1 / 0.8)) * (J * (J + 1) - m[1:] * (m[1:] - 1))
    np.testing.assert_allclose(np.sort(model.energies), m, atol=1e-15)
    np.testing.assert_allclose(down, expected, rtol=1e-13)


def test_random_levels_are_one_system_at_every_temperature_and_for_ever() -> None:
    one, two = (lib.random_levels(4, 7, 1e-4, T, spectrum=tk.Ohmic(1e-4)) for T in (0.5, 2.0))
    np.testing.assert_array_equal(one.energies, two.energies)
    assert one.energies[0] == 0.0
    # The generator is PCG64, which NumPy keeps for ever; a change would silently change published seeds.
    draws = np.sort(np.random.default_rng(7).uniform(0.0, 4.0, 4))
    np.testing.assert_array_equal(one.energies, draws - draws[0])


def test_a_chain_in_a_strong_field_is_damped_at_its_ends_only() -> None:
    model = lib.xxz_chain(3, 0.5, 1e-3, 0.7, 0.7, coupling=1e-6)
    state = tk.steady_state(model).state
    np.testing.assert_allclose(state, oracles.gibbs(model.from_frame(model.energy.dense), 0.7), rtol=0, atol=1e-5)
    assert {channel.bath.name for channel in model.channels if channel.bath} == {"left", "right"}


def test_the_ising_chain_has_its_free_fermion_spectrum() -> None:
    # Open chain of two: H = h/2 (z1 + z2) - J x1 x2 has the energies +-J and +-sqrt(h^2 + J^2).
    model = lib.ising_chain(2, 1.0, 0.4, 1e-3, 0.7, 0.7)
    expected = [-np.hypot(1.0, 0.4), -0.4, 0.4, np.hypot(1.0, 0.4)]
    np.testing.assert_allclose(np.sort(model.energies), expected, rtol=1e-14)


def test_coupled_qubits_split_into_dressed_states() -> None:
    model = lib.coupled_qubits([1.0, 1.3], 0.2, 1e-3, 0.7, 0.7)
    half = np.hypot(0.15, 0.2)
    np.testing.assert_allclose(np.sort(model.energies), [0.0, 1.15 - half, 1.15 + half, 2.3], atol=1e-14)


def test_a_level_is_filled_by_its_lead() -> None:
    model = lib.fermionic_level(-0.3, 0.02, 0.5, 0.2)
    filling = 1 / (np.exp(-0.5 / 0.5) + 1)
    assert tk.steady_state(model).populations[1] == pytest.approx(filling, rel=1e-14)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: lib.qubit(0.0, 1.0, 1.0), "`gap` must be > 0 and finite, got 0"),
        (lambda: lib.qubit([1.0, -2.0], 1.0, 1.0), "`gap` must be > 0 and finite, got -2"),
        (lambda: lib.qubit(np.inf, 1.0, 1.0), "`gap` must be > 0 and finite, got inf"),
        (lambda: lib.qubit(np.nan, 1.0, 1.0), "`gap` must be a number, got NaN"),
        (lambda: lib.qubit(1.0, 0.0, 1.0), "`rate` of a spectrum must be > 0, got 0"),
        (lambda: lib.qubit(1.0, 1.0, -1.0), "`temperature` of a bath must be >= 0, got -1"),
        (lambda: lib.oscillator(5, 0.0, 1.0, 1.0), "`frequency` must be > 0 and finite, got 0"),
        (lambda: lib.oscillator(1, 1.0, 1.0, 1.0), "`levels` must be at least 2, got 1"),
        (lambda: lib.spin(1.0, 0.0, 1.0, 1.0), "`gap` must be > 0 and finite, got 0"),
        (lambda: lib.spin(0.7, 1.0, 1.0, 1.0), "J"),
        (lambda: lib.qutrit_v(1.0, 1.0, energies=[0.0, 1.0]), r"`energies` must have shape \(..., 3\), got \(2,\)"),
        (lambda: lib.qutrit_v(1.0, 1.0, couplings=[1.0]), r"`couplings` must have shape \(..., 2\), got \(1,\)"),
        (lambda: lib.qutrit_ladder(1.0, 1.0, energies=(0.0, 2.0, 1.0)), r"must be ascending, got \[0.0, 2.0, 1.0\]"),
        (lambda: lib.qutrit_v(1.0, 1.0, energies=[[0.0, 1.0, 2.0], [0.0, 0.0, 1.0]]), r"ascending, got \[0.0, 0.0, 1"),
        (lambda: lib.qutrit_lambda(1.0, 1.0, energies=(0.0, 1.0, 0.5), statistics=tk.Fermi()), "must be ascending"),
        (lambda: lib.qutrit_ladder(1.0, 1.0, couplings=(1.0, 0.0)), r"`couplings` must not be 0, got \[1.0, 0.0\]"),
        (lambda: lib.levels(1.0), r"`energies` must be finite, of shape \(..., N\) with N >= 2, got shape \(\)"),
        (lambda: lib.levels([1.0]), r"`energies` must be finite, of shape \(..., N\) with N >= 2, got shape \(1,\)"),
        (lambda: lib.levels([0.0, np.inf]), "`energies` must be finite"),
        (lambda: lib.levels([0.0, 1.0], np.eye(3)), r"`coupling` must have shape \(..., 2, 2\), got \(3, 3\)"),
        (lambda: lib.levels([0.0, 1.0], np.eye(2)), "`coupling` links no two levels"),
        (lambda: lib.levels([0.0, 1.0], [[0.0, 1.0], [2.0, 0.0]]), "`coupling` must be Hermitian, its defect is 1"),
        (lambda: lib.levels([0.0, 1.0], [[0.0, 1j], [1j, 0.0]]), "`coupling` must be Hermitian, its defect is 2"),
        (lambda: lib.levels([0.0, 1.0], [[0.0, np.nan], [np.nan, 0.0]]), "`coupling` must be finite"),
        (lambda: lib.levels([0.0, 1.0], statistics=tk.Fermi()), r"`statistics` of `levels` must be Bose\(\) or SpinBa"),
        (lambda: lib.levels(np.arange(2e5)), "`energies` has 200000 levels, which make 19999900000 pairs: more than"),
        (
            lambda: lib.levels(np.arange(300.0), temperature=np.linspace(1.0, 2.0, 10**5)),
            "`energies` has 300 levels, which make 44850 pairs at 100000 points: more than",
        ),
        (lambda: lib.random_levels(10**6, 0), "`count` must be at most 20000"),
        (lambda: lib.random_levels(1, 0), "`count` must be at least 2, got 1"),
        (lambda: lib.random_levels(3, 0, width=0.0), "`width` must be one number > 0, got 0"),
        (lambda: lib.ising_chain(1, 1.0, 1.0, 1.0, 1.0, 1.0), "`sites` must be at least 2, got 1"),
        (lambda: lib.xxz_chain(1, 1.0, 1.0, 1.0, 1.0), "`sites` must be at least 2, got 1"),
        (lambda: lib.coupled_oscillators(1, 1.0, 0.1, 1.0, 1.0, 1.0), "`levels` must be at least 2, got 1"),
        (lambda: lib.coupled_qubits(1.0, 0.1, 1.0, 1.0, 1.0), r"`gaps` must have shape \(..., 2\), got \(\)"),
    ],
)
def test_a_model_that_cannot_be_is_refused(build: Callable[[], tk.Model], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()


def test_two_excited_states_of_one_energy_and_a_link_that_a_sweep_lets_vanish_are_allowed() -> None:
    equal = lib.qutrit_v(0.001, 2.0, energies=(0.0, 1.0, 1.0))
    assert equal.generator.dense.shape == (3, 3)
    swept = lib.qutrit_v(0.001, 2.0, couplings=[[1.0, 0.0], [1.0, 0.5]])
    assert (swept.table.amplitude[0] == 0.0).sum() == 2  # down and up


@pytest.mark.parametrize("energies", ["high", [0.0, "x"], [[0.0, 1.0], [2.0]]])
def test_energies_are_numbers(energies: ArrayLike) -> None:
    with pytest.raises(TypeError, match="`energies` must be a real number or an array of them"):
        lib.levels(energies)
