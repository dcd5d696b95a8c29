"""Infinitely slow cycles: Otto, Carnot and Stirling by hand, and what cycles of finite speed tend to."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

import thermokin as tk
from driven import SX, SZ, Array, rotating_field
from thermokin.errors import ValidityWarning

HOT, COLD = 1.0, 0.5


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def excited(gap: float, temperature: float) -> float:
    return float(1.0 / (1.0 + np.exp(gap / temperature)))


def entropy(p: float) -> float:
    return float(-p * np.log(p) - (1.0 - p) * np.log(1.0 - p))


def gap_leg(first: float, last: float, bath: str = "", slow: float = 50.0) -> tk.Leg:
    temperature = HOT if bath == "hot" else COLD
    contacts = [tk.Contact(tk.Bath(bath, temperature), SX, tk.Ohmic(1.0))] if bath else []

    def model(times: object) -> tk.Model:
        gaps = (first + (last - first) * np.asarray(times, dtype=float) / slow)[..., None, None]
        hamiltonian = gaps * np.diag([0.0, 1.0])
        return tk.davies(hamiltonian, contacts) if contacts else tk.Model(hamiltonian, [])

    return tk.Leg(slow, model if first != last else model(0.0), name=bath or "stroke")


def test_otto_has_the_efficiency_of_its_gaps() -> None:
    legs = [gap_leg(2.0, 2.0, "hot"), gap_leg(2.0, 1.4), gap_leg(1.4, 1.4, "cold"), gap_leg(1.4, 2.0)]
    ideal = tk.ideal_cycle(tk.Protocol(legs))
    moved = excited(2.0, HOT) - excited(1.4, COLD)
    assert ideal.total_heat["hot"] == pytest.approx(2.0 * moved, abs=1e-14)
    assert ideal.total_work == pytest.approx(-0.6 * moved, abs=1e-14)
    assert ideal.entropy_production.sum() == pytest.approx(-2.0 * moved / HOT + 1.4 * moved / COLD, abs=1e-14)
    real = tk.limit_cycle(tk.Protocol(legs))
    assert real.heat["hot"] == pytest.approx(ideal.total_heat["hot"], abs=1e-10)
    assert real.work_on_counted == pytest.approx(ideal.total_work, abs=1e-10)


def test_carnot_produces_no_entropy() -> None:
    legs = [gap_leg(2.0, 1.0, "hot"), gap_leg(1.0, 0.5), gap_leg(0.5, 1.0, "cold"), gap_leg(1.0, 2.0)]
    ideal = tk.ideal_cycle(tk.Protocol(legs))
    drawn = HOT * (entropy(excited(1.0, HOT)) - entropy(excited(2.0, HOT)))
    assert ideal.total_heat["hot"] == pytest.approx(drawn, abs=1e-14)
    assert -ideal.total_work / ideal.total_heat["hot"] == pytest.approx(0.5, abs=1e-13)
    assert ideal.entropy_production == pytest.approx(np.zeros(4), abs=1e-13)


def test_stirling_pays_for_its_isochores() -> None:
    legs = [gap_leg(2.0, 1.0, "hot"), gap_leg(1.0, 1.0, "cold"), gap_leg(1.0, 2.0, "cold"), gap_leg(2.0, 2.0, "hot")]
    ideal = tk.ideal_cycle(tk.Protocol(legs))
    levels = {(gap, warmth): excited(gap, warmth) for gap in (1.0, 2.0) for warmth in (HOT, COLD)}
    isotherm = HOT * (entropy(levels[1.0, HOT]) - entropy(levels[2.0, HOT]))
    isochore = 2.0 * (levels[2.0, HOT] - levels[2.0, COLD])
    assert ideal.total_heat["hot"] == pytest.approx(isotherm + isochore, abs=1e-14)
    assert (ideal.entropy_production[[1, 3]] > 1e-3).all()
    assert ideal.entropy_production[[0, 2]] == pytest.approx([0.0, 0.0], abs=1e-13)
    closed = ideal.total_work + sum(ideal.total_heat.values())
    assert closed == pytest.approx(0.0, abs=1e-14)


def test_populations_follow_levels_through_crossings_and_past_avoided_ones() -> None:
    def through(mixing: float) -> float:
        def stroke(times: object) -> tk.Model:
            now = np.asarray(times, dtype=float)[..., None, None]
            mixed = np.zeros((3, 3))
            mixed[1, 2] = mixed[2, 1] = mixing
            return tk.Model(np.diag([0.0, 1.0, 1.6]) - 0.12 * now * np.diag([0.0, 0.0, 1.0]) + mixed, [])

        contact = tk.Contact(tk.Bath("hot", HOT), np.ones((3, 3)) - np.eye(3), tk.Ohmic(1.0))
        start = tk.davies(stroke(0.0).hamiltonian, [contact])
        ideal = tk.ideal_cycle(tk.Protocol([tk.Leg(1.0, start), tk.Leg(10.0, stroke)], quench=True))
        return float(ideal.states[-1][2, 2].real)

    weights = np.exp(-np.array([0.0, 1.0, 1.6]) / HOT)
    crossed, avoided = through(0.0), through(1e-3)
    assert crossed == pytest.approx(weights[2] / weights.sum(), abs=1e-12)
    assert avoided == pytest.approx(weights[1] / weights.sum(), abs=1e-4)


def test_slow_turning_strokes_keep_populations() -> None:
    def turn(duration: float) -> tk.Leg:
        def hamiltonian(times: object) -> Array:
            angle = 0.5 * np.pi * np.asarray(times, dtype=float)[..., None, None] / duration
            return (1.0 + 0.5 * angle) * (np.cos(angle) * SZ + np.sin(angle) * SX)

        return tk.Leg(duration, lambda t: tk.Model(hamiltonian(t), []))

    contact = tk.Contact(tk.Bath("hot", HOT), SX, tk.Ohmic(0.5))
    start = tk.davies(SZ, [contact])
    ideal = tk.ideal_cycle(tk.Protocol([tk.Leg(60.0, start), turn(1.0)], quench=True))
    last = 1.0 + 0.25 * np.pi
    tilt = np.tanh(1.0 / HOT)
    assert ideal.work[1] == pytest.approx(-(last - 1.0) * tilt, abs=1e-12)
    real = [tk.limit_cycle(tk.Protocol([tk.Leg(60.0, start), turn(slow)], quench=True)) for slow in (50.0, 200.0)]
    misses = [abs(cycle.ledger.work_on_counted[1] - ideal.work[1]) for cycle in real]
    assert misses[1] < misses[0] < 1e-3


def test_cycles_without_an_ideal_are_refused() -> None:
    baths = [tk.Contact(tk.Bath(name, warmth), SX, tk.Ohmic(0.1)) for name, warmth in (("hot", HOT), ("cold", COLD))]
    with pytest.raises(ValueError, match=r"`legs\[0\]` has baths of temperatures 0\.5, 1: heat runs between them"):
        tk.ideal_cycle(tk.Leg(1.0, tk.davies(SZ, baths)))
    with pytest.raises(ValueError, match="has no leg with a bath"):
        tk.ideal_cycle(tk.Leg(2.0 * np.pi / 0.9, lambda t: tk.Model(rotating_field(t), [])))
    with pytest.raises(ValueError, match=r"`legs\[0\]` counts another energy than that of its Hamiltonian"):
        tk.ideal_cycle(tk.Leg(1.0, tk.local(0.5 * SZ + 0.1 * SX, baths[:1], 0.5 * SZ)))
    with pytest.raises(ValueError, match=r"`legs\[0\]` has jumps without a bath"):
        tk.ideal_cycle(tk.Leg(1.0, tk.Model(SZ, [tk.Channel(SX, bath=None)])))


def test_an_ideal_cycle_looks_like_a_result() -> None:
    ideal = tk.ideal_cycle(gap_leg(2.0, 2.0, "hot"))
    assert "IdealCycle: 1 leg" in repr(ideal)
    assert ideal.to_xarray()["heat"].dims == ("bath", "leg")
