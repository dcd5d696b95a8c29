"""The count that reaches the clock bound."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from oracles import Array
from thermokin.bounds import evaluate, steadiest_count


def network(seed: int, size: int, *points: int) -> Array:
    """Rates of a random network, many of them 0, with a ring through all states so that it has one steady state."""
    rng = np.random.default_rng(seed)
    found = np.exp(rng.normal(0.0, 2.0, (*points, size, size))) * (rng.random((size, size)) < 0.5)
    around = (np.arange(size) + 1) % size
    found[..., around, np.arange(size)] += 0.1
    found[..., np.arange(size), np.arange(size)] = 0.0
    return found


def mean_residual_time(rates: Array) -> float:
    """sum_i p_i / k_i, by the null vector of the rates."""
    leaving = rates.sum(axis=0)
    whole = rates - np.diag(leaving)
    values, vectors = np.linalg.eig(whole)
    state = np.real(vectors[:, np.argmin(np.abs(values))])
    return float((state / state.sum() / leaving).sum())


@pytest.mark.parametrize("size", [2, 3, 5, 9])
def test_it_reaches_the_clock_bound_in_random_networks(size: int) -> None:
    for seed in range(6):
        rates = network(seed, size)
        model = tk.rates(rates)
        bound = evaluate(model, steadiest_count(model), theorems="clock")["clock"]
        assert bound.ratio == pytest.approx(1.0, abs=1e-10)
        assert bound.mean == pytest.approx(1.0, abs=1e-10)  # it counts time
        assert bound.value == pytest.approx(mean_residual_time(rates), rel=1e-9)
        # No other count is steadier, and none but around a one-way ring as steady.
        weights = np.random.default_rng(seed + 100).normal(1.0, 0.3, model.table.size)
        other = evaluate(model, tk.current(model, steadiest_count(model).weights * weights))["clock"]
        assert other.ratio > 1.0 + (1e-6 if model.table.size > size else -1e-10)
        assert other.holds


def test_it_follows_a_sweep_and_counts_each_bath() -> None:
    rates = network(3, 4, 5)
    model = tk.rates(rates)
    swept = evaluate(model, steadiest_count(model), theorems="clock")["clock"]
    np.testing.assert_allclose(swept.ratio, 1.0, rtol=0.0, atol=1e-10)
    np.testing.assert_allclose(swept.value, [mean_residual_time(one) for one in rates], rtol=1e-9)
    qubit = tk.library.qubit(1.0, 0.01, 0.7)
    assert evaluate(qubit, steadiest_count(qubit))["clock"].ratio == pytest.approx(1.0, abs=1e-10)


def test_dephasing_is_no_jump_of_it() -> None:
    qubit = tk.library.qubit(1.0, 0.01, 0.7)
    noisy = tk.Model(np.diag([0.0, 1.0]), [*qubit.channels, tk.Channel(np.diag([0.4, -0.4]), None)])
    bound = evaluate(noisy, steadiest_count(noisy))["clock"]
    assert bound.ratio == pytest.approx(1.0, abs=1e-10)
    assert bound.value == pytest.approx(float(evaluate(qubit, steadiest_count(qubit))["clock"].value), rel=1e-12)


def test_it_is_refused_where_no_weight_of_channels_reaches_the_bound() -> None:
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    atom = tk.Model(0.5 * (lower + lower.T), [tk.Channel(lower, None)])
    with pytest.raises(tk.errors.HypothesisError, match="only where populations obey a rate equation; here coherences"):
        steadiest_count(atom)
    with pytest.raises(tk.errors.HypothesisError, match=r"one channel of the model holds several .* with `tk.rates`"):
        steadiest_count(tk.library.oscillator(6, 1.0, 0.01, 0.7))
    with pytest.raises(TypeError, match="must be a Model"):
        steadiest_count(np.eye(2))  # type: ignore[arg-type]
