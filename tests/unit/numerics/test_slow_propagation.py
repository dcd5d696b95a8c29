"""Long propagators by implicit steps against Magnus steps, which take as many panels as there are turns."""

from __future__ import annotations

import numpy as np
import pytest

from thermokin._typing import FloatArray
from thermokin.numerics.magnus import propagation
from thermokin.numerics.slow_propagation import NODES, WEIGHTS, forgotten_after, slow_propagation

END = 900.0
TURN = np.array([[0.0, 0.0, 0.0, 0.0], [0.0, -0.2, -1.0, 0.0], [0.0, 1.0, -0.2, 0.0], [0.3, 0.1, 0.2, 0.0]])
DECAY = np.array([[-0.3, 0.1, 0.0, 0.0], [0.05, -0.2, 0.0, 0.0], [0.0, 0.1, -0.2, 0.0], [0.0, 0.0, 0.0, 0.0]])


def moving(times: FloatArray) -> FloatArray:
    """A turn that is damped, a slow change, and a last row that adds up what passed."""
    share = (np.asarray(times) / END)[:, None, None]
    return np.asarray((1.0 + 0.3 * np.sin(3.0 * share)) * TURN + (1.0 - 0.4 * share**2) * DECAY)


def test_the_collocation_is_exact_for_powers_up_to_its_order() -> None:
    for power in range(9):
        assert WEIGHTS[-1] @ NODES**power == pytest.approx(1.0 / (power + 1.0), abs=1e-14)
    assert WEIGHTS[-1] @ NODES**9 != pytest.approx(0.1, abs=1e-10)


def test_long_steps_give_the_map_of_many_panels() -> None:
    slowest = forgotten_after(moving(np.array([0.0, 450.0, 900.0])), 1e-10)
    assert 50.0 < slowest < 300.0
    found = slow_propagation(moving, 0.0, slowest, END, tolerance=1e-10, size=2.0)
    assert found is not None
    many = propagation(moving, np.array([0.0, END]), tolerance=1e-12, first=256)
    miss = np.abs(found.maps[0] - many.maps[0]).sum(axis=-1).max()
    assert miss <= found.error < 1e-9
    assert found.panels < many.panels


def test_what_turns_for_ever_is_never_forgotten() -> None:
    assert forgotten_after(np.array([[[0.0, 1.0], [-1.0, 0.0]]]), 1e-10) == np.inf
    assert forgotten_after(np.array([[[-1.0, 0.5], [1.0, -0.5]]]), 1e-10) == 0.0
