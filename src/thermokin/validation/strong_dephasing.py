"""Cases of jumps that do almost the same on all levels, beside which slow rates must keep their digits."""

from __future__ import annotations

import numpy as np

from thermokin.model.channel import Channel
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.steady_state import steady_state
from thermokin.validation.case import Case

__all__ = ["slow_rates_beside_strong_dephasing"]

WEAK = 1e-6
EXACT = 1e-12
SOURCE = "closed form of the rates"


def slow_rates_beside_strong_dephasing() -> list[Case]:
    """Flips at 1e-12 of a qubit beside a multiple of 1, and beside dephasing of a neighbour at 1e6.

    Returns:
        The cases.
    """
    flip, one = np.array([[0.0, 1.0], [1.0, 0.0]]), np.eye(2)
    lower, dephasing = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([1.0, -1.0])
    shifted = Channel(1e3 * one + WEAK * flip, None)
    held = steady_state(Model(np.zeros((2, 2)), [shifted, Channel(WEAK * lower, None)])).populations[1]
    found = [Case("jump 1000 + 1e-6 sigma_x, decay 1e-12", "upper population", 1 / 3, float(held), EXACT, SOURCE)]
    moved = evolve(Model(np.zeros((2, 2)), [shifted]), np.diag([1.0, 0.0]), [1e11]).populations[0, 1]
    right = float(-0.5 * np.expm1(-0.2))
    found.append(Case("jump 1000 + 1e-6 sigma_x", "upper population at t = 1e11", right, float(moved), EXACT, SOURCE))
    jumps = [
        1e3 * np.kron(dephasing, one) + WEAK * np.kron(one, flip),
        WEAK * np.kron(lower, one),
        0.5 * WEAK * np.kron(lower.T, one),
        0.7 * WEAK * np.kron(one, lower),
    ]
    both = steady_state(Model(np.zeros((4, 4)), [Channel(jump, None) for jump in jumps])).populations[3]
    system = "flips at 1e-12 beside a qubit dephased at 1e6"
    return [*found, Case(system, "population of both upper levels", 0.2 / 2.49, float(both), EXACT, SOURCE)]
