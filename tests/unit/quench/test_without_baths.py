"""Comparisons of models without a bath, or with jumps that none pays for: only what a bath alone can have is open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
import thermokin as tk
from oracles import Array
from thermokin._errors import HypothesisError
from thermokin.geometry.statistical_length import statistical_length
from thermokin.geometry.unitary_part import WithUnitary
from thermokin.views.quench import ComparisonView

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
ABOUT_HEAT = ("steadier at equal time", "steadier at equal completion", "steadier at equal heat")
INVERTED = tk.Model(np.diag([0.0, 2.0]), [tk.Channel(0.6 * LOWER, None), tk.Channel(1.2 * LOWER.T, None)])
ISOLATED = tk.Model(np.diag([0.0, 2.0]), [])
TURNING = tk.Model(np.array([[0.0, 0.3], [0.3, 2.0]]), [])
RING = tk.rates([[0.0, 1.0, 3.0], [2.0, 0.0, 0.5], [0.4, 1.5, 0.0]])
LOSSY = tk.Model(0.4 * (LOWER + LOWER.T), [tk.Channel(0.6 * LOWER, None), tk.Channel(0.2 * np.diag([1.0, -1.0]), None)])
WARM = tk.library.qubit(2.0, 0.1, 0.5)


def race(one: tk.Model, a: Any, b: Any, other: tk.Model | None = None) -> tk.results.Comparison:
    cooling = tk.Quench("cooling", one if other is None else other, b)
    pair = tk.QuenchPair(tk.Quench("heating", one, a), cooling, "own", {})
    return tk.compare(pair, np.linspace(0.0, 5.0, 11))


RACES = {
    "inverted": lambda: race(INVERTED, np.array([0.1, 0.9]), np.array([0.4, 0.6])),
    "isolated": lambda: race(ISOLATED, [0.1, 0.9], [0.4, 0.6]),
    "isolated with coherence": lambda: race(ISOLATED, tk.Ket([0.6, 0.8]), np.full((2, 2), 0.5)),
    "isolated and turning": lambda: race(TURNING, tk.Ket([1.0, 0.0]), tk.Gibbs(1.0)),
    "ring": lambda: race(RING, [1.0, 0.0, 0.0], [0.2, 0.5, 0.3]),
    "driven": lambda: race(LOSSY, tk.Ket([1.0, 0.0]), tk.Gibbs(1.0)),
    "bath against none": lambda: race(WARM, [0.1, 0.9], [0.4, 0.6], INVERTED),
    "none against bath": lambda: race(INVERTED, [0.1, 0.9], [0.4, 0.6], WARM),
}


WITH_REPORT = ("isolated and turning", "bath against none")


@pytest.mark.slow
@pytest.mark.parametrize("name", RACES)
def test_a_comparison_without_baths_has_verdicts_data_and_report(name: str, tmp_path: Path) -> None:
    comparison = RACES[name]()
    names = [verdict.name for verdict in comparison.verdicts]
    assert names[0] == "initial rate"
    assert tuple(names[-3:]) == ABOUT_HEAT
    for clock in ABOUT_HEAT:
        verdict = comparison.verdict(clock)
        assert verdict.undecided
        assert not verdict.holds
        assert verdict.reason.startswith("no heat is exchanged with a bath in '")
    data = comparison.to_xarray()
    assert "total_heat" not in data
    assert data["verdict_steadier_at_equal_heat_numbers"].attrs["comment"].startswith("not applicable: no heat is exch")
    if "bath" not in name:
        assert not data["heat_mean"].values.any()
        assert not data["heat_rate"].values.any()
    if name not in WITH_REPORT:
        return
    page = (comparison.report(tmp_path / "out") / "report.html").read_text(encoding="utf-8")
    assert "not applicable: no heat is exchanged with a bath" in page


def test_the_side_without_heat_is_named() -> None:
    assert RACES["bath against none"]().verdict("steadier at equal heat").reason.endswith("a bath in 'cooling'")
    assert RACES["none against bath"]().verdict("steadier at equal heat").reason.endswith("a bath in 'heating'")
    both = RACES["inverted"]()
    assert both.verdict("steadier at equal time").reason.endswith("a bath in 'heating' and in 'cooling'")
    with pytest.raises(HypothesisError, match="the model of 'heating' exchanges no heat with a bath"):
        _ = both.heating.total_heat


def test_a_study_says_why_a_verdict_is_open() -> None:
    lines = ComparisonView().findings(RACES["inverted"]())
    assert lines[-1].startswith("open heating has the smaller relative heat variance at equal heat (not applicable: no")


@st.composite
def bathless(draw: st.DrawFn) -> tuple[tk.Model, Array, Array]:
    """A model of up to three jumps, none of which a bath pays for, and two starts."""
    size = draw(strategies.sizes(3))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    hamiltonian = np.diag(np.arange(size) + random.random(size))
    if draw(st.booleans()):
        hamiltonian = hamiltonian + 0.2 * (np.ones((size, size)) - np.eye(size))
    jumps = []
    for _ in range(draw(st.integers(0, 3))):
        i, j = random.integers(size, size=2)
        jump = np.zeros((size, size))
        jump[i, j] = 0.3 + random.random()
        jumps.append(tk.Channel(jump, None, energy=float(random.normal()) if draw(st.booleans()) else 0.0))
    # Populations in the user's basis, or a full-rank state with coherences.
    p, q = random.dirichlet(np.ones(size), 2)
    root = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    mixed = root @ root.conj().T
    start = mixed / np.trace(mixed).real if draw(st.booleans()) else np.diag(p)
    return tk.Model(hamiltonian, jumps), start, np.diag(q)


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(bathless())
def test_every_model_without_a_bath_can_be_compared(drawn: tuple[tk.Model, Array, Array]) -> None:
    model, one, two = drawn
    comparison = race(model, one, two)
    for verdict in comparison.verdicts:
        assert bool(verdict.reason) == (verdict.name in ABOUT_HEAT)
    data = comparison.to_xarray()
    assert not data["heat_mean"].values.any()
    assert not data["heat_variance"].values.any()
    assert data["entropy_production_rate"].shape == (2, 11)
    assert np.isfinite(data["energy"].values).all()
    moved = comparison.heating.evolution.states
    np.testing.assert_allclose(np.trace(moved, axis1=-2, axis2=-1), 1.0, atol=1e-12)


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.floats(0.05, 2.0), st.floats(0.3, 2.0), st.floats(0.1, 0.9), st.sampled_from(["dephasing", "loss"]))
def test_one_bath_beside_jumps_without_one_can_be_compared(
    loss: float, temperature: float, excited: float, free: str
) -> None:
    bath, up = tk.Bath("bath", temperature), np.exp(-0.5 / temperature)
    jump = 0.7 * np.diag([1.0, -1.0]) if free == "dephasing" else np.sqrt(loss) * LOWER
    channels = [tk.Channel(LOWER, bath, -1.0), tk.Channel(up * LOWER.T, bath, 1.0), tk.Channel(jump, None)]
    comparison = race(tk.Model(np.diag([0.0, 1.0]), channels), [1.0 - excited, excited], [0.95, 0.05])
    verdict = comparison.verdict("steadier at equal heat")
    if free == "dephasing":  # such jumps move no energy: all that comes and goes is heat
        total = 1.0 / (1.0 + np.exp(1.0 / temperature)) - excited
        assert float(comparison.heating.total_heat) == pytest.approx(total, rel=1e-12, abs=1e-15)
        assert not verdict.reason
    else:  # the loss is refilled by the bath for ever
        assert np.isnan(comparison.heating.total_heat)
        assert verdict.reason == "heat flows on at rest, so that it has no total"
        assert verdict.undecided
    assert not comparison.verdict("steadier at equal time").reason
    assert np.isfinite(comparison.to_xarray()["heat_mean"].values).all()


def test_heat_that_ends_before_everything_is_lost_has_a_total() -> None:
    """A thermal pair of levels that leaks into a third, without a bath: integrals of populations by a linear solve."""
    temperature, leak, gap = 0.8, 0.3, 1.0
    bath, down, up = tk.Bath("bath", temperature), np.zeros((3, 3)), np.zeros((3, 3))
    down[0, 1], up[1, 0] = 1.0, np.exp(-0.5 * gap / temperature)
    lost = np.zeros((3, 3))
    lost[2, 0] = np.sqrt(leak)
    channels = [tk.Channel(down, bath, -gap), tk.Channel(up, bath, gap), tk.Channel(lost, None)]
    comparison = race(tk.Model(np.diag([0.0, gap, 5.0]), channels), [0.3, 0.7, 0.0], [0.9, 0.1, 0.0])
    rise = np.exp(-gap / temperature)
    inner = np.array([[-rise - leak, 1.0], [rise, -1.0]])
    for side, start in ((comparison.heating, [0.3, 0.7]), (comparison.cooling, [0.9, 0.1])):
        stayed = np.linalg.solve(inner, -np.array(start))
        # The integral is a difference of two numbers of order one.
        assert float(side.total_heat) == pytest.approx(gap * (rise * stayed[0] - stayed[1]), rel=1e-9)
    assert not comparison.verdict("steadier at equal heat").undecided


def test_a_sweep_without_baths_has_open_verdicts_at_every_point() -> None:
    strength = np.array([0.5, 1.0, 2.0])[:, None, None]
    swept = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(strength * LOWER, None), tk.Channel(0.4 * LOWER.T, None)])
    comparison = race(swept, [0.1, 0.9], [0.4, 0.6])
    assert comparison.verdict("steadier at equal heat").undecided.tolist() == [True] * 3
    assert comparison.to_xarray()["heat_mean"].shape == (2, 3, 11)


def test_an_isolated_state_moves_at_one_speed_for_ever_or_not_at_all() -> None:
    """A pure state of two levels: v = 2 sqrt(Var H) / hbar in the metric of the quantum Fisher information, v^2 = F."""
    comparison = RACES["isolated and turning"]()
    H = TURNING.hamiltonian.real
    speed = 2.0 * np.sqrt((H @ H)[0, 0] - H[0, 0] ** 2)
    moving = comparison.heating.kinematics
    np.testing.assert_allclose(moving.velocity, speed, rtol=1e-10)
    np.testing.assert_allclose(moving.length, speed * comparison.times, rtol=1e-10)
    assert moving.total_length == np.inf
    resting = comparison.cooling.kinematics
    assert resting.total_length == 0.0
    assert not resting.length.any()
    slow = tk.evolve(TURNING, tk.Ket(np.linalg.eigh(H)[1] @ [np.cos(1e-6), np.sin(1e-6)]), [1.0])
    assert statistical_length(slow, WithUnitary()).total == np.inf
