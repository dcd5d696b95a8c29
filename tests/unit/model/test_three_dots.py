"""The `local filling` line of three dots without repulsion, at two leads and at three, against Landauer's formula."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import expit

import thermokin as tk

DOTS = [each.real for each in tk.operators.annihilators(3)]
N = [dot.T @ dot for dot in DOTS]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)


@dataclass(frozen=True)
class Point:
    """Three dots in a row.

    Args:
        levels: of the dots [energy].
        tunnelling: from the first to the second and on to the third [energy].
        rates: of the leads [1/time]: at the ends, or at every dot.
        temperatures: of the leads [energy].
        potentials: of the leads [energy].
    """

    levels: tuple[float, ...]
    tunnelling: tuple[float, float]
    rates: tuple[float, ...]
    temperatures: tuple[float, ...]
    potentials: tuple[float, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """The dot at which each lead is."""
        return (0, 2) if len(self.rates) == 2 else (0, 1, 2)


def landauer(point: Point) -> np.ndarray:
    """Of each lead sum_b of the integral over G_a G_b |R_ab|^2 (f_a - f_b)/2 pi, by Gauss-Legendre panels."""
    bonds = np.diag(point.levels) + np.diag(point.tunnelling, 1) + np.diag(point.tunnelling, -1)
    broad = np.zeros(3)
    np.add.at(broad, list(point.places), point.rates)
    poles = np.linalg.eigvals(bonds - 0.5j * np.diag(broad))
    ends = [
        pole.real + side * np.append(np.geomspace(0.1 * abs(pole.imag), 3.0, 90), 0.0)
        for pole in poles
        for side in (-1.0, 1.0)
    ]
    leads = list(zip(point.potentials, point.temperatures, strict=True))
    ends += [potential + temperature * np.linspace(-45.0, 45.0, 80) for potential, temperature in leads]
    edges = np.unique(np.concatenate(ends))
    half, middle = np.diff(edges)[:, None] / 2, (edges[1:] + edges[:-1])[:, None] / 2
    energy, weight = (middle + half * NODES).ravel(), (half * WEIGHTS).ravel()
    resolvent = np.linalg.inv(energy[:, None, None] * np.eye(3) - bonds + 0.5j * np.diag(broad))
    apart = [(energy - potential) / temperature for potential, temperature in leads]
    currents = np.zeros(len(leads))
    for a, one in enumerate(point.places):
        for b, other in enumerate(point.places):
            passed = point.rates[a] * point.rates[b] * np.abs(resolvent[:, one, other]) ** 2
            currents[a] += (weight * passed * fuller(apart[a], apart[b])).sum() / (2.0 * np.pi)
    return currents


def fuller(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """f(x) - f(y) to all its digits, f(x) (1 - f(y)) (1 - exp(x - y))."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    return np.sign(other - one) * expit(-low) * expit(high) * -np.expm1(low - high)


def local(point: Point, repulsion: float = 0.0) -> tuple[float, np.ndarray]:
    """The ratio of the line, and the currents."""
    bare = sum(level * number for level, number in zip(point.levels, N, strict=True)) + repulsion * N[0] @ N[1]
    whole = bare
    for number, size in enumerate(point.tunnelling):
        whole = whole + size * (DOTS[number].T @ DOTS[number + 1] + DOTS[number + 1].T @ DOTS[number])
    baths = [
        tk.Bath(f"lead{number}", temperature, potential, tk.Fermi())
        for number, (temperature, potential) in enumerate(zip(point.temperatures, point.potentials, strict=True))
    ]
    contacts = [
        tk.Contact(bath, DOTS[place], tk.Flat(rate))
        for bath, place, rate in zip(baths, point.places, point.rates, strict=True)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        model = tk.local(whole, contacts, bare, number_operator=sum(N))
    (line,) = [line for line in model.validity if line.name == "local filling"]
    currents = [float(tk.cumulants(model, tk.particles(model, bath.name), order=1).mean) for bath in baths]
    return line.smallest, np.array(currents)


def off(point: Point, currents: np.ndarray) -> float:
    exact = landauer(point)
    return float(np.abs(currents - exact).max() / np.abs(exact).max())


def drawn(random: np.random.Generator, count: int) -> Point:
    """A row whose rates are weak: at most a hundredth of the temperature, or so."""
    temperature = random.choice([0.02, 0.05, 0.1, 0.3])
    levels = random.normal(0.0, 0.15) + random.choice([0.0, 0.03, 0.1, 0.3 * temperature], 3) * random.normal(size=3)
    rates = random.choice([2e-4, 2e-3, 1e-2]) * temperature * np.exp(random.normal(0.0, 0.5, count))
    warm = temperature * np.where(random.random(count) < 0.7, 1.0, np.exp(random.normal(0.0, 0.3, count)))
    bias = random.choice([0.02, 0.1, 0.2, 0.5, 2.0])
    between = [] if count == 2 else [bias * random.uniform(-0.5, 0.5)]
    tunnelling = random.choice([1e-3, 5e-3, 0.01, 0.05, 0.1], 2)
    return Point(
        tuple(map(float, levels)),
        (float(tunnelling[0]), float(tunnelling[1])),
        tuple(map(float, rates)),
        tuple(map(float, warm)),
        (bias / 2, *between, -bias / 2),
    )


ENDS, EACH = ((0.02, 0.02), (0.05, -0.05)), (0.05, 0.05, 0.05)


@pytest.mark.parametrize(
    "point",
    [
        Point((0.144402, 0.317521, 0.026934), (1e-3, 1e-3), (3.5e-5, 2.7e-5), *ENDS),
        Point((-0.07644, -0.222725, -0.222725), (1e-3, 1e-3), (4.2e-5, 2.1e-5), *ENDS),
        Point((0.33698, 0.312453, 0.181754), (1e-3, 0.1), (6.82e-4, 5.26e-4), (0.05, 0.05), (0.25, -0.25)),
        Point((-0.268662, -0.309459, -0.315954), (5e-3, 5e-3), (2e-6, 3e-6), (0.015328, 0.02), (0.01, -0.01)),
        Point((0.133177, 0.129358, 0.126833), (0.1, 1e-3), (3e-6, 4e-6, 2e-6), (0.02, 0.02, 0.022357), (1, 0.3154, -1)),
        Point((-0.08727, -0.081651, -0.051654), (0.1, 5e-3), (1.2e-5, 1.2e-5, 1.3e-5), EACH, (1.0, 0.238073, -1.0)),
        Point((0.076859, 0.073985, 0.07136), (0.05, 1e-3), (1.41e-3, 3.18e-4, 5.28e-4), EACH, (0.25, 0.236797, -0.25)),
    ],
)
def test_what_two_links_mix_is_in_doubt_where_a_current_is_off_by_it(point: Point) -> None:
    ratio, currents = local(point)
    assert off(point, currents) > 0.25
    assert ratio < 4.0


@pytest.mark.parametrize("count", [2, 3])
def test_the_line_of_dots_without_repulsion_is_how_far_their_currents_are_off(count: int) -> None:
    random = np.random.default_rng(31 + count)
    points = [drawn(random, count) for _ in range(60)]
    found = [local(point) for point in points]
    missed = np.array([off(point, currents) for point, (_, currents) in zip(points, found, strict=True)])
    told = np.array([1.0 / ratio for ratio, _ in found])
    # Rates of a hundredth of the temperature broaden what the leads fill, by what is left here.
    np.testing.assert_allclose(np.minimum(told, 2.0), np.minimum(missed, 2.0), rtol=0.1, atol=5e-3)
    assert np.count_nonzero(missed < 0.01) > 5
    assert np.count_nonzero(missed > 0.12) > 20


@pytest.mark.parametrize("level", [2.0, -2.0])
def test_dots_far_above_or_below_both_potentials_are_told_alike(level: float) -> None:
    """Electrons and holes: whichever is rare knows what a current of 1e-17 of the rates misses."""
    point = Point((level, level, level), (0.01, 0.01), (1e-9, 1e-9), (0.05, 0.05), (0.05, -0.05))
    ratio, currents = local(point)
    assert 1.0 / ratio == pytest.approx(off(point, currents), rel=0.05)


def test_repulsion_leaves_the_line_to_pairs_of_jumps_and_a_weak_one_hardly_changes_what_is_in_doubt() -> None:
    point = Point((0.02, 0.03, 0.05), (0.01, 0.01), (1e-4, 1e-4), (0.05, 0.05), (0.1, -0.1))
    alone, beside = local(point)[0], local(point, repulsion=1e-3)[0]
    assert alone != beside
    assert (alone > 10.0) == (beside > 10.0)
