"""Eigenvalues and modes of whole superoperators in 50 digits, and their derivatives by differences.

Nothing of the package is used but its numbers in double precision, from which Newton's steps start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
from mpmath import mp

from flint_algebra import solved
from response_oracles import DIGITS, STEP, Jump, Matrix, Number, superoperators

STEPS = 7  # of Newton's, from 4 digits and more
Array = np.ndarray[Any, Any]
Generator = Callable[[dict[str, Number]], Matrix]


def generator_of(hamiltonian: Matrix, jumps: Sequence[Jump]) -> Matrix:
    return superoperators(hamiltonian, jumps)[0]


@dataclass
class Mode:
    """An eigenvalue with its right and left operators as vectors of rows, R of length one, tr(M^+ R) = 1."""

    value: Number
    right: Matrix
    left: Matrix


def column(operator: Array) -> Matrix:
    return mpmath.matrix([mp.mpc(complex(one)) for one in operator.reshape(-1)])


def newton(generator: Matrix, value: Number, vector: Matrix) -> tuple[Number, Matrix]:
    """The eigenvalue and eigenvector next to a guess."""
    size = generator.rows
    along = vector.H / mp.norm(vector) ** 2
    for _ in range(STEPS):
        whole = mpmath.zeros(size + 1)
        for i in range(size):
            for j in range(size):
                whole[i, j] = generator[i, j] - (value if i == j else 0)
            whole[i, size] = -vector[i]
            whole[size, i] = along[i]
        miss = mpmath.zeros(size + 1, 1)
        moved = generator * vector
        for i in range(size):
            miss[i] = value * vector[i] - moved[i]
        step = solved(whole, miss)
        value = value + step[size]
        vector = mpmath.matrix([vector[i] + step[i] for i in range(size)])
        if mp.norm(step) < mpmath.mpf(10) ** (-DIGITS + 8) * (mp.norm(vector) + abs(value)):
            break
    return value, vector


def mode_next_to(generator: Matrix, value: complex, right: Array, left: Array) -> Mode:
    found, vector = newton(generator, mp.mpc(value), column(right))
    _, other = newton(generator.H, mp.conj(found), column(left))
    # R keeps the phase that it has at the point.
    phase = (column(right).H * vector)[0]
    vector = vector * (mp.conj(phase) / abs(phase)) / mp.norm(vector)
    overlap = (other.H * vector)[0]
    return Mode(found, vector, other / mp.conj(overlap))


def mode_slopes(
    generator: Generator, at: dict[str, float], name: str, value: complex, right: Array, left: Array
) -> tuple[complex, Array, Array]:
    """Derivatives of the eigenvalue, of R and of M, in the gauge tr(R^+ dR) = 0 of lengths tr(R^+ R) = 1."""
    with mp.workdps(DIGITS):
        base = {key: mpmath.mpf(one) for key, one in at.items()}
        start = mode_next_to(generator(base), value, right, left)
        middle = [complex(one) for one in start.right]
        first = start.right
        ends = []
        for sign in (1, -1):
            moved = {**base, name: base[name] + sign * STEP}
            mode = mode_next_to(generator(moved), value, right, left)
            phase = (first.H * mode.right)[0]
            phase = mp.conj(phase) / abs(phase)
            ends.append(Mode(mode.value, mode.right * phase, mode.left * phase))
        size = len(right)
        slopes = [
            np.array([complex((up - down) / (2 * STEP)) for up, down in zip(a, b, strict=True)]).reshape(size, size)
            for a, b in ((ends[0].right, ends[1].right), (ends[0].left, ends[1].left))
        ]
        assert np.abs(np.array(middle).reshape(size, size) - right).max() < 1e-9
        return complex((ends[0].value - ends[1].value) / (2 * STEP)), slopes[0], slopes[1]


def branch_slopes(generator: Generator, at: dict[str, float], name: str, value: complex) -> list[complex]:
    """Slopes of all branches of an eigenvalue of several modes, for a parameter that grows."""
    with mp.workdps(DIGITS):
        base = {key: mpmath.mpf(one) for key, one in at.items()}
        step = mpmath.mpf(10) ** -15
        values = mp.eig(generator({**base, name: base[name] + step}), left=False, right=False)
        exact = min(mp.eig(generator(base), left=False, right=False), key=lambda one: abs(one - mp.mpc(value)))
        return [complex((one - exact) / step) for one in values if abs(one - exact) < 1000 * step]
