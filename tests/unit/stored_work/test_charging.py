"""Charging of batteries: closed forms of a driven qubit and of spins in a cavity, laws of its limits, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import thermokin as tk
from oracles import Array

LEVEL, FLIP = np.diag([0.0, 1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])
ROUNDING = 1e-12
TIMES = np.linspace(0.0, 20.0, 201)


def driven(strength: float = 0.1) -> tk.results.Charging:
    return tk.charging(tk.evolve(tk.Model(strength * FLIP, []), tk.Ket([1, 0]), TIMES), LEVEL)


def in_cavity(spins: int, coupling: float = 0.05) -> tk.results.Charging:
    j, a = tk.operators.spin(spins / 2), tk.operators.destroy(spins + 1)
    exchange = np.kron(a.conj().T, j.minus)
    bare = np.kron(tk.operators.number(spins + 1), np.eye(spins + 1)) + np.kron(np.eye(spins + 1), j.z)
    start = np.kron(np.eye(spins + 1)[-1], np.diag(j.z).real == -spins / 2)
    model = tk.Model(bare + coupling * (exchange + exchange.conj().T), [])
    run = tk.evolve(model, tk.Ket(start), np.linspace(0.0, 60.0, 241))
    return tk.charging(run, j.z, (spins + 1, spins + 1), 1)


def test_a_driven_qubit_is_charged_as_it_rotates() -> None:
    found = driven()
    angle = 0.1 * TIMES
    np.testing.assert_allclose(found.energy, np.sin(angle) ** 2, atol=ROUNDING)
    np.testing.assert_allclose(found.work, np.sin(angle) ** 2, atol=ROUNDING)
    np.testing.assert_allclose(found.power, 0.1 * np.sin(2.0 * angle), atol=ROUNDING)
    np.testing.assert_allclose(found.variance, 0.25 * np.sin(2.0 * angle) ** 2, atol=ROUNDING)
    # two outcomes: the Fisher information of a rotation is 4 (dE)^2, where an outcome has a probability to change
    np.testing.assert_allclose(found.information[1:], 0.04, rtol=1e-9)
    np.testing.assert_allclose(found.power_limit, np.abs(found.power), atol=1e-9)
    np.testing.assert_allclose(found.least_time[:150], TIMES[:150], rtol=1e-7)  # a geodesic, up to the other pole
    np.testing.assert_allclose(found.average_power_limit[1:150], found.average_power[1:150], rtol=1e-7)
    np.testing.assert_allclose(found.largest_power, 0.1 * 0.7246113537767, rtol=1e-4)  # of a grid


def test_spins_are_charged_faster_together() -> None:
    alone, spins = in_cavity(1), np.array([2, 4, 8])
    together = [in_cavity(int(count)) for count in spins]
    np.testing.assert_allclose(together[0].energy.max(), 16.0 / 9.0, rtol=1e-3)  # of a grid
    gained = np.array([float(one.advantage(alone, int(count))) for one, count in zip(together, spins, strict=True)])
    growth = np.diff(np.log(gained)) / np.diff(np.log(spins))
    assert ((growth > 0.4) & (growth < 0.55)).all()  # as the square root
    for one in together[:2]:
        assert (one.work <= one.energy + ROUNDING).all()
        assert (np.abs(one.power) <= one.power_limit + 1e-9).all()
        assert (np.abs(one.power) <= one.uncertainty_limit + ROUNDING).all()
        assert (one.least_time <= one.times + 1e-7).all()


def heated(temperature: float | Array = 2.0) -> Any:
    on = [[tk.operators.embed(one, part, (2, 2)) for part in (0, 1)] for one in (LEVEL, FLIP)]
    lower = np.diag([1.0], 1)
    exchange = tk.operators.tensor(lower.T, lower)
    hamiltonian = on[0][0] + on[0][1] + 0.2 * (exchange + exchange.T)
    model = tk.davies(hamiltonian, [tk.Contact(tk.Bath("hot", temperature), on[1][0], tk.Flat(0.01))])
    return tk.evolve(model, tk.Ket([1, 0, 0, 0]), np.linspace(0.0, 800.0, 401))


def test_a_bath_alone_stores_energy_and_no_work() -> None:
    found = tk.charging(heated(), LEVEL, (2, 2), 1)
    np.testing.assert_allclose(found.work, 0.0, atol=ROUNDING)
    reduced = tk.operators.partial_trace(tk.operators.gibbs(heated().model.hamiltonian, 2.0), 1, (2, 2))
    np.testing.assert_allclose(found.energy[-1], reduced[1, 1].real, rtol=2e-3)  # e^-rt has not gone
    assert (np.abs(found.power) <= found.power_limit + 1e-9).all()
    step = found.times[1]
    slope = (found.energy[2:] - found.energy[:-2]) / (2.0 * step)
    np.testing.assert_allclose(found.power[1:-1], slope, atol=1e-3)  # of second order in the step
    with pytest.raises(tk.errors.HypothesisError, match="where one Hamiltonian moves the state"):
        _ = found.least_time


def test_leading_axes_are_those_of_single_runs() -> None:
    swept = tk.charging(heated(np.array([1.0, 2.0])), LEVEL, (2, 2), 1)
    one = tk.charging(heated(2.0), LEVEL, (2, 2), 1)
    for name in ("energy", "work", "average_power", "power", "variance", "information", "largest_power"):
        np.testing.assert_allclose(getattr(swept, name)[1], getattr(one, name), rtol=1e-9, atol=1e-12, err_msg=name)


def test_a_driven_run_knows_averages_alone() -> None:
    def model(time: float) -> tk.Model:
        return tk.Model(LEVEL + 0.2 * np.cos(time) * FLIP, [])

    run = tk.evolve(tk.Leg(4.0, model), tk.Ket([1, 0]), np.linspace(0.0, 4.0, 5))
    found = tk.charging(run, LEVEL)
    np.testing.assert_allclose(found.energy, run.states[:, 1, 1].real, atol=ROUNDING)
    assert found.largest_power > 0.0
    assert "power" not in found.to_xarray()
    with pytest.raises(tk.errors.HypothesisError, match="known at their times alone"):
        _ = found.power
    with pytest.raises(tk.errors.ArgumentError, match="must have 0 as its first time"):
        tk.charging(tk.evolve(tk.Leg(4.0, model), tk.Ket([1, 0]), [1.0, 2.0]), LEVEL)


def test_what_cannot_be_is_refused_in_words() -> None:
    run = tk.evolve(tk.Model(np.eye(4), []), tk.Ket([1, 0, 0, 0]), [0.0, 1.0])
    with pytest.raises(tk.errors.ArgumentError, match="`part` must say which part is the battery, 0 to 1, got 2"):
        tk.charging(run, LEVEL, (2, 2), 2)
    with pytest.raises(tk.errors.ArgumentError, match=r"`battery` must have shape \(..., 4, 4\), as the part"):
        tk.charging(run, LEVEL)
    with pytest.raises(TypeError, match="`evolution` must be what `evolve` returns"):
        tk.charging(np.eye(2), LEVEL)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`alone` must be what `charging` returns"):
        driven().advantage(1.0, 2)  # type: ignore[arg-type]


def test_a_run_of_time_0_alone_has_no_power_and_can_be_shown() -> None:
    found = tk.charging(tk.evolve(tk.Model(0.5 * np.diag([0.0, 1.0]), []), tk.Ket([1, 0]), [0.0]), np.diag([0.0, 1.0]))
    assert np.isnan(found.largest_power)
    assert found.time_of_largest_power == 0.0
    assert "Charging" in repr(found)
