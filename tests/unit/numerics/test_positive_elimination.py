"""Elimination without subtraction against mpmath, over networks whose links span forty decades."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from thermokin.numerics.eliminated_generator import EliminatedGenerator, eliminated_generator
from thermokin.numerics.positive_elimination import NoWayOutError, positive_elimination

DIGITS = 120
ROUNDINGS = 40.0  # of n unit roundings each: what a chain of n positive sums and products may pile up
EPS = float(np.finfo(float).eps)


def network(rng: np.random.Generator, size: int, groups: int = 3, decades: float = 20.0) -> np.ndarray:
    """Random rates, strong within groups and at most 10^-decades between them."""
    rates = rng.uniform(0.1, 2.0, (size, size)) * (rng.random((size, size)) < 0.7)
    level = np.arange(size)
    rates[(level + 1) % size, level] = rng.uniform(0.1, 2.0, size)  # a ring, so that all levels reach one another
    apart = (level % groups)[:, None] != level % groups
    rates = np.where(apart, rates * 10.0 ** -rng.uniform(0.0, decades, (size, size)), rates)
    np.fill_diagonal(rates, 0.0)
    return rates


def exact_matrix(rates: np.ndarray, excess: np.ndarray) -> mpmath.matrix:
    size = len(rates)
    made = mpmath.matrix(size, size)
    for j in range(size):
        for i in range(size):
            if i != j:
                made[i, j] = -mpmath.mpf(rates[i, j])
                made[j, j] += mpmath.mpf(rates[i, j])
        made[j, j] += mpmath.mpf(excess[j])
    return made


def exact_pinned(rates: np.ndarray, pin: int, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The steady state, and the x with W x = b that is zero at the pinned level."""
    rest = [level for level in range(len(rates)) if level != pin]
    with mpmath.workdps(DIGITS):
        inner = exact_matrix(rates[np.ix_(rest, rest)], rates[pin, rest])
        weights = mpmath.lu_solve(inner, mpmath.matrix([mpmath.mpf(x) for x in rates[rest, pin]]))
        total = 1 + mpmath.fsum(weights)
        state, solved = np.zeros(len(rates)), np.zeros(len(rates))
        state[pin] = float(1 / total)
        state[rest] = [float(x / total) for x in weights]
        solved[rest] = [-float(x) for x in mpmath.lu_solve(inner, mpmath.matrix([mpmath.mpf(b) for b in right[rest]]))]
    return state, solved


def of_exact_state(rates: np.ndarray) -> EliminatedGenerator:
    """Pinned at the level that is likeliest, as callers that know populations do."""
    first = eliminated_generator(rates, np.zeros(rates.shape[:-1])).stationary
    return eliminated_generator(rates, first)


@pytest.mark.parametrize("seed", range(12))
def test_a_resolvent_keeps_every_element_whatever_decades_lie_between_rates(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 14))
    rates, excess = network(rng, size), 10.0 ** -rng.uniform(0.0, 30.0, size)
    factors = positive_elimination(rates, excess)
    with mpmath.workdps(DIGITS):
        inverse = exact_matrix(rates, excess) ** -1
        exact = np.array([[float(inverse[i, j]) for j in range(size)] for i in range(size)])
    bound = ROUNDINGS * size * EPS
    np.testing.assert_allclose(factors.solve(np.eye(size)), exact, rtol=bound)
    # Column k of the transposed solve is the row vector e_k M^-1.
    np.testing.assert_allclose(factors.solve_transposed(np.eye(size)), exact.T, rtol=bound)


@pytest.mark.parametrize("seed", range(12))
def test_the_steady_state_and_pinned_solves_keep_their_digits_across_weak_links(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    size = int(rng.integers(2, 13))
    rates = network(rng, size)
    made = of_exact_state(rates)
    pin = int(np.argmax(made.stationary))
    right = np.abs(rng.normal(size=size))
    right[pin] = -(right.sum() - right[pin])  # away from the pin all of one sign, so that nothing cancels in b itself
    state, solved = exact_pinned(rates, pin, right)
    bound = ROUNDINGS * size * EPS
    np.testing.assert_allclose(made.stationary, state, rtol=bound)
    np.testing.assert_allclose(made.solve(right[:, None])[:, 0], solved, rtol=bound)


@pytest.mark.parametrize("seed", range(8))
def test_the_transposed_solve_gives_the_bias_of_a_reward(seed: int) -> None:
    rng = np.random.default_rng(200 + seed)
    size = int(rng.integers(2, 10))
    rates = network(rng, size, decades=12.0)
    made = of_exact_state(rates)
    pin = int(np.argmax(made.stationary))
    reward = rng.uniform(0.0, 1.0, size)
    reward[pin] = 0.0
    reward[pin] = -(reward @ made.stationary) / made.stationary[pin]
    bias = made.solve_transposed(reward[:, None])[:, 0]
    generator = rates - np.diag(rates.sum(axis=0))
    scale = (np.abs(bias)[:, None] * np.abs(generator)).sum(axis=0) + np.abs(reward)
    assert bias[pin] == 0.0
    np.testing.assert_allclose((bias @ generator - reward) / scale, 0.0, atol=ROUNDINGS * size * EPS)


def test_drazin_inverses_solve_what_is_left_without_the_steady_state() -> None:
    rng = np.random.default_rng(5)
    rates = network(rng, 9, decades=3.0)
    made, right = of_exact_state(rates), rng.normal(size=(9, 4))
    generator, rest = rates - np.diag(rates.sum(axis=0)), made.stationary
    x, bias = made.drazin(right), made.solve_transposed(right - rest @ right)
    y = bias - rest @ bias
    np.testing.assert_allclose(generator @ x, right - rest[:, None] * right.sum(axis=0), atol=1e-12)
    np.testing.assert_allclose(x.sum(axis=0), 0.0, atol=1e-12 * np.abs(x).max())
    np.testing.assert_allclose(generator.T @ y, right - rest @ right, atol=1e-12)
    np.testing.assert_allclose(rest @ y, 0.0, atol=1e-12 * np.abs(y).max())


@pytest.mark.parametrize("size", [48, 49, 96, 131])
def test_blocks_of_levels_give_what_single_levels_give(size: int) -> None:
    rng = np.random.default_rng(size)
    rates = network(rng, size, decades=17.0)
    excess = np.where(np.arange(size) == 0, 1e-20, 0.0)
    factors = positive_elimination(rates, excess)
    right = rng.uniform(0.0, 1.0, (size, 2))
    other = rng.permutation(size)  # another order of elimination, the same positive sums in another order
    moved = positive_elimination(rates[np.ix_(other, other)], excess[other])
    bound = ROUNDINGS * size * EPS
    np.testing.assert_allclose(factors.solve(right)[other], moved.solve(right[other]), rtol=bound)
    np.testing.assert_allclose(factors.solve_transposed(right)[other], moved.solve_transposed(right[other]), rtol=bound)


@pytest.mark.parametrize("size", [5, 60])
def test_points_of_a_sweep_are_eliminated_as_if_alone_each_with_its_own_likeliest_level(size: int) -> None:
    rng = np.random.default_rng(3)
    rates = np.stack([network(rng, size) for _ in range(6)]).reshape(2, 3, size, size)
    likely = rng.random((2, 3, size))
    right = rng.normal(size=(size, 2))
    right -= right.mean(axis=0)
    made = eliminated_generator(rates, likely)
    bound = ROUNDINGS * size * EPS
    for point in np.ndindex(2, 3):
        alone = eliminated_generator(rates[point], likely[point])
        np.testing.assert_allclose(made.stationary[point], alone.stationary, rtol=bound)
        for way in ("solve", "solve_transposed", "drazin"):
            together, single = getattr(made, way)(right)[point], getattr(alone, way)(right)
            np.testing.assert_allclose(together, single, rtol=bound, atol=bound * np.abs(single).max())


def test_a_single_level_has_nothing_to_eliminate() -> None:
    made = eliminated_generator(np.zeros((1, 1)), np.zeros(1))
    np.testing.assert_array_equal(made.stationary, [1.0])
    np.testing.assert_array_equal(made.solve(np.zeros((1, 3))), np.zeros((1, 3)))


@pytest.mark.parametrize("size", [4, 100])
def test_levels_that_nothing_leaves_have_no_inverse(size: int) -> None:
    rates = np.zeros((size, size))
    rates[0, 1] = rates[1, 0] = 1.0
    with pytest.raises(NoWayOutError, match="lead"):
        positive_elimination(rates, np.zeros(size))
