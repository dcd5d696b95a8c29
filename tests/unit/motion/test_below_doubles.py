"""Rates below the smallest double: leads at millikelvin, frozen transitions, links that vanish along a sweep."""

from __future__ import annotations

import warnings

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles
import thermokin as tk

pytestmark = pytest.mark.filterwarnings(
    "ignore::thermokin.errors.ValidityWarning"
)  # bias and gate reach into the rates
STRENGTH, REPULSION = 0.5, 20.0
QUICK = settings(max_examples=40, deadline=None)


def blockaded(gate: object, bias: object, temperature: object) -> tk.Model:
    """A level for two spins, with a repulsion between them, between two leads."""
    gate, bias = np.asarray(gate, dtype=float), np.asarray(bias, dtype=float)
    c = tk.operators.annihilators(2)
    n = [one.conj().T @ one for one in c]
    hamiltonian = gate[..., None, None] * (n[0] + n[1]) + REPULSION * n[0] @ n[1]
    leads = [
        tk.Bath(name, temperature, chemical_potential=side * bias / 2, statistics=tk.Fermi())
        for name, side in (("L", 1), ("R", -1))
    ]
    contacts = [tk.Contact(lead, one, tk.Flat(STRENGTH)) for lead in leads for one in c]
    return tk.davies(hamiltonian, contacts, number_operator=n[0] + n[1])


def current(gate: object, bias: object, temperature: object) -> np.ndarray:
    model = blockaded(gate, bias, temperature)
    return tk.cumulants(model, tk.particles(model, "L"), order=1).values[..., 0]


def exact(gate: float, bias: float, temperature: float) -> tuple[mpmath.mpf, list[mpmath.mpf]]:
    """Current and populations of no, one and two particles: a chain of births and deaths, without subtraction."""
    with mpmath.workdps(40):
        T, U = mpmath.mpf(temperature), mpmath.mpf(REPULSION)

        def filled(w: mpmath.mpf, side: int) -> tuple[mpmath.mpf, mpmath.mpf]:
            x = (w - side * mpmath.mpf(bias) / 2) / T
            return 1 / (1 + mpmath.exp(x)), 1 / (1 + mpmath.exp(-x))

        (inL, outL), (inR, outR) = filled(mpmath.mpf(gate), 1), filled(mpmath.mpf(gate), -1)
        (upL, downL), (upR, downR) = filled(gate + U, 1), filled(gate + U, -1)
        weights = [mpmath.mpf(1), 2 * (inL + inR) / (outL + outR)]
        weights.append(weights[1] * (upL + upR) / (2 * (downL + downR)))
        p = [weight / sum(weights) for weight in weights]
        flow = 2 * inL * p[0] - outL * p[1] + upL * p[1] - 2 * downL * p[2]
        return STRENGTH * flow, p


@pytest.mark.slow
@pytest.mark.parametrize("temperature", [0.05, 0.02, 0.01])
def test_a_stability_diagram_at_millikelvin_is_the_exact_one(temperature: float) -> None:
    # Chain of births and deaths in 40 digits; repulsion over temperature is 400 to 2000.
    gates, biases = np.linspace(-50, 30, 201) + 1e-3, np.linspace(-40, 40, 201)
    made = current(gates[:, None], biases, temperature)
    assert made.shape == (201, 201)
    assert np.isfinite(made).all()
    random = np.random.default_rng(0)
    for row, column in [*random.integers(201, size=(120, 2)), (100, 101), (101, 101), (150, 103), (0, 0)]:
        if column == 100:  # no bias, no current
            assert made[row, column] == pytest.approx(0.0, abs=1e-17)
            continue
        expected = float(exact(gates[row], biases[column], temperature)[0])
        # Exponents of 5000 are themselves known to 1e-12.
        assert made[row, column] == pytest.approx(expected, rel=1e-11, abs=1e-305)


def exact_noise(gate: float, bias: float, temperature: float) -> mpmath.mpf:
    """Noise of the current from the left lead: the rate equation in so many digits that nothing cancels."""
    with mpmath.workdps(int(200 + 0.9 * (abs(gate) + abs(bias) + REPULSION) / temperature)):
        T, G = mpmath.mpf(temperature), mpmath.mpf(STRENGTH)

        def moved(w: mpmath.mpf, side: int) -> tuple[mpmath.mpf, mpmath.mpf]:
            x = (w - side * mpmath.mpf(bias) / 2) / T
            return G / (1 + mpmath.exp(x)), G / (1 + mpmath.exp(-x))

        # States: none, one, two; (to, from, rate, counted in from the left).
        jumps = []
        for side in (1, -1):
            (enter, leave), (second, first) = moved(mpmath.mpf(gate), side), moved(mpmath.mpf(gate) + REPULSION, side)
            counted = 1 if side == 1 else 0
            jumps += [(1, 0, 2 * enter, counted), (0, 1, leave, -counted)]
            jumps += [(2, 1, second, counted), (1, 2, 2 * first, -counted)]
        W, J = mpmath.zeros(3), mpmath.zeros(3)
        for to, start, rate, counted in jumps:
            W[to, start] += rate
            W[start, start] -= rate
            J[to, start] += counted * rate
        system = W.copy()
        system[0, :] = mpmath.ones(1, 3)
        p = mpmath.lu_solve(system, mpmath.matrix([1, 0, 0]))
        flow = J * p
        mean = sum(flow)
        right = mean * p - flow
        right[0] = 0
        first_order = mpmath.lu_solve(system, right)
        activity = sum(counted**2 * rate * p[start] for _, start, rate, counted in jumps)
        return activity + 2 * sum(J * first_order)


@pytest.mark.slow
@pytest.mark.parametrize("temperature", [0.03, 0.01])
def test_noise_over_a_cold_sweep_is_exact_where_it_is_not_marked(temperature: float) -> None:
    random = np.random.default_rng(2)
    gates, biases = random.uniform(-50, 30, 8), random.uniform(-40, 40, 8)
    gates[:2], biases[:2] = (-10.0, -9.5), (0.5, 1.0)
    model = blockaded(gates, biases, temperature)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.LostPointsWarning)
        found = tk.cumulants(model, tk.particles(model, "L"))
    np.testing.assert_array_equal(np.isnan(found.noise), found.lost)
    assert found.lost.sum() <= 2
    assert not found.lost.any() or temperature == 0.01
    for made, gate, bias in zip(found.noise, gates, biases, strict=True):
        if not np.isnan(made):
            expected = float(exact_noise(float(gate), float(bias), temperature))
            assert made == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_a_point_that_doubles_cannot_hold_is_named_and_its_neighbours_live() -> None:
    gates = np.array([5.0, -10.0, -25.0])
    model = blockaded(gates, 4.0, 0.01)
    current = tk.particles(model, "L")
    with pytest.warns(tk.errors.LostPointsWarning, match=r"at the point \(1,\) of the sweep and NaN there") as said:
        found = tk.cumulants(model, current)
    assert said[0].message.points == ((1,),)
    assert said[0].filename == __file__
    np.testing.assert_array_equal(found.lost, [False, True, False])
    np.testing.assert_array_equal(np.isnan(found.values), [[False, False], [False, True], [False, False]])
    for place in (0, 2):
        alone = blockaded(gates[place], 4.0, 0.01)
        expected = tk.cumulants(alone, tk.particles(alone, "L")).values
        np.testing.assert_allclose(found.values[place], expected, rtol=1e-12)
    alone = blockaded(-10.0, 4.0, 0.01)
    with pytest.raises(tk.errors.NotConvergedError, match=r"the steady state is unique, but .* span more decades"):
        tk.cumulants(alone, tk.particles(alone, "L"))


@pytest.mark.parametrize("bias", [0.0, 0.5, 2.0])
def test_one_blockaded_point_carries_no_current_and_holds_one_particle(bias: float) -> None:
    model = blockaded(-10.0, bias, 0.01)
    steady = tk.steady_state(model)
    assert float(tk.particles(model, "L").mean(steady)) == 0.0
    np.testing.assert_allclose(np.sort(steady.populations), [0.0, 0.0, 0.5, 0.5], rtol=1e-12)


@QUICK
@given(
    st.lists(st.tuples(st.floats(-50, 30), st.floats(-40, 40)), min_size=1, max_size=6),
    st.sampled_from([0.2, 0.05, 0.03, 0.0143, 0.01, 0.004]),
)
def test_any_points_of_a_cold_sweep_keep_every_population(
    points: list[tuple[float, float]], temperature: float
) -> None:
    gates, biases = np.array(points).T + 1e-3
    states = tk.steady_state(blockaded(gates, biases, temperature)).populations
    for state, gate, bias in zip(states, gates, biases, strict=True):
        none, one, two = (float(weight) for weight in exact(float(gate), float(bias), temperature)[1])
        np.testing.assert_allclose(np.sort(state), np.sort([none, one / 2, one / 2, two]), rtol=1e-9, atol=1e-300)


def test_spins_of_a_frozen_dot_do_have_several_steady_states() -> None:
    # At temperature 0 nothing turns a spin: that is no rounding.
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="keeps apart the levels"):
        tk.steady_state(blockaded(-10.0, 0.5, 0.0))
    with pytest.warns(
        tk.errors.LostPointsWarning, match=r"the steady state is not unique at the point \(1,\) of the sweep"
    ):
        found = tk.steady_state(blockaded([25.0, -10.0], 0.5, [0.01, 0.0]))
    assert found.lost.tolist() == [False, True]
    np.testing.assert_array_equal(found.populations[0], tk.steady_state(blockaded(25.0, 0.5, 0.01)).populations)


def test_a_cold_sweep_moves_to_where_it_ends() -> None:
    model = blockaded(np.linspace(-50, 30, 21) + 1e-3, 0.5, 0.01)
    evolution = tk.evolve(model, tk.Populations([0.25, 0.25, 0.25, 0.25]), [0.0, 1.0, 10.0, 1e5])
    np.testing.assert_allclose(evolution.populations.sum(axis=-1), 1.0, rtol=1e-14)
    # From equal populations nothing has to be carried from spin to spin by rates below doubles.
    np.testing.assert_allclose(evolution.populations[:, -1], tk.steady_state(model).populations, atol=1e-13)


@pytest.mark.parametrize("temperature", [1e-2, 1e-3, 1e-5])
def test_lower_levels_that_only_a_frozen_one_joins_share_by_their_energies(temperature: float) -> None:
    # The way up underflows, the ratio of two ways up does not: Gibbs, whatever the temperature.
    coupling = np.zeros((3, 3))
    coupling[0, 2] = coupling[2, 0] = 1.0
    coupling[1, 2] = coupling[2, 1] = 0.3
    energies = [0.0, 2.0 * temperature, 30.0]
    made = tk.steady_state(tk.library.levels(energies, coupling, 1e-6, temperature)).populations
    np.testing.assert_allclose(made, oracles.gibbs_populations(energies, temperature), rtol=1e-9)


def test_a_sweep_through_a_coupling_that_vanishes_runs_where_one_steady_state_is_left() -> None:
    # Without its link to level 1 the upper level still falls to level 0, and level 1 to level 0.
    couplings = np.ones((3, 3, 3))
    couplings[1, 1, 2] = couplings[1, 2, 1] = 0.0
    sweep = tk.library.levels([0.0, 1.0, 2.5], couplings, 1e-3, 0.7)
    made = tk.steady_state(sweep).populations
    np.testing.assert_allclose(made, np.tile(oracles.gibbs_populations([0.0, 1.0, 2.5], 0.7), (3, 1)), rtol=1e-14)


def test_a_point_at_which_all_jumps_vanish_is_not_taken_for_its_neighbours() -> None:
    # The lowest level is the only closed class of the others; with nothing that moves, every level is one.
    rates = np.array([1.0, 0.0, 2.0])
    lower = np.sqrt(rates)[:, None, None] * np.array([[0.0, 1.0], [0.0, 0.0]])
    with pytest.warns(tk.errors.LostPointsWarning, match=r"not unique at the point \(1,\) of the sweep"):
        found = tk.steady_state(tk.Model(np.diag([0.0, 1.0]), [tk.Channel(lower, None)]))
    np.testing.assert_array_equal(found.populations, [[1.0, 0.0], [np.nan, np.nan], [1.0, 0.0]])


def test_hand_written_jumps_whose_way_back_underflows_still_share_by_their_energies() -> None:
    # The ways up, exp(-1500) as strong as the ways down, are zeros in doubles; Gibbs at temperature 0.01.
    bath, energies = tk.Bath("b", 0.01), np.array([0.0, 0.02, 30.0])
    channels = []
    for lower, strength in ((0, 1.0), (1, 0.3)):
        jump, gap = np.zeros((3, 3)), energies[2] - energies[lower]
        jump[lower, 2] = strength
        channels += [tk.Channel(jump, bath, -gap), tk.Channel(np.exp(-gap / 0.02) * jump.T, bath, gap)]
    made = tk.steady_state(tk.Model(np.diag(energies), channels)).populations
    np.testing.assert_allclose(made, oracles.gibbs_populations(energies, 0.01), rtol=1e-9)


def test_energies_may_be_swept_where_rates_at_zero_temperature_are_not() -> None:
    # Found by the fuzzer: a coupling of zeros sweeps the Hamiltonian alone, and no rate leads up from a bath at rest.
    model = tk.library.coupled_oscillators(2, 1.0, np.zeros((2, 2)), 0.01, hot=0.0, cold=0.0)
    assert tk.steady_state(model).populations.shape[-1] == 4
