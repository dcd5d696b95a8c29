"""Systems whose parts are nearly decoupled, and their motion in as many digits as that takes."""

from __future__ import annotations

import mpmath
import numpy as np

import thermokin as tk
from oracles import Array

DIGITS = 100


def ladders(link: float, levels: int = 80) -> tk.Model:
    """Two ladders of levels on one bath, a weak link between their ground states."""
    rungs = np.arange(levels) * 0.05
    coupling = np.zeros((2 * levels, 2 * levels))
    for first in (0, levels):
        step = np.arange(first, first + levels - 1)
        coupling[step, step + 1] = coupling[step + 1, step] = 1.0
    coupling[0, levels] = coupling[levels, 0] = link
    return tk.library.levels(np.concatenate([rungs, rungs + 0.025]), coupling, rate=0.01, temperature=1.0)


def grouped_levels(rng: np.random.Generator, size: int, groups: int, decades: float) -> tk.Model:
    """Levels on one bath, strongly linked within groups and at rates down to 10^-decades between them."""
    level = np.arange(size)
    strength = np.triu(rng.uniform(0.2, 1.0, (size, size)) * 10.0 ** -rng.uniform(0.0, decades / 2.0, (size, size)), 1)
    near = (level % groups)[:, None] == level % groups
    coupling = np.where(near, 1.0, strength + strength.T)
    np.fill_diagonal(coupling, 0.0)
    return tk.library.levels(rng.uniform(0.0, 3.0, size), coupling, 0.3, 1.0)


def grouped_rates(rng: np.random.Generator, size: int, groups: int, decades: float) -> Array:
    """Rates without detailed balance, of order one within groups and down to 10^-decades between them."""
    level = np.arange(size)
    rates = rng.uniform(0.1, 2.0, (size, size)) * (rng.random((size, size)) < 0.7)
    rates[(level + 1) % size, level] = rng.uniform(0.1, 2.0, size)  # a ring: all levels reach one another
    apart = (level % groups)[:, None] != level % groups
    rates = np.where(apart, rates * 10.0 ** -rng.uniform(0.0, decades, (size, size)), rates)
    np.fill_diagonal(rates, 0.0)
    return np.asarray(rates)


def exact_generator(rates: Array) -> mpmath.matrix:
    """W whose columns sum to zero in all digits, from the rates off the diagonal."""
    size = len(rates)
    made = mpmath.matrix(size, size)
    for j in range(size):
        for i in range(size):
            if i != j:
                made[i, j] = mpmath.mpf(float(rates[i, j]))
                made[j, j] -= made[i, j]
    return made


def exact_populations(rates: Array, start: Array, time: float) -> tuple[Array, Array]:
    """exp(W t) p and its rate of change in 100 digits."""
    with mpmath.workdps(DIGITS):
        generator = exact_generator(rates)
        moved = _exponential(generator, time) * mpmath.matrix(start.tolist())
        return np.array([float(x) for x in moved]), np.array([float(x) for x in generator * moved])


def exact_integral(rates: Array, start: Array, time: float, row: Array) -> float:
    """The integral of m . p(s) from 0 to t in 100 digits: what a last state has been fed that nothing leaves."""
    size = len(rates)
    with mpmath.workdps(DIGITS):
        fed = mpmath.matrix(size + 1, size + 1)
        fed[:size, :size] = exact_generator(rates)
        for level in range(size):
            fed[size, level] = mpmath.mpf(float(row[level]))
        return float((_exponential(fed, time) * mpmath.matrix([*start.tolist(), 0.0]))[size])


def _exponential(generator: mpmath.matrix, time: float) -> mpmath.matrix:
    """By the Taylor series of a short step and squaring."""
    largest = max(abs(x) for x in generator) * mpmath.mpf(float(time))
    halvings = max(0, int(mpmath.ceil(mpmath.log(largest + 1, 2))) + 4)
    step = generator * (mpmath.mpf(float(time)) / mpmath.mpf(2) ** halvings)
    power = term = mpmath.eye(generator.rows)
    for order in range(1, 50):
        term = term * step / order
        power = power + term
    for _ in range(halvings):
        power = power * power
    return power


def exact_values(rates: Array) -> Array:
    """Eigenvalues of W in 100 digits, the slowest first."""
    with mpmath.workdps(DIGITS):
        found = mpmath.eig(exact_generator(rates), left=False, right=False)
        return np.array([complex(value) for value in sorted(found, key=lambda value: -value.real)])
