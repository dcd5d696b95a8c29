"""Floquet states against limit cycles, where a slow drive or a weak one makes them one thing."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from floquet_oracles import SX, SY, SZ

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def missed_by_momentary_jumps(frequency: float) -> float:
    """Relative difference of the heat when the gap of a qubit and its direction swing slowly."""
    drive = tk.Drive(
        [0.5 * SZ, [0.2 * SZ, lambda t: np.cos(frequency * t)], [0.1 * SX, lambda t: np.sin(frequency * t)]]
    )
    contacts = [tk.Contact(tk.Bath(name, warmth), SX, tk.Ohmic(1e-7)) for name, warmth in (("hot", 1.0), ("cold", 0.4))]
    found = tk.floquet(drive, contacts, 2.0 * np.pi / frequency)
    cycle = tk.limit_cycle(tk.Leg(found.period, lambda t: tk.davies(drive(t), contacts)))
    heat = np.array([cycle.heat["hot"], cycle.heat["cold"]]) / cycle.period
    return float(np.abs(heat / found.heat - 1.0).max())


def test_a_slow_drive_is_a_cycle_of_momentary_jumps_up_to_the_square_of_its_frequency() -> None:
    coarse, fine = missed_by_momentary_jumps(0.04), missed_by_momentary_jumps(0.02)
    assert fine < 3e-3
    assert coarse / fine == pytest.approx(4.0, rel=0.05)


def test_a_weak_rotating_field_is_a_cycle_of_local_jumps_up_to_the_square_of_rate_over_detuning() -> None:
    frequency, field = 1.3, 0.05
    drive = tk.Drive(
        [
            0.5 * SZ,
            [0.5 * field * SX, lambda t: np.cos(frequency * t)],
            [0.5 * field * SY, lambda t: np.sin(frequency * t)],
        ]
    )
    missed = []
    for rate in (1e-3, 5e-4):
        bath = [tk.Contact(tk.Bath("bath", 0.0), SX, tk.Flat(rate))]  # flat at temperature 0: one rate at all quanta
        found = tk.floquet(drive, bath, 2.0 * np.pi / frequency)
        cycle = tk.limit_cycle(tk.Leg(found.period, lambda t, bath=bath: tk.local(drive(t), bath, 0.5 * SZ)))
        missed.append(abs(1.0 + cycle.power_of_drive / cycle.period / found.power))
        np.testing.assert_allclose(found.state(0.0), cycle.state, rtol=0, atol=2.0 * rate)
    assert missed[1] < 1e-5
    assert missed[0] / missed[1] == pytest.approx(4.0, rel=0.05)


def test_an_evolution_is_that_of_a_leg_in_the_laboratory() -> None:
    # On a flat spectrum at temperature 0 the sidebands of a large gap, all of them emissions, add up to local jumps.
    frequency, gap = 1.3, 8.0
    drive = tk.Drive([0.5 * gap * SZ, [0.2 * SZ, lambda t: np.cos(frequency * t)]])
    bath = [tk.Contact(tk.Bath("bath", 0.0), SX, tk.Flat(1e-2))]
    found = tk.floquet(drive, bath, 2.0 * np.pi / frequency)
    times, start = np.array([0.7, 3.0, 60.0]), np.array([[0.7, 0.3j], [-0.3j, 0.3]])
    ours = found.lab(tk.evolve(found.model, start, times).states, times)
    leg = tk.Leg(60.0, lambda t: tk.local(drive(t), bath, 0.5 * gap * SZ))
    np.testing.assert_allclose(ours, tk.evolve(leg, start, times).states, rtol=0, atol=1e-9)
