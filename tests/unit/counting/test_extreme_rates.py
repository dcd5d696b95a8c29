"""Cumulants of closed populations whose rates spread over dozens of decades: given, and right within a close error."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import thermokin as tk
from exact_counting import exact_rate_cumulants
from oracles import Array

KINDS = ["groups", "mirrored", "thermal", "sparse", "ring"]


def spread(rng: np.random.Generator, *shape: int) -> Array:
    return 10.0 ** rng.uniform(-20.0, 5.0, shape)


def extreme_rates(rng: np.random.Generator, kind: str) -> Array:
    size = int(rng.integers(3, 7))
    level = np.arange(size)
    after = (level + 1) % size
    if kind == "groups":  # of ordinary rates inside, joined by links as weak as 1e-25 of them
        group = rng.integers(0, 3, size)
        inside = rng.random((size, size)) * 10.0 ** rng.uniform(-1.0, 1.0, (size, size))
        rates = np.where(group[:, None] == group, inside, inside * spread(rng) * 1e-5)
    elif kind == "mirrored":
        rates = spread(rng, size, size)
        rates = rates + rates.T
    elif kind == "thermal":
        strength, energy = spread(rng, size, size), rng.uniform(0.0, 60.0, size)
        rates = np.sqrt(strength * strength.T) * np.exp(-np.maximum(energy[:, None] - energy, 0.0))
    elif kind == "sparse":
        rates = spread(rng, size, size) * (rng.random((size, size)) < 0.3)
        rates[after, level] = spread(rng, size)
    else:
        rates = np.zeros((size, size))
        rates[after, level], rates[level, after] = spread(rng, size), spread(rng, size)
    np.fill_diagonal(rates, 0.0)
    return rates


def counts(rng: np.random.Generator, size: int, number: int) -> Array:
    random = rng.normal(size=(size, size))
    one_way = np.zeros((size, size))
    one_way[1, 0] = 1.0
    counted = [np.ones((size, size)), random, random - random.T, one_way, one_way - one_way.T][number % 5]
    return np.where(np.eye(size, dtype=bool), 0.0, counted)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("start", range(0, 30, 10))
def test_extreme_rates_have_cumulants_within_the_error_they_state(kind: str, start: int) -> None:
    for seed in range(start, start + 10):
        rng = np.random.default_rng(seed)
        rates = extreme_rates(rng, kind)
        weights = counts(rng, len(rates), seed)
        model = tk.rates(rates, weights={"count": weights})
        try:
            found = tk.cumulants(model, tk.current(model, "count"), order=4)
        except tk.errors.NotConvergedError:  # a third cumulant that vanishes by symmetry has none
            assert kind == "mirrored"
            continue
        exact = exact_rate_cumulants(rates, weights, 4)
        error = [float(abs(mpmath.mpf(float(one)) - right)) for one, right in zip(found.values, exact, strict=True)]
        # The reference has 80 digits of what its sums are made of.
        assert (np.asarray(error) <= found.error + 1e-45 * found.series.activity).all()


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("number", range(5))
def test_groups_that_hardly_anything_joins_are_given_four_cumulants(seed: int, number: int) -> None:
    # The left vectors are level inside each group: what their differences lost was taken for an error.
    rng = np.random.default_rng(seed)
    rates = extreme_rates(rng, "groups")
    weights = counts(rng, len(rates), number)
    model = tk.rates(rates, weights={"count": weights})
    found = tk.cumulants(model, tk.current(model, "count"), order=4)
    assert (found.error <= 1e-6 * np.maximum(np.abs(found.values), found.series.activity)).all()
