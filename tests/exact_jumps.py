"""Jumps between states in 40 digits: mean, noise and covariance of what they count, straight from the rate equation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 40


@dataclass(frozen=True)
class Hop:
    """A jump of populations: where to, where from, its rate, and what it counts."""

    to: int
    start: int
    rate: Any
    counts: Any = 0


def steady(size: int, hops: Sequence[Hop]) -> tuple[Any, Any]:
    """Stationary populations (size, 1), and the generator."""
    W = mp.matrix(size)
    for hop in hops:
        W[hop.to, hop.start] += hop.rate
        W[hop.start, hop.start] -= hop.rate
    bordered, right = W.copy(), mp.matrix(size, 1)
    for column in range(size):
        bordered[0, column] = 1
    right[0] = 1
    return mp.lu_solve(bordered, right), W


def mean(size: int, hops: Sequence[Hop]) -> Any:
    """J = sum c a, with all its digits."""
    p, _ = steady(size, hops)
    return sum(hop.counts * hop.rate * p[hop.start] for hop in hops)


def mean_and_noise(size: int, hops: Sequence[Hop]) -> tuple[float, float]:
    """J = sum c a; D = sum c^2 a - 2 <1| J' W^+ J' |p>, W^+ by one bordered solve."""
    p, W = steady(size, hops)
    moved, mean, own = mp.matrix(size, 1), mp.mpf(0), mp.mpf(0)
    for hop in hops:
        flow = hop.counts * hop.rate * p[hop.start]
        moved[hop.to] += flow
        mean, own = mean + flow, own + hop.counts * flow
    right = moved - mean * p
    bordered = W.copy()
    for column in range(size):
        bordered[0, column] = 1
    right[0] = 0
    x = mp.lu_solve(bordered, right)
    cross = sum(hop.counts * hop.rate * x[hop.start] for hop in hops)
    return float(mean), float(own - 2 * cross)


def bose(gap: Any, temperature: Any) -> Any:
    """1 / (e^(gap/T) - 1)."""
    return 1 / mp.expm1(mp.mpf(gap) / mp.mpf(temperature))


def fermi(energy: Any, temperature: Any) -> Any:
    """1 / (e^(energy/T) + 1)."""
    return 1 / (mp.exp(mp.mpf(energy) / mp.mpf(temperature)) + 1)


def pair(low: int, high: int, gap: Any, rate: Any, temperature: Any, counts: Any = 0) -> list[Hop]:
    """A Bose bath on two levels: up at rate n, down at rate (n + 1)."""
    n, rate = bose(gap, temperature), mp.mpf(rate)
    return [Hop(high, low, rate * n, counts), Hop(low, high, rate * (n + 1), -counts)]
