"""Large mean levels, frequencies that a tolerance merges, and what a `Drive` is made of."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from driven import SX, SZ, Array
from thermokin.errors import ValidityWarning

ONE = np.eye(2)


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def pair(times: Any) -> Array:
    times = np.asarray(times, dtype=float)[..., None, None]
    first, second = 0.5 * (1.0 + 0.1 * np.sin(times)), 0.5 * (1.0 + 0.05 * np.cos(times))
    return np.asarray(first * np.kron(SZ, ONE) + second * np.kron(ONE, SZ) + 0.02 * np.kron(SX, SX))


CONTACTS = [
    tk.Contact(tk.Bath("warm", 1.0), np.kron(SX, ONE), tk.Ohmic(0.1)),
    tk.Contact(tk.Bath("cold", 0.4), np.kron(ONE, SX), tk.Ohmic(0.1)),
]


@pytest.mark.parametrize("tolerance", [1e-9, 0.02, 0.1])
def test_merged_frequencies_are_booked_beside_heat_and_the_first_law_closes(tolerance: float) -> None:
    leg = tk.Leg(2.0 * np.pi, lambda t: tk.davies(pair(t), CONTACTS, tolerance=tolerance))
    cycle = tk.limit_cycle(leg)
    assert cycle.first_law < max(cycle.error, 1e-12)
    heat = sum(cycle.heat.values())
    assert heat + cycle.work_on_counted + cycle.ledger.merged.sum() == pytest.approx(0.0, abs=1e-11)
    assert (abs(cycle.ledger.merged[0]) > 1e-6) == (tolerance > 1e-3)
    run = tk.evolve(leg, tk.Gibbs(0.7), [1.0, 6.0])
    assert np.abs(run.first_law).max() < 1e-10
    # What is merged is the energy that D^+(H) gives beyond mean quanta: the same at any time as its own integral.
    assert run.merged.shape == (2,)


def given_beyond_quanta(hamiltonian: Array, model: tk.Model, rho: Array) -> float:
    """Tr(H D[L] rho) of each jump less its quantum times how often it happens [energy/time]."""
    found = 0.0
    for number in range(model.table.size):
        jump = model.from_frame(model.table.jump(number))
        odds = jump.conj().T @ jump
        change = jump @ rho @ jump.conj().T - 0.5 * (odds @ rho + rho @ odds)
        quantum = float(model.table.energy[..., number])
        found += float((np.trace(hamiltonian @ change) - quantum * np.trace(odds @ rho)).real)
    return found


def test_what_is_merged_is_the_integral_of_what_jumps_give_beyond_their_quanta() -> None:
    def model(times: Any) -> tk.Model:
        return tk.davies(pair(times), CONTACTS, tolerance=0.1)

    nodes, weights = np.polynomial.legendre.leggauss(24)
    times, end = 1.5 * (1.0 + nodes), 3.0
    start = np.diag([0.4, 0.1, 0.3, 0.2]) + 0.05 * np.kron(SX, SX)
    run = tk.evolve(tk.Leg(end, model), start, [*times, end])
    rates = [given_beyond_quanta(pair(t), model(t), rho) for t, rho in zip(times, run.states, strict=False)]
    assert abs(run.merged[-1]) > 1e-4
    assert run.merged[-1] == pytest.approx(1.5 * float(weights @ rates), abs=1e-11)
    assert run.merged[11] == pytest.approx(tk.evolve(tk.Leg(end, model), start, [times[11]]).merged[0], abs=1e-11)


@pytest.mark.parametrize("offset", [1e3, 1e6, 1e9, -1e12])
def test_what_energies_are_counted_from_changes_no_digit(offset: float) -> None:
    # Numbers that a mean level of 1e12 leaves exact.
    still, bent = np.diag([0.5, -0.25]), np.array([[0.0, 0.25], [0.25, 0.0]])

    def engine(mean: float) -> tk.Protocol:
        level = mean * ONE
        warm = [tk.Contact(tk.Bath("warm", 2.0), SX, tk.Ohmic(0.2))]
        there = tk.Drive([level + still, [bent, np.sin], [SZ, lambda t: 0.1 * t]])
        back = tk.Drive([level + still, [bent, lambda t: np.sin(np.pi - t)], [SZ, lambda t: 0.1 * (np.pi - t)]])
        first = tk.davies(level + still, warm)
        return tk.Protocol([tk.Leg(3.0, first), tk.Leg(np.pi, there), tk.Leg(np.pi, back)])

    plain, lifted = (tk.limit_cycle(engine(mean)) for mean in (0.0, offset))
    assert lifted.state == pytest.approx(plain.state, abs=1e-13)
    assert lifted.heat["warm"] == pytest.approx(plain.heat["warm"], abs=1e-13)
    assert lifted.work_on_counted == pytest.approx(plain.work_on_counted, abs=1e-13)
    assert lifted.first_law < 1e-12
    run = tk.evolve(engine(offset), tk.Gibbs(1.0), [1.0, 4.0, 8.0])
    assert np.abs(run.first_law).max() < 1e-11
    assert run.energy == pytest.approx(offset + tk.evolve(engine(0.0), tk.Gibbs(1.0), [1.0, 4.0, 8.0]).energy)


@pytest.mark.parametrize("offset", [1e6, 1e9])
def test_what_rounding_of_a_large_level_takes_from_a_drive_is_in_the_error(offset: float) -> None:
    def leg(mean: float) -> tk.Leg:
        return tk.Leg(2.0 * np.pi, lambda t: tk.davies(pair(t) + mean * np.eye(4), CONTACTS))

    plain, lifted = tk.limit_cycle(leg(0.0)), tk.limit_cycle(leg(offset))
    assert np.abs(lifted.state - plain.state).max() < lifted.error
    assert lifted.first_law < lifted.error


def test_a_drive_is_a_leg_that_nothing_touches() -> None:
    drive = tk.Drive([0.5 * SZ, [SX, lambda t: 0.3 * t]])
    told = tk.evolve(tk.Leg(2.0, drive), tk.Gibbs(0.7), [1.0, 2.0])
    model = tk.evolve(tk.Leg(2.0, lambda t: tk.Model(drive(t), [])), tk.Gibbs(0.7), [1.0, 2.0])
    assert told.states == pytest.approx(model.states, abs=1e-14)
    assert told.work_on_counted == pytest.approx(model.work_on_counted, abs=1e-14)


def test_coefficients_may_wrap_their_number() -> None:
    plain = tk.Drive([SZ, [SX, lambda t: 0.1 * np.asarray(t) ** 2]])
    wrapped = tk.Drive([SZ, [SX, lambda t: np.array([0.1 * float(t) ** 2])]])
    assert wrapped([0.0, 1.0, 2.0]) == pytest.approx(plain([0.0, 1.0, 2.0]), abs=1e-15)
    assert wrapped(1.5) == pytest.approx(plain(1.5), abs=1e-15)
    with pytest.raises(ValueError, match=r"coefficient that makes an array of shape \(3,\) of time 0"):
        tk.Drive([SZ, [SX, lambda t: np.array([0.1, 0.2, 0.3])]])([0.0, 1.0])
