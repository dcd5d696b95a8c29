"""Driven legs that last for a very long time: integrated where baths damp what turns, refused with reason elsewhere."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from driven import SX, SZ, Array
from thermokin.cycles import driven_maps
from thermokin.errors import NotConvergedError, ValidityWarning
from thermokin.numerics import magnus


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def ramp(duration: float) -> tk.Leg:
    bath = tk.Contact(tk.Bath("bath", 1.0), SX, tk.Ohmic(0.1))

    def hamiltonian(times: Any) -> Array:
        share = np.asarray(times, dtype=float)[..., None, None] / duration
        return np.asarray((1.0 + share) * 0.5 * SZ + 0.3 * np.sin(np.pi * share) * SX)

    return tk.Leg(duration, lambda t: tk.davies(hamiltonian(t), [bath]))


def test_long_steps_and_many_panels_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    times = [250.0, 600.0]
    monkeypatch.setattr(driven_maps, "LONG", 500.0)
    long = tk.evolve(ramp(600.0), tk.Gibbs(2.0), times)
    monkeypatch.setattr(driven_maps, "LONG", np.inf)
    short = tk.evolve(ramp(600.0), tk.Gibbs(2.0), times)
    assert long.panels < short.panels
    assert np.abs(long.states - short.states).max() < 1e-11
    assert long.heat["bath"] == pytest.approx(short.heat["bath"], abs=1e-10)
    assert long.work_on_counted == pytest.approx(short.work_on_counted, abs=1e-10)


def test_what_is_lost_falls_as_the_inverse_of_the_time() -> None:
    slow = [tk.evolve(ramp(duration), tk.Gibbs(1.0), [duration]) for duration in (1e4, 1e5, 1e6)]
    lost = [float(run.entropy_production[0]) for run in slow]
    assert lost[0] / lost[1] == pytest.approx(10.0, rel=1e-3)
    assert lost[1] / lost[2] == pytest.approx(10.0, rel=1e-2)
    for run in slow:
        assert np.abs(run.first_law).max() < max(run.error, 1e-9)


def test_a_slow_leg_that_nothing_damps_is_refused_with_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(magnus, "MOST", 2**10)  # for time's sake
    drive = tk.Drive([0.5 * SZ, [SX, lambda t: 0.3 * np.sin(1e-6 * np.pi * np.asarray(t))]])
    with pytest.raises(NotConvergedError, match=r"turns about .* times, .* or take the limit of slow legs from"):
        tk.evolve(tk.Leg(1e6, drive), tk.Gibbs(1.0), [1e6])
