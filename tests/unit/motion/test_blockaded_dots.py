"""Two dots in Coulomb blockade, coupled coherently, each with its own lead: sweeps down to rates that doubles drop."""

from __future__ import annotations

import warnings

import mpmath
import numpy as np
import pytest

import thermokin as tk

RATE, BIAS = 1e-3, 0.2


def double_dot(left: np.ndarray, right: np.ndarray, temperature: float, hopping: float = 0.05) -> tk.Model:
    """Spinless dots that repel each other by 1, contacts of 1e-3 that see the bare levels."""
    c = tk.operators.annihilators(2)
    here, there = (operator.T @ operator for operator in c)
    bare = np.asarray(left)[..., None, None] * here + np.asarray(right)[..., None, None] * there + here @ there
    baths = [tk.Bath("L", temperature, BIAS / 2, tk.Fermi()), tk.Bath("R", temperature, -BIAS / 2, tk.Fermi())]
    contacts = [tk.Contact(bath, operator, tk.Flat(RATE)) for bath, operator in zip(baths, c, strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        hop = hopping * (c[0].T @ c[1] + c[1].T @ c[0])
        return tk.local(bare + hop, contacts, bare, number_operator=here + there)


def exact(left: float, right: float, temperature: float, hopping: float) -> tuple[float, float]:
    """Current from the left lead and its noise, 400 digits, from p_0, p_L, p_R, p_D, Re rho_LR and Im rho_LR."""
    with mpmath.workdps(400):
        energies, t = (mpmath.mpf(float(left)), mpmath.mpf(float(right))), mpmath.mpf(hopping)
        L, K, A = mpmath.matrix(6), mpmath.matrix(6), mpmath.matrix(6)
        lost = mpmath.mpf(0)
        for dot, (energy, mu) in enumerate(zip(energies, (BIAS / 2, -BIAS / 2), strict=True)):
            alone, beside = ((0, 1), (2, 3)) if dot == 0 else ((0, 2), (1, 3))
            for (low, high), cost in ((alone, energy), (beside, energy + 1)):
                filled = 1 / (1 + mpmath.exp((cost - mpmath.mpf(mu)) / mpmath.mpf(temperature)))
                for target, source, share, count in ((high, low, filled, 1), (low, high, 1 - filled, -1)):
                    rate = mpmath.mpf(RATE) * share
                    L[target, source] += rate
                    L[source, source] -= rate
                    lost += rate * (source in (1, 2))
                    if dot == 0:
                        K[target, source] += count * rate
                        A[target, source] += rate
        detuning = energies[0] - energies[1]
        L[4, 4] = L[5, 5] = -lost / 2
        L[4, 5], L[5, 4] = detuning, -detuning
        L[5, 1], L[5, 2], L[1, 5], L[2, 5] = t, -t, -2 * t, 2 * t
        for place in range(4):
            L[0, place] = 1
        for place in (4, 5):
            L[0, place] = 0
        one, first = mpmath.matrix([[1, 1, 1, 1, 0, 0]]), mpmath.matrix([1, 0, 0, 0, 0, 0])
        state = mpmath.lu_solve(L, first)
        mean = (one * K * state)[0]
        right_side = mean * state - K * state
        right_side[0] = 0
        noise = (one * A * state)[0] + 2 * (one * K * mpmath.lu_solve(L, right_side))[0]
        return float(mean), float(noise)


@pytest.mark.parametrize("temperature", [0.01, 0.0055, 0.005, 0.002, 0.001])
@pytest.mark.parametrize("hopping", [0.05, 1e-3])
@pytest.mark.parametrize("gate", [-0.6, -0.54, -0.5, -0.48, -0.4])
def test_current_and_noise_deep_in_blockade_are_those_of_400_digits(
    temperature: float, hopping: float, gate: float
) -> None:
    model = double_dot(np.array(gate), np.array(gate), temperature, hopping)
    made = tk.cumulants(model, tk.particles(model, "L"))
    right = np.array(exact(gate, gate, temperature, hopping))
    np.testing.assert_allclose(made.values, right, rtol=1e-11)
    assert (np.abs(made.values - right) <= np.maximum(made.error, 1e-12 * right)).all()


@pytest.mark.parametrize("temperature", [0.02, 0.005, 0.001])
@pytest.mark.parametrize("hopping", [0.05, 1e-3, 1e-6])
def test_a_stability_diagram_is_its_points(temperature: float, hopping: float) -> None:
    gates = np.linspace(-1.5, 0.5, 26)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = tk.steady_state(double_dot(gates[:, None], gates, temperature, hopping))
        model = double_dot(gates[:, None], gates, temperature, hopping)
        flow = tk.particles(model, "L").mean(made)
    assert made.residual.max() < 1e-8
    assert made.positivity_defect.max() < 1e-12
    assert np.isfinite(flow).all()
    for place in [(12, 12), (8, 10), (5, 20), (3, 3), (20, 20), (12, 8)]:
        alone = tk.steady_state(double_dot(gates[place[0]], gates[place[1]], temperature, hopping))
        # Rounding of the levels turns the eigenstates of a weak hopping by some 1e-17 over it.
        np.testing.assert_allclose(made.state[place], alone.state, rtol=0, atol=1e-12 + 1e-17 / hopping)


def test_a_point_of_a_sweep_has_the_coherence_that_it_has_alone() -> None:
    # Equal levels in blockade beside a point that conducts: i/sqrt2 of coherence is no state, next to none is right.
    sweep = tk.steady_state(double_dot(np.array([-0.54, 0.2]), np.array([-0.54, 0.1]), 0.01, 1e-3))
    assert sweep.residual.max() < 1e-14
    assert sweep.positivity_defect.max() < 1e-15
    assert np.abs(sweep.state[0, 1, 2]) < 1e-15


def test_points_whose_rates_are_below_doubles_are_named_and_the_others_kept() -> None:
    # At T = .0005 what leaves one electron is exp(-1000): one steady state by the algebra, none that doubles tell.
    gates = np.linspace(-1.5, 0.5, 26)
    model = double_dot(gates[:, None], gates, 0.0005)
    with pytest.warns(tk.errors.LostPointsWarning, match=r"too weak beside the Hamiltonian at the points \(") as caught:
        made = tk.steady_state(model)
    (warning,) = (entry.message for entry in caught if isinstance(entry.message, tk.errors.LostPointsWarning))
    assert sorted(warning.points) == sorted(map(tuple, np.argwhere(made.lost).tolist()))
    assert 0 < made.lost.sum() < 40
    flow = tk.particles(model, "L").mean(made)
    np.testing.assert_array_equal(np.isnan(flow), made.lost)
    place = tuple(np.argwhere(made.lost)[0])
    with pytest.raises(tk.errors.NotConvergedError, match="too weak beside the Hamiltonian"):
        tk.steady_state(double_dot(gates[place[0]], gates[place[1]], 0.0005))


def test_a_start_changes_nothing_where_one_steady_state_is_all_there_is() -> None:
    gates = np.linspace(-0.8, 0.2, 11)
    model = double_dot(gates[:, None], gates, 0.001)
    alone = tk.steady_state(model)
    started = tk.steady_state(model, initial=tk.Populations([1.0, 0.0, 0.0, 0.0]))
    np.testing.assert_array_equal(alone.state, started.state)
