"""Floquet states in QuTiP, where it is installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import thermokin as tk
from floquet_oracles import SX, SZ, ohmic

qutip: Any = pytest.importorskip("qutip")

OMEGA, TEMPERATURE, STRENGTH = 1.3, 0.7, 0.01
PERIOD = 2.0 * np.pi / OMEGA
TIGHT = {"atol": 1e-13, "rtol": 1e-12, "nsteps": 100_000}


def ours() -> tk.results.FloquetStates:
    drive = tk.Drive([0.5 * SZ + 0.1 * SX, [0.3 * SX, lambda t: np.cos(OMEGA * t)]])
    return tk.floquet(drive, [tk.Contact(tk.Bath("bath", TEMPERATURE), SX, tk.Ohmic(STRENGTH))], PERIOD)


def field() -> Any:
    return qutip.QobjEvo([qutip.Qobj(0.5 * SZ + 0.1 * SX), [qutip.Qobj(0.3 * SX), lambda t: np.cos(OMEGA * t)]])


def noise_power(frequency: Any) -> Any:
    """Both signs, the thermal part included, over 2 pi, as QuTiP asks it."""
    return np.vectorize(ohmic(STRENGTH, TEMPERATURE))(frequency) / (2.0 * np.pi)


def test_quasienergies_and_modes_are_qutips() -> None:
    found, basis = ours(), qutip.FloquetBasis(field(), PERIOD, options=TIGHT)
    folded = np.sort(np.remainder(found.quasienergies + OMEGA / 2.0, OMEGA) - OMEGA / 2.0)
    np.testing.assert_allclose(folded, np.sort(basis.e_quasi), atol=1e-9)
    for time in (0.0, 0.9):
        theirs = np.column_stack([mode.full()[:, 0] for mode in basis.mode(time)])
        overlap = np.sort(np.abs(theirs.conj().T @ found.modes_at(time)), axis=None)
        np.testing.assert_allclose(overlap, [0.0, 0.0, 1.0, 1.0], atol=1e-9)


def test_the_periodic_state_of_fmmesolve_is_ours() -> None:
    found = ours()
    times = np.array([0.0, 600.0 * PERIOD, 600.3 * PERIOD])
    run = qutip.fmmesolve(
        field(),
        qutip.fock_dm(2, 0),
        times,
        [qutip.Qobj(SX)],
        [noise_power],
        PERIOD,
        options={"normalize_output": False},
    )
    for time, state in list(zip(times, run.states, strict=True))[1:]:
        np.testing.assert_allclose(found.state(time), state.full(), rtol=0, atol=1e-6)  # its integration of the modes


def test_objects_of_qutip_are_taken_as_they_are() -> None:
    contact = tk.Contact(tk.Bath("bath", TEMPERATURE), qutip.Qobj(SX), tk.Ohmic(STRENGTH))
    np.testing.assert_allclose(tk.floquet(field(), [contact], PERIOD).heat, ours().heat, rtol=1e-12)
