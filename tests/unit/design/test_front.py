"""Fronts against published optima, closed forms, dense grids and gradients by differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import thermokin as tk
from thermokin._typing import FloatArray
from thermokin.design.front_problem import FrontProblem
from thermokin.design.front_quantities import quantity_of
from thermokin.design.front_ranges import ranges_of

CLOCKS = {2: 4.0, 3: 7.947230, 4: 12.558309, 5: 17.669664}  # best precisions, meier2025 and 40-digit evaluations
CHAINS = {2: (7.0 / 32.0, np.sqrt(5.0 / 12.0)), 3: (1.0 / 8.0, 0.5)}  # least noise over current, at hopping over rate
FRIDGE = tk.Family(tk.library.three_level_refrigerator, {"work": 6.0, "hot": 1.5, "cold": 1.0, "gap_hot": 5.0})


@pytest.mark.slow
@pytest.mark.parametrize("sites", CLOCKS)
def test_the_best_ring_clock_is_the_published_one(sites: int) -> None:
    clock = tk.Family(tk.library.coherent_ring_clock, {"rate": 1.0})
    ranges = {f"couplings[{link}]": (0.05, 5.0) for link in range(sites - 1)}
    best = tk.design.front(clock, ranges, {"ticks / noise of ticks": "max"}, samples=256, generations=10)
    assert best.values.shape == (1, 1)
    assert float(best.values[0, 0]) == pytest.approx(CLOCKS[sites], abs=1e-6)
    assert float(best.residual[0]) < 1e-8


def chain(sites: int, bias: float | None = None) -> tk.Family:
    """Dots between leads whose occupations are 1 and 0, or those of a bias about the dots' energy."""

    def build(hopping: float, potential: float = 0.0) -> tk.Model:
        half = potential / 2.0 if bias is None else bias
        given = {"potential_left": half, "potential_right": -half, "rate_left": 1.0, "rate_right": 1.0}
        return tk.library.dot_chain(sites, hopping, 1.0, 1.0, **given)

    return tk.Family(build)


@pytest.mark.slow
@pytest.mark.parametrize("sites", CHAINS)
def test_a_chain_of_dots_at_large_bias_comes_as_near_to_a_boxcar_as_its_dots_allow(sites: int) -> None:
    """D / J = 1 - int T^2 / int T, which a boxcar would bring to 0 (Ehrlich and Schaller 2021)."""
    wish = {"noise of particles from left / particles from left": "min"}
    best = tk.design.front(chain(sites, 500.0), {"hopping": (0.1, 3.0)}, wish, samples=32, population=16, generations=4)
    noise, hopping = CHAINS[sites]
    assert float(best.values[0, 0]) == pytest.approx(noise, abs=1e-12)
    assert float(best.of("hopping")[0]) == pytest.approx(hopping, rel=1e-7)
    assert float(best.residual[0]) < 1e-8


@pytest.mark.slow
@pytest.mark.parametrize("sites", CHAINS)
def test_the_steadiest_chain_of_dots_is_that_of_the_narrow_band(sites: int) -> None:
    """D sigma / J^2 = v / sinh(v/2) + F v tanh(v/4), F the least D / J at large bias: below the classical 2."""
    noise = CHAINS[sites][0]
    expected = minimize_scalar(
        lambda v: v / np.sinh(v / 2.0) + noise * v * np.tanh(v / 4.0), bounds=(1.0, 20.0), options={"xatol": 1e-12}
    ).fun
    wish = {"noise of particles from left * entropy production / particles from left^2": "min"}
    ranges = {"hopping": (0.1, 3.0), "potential": (1.0, 20.0)}
    best = tk.design.front(chain(sites), ranges, wish, samples=64, population=16, generations=6)
    assert float(best.values[0, 0]) == pytest.approx(expected, abs=1e-10)
    assert float(best.residual[0]) < 1e-8
    assert bool(best.below[0])
    assert best.steadied == "particles from left"


def closed(gap_cold: FloatArray, rate: FloatArray) -> FloatArray:
    """Heat from the cold and coefficient of performance of the three-level refrigerator, by hand."""
    up, down = {}, {}
    for bath, gap, warmth, speed in (
        ("w", 5.0 - gap_cold, 6.0, rate),
        ("h", 5.0 + 0.0 * gap_cold, 1.5, 0.01 + 0.0 * rate),
        ("c", gap_cold, 1.0, 0.01 + 0.0 * rate),
    ):
        number = 1.0 / np.expm1(gap / warmth)
        up[bath], down[bath] = speed * number, speed * (number + 1.0)
    norm = up["w"] * down["h"] + down["c"] * down["w"] + down["c"] * down["h"] + up["c"] * down["h"]
    norm = (
        norm + down["w"] * up["h"] + up["c"] * down["w"] + up["c"] * up["w"] + up["h"] * up["w"] + up["h"] * down["c"]
    )
    cycles = (up["c"] * up["w"] * down["h"] - down["c"] * down["w"] * up["h"]) / norm
    return np.stack([cycles * gap_cold, gap_cold / (5.0 - gap_cold)], axis=-1)


@pytest.mark.slow
def test_a_front_is_that_of_the_closed_form() -> None:
    wishes = {"heat from cold": "max", "coefficient of performance": "max"}
    ranges = {"gap_cold": (0.2, 3.0), "rate_work": (0.001, 0.05)}
    found = tk.design.front(FRIDGE, ranges, wishes, points=8, samples=256, population=32, generations=8)
    assert len(found) == 8
    assert (found.residual < 1e-8).all()
    here = closed(found.of("gap_cold"), found.of("rate_work"))
    assert found.values == pytest.approx(here, rel=1e-11)
    # None of 40 000 others is better in both.
    grid = np.meshgrid(np.linspace(0.2, 3.0, 400), np.geomspace(0.001, 0.05, 100), indexing="ij")
    every = closed(*(one.ravel() for one in grid))
    for values in found.values:
        assert not ((every > values * (1.0 + 1e-9)).all(axis=1)).any()
    # Work is best exchanged as fast as is allowed.
    assert found.of("rate_work") == pytest.approx(0.05, rel=1e-9)
    assert (np.diff(found.values[:, 0]) > 0.0).all()
    assert (np.diff(found.values[:, 1]) < 0.0).all()


@pytest.mark.slow
def test_gradients_balance_along_the_front_of_a_driven_machine_by_differences_too() -> None:
    """Where no range ends, gradients of both objectives point against each other."""
    maser = tk.Family(tk.library.three_level_maser, {"hot": 4.0, "cold": 0.5, "drive": 0.02})
    ranges = {"gap_hot": (2.0, 10.0), "gap_cold": (0.3, 4.0)}
    wishes = {"power": "max", "efficiency": "max"}
    found = tk.design.front(
        maser, ranges, wishes, {"power": (1e-4, None)}, points=4, samples=128, population=16, generations=6
    )
    inside = ((found.cube > 1e-6) & (found.cube < 1.0 - 1e-6)).all(axis=1) & (found.of("power") > 1.001e-4)
    assert inside.sum() >= 3

    def merits(numbers: FloatArray) -> FloatArray:
        made = tk.figures_of_merit(maser.at(dict(zip(found.parameters, numbers, strict=True))))
        return np.array([made.power, made.efficiency])

    for numbers in found.numbers[inside]:
        step = 1e-4 * numbers
        rows = [(merits(numbers + one) - merits(numbers - one)) / (2.0 * one.sum()) for one in np.diag(step)]
        power, efficiency = np.array(rows).T * (numbers if found.ranges.logarithmic[0] else 1.0)
        sizes = np.linalg.norm(power), np.linalg.norm(efficiency)
        if sizes[0] < 1e-7 * found.of("power").max():  # the end of the front, where power is largest of all
            assert merits(numbers)[0] == pytest.approx(found.of("power").max(), rel=1e-12)
            continue
        assert power @ efficiency / sizes[0] / sizes[1] == pytest.approx(-1.0, abs=1e-6)


WORDS = (
    "power",
    "efficiency",
    "share of carnot",
    "useful current",
    "noise of useful current",
    "uncertainty product",
    "noise of heat from hot / heat from hot^2",
    "covariance of heat from hot and heat from cold * gap",
)


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("place", [0.5, 0.0004, 1.0])
def test_gradients_are_those_of_the_values(words: str, place: float) -> None:
    maser = tk.Family(tk.library.three_level_maser, {"gap_hot": 2.5, "gap_cold": 1.0})
    ranges = ranges_of(maser, {"drive": (0.01, 0.05), "hot": (3.0, 8.0), "cold": (0.2, 0.6), "rate_hot": (0.001, 0.1)})
    quantity = quantity_of(words, {})
    problem = FrontProblem(ranges, (quantity,), np.array([-1.0]), (quantity,), ((0, 1.0, 2.0),))
    point = np.array([0.3, 0.6, place, 0.7])
    does = problem.merits(point)[1]
    values, limited, slopes, limited_slopes = problem.gradients(point, does)
    assert problem.values(point[None])[0][0] == pytest.approx(values, rel=1e-9)
    assert limited == pytest.approx((-values - 2.0) / 2.0, rel=1e-12)
    assert limited_slopes[0] == pytest.approx(-slopes[0] / 2.0, rel=1e-12)
    for side, slope in zip(np.eye(4), slopes[0], strict=True):
        middle = np.clip(point, 0.005, 0.995)
        low, high = (problem.values((middle + shift * 2e-4 * side)[None])[0][0, 0] for shift in (-1.0, 1.0))
        there = problem.gradients(middle, does)[2][0] @ side
        assert (high - low) / 4e-4 == pytest.approx(there, rel=1e-4, abs=1e-8 * abs(values[0]))
        assert slope == pytest.approx(there, rel=0.05, abs=1e-8 * abs(values[0]))


@pytest.mark.slow
def test_a_reached_constraint_holds_and_its_machine_is_balanced() -> None:
    maser = tk.Family(tk.library.three_level_maser, {"hot": 4.0, "cold": 0.5, "drive": 0.02})
    limits = {"efficiency": (0.7, None)}
    ranges = {"gap_hot": (2.0, 8.0), "gap_cold": (0.3, 4.0)}
    found = tk.design.front(maser, ranges, {"power": "max"}, limits, samples=64, population=16, generations=4)
    made = tk.figures_of_merit(found.model(0))
    assert float(made.efficiency) == pytest.approx(0.7, abs=1e-9)
    assert float(found.residual[0]) < 1e-8
    # On the curve gap_cold = 0.3 gap_hot, by a search along it.
    along = minimize_scalar(
        lambda gap: -float(tk.figures_of_merit(maser(gap_hot=gap, gap_cold=0.3 * gap)).power),
        bounds=(2.0, 8.0),
        options={"xatol": 1e-10},
    )
    assert float(made.power) == pytest.approx(-along.fun, rel=1e-10)


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_units_do_not_matter(scale: float) -> None:
    wishes = {"heat from cold": "max", "coefficient of performance": "max"}
    settled = {"work": 6.0 * scale, "hot": 1.5 * scale, "cold": scale, "gap_hot": 5.0 * scale}
    rates = {f"rate_{bath}": 0.01 * scale for bath in ("work", "hot", "cold")}
    sizes = {"points": 4, "samples": 64, "population": 16, "generations": 3}
    small = tk.Family(tk.library.three_level_refrigerator, settled | rates)
    found = tk.design.front(small, {"gap_cold": (0.2 * scale, 3.0 * scale)}, wishes, **sizes)
    plain = tk.design.front(FRIDGE, {"gap_cold": (0.2, 3.0)}, wishes, **sizes)
    assert found.values / [scale**2, 1.0] == pytest.approx(plain.values, rel=1e-7)
    assert (found.residual < 1e-8).all()


@pytest.mark.parametrize("words", ["coefficient of performance", "share of carnot"])
def test_a_driven_refrigerator_is_judged_alike_in_bulk_and_by_gradients(words: str) -> None:
    maser = tk.Family(tk.library.three_level_maser, {"hot": 1.5, "cold": 1.0})
    ranges = ranges_of(maser, {"drive": (0.01, 0.05), "gap_cold": (0.6, 1.0), "gap_hot": (2.0, 3.0)})
    problem = FrontProblem(ranges, (quantity_of(words, {}),), np.array([-1.0]), (), ())
    point = np.array([0.3, 0.6, 0.7])
    does = problem.merits(point)[1]
    assert does is not None
    assert str(does.does) == "refrigerator"
    values, _, slopes, _ = problem.gradients(point, does)
    assert problem.values(point[None])[0][0] == pytest.approx(values, rel=1e-9)
    for side, slope in zip(np.eye(3), slopes[0], strict=True):
        low, high = (problem.values((point + shift * 2e-4 * side)[None])[0][0, 0] for shift in (-1.0, 1.0))
        assert (high - low) / 4e-4 == pytest.approx(slope, rel=1e-4, abs=1e-8 * abs(values[0]))
