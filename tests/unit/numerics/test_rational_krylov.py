"""Relaxation in Krylov spaces, of W or of one shifted inverse: late deviations keep their digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import thermokin as tk
from oracles import Array
from thermokin.numerics import polynomial_exponential, rational_krylov
from thermokin.numerics.polynomial_exponential import chebyshev_terms, lanczos, lanczos_vectors
from thermokin.numerics.positive_exponential import positive_exponential
from thermokin.numerics.rational_krylov import RationalKrylov, windows


def stiff_rates(size: int, decades: float, seed: int = 0) -> tuple[Array, Array]:
    """A rate matrix under detailed balance whose symmetric rates are spread over decades, and its stationary state."""
    random = np.random.default_rng(seed)
    stationary = random.dirichlet(np.full(size, 3.0))
    flow = np.triu(10.0 ** (decades * random.uniform(0.0, 1.0, (size, size)) ** 8), 1)
    rates = (flow + flow.T) * stationary[:, None] / size
    rates[np.diag_indices(size)] = -rates.sum(axis=0)
    return rates, stationary


def exactly(rates: Array, stationary: Array, vector: Array, times: Array) -> Array:
    """exp(W t) v from an eigendecomposition of the symmetric form in sixty digits, diagonal summed anew."""
    size = len(stationary)
    with mpmath.workdps(60):
        rate = mpmath.matrix(rates.tolist())
        for column in range(size):
            rate[column, column] = -mpmath.fsum(rate[row, column] for row in range(size) if row != column)
        # pi from the rates themselves, so that detailed balance holds to all digits.
        weight = [mpmath.mpf(1)] + [rate[row, 0] / rate[0, row] for row in range(1, size)]
        root = [mpmath.sqrt(value) for value in weight]
        symmetric = mpmath.matrix(size)
        for row in range(size):
            for column in range(size):
                symmetric[row, column] = rate[row, column] * root[column] / root[row]
        values, modes = mpmath.eigsy(0.5 * (symmetric + symmetric.T))
        still = max(range(size), key=lambda n: values[n])
        amplitude = [
            mpmath.fsum(modes[row, n] * mpmath.mpf(vector[row]) / root[row] for row in range(size)) for n in range(size)
        ]
        return np.array(
            [
                [
                    float(
                        root[row]
                        * mpmath.fsum(
                            modes[row, n] * amplitude[n] * mpmath.exp(values[n] * mpmath.mpf(float(time)))
                            for n in range(size)
                            if n != still
                        )
                    )
                    for row in range(size)
                ]
                for time in times
            ]
        )


@pytest.mark.parametrize("decades", [1.0, 5.0])
@pytest.mark.parametrize("grid", ["steps", "decades"])
def test_stiff_deviations_follow_sixty_digits_to_late_times(decades: float, grid: str) -> None:
    """Reference: modes in sixty digits; the last of the times is fifty relaxation times."""
    rates, stationary = stiff_rates(12, decades)
    start = np.eye(12)[0] - stationary
    gap = -np.sort(np.linalg.eigvals(rates).real)[-2]
    times = (np.linspace(0.0, 50.0, 11) if grid == "steps" else np.geomspace(1e-6, 50.0, 23)) / gap
    made = RationalKrylov(rates, np.sqrt(stationary)).relax(start, times)
    expected = exactly(rates, stationary, start, times)
    size = np.linalg.norm(expected / np.sqrt(stationary), axis=-1)
    error = np.linalg.norm((made - expected) / np.sqrt(stationary), axis=-1)
    # The stationary state in doubles is known to 1e-16; a rate of decay to that times the fastest over it.
    assert (error <= 1e-11 * size).all()
    assert size[-1] < 1e-15 * size[0]


@pytest.mark.parametrize("decades", [2.0, 6.0])
def test_many_stiff_levels_move_as_by_sums_of_positive_terms(decades: float) -> None:
    rates, stationary = stiff_rates(220, decades)
    random = np.random.default_rng(1)
    start = random.dirichlet(np.ones(220)) - stationary
    times = np.array([0.0, 1e-3, 0.05, 1.0, 4.0])
    made = RationalKrylov(rates, np.sqrt(stationary)).relax(start, times)
    expected = [positive_exponential(rates, np.asarray(time))[0] @ start for time in times]
    weight = np.linalg.norm(start / np.sqrt(stationary))
    assert (np.abs(made - expected) / np.sqrt(stationary)).max() < 1e-12 * weight


def test_stiffness_costs_no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    solves, times = [0], np.linspace(0.0, 5.0, 50)
    solve = rational_krylov.dpotrs

    def counted(*args: object, **kwargs: object) -> object:
        solves[-1] += 1
        return solve(*args, **kwargs)

    monkeypatch.setattr(rational_krylov, "dpotrs", counted)
    for decades in (1.0, 3.0, 6.0):
        rates, stationary = stiff_rates(300, decades)
        RationalKrylov(rates, np.sqrt(stationary)).relax(np.eye(300)[3] - stationary, times)
        solves.append(0)
    assert max(solves) <= 90


def test_a_grid_over_many_decades_takes_a_shift_for_every_few() -> None:
    assert windows(np.linspace(0.0, 10.0, 200)) == 1
    assert windows(np.array([0.0])) == 1
    assert windows(np.geomspace(1e-9, 1.0, 5)) > 2


def test_rates_too_fast_for_the_last_time_are_refused() -> None:
    rates = np.array([[-1e20, 1e20, 1.0], [1e20, -1e20, 1.0], [1.0, 1.0, -2.0]])
    with pytest.raises(tk.errors.NotConvergedError, match=r"relax too fast .* Ask for shorter times"):
        RationalKrylov(rates, np.full(3, 3.0**-0.5)).relax(np.array([1.0, -1.0, 0.0]), np.array([1.0]))


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_stiff_levels_are_moved_by_inverses_and_agree_with_their_modes() -> None:
    model = tk.library.random_levels(200, 5, 1.0 / 200.0, 1.0)
    times = np.linspace(0.0, 8.0, 60)
    moved = tk.evolve(model, tk.Gibbs(0.3), times)
    motion = moved.motion
    assert motion is not None
    start = moved.initial.populations, times, moved.final, moved.away
    named = {name: motion.path(*start, name)[0] for name in ("rational Krylov", "modes")}
    np.testing.assert_array_equal(moved.populations, named["rational Krylov"])
    np.testing.assert_allclose(named["modes"], named["rational Krylov"], rtol=1e-10)


@pytest.mark.parametrize("decades", [0.5, 2.0])
@pytest.mark.parametrize("grid", ["steps", "decades"])
def test_deviations_in_the_space_of_the_rates_follow_sixty_digits(decades: float, grid: str) -> None:
    """Reference: modes in sixty digits; the last of the times is fifty relaxation times."""
    rates, stationary = stiff_rates(12, decades)
    start = np.eye(12)[0] - stationary
    gap = -np.sort(np.linalg.eigvals(rates).real)[-2]
    times = (np.linspace(0.0, 50.0, 11) if grid == "steps" else np.geomspace(1e-6, 50.0, 23)) / gap
    made = lanczos(rates, np.sqrt(stationary), start, times)
    expected = exactly(rates, stationary, start, times)
    size = np.linalg.norm(expected / np.sqrt(stationary), axis=-1)
    error = np.linalg.norm((made - expected) / np.sqrt(stationary), axis=-1)
    assert (error <= 1e-11 * size).all()
    assert size[-1] < 1e-15 * size[0]


@pytest.mark.parametrize("decades", [0.5, 3.0])
def test_the_space_of_the_rates_takes_fewer_vectors_than_a_polynomial_made_beforehand(
    decades: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates, stationary = stiff_rates(300, decades)
    start, times = np.random.default_rng(1).dirichlet(np.ones(300)) - stationary, np.linspace(0.0, 4.0, 21)
    products, extend = [0], polynomial_exponential.extend

    def counted(*args: object) -> bool:
        products[0] += 1
        return bool(extend(*args))  # type: ignore[arg-type]

    monkeypatch.setattr(polynomial_exponential, "extend", counted)
    made = lanczos(rates, np.sqrt(stationary), start, times)
    exits = -np.diagonal(rates)
    assert products[0] <= 1.2 * lanczos_vectors(exits, 4.0)
    assert products[0] <= 0.7 * chebyshev_terms(2.0 * exits.max() * 4.0)
    expected = [positive_exponential(rates, np.asarray(time))[0] @ start for time in times]
    weight = np.linalg.norm(start / np.sqrt(stationary))
    assert (np.abs(made - expected) / np.sqrt(stationary)).max() < 1e-13 * weight


def test_nothing_moves_without_a_deviation_and_at_time_zero() -> None:
    rates, stationary = stiff_rates(5, 1.0)
    start = np.eye(5)[0] - stationary
    assert not lanczos(rates, np.sqrt(stationary), np.zeros(5), np.array([0.0, 1.0])).any()
    np.testing.assert_array_equal(lanczos(rates, np.sqrt(stationary), start, np.array([0.0]))[0], start)


@pytest.mark.parametrize("ring", [0.0, 1e-11])
def test_a_current_too_weak_to_show_in_detailed_balance_is_not_left_out(ring: float) -> None:
    """Rates around a ring, 10^-11 of the others: one triangle of the rates no longer tells the other one."""
    rates = stiff_rates(160, 0.5)[0]
    rates += ring * np.roll(np.eye(160), 1, axis=0) * -rates.diagonal().min()
    np.fill_diagonal(rates, 0.0)
    evolution = tk.evolve(tk.rates(rates), tk.Populations(np.random.default_rng(1).dirichlet(np.ones(160))), [0.5, 9.0])
    motion = evolution.motion
    assert motion is not None
    start = evolution.initial.populations
    asked = motion.path(start, evolution.times, engine="Lanczos" if ring == 0.0 else "Chebyshev")[0]
    np.testing.assert_array_equal(evolution.populations, asked)
    expected = [positive_exponential(motion.dense, time)[0] @ start for time in evolution.times]
    np.testing.assert_allclose(evolution.populations, expected, rtol=1e-13)
