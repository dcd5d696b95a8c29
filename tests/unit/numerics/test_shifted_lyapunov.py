"""Lyapunov equations at a frequency, held against the linear system itself, by eigenvectors and by a Schur form."""

from __future__ import annotations

import numpy as np
import pytest

from thermokin.numerics.lyapunov import Lyapunov
from thermokin.numerics.shifted_lyapunov import ShiftedLyapunov


def drift(*, defective: bool) -> np.ndarray:
    if defective:
        return np.array([[0.3, 1.0, 0.0], [0.0, 0.3, 1.0], [0.0, 0.0, 0.3]])
    rng = np.random.default_rng(3)
    found = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    return found + 4.0 * np.eye(3)


@pytest.mark.parametrize("defective", [False, True])
@pytest.mark.parametrize("frequency", [0.0, 0.7, -3.0])
def test_it_solves_the_linear_system_and_its_adjoint(frequency: float, defective: bool) -> None:  # noqa: FBT001
    x, one = drift(defective=defective), np.eye(3)
    rng = np.random.default_rng(5)
    source = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    source = source + source.conj().T
    solver = ShiftedLyapunov(Lyapunov(x), frequency)
    back = x.conj().T
    for adjoint, left, shift in ((False, x, -1j * frequency), (True, back, 1j * frequency)):
        whole = np.kron(left, one) + np.kron(one, left.conj()) + shift * np.eye(9)
        exact = np.linalg.solve(whole, source.ravel()).reshape(3, 3)
        found, missed = solver.solve(source, adjoint=adjoint)
        np.testing.assert_allclose(found, exact, rtol=1e-10, atol=1e-11 * np.abs(exact).max())
        assert missed < 1e-12 * np.linalg.norm(exact) * 10.0


def test_leading_axes_are_points() -> None:
    xs = np.stack([drift(defective=False), 2.0 * drift(defective=False)])
    source = np.eye(3)
    together, _ = ShiftedLyapunov(Lyapunov(xs), 0.4).solve(source)
    for x, row in zip(xs, together, strict=True):
        np.testing.assert_allclose(row, ShiftedLyapunov(Lyapunov(x), 0.4).solve(source)[0], rtol=1e-12)
