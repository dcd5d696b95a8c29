"""The Bloch-Redfield equation where it is hard: short slips, slow and graded rates, many levels, no rest at all."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest

import thermokin as tk
from thermokin.master_equations.redfield_equation import Redfield
from thermokin.master_equations.redfield_evolution import RedfieldEvolution
from thermokin.master_equations.redfield_rest import iterated_rest, solved_rest
from thermokin.master_equations.redfield_state import RedfieldState

SPIN = tk.operators.pauli()


def quiet(equation: Redfield) -> RedfieldState:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        found: RedfieldState = tk.steady_state(equation)
    return found


def test_a_slip_is_found_between_the_times_asked_for() -> None:
    one = tk.redfield(np.diag([0.0, 1.0]), [tk.Contact(tk.Bath("bath", 0.1), SPIN.x, tk.Flat(0.1))])
    start = tk.Ket(np.sqrt([0.9, 0.1]))
    with pytest.warns(tk.errors.ValidityWarning, match="negative for 2.3"):
        seen: RedfieldEvolution = tk.evolve(one, start, [0.0, 50.0])
    assert seen.lowest_eigenvalues.min() > -1e-12
    with pytest.warns(tk.errors.ValidityWarning, match="does not keep the state positive"):
        fine = tk.evolve(one, start, np.linspace(0.0, 10.0, 20001))
    assert float(seen.lowest) == pytest.approx(fine.lowest_eigenvalues.min(), rel=1e-6)
    assert float(seen.slip_duration) == pytest.approx(5e-4 * (fine.lowest_eigenvalues < -1e-12).sum(), abs=3e-3)
    assert seen.growth == pytest.approx(0.0, abs=1e-14)


@pytest.mark.parametrize("seed", [3, 4])
def test_the_lowest_eigenvalue_is_that_of_a_fine_grid_and_a_slip_however_short_lasts(seed: int) -> None:
    random = np.random.default_rng(seed)
    whole, coupling = (one + one.conj().T for one in random.normal(size=(2, 3, 3, 2)) @ [1.0, 1j])
    equation = tk.redfield(whole, [tk.Contact(tk.Bath("bath", 0.1), coupling, tk.Ohmic(0.05, cutoff=5.0))])
    start = tk.Ket(np.linalg.qr(whole)[0][:, 0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        seen = tk.evolve(equation, start, [0.0])
        fine = tk.evolve(equation, start, np.linspace(0.0, 20.0, 4001)).lowest_eigenvalues.min()
    assert float(seen.lowest) == pytest.approx(min(fine, float(seen.lowest)), rel=1e-3)
    assert bool(seen.slip_duration > 0.0) == bool(seen.lowest < -1e-12)


def test_the_iteration_for_many_levels_is_the_direct_solution() -> None:
    lower = np.diag(np.sqrt(np.arange(1.0, 4.0)), 1)
    a, b = (tk.operators.embed(lower, site, (4, 4)) for site in (0, 1))
    whole = a.T @ a + 1.01 * b.T @ b + 0.02 * (a.T @ b + b.T @ a)
    ends = [
        tk.Contact(tk.Bath(name, at), one + one.T, tk.Ohmic(0.02))
        for name, at, one in (("hot", 0.7, a), ("cold", 0.3, b))
    ]
    equation = tk.redfield(whole, ends)
    direct, _ = solved_rest(equation.generator)
    np.testing.assert_allclose(iterated_rest(equation.generator), direct, atol=1e-10)


def test_slow_motion_costs_the_iteration_no_digits() -> None:
    """Relaxation by exchange of 1e-5 between spins damped by .01: residuals of 1e-12 would leave errors of 1e-6."""
    lower = [tk.operators.embed(SPIN.minus, site, (2,) * 3) for site in range(3)]
    whole = sum(one.T @ one for one in lower) + 1e-5 * sum(a.T @ b + b.T @ a for a, b in pairwise(lower))
    ends = [
        tk.Contact(tk.Bath(name, at), one + one.T, tk.Ohmic(0.01))
        for name, at, one in (("hot", 1.0, lower[0]), ("cold", 0.4, lower[2]))
    ]
    generator = tk.redfield(whole, ends).generator
    np.testing.assert_allclose(iterated_rest(generator), solved_rest(generator)[0], atol=1e-9)


@pytest.mark.parametrize(("rate", "temperature"), [(1e-15, 0.5), (0.01, 0.05)])
def test_rates_far_below_rounding_of_the_gaps_still_make_one_state(rate: float, temperature: float) -> None:
    """Two low levels that meet by way of a third alone, which at T = .05 is taken with e^-40."""
    levels, ladder = np.diag([0.0, 0.1, 2.0]), np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    rest = quiet(tk.redfield(levels, [tk.Contact(tk.Bath("bath", temperature), ladder, tk.Ohmic(rate))]))
    expected = tk.operators.gibbs(levels, temperature).diagonal()[:2]
    np.testing.assert_allclose(rest.populations[:2], expected, rtol=1e-6 if rate < 0.01 else 1e-3)


def test_points_without_one_state_are_lost_and_no_more() -> None:
    swept = np.array([np.diag([0.0, 1.0]), np.zeros((2, 2))])
    equation = tk.redfield(swept, [tk.Contact(tk.Bath("bath", 1.0), SPIN.x, tk.Ohmic(0.1))])
    with pytest.warns(tk.errors.LostPointsWarning, match=r"at the point \(1,\)"):
        rest = tk.steady_state(equation)
    assert rest.lost.tolist() == [False, True]
    assert repr(rest).splitlines()[0].endswith("at rest, a state")
    with pytest.warns(tk.errors.LostPointsWarning, match="not unique"):
        counted = tk.cumulants(equation, tk.heat(equation, "bath"))
    assert np.isnan(counted.noise).tolist() == [False, True]


def test_forty_levels_are_solved_and_followed_no_further() -> None:
    lower = np.diag(np.sqrt(np.arange(1.0, 40.0)), 1)
    bath = tk.Bath("bath", 2.0)
    ladder = tk.redfield(lower.T @ lower, [tk.Contact(bath, lower + lower.T, tk.Ohmic(1e-6))])
    rest = tk.steady_state(ladder)
    np.testing.assert_allclose(rest.populations[:3], tk.operators.gibbs(lower.T @ lower, 2.0).diagonal()[:3], rtol=1e-4)
    with pytest.raises(ValueError, match="up to 20 levels"):
        tk.evolve(ladder, tk.Gibbs(1.0), [0.0, 1.0])
    with pytest.raises(ValueError, match="up to 20 levels"):
        tk.cumulants(ladder, tk.heat(ladder, "bath"))


def test_an_equation_that_runs_away_says_so_at_rest_and_over_time() -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        whole, coupling = (one + one.conj().T for one in random.normal(size=(2, 3, 3, 2)) @ [1.0, 1j])
        equation = tk.redfield(0.3 * whole, [tk.Contact(tk.Bath("bath", 0.05), coupling, tk.Ohmic(1.5))])
        growth = np.linalg.eigvals(equation.generator.matrix).real.max()
        if growth > 0.02:
            break
    with pytest.warns(tk.errors.ValidityWarning, match="Bloch-Redfield") as told:
        tk.steady_state(equation)
    assert any("nothing tends to its state at rest" in str(one.message) for one in told)
    with pytest.warns(tk.errors.ValidityWarning, match="Bloch-Redfield") as told:
        moved = tk.evolve(equation, tk.Ket(np.eye(3)[0]), [0.0, 1.0])
    assert any("runs away: one of its exponents" in str(one.message) for one in told)
    assert float(moved.growth) == pytest.approx(growth)
    assert np.isinf(moved.slip_duration)
    with pytest.raises(ValueError, match="`times` go too far"):
        tk.evolve(equation, tk.Ket(np.eye(3)[0]), [0.0, 1e5])
