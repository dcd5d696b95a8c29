"""Information of clicks per time: closed forms, and what fits of records find."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

import thermokin as tk
from click_records import network_records
from thermokin.inference import Clicks, Detector, fisher_information


def atom(drive: float, decay: float) -> tk.Model:
    return tk.Model([[0.0, drive / 2], [drive / 2, 0.0]], [tk.Channel([[0.0, np.sqrt(decay)], [0.0, 0.0]], None)])


@pytest.mark.parametrize("drive", [0.3, 0.5, 1.2, 3.0])
def test_clicks_of_fluorescence_tell_four_over_decay_of_the_drive(drive: float) -> None:
    """At drive = decay/2 the motion between clicks is defective; at 3 the density of waits has nodes."""
    decay = 2.0
    found = fisher_information(atom, {"drive": drive, "decay": decay}, ["drive", "decay"], channels={"photon": 0})
    # The field knows L by its amplitude sqrt(decay): of the decay 1/decay^2 for each click, and as much clicks know.
    rate = decay * drive**2 / (decay**2 + 2.0 * drive**2)
    assert found.rates[0] == pytest.approx(rate, rel=1e-12)
    for place, wanted in enumerate((4.0 / decay, rate / decay**2)):
        assert abs(found.values[place, place] - wanted) < found.error[place, place] + 1e-10
    assert (found.error < 1e-6).all()


def test_information_is_that_of_the_density_of_waits() -> None:
    drive, decay, step = 1.2, 1.0, 1e-5
    turn = np.sqrt(drive**2 - 0.25 * decay**2)

    def density(time: float, one: float) -> float:
        own = np.sqrt(one**2 - 0.25 * decay**2)
        return float(decay * (one / own * np.sin(0.5 * own * time) * np.exp(-0.25 * decay * time)) ** 2)

    def told(time: float) -> float:
        slope = (density(time, drive + step) - density(time, drive - step)) / (2.0 * step)
        return slope**2 / max(density(time, drive), 1e-300)

    nodes = [*(2.0 * np.pi / turn * np.arange(9)), 80.0]
    whole = sum(quad(told, *two)[0] for two in pairwise(nodes))
    found = fisher_information(atom, {"drive": drive, "decay": decay}, ["drive"], channels={"photon": 0})
    assert found.values[0, 0] == pytest.approx(found.rates[0] * whole, rel=1e-6)


def test_all_jumps_of_a_network_tell_each_rate_apart() -> None:
    """A rate k of a network is told by its jumps alone: their number over k^2."""
    known = {"forth": 0.7, "back": 1.2}
    family = tk.Family(lambda forth, back: tk.rates([[0.0, back], [forth, 0.0]]))
    found = fisher_information(family, known, ["forth", "back"], channels={"a": 0, "b": 1})
    jumps = 0.7 * 1.2 / 1.9
    np.testing.assert_allclose(found.values, np.diag([jumps / 0.49, jumps / 1.44]), atol=1e-10)
    np.testing.assert_allclose(found.errors, np.sqrt([0.49 / jumps, 1.44 / jumps]), rtol=1e-9)


def hidden(fill: float = 0.7, empty: float = 1.2, cross: float = 0.4) -> tk.Model:
    return tk.rates([[0.0, empty, 0.0], [fill, 0.0, cross], [0.0, cross, 0.0]])


@pytest.mark.parametrize("efficiency", [1.0, 0.6])
def test_fits_of_records_find_what_is_expected(efficiency: float) -> None:
    rates = np.array([[0.0, 1.2, 0.0], [0.7, 0.0, 0.4], [0.0, 0.4, 0.0]])
    places = {tuple(np.argwhere(channel.jump)[0].tolist()): k for k, channel in enumerate(hidden().channels)}
    channels, time = {"out": places[0, 1]}, 20000.0
    clicks = network_records(rates, 1, time, 3, seen={"10": "out"})[0]
    kept = np.random.default_rng(1).random(len(clicks)) < efficiency
    clicks = Clicks(clicks.times[kept], ["out"] * int(kept.sum()), begin=0.0, end=time)
    detector = Detector(efficiency)
    fit = tk.infer(clicks, hidden, {}, ["fill", "cross"], channels=channels, detector=detector)
    numbers = dict(zip(fit.names, fit.values.tolist(), strict=True))
    found = fisher_information(hidden, numbers, ["fill", "cross"], channels=channels, detector=detector)
    # Of some thousand clicks, a few percent.
    size = np.sqrt(np.outer(np.diagonal(found.values), np.diagonal(found.values)))
    assert (np.abs(fit.information / time - found.values) < 0.15 * size).all()
    assert (np.abs(fit.values - [0.7, 0.4]) < 4.0 * found.errors / np.sqrt(time)).all()


def test_numbers_that_clicks_do_not_tell_apart_have_no_error() -> None:
    family = tk.Family(lambda one=1.0, two=1.0: tk.rates([[0.0, 1.2], [one * two, 0.0]]))
    found = fisher_information(family, {}, ["one", "two"], channels={"a": 0, "b": 1})
    assert np.isnan(found.errors).all()
    assert found.values[0, 1] == pytest.approx(found.values[0, 0])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"channels": {}}, "must name at least one detector"),
        ({"channels": {"any": [0, 1]}}, "clicks of 'any' leave more than one state behind"),
        ({"detector": Detector(dark_rate=0.1)}, "neither dark counts nor dead time"),
        ({"detector": {"a": Detector(dead_time=0.1)}}, "neither dark counts nor dead time"),
        ({"parameters": ["x"]}, "must be numbers of"),
        ({"family": lambda forth: tk.rates([[0.0, 0.0], [forth, 0.0]])}, "jumps that come again and again"),
    ],
)
def test_what_has_no_information_is_refused(given: dict[str, Any], message: str) -> None:
    family = tk.Family(lambda forth: tk.rates([[0.0, 1.2], [forth, 0.0]]))
    asked: dict[str, Any] = {"family": family, "parameters": ["forth"], "channels": {"a": 0}} | given
    with pytest.raises(ValueError, match=re.escape(message)):
        fisher_information(asked.pop("family"), {"forth": 0.7}, asked.pop("parameters"), **asked)
