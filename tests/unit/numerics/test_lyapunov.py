"""Lyapunov equations by eigenvectors and by a Schur form, with their adjoints and their residual."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm, solve_sylvester

import thermokin as tk
from thermokin.numerics.lyapunov import TRUSTED, Lyapunov

PAIR = np.array([[0.5, 0.25j], [0.25j, 0.0]])  # two eigenvalues of .25 and one eigenvector


def drift(kind: str) -> np.ndarray:
    rng = np.random.default_rng(3)
    if kind == "one eigenvector of two":
        return PAIR
    if kind == "diagonal":
        return np.array([[1.0, 2.0], [1e-3, 4.0]])[..., None] * np.eye(2) + 1j * np.diag([0.3, -5.0])
    found = rng.normal(size=(2, 5, 5)) + 4.0 * np.eye(5)
    return found if kind == "real" else found + 1j * rng.normal(size=found.shape)


def source(size: int, *, real: bool) -> np.ndarray:
    rng = np.random.default_rng(4)
    found = rng.normal(size=(size, size)) + (0.0 if real else 1j) * rng.normal(size=(size, size))
    hermitian = found + found.conj().T
    return hermitian.real if real else hermitian


@pytest.mark.parametrize("kind", ["real", "complex", "diagonal", "one eigenvector of two"])
@pytest.mark.parametrize("adjoint", [False, True])
def test_the_solution_is_that_of_a_dense_sylvester_solver(kind: str, adjoint: bool) -> None:  # noqa: FBT001
    x = drift(kind)
    right = source(x.shape[-1], real=kind == "real")
    solver = Lyapunov(x)
    assert (solver.condition > TRUSTED).all() == (kind == "one eigenvector of two")
    made, left = solver.solve(right, adjoint=adjoint)
    assert np.isrealobj(made) == (kind == "real")
    for one, found in zip(x.reshape(-1, *x.shape[-2:]), made.reshape(-1, *x.shape[-2:]), strict=True):
        turned = one.conj().T if adjoint else one
        np.testing.assert_allclose(found, solve_sylvester(turned, turned.conj().T, right), atol=1e-13)
    assert (left < 1e-13).all()


@pytest.mark.parametrize("kind", ["real", "complex", "diagonal", "one eigenvector of two"])
def test_a_matrix_decays_as_two_exponentials_say(kind: str) -> None:
    x = drift(kind)
    right = source(x.shape[-1], real=kind == "real")
    times = np.array([0.0, 0.3, 2.0])
    made = Lyapunov(x).decayed(right, times)
    for place, one in enumerate(x.reshape(-1, *x.shape[-2:])):
        for number, time in enumerate(times):
            mover = expm(-one * time)
            found = made.reshape(-1, 3, *x.shape[-2:])[place, number]
            np.testing.assert_allclose(found, mover @ right @ mover.conj().T, atol=1e-13)


def test_what_is_not_solved_is_refused() -> None:
    still = np.diag([1.0, 1e-320])
    with (
        pytest.raises(tk.errors.NotConvergedError, match="a Lyapunov equation was solved to"),
        np.errstate(all="ignore"),
    ):
        Lyapunov(still).solve(np.eye(2))
