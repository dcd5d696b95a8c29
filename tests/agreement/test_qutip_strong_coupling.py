"""A strongly coupled system in QuTiP, where it is installed: its secular Bloch-Redfield tensor of system and mode."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import thermokin as tk

qutip: Any = pytest.importorskip("qutip")

LEVELS, COUPLING, FREQUENCY, WIDTH, RATE = 5, 0.4, 1.3, 0.01, 0.02
GAP, FLIP = np.diag([0.5, -0.5]), np.array([[0.0, 1.0], [1.0, 0.0]])


def thermal(strength: float, temperature: float) -> Any:
    """The noise power of an Ohmic bath, for both signs of the frequency."""

    def power(w: float) -> float:
        size = max(abs(w), 1e-12)
        return float(strength * size * (1.0 / np.expm1(size / temperature) + (w > 0.0)))

    return power


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_state_and_heat_are_those_of_qutips_secular_tensor() -> None:
    strong = tk.Contact(tk.Bath("hot", 0.8), FLIP, tk.Brownian(COUPLING, FREQUENCY, WIDTH))
    weak = tk.Contact(tk.Bath("cold", 0.4), FLIP, tk.Ohmic(RATE))
    found = tk.reaction_coordinate(GAP, [strong, weak], levels=LEVELS)
    a = qutip.destroy(LEVELS)
    quantum, flip = qutip.tensor(qutip.qeye(2), a + a.dag()), qutip.tensor(qutip.Qobj(FLIP), qutip.qeye(LEVELS))
    energy = qutip.tensor(qutip.Qobj(GAP), qutip.qeye(LEVELS)) + COUPLING * quantum * flip
    energy += FREQUENCY * qutip.tensor(qutip.qeye(2), a.dag() * a) + COUPLING**2 / FREQUENCY
    hot, cold = thermal(WIDTH / FREQUENCY, 0.8), thermal(RATE, 0.4)
    parts = [[quantum, hot], [flip, cold]]
    tensor = qutip.bloch_redfield_tensor(energy, parts, sec_cutoff=1e-4, fock_basis=True)
    alone = qutip.bloch_redfield_tensor(energy, parts[:1], sec_cutoff=1e-4, fock_basis=True)
    state = qutip.steadystate(tensor)
    np.testing.assert_allclose(found.state, state.ptrace(0).full(), atol=1e-9)
    heat = (energy * qutip.vector_to_operator(alone * qutip.operator_to_vector(state))).tr().real
    assert float(found.heat[0]) == pytest.approx(heat, rel=1e-6)
