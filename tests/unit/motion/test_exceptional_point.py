"""Motion where the generator has too few eigenvectors: a driven, damped qubit at its exceptional point."""

from __future__ import annotations

import numpy as np
import pytest

import oracles
import thermokin as tk
from oracles import Array

GAMMA = 0.5
CRITICAL = GAMMA / 4  # -3 gamma/4 +- sqrt((gamma/4)^2 - W^2), the two that meet
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
START = np.array([[0.3, 0.1 - 0.2j], [0.1 + 0.2j, 0.7]])
GRIDS = {"decades": np.geomspace(1e-3, 30, 8), "steps": np.linspace(0.0, 30, 7), "one step": np.array([30.0])}


def driven(drive: float) -> tk.Model:
    return tk.Model(0.5 * drive * np.array([[0.0, 1.0], [1.0, 0.0]]), [tk.Channel(np.sqrt(GAMMA) * LOWER, None)])


def exactly(model: tk.Model, time: float) -> Array:
    jumps = [oracles.Jump(channel.jump) for channel in model.channels]
    generator = oracles.liouvillian(model.hamiltonian, jumps)
    made = oracles.propagate_exactly(generator, oracles.vec(START), time)
    return np.array([complex(value) for value in made]).reshape(2, 2)


@pytest.mark.parametrize("offset", [0.0, 1e-15, 1e-12, 1e-8, -1e-8, 1e-4, 0.5])
@pytest.mark.parametrize("grid", GRIDS)
def test_motion_at_and_around_the_exceptional_point_is_exact(offset: float, grid: str) -> None:
    model = driven(CRITICAL * (1 + offset))
    made = tk.evolve(model, START, GRIDS[grid]).states
    expected = np.array([exactly(model, float(time)) for time in GRIDS[grid]])
    # An exponential in doubles; modes are used only up to a condition number of 1e5.
    np.testing.assert_allclose(made, expected, rtol=0, atol=1e-11)


def test_a_sweep_through_the_exceptional_point_is_the_loop_over_its_points() -> None:
    drives = CRITICAL * np.array([0.5, 1.0, 1.0 + 1e-9, 2.0])
    H = 0.5 * drives[:, None, None] * np.array([[0.0, 1.0], [1.0, 0.0]])
    batch = tk.evolve(tk.Model(H, [tk.Channel(np.sqrt(GAMMA) * LOWER, None)]), START, GRIDS["decades"]).states
    for point, drive in enumerate(drives):
        expected = np.array([exactly(driven(float(drive)), float(time)) for time in GRIDS["decades"]])
        np.testing.assert_allclose(batch[point], expected, rtol=0, atol=1e-11)


def test_a_defective_rate_matrix_moves_exactly() -> None:
    # 0 -> 1 -> 2 at one rate: p_1 = t e^{-t}, which no sum of exponentials is.
    jumps = [np.zeros((3, 3)), np.zeros((3, 3))]
    jumps[0][1, 0] = jumps[1][2, 1] = 1.0
    model = tk.Model(np.zeros((3, 3)), [tk.Channel(jump, None) for jump in jumps])
    times = np.geomspace(1e-6, 60.0, 9)
    made = tk.evolve(model, tk.Populations([1.0, 0.0, 0.0]), times)
    np.testing.assert_allclose(made.populations[:, 0], np.exp(-times), rtol=1e-13)
    np.testing.assert_allclose(made.populations[:, 1], times * np.exp(-times), rtol=1e-12)
    np.testing.assert_allclose(made.deviation[:, 2], -(1 + times) * np.exp(-times), rtol=1e-12)
