"""The three-level maser: one quantum from each bath for each cycle, whatever the drive."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import oracles
import thermokin as tk
from machines import Machine

build = tk.library.three_level_maser


def by_hand(drive: float, hot: float, cold: float, detuning: float) -> Machine:
    """Jumps written out, Bose rates, gaps 1 and 2.5, rates 0.01 and 0.02; quanta from the hot bath."""
    n_cold, n_hot = 1.0 / np.expm1(1.0 / cold), 1.0 / np.expm1(2.5 / hot)
    H = np.zeros((3, 3))
    H[1, 2] = H[2, 1] = drive
    H[2, 2] = detuning
    down_cold, down_hot = np.zeros((3, 3)), np.zeros((3, 3))
    down_cold[0, 1] = down_hot[0, 2] = 1.0
    jumps = [
        np.sqrt(0.02 * (n_hot + 1.0)) * down_hot,
        np.sqrt(0.02 * n_hot) * down_hot.T,
        np.sqrt(0.01 * (n_cold + 1.0)) * down_cold,
        np.sqrt(0.01 * n_cold) * down_cold.T,
    ]
    return Machine(H, jumps, np.array([-1.0, 1.0, 0.0, 0.0]))


def test_the_maser_is_that_of_its_jumps_written_out() -> None:
    drive, detuning = np.array([0.01, 0.05])[:, None], 0.004
    hot = np.array([3.0, 6.0, 9.0])
    model = build(drive, hot, 0.7, gap_hot=2.5, gap_cold=1.0, rate_hot=0.02, rate_cold=0.01, detuning=detuning)
    made = tk.cumulants(model, tk.heat(model, "hot"), order=2)
    assert made.shape == (2, 3, 2)
    for place, strength in enumerate(drive[:, 0]):
        for number, temperature in enumerate(hot):
            machine = by_hand(strength, temperature, 0.7, detuning)
            current = machine.current
            expected = tk.cumulants(current.model, current).values * [2.5, 2.5**2]
            np.testing.assert_allclose(made[place, number], expected, rtol=1e-10)
    state = oracles.steady_state(machine.hamiltonian, [oracles.Jump(L) for L in machine.jumps])
    np.testing.assert_allclose(tk.steady_state(model)[1, 2], state, rtol=0, atol=1e-12)


def test_both_baths_give_one_quantum_a_cycle() -> None:
    model = build(0.02, 8.0)
    rho = tk.steady_state(model)
    hot, cold = (float(tk.heat(model, name).mean(rho)) for name in ("hot", "cold"))
    assert hot / 2.5 == pytest.approx(-cold, rel=1e-12)
    # Gain where w_cold / w_hot > T_cold / T_hot: the drive takes energy out.
    assert hot + cold > 0.0
    reversible = build(0.02, 2.5)
    assert float(tk.heat(reversible, "hot").mean(tk.steady_state(reversible))) == pytest.approx(0.0, abs=1e-16)


# Cycles per time: current and noise, and noise times entropy production over current squared. Closed form of
# Kalaee, Wacker and Potts (arXiv:2103.07791) for the lower pair; for the upper one, which differs as in
# arXiv:2211.08377, the minimum over drives.
CYCLES = {"rate_hot": 0.1, "rate_cold": 2.0, "gap_hot": 2.5e3, "gap_cold": 1e3}


def cycles(drive: float, driven_pair: str) -> tuple[float, float, float]:
    """Cycles per time, their noise and the uncertainty product, with 5 and 0.027 quanta in the baths."""
    temperatures = [CYCLES[gap] / np.log1p(1.0 / n) for gap, n in (("gap_hot", 5.0), ("gap_cold", 0.027))]
    model = build(drive, *temperatures, **CYCLES, driven_pair=driven_pair)  # type: ignore[arg-type]
    mean, noise = tk.cumulants(model, (1.0 / CYCLES["gap_hot"]) * tk.heat(model, "hot"), order=2).values
    produced = float(tk.entropy_flow(model).mean(tk.steady_state(model)))
    return float(mean), float(noise), float(noise * produced / mean**2)


def test_the_lower_pair_driven_breaks_the_uncertainty_relation() -> None:
    found = cycles(0.15, "lower")
    np.testing.assert_allclose(found, (0.0792548131579, 0.0384806936424, 1.67811216282), rtol=1e-9)
    assert cycles(0.169252804971, "lower")[2] == pytest.approx(1.65157558433, abs=1e-8)


def test_the_upper_pair_driven_keeps_it_at_the_same_rates() -> None:
    assert cycles(0.893564986101, "upper")[2] == pytest.approx(2.37507458858, abs=1e-7)
    products = [cycles(drive, "upper")[2] for drive in np.geomspace(0.05, 10.0, 25)]
    assert min(products) > 2.37507458858 - 1e-7


LINKS = {"upper": ((0, 2), (0, 1), (1, 2)), "lower": ((0, 2), (1, 2), (0, 1))}
"""The levels that the hot bath, the cold bath and the drive link."""


@pytest.mark.parametrize("driven_pair", ["upper", "lower"])
def test_the_maser_of_either_pair_is_that_of_random_jumps_written_out(driven_pair: str) -> None:
    random = np.random.default_rng(7)
    hot, cold, (lower, upper) = LINKS[driven_pair]
    for _ in range(10):
        narrow, extra = random.uniform(20.0, 50.0, 2)
        (hot_rate, cold_rate), (warm, cool) = random.uniform(0.01, 0.5, 2), random.uniform(5.0, 60.0, 2)
        drive, detuning = random.uniform(0.05, 1.0), random.normal()
        H, jumps = np.zeros((3, 3)), []
        H[lower, upper] = H[upper, lower] = drive
        H[upper, upper] = detuning
        for (low, high), rate, gap, temperature in (
            (hot, hot_rate, narrow + extra, warm),
            (cold, cold_rate, narrow, cool),
        ):
            n = 1.0 / np.expm1(gap / temperature)
            down = np.zeros((3, 3))
            down[low, high] = 1.0
            jumps += [np.sqrt(rate * (n + 1.0)) * down, np.sqrt(rate * n) * down.T]
        current = Machine(H, jumps, np.array([-1.0, 1.0, 0.0, 0.0])).current
        model = build(
            drive,
            warm,
            cool,
            gap_hot=narrow + extra,
            gap_cold=narrow,
            rate_hot=hot_rate,
            rate_cold=cold_rate,
            detuning=detuning,
            driven_pair=driven_pair,  # type: ignore[arg-type]
        )
        found = tk.cumulants(model, (1.0 / (narrow + extra)) * tk.heat(model, "hot"), order=2).values
        np.testing.assert_allclose(found, tk.cumulants(current.model, current, order=2).values, rtol=1e-8, atol=1e-13)


SWEPT = ("drive", "hot", "cold", "gap_hot", "gap_cold", "rate_hot", "rate_cold", "detuning")
USUAL = {
    "drive": 0.01,
    "hot": 5.0,
    "cold": 1.0,
    "gap_hot": 2.5,
    "gap_cold": 1.0,
    "rate_hot": 0.01,
    "rate_cold": 0.01,
    "detuning": 0.0,
}


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(SWEPT, 2)))
def test_axes_that_do_not_broadcast_are_refused_when_the_maser_is_built(one: str, other: str) -> None:
    swept = USUAL | {one: np.full(100, USUAL[one]), other: np.full(50, USUAL[other])}
    with pytest.raises(ValueError, match=rf"leading axes \(50,\) of `{other}` do not broadcast .*`{one}` \(100,\)"):
        build(**swept)  # type: ignore[arg-type]
    swept = USUAL | {one: np.full((4, 1), USUAL[one]), other: np.full(3, USUAL[other])}
    model = build(**swept)  # type: ignore[arg-type]
    assert model.batch_shape == (4, 3)
    assert tk.heat(model, "hot").mean(tk.steady_state(model)).shape == (4, 3)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"gap_cold": 2.0, "gap_hot": 1.0}, "`gap_hot` must be > `gap_cold`"),
        ({"gap_cold": 0.0}, "`gap_hot` must be > `gap_cold`, and that > 0"),
        ({"driven_pair": "middle"}, '`driven_pair` must be "upper" or "lower", got \'middle\''),
        ({"driven_pair": 1}, '`driven_pair` must be "upper" or "lower", got 1'),
    ],
)
def test_what_is_no_maser_is_refused(arguments: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        build(**({"drive": 0.01, "hot": 5.0} | arguments))


def test_a_drive_as_strong_as_the_gaps_is_in_doubt() -> None:
    with pytest.warns(tk.errors.ValidityWarning, match="the smallest gap over the drive"):
        build(0.5, 5.0)


@pytest.mark.parametrize("pair", ["upper", "lower"])
@pytest.mark.parametrize("detuning", [0.0, 0.013])
def test_cycles_of_the_maser_have_their_closed_form(pair: Any, detuning: float) -> None:
    drive, hot, cold, wide, narrow, G_h, G_c = 0.03, 5.0, 0.8, 2.2, 0.9, 0.02, 0.05
    n_h, n_c = 1.0 / np.expm1(wide / hot), 1.0 / np.expm1(narrow / cold)
    up, down = {"h": G_h * n_h, "c": G_c * n_c}, {"h": G_h * (n_h + 1.0), "c": G_c * (n_c + 1.0)}
    out, back = (down, up) if pair == "upper" else (up, down)
    decay = out["h"] + out["c"]
    W = 4.0 * drive**2 * decay / (decay**2 + 4.0 * detuning**2)
    trees = out["h"] * out["c"] + up["c"] * down["h"] + up["h"] * down["c"]
    trees += W * (decay + 2.0 * back["h"] + 2.0 * back["c"])
    expected = W * (up["h"] * down["c"] - down["h"] * up["c"]) / trees
    given = {"gap_hot": wide, "gap_cold": narrow, "rate_hot": G_h, "rate_cold": G_c, "detuning": detuning}
    model = build(drive, hot, cold, **given, driven_pair=pair)
    rho = tk.steady_state(model)
    assert float(tk.heat(model, "hot").mean(rho)) == pytest.approx(expected * wide, rel=1e-11)
    assert float(tk.heat(model, "cold").mean(rho)) == pytest.approx(-expected * narrow, rel=1e-11)
