"""Likelihoods of click records: against propagators written out click by click, closed forms, and differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

import thermokin as tk
from thermokin._typing import FloatArray
from thermokin.inference import record_parts
from thermokin.inference.clicks import Clicks
from thermokin.inference.detector import Detector, Detectors, detectors_of
from thermokin.inference.family_likelihood import FamilyLikelihood
from thermokin.linear_response.family_parameters import Place
from thermokin.numerics import many_propagators as propagators

ONES = {"drive": 0.8, "decay": 1.0, "pump": 0.15, "detuning": 0.3}


def atom(drive: float = 0.8, decay: float = 1.0, pump: float = 0.15, detuning: float = 0.3) -> tk.Model:
    hamiltonian = np.array([[0.0, drive / 2], [drive / 2, detuning]])
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    return tk.Model(
        hamiltonian,
        [
            tk.Channel(np.sqrt(decay) * lower, None),
            tk.Channel(np.sqrt(pump) * lower.T, None),
            tk.Channel(np.sqrt(0.2) * np.diag([1.0, -1.0]), None),
        ],
    )


def live_only(clicks: Clicks, dead: FloatArray) -> Clicks:
    """Clicks without those that come while their detector is dead; the first run begins at a click."""
    runs = []
    for run in range(clicks.runs):
        own = clicks.run == run
        kept, last = [], {}
        for time, label in zip(clicks.times[own], clicks.labels[own], strict=True):
            if time - last.get(label, -np.inf) >= dead[label]:
                kept.append((time, clicks.names[label]))
                last[label] = time
        begin = None if run == 0 else 0.0
        times, names = zip(*kept, strict=True)
        runs.append(Clicks(times, names, begin=begin, end=clicks.end[run], names=clicks.names))
    return Clicks.joined(runs)


def written_out(model: tk.Model, clicks: Clicks, channels: Any, detectors: Detectors) -> float:
    """ln p, from superoperators of row-stacked matrices, one click after the other."""
    size = model.dimension
    one = np.eye(size)
    jumps = [channel.jump for channel in model.channels]
    gain = [np.kron(jump, jump.conj()) for jump in jumps]
    decay = sum(jump.conj().T @ jump for jump in jumps)
    whole = -1j * (np.kron(model.hamiltonian, one) - np.kron(one, model.hamiltonian.T))
    whole = whole + sum(gain) - 0.5 * (np.kron(decay, one) + np.kron(one, decay.T))
    seen = [
        eta * sum(gain[k] for k in np.atleast_1d(channels[name])) + dark * np.eye(size**2)
        for name, eta, dark in zip(clicks.names, detectors.efficiency, detectors.dark_rate, strict=True)
    ]
    trace = one.ravel()
    steady = np.linalg.lstsq(np.vstack([whole, trace]), np.append(np.zeros(size**2), 1.0), rcond=None)[0]
    total = 0.0
    for run in range(clicks.runs):
        state, now, dead = steady, clicks.begin[run], {}
        if clicks.opening[run] >= 0:
            state = seen[clicks.opening[run]] @ state
            state = state / (trace @ state)
            dead[clicks.opening[run]] = now + detectors.dead_time[clicks.opening[run]]
        own = clicks.run == run
        events = [*zip(clicks.times[own], clicks.labels[own], strict=True), (clicks.end[run], None)]
        for time, label in events:
            while True:
                live = [k for k in range(len(seen)) if dead.get(k, -np.inf) <= now + 1e-15]
                until = min([time, *(d for k, d in dead.items() if k not in live)])
                state = expm((whole - sum((seen[k] for k in live), np.zeros_like(whole))) * (until - now)) @ state
                now = until
                if now >= time:
                    break
            if label is not None:
                state = seen[label] @ state
                dead[label] = time + detectors.dead_time[label]
            weight = (trace @ state).real
            total += np.log(weight)
            state = state / weight
    return total


CASES = {
    "one of two jumps": (None, {"down": 0}),
    "both": (None, {"down": 0, "up": 1}),
    "one detector for two jumps": (None, {"any": [0, 1]}),
    "inefficient": (Detector(efficiency=0.6), {"down": 0, "up": 1}),
    "dark counts": (Detector(0.7, 0.0, 0.05), {"down": [0], "up": [1, 2]}),
    "dead times": ({"down": Detector(0.7, 0.6, 0.05), "up": Detector(0.5, 1.3)}, {"down": 0, "up": 1}),
    "one dead time": (Detector(dead_time=0.8), {"any": [0, 1]}),
}


def problem(case: str) -> FamilyLikelihood:
    detector, channels = CASES[case]
    runs = tk.unravel(atom(), tk.Ket([0, 1]), [0.0, 30.0], trajectories=4, seed=5)
    clicks = Clicks.of_trajectories(runs, channels)
    detectors = detectors_of(detector, clicks.names)
    clicks = live_only(clicks, detectors.dead_time)
    places = tuple(Place(name) for name in ONES)
    return FamilyLikelihood(clicks, tk.Family(atom), ONES, places, channels, detectors, None)


@pytest.mark.parametrize("case", CASES)
def test_likelihoods_are_those_of_propagators_written_out(case: str) -> None:
    made = problem(case)
    wanted = written_out(atom(), made.clicks, made.channels, made.detectors)
    assert made.at(made.start).value == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_gradients_are_those_of_differences(case: str) -> None:
    made = problem(case)
    gradient = made.gradient(made.start, made.at(made.start))
    for number in range(4):
        step = np.where(np.arange(4) == number, 3e-4, 0.0)
        value = [made.at(made.start + share * step).value for share in (-2, -1, 1, 2)]
        wanted = (value[0] - 8.0 * value[1] + 8.0 * value[2] - value[3]) / 3.6e-3
        assert gradient[number] == pytest.approx(wanted, rel=2e-8, abs=2e-8)


@pytest.mark.parametrize("case", CASES)
def test_gradients_of_searches_are_close_to_exact_ones(case: str) -> None:
    made = problem(case)
    found = made.at(made.start)
    exact, quick = made.gradient(made.start, found), made.climb(made.start, found)
    np.testing.assert_allclose(quick, exact, atol=1e-7 * len(made.clicks))  # of each click's term of order one


@pytest.mark.parametrize("case", ["both", "dark counts", "dead times"])
def test_ladders_and_eigenvectors_agree(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = problem(case)
    found = made.at(made.start)
    value, gradient = found.value, made.gradient(made.start, found)
    monkeypatch.setattr(propagators, "ROUNDING", -1.0)
    again = made.at(made.start)
    assert type(again._motion[0]).__name__ == "_Ladder"
    assert again.value == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(made.gradient(made.start, again), gradient, rtol=1e-10)


@pytest.mark.parametrize("case", ["one detector for two jumps", "dark counts", "dead times"])
def test_blocks_and_single_steps_agree(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = problem(case)
    whole = made.at(made.start)
    monkeypatch.setattr(record_parts, "LONG", 4)
    cut = made.at(made.start)
    assert cut._parts.follows.sum() > 3
    assert cut.value == pytest.approx(whole.value, rel=1e-13)
    np.testing.assert_allclose(cut.survived, whole.survived, rtol=1e-12)
    np.testing.assert_allclose(made.gradient(made.start, cut), made.gradient(made.start, whole), rtol=1e-11)


def test_defective_generators_are_walked_by_ladders() -> None:
    # Without clicks the atom is critically damped at drive = decay/2.
    clicks = Clicks([0.5, 2.0, 5.5], begin=0.0, end=6.0)
    pure = tk.Family(lambda drive: tk.Model([[0, drive / 2], [drive / 2, 0]], [tk.Channel([[0, 1], [0, 0]], None)]))
    made = FamilyLikelihood(
        clicks, pure, {"drive": 0.5}, (Place("drive"),), {"clicks": 0}, detectors_of(None, clicks.names), None
    )
    found = made.at(made.start)
    assert type(found._motion[0]).__name__ == "_Ladder"
    far, low, high, beyond = [made.at(made.start + step).value for step in (-2e-3, -1e-3, 1e-3, 2e-3)]
    assert found.value == pytest.approx((4.0 * (low + high) - far - beyond) / 6.0, abs=1e-9)
    assert made.gradient(made.start, found)[0] == pytest.approx((far - 8 * low + 8 * high - beyond) / 12e-3, rel=1e-8)


def test_a_process_without_memory_has_its_closed_form() -> None:
    """N ln r - r T, in a classical model of two levels whose both jumps have one rate."""
    model = tk.Family(lambda rate: tk.rates([[0.0, rate], [rate, 0.0]]))
    random = np.random.default_rng(3)
    times = np.sort(random.uniform(0.0, 100.0, 130))
    clicks = Clicks(times, begin=0.0, end=100.0)
    fit = tk.infer(clicks, model, {"rate": 2.0}, ["rate"], channels={"clicks": [0, 1]})
    assert fit["rate"] == pytest.approx(1.3, rel=1e-6)
    assert fit.log_likelihood == pytest.approx(130 * np.log(1.3) - 130, rel=1e-12)
    assert fit.errors[0] == pytest.approx(np.sqrt(130) / 100, rel=1e-6)
    dead = tk.infer(
        clicks_apart(times, 0.05),
        model,
        {"rate": 2.0},
        ["rate"],
        channels={"clicks": [0, 1]},
        detector=Detector(dead_time=0.05),
    )
    kept = clicks_apart(times, 0.05)
    lost = np.minimum(100.0 - kept.times, 0.05).sum()
    assert dead["rate"] == pytest.approx(len(kept) / (100.0 - lost), rel=1e-6)
    dim = tk.infer(clicks, model, {"rate": 2.0}, ["rate"], channels={"clicks": [0, 1]}, detector=Detector(0.5, 0, 0.3))
    assert dim["rate"] == pytest.approx((1.3 - 0.3) / 0.5, rel=1e-6)


def clicks_apart(times: FloatArray, dead: float) -> Clicks:
    kept = []
    for time in times:
        if not kept or time - kept[-1] >= dead:
            kept.append(time)
    return Clicks(kept, begin=0.0, end=100.0)


def test_all_clicks_of_fluorescence_tell_four_over_decay_of_the_drive() -> None:
    """The information rate of the record on the Rabi frequency at resonance; Gammelmark and Molmer 2014."""
    pure = tk.Family(
        lambda drive, decay=1.0: tk.Model(
            [[0, drive / 2], [drive / 2, 0]], [tk.Channel([[0, np.sqrt(decay)], [0, 0]], None)]
        )
    )
    time, decay = 6000.0, 2.0
    for drive in (0.5, 3.0):
        model = pure.at({"drive": drive, "decay": decay})
        clicks = Clicks.of_trajectories(
            tk.unravel(model, tk.Ket([1, 0]), [0.0, time], trajectories=1, seed=2), {"photon": 0}
        )
        fit = tk.infer(
            clicks,
            pure,
            {"drive": 1.1 * drive, "decay": decay},
            ["drive"],
            channels={"photon": 0},
            initial=tk.Ket([1, 0]),
        )
        assert abs(fit["drive"] - drive) < 4 * fit.errors[0]
        assert fit.information[0, 0] / time == pytest.approx(4 / decay, rel=0.15)
