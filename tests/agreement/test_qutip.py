"""The same master equation in QuTiP, where it is installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import thermokin as tk
from library_models import NAMES, example, random_density_matrix

qutip: Any = pytest.importorskip("qutip")


@pytest.mark.parametrize("name", NAMES)
def test_qutip_integrates_the_same_motion(name: str) -> None:
    model = example(name)
    start, times = random_density_matrix(model.dimension), np.linspace(0.0, 20.0, 3)
    jumps = [qutip.Qobj(channel.jump) for channel in model.channels]
    options = {"atol": 1e-12, "rtol": 1e-10, "nsteps": 100_000}
    result = qutip.mesolve(qutip.Qobj(model.hamiltonian), qutip.Qobj(start), times, jumps, options=options)
    expected = np.array([state.full() for state in result.states])
    # QuTiP's adaptive steps accumulate over the coherences' phase; the dense exponential agrees to 1e-12.
    np.testing.assert_allclose(tk.evolve(model, start, times).states, expected, rtol=0, atol=1e-7)


@pytest.mark.parametrize("name", NAMES)
def test_qutip_finds_the_same_steady_state(name: str) -> None:
    model = example(name)
    jumps = [qutip.Qobj(channel.jump) for channel in model.channels]
    expected = qutip.steadystate(qutip.Qobj(model.hamiltonian), jumps).full()
    np.testing.assert_allclose(tk.steady_state(model).state, expected, rtol=0, atol=1e-8)


def test_qutips_own_operators_are_accepted() -> None:
    X = qutip.sigmax()
    H = 0.5 * (qutip.qeye(2) - qutip.sigmaz())
    model = tk.davies(H, [tk.Contact(tk.Bath("bath", 0.7), X, tk.Flat(0.01))])
    made = tk.evolve(model, qutip.thermal_dm(2, 0.2), [5.0]).states
    again = tk.library.qubit(1.0, 0.01, 0.7)
    np.testing.assert_array_equal(made, tk.evolve(again, qutip.thermal_dm(2, 0.2).full(), [5.0]).states)
