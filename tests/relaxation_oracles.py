"""Eigenvalues and modes of whole superoperators in 50 digits, and their derivatives by differences.

Nothing of the package is used but its numbers in double precision, from which Newton's steps start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flint
import mpmath
import numpy as np
from mpmath import mp

from flint_algebra import Balls, balls, number, numbers, precision
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


def newton(generator: Balls, value: Balls, vector: Balls) -> tuple[Balls, Balls]:
    """The eigenvalue and eigenvector next to a guess."""
    size = vector.nrows()
    along = vector.conjugate().transpose() * (1 / length(vector) ** 2)
    for _ in range(STEPS):
        moved = generator * vector
        whole = [[generator[i, j] - (value if i == j else 0) for j in range(size)] for i in range(size)]
        bordered = [[*row, -vector[i, 0]] for i, row in enumerate(whole)] + [[along[0, j] for j in range(size)] + [0]]
        miss = [[value * vector[i, 0] - moved[i, 0]] for i in range(size)] + [[0]]
        step = flint.acb_mat(bordered).solve(flint.acb_mat(miss), algorithm="approx")
        value = (value + step[size, 0]).mid()
        vector = flint.acb_mat([[vector[i, 0] + step[i, 0]] for i in range(size)]).mid()
        if length(step).mid() < flint.arb(10) ** (-DIGITS + 8) * (length(vector) + abs(value)).mid():
            break
    return value, vector


def length(vector: Balls) -> Balls:
    return sum((abs(vector[i, 0]) ** 2 for i in range(vector.nrows())), flint.arb(0)).sqrt()


def mode_next_to(generator: Matrix, value: complex, right: Array, left: Array) -> Mode:
    with precision():
        whole, first, other = balls(generator), balls(column(right)), balls(column(left))
        found, vector = newton(whole, flint.acb(value), first)
        _, other = newton(whole.conjugate().transpose(), found.conjugate(), other)
        # R keeps the phase that it has at the point.
        phase = (first.conjugate().transpose() * vector)[0, 0]
        vector = (vector * (phase.conjugate() / abs(phase) / length(vector))).mid()
        overlap = (other.conjugate().transpose() * vector)[0, 0]
        other = (other * (1 / overlap.conjugate())).mid()
        return Mode(number(found), numbers(vector), numbers(other))


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
