"""The `local filling` line against the exact current of two dots without repulsion, by Landauer's formula."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pytest

import thermokin as tk

Array = np.ndarray
A, B = (each.real for each in tk.operators.annihilators(2))
N = [x.T @ x for x in (A, B)]
OFF = 0.12  # relative error that a ratio of 10 stands for, and what rates of a hundredth of T broaden


@dataclass(frozen=True)
class Point:
    """Two dots in series between two leads.

    Args:
        levels: of the dots [energy].
        tunnelling: between them [energy].
        rates: of the leads [1/time].
        bias: between the leads [energy].
        temperatures: of the leads [energy].
    """

    levels: tuple[float, float]
    tunnelling: float
    rates: tuple[float, float]
    bias: float
    temperatures: tuple[float, float]


def landauer(point: Point) -> float:
    """The integral over T(E) (f_L - f_R)/2 pi with T(E) = G_L G_R |t/det(E - H + iG/2)|^2, by Gauss-Legendre panels."""
    (one, two), (left, right), t = point.levels, point.rates, point.tunnelling
    bonds = np.linalg.eigvalsh([[one, t], [t, two]])
    around = np.concatenate([[0.0], np.geomspace(1e-2 * min(point.rates), 3.0, 60)])
    ends = [bond + side * around for bond in bonds for side in (-1.0, 1.0)]
    potentials = (point.bias / 2, -point.bias / 2)
    for potential, temperature in zip(potentials, point.temperatures, strict=True):
        ends.append(potential + temperature * np.linspace(-45.0, 45.0, 80))
    edges = np.unique(np.concatenate(ends))
    nodes, weights = np.polynomial.legendre.leggauss(8)
    half, middle = np.diff(edges)[:, None] / 2, (edges[1:] + edges[:-1])[:, None] / 2
    energy = middle + half * nodes
    determinant = (energy - one + 0.5j * left) * (energy - two + 0.5j * right) - t * t
    filled = [
        0.5 * (1.0 - np.tanh((energy - potential) / (2.0 * temperature)))
        for potential, temperature in zip(potentials, point.temperatures, strict=True)
    ]
    flow = left * right * t**2 / np.abs(determinant) ** 2 * (filled[0] - filled[1])
    return float((half * weights * flow).sum() / (2.0 * np.pi))


def local(point: Point) -> tuple[float, float]:
    """The ratio of the line, and the current."""
    bare = point.levels[0] * N[0] + point.levels[1] * N[1]
    contacts = [
        tk.Contact(tk.Bath(name, temperature, side * point.bias / 2, tk.Fermi()), end, tk.Flat(rate))
        for name, temperature, side, end, rate in zip(
            "LR", point.temperatures, (1.0, -1.0), (A, B), point.rates, strict=True
        )
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        model = tk.local(bare + point.tunnelling * (A.T @ B + B.T @ A), contacts, bare, number_operator=N[0] + N[1])
    (line,) = [line for line in model.validity if line.name == "local filling"]
    return line.smallest, float(tk.cumulants(model, tk.particles(model, "L"), order=1).mean)


def drawn(random: np.random.Generator) -> Point:
    """A point whose rates are weak: at most a hundredth of the temperature, or so."""
    temperature, level = random.choice([0.02, 0.05, 0.1, 0.3]), random.normal(0.0, 0.15)
    apart = random.choice([0.0, random.normal(0.0, 0.1), random.normal(0.0, 0.3) * temperature])
    rates = random.choice([2e-4, 2e-3, 1e-2]) * temperature * np.exp(random.normal(0.0, 0.5, 2))
    other = temperature * (1.0 if random.random() < 0.7 else np.exp(random.normal(0.0, 0.3)))
    return Point(
        (level, level + apart),
        random.choice([1e-3, 5e-3, 0.01, 0.05, 0.1]),
        (rates[0], rates[1]),
        random.choice([0.002, 0.02, 0.1, 0.2, 0.5, 2.0]),
        (temperature, other),
    )


@pytest.mark.parametrize(
    "point",
    [
        Point((0.34281, 0.34281), 0.05, (8.52e-4, 2.214e-4), 2e-3, (0.05, 0.05)),
        Point((-0.34281, -0.34281), 0.05, (8.52e-4, 2.214e-4), 2e-3, (0.05, 0.05)),
        Point((0.27930, 0.27930), 0.1, (6.6e-6, 1.28e-5), 0.02, (0.02, 0.02)),
        Point((-0.25368, -0.25279), 1e-3, (7.98e-5, 2.28e-5), 2e-3, (0.02, 0.02)),
        Point((-0.27505, -0.28026), 0.1, (4.86e-6, 6.1e-7), 2e-3, (0.02, 0.01157)),
        Point((-0.16060, -0.14971), 5e-3, (1.6e-5, 3.06e-5), 0.1, (0.02, 0.010876)),
    ],
)
def test_a_small_current_through_levels_far_from_both_potentials_is_in_doubt_where_local_is_off(point: Point) -> None:
    ratio, current = local(point)
    exact = landauer(point)
    assert abs(current - exact) > 0.3 * abs(exact)
    assert ratio < 10.0


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_two_dots_on_resonance_are_trusted_in_the_tails_while_tunnelling_is_far_below_the_temperature(
    side: float,
) -> None:
    """Electrons and holes alike: how empty a lead is counts where it is nearly full, to its own digits."""
    ratio, current = local(point := Point((side * 2.0, side * 2.0), 0.01, (1e-9, 2e-9), 0.1, (0.05, 0.05)))
    assert current == pytest.approx(landauer(point), rel=0.05)
    assert 10.0 < ratio < 100.0


def test_no_current_of_random_points_that_is_off_by_a_tenth_goes_without_a_warning_and_few_that_hold_have_one() -> None:
    random = np.random.default_rng(20)
    points = [drawn(random) for _ in range(80)]
    found = [(*local(point), landauer(point)) for point in points]
    off = np.array([abs(current - exact) / abs(exact) for _, current, exact in found])
    warned = np.array([ratio < 10.0 for ratio, _, _ in found])
    assert (off[~warned] < OFF).all()
    assert np.count_nonzero(~warned) > len(points) // 4
    assert np.count_nonzero(warned & (off < 0.1)) < len(points) // 8


def test_leads_that_are_alike_drive_nothing_and_hold_local_to_thousandths_of_the_temperature() -> None:
    still, hardly, little = (
        local(Point((0.02, 0.01), 1e-3, (1e-5, 1e-5), bias, (0.05, 0.05)))[0] for bias in (0.0, 1e-5, 2e-3)
    )
    assert still == pytest.approx(hardly, rel=1e-3)
    assert still < little
