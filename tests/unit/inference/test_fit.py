"""Fits of click records: coverage of their intervals, tests of the model, and what is refused."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from click_records import network_records
from thermokin.inference.clicks import Clicks
from thermokin.inference.detector import Detector

CHANNELS = {"out": 0, "in": 1}


def dot(fill: float = 0.7, empty: float = 1.2, cross: float = 0.4) -> tk.Model:
    """Electrons that come in and leave, both seen; a third level is reached unseen."""
    return tk.rates([[0.0, empty, 0.0], [fill, 0.0, cross], [0.0, cross, 0.0]])


def seen(model: tk.Model) -> dict[str, int]:
    """At which jumps the detectors of `dot` click."""
    jumps = [np.argwhere(channel.jump)[0].tolist() for channel in model.channels]
    return {"out": jumps.index([0, 1]), "in": jumps.index([1, 0])}


def record(seed: int, time: float = 150.0) -> Clicks:
    model = dot()
    steady = np.real(np.diagonal(np.asarray(tk.steady_state(model))))
    runs = tk.unravel(model, tk.Populations(steady), [0.0, time], trajectories=1, seed=seed)
    return Clicks.of_trajectories(runs, seen(model))


@pytest.mark.slow
def test_intervals_hold_a_hidden_rate_as_often_as_they_say() -> None:
    rates = sum(abs(channel.jump) ** 2 for channel in dot().channels)
    held = 0
    for clicks in network_records(rates, 60, 300.0, 1, seen={"10": "out", "01": "in"}):
        low, high = tk.infer(clicks, tk.Family(dot), {}, ["cross"], channels=seen(dot())).intervals[0]
        held += low <= 0.4 <= high
    assert abs(held - 57) <= 5  # three standard deviations


def test_intervals_end_where_the_profile_has_fallen() -> None:
    clicks = record(1)
    fit = tk.infer(clicks, tk.Family(dot), {}, ["fill", "cross"], channels=seen(dot()))
    for number, name in enumerate(fit.names):
        other = fit.names[1 - number]
        for end in fit.intervals[number]:
            held = tk.infer(clicks, tk.Family(dot), {name: end}, [other], channels=seen(dot()))
            assert 2.0 * (fit.log_likelihood - held.log_likelihood) == pytest.approx(3.8415, rel=1e-2)


def test_a_right_model_passes_and_a_wrong_one_does_not() -> None:
    clicks = record(4, time=2000.0)
    right = tk.infer(clicks, tk.Family(dot), {}, ["fill", "empty", "cross"], channels=seen(dot()))
    wrong = tk.infer(clicks, tk.Family(dot, {"cross": 1e-9}), {}, ["fill", "empty"], channels=seen(dot()))
    assert right.goodness.smallest > 0.01
    assert wrong.goodness.smallest < 1e-4
    assert right.aic < wrong.aic
    assert right.bic < wrong.bic
    assert right.goodness.rescaled.mean() == pytest.approx(1.0, abs=0.1)


def test_several_runs_are_as_good_as_one() -> None:
    whole = Clicks.joined([record(seed) for seed in range(6)])
    fit = tk.infer(whole, tk.Family(dot), {}, ["fill", "empty"], channels=seen(dot()))
    alone = tk.infer(record(0), tk.Family(dot), {}, ["fill", "empty"], channels=seen(dot()))
    assert whole.runs == 6
    assert (fit.errors < alone.errors / 2.0).all()
    assert (np.abs(fit.values - [0.7, 1.2]) < 4 * fit.errors).all()


def test_a_number_at_the_end_of_its_range_is_told() -> None:
    """Dark counts beyond all clicks leave no rate: it falls to zero, and its interval begins there."""
    family = tk.Family(tk.library.qubit, {"gap": 5.0, "temperature": 0.5})
    clicks = Clicks(np.arange(1.0, 20.0), begin=0.0, end=20.0)
    model = family.at({"rate": 0.1})
    fit = tk.infer(
        clicks,
        family,
        {"rate": 0.1},
        ["rate"],
        channels={"clicks": list(range(len(model.channels)))},
        detector=Detector(dark_rate=2.0),
    )
    assert fit.at_end.all()
    assert fit["rate"] < 1e-6
    assert np.isnan(fit.errors[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"channels": {"out": 0}}, "hold clicks of 'in'"),
        ({"channels": {"out": 0, "in": 0}}, "click at one jump"),
        ({"channels": {"out": 0, "in": 9}}, "positions from 0 to"),
        ({"channels": {"out": 0, "in": 1, "up": 2}}, "have no clicks of 'up'"),
        ({"detector": {"up": Detector()}}, "`detector` holds 'up'"),
        ({"detector": Detector(dead_time=5.0)}, "is dead for 5 after a click"),
        ({"confidence": 2.0}, "`confidence` must be between 0 and 1"),
        ({"parameters": []}, "must name at least one"),
        ({"at": {"fill": [0.5, 0.7]}}, "`at['fill']` must be one number"),
        ({"parameters": ["temperature"]}, "must be numbers of"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], message: str) -> None:
    given = {"at": {}, "parameters": ["fill"], "channels": seen(dot())} | change
    with pytest.raises(ValueError, match=re.escape(message)):
        tk.infer(record(0), tk.Family(dot), **given)


def test_records_that_a_model_rules_out_are_refused() -> None:
    two = tk.Family(lambda fill=0.7: tk.rates([[0.0, 1.2], [fill, 0.0]]))
    clicks = Clicks([1.0, 2.0], ["in", "in"], begin=0.0, end=3.0, names=["in", "out"])
    channels = {"in": 0, "out": 1} if np.abs(two.at({}).channels[0].jump)[1, 0] else {"in": 1, "out": 0}
    with pytest.raises(ValueError, match=r"'in' cannot click as it did at 2 \(click 1\)"):
        tk.infer(clicks, two, {}, ["fill"], channels=channels)
    fit = tk.infer(clicks, two, {}, ["fill"], channels=channels, detector=Detector(dark_rate=0.1))
    assert np.isfinite(fit.values).all()


def test_numbers_that_records_do_not_tell_apart_are_refused() -> None:
    family = tk.Family(lambda one=1.0, two=1.0: tk.rates([[0.0, 1.2], [one * two, 0.0]]))
    clicks = Clicks(np.arange(1.0, 30.0), begin=0.0, end=31.0)
    with pytest.raises(tk.errors.NotConvergedError, match="do not settle all numbers"):
        tk.infer(clicks, family, {}, ["one", "two"], channels={"clicks": [0, 1]})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"times": [1.0, np.nan]}, "`times` must be finite; number 1 is nan"),
        ({"times": [2.0, 1.0]}, "must not descend"),
        ({"times": [[1.0]]}, "one row of numbers"),
        ({"times": ["a"]}, "must be real numbers"),
        ({"times": [1.0, 2.0], "channels": ["a"]}, "of the 2 times, got 1"),
        ({"times": [1.0], "channels": [0.5], "begin": 0.0}, "names or whole numbers"),
        ({"times": [1.0], "begin": 2.0}, "must lie after"),
        ({"times": [], "end": 2.0}, "`begin` must be given"),
        ({"times": [1.0], "begin": 1.0, "end": 1.0}, "watched for some time"),
        ({"times": [1.0], "channels": ["a"], "begin": 0.0, "names": ["b"]}, "hold 'a'"),
        ({"times": [1.0], "begin": 0.0, "names": ["b", "b"], "channels": ["b"]}, "must be different"),
    ],
)
def test_records_that_are_none_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Clicks(**given)


@pytest.mark.parametrize(
    "numbers",
    [{"efficiency": 0.0}, {"efficiency": 1.1}, {"dead_time": -1.0}, {"dark_rate": np.inf}, {"dark_rate": "a"}],
)
def test_detectors_that_are_none_are_refused(numbers: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="of a detector must be"):
        Detector(**numbers)


def test_a_part_of_a_record() -> None:
    clicks = record(2)
    part = clicks.part(10.0, 60.0)
    assert part.duration == 50.0
    assert len(part) == ((clicks.times > 10.0) & (clicks.times <= 60.0)).sum()
    assert Clicks([1.0, 2.0, 4.0]).waits.tolist() == [1.0, 2.0]
    assert Clicks([1.0, 2.0, 4.0]).duration == 3.0
