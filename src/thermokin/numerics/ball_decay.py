"""The least decay rate of a generator in ball arithmetic: eigenvectors in doubles, and what they miss, proven."""

from __future__ import annotations

import numpy as np
from scipy.linalg import LinAlgError, eig, lu_factor, lu_solve

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.numerics.ball_numbers import Ball, complex_ball, flint

__all__ = ["least_decay"]

NEAR = 1e-9  # of the norm: eigenvalues so near to the slowest are sharpened with it
FEW = 6  # of them; more are taken as they are in doubles
STEPS = 40  # of a refinement that gains ten digits each, at best


def least_decay(matrix: Ball) -> Ball:
    """The least decay rate besides 0, as a real ball.

    With eigenvectors V in doubles and W near their inverse, V^-1 A V = B + E with B = W A V and ||E|| below
    ||R|| ||B|| / (1 - ||R||), R = 1 - W V: Gershgorin's discs about the diagonal of B hold all eigenvalues. Those
    that are slowest have their vectors refined to all bits beforehand, by Newton steps whose linear systems are
    solved in doubles, and the others are made orthogonal to them: their rows of B and R are then as small as the
    working precision, and so are their discs.

    Args:
        matrix: real balls (n, n) of a matrix that has the eigenvalue 0.

    Returns:
        The ball; as wide as doubles leave it where eigenvalues near the slowest meet.

    Raises:
        ZeroDivisionError: if 0 is not proven to be a simple eigenvalue, or the eigenvectors are too near to each other.
    """
    doubles = np.array([[float(one.mid()) for one in row] for row in matrix.tolist()])
    if len(doubles) == 1:
        return flint().arb(0)
    try:
        values, right = eig(doubles)
        left = np.linalg.inv(right)
    except (LinAlgError, ValueError) as error:
        raise ZeroDivisionError("there are no eigenvectors in doubles.") from error
    decays = -values.real
    resting = int(np.argmin(np.abs(values)))
    least = np.delete(decays, resting).min()
    slow = np.flatnonzero(decays - least <= NEAR * np.abs(doubles).sum(axis=1).max())
    return _proven(matrix, *_sharpened(matrix, doubles, values, right, left, slow[slow != resting]))


def _sharpened(
    matrix: Ball, doubles: FloatArray, values: ComplexArray, right: ComplexArray, left: ComplexArray, slow: IntArray
) -> tuple[Ball, Ball]:
    """Vectors and their near inverse, complex balls (n, n); those of the slow ones to all bits where they are apart."""
    found = flint()
    vectors, duals = (found.acb_mat([[complex_ball(one) for one in row] for row in each]) for each in (right, left))
    gaps = np.abs(values[slow][:, None] - values[slow][None]) + np.diag(np.full(len(slow), np.inf))
    if len(slow) > FEW or gaps.min(initial=np.inf) <= NEAR * np.abs(values).max():
        return vectors, duals
    over = found.acb_mat(matrix)
    for place in slow.tolist():
        column = _refined(over, doubles, values[place], right[:, place])
        row = _refined(over.transpose(), doubles.T, values[place], left[place]).transpose()
        row = (row / (row * column)[0, 0]).mid()
        vectors = (vectors - column * (row * vectors)).mid()
        duals = (duals - (duals * column) * row).mid()
        for other in range(len(values)):
            vectors[other, place] = column[other, 0]
            duals[place, other] = row[0, other]
    return vectors, duals


def _refined(matrix: Ball, doubles: FloatArray, value: complex, vector: ComplexArray) -> Ball:
    """An eigenvector as a column of balls without radius, to as many bits as are set."""
    found, size = flint(), len(doubles)
    bordered = np.zeros((size + 1, size + 1), dtype=np.complex128)
    bordered[:size, :size] = doubles - value * np.eye(size)
    bordered[:size, size] = -vector
    bordered[size, :size] = vector.conj()
    factor = lu_factor(bordered)
    column = found.acb_mat([[complex_ball(one)] for one in vector])
    root, before = complex_ball(complex(value)), np.inf
    for _ in range(STEPS):
        missed = matrix * column - column * root
        exponent = max(float(abs(one[0]).abs_upper()) for one in missed.tolist())
        if not exponent < 0.5 * before or exponent == 0.0:
            break
        before = exponent
        scaled = missed / found.acb(exponent)
        source = np.array([complex(one[0].mid()) for one in scaled.tolist()] + [0.0])
        step = lu_solve(factor, -source)
        size_of = found.acb(exponent)
        column = (column + found.acb_mat([[complex_ball(one)] for one in step[:size]]) * size_of).mid()
        root = (root + complex_ball(complex(step[size])) * size_of).mid()
    return column


def _proven(matrix: Ball, vectors: Ball, duals: Ball) -> Ball:
    """The decay rate by discs."""
    found, size = flint(), vectors.nrows()
    identity = found.acb_mat([[found.acb(int(i == j)) for j in range(size)] for i in range(size)])
    turned = (duals * (found.acb_mat(matrix) * vectors)).tolist()
    rest = [_sum(row) for row in (identity - duals * vectors).tolist()]
    share = _largest(rest)
    if not share < found.arb(0.5):
        raise ZeroDivisionError("the eigenvectors are too near to each other.")
    scale = _largest([_sum(row) for row in turned]) / (1 - share)
    centres = [row[place] for place, row in enumerate(turned)]
    radii = [
        (_sum([*row[:place], *row[place + 1 :]]) + rest[place] * scale).abs_upper() for place, row in enumerate(turned)
    ]
    zero = [place for place in range(size) if not abs(centres[place]) > radii[place]]
    if len(zero) != 1 or len(_together(centres, radii, zero[0])) > 1:
        raise ZeroDivisionError("0 is not proven to be a simple eigenvalue.")
    others = [place for place in range(size) if place != zero[0]]
    lower = [-centres[place].real - radii[place] for place in others]
    first = min(others, key=lambda place: float(-centres[place].real.mid()))
    upper = [-centres[place].real + radii[place] for place in _together(centres, radii, first)]
    least, most = lower[0], upper[0]
    for one in lower[1:]:
        least = least.min(one)
    for one in upper[1:]:
        most = most.max(one)
    return least.union(most)


def _together(centres: list[Ball], radii: list[Ball], first: int) -> list[int]:
    """The discs that hang together with one: as many eigenvalues lie in all of them."""
    group, tried = [first], 0
    while tried < len(group):
        here, tried = group[tried], tried + 1
        near = (
            place
            for place in range(len(centres))
            if place not in group and not abs(centres[place] - centres[here]) > radii[place] + radii[here]
        )
        group += list(near)
    return group


def _sum(row: list[Ball]) -> Ball:
    """The sum of absolute values."""
    total = flint().arb(0)
    for one in row:
        total += abs(one)
    return total


def _largest(balls: list[Ball]) -> Ball:
    most = balls[0]
    for one in balls[1:]:
        most = most.max(one)
    return most
