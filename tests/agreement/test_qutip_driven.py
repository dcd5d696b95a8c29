"""Driven motion and limit cycles in QuTiP, where it is installed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from driven import DOWN, SX, SZ
from thermokin.errors import ValidityWarning

qutip: Any = pytest.importorskip("qutip")

OPTIONS = {"atol": 1e-13, "rtol": 1e-12, "nsteps": 100_000, "method": "dop853"}


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def driven(times: Any) -> Any:
    """Local jumps of a qubit whose field swings."""
    bath = tk.Bath("bath", 1.0 / np.log(13.0 / 3.0))
    channels = [tk.Channel(np.sqrt(0.13) * DOWN, bath, -1.0), tk.Channel(np.sqrt(0.03) * DOWN.T, bath, 1.0)]
    swing = np.cos(0.9 * np.asarray(times, dtype=float))[..., None, None]
    return tk.Model(0.5 * SZ + 0.2 * swing * SX, channels, energy_operator=0.5 * SZ)


def qutips(rho: Any, time: float) -> Any:
    field = qutip.QobjEvo([qutip.Qobj(0.5 * SZ), [qutip.Qobj(0.2 * SX), lambda t: np.cos(0.9 * t)]])
    jumps = [qutip.Qobj(np.sqrt(0.13) * DOWN), qutip.Qobj(np.sqrt(0.03) * DOWN.T)]
    return qutip.mesolve(field, qutip.Qobj(rho), [0.0, time], jumps, options=OPTIONS).states[-1].full()


def test_qutip_moves_a_driven_state_alike() -> None:
    start = np.array([[0.3, 0.1j], [-0.1j, 0.7]])
    run = tk.evolve(tk.Leg(9.0, driven), start, [2.0, 9.0])
    for time, state in zip(run.times, run.states, strict=True):
        np.testing.assert_allclose(state, qutips(start, float(time)), rtol=0, atol=1e-10)


def test_qutip_brings_a_limit_cycle_back_to_where_it_began() -> None:
    cycle = tk.limit_cycle(tk.Leg(2.0 * np.pi / 0.9, driven))
    np.testing.assert_allclose(qutips(cycle.state, cycle.period), cycle.state, rtol=0, atol=1e-10)


def test_qutips_time_dependent_operators_are_taken() -> None:
    terms = [qutip.Qobj(0.5 * SZ), [qutip.Qobj(0.2 * SX), lambda t: np.cos(0.9 * t)]]
    start = tk.Ket([1.0, 0.0])
    runs = [
        tk.evolve(tk.Leg(3.0, lambda t, d=drive: tk.Model(d(t), [])), start, [3.0]).states
        for drive in (tk.Drive(terms), tk.Drive(qutip.QobjEvo(terms)), qutip.QobjEvo(terms))
    ]
    for run in runs[1:]:
        np.testing.assert_allclose(run, runs[0], rtol=0, atol=1e-11)
