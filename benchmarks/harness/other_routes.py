"""Checks of a large thermalization by other routes, in the memory of one more rate matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from harness.ours import Thermalization
from harness.rate_equation import Levels

EARLY = (1, 4, 20)  # positions of early times: the Poisson series is short there, and the populations move most
JUMPS = 3e3  # jumps of the fastest level up to which the series is summed
MODES_UP_TO = 1000  # levels up to which an eigendecomposition checks all times

Array = NDArray[np.float64]


def other_routes(system: Levels, start: Array, found: Thermalization) -> dict[str, float]:
    """Relative differences from other routes, by name."""
    path, energies = found.populations, system.energies
    checks = {"probability": float(np.abs(path.sum(axis=1) - 1.0).max())}
    rates = rate_matrix(system)
    flow = (rates @ path.T).T
    checks["residual dp/dt - W p"] = relative(found.evolution.population_rates, flow)
    some = list(EARLY)
    checks |= by_series(system, start, rates, found)
    # First law: the heat current summed over jumps against the change of energy, both from their own sums.
    checks["first law, heat current"] = relative(flow[some] @ energies, heat_current(rates, energies, path[some]))
    checks["second law"] = float(max(-found.entropy_production_rate.min(), 0.0) / found.entropy_production_rate.max())
    if energies.size <= MODES_UP_TO:
        checks |= by_modes(system, start, rates, found)
    return checks


def by_series(system: Levels, start: Array, rates: Array, found: Thermalization) -> dict[str, float]:
    """Populations and heat at early times from the Poisson series, as far as it is short."""
    fastest, energies = float(-rates.diagonal().min()), system.energies
    some = [place for place in EARLY if fastest * found.evolution.times[place] <= JUMPS]
    if not some:
        return {}
    shifted = energies - start @ energies
    series = poisson(rates, np.stack([start, shifted * start], axis=-1), found.evolution.times[some])
    mean = series[..., 0] @ shifted
    square = series[..., 0] @ shifted**2 - 2.0 * series[..., 1] @ shifted + start @ shifted**2
    return {
        "populations, Poisson series": relative(found.populations[some], series[..., 0]),
        "mean heat, Poisson series": relative(found.heat_mean[some], mean),
        "variance of heat, Poisson series": relative(found.heat_variance[some], square - mean**2),
    }


def relative(one: Array, other: Array) -> float:
    return float(np.abs(one - other).max() / np.abs(other).max())


def rate_matrix(system: Levels) -> Array:
    """W (N, N) row by row, in the memory of W alone."""
    size = system.energies.size
    rates = np.empty((size, size))
    for level in range(size):
        gap = system.energies[level] - system.energies
        gap[level] = 1.0
        occupation = 1.0 / np.expm1(np.abs(gap) / system.temperature)
        rates[level] = system.rate * system.coupling[level] ** 2 * np.where(gap > 0.0, occupation, occupation + 1.0)
        rates[level, level] = 0.0
    rates[np.arange(size), np.arange(size)] = -rates.sum(axis=0)
    return rates


def poisson(rates: Array, vectors: Array, times: Array) -> Array:
    """exp(W t) v (t, N, m) of vectors (N, m) as a Poisson mixture of powers of 1 + W / q, term by term."""
    fastest = float(-rates.diagonal().min())
    jumps = fastest * times
    terms = int(jumps.max() + 12.0 * np.sqrt(jumps.max()) + 30.0)
    weights = stats.poisson.pmf(np.arange(terms)[:, None], jumps)
    out, term = np.zeros((times.size, *vectors.shape)), vectors
    for weight in weights:
        out += weight[:, None, None] * term
        term = term + rates @ term / fastest
    return out


def heat_current(rates: Array, energies: Array, path: Array) -> Array:
    """Sum over jumps of rate times energy of the jump (t,)."""
    total = np.zeros(path.shape[0])
    for level, energy in enumerate(energies):
        total += (rates[level] * (energy - energies)) @ path.T
    return total


def by_modes(system: Levels, start: Array, rates: Array, found: Thermalization) -> dict[str, float]:
    """Everything from one eigendecomposition, at all times."""
    times, energies, final = found.evolution.times, system.energies, system.gibbs(system.temperature)
    root = np.sqrt(final)
    values, vectors = np.linalg.eigh(rates * root[None, :] / root[:, None])
    values[-1] = 0.0

    def moved(vector: Array) -> Array:
        amplitude = vectors.T @ (vector / root)
        return (np.exp(np.outer(times, values)) * amplitude) @ vectors.T * root

    path = moved(start)
    shifted = energies - start @ energies
    mean = path @ shifted
    square = path @ shifted**2 - 2.0 * moved(shifted * start) @ shifted + start @ shifted**2
    sigma = -((path @ rates.T) * np.log(path / final)).sum(axis=1)
    return {
        "populations, eigendecomposition": relative(found.populations, path),
        "entropy production rate, eigendecomposition": relative(found.entropy_production_rate, sigma),
        "mean heat, eigendecomposition": relative(found.heat_mean, mean),
        "variance of heat, eigendecomposition": relative(found.heat_variance, square - mean**2),
    }
